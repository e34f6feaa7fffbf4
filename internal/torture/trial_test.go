package torture

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A trial is what a client sends over one connection, and what comes of it.
type trial struct {
	name      string
	in        []string // one segment each
	half      bool     // the client then says that no more will come
	maxBody   int64    // limits of the Handler
	maxParams int

	want   []int   // the status of each answer
	closed bool    // by the server; otherwise another request is answered
	errs   []error // of the requests that the Handler refuses, in order
	calls  int     // callbacks
	most   int64   // bytes that the server may read; 0 for any number

	// The first event. Only the parameters in invalid are in Invalid, in this
	// order, unless anyInvalid is set.
	event      voxhook.Event // of its type; nil for any
	invalid    []string
	anyInvalid bool
	check      func(a *assert.Assertions, e voxhook.Event)
}

// accepted returns the trial of one request that becomes an event.
func accepted(name, request string, event voxhook.Event, check func(*assert.Assertions, voxhook.Event)) trial {
	return trial{name: name, in: []string{request}, half: true, want: []int{200}, closed: true, calls: 1, event: event, check: check}
}

// refused returns the trial of one request that the Handler refuses, or the
// server if there is no error.
func refused(name, request string, status int, err error) trial {
	tr := trial{name: name, in: []string{request}, half: true, want: []int{status}, closed: true}
	if err != nil {
		tr.errs = []error{err}
	}
	return tr
}

// try tries all trials with and without hooks; a single request that becomes an
// event, of which there are most, only with or without. The server accepts
// headers of up to maxHeader bytes.
func try(t *testing.T, maxHeader int, trials []trial) {
	t.Helper()
	for _, hooks := range []bool{false, true} {
		var some []trial
		for i, tr := range trials {
			if tr.event == nil || i/2%2 == 0 == hooks {
				some = append(some, tr)
			}
		}
		s := start(t, config{on: echoed, hooks: hooks, server: func(srv *http.Server) { srv.MaxHeaderBytes = maxHeader }})
		each(t, some,
			func(tr trial) string { return fmt.Sprintf("%s, hooks %v", tr.name, hooks) },
			func(t *testing.T, tr trial) { tr.run(t, s) })
		s.stop(t)
	}
}

// echoed answers with what came from the caller.
func echoed(_ context.Context, e voxhook.Event) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: echo(e)}}, nil
}

// echo returns the beginning of all that an event has from its caller.
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

func (tr *trial) run(t *testing.T, s *server) {
	conn := s.dial(t, func(p *peer) {
		p.handler.Settings.MaxBodyBytes, p.handler.Settings.MaxParams = tr.maxBody, tr.maxParams
	})
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
	calls := tr.calls
	if tr.closed {
		conn.ended(t)
	} else {
		// The server must know where the next request begins.
		require.NoError(t, conn.send(post("CallSid=7")))
		read("POST", 200)
		calls++
	}
	require.NoError(t, conn.Close())
	<-sent // fails if the server has heard enough
	p := conn.gone(t)
	if tr.most > 0 {
		assert.LessOrEqual(t, p.read.Load(), tr.most, "bytes that the server read")
	}
	if assert.Len(t, p.events, calls, "callbacks") {
		checkDocuments(t, p.events, answers)
		if tr.calls > 0 {
			tr.checkEvent(t, p.events[0])
		}
	}
	tr.checkRefusals(t, &p, answers)
}

// checkDocuments checks that each event is answered with its own document.
func checkDocuments(t *testing.T, events []voxhook.Event, answers []answer) {
	t.Helper()
	n := 0
	for _, a := range answers {
		if !a.isDocument() {
			continue
		}
		if n < len(events) {
			doc, err := voxml.Parse(strings.NewReader(a.body))
			assert.NoError(t, err)
			assert.Equal(t, voxml.Response{voxml.Say{Text: carried(echo(events[n]))}}, doc)
			assert.Equal(t, []string{"Content-Length", "Content-Type", "Date"}, a.headerNames())
		}
		n++
	}
	assert.Equal(t, len(events), n, "documents")
}

// checkRefusals checks that each refused request is logged once and, with
// hooks, that the outcomes are those that the client sees.
func (tr *trial) checkRefusals(t *testing.T, p *peer, answers []answer) {
	t.Helper()
	text := p.log.String()
	assert.Equal(t, len(tr.errs), strings.Count(text, "\n"), "records in the log")
	assert.Equal(t, len(tr.errs), strings.Count(text, `"level":"WARN"`), "%s", text)
	noSecret(t, text)
	refusals := 0
	for _, a := range answers {
		if a.isRefusal() {
			refusals++
		}
	}
	assert.Equal(t, len(tr.errs), refusals, "refusals")
	if p.hooks == nil {
		return
	}
	var errs []error
	for _, o := range p.outcomes {
		i := 0
		for i < len(answers) && (answers[i].status != o.Status || answers[i].isDocument() != o.Document) {
			i++
		}
		if !assert.Less(t, i, len(answers), "no answer has the status %d", o.Status) {
			return
		}
		answers = answers[i+1:]
		if o.Err != nil {
			assert.Equal(t, voxhook.StatusCode(o.Err), o.Status)
			errs = append(errs, o.Err)
		}
		assert.Equal(t, voxhook.Outcome{Status: o.Status, Document: o.Err == nil, Err: o.Err}, o)
	}
	assert.Len(t, p.outcomes, len(p.events)+len(tr.errs), "outcomes")
	if assert.Len(t, errs, len(tr.errs)) {
		for i, err := range errs {
			wantError(t, tr.errs[i], err)
		}
	}
}

func (tr *trial) checkEvent(t *testing.T, e voxhook.Event) {
	t.Helper()
	if tr.event != nil && !assert.IsType(t, tr.event, e) {
		return
	}
	var invalid []string
	for _, p := range e.Webhook().Invalid {
		invalid = append(invalid, p.Param)
		noSecret(t, p.Error())
	}
	if !tr.anyInvalid {
		assert.Equal(t, tr.invalid, invalid, "Invalid")
	}
	for _, err := range bindAll(e).errs {
		assert.ErrorAs(t, err, new(*voxhook.ParamError), "Bind")
		noSecret(t, err.Error())
	}
	if tr.check != nil {
		tr.check(assert.New(t), e)
	}
}
