package voxhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Authentication: if Event returns an error, the webhook is refused, in all
// Handlers of a mux.
func ExampleHooks() {
	mux := http.NewServeMux()
	mux.Handle("/voice", hidden.OnIncomingCall(hello))
	hooks := &voxhook.Hooks{Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
		if ev.Webhook().AccountID != "104857" {
			return nil, errors.New("the webhook is of another account")
		}
		return ctx, nil
	}}
	receive(withHooks(hooks, mux), "CallSid=1&AccountID=1")
	// Output: 403 Forbidden
}

// Traces: Event begins a span and Done ends it. The callback and the log
// receive the context with the span.
func ExampleHooks_trace() {
	type spanKey struct{}
	mux := http.NewServeMux()
	mux.Handle("/voice", hidden.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		fmt.Println("callback in", ctx.Value(spanKey{}))
		return nil, errors.New("the database is down")
	}))
	hooks := &voxhook.Hooks{
		Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
			return context.WithValue(ctx, spanKey{}, "span of "+ev.Kind().String()), nil
		},
		Done: func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) {
			fmt.Println("end of", ctx.Value(spanKey{}), o.Status, o.Err)
		},
	}
	receive(withHooks(hooks, mux), "CallSid=1")
	// Output:
	// callback in span of IncomingCall
	// end of span of IncomingCall 500 the database is down
	// 500 Internal Server Error
}

// Signing: Document changes each document before it is sent.
func ExampleWithHooks() {
	h := hidden.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Redirect{URL: "/voice/menu"}}, nil
	})
	signed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hooks := &voxhook.Hooks{Document: func(ctx context.Context, ev voxhook.Event, doc voxml.Response) (voxml.Response, error) {
			return doc.MapURLs(func(use voxml.URLUse, url string) (string, error) { return url + "?signature=1", nil })
		}}
		h.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	})
	receive(signed, "CallSid=1")
	// Output: 200 <Response><Redirect>/voice/menu?signature=1</Redirect></Response>
}

// Deduplication: a wrapper that replays an answer from its store calls
// Answered, so that outer hooks, such as traces, also see this answer.
func ExampleAnswered() {
	h := hidden.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		fmt.Println("the callback runs")
		return voxml.Response{voxml.Hangup{}}, nil
	})
	stored := map[string]*httptest.ResponseRecorder{} // keyed by a value that is new for each document
	once := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("id")
		answer, replayed := stored[id]
		if !replayed {
			answer = httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			stored[id] = answer
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		if replayed {
			voxhook.Answered(r.Context(), voxhook.Outcome{Status: answer.Code, Document: true, Replayed: true})
		}
	})
	traced := withHooks(&voxhook.Hooks{Done: func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) {
		fmt.Println("status", o.Status, "replayed", o.Replayed)
	}}, once)
	receive(traced, "CallSid=1&id=7")
	receive(traced, "CallSid=1&id=7")
	// Output:
	// the callback runs
	// status 200 replayed false
	// 200 <Response><Hangup/></Response>
	// status 200 replayed true
	// 200 <Response><Hangup/></Response>
}

// Functions called by a callback can get the event from the context.
func ExampleEventFrom() {
	audit := func(ctx context.Context, what string) {
		fmt.Println(what, "in call", voxhook.EventFrom(ctx).Webhook().CallSid)
	}
	receive(hidden.OnGather(func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		audit(ctx, "order cancelled")
		return voxml.Response{voxml.Say{Text: "Your order is cancelled."}}, nil
	}), "CallSid=7&Digits=9")
	// Output:
	// order cancelled in call 7
	// 200 <Response><Say>Your order is cancelled.</Say></Response>
}
