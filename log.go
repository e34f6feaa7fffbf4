package voxhook

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/mask"
)

// The largest sizes of the parts of a log record, in bytes.
const (
	maxLoggedError = 1 << 10
	maxLoggedStack = 8 << 10
	maxLoggedValue = 64
)

// errorText returns the text of an error whose methods may panic.
func errorText(err error) (text string) {
	if protect(func() error { text = err.Error(); return nil }) == nil {
		return text
	}
	if isNilPointer(err) {
		return fmt.Sprintf("the callback returned a nil %T as its error: return nil itself", err)
	}
	text = fmt.Sprintf("an error whose Error method panics: %T", err)
	walk(err, func(e error) bool {
		if isNilPointer(e) {
			text += fmt.Sprintf("; it holds a nil %T", e)
			return true
		}
		return false
	})
	return text
}

// clip shortens s to at most limit bytes in a log.
func clip(s string, limit int) string {
	for i, r := range s {
		if limit -= loggedSize(r); limit < 0 {
			return strings.ToValidUTF8(s[:i], "") + "…"
		}
	}
	return s
}

// loggedSize returns the largest number of bytes that r takes in JSON or in a
// Go string.
func loggedSize(r rune) int {
	switch {
	case r == '\n', r == '\t', r == '"', r == '\\':
		return 2
	case r == utf8.RuneError, !strconv.IsPrint(r):
		return len(`\U0010ffff`)
	}
	return utf8.RuneLen(r)
}

// masked returns text with the values of the event's sensitive parameters
// replaced by names such as [From]. A long text is cut. The event may be nil.
// Package redact lists the sensitive parameters.
func masked(ev Event, text string) string {
	if ev == nil {
		return text
	}
	return mask.Of(ev, ev.Webhook().Params).Text(text)
}

// maskedStack masks only the first line of a stack, which can contain labels of
// the goroutine. The other lines name functions and files; masking them would
// hide main.go from the log if the caller's city is Main.
func maskedStack(ev Event, stack []byte) string {
	first, rest, _ := strings.Cut(string(stack), "\n")
	return masked(ev, first) + "\n" + rest
}

// report adds err to the log record of the request. A panic with
// http.ErrAbortHandler is not logged but passed on to net/http.
func (x *exchange) report(level slog.Level, err error) {
	if aborted(err) {
		x.abort, x.out.Err = true, err
		return
	}
	x.level = max(x.level, level)
	x.errs = append(x.errs, err)
}

// log writes one record of bounded size if something failed. A panic of the
// logger is ignored, since there is no other place to report it.
func (x *exchange) log() {
	if x.errs == nil {
		return
	}
	logger := x.h.Settings.ErrorLog
	if logger == nil {
		logger = slog.Default()
	}
	_ = protect(func() error {
		logger.LogAttrs(x.ctx, x.level, "voice webhook failed", x.attrs()...)
		return nil
	})
}

func (x *exchange) attrs() []slog.Attr {
	texts := make([]string, len(x.errs))
	stack := ""
	for i, err := range x.errs {
		texts[i] = clip(masked(x.ev, errorText(err)), maxLoggedError)
		if p, ok := as[*PanicError](err); ok && stack == "" {
			stack = clip(maskedStack(x.ev, p.Stack), maxLoggedStack)
		}
	}
	attrs := []slog.Attr{slog.String("error", texts[0]), slog.Int("status", x.out.Status)}
	if len(texts) > 1 {
		attrs = append(attrs, slog.String("then", clip(strings.Join(texts[1:], "; "), maxLoggedError)))
	}
	if x.r != nil && x.r.Pattern != "" {
		attrs = append(attrs, slog.String("pattern", x.r.Pattern))
	}
	if x.ev != nil {
		attrs = append(attrs,
			slog.String("call_sid", clip(x.ev.Webhook().CallSid, maxLoggedValue)),
			slog.String("kind", x.ev.Kind().String()))
	}
	if stack != "" {
		attrs = append(attrs, slog.String("stack", stack))
	}
	return attrs
}
