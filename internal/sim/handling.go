package sim

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/voxhook/voxhook"
)

// A Handling is what a [voxhook.Handler] did with a webhook.
type Handling struct {
	// Kind is what it took the webhook for. It is zero if the request was
	// refused before it had a kind, or was answered from a store.
	Kind voxhook.Kind

	// Outcome is its answer.
	Outcome voxhook.Outcome
}

// A watcher collects the handlings of one request. A handler may still run
// when the call has gone on.
type watcher struct {
	mu  sync.Mutex
	all []Handling
}

// watch returns a context for the request of an exchange. The Handlers that get
// it report to x what they do. Over HTTP nobody does.
func (x *Exchange) watch(ctx context.Context) context.Context {
	w := &watcher{}
	x.watcher = w
	return voxhook.WithHooks(ctx, &voxhook.Hooks{Done: func(_ context.Context, ev voxhook.Event, o voxhook.Outcome) {
		h := Handling{Outcome: o}
		if ev != nil {
			h.Kind = ev.Kind()
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = append(w.all, h)
	}})
}

// Handlings returns what the Handlers of the app have done with the webhook so
// far, usually one of them. It is empty if the app is called over HTTP, or
// answers without a [voxhook.Handler]. It can be called while a handler runs.
func (x *Exchange) Handlings() []Handling {
	if x.watcher == nil {
		return nil
	}
	x.watcher.mu.Lock()
	defer x.watcher.mu.Unlock()
	return x.watcher.all[:len(x.watcher.all):len(x.watcher.all)]
}

// Mistakes returns what the app did wrong when it handled the webhook, as far as
// Err does not say it.
func (x *Exchange) Mistakes() []string { return x.mistakes(x.inErr) }

// mistakes returns the mistakes of the handlings from one on.
func (x *Exchange) mistakes(from int) (all []string) {
	for _, h := range x.Handlings()[from:] {
		if x.swapped(h) {
			all = append(all, fmt.Sprintf("%s was handled as %s: the URL needs a Handler with %s", a(x.Event.Kind()), a(h.Kind), callback(x.Event.Kind())))
		}
		if h.Outcome.Err != nil {
			all = append(all, h.failure())
		}
	}
	return all
}

// explain adds to Err what the app did wrong.
func (x *Exchange) explain() {
	if x.Err == nil {
		return
	}
	if all := x.mistakes(0); len(all) > 0 {
		x.inErr = len(x.Handlings())
		x.Err = fmt.Errorf("%w: %s", x.Err, strings.Join(all, "; "))
	}
}

// swapped reports whether a webhook was taken for one of another kind, which is
// a mistake unless nothing is lost by it:
//
//   - A Redirect may lead to the URL of a verb's action.
//   - An empty GatherResult may be taken for an IncomingCall: the app begins
//     again.
//   - A result that comes when the caller has hung up may be taken for a
//     StatusChange.
func (x *Exchange) swapped(h Handling) bool {
	sent := x.Event.Kind()
	switch {
	case h.Kind == 0, h.Kind == sent:
		return false
	case sent == voxhook.KindIncomingCall && h.Kind.WantsDocument():
		return !strings.HasSuffix(x.Place, ".Redirect")
	case h.Kind == voxhook.KindStatusChange:
		return !x.Event.Webhook().CallStatus.Ended()
	case h.Kind == voxhook.KindIncomingCall:
		g, ok := x.Event.(*voxhook.GatherResult)
		return !ok || g.Digits != "" || g.SpeechResult != ""
	}
	return true
}

// Swapped returns the kind for which the app took the webhook, if that is a
// mistake.
func (x *Exchange) Swapped() (as voxhook.Kind, ok bool) {
	for _, h := range x.Handlings() {
		if x.swapped(h) {
			return h.Kind, true
		}
	}
	return 0, false
}

// a returns the name of a kind with its article.
func a(k voxhook.Kind) string {
	if k == voxhook.KindIncomingCall {
		return "an " + k.String()
	}
	return "a " + k.String()
}

// callback returns the name of the callback for a kind.
func callback(k voxhook.Kind) string { return "On" + strings.TrimSuffix(k.String(), "Result") }

// failure says in words why a handling failed.
func (h Handling) failure() string {
	o, then := h.Outcome, ""
	if o.Fallback {
		then = ", so the Fallback was sent"
	}
	is := func(target error) (found bool) {
		defer func() { _ = recover() }() // an error whose methods panic
		return errors.Is(o.Err, target)
	}
	switch p := h.panicked(); {
	case p != nil:
		at := ""
		if frames := framesOf(p.Stack); len(frames) > 0 {
			at = " in " + frames[0]
		}
		return fmt.Sprintf("a callback panicked%s: %s%s", at, clip(fmt.Sprint(p.Value)), then)
	case is(voxhook.ErrNoDocument):
		return fmt.Sprintf("the callback returned neither a document nor an error%s: return an empty document to say nothing", then)
	case is(voxhook.ErrUnhandled), h.Kind != 0 && !h.Kind.WantsDocument() && o.Fallback:
		return fmt.Sprintf("no callback for %s%s: set %s", a(h.Kind), then, callback(h.Kind))
	case o.Status/100 == 4:
		return "the request was refused: " + textOf(o.Err)
	}
	return fmt.Sprintf("the callback failed%s: %s", then, textOf(o.Err))
}

// panicked returns the panic by which a handling failed, or nil.
func (h Handling) panicked() (p *voxhook.PanicError) {
	defer func() { _ = recover() }() // an error whose methods panic
	errors.As(h.Outcome.Err, &p)
	return p
}

// lines returns what is shown of a handling apart from mistakes: the callers in the
// stack of a panic, and answers that no callback gave.
func (h Handling) lines() []string {
	switch p := h.panicked(); {
	case p != nil:
		var lines []string
		for i, frame := range framesOf(p.Stack) {
			if i > 0 { // failure names the first
				lines = append(lines, "  called by "+frame)
			}
		}
		return lines
	case h.Outcome.Replayed:
		return []string{"answered from a store; no callback ran"}
	case h.Outcome.Guard:
		return []string{"no document is needed; the Fallback was sent in case that a caller waits"}
	}
	return nil
}

// The sizes of what is shown of a failure.
const (
	longestText = 300 // bytes
	mostFrames  = 8
)

// textOf returns the text of an error whose methods may panic.
func textOf(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("an error whose Error method panics (%T)", err)
		}
	}()
	return clip(err.Error())
}

func clip(s string) string {
	if len(s) <= longestText {
		return s
	}
	return strings.ToValidUTF8(s[:longestText], "") + "…"
}

// framesOf returns the functions of the app in the stack of a panic, the
// innermost first, as "menu.pick (menu.go:42)". It leaves out addresses and
// directories, which differ from run to run, the runtime, and what called the
// callback.
func framesOf(stack []byte) (frames []string) {
	_, text, _ := strings.Cut(string(stack), "\npanic(")
	_, text, _ = strings.Cut(text, "\n") // its arguments
	_, text, _ = strings.Cut(text, "\n") // its file
	lines := strings.Split(text, "\n")
	for i := 0; i+1 < len(lines) && len(frames) < mostFrames; i += 2 {
		function, _, _ := cutLast(lines[i], "(")
		if strings.HasPrefix(function, "github.com/voxhook/voxhook.(*exchange)") {
			break
		}
		if strings.HasPrefix(function, "runtime.") || strings.HasPrefix(function, "panic") {
			continue
		}
		file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		frames = append(frames, fmt.Sprintf("%s (%s)", function[strings.LastIndex(function, "/")+1:], filepath.Base(file)))
	}
	return frames
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
