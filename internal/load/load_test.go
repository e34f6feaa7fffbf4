package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

func TestGatherRequest(t *testing.T) {
	raw := bufio.NewReader(bytes.NewReader(gatherRequest("1")))
	r, err := http.ReadRequest(raw)
	require.NoError(t, err)
	event, err := voxhook.Parse(r)
	require.NoError(t, err)
	require.IsType(t, (*voxhook.GatherResult)(nil), event)
	assert.Equal(t, "1", event.(*voxhook.GatherResult).Digits)
	assert.Len(t, event.Webhook().Params, 19+4)
	assert.Empty(t, event.Webhook().Invalid)
	assert.Zero(t, raw.Buffered())
	assert.Empty(t, menu(city).Check())
}

func TestReadAnswer(t *testing.T) {
	const header = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 11\r\n\r\n"
	for _, c := range []struct{ name, answer, want, err string }{
		{name: "whole", answer: header + "<Response/>", want: "<Response/>"},
		{name: "no body", answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
		{name: "nothing", err: "after 0 bytes of an answer: EOF"},
		{name: "part of the header", answer: header[:20], err: "after 20 bytes of an answer: EOF"},
		{name: "part of the body", answer: header + "<Response/", err: "bytes of an answer: EOF"},
		{name: "too much", answer: header + "<Response/>HTTP", err: "4 bytes after the answer"},
		{name: "status", answer: "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", err: "HTTP/1.1 500"},
		{name: "no length", answer: "HTTP/1.1 200 OK\r\n\r\n", err: "without its length"},
		{name: "negative length", answer: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", err: "without its length"},
		{name: "long header", answer: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 500), err: "too long"},
		{name: "long body", answer: "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + strings.Repeat("x", 500), err: "too long"},
	} {
		for _, r := range []io.Reader{
			strings.NewReader(c.answer), iotest.DataErrReader(strings.NewReader(c.answer)),
		} {
			got, err := readAnswer(r, make([]byte, 200))
			if c.err != "" {
				assert.ErrorContains(t, err, c.err, c.name)
				continue
			}
			require.NoError(t, err, c.name)
			assert.Equal(t, c.want, string(got), c.name)
		}
	}
	got, err := readAnswer(iotest.OneByteReader(strings.NewReader(header+"<Response/>")), make([]byte, 200))
	require.NoError(t, err)
	assert.Equal(t, "<Response/>", string(got))
}

// A wrong answer is an error, is no request, and does not end the load.
func TestLoadErrors(t *testing.T) {
	document, err := menuDocument()
	require.NoError(t, err)
	var served atomic.Int64
	for name, wrong := range map[string]http.HandlerFunc{
		"HTTP/1.1 503":                 func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"not the document":             func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<Response/>") },
		"after 0 bytes of an answer: ": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		before := measure()
		right := emptyHandler(document)
		s, err := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if served.Add(1)%10 == 0 {
				wrong(w, r)
			} else {
				right.ServeHTTP(w, r)
			}
		}))
		require.NoError(t, err)
		r := load(s.addr, gatherRequest("1"), document, 2, 100*time.Millisecond)
		s.close()
		assert.ErrorContains(t, r.first, name)
		assert.Positive(t, r.errors)
		assert.InDelta(t, r.latency.n, 9*r.errors, 9)
		_, err = settle(before, patience)
		assert.NoError(t, err)
	}
}

func TestLoadWithoutServer(t *testing.T) {
	s, err := serve(menuHandler())
	require.NoError(t, err)
	s.close()
	r := load(s.addr, gatherRequest("1"), nil, 3, time.Hour)
	assert.Equal(t, 3, r.errors)
	assert.Error(t, r.first)
	assert.Zero(t, r.latency.n)
}
