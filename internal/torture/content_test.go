package torture

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

// gathered is a form with secrets.
const gathered = "CallSid=CA1&From=%2B14025559999&Digits=4111111111111111"

func isGathered(a *assert.Assertions, e voxhook.Event) {
	w := e.Webhook()
	a.Equal("CA1", w.CallSid)
	a.Equal("+14025559999", w.From)
	a.Len(w.Params, 3)
	if g, ok := e.(*voxhook.GatherResult); a.True(ok) {
		a.Equal("4111111111111111", g.Digits)
	}
}

// contentGroup sends bodies that are not what their headers say, and headers
// that make no sense.
func contentGroup(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	var trials []trial
	accept := func(name, headers, body string) {
		trials = append(trials, accepted(name, request("POST /voice", headers, body), &voxhook.GatherResult{}, isGathered))
	}
	refuse := func(name, headers, body string) {
		trials = append(trials, refused(name, request("POST /voice", headers, body), http.StatusUnsupportedMediaType, voxhook.ErrContentType))
	}
	malformed := func(name, body string) {
		trials = append(trials, refused(name, post(body), http.StatusBadRequest, voxhook.ErrMalformed))
	}
	missing := func(name, headers, body string) {
		trials = append(trials, refused(name, request("POST /voice", headers, body), http.StatusBadRequest, noCallSid))
	}

	for _, c := range []struct{ name, value string }{
		{"plain", form},
		{"charset", form + "; charset=utf-8"},
		{"charset in capitals", form + "; CHARSET=UTF-8"},
		{"charset quoted", form + `; charset="utf-8"`},
		{"charset unknown", form + "; charset=x-klingon"},
		{"charset empty", form + "; charset="},
		{"charset of another kind", form + "; charset=iso-8859-1"},
		{"charset twice and equal", form + "; charset=utf-8; charset=utf-8"},
		{"charset twice and different", form + "; charset=utf-8; charset=utf-16"},
		{"charset without end", form + `; charset="utf-8`},
		{"charset that is not ASCII", form + "; charset=\xff\xfe"},
		{"capitals", "APPLICATION/X-WWW-FORM-URLENCODED"},
		{"odd case", "Application/x-WWW-Form-UrlEncoded"},
		{"spaces around", "   " + form + "  "},
		{"tabs around", "\t" + form + "\t"},
		{"space before semicolon", form + " ; charset=utf-8"},
		{"nothing after semicolon", form + ";"},
		{"only semicolons after", form + ";;;"},
		{"boundary", form + "; boundary=x"},
		{"long parameter", form + "; x=" + strings.Repeat("y", 100_000)},
	} {
		accept("type: "+c.name, "Content-Type: "+c.value+"\r\n", gathered)
	}
	accept("type: odd case of the header", "cOnTeNt-tYpE: "+form+"\r\n", gathered)
	accept("type: no space after the colon", "Content-Type:"+form+"\r\n", gathered)
	accept("type: header twice and equal", formType+formType, gathered)
	accept("type: header twice, json last", formType+"Content-Type: application/json\r\n", gathered)

	for _, c := range []struct{ name, value string }{
		{"empty", ""},
		{"spaces", "   "},
		{"only semicolon", ";"},
		{"only parameter", "; charset=utf-8"},
		{"json", "application/json"},
		{"text", "text/plain"},
		{"html", "text/html; charset=utf-8"},
		{"xml", "application/xml"},
		{"any", "*/*"},
		{"octets", "application/octet-stream"},
		{"half", "application/"},
		{"without top", "x-www-form-urlencoded"},
		{"one letter less", form[:len(form)-1]},
		{"one letter more", form + "2"},
		{"space inside", "application / x-www-form-urlencoded"},
		{"quoted", `"` + form + `"`},
		{"list", form + ", application/json"},
		{"list of equals", form + "," + form},
		{"comment", form + " (form)"},
		{"form as a parameter", "text/plain; " + form},
		{"look-alike letter", "аpplication/x-www-form-urlencoded"},
		{"long", "application/" + strings.Repeat("x", 100_000)},
		{"secret", "text/x-4111111111111111"},
	} {
		refuse("type: "+c.name, "Content-Type: "+c.value+"\r\n", gathered)
	}
	refuse("type: missing", "", gathered)
	refuse("type: missing, and no body", "", "")
	refuse("type: header twice, json first", "Content-Type: application/json\r\n"+formType, gathered)
	multipart := "--b\r\nContent-Disposition: form-data; name=\"CallSid\"\r\n\r\nCA1\r\n--b--\r\n"
	refuse("type: multipart", "Content-Type: multipart/form-data; boundary=b\r\n", multipart)
	refuse("type: multipart without boundary", "Content-Type: multipart/form-data\r\n", multipart)
	refuse("type: json, and is json", "Content-Type: application/json\r\n", `{"CallSid":"CA1","From":"+14025559999"}`)
	trials = append(trials, refused("type: NUL in the header",
		request("POST /voice", "Content-Type: "+form+"\x00\r\n", gathered), http.StatusBadRequest, nil))

	// The coding of a body is refused, never undone.
	zipped := pack(t, gathered, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	deflated := pack(t, gathered, func(w io.Writer) io.WriteCloser {
		f, err := flate.NewWriter(w, flate.BestCompression)
		require.NoError(t, err)
		return f
	})
	bomb := pack(t, "CallSid=CA1&x="+strings.Repeat("0", 4<<20), func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	coded := func(values ...string) string {
		headers := formType
		for _, v := range values {
			headers += "Content-Encoding: " + v + "\r\n"
		}
		return headers
	}
	refuse("encoding: gzip", coded("gzip"), zipped)
	refuse("encoding: gzip in odd case", coded("GZip"), zipped)
	refuse("encoding: x-gzip", coded("x-gzip"), zipped)
	refuse("encoding: gzip, but is not", coded("gzip"), gathered)
	refuse("encoding: gzip, and large when undone", coded("gzip"), bomb)
	refuse("encoding: deflate", coded("deflate"), deflated)
	refuse("encoding: deflate, but is not", coded("deflate"), gathered)
	refuse("encoding: br", coded("br"), gathered)
	refuse("encoding: zstd", coded("zstd"), gathered)
	refuse("encoding: unknown", coded("klingon"), gathered)
	refuse("encoding: a charset", coded("utf-8"), gathered)
	refuse("encoding: gzip, then identity", coded("gzip, identity"), zipped)
	refuse("encoding: identity, then gzip", coded("identity, gzip"), zipped)
	refuse("encoding: header twice, gzip first", coded("gzip", "identity"), gathered)
	refuse("encoding: header twice, gzip last", coded("identity", "gzip"), gathered)
	refuse("encoding: header twice, the first empty", coded("", "gzip"), gathered)
	accept("encoding: identity", coded("identity"), gathered)
	accept("encoding: identity in capitals", coded("IDENTITY"), gathered)
	accept("encoding: empty", coded(""), gathered)
	missing("encoding: identity, but is gzip", coded("identity"), zipped)

	// Bodies in other forms, or other alphabets, under the label of a form.
	const mark = "\xef\xbb\xbf"
	missing("body: none", formType, "")
	missing("body: byte order mark before CallSid", formType, mark+gathered)
	const unescaped = "CallSid=CA1&Digits=4111111111111111"
	missing("body: UTF-16, little end first", formType, wide(unescaped, binary.LittleEndian))
	missing("body: UTF-16, big end first", formType, wide(unescaped, binary.BigEndian))
	missing("body: UTF-16, and says so", "Content-Type: "+form+"; charset=utf-16\r\n", wide(unescaped, binary.LittleEndian))
	malformed("body: UTF-16 with escapes, little end first", wide(gathered, binary.LittleEndian))
	malformed("body: UTF-16 with escapes, big end first", wide(gathered, binary.BigEndian))
	missing("body: gzip without saying so", formType, zipped)
	missing("body: json", formType, `{"CallSid":"CA1","From":"+14025559999"}`)
	missing("body: xml", formType, `<?xml version="1.0"?><CallSid>4111111111111111</CallSid>`)
	missing("body: only a byte order mark", formType, mark)
	malformed("body: multipart", multipart)
	malformed("body: xml with entities", `<a b="1">&#x41;&lt;4111111111111111</a>`)
	malformed("body: html", "<p style='width:50%'>+14025559999</p>")
	trials = append(trials,
		accepted("body: byte order mark before another parameter", post(mark+"From=x&CallSid=CA1"), &voxhook.IncomingCall{},
			func(a *assert.Assertions, e voxhook.Event) {
				a.Empty(e.Webhook().From)
				a.Equal(voxhook.Params{{Name: mark + "From", Value: "x"}, {Name: "CallSid", Value: "CA1"}}, e.Webhook().Params)
			}),
		accepted("body: charset by a parameter", post("_charset_=utf-16&CallSid=CA1&CallerName=Jos%C3%A9"), &voxhook.IncomingCall{}, callerName("José")))
	latin := accepted("body: Latin-1, and says so",
		request("POST /voice", "Content-Type: "+form+"; charset=iso-8859-1\r\n", "CallSid=CA1&CallerName=Jos%E9"),
		&voxhook.IncomingCall{}, callerName("Jos\ufffd"))
	latin.invalid = []string{"CallerName"}
	trials = append(trials, latin)

	// A GET has its form in the query, whatever it says about its body.
	for _, c := range []struct{ name, headers, body string }{
		{"form", formType, ""},
		{"json", "Content-Type: application/json\r\n", ""},
		{"empty", "Content-Type: \r\n", ""},
		{"gzip", coded("gzip"), ""},
		{"other form in the body", formType, "CallSid=CA2&From=x"},
		{"json in the body", "Content-Type: application/json\r\n", `{"CallSid":"CA2"}`},
		{"bad form in the body", formType, "%zz;"},
	} {
		trials = append(trials, accepted("get: "+c.name, request("GET /voice?"+gathered, c.headers, c.body), &voxhook.GatherResult{}, isGathered))
	}

	for _, method := range []string{"HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "post", "PoSt", "BREW", "POSTX"} {
		trials = append(trials, refused("method: "+method, request(method+" /voice?"+gathered, formType, gathered),
			http.StatusMethodNotAllowed, voxhook.ErrMethod))
	}
	try(t, 1<<20, trials)
}

// pack returns a text in compressed form.
func pack(t *testing.T, text string, by func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var b bytes.Buffer
	w := by(&b)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// wide returns a text in UTF-16, after its byte order mark.
func wide(text string, order binary.AppendByteOrder) string {
	b := order.AppendUint16(nil, 0xFEFF)
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}
