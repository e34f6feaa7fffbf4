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
	// Kind is the kind of event that the Handler inferred. It is zero if the
	// request was refused before its kind was known, or was answered from a
	// store.
	Kind voxhook.Kind

	// Outcome is the result of the Handler.
	Outcome voxhook.Outcome
}

// A watcher collects the handlings of one request. A handler may still run
// after the call has gone on.
type watcher struct {
	mu  sync.Mutex
	all []Handling
}

// watch returns a context for the request of an exchange. Handlers in this
// process report to x through it. Over HTTP there are no reports.
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
// far, usually one Handling. It is empty if the app is called over HTTP, or
// does not use a [voxhook.Handler]. It may be called while a handler runs.
func (x *Exchange) Handlings() []Handling {
	if x.watcher == nil {
		return nil
	}
	x.watcher.mu.Lock()
	defer x.watcher.mu.Unlock()
	return x.watcher.all[:len(x.watcher.all):len(x.watcher.all)]
}

// Mistakes returns the app's mistakes in handling the webhook, except those
// that Err already describes.
func (x *Exchange) Mistakes() []string { return x.mistakes(x.inErr) }

// mistakes returns the mistakes of the handlings from an index on.
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

// explain adds the app's mistakes to Err.
func (x *Exchange) explain() {
	if x.Err == nil {
		return
	}
	if all := x.mistakes(0); len(all) > 0 {
		x.inErr = len(x.Handlings())
		x.Err = fmt.Errorf("%w: %s", x.Err, strings.Join(all, "; "))
	}
}

// swapped reports whether a Handler mistook a webhook for another kind. That is
// no mistake if nothing is lost:
//
//   - A Redirect may lead to the URL of a verb's action.
//   - An empty GatherResult may be handled as an IncomingCall: the app starts
//     over.
//   - A result that is sent after the caller has hung up may be handled as a
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

// Swapped returns the kind that a Handler mistook the webhook for. If no
// Handler did, ok is false.
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

// failure describes why a handling failed, and how to correct the app.
func (h Handling) failure() string {
	o, then := h.Outcome, ""
	if o.Fallback {
		then = ", so the Fallback was sent"
	}
	is := func(target error) (found bool) {
		defer func() { _ = recover() }() // a method of the error may panic
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

// panicked returns the panic that made a handling fail, or nil.
func (h Handling) panicked() (p *voxhook.PanicError) {
	defer func() { _ = recover() }() // a method of the error may panic
	errors.As(h.Outcome.Err, &p)
	return p
}

// lines returns details of a handling other than mistakes: the callers in the
// stack of a panic, and answers that did not come from a callback.
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
		return []string{"no document is needed; the Fallback was sent in case a caller is waiting"}
	}
	return nil
}

// Limits of the texts about a failure.
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
// innermost first, as "menu.pick (menu.go:42)". It omits addresses and
// directories, which differ from run to run, functions of the runtime, and the
// callers of the callback.
func framesOf(stack []byte) (frames []string) {
	_, text, _ := strings.Cut(string(stack), "\npanic(")
	_, text, _ = strings.Cut(text, "\n") // skip the arguments
	_, text, _ = strings.Cut(text, "\n") // skip the file
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
