package torture

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

// errWireBody stands for the error of a body that cannot be read, which has no
// exported value.
var errWireBody = errors.New("voxhook: cannot read the body")

// A wireCase is what a client sends over one connection, and what comes of it.
type wireCase struct {
	name    string
	in      []string // one segment each
	half    bool     // no more will come
	want    []int    // the status of each answer
	methods []string // of the requests that are answered, if not all POST
	closed  bool     // by the server; otherwise another request is answered
	calls   int
	errs    []error // that the Handler reports
}

// wireHead is a POST with these header lines, and whatever follows.
func wireHead(headers, rest string) string {
	return "POST /voice HTTP/1.1\r\nHost: a\r\n" + wireType + headers + "\r\n" + rest
}

// wireChunked is a POST with a chunked body, as it stands on the wire.
func wireChunked(chunks string) string { return wireHead("Transfer-Encoding: chunked\r\n", chunks) }

// wireChunks is a body in chunks of n bytes.
func wireChunks(body string, n int, extension string) string {
	var b strings.Builder
	for len(body) > 0 {
		piece := body[:min(n, len(body))]
		body = body[len(piece):]
		fmt.Fprintf(&b, "%x%s\r\n%s\r\n", len(piece), extension, piece)
	}
	return b.String() + "0\r\n\r\n"
}

// wireMethod is a request of another method.
func wireMethod(method, target string) string {
	return strings.Replace(wirePost(wireBody), "POST /voice", method+" "+target, 1)
}

// wireLength is a form with a Content-Length that says something else.
func wireLength(value string) string { return wireHead("Content-Length: "+value+"\r\n", wireBody) }

var wireFraming = func() []wireCase {
	const (
		query  = "/voice?" + wireBody
		secret = "4111111111111111"
	)
	one := []int{200}
	bad := []int{400}
	missing := []error{voxhook.ErrMissing}
	method := []error{voxhook.ErrMethod}
	unread := []error{errWireBody}
	length := fmt.Sprint(len(wireBody))
	small := fmt.Sprint(len(wireSmall))
	whole := fmt.Sprintf("%x\r\n%s\r\n", len(wireBody), wireBody)
	expect := func(value, length string) string {
		return wireHead("Expect: "+value+"\r\nContent-Length: "+length+"\r\n", "")
	}
	chunkedWith := func(headers string) string { return wireHead(headers, whole+"0\r\n\r\n") }
	hello := "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + secret + secret + "\x20" + secret + secret + "\x00\x02\x13\x01\x01\x00\x00\x00"
	bytewise := strings.Split(wirePost(wireBody), "")

	cases := []wireCase{
		{name: "good", in: []string{wirePost(wireBody)}, want: one, calls: 1},
		{name: "good, byte by byte", in: bytewise, want: one, calls: 1},
		{name: "good GET", in: []string{"GET " + query + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: one, calls: 1},
		{name: "GET with a body", in: []string{wireMethod("GET", query)}, want: one, calls: 1},

		// Content-Length.
		{name: "no length, no body", in: []string{wireHead("", "")}, want: bad, errs: missing},
		{name: "no length, a body", in: []string{wireHead("", wireBody+"\r\n\r\n")}, want: []int{400, 400}, closed: true, errs: missing},
		{name: "no length, half-close", in: []string{wireHead("", "")}, half: true, want: bad, closed: true, errs: missing},
		{name: "length 0, a body", in: []string{wireLength("0") + "\r\n\r\n"}, want: []int{400, 400}, closed: true, errs: missing},
		{name: "length twice, equal", in: []string{wireLength(length + "\r\nContent-Length: " + length)}, want: one, calls: 1},
		{name: "length twice, different", in: []string{wireLength(length + "\r\nContent-Length: 9")}, want: bad, closed: true},
		{name: "length, a list", in: []string{wireLength(length + ", " + length)}, want: bad, closed: true},
		{name: "length negative", in: []string{wireLength("-1")}, want: bad, closed: true},
		{name: "length with plus", in: []string{wireLength("+" + length)}, want: bad, closed: true},
		{name: "length beyond 64 bits", in: []string{wireLength("99999999999999999999")}, want: bad, closed: true},
		{name: "length largest", in: []string{wireLength("9223372036854775807")}, want: []int{413}, closed: true, errs: []error{voxhook.ErrTooLarge}},
		{name: "length 1 GB", in: []string{wireLength("1000000000")}, want: []int{413}, closed: true, errs: []error{voxhook.ErrTooLarge}},
		{name: "length no number", in: []string{wireLength(secret + "x")}, want: bad, closed: true},
		{name: "length hexadecimal", in: []string{wireLength("0x10")}, want: bad, closed: true},
		{name: "length empty", in: []string{wireLength("")}, want: bad, closed: true},
		{name: "length between spaces", in: []string{wireLength("  " + length + "  ")}, want: one, calls: 1},
		{name: "length with zeros", in: []string{wireLength("000" + length)}, want: one, calls: 1},
		{name: "length with a space in it", in: []string{wireLength("2 8")}, want: bad, closed: true},
		{name: "length too short, garbage", in: []string{wireLength(small) + "\r\n\r\n"}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "length too short, a request", in: []string{wireHead("Content-Length: "+small+"\r\n", wireSmall+wirePost(wireBody))}, want: []int{200, 200}, calls: 2},
		{name: "length cuts an escape", in: []string{wireHead("Content-Length: 15\r\n", "CallSid=1&From=%2B14025559999\r\n\r\n")}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "length too long, half-close", in: []string{wireLength("200")}, half: true, want: bad, closed: true, errs: unread},
		{name: "length but no body, half-close", in: []string{wireHead("Content-Length: 20\r\n", "")}, half: true, want: bad, closed: true, errs: unread},
		{name: "body of the limit", in: []string{wirePost(wireBody + "&a=" + strings.Repeat("a", voxhook.DefaultMaxBodyBytes-len(wireBody)-3))}, want: one, calls: 1},
		{name: "body over the limit", in: []string{wirePost(wireBody + "&a=" + strings.Repeat("a", voxhook.DefaultMaxBodyBytes-len(wireBody)-2))}, want: []int{413}, closed: true, errs: []error{voxhook.ErrTooLarge}},

		// Chunks.
		{name: "chunk", in: []string{wireChunked(wireChunks(wireBody, 1000, ""))}, want: one, calls: 1},
		{name: "chunks of a byte", in: []string{wireChunked(wireChunks(wireBody, 1, ""))}, want: one, calls: 1},
		{name: "chunks, byte by byte", in: strings.Split(wireChunked(wireChunks(wireBody, 7, "")), ""), want: one, calls: 1},
		{name: "chunks of the limit", in: []string{wireChunked(wireChunks(wireBody+"&a="+strings.Repeat("a", voxhook.DefaultMaxBodyBytes-len(wireBody)-3), 60000, ""))}, want: one, calls: 1},
		{name: "chunks over the limit", in: []string{wireChunked(wireChunks(wireBody+"&a="+strings.Repeat("a", 4*voxhook.DefaultMaxBodyBytes), 60000, ""))}, want: []int{413}, closed: true, errs: []error{voxhook.ErrTooLarge}},
		{name: "chunk that never ends", in: []string{wireChunked("7fffffffffffffff\r\n" + strings.Repeat("a", 4*voxhook.DefaultMaxBodyBytes))}, want: []int{413}, closed: true, errs: []error{voxhook.ErrTooLarge}},
		{name: "chunks, none", in: []string{wireChunked("0\r\n\r\n")}, want: bad, errs: missing},
		{name: "chunks, last missing", in: []string{wireChunked(whole)}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunks, last without its end", in: []string{wireChunked(whole + "0\r\n")}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunk cut", in: []string{wireChunked(whole[:20])}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunk size cut", in: []string{wireChunked("4")}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunk size no number", in: []string{wireChunked("zz\r\n" + wireBody)}, want: bad, closed: true, errs: unread},
		{name: "chunk size empty", in: []string{wireChunked("\r\n" + wireBody)}, want: bad, closed: true, errs: unread},
		{name: "chunk size negative", in: []string{wireChunked("-1\r\n" + wireBody)}, want: bad, closed: true, errs: unread},
		{name: "chunk size with plus", in: []string{wireChunked("+" + whole + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk size with 0x", in: []string{wireChunked("0x" + whole + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk size beyond 64 bits", in: []string{wireChunked("fffffffffffffffff\r\n" + wireBody)}, want: bad, closed: true, errs: unread},
		{name: "chunk size with zeros", in: []string{wireChunked("000" + whole + "000\r\n\r\n")}, want: one, calls: 1},
		{name: "chunk size, extension", in: []string{wireChunked(wireChunks(wireBody, 50, ";a=\""+secret+"\""))}, want: one, calls: 1},
		{name: "chunk size, long extension", in: []string{wireChunked(wireChunks(wireBody, 50, ";a="+strings.Repeat("a", 8<<10)))}, want: bad, closed: true, errs: unread},
		{name: "chunks, more extension than body", in: []string{wireChunked(wireChunks(wireBody, 1, ";a="+strings.Repeat("a", 2<<10)))}, want: bad, closed: true, errs: unread},
		{name: "chunk without CRLF", in: []string{wireChunked(strings.TrimSuffix(whole, "\r\n") + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk longer than its size", in: []string{wireChunked("9\r\n" + wireBody + "\r\n0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk size ends with LF", in: []string{wireChunked(strings.ReplaceAll(whole, "\r\n", "\n") + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunks, then garbage", in: []string{wireChunked(whole + "0\r\n\r\n" + wireBody + "\r\n\r\n")}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "chunks, then a request", in: []string{wireChunked(whole+"0\r\n\r\n") + wirePost(wireBody)}, want: []int{200, 200}, calls: 2},

		// Transfer-Encoding.
		{name: "encoding twice", in: []string{chunkedWith("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")}, want: []int{501}, closed: true},
		{name: "encoding, other", in: []string{chunkedWith("Transfer-Encoding: gzip\r\n")}, want: []int{501}, closed: true},
		{name: "encoding, a list", in: []string{chunkedWith("Transfer-Encoding: gzip, chunked\r\n")}, want: []int{501}, closed: true},
		{name: "encoding identity", in: []string{chunkedWith("Transfer-Encoding: identity\r\n")}, want: []int{501}, closed: true},
		{name: "encoding empty", in: []string{chunkedWith("Transfer-Encoding: \r\n")}, want: []int{501}, closed: true},
		{name: "encoding a secret", in: []string{chunkedWith("Transfer-Encoding: " + secret + "\r\n")}, want: []int{501}, closed: true},
		{name: "encoding in mixed case", in: []string{chunkedWith("tRANSFER-eNCODING: ChUnKeD\r\n")}, want: one, calls: 1},
		{name: "encoding with a length", in: []string{chunkedWith("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")}, want: one, calls: 1},
		{name: "encoding with a bad length", in: []string{chunkedWith("Transfer-Encoding: chunked\r\nContent-Length: -5\r\n")}, want: bad, closed: true},
		{name: "trailers", in: []string{wireHead("Trailer: X-A\r\nTransfer-Encoding: chunked\r\n", whole+"0\r\nX-A: "+secret+"\r\n\r\n")}, want: one, calls: 1},
		{name: "trailers not announced", in: []string{wireChunked(whole + "0\r\nX-B: " + secret + "\r\n\r\n")}, want: one, calls: 1},
		{name: "trailer forbidden", in: []string{wireHead("Trailer: Content-Length\r\nTransfer-Encoding: chunked\r\n", whole+"0\r\n\r\n")}, want: bad, closed: true},
		{name: "trailer malformed", in: []string{wireChunked(whole + "0\r\ntrailer\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailer without colon", in: []string{wireChunked(whole + "0\r\n" + secret + "\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailer folded, the first", in: []string{wireChunked(whole + "0\r\n X: " + secret + "\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailer with NUL", in: []string{wireChunked(whole + "0\r\nX: " + secret + "\x00\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailers too large", in: []string{wireChunked(whole + "0\r\n" + strings.Repeat("X-A: "+secret+"\r\n", 1000) + "\r\n")}, want: bad, closed: true, errs: unread},

		// Methods.
		{name: "method unknown", in: []string{wireMethod("CALL", "/voice")}, want: []int{405}, errs: method},
		{name: "method in lower case", in: []string{wireMethod("post", "/voice")}, want: []int{405}, errs: method},
		{name: "method a secret", in: []string{wireMethod(secret, query)}, want: []int{405}, errs: method},
		{name: "method bad", in: []string{wireMethod("PO(ST", "/voice")}, want: bad, closed: true},
		{name: "method missing", in: []string{wireMethod("", "/voice")}, want: bad, closed: true},
		{name: "HEAD", in: []string{wireMethod("HEAD", query)}, methods: []string{"HEAD"}, want: []int{405}, errs: method},
		{name: "OPTIONS", in: []string{wireMethod("OPTIONS", query)}, want: []int{405}, errs: method},
		{name: "OPTIONS of all", in: []string{"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"}, want: []int{200}},
		{name: "PUT", in: []string{wireMethod("PUT", query)}, want: []int{405}, errs: method},
		{name: "DELETE", in: []string{wireMethod("DELETE", query)}, want: []int{405}, errs: method},
		{name: "PATCH", in: []string{wireMethod("PATCH", query)}, want: []int{405}, errs: method},
		{name: "TRACE", in: []string{wireMethod("TRACE", query)}, want: []int{405}, errs: method},
		{name: "CONNECT", in: []string{strings.Replace(wireMethod("CONNECT", "a:443"), "Host", "Connection: close\r\nHost", 1)}, methods: []string{"CONNECT"}, want: []int{405}, closed: true, errs: method},

		// Expect.
		{name: "Expect", in: []string{expect("100-continue", length), wireBody}, want: []int{100, 200}, calls: 1},
		{name: "Expect in mixed case", in: []string{expect("100-Continue", length), wireBody}, want: []int{100, 200}, calls: 1},
		{name: "Expect without a body", in: []string{expect("100-continue", "0")}, want: bad, errs: missing},
		{name: "Expect with too large a body", in: []string{expect("100-continue", "1000000")}, want: []int{413}, closed: true, errs: []error{voxhook.ErrTooLarge}},
		{name: "Expect with a bad method", in: []string{strings.Replace(expect("100-continue", length), "POST", "PUT", 1)}, half: true, want: []int{405}, closed: true, errs: method},
		{name: "Expect, half-close", in: []string{expect("100-continue", length)}, half: true, want: []int{100, 400}, closed: true, errs: unread},
		{name: "Expect something else", in: []string{expect(secret, length)}, half: true, want: []int{417}, closed: true},
		{name: "Expect of HTTP/1.0", in: []string{strings.Replace(expect("100-continue", length), "1.1", "1.0", 1) + wireBody}, want: []int{200}, closed: true, calls: 1},

		// Headers and the request line.
		{name: "headers too large", in: []string{wireHead("X: "+strings.Repeat(secret, 12000)+"\r\n", "")}, want: []int{431}, closed: true},
		{name: "headers too many", in: []string{wireHead(strings.Repeat("X: "+secret+"\r\n", 12000), "")}, want: []int{431}, closed: true},
		{name: "URL too long", in: []string{"GET /voice?" + strings.Repeat(secret, 12000) + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: []int{431}, closed: true},
		{name: "490 headers", in: []string{wirePost(wireBody, wireHeaders(490))}, want: one, calls: 1},
		{name: "header without colon", in: []string{wireHead(secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header without name", in: []string{wireHead(": "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header name with a space", in: []string{wireHead("X Y: "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header name before a space", in: []string{wireHead("Content-Length : "+length+"\r\n", wireBody)}, want: bad, closed: true},
		{name: "header name not ASCII", in: []string{wireHead("X-é: "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header folded", in: []string{wirePost(wireBody, "X-A: a\r\n "+secret+"\r\n")}, want: one, calls: 1},
		{name: "header folded, the first", in: []string{"POST /voice HTTP/1.1\r\n Host: " + secret + "\r\n\r\n"}, want: bad, closed: true},
		{name: "header with NUL", in: []string{wireHead("X: "+secret+"\x00\r\n", "")}, want: bad, closed: true},
		{name: "header with CR", in: []string{wireHead("X: a\rb: "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "URL with NUL", in: []string{"GET /voice?CallSid=1\x00" + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL with a bad escape", in: []string{"GET /voice%zz" + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL with a space", in: []string{"GET /voice?CallSid=1 " + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL without a slash", in: []string{"GET voice?" + wireBody + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL with a fragment", in: []string{"GET /voice?CallSid=1&a=1#" + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: one, calls: 1},
		{name: "URL absolute", in: []string{wireMethod("POST", "http://b/voice?a=1")}, want: one, calls: 1},
		{name: "URL absolute, GET", in: []string{"GET http://" + secret + "/voice?" + wireBody + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: one, calls: 1},
		{name: "Host missing", in: []string{strings.Replace(wirePost(wireBody), "Host: a\r\n", "", 1)}, want: bad, closed: true},
		{name: "Host twice", in: []string{wirePost(wireBody, "Host: a\r\n")}, want: bad, closed: true},
		{name: "Host bad", in: []string{strings.Replace(wirePost(wireBody), "Host: a", "Host: "+secret+" b/", 1)}, want: bad, closed: true},
		{name: "Host empty", in: []string{strings.Replace(wirePost(wireBody), "Host: a", "Host: ", 1)}, want: one, calls: 1},
		{name: "Connection: close", in: []string{wirePost(wireBody, "Connection: close\r\n") + wirePost(wireBody)}, want: one, closed: true, calls: 1},
		{name: "Upgrade", in: []string{wirePost(wireBody, "Connection: Upgrade\r\nUpgrade: websocket\r\n")}, want: one, calls: 1},
		{name: "Upgrade to HTTP/2", in: []string{wirePost(wireBody, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")}, want: one, calls: 1},

		// Versions, and what is no HTTP/1.
		{name: "HTTP/1.0", in: []string{strings.Replace(wirePost(wireBody), "1.1", "1.0", 1)}, want: one, closed: true, calls: 1},
		{name: "HTTP/1.0 without Host", in: []string{"GET " + query + " HTTP/1.0\r\n\r\n"}, want: one, closed: true, calls: 1},
		{name: "HTTP/1.0 keep-alive", in: []string{strings.Replace(wirePost(wireBody, "Connection: keep-alive\r\n"), "1.1", "1.0", 1)}, want: one, calls: 1},
		{name: "HTTP/1.0 chunked", in: []string{strings.Replace(wireChunked(whole+"0\r\n\r\n"), "1.1", "1.0", 1)}, want: bad, closed: true, errs: missing},
		{name: "HTTP/0.9", in: []string{"GET " + query + "\r\n"}, half: true, want: bad, closed: true},
		{name: "HTTP/1.2", in: []string{strings.Replace(wirePost(wireBody), "1.1", "1.2", 1)}, want: one, calls: 1},
		{name: "HTTP/1.10", in: []string{strings.Replace(wirePost(wireBody), "1.1", "1.10", 1)}, want: bad, closed: true},
		{name: "HTTP/2.0", in: []string{strings.Replace(wirePost(wireBody), "1.1", "2.0", 1)}, want: []int{505}, closed: true},
		{name: "HTTP/2.0 preface", in: []string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"}, want: []int{405}, closed: true, errs: method},
		{name: "HTTP/3.0", in: []string{strings.Replace(wirePost(wireBody), "1.1", "3.0", 1)}, want: []int{505}, closed: true},
		{name: "http in lower case", in: []string{strings.Replace(wirePost(wireBody), "HTTP", "http", 1)}, want: bad, closed: true},
		{name: "TLS", in: []string{hello + "\r\n\r\n"}, want: bad, closed: true},
		{name: "NULs", in: []string{strings.Repeat("\x00", 2000) + "\n\n"}, want: bad, closed: true},
		{name: "a line that never ends", in: []string{strings.Repeat(secret, 12000)}, want: []int{431}, closed: true},
		{name: "nothing", half: true, closed: true},
		{name: "only CRLFs", in: []string{strings.Repeat("\r\n", 100)}, want: bad, closed: true},
		{name: "empty lines first", in: []string{"\r\n\r\n" + wirePost(wireBody)}, want: bad, closed: true},
		{name: "an empty line between", in: []string{wirePost(wireBody) + "\r\n" + wirePost(wireBody)}, want: []int{200, 200}, calls: 2},
		{name: "LF line ends", in: []string{strings.ReplaceAll(wirePost(wireBody), "\r\n", "\n")}, want: one, calls: 1},
		{name: "CR line ends", in: []string{strings.ReplaceAll(wirePost(wireBody), "\r\n", "\r")}, half: true, want: bad, closed: true},

		// Pipelines.
		{name: "pipeline of 2", in: []string{strings.Repeat(wirePost(wireBody), 2)}, want: []int{200, 200}, calls: 2},
		{name: "pipeline of 20", in: []string{strings.Repeat(wirePost(wireBody), 20)}, want: wireTimes(20, 200), calls: 20},
		{name: "pipeline of 20 kinds of body", in: []string{strings.Repeat(wirePost(wireBody)+wireChunked(wireChunks(wireBody, 3, "")), 10)}, want: wireTimes(20, 200), calls: 20},
		{name: "refused, then good", in: []string{wireMethod("PUT", query) + wirePost(wireBody)}, want: []int{405, 200}, calls: 1, errs: method},
		{name: "malformed form, then good", in: []string{wirePost(wireBody+"%") + wirePost(wireBody)}, want: []int{400, 200}, calls: 1, errs: []error{voxhook.ErrMalformed}},
		{name: "malformed query, then good", in: []string{wireMethod("POST", query+";") + wirePost(wireBody)}, want: []int{400, 200}, calls: 1, errs: []error{voxhook.ErrMalformed}},
		{name: "no form, then good", in: []string{strings.Replace(wirePost(wireBody), "x-www-form-urlencoded", "json", 1) + wirePost(wireBody)}, want: []int{415, 200}, calls: 1, errs: []error{voxhook.ErrContentType}},
		{name: "bad chunk, then good", in: []string{wireChunked("zz\r\n\r\n") + wirePost(wireBody)}, want: bad, closed: true, errs: unread},
		{name: "good, then garbage", in: []string{wirePost(wireBody) + secret + "\r\n\r\n"}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "20 refused", in: []string{strings.Repeat(wirePost("From=%2B14025559999"), 20)}, want: wireTimes(20, 400), errs: wireTimes(20, voxhook.ErrMissing)},
	}
	many := wireCase{name: "1,000 headers", in: []string{wirePost(wireBody, wireHeaders(1000))}, want: one, calls: 1}
	if _, limited := reflect.TypeFor[http.Server]().FieldByName("MaxHeaderValueCount"); limited { // since Go 1.27
		many.want, many.calls, many.closed = []int{431}, 0, true
	}
	return append(cases, many)
}()

// wireHeaders is n header lines.
func wireHeaders(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "X-%d: a\r\n", i)
	}
	return b.String()
}

func wireTimes[T any](n int, v T) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// framingGroup sends requests whose frame is wrong, or just unusual.
func framingGroup(t *testing.T) (tried, wrong int) {
	defer wireLeaks(t)()
	g := &wireGroup{t: t}
	for _, errorHandler := range []bool{false, true} {
		s := wireStart(t, wireConfig{errorHandler: errorHandler})
		g.each(len(wireFraming), func(i int) {
			c := wireFraming[i]
			g.run(fmt.Sprintf("%s, ErrorHandler %v", c.name, errorHandler), func(t *testing.T) { c.run(t, s) })
		})
		s.stop(t)
		g.run(fmt.Sprintf("log, ErrorHandler %v", errorHandler), func(t *testing.T) {
			failures := 0
			for _, c := range wireFraming {
				if !errorHandler {
					failures += len(c.errs)
				}
			}
			assert.Equal(t, failures, strings.Count(s.log.String(), "\n"), "one record for each failure")
		})
	}
	return g.result()
}

func (c wireCase) run(t *testing.T, s *wireServer) {
	conn := s.dial(t)
	defer conn.Close()
	sent := make(chan error, 1)
	go func() {
		err := conn.send(c.in...)
		if c.half {
			err = errors.Join(err, conn.CloseWrite())
		}
		sent <- err
	}()
	for i, status := range c.want {
		method := "POST"
		if c.methods != nil {
			method = c.methods[i]
		}
		got, err := conn.read(method)
		if !assert.NoError(t, err, "answer %d", i) {
			break
		}
		wireStatus(t, status, got)
		if status == 200 && c.calls > 0 {
			assert.Equal(t, wireAnswer, got.body)
		}
	}
	calls := c.calls
	if c.closed {
		conn.ended(t)
	} else {
		// The server must not have lost its place.
		require.NoError(t, conn.send(wirePost("CallSid=7")))
		got, err := conn.read("POST")
		if assert.NoError(t, err) {
			wireStatus(t, 200, got)
			assert.Equal(t, strings.Replace(wireAnswer, "1", "7", 1), got.body)
		}
		calls++
	}
	require.NoError(t, conn.Close())
	<-sent // its error is that of a server which has heard enough
	p := s.await(t, conn.addr, "closed", func(p *wirePeer) bool { return p.closed })
	assert.Equal(t, calls, p.calls)
	if s.handler.ErrorHandler == nil {
		return
	}
	if assert.Len(t, p.errs, len(c.errs)) {
		for i, err := range p.errs {
			wireError(t, c.errs[i], err)
		}
	}
}

// wireError checks an error that the Handler reports.
func wireError(t *testing.T, want, err error) {
	t.Helper()
	if want == errWireBody {
		assert.True(t, strings.HasPrefix(err.Error(), errWireBody.Error()), "%v", err)
		assert.Equal(t, 400, voxhook.StatusCode(err))
		assert.NotErrorIs(t, err, io.EOF)
	} else {
		assert.ErrorIs(t, err, want)
	}
	wireNoSecret(t, err.Error())
}
