package torture

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
)

// formPost returns a POST of a form with more header lines, followed by rest.
func formPost(headers, rest string) string {
	return "POST /voice HTTP/1.1\r\nHost: a\r\n" + formType + headers + "\r\n" + rest
}

// chunkedPost returns a POST with a chunked body, given as encoded chunks.
func chunkedPost(chunks string) string { return formPost("Transfer-Encoding: chunked\r\n", chunks) }

// lengthPost returns a POST of ringing with the given Content-Length.
func lengthPost(value string) string { return formPost("Content-Length: "+value+"\r\n", ringing) }

// headersPost returns a POST of ringing with more header lines.
func headersPost(headers string) string { return request("POST /voice", formType+headers, ringing) }

// withMethod returns a request with the body ringing and another method and
// target.
func withMethod(method, target string) string {
	return request(method+" "+target, formType, ringing)
}

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

// framingGroup sends requests with wrong or unusual framing. Net/http does most
// of the work. No callback may run for a request that it refuses, and the
// Handler must report a body that it cannot read.
func framingGroup(t *testing.T) {
	each(t, framings(), func(tr trial) string { return tr.name }, func(t *testing.T, tr trial) {
		if tr.header == 0 {
			tr.header = 128 << 10
		}
		s, _ := tr.run(t)
		calls, failed := len(s.events), false
		if !tr.closed {
			calls--
		}
		assert.Equal(t, tr.calls, calls, "callbacks")
		for _, o := range s.outcomes {
			if o.Err != nil {
				failed = true
				assert.True(t, strings.HasPrefix(o.Err.Error(), "voxhook: "+tr.err), "%v", o.Err)
			}
		}
		assert.Equal(t, tr.err != "", failed, "the Handler must refuse a request only if an error is expected")
	})
}

func framings() []trial {
	const (
		query  = "/voice?" + ringing
		small  = "CallSid=1&CallStatus=ringing" // the start of ringing, which is also a form
		secret = "4111111111111111"
		limit  = voxhook.DefaultMaxBodyBytes

		missing  = "parameter CallSid is missing"
		method   = "method is neither"
		unread   = "cannot read the body"
		tooLarge = "request is too large: too many bytes"
	)
	one, bad := []int{200}, []int{400}
	large := ringing + "&a=" + strings.Repeat("a", 10<<20)
	length := fmt.Sprint(len(ringing))
	whole := fmt.Sprintf("%x\r\n%s\r\n", len(ringing), ringing)
	end := whole + "0\r\n\r\n"
	expect := func(value, length string) string {
		return formPost("Expect: "+value+"\r\nContent-Length: "+length+"\r\n", "")
	}
	encoded := func(headers string) string { return formPost(headers, end) }
	bytewise := strings.Split(post(ringing), "")
	own := func(bytes int64, params int) voxhook.Settings {
		return voxhook.Settings{MaxBodyBytes: bytes, MaxParams: params}
	}
	twoParams := post("CallSid=CA1&a=" + strings.Repeat("a", 50))

	return []trial{
		{name: "good", in: []string{post(ringing)}, want: one, calls: 1},
		{name: "good, byte by byte", in: bytewise, want: one, calls: 1},
		{name: "GET with a body", in: []string{withMethod("GET", query)}, want: one, calls: 1},
		{name: "GET with a bad form as its body", in: []string{request("GET "+query, formType+"Content-Encoding: gzip\r\n", "%zz;")}, want: one, calls: 1},

		// Limits of the Handler.
		{name: "own size, reached", in: []string{twoParams}, settings: own(64, 0), want: one, calls: 1},
		{name: "own size, one byte over", in: []string{twoParams}, settings: own(63, 0), want: []int{413}, err: tooLarge},
		{name: "own size, largest", in: []string{post(large)}, settings: own(math.MaxInt64, 0), want: one, calls: 1},
		{name: "own size, negative", in: []string{post(large[:limit+1])}, settings: own(math.MinInt64, 0),
			want: []int{413}, err: tooLarge, closed: true},
		{name: "own count, reached", in: []string{twoParams}, settings: own(0, 2), want: one, calls: 1},
		{name: "own count, one over", in: []string{twoParams}, settings: own(0, 1), want: []int{413}, err: "request is too large: too many parameters"},
		{name: "own count, largest", in: []string{post(ringing + strings.Repeat("&a", 2000))}, settings: own(0, math.MaxInt), want: one, calls: 1},
		{name: "own count, negative", in: []string{post(ringing + strings.Repeat("&a", 1000))}, settings: own(0, math.MinInt),
			want: []int{413}, err: "request is too large: too many parameters"},

		// Content-Length.
		{name: "no length, no body", in: []string{formPost("", "")}, want: bad, err: missing},
		{name: "no length, but a body", in: []string{formPost("", ringing+"\r\n\r\n")}, want: []int{400, 400}, closed: true, err: missing},
		{name: "length 0, but a body", in: []string{lengthPost("0") + "\r\n\r\n"}, want: []int{400, 400}, closed: true, err: missing},
		{name: "length twice, equal", in: []string{lengthPost(length + "\r\nContent-Length: " + length)}, want: one, calls: 1},
		{name: "length twice, different", in: []string{lengthPost(length + "\r\nContent-Length: 9")}, want: bad, closed: true},
		{name: "largest length", in: []string{lengthPost("9223372036854775807")}, want: []int{413}, closed: true, err: tooLarge},
		{name: "length too short, then garbage", in: []string{lengthPost(fmt.Sprint(len(small))) + "\r\n\r\n"}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "length too short, then a request", in: []string{formPost(fmt.Sprintf("Content-Length: %d\r\n", len(small)), small+post(ringing))},
			want: []int{200, 200}, calls: 2},
		{name: "length too long, half-close", in: []string{lengthPost("200")}, half: true, want: bad, closed: true, err: unread},
		{name: "10 MiB", in: []string{post(large)}, want: []int{413}, closed: true, err: tooLarge, most: 1 << 20},
		{name: "10 MiB of another type", in: []string{request("POST /voice", "Content-Type: text/plain\r\n", large)},
			want: []int{415}, closed: true, err: "body is not application/x-www-form-urlencoded", most: 1 << 20},
		{name: "10 MiB in the URL", in: []string{request("GET /voice?"+large, "", "")}, want: []int{431}, closed: true, most: 2 << 20},

		// Chunks.
		{name: "chunks of one byte", in: []string{chunkedPost(inChunks(ringing, 1, ""))}, want: one, calls: 1},
		{name: "chunks, byte by byte", in: strings.Split(chunkedPost(inChunks(ringing, 7, "")), ""), want: one, calls: 1},
		{name: "chunks, to the limit", in: []string{chunkedPost(inChunks(large[:limit], 60000, ""))}, want: one, calls: 1},
		{name: "chunks over the limit", in: []string{chunkedPost(inChunks(large[:4*limit], 60000, ""))}, want: []int{413}, closed: true, err: tooLarge},
		{name: "chunks of 10 MiB", in: []string{chunkedPost(inChunks(large, 60000, ""))}, settings: own(-1, 0),
			want: []int{413}, closed: true, err: tooLarge, most: 1 << 20},
		{name: "chunk that never ends", in: []string{chunkedPost("7fffffffffffffff\r\n" + large[:4*limit])}, want: []int{413}, closed: true, err: tooLarge},
		{name: "no chunks", in: []string{chunkedPost("0\r\n\r\n")}, want: bad, err: "the body was already read"},
		{name: "last chunk missing", in: []string{chunkedPost(whole)}, half: true, want: bad, closed: true, err: unread},
		{name: "chunk cut", in: []string{chunkedPost(whole[:20])}, half: true, want: bad, closed: true, err: unread},
		{name: "chunk size cut off", in: []string{chunkedPost("4")}, half: true, want: bad, closed: true, err: unread},
		{name: "chunk size is not a number", in: []string{chunkedPost("zz\r\n" + ringing)}, want: bad, closed: true, err: unread},
		{name: "chunk with an extension", in: []string{chunkedPost(inChunks(ringing, 50, ";a=\""+secret+"\""))}, want: one, calls: 1},
		{name: "chunk extensions larger than the body", in: []string{chunkedPost(inChunks(ringing, 1, ";a="+strings.Repeat("a", 2<<10)))},
			want: bad, closed: true, err: unread},
		{name: "chunk longer than its size", in: []string{chunkedPost("9\r\n" + ringing + "\r\n0\r\n\r\n")}, want: bad, closed: true, err: unread},
		{name: "chunks, then garbage", in: []string{chunkedPost(end + ringing + "\r\n\r\n")}, want: []int{200, 400}, closed: true, calls: 1},
		{name: "chunks, then a request", in: []string{chunkedPost(end) + post(ringing)}, want: []int{200, 200}, calls: 2},
		{name: "secret as transfer encoding", in: []string{encoded("Transfer-Encoding: " + secret + "\r\n")}, want: []int{501}, closed: true},
		{name: "transfer encoding and length", in: []string{encoded("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")}, want: one, calls: 1},
		{name: "trailers", in: []string{formPost("Trailer: X-A\r\nTransfer-Encoding: chunked\r\n", whole+"0\r\nX-A: "+secret+"\r\n\r\n")}, want: one, calls: 1},
		{name: "trailer without colon", in: []string{chunkedPost(whole + "0\r\n" + secret + "\r\n\r\n")}, want: bad, closed: true, err: unread},
		{name: "trailers too large", in: []string{chunkedPost(whole + "0\r\n" + strings.Repeat("X-A: "+secret+"\r\n", 1000) + "\r\n")},
			want: bad, closed: true, err: unread},

		// Methods and Expect.
		{name: "secret as method", in: []string{withMethod(secret, query)}, want: []int{405}, err: method},
		{name: "HEAD", in: []string{withMethod("HEAD", query)}, want: []int{405}, err: method},
		{name: "CONNECT", in: []string{strings.Replace(withMethod("CONNECT", "a:443"), "Host", "Connection: close\r\nHost", 1)},
			want: []int{405}, closed: true, err: method},
		{name: "Expect", in: []string{expect("100-continue", length), ringing}, want: []int{100, 200}, calls: 1},
		{name: "Expect without a body", in: []string{expect("100-continue", "0")}, want: bad, err: missing},
		{name: "Expect with too large a body", in: []string{expect("100-continue", "1000000")}, want: []int{413}, closed: true, err: tooLarge},
		{name: "Expect with a bad method", in: []string{strings.Replace(expect("100-continue", length), "POST", "PUT", 1)},
			half: true, want: []int{405}, closed: true, err: method},
		{name: "Expect, half-close", in: []string{expect("100-continue", length)}, half: true, want: []int{100, 400}, closed: true, err: unread},
		{name: "Expect something else", in: []string{expect(secret, length)}, half: true, want: []int{417}, closed: true},

		// Headers, versions, and input that is not HTTP/1.
		{name: "headers too large", in: []string{formPost("X: "+strings.Repeat(secret, 12000)+"\r\n", "")}, want: []int{431}, closed: true},
		{name: "header without colon", in: []string{formPost(secret+"\r\n", "")}, want: bad, closed: true},
		{name: "absolute URL", in: []string{withMethod("POST", "http://b/voice?a=1")}, want: one, calls: 1},
		{name: "Connection: close", in: []string{headersPost("Connection: close\r\n") + post(ringing)}, want: one, closed: true, calls: 1},
		{name: "Upgrade", in: []string{headersPost("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")},
			want: one, calls: 1},
		{name: "HTTP/1.0", in: []string{strings.Replace(post(ringing), "1.1", "1.0", 1)}, want: one, closed: true, calls: 1},
		{name: "HTTP/1.0 chunked", in: []string{strings.Replace(chunkedPost(end), "1.1", "1.0", 1)}, want: bad, closed: true, err: missing},
		{name: "HTTP/2.0 preface", in: []string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"},
			want: []int{405}, closed: true, err: method},
		{name: "TLS", in: []string{"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + secret + secret + "\r\n\r\n"}, want: bad, closed: true},
		{name: "LF line ends", in: []string{strings.ReplaceAll(post(ringing), "\r\n", "\n")}, want: one, calls: 1},

		// Pipelines.
		{name: "pipeline of 20 kinds of body", in: []string{strings.Repeat(post(ringing)+chunkedPost(inChunks(ringing, 3, "")), 10)},
			want: slices.Repeat(one, 20), calls: 20},
		{name: "refused, then good", in: []string{withMethod("PUT", query) + post(ringing)}, want: []int{405, 200}, calls: 1, err: method},
		{name: "malformed form, then good", in: []string{post(ringing+"%") + post(ringing)}, want: []int{400, 200}, calls: 1, err: "malformed form"},
		{name: "own query with a bad pair, then good", in: []string{withMethod("POST", query+";") + post(ringing)}, want: []int{200, 200}, calls: 2},
		{name: "not a form, then good", in: []string{strings.Replace(post(ringing), "x-www-form-urlencoded", "json", 1) + post(ringing)},
			want: []int{415, 200}, calls: 1, err: "body is not"},
		{name: "bad chunk, then good", in: []string{chunkedPost("zz\r\n\r\n") + post(ringing)}, want: bad, closed: true, err: unread},
		{name: "20 refused", in: []string{strings.Repeat(post("From=%2B14025559999"), 20)}, want: slices.Repeat(bad, 20), err: missing},
	}
}
