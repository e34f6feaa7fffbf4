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
	for _, tt := range []struct {
		name string
		doc  voxml.Response
		want string
	}{
		{"empty", nil, "<Response/>"},
		{"hangup", voxml.Response{voxml.Hangup{}}, "<Response><Hangup/></Response>"},
		{"more bytes than characters", voxml.Response{voxml.Say{Text: "请按一"}}, "<Response><Say>请按一</Say></Response>"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				w := httptest.NewRecorder()
				tt.doc.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
				assert.Equal(t, http.StatusOK, w.Code)
				assert.Equal(t, http.Header{
					"Content-Type":   {"application/xml"},
					"Content-Length": {strconv.Itoa(len(tt.want))},
				}, w.Header())
				assert.Equal(t, tt.want, w.Body.String())
			})
		}
	}
}

func TestServeHTTPOverNetwork(t *testing.T) {
	server := httptest.NewServer(menu)
	defer server.Close()
	want := menu.String()
	for method, body := range map[string]string{
		http.MethodGet:  want,
		http.MethodPost: want,
		http.MethodHead: "",
	} {
		t.Run(method, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
			require.NoError(t, err)
			res, err := server.Client().Do(req)
			require.NoError(t, err)
			defer res.Body.Close()
			got, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			assert.Equal(t, http.StatusOK, res.StatusCode)
			assert.Equal(t, "application/xml", res.Header.Get("Content-Type"))
			assert.Equal(t, int64(len(want)), res.ContentLength)
			assert.Empty(t, res.TransferEncoding)
			assert.Equal(t, body, string(got))
		})
	}
}

func TestServeHTTPBadDocument(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))

	w := httptest.NewRecorder()
	voxml.Response{voxml.Say{Text: "secret"}, voxml.Pause{Length: 5}}.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))

	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, "Internal Server Error\n", w.Body.String())
	assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	assert.Equal(t,
		`level=ERROR msg="document not sent" error="voxml: Response[1].Pause.length: 5ns is not a whole number of seconds"`+"\n",
		log.String())
}

func TestServeHTTPGoodDocumentLogsNothing(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))

	menu.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil))
	assert.Empty(t, log.String())
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
	t.Run("count", func(t *testing.T) {
		var b bytes.Buffer
		n, err := menu.WriteTo(&b)
		require.NoError(t, err)
		assert.Equal(t, int64(b.Len()), n)
		assert.Equal(t, menu.String(), b.String())
	})
	t.Run("one piece", func(t *testing.T) {
		w := &failingWriter{room: 10_000}
		_, err := menu.WriteTo(w)
		require.NoError(t, err)
		assert.Equal(t, 1, w.calls)
	})
	t.Run("writer fails", func(t *testing.T) {
		w := &failingWriter{room: 7, err: errors.New("gone")}
		n, err := menu.WriteTo(w)
		assert.Same(t, w.err, err)
		assert.Equal(t, int64(7), n)
	})
	t.Run("bad document", func(t *testing.T) {
		w := &failingWriter{room: 10_000}
		n, err := bad.WriteTo(w)
		_, want := bad.AppendXML(nil)
		assert.EqualError(t, err, want.Error())
		assert.Zero(t, n)
		assert.Zero(t, w.calls)
	})
}
