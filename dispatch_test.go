package voxhook_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/matrix"
	"github.com/voxhook/voxhook/voxml"
)

// dispatched sends a request to a Handler with a set of callbacks, without and
// with a Fallback, and returns the result as text.
func dispatched(t *testing.T, set string, r *http.Request, withFallback bool) string {
	t.Helper()
	var ran, event, failure string
	var out voxhook.Outcome
	set, hooked, _ := strings.Cut(set, " @")
	h := matrix.Handler(set, &ran)
	log, records := newLog()
	h.Settings.ErrorLog = log
	if withFallback {
		h.Settings.Fallback = fallback
	}
	h.Settings.FallbackFunc = func(_ context.Context, _ voxhook.Event, err error) voxml.Response {
		failure = "; FallbackFunc receives " + err.Error()
		return nil
	}
	hooks := &voxhook.Hooks{
		Kind: func(*http.Request) voxhook.Kind {
			for _, k := range voxhook.Kinds() {
				if k.String() == hooked {
					return k
				}
			}
			return 0
		},
		Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
			event = ev.Kind().String()
			if e, ok := ev.(*voxhook.GatherResult); ok && e.Vars != nil {
				digits, speech := e.Input("menu")
				event += fmt.Sprintf(" %q %q", digits, speech)
			} else if e, ok := ev.(*voxhook.DialResult); ok && e.Vars != nil {
				event += fmt.Sprintf(" %q", e.Status("menu"))
			}
			return ctx, nil
		},
		Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) { out = o },
	}
	rec := serve(h, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	assert.Equal(t, rec.Code, out.Status)
	if ran == "" {
		ran = "no callback"
	}
	text := ran + ", " + event + ", " + shortAnswer(rec.Result()) + outcome(out) + failure
	for _, record := range records(t) {
		text += fmt.Sprintf("; %v %v", record["level"], record["error"])
	}
	return text
}

// outcome returns all of an Outcome except its status.
func outcome(out voxhook.Outcome) (text string) {
	for _, flag := range []struct {
		name string
		set  bool
	}{{"document", out.Document}, {"fallback", out.Fallback}, {"guard", out.Guard}, {"replayed", out.Replayed}} {
		if flag.set {
			text += " " + flag.name
		}
	}
	if out.Err == nil {
		return text
	}
	text += fmt.Sprintf(", fails: %T ", out.Err)
	defer func() { _ = recover() }() // the panic of Error
	return text + clipped(out.Err.Error())
}

// TestWhichCallback covers the sections "Which callback" and "Failure" of
// Handler's comment.
func TestWhichCallback(t *testing.T) {
	goldenLines(t, "dispatch.txt", func(input string) string {
		set, form, _ := strings.Cut(input, ": ")
		own, form, found := strings.Cut(form, " ")
		if !found {
			own, form = "", own
		}
		post, get := whBoth(own + " CallSid=1&" + form)
		var texts [4]string
		for i, request := range []func() *http.Request{post, get} {
			texts[2*i] = dispatched(t, set, request(), false)
			texts[2*i+1] = dispatched(t, set, request(), true)
		}
		text := texts[0]
		for i, name := range []string{"", "with a Fallback: ", "GET: ", "GET with a Fallback: "} {
			if texts[i] != texts[i&1] || i == 1 && texts[1] != texts[0] {
				text += " | " + name + texts[i]
			}
		}
		return text
	})
}
