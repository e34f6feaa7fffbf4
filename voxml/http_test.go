package voxml_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

var (
	_ http.Handler = voxml.Response(nil)
	_ io.WriterTo  = voxml.Response(nil)
)

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

// A failingWriter takes that many bytes and then fails. It counts the calls.
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
	assert.Equal(t, 1, w.calls, "in one piece")

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
