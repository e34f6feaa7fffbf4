package torture

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// TestTorture runs all groups of cases. Each group is named after the part that
// it attacks.
func TestTorture(t *testing.T) {
	for _, g := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"requests", requestsGroup},
		{"framing", framingGroup},
		{"connection", connectionGroup},
		{"cuts", cutsGroup},
		{"shutdown", shutdownGroup},
		{"callback", callbackGroup},
		{"http2", http2Group},
	} {
		t.Run(g.name, func(t *testing.T) {
			defer leaks(t)()
			g.run(t)
		})
	}
}

// each runs a subtest for each case, 16 at a time. Most cases wait for the
// network or a timeout, so t.Parallel would be too slow.
func each[C any](t *testing.T, cases []C, name func(C) string, run func(*testing.T, C)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(cases)); i = next.Add(1) - 1 {
				t.Run(name(cases[i]), func(t *testing.T) { run(t, cases[i]) })
			}
		})
	}
	wg.Wait()
}

// A trial holds the requests that a client sends over one connection, and the
// expected results.
type trial struct {
	name     string
	in       []string // segments to send
	half     bool     // the client then closes its side of the connection
	settings voxhook.Settings
	header   int // maximum size of the headers in bytes; 0 for the default of net/http

	want   []int  // the status of each answer; 0 for any
	closed bool   // the server closes the connection; otherwise it answers another request
	calls  int    // number of callbacks
	err    string // beginning of the error for each request that the Handler refuses
	most   int64  // maximum number of bytes that the server reads; 0 for any
}

// run runs a trial. It returns the stopped server and the answers. It checks
// that each event is answered with its own document, and that each refusal
// produces one warning in the log and one outcome that matches the answer.
func (tr trial) run(t *testing.T) (*server, []answer) {
	t.Helper()
	s := start(t, config{on: echoed, settings: tr.settings, server: func(srv *http.Server) { srv.MaxHeaderBytes = tr.header }})
	defer s.stop(t)
	conn := s.dial(t)
	defer conn.Close()
	sent := make(chan error, 1)
	go func() {
		err := conn.send(tr.in...)
		if tr.half {
			err = errors.Join(err, conn.CloseWrite())
		}
		sent <- err
	}()
	var answers []answer
	read := func(method string, status int) {
		got, err := conn.read(method)
		if assert.NoError(t, err, "answer %d", len(answers)) {
			got.check(t, method, status)
			answers = append(answers, got)
		}
	}
	method, _, _ := strings.Cut(strings.Join(tr.in, ""), " ")
	for _, status := range tr.want {
		read(method, status)
	}
	if tr.closed {
		conn.ended(t)
	} else {
		// The server must find the beginning of the next request.
		require.NoError(t, conn.send(post("CallSid=7")))
		read("POST", 200)
	}
	require.NoError(t, conn.Close())
	<-sent // sending fails if the server closes the connection early
	s.quiet(t)
	if tr.most > 0 {
		assert.LessOrEqual(t, s.read.Load(), tr.most, "the server read too many bytes")
	}
	s.checkAnswers(t, answers)
	return s, answers
}

// checkAnswers compares the answers on one connection with its events and
// outcomes and the log.
func (s *server) checkAnswers(t *testing.T, answers []answer) {
	t.Helper()
	documents, refusals := 0, 0
	outcomes := s.outcomes
	for _, a := range answers {
		if !a.isDocument() && !a.isRefusal() {
			continue // the answer is from net/http
		}
		if !assert.NotEmpty(t, outcomes, "outcomes") {
			return
		}
		o := outcomes[0]
		outcomes = outcomes[1:]
		assert.Equal(t, voxhook.Outcome{Status: a.status, Document: a.isDocument(), Err: o.Err}, o)
		assert.Equal(t, a.isRefusal(), o.Err != nil)
		if a.isRefusal() {
			refusals++
			assert.Equal(t, a.status, voxhook.StatusCode(o.Err))
			noSecret(t, o.Err.Error())
			continue
		}
		if assert.Less(t, documents, len(s.events)) {
			doc, err := voxml.Parse(strings.NewReader(a.body))
			assert.NoError(t, err)
			assert.Equal(t, voxml.Response{voxml.Say{Text: carried(echo(s.events[documents]))}}, doc)
			a.header.Del("Connection")
			assert.Len(t, a.header, 3, "the headers must be Content-Length, Content-Type and Date")
		}
		documents++
	}
	assert.Empty(t, outcomes, "there are more outcomes than answers")
	assert.Len(t, s.events, documents, "documents")
	text := s.log.String()
	assert.Equal(t, refusals, strings.Count(text, "\n"), "the log must have one record for each refusal")
	assert.Equal(t, refusals, strings.Count(text, `"level":"WARN"`), "%s", text)
}

// echoed answers with the text of echo.
func echoed(_ context.Context, e voxhook.Event) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: echo(e)}}, nil
}

// echo returns the beginning of each text that an event has from its caller.
func echo(e voxhook.Event) string {
	const most = 2000
	text := "heard"
	for _, p := range e.Webhook().Params {
		text += " " + p.Name[:min(len(p.Name), most)] + "=" + p.Value[:min(len(p.Value), most)]
		if len(text) >= most {
			return text[:most]
		}
	}
	return text
}

// carried returns the part of a text that a document can carry.
func carried(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r != 0xFFFE && r != 0xFFFF:
			b.WriteRune(r)
		default:
			b.WriteRune('\uFFFD')
		}
	}
	return b.String()
}
