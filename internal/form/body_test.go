package form_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/form"
)

// A closed is a body that counts how often it is closed and read.
type closed struct {
	io.Reader
	closes, reads int
}

func (c *closed) Read(b []byte) (int, error) { c.reads++; return c.Reader.Read(b) }
func (c *closed) Close() error               { c.closes++; return nil }

func TestKeep(t *testing.T) {
	body := &closed{Reader: strings.NewReader("CallSid=1&a=%41")}
	r := httptest.NewRequest(http.MethodPost, "/", body)
	for range 2 { // for several wrappers
		text, err := form.Keep(r, form.Limits{})
		require.NoError(t, err)
		assert.Equal(t, "CallSid=1&a=%41", string(text))
	}
	reads := body.reads

	read, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Equal(t, "CallSid=1&a=%41", string(read), "other readers must get the whole body")

	for range 2 { // reading it has not consumed it
		text, err := form.Body(r.WithContext(t.Context()), form.Limits{})
		require.NoError(t, err)
		pairs, err := form.Append([]pair(nil), text, form.Limits{})
		require.NoError(t, err)
		assert.Equal(t, []pair{{"CallSid", "1"}, {"a", "A"}}, pairs)
	}
	assert.Equal(t, reads, body.reads, "the original body must be read only once")

	require.NoError(t, r.Body.Close())
	assert.Equal(t, 1, body.closes)
}

func TestKeepNothing(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut} {
		body := &closed{Reader: strings.NewReader("a=1")}
		r := httptest.NewRequest(method, "/", body)
		text, err := form.Keep(r, form.Limits{})
		require.NoError(t, err)
		assert.Nil(t, text, method)
		assert.Same(t, body, r.Body, method)
		assert.Zero(t, body.reads, method)
	}
	for _, body := range []io.ReadCloser{nil, http.NoBody} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Body = body
		text, err := form.Keep(r, form.Limits{})
		require.NoError(t, err)
		assert.Empty(t, text)
		text, err = form.Body(r, form.Limits{})
		require.NoError(t, err)
		assert.Empty(t, text)
		require.NoError(t, r.Body.Close())
	}
}

// TestKeepLimits checks that Keep returns the form that ParseForm left, and
// that each caller's limits apply to a kept body.
func TestKeepLimits(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/?c=3", strings.NewReader("b=2&a=%41"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	require.NoError(t, r.ParseForm())
	text, err := form.Keep(r, form.Limits{Bytes: 7})
	require.NoError(t, err)
	assert.Equal(t, "a=A&b=2", string(text))
	_, err = form.Keep(r, form.Limits{Bytes: 6})
	assert.ErrorIs(t, err, form.ErrBytes)

	r = httptest.NewRequest(http.MethodPost, "/", strings.NewReader("CallSid=1"))
	for _, read := range []func(*http.Request, form.Limits) ([]byte, error){form.Keep, form.Body} {
		_, err = form.Keep(r, form.Limits{})
		require.NoError(t, err)
		_, err = read(r, form.Limits{Bytes: 8})
		require.ErrorIs(t, err, form.ErrBytes)
		_, err = read(r, form.Limits{Bytes: 9})
		require.NoError(t, err)
	}
}

// TestKeepFails checks that nothing can read a body that Keep could not read,
// since a reader could mistake a part for the whole.
func TestKeepFails(t *testing.T) {
	lost := errors.New("connection lost")
	for _, tt := range []struct {
		body   io.Reader
		size   int64
		limits form.Limits
		want   error
	}{
		{strings.NewReader("CallSid=1&a=1"), -1, form.Limits{Bytes: 9}, form.ErrBytes},
		{strings.NewReader("CallSid=1&a=1"), 13, form.Limits{Bytes: 9}, form.ErrBytes},
		{io.MultiReader(strings.NewReader("CallSid=1"), iotest.ErrReader(lost)), -1, form.Limits{}, lost},
		{strings.NewReader(""), 9, form.Limits{}, form.GoneError{Announced: 9}},
		{strings.NewReader("a=1"), 9, form.Limits{}, form.GoneError{Announced: 9, Left: 3}},
		{strings.NewReader(""), -1, form.Limits{}, form.GoneError{Announced: -1}},
	} {
		t.Run(tt.want.Error(), func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", tt.body)
			r.ContentLength = tt.size
			for range 2 {
				text, err := form.Keep(r, tt.limits)
				require.ErrorIs(t, err, tt.want)
				assert.Empty(t, text)
			}
			text, err := form.Body(r, form.Limits{})
			require.ErrorIs(t, err, tt.want)
			assert.Empty(t, text)
			read, err := io.ReadAll(r.Body)
			require.ErrorIs(t, err, tt.want)
			assert.Empty(t, read)
		})
	}
}
