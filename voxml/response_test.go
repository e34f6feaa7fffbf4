package voxml_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

var _ io.WriterTo = voxml.Response(nil)

func TestServeHTTP(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))

	for _, doc := range []voxml.Response{nil, menu, {voxml.Say{Text: "请按一"}}} {
		server := httptest.NewServer(doc)
		defer server.Close()
		want := doc.String()
		for method, body := range map[string]string{http.MethodGet: want, http.MethodPost: want, http.MethodHead: ""} {
			req, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
			require.NoError(t, err)
			res, err := server.Client().Do(req)
			require.NoError(t, err)
			defer res.Body.Close()
			got, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			assert.Equal(t, http.StatusOK, res.StatusCode)
			res.Header.Del("Date")
			assert.Equal(t, http.Header{"Content-Type": {"application/xml"}, "Content-Length": {strconv.Itoa(len(want))}}, res.Header)
			assert.Empty(t, res.TransferEncoding)
			assert.Equal(t, body, string(got))
		}
	}
	assert.Empty(t, log.String())

	w := httptest.NewRecorder()
	voxml.Response{voxml.Say{Text: "secret"}, voxml.Pause{Length: 5}}.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, "Internal Server Error\n", w.Body.String())
	assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	assert.Regexp(t, `^time=\S+ level=ERROR msg="document not sent" `+
		`error="voxml: Response\[1\].Pause.length: 5ns is not a whole number of seconds"\n$`, log.String())
}

// A failingWriter accepts that many bytes and then fails. It counts the calls.
type failingWriter struct {
	room, calls int
	err         error
}

func (w *failingWriter) Write(b []byte) (int, error) {
	w.calls++
	if len(b) > w.room {
		return w.room, w.err
	}
	return len(b), nil
}

func TestWriteTo(t *testing.T) {
	w := &failingWriter{room: 10_000}
	n, err := menu.WriteTo(w)
	require.NoError(t, err)
	assert.Equal(t, int64(len(menu.String())), n)
	assert.Equal(t, 1, w.calls, "WriteTo must write in one piece")

	w = &failingWriter{room: 7, err: errors.New("gone")}
	n, err = menu.WriteTo(w)
	assert.Same(t, w.err, err)
	assert.Equal(t, int64(7), n)

	w = &failingWriter{room: 10_000}
	n, err = bad.WriteTo(w)
	_, want := bad.AppendXML(nil)
	assert.EqualError(t, err, want.Error())
	assert.Zero(t, n)
	assert.Zero(t, w.calls)
}

func ExampleResponse_MarshalText() {
	b, err := json.Marshal(map[string]any{"doc": voxml.Response{voxml.Redirect{URL: "/voice"}}})
	fmt.Println(string(b), err)
	// Output:
	// {"doc":"\u003cResponse\u003e\u003cRedirect\u003e/voice\u003c/Redirect\u003e\u003c/Response\u003e"} <nil>
}

// A document is the same after JSON, including the names of its verbs and its
// expressions.
func TestJSON(t *testing.T) {
	for _, tt := range golden { // one of the documents is nil
		b, err := json.Marshal(tt.doc)
		require.NoError(t, err)
		back := voxml.Response{voxml.Hangup{}}
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, tt.doc, back, tt.name)
	}
	verb := voxml.Do{Expression: voxml.Var("a").Match(`(<|>)`), MaxLoops: 2}
	b, err := json.Marshal(verb)
	require.NoError(t, err)
	var back voxml.Do
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, verb, back)
}

func TestJSONErrors(t *testing.T) {
	_, err := json.Marshal(voxml.Response{voxml.Pause{Length: 5}})
	require.ErrorContains(t, err, "voxml: Response[0].Pause.length: 5ns is not a whole number of seconds")
	_, err = json.Marshal(voxml.If{Expression: voxml.Var("a").Equal(`\`)})
	require.ErrorContains(t, err, "voxml: expression compares with a value that ends with a backslash")

	before := voxml.Response{voxml.Pause{Length: time.Second}}
	doc := before
	for _, text := range []string{`"<Response>"`, `"<Response><Pause length='0'/></Response>"`, `["Pause"]`, `{}`} {
		require.Error(t, json.Unmarshal([]byte(text), &doc), "%s", text)
		assert.Equal(t, before, doc, "%s", text)
	}
}

func TestAllocs(t *testing.T) {
	for _, doc := range []voxml.Response{
		nil, menu, {voxml.Connect{Flow: voxml.Flow{ID: "f"}}}, {ifs(voxml.MaxDepth - 1)}, slices.Concat(slices.Repeat([]voxml.Response{menu}, 100)...),
	} {
		buf := []byte(encode(t, doc))
		assert.Zero(t, testing.AllocsPerRun(100, func() { buf, _ = doc.AppendXML(buf[:0]) }))
		assert.Equal(t, encode(t, doc), string(buf))
	}
}
