package torture

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/voxhook/voxhook"
)

// chunkedPost returns a POST with a chunked body, as it is on the wire.
func chunkedPost(chunks string) string { return formPost("Transfer-Encoding: chunked\r\n", chunks) }

// formPost returns a POST with header lines besides the type, and any rest.
func formPost(headers, rest string) string { return head("POST /voice", formType+headers) + rest }

// inChunks returns a body in chunks of n bytes.
func inChunks(body string, n int, extension string) string {
	var b strings.Builder
	for len(body) > 0 {
		piece := body[:min(n, len(body))]
		body = body[len(piece):]
		fmt.Fprintf(&b, "%x%s\r\n%s\r\n", len(piece), extension, piece)
	}
	return b.String() + "0\r\n\r\n"
}

// headersPost returns a form with more header lines.
func headersPost(headers string) string { return request("POST /voice", formType+headers, ringing) }

// withMethod returns a form with another method and target.
func withMethod(method, target string) string {
	return request(method+" "+target, formType, ringing)
}

// lengthPost returns a form with a Content-Length of its own.
func lengthPost(value string) string { return formPost("Content-Length: "+value+"\r\n", ringing) }

var framings = func() []trial {
	const (
		query  = "/voice?" + ringing
		small  = "CallSid=1&CallStatus=ringing" // the start of ringing, a form by itself
		secret = "4111111111111111"
	)
	one := []int{200}
	bad := []int{400}
	missing := []error{noCallSid}
	method := []error{voxhook.ErrMethod}
	unread := []error{errBody}
	tooLarge := []error{voxhook.ErrTooLarge}
	padding := strings.Repeat("a", 4*voxhook.DefaultMaxBodyBytes)
	padded := func(n int) string { return (ringing + "&a=" + padding)[:n] }
	length := fmt.Sprint(len(ringing))
	smallLength := fmt.Sprint(len(small))
	whole := fmt.Sprintf("%x\r\n%s\r\n", len(ringing), ringing)
	expect := func(value, length string) string {
		return formPost("Expect: "+value+"\r\nContent-Length: "+length+"\r\n", "")
	}
	chunkedWith := func(headers string) string { return formPost(headers, whole+"0\r\n\r\n") }
	hello := "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + secret + secret + "\x20" + secret + secret + "\x00\x02\x13\x01\x01\x00\x00\x00"
	bytewise := strings.Split(post(ringing), "")

	cases := []trial{
		{name: "good", in: []string{post(ringing)}, want: one, calls: 1},
		{name: "good, byte by byte", in: bytewise, want: one, calls: 1},
		{name: "good GET", in: []string{"GET " + query + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: one, calls: 1},
		{name: "GET with a body", in: []string{withMethod("GET", query)}, want: one, calls: 1},

		// Content-Length.
		{name: "no length, no body", in: []string{formPost("", "")}, want: bad, errs: missing},
		{name: "no length, a body", in: []string{formPost("", ringing+"\r\n\r\n")}, want: []int{400, 400}, closed: true, errs: missing},
		{name: "no length, half-close", in: []string{formPost("", "")}, half: true, want: bad, closed: true, errs: missing},
		{name: "length 0, a body", in: []string{lengthPost("0") + "\r\n\r\n"}, want: []int{400, 400}, closed: true, errs: missing},
		{name: "length twice, equal", in: []string{lengthPost(length + "\r\nContent-Length: " + length)}, want: one, calls: 1},
		{name: "length twice, different", in: []string{lengthPost(length + "\r\nContent-Length: 9")}, want: bad, closed: true},
		{name: "length, a list", in: []string{lengthPost(length + ", " + length)}, want: bad, closed: true},
		{name: "length negative", in: []string{lengthPost("-1")}, want: bad, closed: true},
		{name: "length with plus", in: []string{lengthPost("+" + length)}, want: bad, closed: true},
		{name: "length beyond 64 bits", in: []string{lengthPost("99999999999999999999")}, want: bad, closed: true},
		{name: "length largest", in: []string{lengthPost("9223372036854775807")}, want: []int{413}, closed: true, errs: tooLarge},
		{name: "length 1 GB", in: []string{lengthPost("1000000000")}, want: []int{413}, closed: true, errs: tooLarge},
		{name: "length no number", in: []string{lengthPost(secret + "x")}, want: bad, closed: true},
		{name: "length hexadecimal", in: []string{lengthPost("0x10")}, want: bad, closed: true},
		{name: "length empty", in: []string{lengthPost("")}, want: bad, closed: true},
		{name: "length between spaces", in: []string{lengthPost("  " + length + "  ")}, want: one, calls: 1},
		{name: "length with zeros", in: []string{lengthPost("000" + length)}, want: one, calls: 1},
		{name: "length with a space in it", in: []string{lengthPost("2 8")}, want: bad, closed: true},
		{name: "length too short, garbage", in: []string{lengthPost(smallLength) + "\r\n\r\n"}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "length too short, a request", in: []string{formPost("Content-Length: "+smallLength+"\r\n", small+post(ringing))},
			want: []int{200, 200}, calls: 2},
		{name: "length cuts an escape", in: []string{formPost("Content-Length: 15\r\n", "CallSid=1&From=%2B14025559999\r\n\r\n")},
			want: []int{200, 400}, closed: true, calls: 1},
		{name: "length too long, half-close", in: []string{lengthPost("200")}, half: true, want: bad, closed: true, errs: unread},
		{name: "length but no body, half-close", in: []string{formPost("Content-Length: 20\r\n", "")}, half: true, want: bad, closed: true, errs: unread},
		{name: "body of the limit", in: []string{post(padded(voxhook.DefaultMaxBodyBytes))}, want: one, calls: 1},
		{name: "body over the limit", in: []string{post(padded(voxhook.DefaultMaxBodyBytes + 1))}, want: []int{413}, closed: true, errs: tooLarge},

		// Chunks.
		{name: "chunk", in: []string{chunkedPost(inChunks(ringing, 1000, ""))}, want: one, calls: 1},
		{name: "chunks of a byte", in: []string{chunkedPost(inChunks(ringing, 1, ""))}, want: one, calls: 1},
		{name: "chunks, byte by byte", in: strings.Split(chunkedPost(inChunks(ringing, 7, "")), ""), want: one, calls: 1},
		{name: "chunks of the limit", in: []string{chunkedPost(inChunks(padded(voxhook.DefaultMaxBodyBytes), 60000, ""))}, want: one, calls: 1},
		{name: "chunks over the limit", in: []string{chunkedPost(inChunks(padded(4*voxhook.DefaultMaxBodyBytes), 60000, ""))},
			want: []int{413}, closed: true, errs: tooLarge},
		{name: "chunk that never ends", in: []string{chunkedPost("7fffffffffffffff\r\n" + padding)}, want: []int{413}, closed: true, errs: tooLarge},
		{name: "chunks, none", in: []string{chunkedPost("0\r\n\r\n")}, want: bad, errs: []error{voxhook.ErrBodyRead}},
		{name: "chunks, last missing", in: []string{chunkedPost(whole)}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunks, last without its end", in: []string{chunkedPost(whole + "0\r\n")}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunk cut", in: []string{chunkedPost(whole[:20])}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunk size cut", in: []string{chunkedPost("4")}, half: true, want: bad, closed: true, errs: unread},
		{name: "chunk size no number", in: []string{chunkedPost("zz\r\n" + ringing)}, want: bad, closed: true, errs: unread},
		{name: "chunk size empty", in: []string{chunkedPost("\r\n" + ringing)}, want: bad, closed: true, errs: unread},
		{name: "chunk size negative", in: []string{chunkedPost("-1\r\n" + ringing)}, want: bad, closed: true, errs: unread},
		{name: "chunk size with plus", in: []string{chunkedPost("+" + whole + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk size with 0x", in: []string{chunkedPost("0x" + whole + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk size beyond 64 bits", in: []string{chunkedPost("fffffffffffffffff\r\n" + ringing)}, want: bad, closed: true, errs: unread},
		{name: "chunk size with zeros", in: []string{chunkedPost("000" + whole + "000\r\n\r\n")}, want: one, calls: 1},
		{name: "chunk size, extension", in: []string{chunkedPost(inChunks(ringing, 50, ";a=\""+secret+"\""))}, want: one, calls: 1},
		{name: "chunk size, long extension", in: []string{chunkedPost(inChunks(ringing, 50, ";a="+strings.Repeat("a", 8<<10)))},
			want: bad, closed: true, errs: unread},
		{name: "chunks, more extension than body", in: []string{chunkedPost(inChunks(ringing, 1, ";a="+strings.Repeat("a", 2<<10)))},
			want: bad, closed: true, errs: unread},
		{name: "chunk without CRLF", in: []string{chunkedPost(strings.TrimSuffix(whole, "\r\n") + "0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk longer than its size", in: []string{chunkedPost("9\r\n" + ringing + "\r\n0\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "chunk size ends with LF", in: []string{chunkedPost(strings.ReplaceAll(whole, "\r\n", "\n") + "0\r\n\r\n")},
			want: bad, closed: true, errs: unread},
		{name: "chunks, then garbage", in: []string{chunkedPost(whole + "0\r\n\r\n" + ringing + "\r\n\r\n")}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "chunks, then a request", in: []string{chunkedPost(whole+"0\r\n\r\n") + post(ringing)}, want: []int{200, 200}, calls: 2},

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
		{name: "trailers", in: []string{formPost("Trailer: X-A\r\nTransfer-Encoding: chunked\r\n", whole+"0\r\nX-A: "+secret+"\r\n\r\n")}, want: one, calls: 1},
		{name: "trailers not announced", in: []string{chunkedPost(whole + "0\r\nX-B: " + secret + "\r\n\r\n")}, want: one, calls: 1},
		{name: "trailer forbidden", in: []string{formPost("Trailer: Content-Length\r\nTransfer-Encoding: chunked\r\n", whole+"0\r\n\r\n")},
			want: bad, closed: true},
		{name: "trailer malformed", in: []string{chunkedPost(whole + "0\r\ntrailer\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailer without colon", in: []string{chunkedPost(whole + "0\r\n" + secret + "\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailer folded, the first", in: []string{chunkedPost(whole + "0\r\n X: " + secret + "\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailer with NUL", in: []string{chunkedPost(whole + "0\r\nX: " + secret + "\x00\r\n\r\n")}, want: bad, closed: true, errs: unread},
		{name: "trailers too large", in: []string{chunkedPost(whole + "0\r\n" + strings.Repeat("X-A: "+secret+"\r\n", 1000) + "\r\n")},
			want: bad, closed: true, errs: unread},

		// Methods.
		{name: "method unknown", in: []string{withMethod("CALL", "/voice")}, want: []int{405}, errs: method},
		{name: "method in lower case", in: []string{withMethod("post", "/voice")}, want: []int{405}, errs: method},
		{name: "method a secret", in: []string{withMethod(secret, query)}, want: []int{405}, errs: method},
		{name: "method bad", in: []string{withMethod("PO(ST", "/voice")}, want: bad, closed: true},
		{name: "method missing", in: []string{withMethod("", "/voice")}, want: bad, closed: true},
		{name: "HEAD", in: []string{withMethod("HEAD", query)}, want: []int{405}, errs: method},
		{name: "OPTIONS", in: []string{withMethod("OPTIONS", query)}, want: []int{405}, errs: method},
		{name: "OPTIONS of all", in: []string{"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"}, want: []int{200}},
		{name: "PUT", in: []string{withMethod("PUT", query)}, want: []int{405}, errs: method},
		{name: "DELETE", in: []string{withMethod("DELETE", query)}, want: []int{405}, errs: method},
		{name: "PATCH", in: []string{withMethod("PATCH", query)}, want: []int{405}, errs: method},
		{name: "TRACE", in: []string{withMethod("TRACE", query)}, want: []int{405}, errs: method},
		{name: "CONNECT", in: []string{strings.Replace(withMethod("CONNECT", "a:443"), "Host", "Connection: close\r\nHost", 1)},
			want: []int{405}, closed: true, errs: method},

		// Expect.
		{name: "Expect", in: []string{expect("100-continue", length), ringing}, want: []int{100, 200}, calls: 1},
		{name: "Expect in mixed case", in: []string{expect("100-Continue", length), ringing}, want: []int{100, 200}, calls: 1},
		{name: "Expect without a body", in: []string{expect("100-continue", "0")}, want: bad, errs: missing},
		{name: "Expect with too large a body", in: []string{expect("100-continue", "1000000")}, want: []int{413}, closed: true, errs: tooLarge},
		{name: "Expect with a bad method", in: []string{strings.Replace(expect("100-continue", length), "POST", "PUT", 1)},
			half: true, want: []int{405}, closed: true, errs: method},
		{name: "Expect, half-close", in: []string{expect("100-continue", length)}, half: true, want: []int{100, 400}, closed: true, errs: unread},
		{name: "Expect something else", in: []string{expect(secret, length)}, half: true, want: []int{417}, closed: true},
		{name: "Expect of HTTP/1.0", in: []string{strings.Replace(expect("100-continue", length), "1.1", "1.0", 1) + ringing},
			want: []int{200}, closed: true, calls: 1},

		// Headers and the request line.
		{name: "headers too large", in: []string{formPost("X: "+strings.Repeat(secret, 12000)+"\r\n", "")}, want: []int{431}, closed: true},
		{name: "headers too many", in: []string{formPost(strings.Repeat("X: "+secret+"\r\n", 12000), "")}, want: []int{431}, closed: true},
		{name: "URL too long", in: []string{"GET /voice?" + strings.Repeat(secret, 12000) + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: []int{431}, closed: true},
		{name: "490 headers", in: []string{headersPost(headerLines(490))}, want: one, calls: 1},
		{name: "header without colon", in: []string{formPost(secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header without name", in: []string{formPost(": "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header name with a space", in: []string{formPost("X Y: "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header name before a space", in: []string{formPost("Content-Length : "+length+"\r\n", ringing)}, want: bad, closed: true},
		{name: "header name not ASCII", in: []string{formPost("X-é: "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "header folded", in: []string{headersPost("X-A: a\r\n " + secret + "\r\n")}, want: one, calls: 1},
		{name: "header folded, the first", in: []string{"POST /voice HTTP/1.1\r\n Host: " + secret + "\r\n\r\n"}, want: bad, closed: true},
		{name: "header with NUL", in: []string{formPost("X: "+secret+"\x00\r\n", "")}, want: bad, closed: true},
		{name: "header with CR", in: []string{formPost("X: a\rb: "+secret+"\r\n", "")}, want: bad, closed: true},
		{name: "URL with NUL", in: []string{"GET /voice?CallSid=1\x00" + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL with a bad escape", in: []string{"GET /voice%zz" + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL with a space", in: []string{"GET /voice?CallSid=1 " + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL without a slash", in: []string{"GET voice?" + ringing + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: bad, closed: true},
		{name: "URL with a fragment", in: []string{"GET /voice?CallSid=1&a=1#" + secret + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: one, calls: 1},
		{name: "URL absolute", in: []string{withMethod("POST", "http://b/voice?a=1")}, want: one, calls: 1},
		{name: "URL absolute, GET", in: []string{"GET http://" + secret + "/voice?" + ringing + " HTTP/1.1\r\nHost: a\r\n\r\n"}, want: one, calls: 1},
		{name: "Host missing", in: []string{strings.Replace(post(ringing), "Host: a\r\n", "", 1)}, want: bad, closed: true},
		{name: "Host twice", in: []string{headersPost("Host: a\r\n")}, want: bad, closed: true},
		{name: "Host bad", in: []string{strings.Replace(post(ringing), "Host: a", "Host: "+secret+" b/", 1)}, want: bad, closed: true},
		{name: "Host empty", in: []string{strings.Replace(post(ringing), "Host: a", "Host: ", 1)}, want: one, calls: 1},
		{name: "Connection: close", in: []string{headersPost("Connection: close\r\n") + post(ringing)}, want: one, closed: true, calls: 1},
		{name: "Upgrade", in: []string{headersPost("Connection: Upgrade\r\nUpgrade: websocket\r\n")}, want: one, calls: 1},
		{name: "Upgrade to HTTP/2", in: []string{headersPost("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")},
			want: one, calls: 1},

		// Versions, and what is no HTTP/1.
		{name: "HTTP/1.0", in: []string{strings.Replace(post(ringing), "1.1", "1.0", 1)}, want: one, closed: true, calls: 1},
		{name: "HTTP/1.0 without Host", in: []string{"GET " + query + " HTTP/1.0\r\n\r\n"}, want: one, closed: true, calls: 1},
		{name: "HTTP/1.0 keep-alive", in: []string{strings.Replace(headersPost("Connection: keep-alive\r\n"), "1.1", "1.0", 1)}, want: one, calls: 1},
		{name: "HTTP/1.0 chunked", in: []string{strings.Replace(chunkedPost(whole+"0\r\n\r\n"), "1.1", "1.0", 1)}, want: bad, closed: true, errs: missing},
		{name: "HTTP/0.9", in: []string{"GET " + query + "\r\n"}, half: true, want: bad, closed: true},
		{name: "HTTP/1.2", in: []string{strings.Replace(post(ringing), "1.1", "1.2", 1)}, want: one, calls: 1},
		{name: "HTTP/1.10", in: []string{strings.Replace(post(ringing), "1.1", "1.10", 1)}, want: bad, closed: true},
		{name: "HTTP/2.0", in: []string{strings.Replace(post(ringing), "1.1", "2.0", 1)}, want: []int{505}, closed: true},
		{name: "HTTP/2.0 preface", in: []string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"},
			want: []int{405}, closed: true, errs: method},
		{name: "HTTP/3.0", in: []string{strings.Replace(post(ringing), "1.1", "3.0", 1)}, want: []int{505}, closed: true},
		{name: "http in lower case", in: []string{strings.Replace(post(ringing), "HTTP", "http", 1)}, want: bad, closed: true},
		{name: "TLS", in: []string{hello + "\r\n\r\n"}, want: bad, closed: true},
		{name: "NULs", in: []string{strings.Repeat("\x00", 2000) + "\n\n"}, want: bad, closed: true},
		{name: "a line that never ends", in: []string{strings.Repeat(secret, 12000)}, want: []int{431}, closed: true},
		{name: "nothing", half: true, closed: true},
		{name: "only CRLFs", in: []string{strings.Repeat("\r\n", 100)}, want: bad, closed: true},
		{name: "empty lines first", in: []string{"\r\n\r\n" + post(ringing)}, want: bad, closed: true},
		{name: "an empty line between", in: []string{post(ringing) + "\r\n" + post(ringing)}, want: []int{200, 200}, calls: 2},
		{name: "LF line ends", in: []string{strings.ReplaceAll(post(ringing), "\r\n", "\n")}, want: one, calls: 1},
		{name: "CR line ends", in: []string{strings.ReplaceAll(post(ringing), "\r\n", "\r")}, half: true, want: bad, closed: true},

		// Pipelines.
		{name: "pipeline of 2", in: []string{strings.Repeat(post(ringing), 2)}, want: []int{200, 200}, calls: 2},
		{name: "pipeline of 20", in: []string{strings.Repeat(post(ringing), 20)}, want: repeated(20, 200), calls: 20},
		{name: "pipeline of 20 kinds of body", in: []string{strings.Repeat(post(ringing)+chunkedPost(inChunks(ringing, 3, "")), 10)},
			want: repeated(20, 200), calls: 20},
		{name: "refused, then good", in: []string{withMethod("PUT", query) + post(ringing)}, want: []int{405, 200}, calls: 1, errs: method},
		{name: "malformed form, then good", in: []string{post(ringing+"%") + post(ringing)},
			want: []int{400, 200}, calls: 1, errs: []error{voxhook.ErrMalformed}},
		{name: "own query that is not a form, then good", in: []string{withMethod("POST", query+";") + post(ringing)}, want: []int{200, 200}, calls: 2},
		{name: "no form, then good", in: []string{strings.Replace(post(ringing), "x-www-form-urlencoded", "json", 1) + post(ringing)},
			want: []int{415, 200}, calls: 1, errs: []error{voxhook.ErrContentType}},
		{name: "bad chunk, then good", in: []string{chunkedPost("zz\r\n\r\n") + post(ringing)}, want: bad, closed: true, errs: unread},
		{name: "good, then garbage", in: []string{post(ringing) + secret + "\r\n\r\n"}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "20 refused", in: []string{strings.Repeat(post("From=%2B14025559999"), 20)}, want: repeated(20, 400), errs: repeated[error](20, noCallSid)},
	}
	many := trial{name: "1,000 headers", in: []string{headersPost(headerLines(1000))}, want: one, calls: 1}
	if _, limited := reflect.TypeFor[http.Server]().FieldByName("MaxHeaderValueCount"); limited { // since Go 1.27
		many.want, many.calls, many.closed = []int{431}, 0, true
	}
	return append(cases, many)
}()

// headerLines returns n header lines.
func headerLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "X-%d: a\r\n", i)
	}
	return b.String()
}

func repeated[T any](n int, v T) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// framingGroup sends requests whose frame is wrong, or only unusual.
func framingGroup(t *testing.T) { try(t, 128<<10, framings) }
