package voxhook

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/voxhook/voxhook/internal/mask"
)

// errMarshal is the error for marshaling an event as JSON.
var errMarshal = errors.New("voxhook: an event has no JSON form, because it holds personal data: " +
	"store Params.Values().Encode(), which Parse reads again")

// attrs returns the printable parts of an event: nothing that identifies the
// caller, and nothing that the caller pressed or said.
func (w *VoiceWebhook) attrs(keys string) []slog.Attr {
	attrs := make([]slog.Attr, 0, 10)
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	add("call_sid", clip(w.CallSid, maxLoggedValue))
	add("status", clip(string(w.CallStatus), maxLoggedValue))
	add("direction", clip(string(w.Direction), maxLoggedValue))
	for _, number := range []struct{ key, value string }{{"from", w.From}, {"to", w.To}} {
		if number.value != "" {
			add(number.key, mask.Number(number.value))
		}
	}
	if keys != "" {
		attrs = append(attrs, slog.Int("keys", len(keys)))
	}
	add("vars", w.Vars.names())
	add("params", w.Params.names())
	invalid := make([]string, len(w.Invalid))
	for i, e := range w.Invalid {
		invalid[i] = e.Param
	}
	add("invalid", printNames(invalid))
	return attrs
}

// eventAttrs returns the printable parts of an event. They include the number
// of keys pressed at a Gather.
func eventAttrs(ev Event) []slog.Attr {
	keys := ""
	if e, ok := ev.(*GatherResult); ok {
		keys = e.Digits
	}
	return ev.Webhook().attrs(keys)
}

// logEvent implements LogValue for all events.
func logEvent(ev Event) slog.Value {
	return slog.GroupValue(append([]slog.Attr{slog.String("kind", ev.Kind().String())}, eventAttrs(ev)...)...)
}

// formatEvent implements Format for all events.
func formatEvent(w io.Writer, ev Event) { formatAttrs(w, ev.Kind().String(), eventAttrs(ev)) }

// formatAttrs writes attributes as name{key=value key=value}.
func formatAttrs(w io.Writer, name string, attrs []slog.Attr) {
	texts := make([]string, len(attrs))
	for i, a := range attrs {
		text := a.Value.String()
		if strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || r == '=' || r == '"' || !strconv.IsPrint(r) }) {
			text = strconv.Quote(text)
		}
		texts[i] = a.Key + "=" + text
	}
	_, _ = io.WriteString(w, name+"{"+strings.Join(texts, " ")+"}")
}

// printNames joins names with spaces, up to a bounded size.
func printNames(names []string) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = mask.Name(name)
	}
	return clip(strings.Join(texts, " "), maxLoggedError)
}

func (p Params) names() string {
	names := make([]string, len(p))
	for i := range p {
		names[i] = p[i].Name
	}
	return printNames(names)
}

func (v Vars) names() string { return printNames(slices.Sorted(maps.Keys(v))) }

func (g Geo) names() string {
	var names []string
	for _, f := range [...]struct{ name, value string }{
		{"FromCity", g.FromCity}, {"FromState", g.FromState}, {"FromZip", g.FromZip}, {"FromCountry", g.FromCountry},
		{"ToCity", g.ToCity}, {"ToState", g.ToState}, {"ToZip", g.ToZip}, {"ToCountry", g.ToCountry},
	} {
		if f.value != "" {
			names = append(names, f.name)
		}
	}
	return printNames(names)
}

// Format prints w without personal data, whatever the format verb: the call,
// its status and direction, numbers as +1402…00, and the names of parameters.
func (w VoiceWebhook) Format(s fmt.State, _ rune) { formatAttrs(s, "VoiceWebhook", w.attrs("")) }

// LogValue returns a group without personal data.
func (w VoiceWebhook) LogValue() slog.Value { return slog.GroupValue(w.attrs("")...) }

// MarshalJSON always returns an error, because an event holds personal data and
// most JSON ends up in a log. To store an event, store
// Params.Values().Encode(). [Parse] can read it again as the body of a POST.
func (w VoiceWebhook) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// Format prints the names of the parameters, whatever the format verb.
func (p Params) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "Params["+p.names()+"]") }

// LogValue returns the names of the parameters.
func (p Params) LogValue() slog.Value { return slog.StringValue(p.names()) }

// Format prints the name of the parameter, whatever the format verb.
func (p Param) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "Param["+mask.Name(p.Name)+"]") }

// LogValue returns the name of the parameter.
func (p Param) LogValue() slog.Value { return slog.StringValue(mask.Name(p.Name)) }

// MarshalJSON always returns an error, like [VoiceWebhook.MarshalJSON].
func (p Param) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// Format prints the names of the variables, whatever the format verb.
func (v Vars) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "Vars["+v.names()+"]") }

// LogValue returns the names of the variables.
func (v Vars) LogValue() slog.Value { return slog.StringValue(v.names()) }

// Format prints which fields are set, whatever the format verb.
func (g Geo) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "Geo["+g.names()+"]") }

// LogValue returns which fields are set.
func (g Geo) LogValue() slog.Value { return slog.StringValue(g.names()) }

// Each event has its own methods, because those of the embedded VoiceWebhook do
// not know its kind. They have value receivers, so that a copy of an event
// prints the same.

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e IncomingCall) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e IncomingCall) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e DialResult) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e DialResult) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e GatherResult) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e GatherResult) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e RecordResult) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e RecordResult) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e PayResult) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e PayResult) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e StatusChange) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e StatusChange) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e Recording) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e Recording) LogValue() slog.Value { return logEvent(&e) }

// Format prints the event as [VoiceWebhook.Format] does, with its kind.
func (e PayProgress) Format(s fmt.State, _ rune) { formatEvent(s, &e) }

// LogValue returns a group without personal data.
func (e PayProgress) LogValue() slog.Value { return logEvent(&e) }
