package redact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/redact"
	"github.com/voxhook/voxhook/voxml"
)

// The tests in this file put a canary into each sensitive parameter of each
// kind of event, and print the event in every way that programs do. No line may
// contain the canary. By default, each parameter gets one of the canaries. With
// a flag, it gets each in turn:
//
//	go test -run Canary ./redact -all

var all = flag.Bool("all", false, "put every canary into every parameter")

// canary is in every sensitive value.
const canary = "canaryinamine"

// canaries holds values with the canary that are hard to find after printing.
var canaries = map[string]string{
	"plain":      canary,
	"number":     "+1402" + canary + "00",
	"space":      " " + canary + " ",
	"words":      "Jane " + canary + " Doe",
	"markup":     `<Say x="1">` + canary + `</Say>&amp;<!--`,
	"quotes":     `"` + canary + `'\n\"` + "`",
	"escapes":    `%2B%25` + canary + `%00\u0041\x41+&#65;`,
	"control":    "\x01\x1b[31m" + canary + "\r\n\t\x7f\u2028",
	"NUL":        canary + "\x00",
	"split rune": "\xe2\x82" + canary + "\xf0\x9f",
	"runes":      "é😀" + canary + "\u202e東京",
	"JSON":       `{"name":"` + canary + `","tries":["1"]}`,
}

// harmless lists the documented parameters that are not sensitive.
var harmless = []string{
	"CallSid", "AccountID", "TrunkID", "CallStatus", "ApiVersion", "Direction", "ParentCallSid", "AnsweredBy",
	"DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged", "CallDuration", "Timestamp",
	"SequenceNumber", "CallbackSource", "Confidence", "RecordingSid", "RecordingDuration", "RecordingStatus",
	"RecordingChannels", "RecordingSource", "RecordingStartTime", "RecordingTrack", "ErrorCode",
}

// sensitive returns the sensitive parameters of a kind, and some undocumented
// ones.
func sensitive(k voxhook.Kind) (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(k.New()).Elem()) {
		name := f.Tag.Get("schema")
		if name != "" && name != "-" && !slices.Contains(harmless, name) {
			names = append(names, name)
		}
	}
	return append(names, "Unknown", "own.tenant", "1402")
}

// request returns a request with the given value in one parameter.
func request(k voxhook.Kind, name, value string) *http.Request {
	form := url.Values{"CallSid": {"c1"}, "CallStatus": {"in-progress"}, "Direction": {"inbound"}, name: {value}}
	if name == "Vars" {
		text, _ := json.Marshal(map[string]any{"menu": map[string]string{"digits": value}, "who": value})
		form.Set(name, string(text))
	}
	r := httptest.NewRequest(http.MethodPost, "/voice?own=1", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	hooks := &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { return k }}
	return r.WithContext(voxhook.WithHooks(r.Context(), hooks))
}

// A printer prints an event and the value with the canary. The callback returns
// its error.
type printer func(ctx context.Context, out io.Writer, ev voxhook.Event, value string) error

// each runs f with events of each kind that have a canary in one sensitive
// parameter, and checks the output of f. The output must contain found and must
// not contain the canary.
func each(t *testing.T, found string, f printer) {
	t.Helper()
	turn := 0
	for _, k := range voxhook.Kinds() {
		for _, name := range sensitive(k) {
			turn++
			for i, kind := range slices.Sorted(maps.Keys(canaries)) {
				if !*all && turn%len(canaries) != i {
					continue
				}
				var out bytes.Buffer
				ran := false
				voice := voxhook.Settings{ErrorLog: slog.New(slog.NewJSONHandler(&out, nil))}.OnEvent(
					func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
						ran = true
						require.Equal(t, k, ev.Kind())
						value := ev.Webhook().Params.Get(name)
						if name == "Vars" {
							value = ev.Webhook().Vars["who"]
						}
						require.Contains(t, value, canary)
						return voxml.Response{}, f(ctx, &out, ev, value)
					})
				voice.ServeHTTP(httptest.NewRecorder(), request(k, name, canaries[kind]))
				require.True(t, ran, "the callback must run")
				require.Contains(t, out.String(), found)
				text := strings.ToLower(out.String())
				if i := strings.Index(text, canary); i >= 0 {
					line, _, _ := strings.Cut(text[strings.LastIndexByte(text[:i], '\n')+1:], "\n")
					require.Fail(t, "the output contains the canary", "%v, parameter %s, value %s: %s", k, name, kind, line)
				}
			}
		}
	}
}

// loggers returns loggers that write text, JSON, and the default format of
// slog.
func loggers(out io.Writer, wrap func(slog.Handler) slog.Handler) []*slog.Logger {
	log.SetOutput(out)
	return []*slog.Logger{
		slog.New(wrap(slog.NewTextHandler(out, &slog.HandlerOptions{AddSource: true}))),
		slog.New(wrap(slog.NewJSONHandler(out, nil))),
		slog.New(wrap(slog.Default().Handler())),
	}
}

// parts returns an event and its parts in the forms in which programs print
// them.
func parts(ev voxhook.Event) map[string]any {
	w := ev.Webhook()
	type embedsPointer struct{ *voxhook.VoiceWebhook }
	type embeds struct{ voxhook.VoiceWebhook }
	value := reflect.ValueOf(ev).Elem().Interface()
	all := map[string]any{
		"event": ev, "value": value, "webhook": w, "webhook value": *w,
		"params": w.Params, "vars": w.Vars, "geo": w.Geo, "&params": &w.Params, "&vars": &w.Vars, "&geo": &w.Geo,
		"field": struct{ E voxhook.Event }{ev}, "value in a field": struct{ E any }{value},
		"pointer to a field": &struct{ E voxhook.Event }{ev}, "parts in fields": struct {
			P voxhook.Params
			V voxhook.Vars
			G voxhook.Geo
			W voxhook.VoiceWebhook
		}{w.Params, w.Vars, w.Geo, *w},
		"slice": []voxhook.Event{ev, ev}, "array": [1]any{value}, "map": map[string]voxhook.Event{"e": ev},
		"nested":   map[string][]any{"e": {[]voxhook.VoiceWebhook{*w}, struct{ P *voxhook.Params }{&w.Params}}},
		"embedded": embeds{*w}, "embedded pointer": embedsPointer{w}, "&embedded": &embeds{*w},
		"panic": &voxhook.PanicError{Value: ev}, "invalid": w.Invalid, "error": fmt.Errorf("a: %v", ev),
		"joined": errors.Join(fmt.Errorf("%+v", w.Vars), fmt.Errorf("%q", w.Params)),
	}
	for i, p := range w.Params {
		all["param "+strconv.Itoa(i)] = p
	}
	return all
}

func TestCanaryFmt(t *testing.T) {
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t", "%c", "%U", "%e", "%08.3f", "%-40v", "%T", "%y", "%!"}
	each(t, "call_sid=c1", func(_ context.Context, out io.Writer, ev voxhook.Event, _ string) error {
		for name, part := range parts(ev) {
			for _, verb := range verbs {
				fmt.Fprintf(out, name+" "+verb+"\n", part)
			}
			fmt.Fprintln(out, name, part)
			fmt.Fprint(out, part)
			fmt.Fprintf(out, "%[2]*[1]v %d", part, 3, part, part)
			log.New(out, "", 0).Println(name, part)
			assert.NoError(t, template.Must(template.New("").Parse("{{.}} {{printf `%+v` .}}\n")).Execute(out, part))
		}
		return nil
	})
}

func TestCanarySlog(t *testing.T) {
	each(t, `"call_sid":"c1"`, func(ctx context.Context, out io.Writer, ev voxhook.Event, _ string) error {
		for _, l := range loggers(out, func(h slog.Handler) slog.Handler { return h }) {
			for name, part := range parts(ev) {
				if name == "parts in fields" {
					continue // Vars and Geo have a JSON form: see TestCanaryRedact
				}
				l.InfoContext(ctx, name, "part", part, slog.Group("g", "part", part))
				l.With("part", part).WithGroup("g").Info(name, slog.Any("part", part))
			}
		}
		return nil
	})
}

func TestCanaryJSON(t *testing.T) {
	each(t, "voxhook: an event has no JSON form", func(_ context.Context, out io.Writer, ev voxhook.Event, _ string) error {
		for name, part := range parts(ev) {
			switch name {
			case "vars", "&vars", "geo", "&geo", "error", "joined", "invalid", "panic":
				continue
			}
			text, err := json.Marshal(part)
			if !assert.Error(t, err, name) {
				fmt.Fprintf(out, "%s\n", text)
			}
			fmt.Fprintln(out, err)
		}
		return nil
	})
}

// TestCanaryHandler covers the Handler's own log.
func TestCanaryHandler(t *testing.T) {
	for name, fail := range map[string]func(string) error{
		"error":   func(v string) error { return errors.New("no such thing: " + v) },
		"quoted":  func(v string) error { return fmt.Errorf("no such thing: %q %+q %#q %#v", v, v, v, v) },
		"wrapped": func(v string) error { return fmt.Errorf("a: %w", errors.Join(errors.New(v), errors.New(v))) },
		"URL": func(v string) error {
			return &url.Error{Op: "Get", URL: "https://a.example/?q=" + url.QueryEscape(v), Err: errors.New(v)}
		},
		"path":         func(v string) error { return errors.New("GET /a/" + url.PathEscape(v)) },
		"JSON":         func(v string) error { text, _ := json.Marshal([]string{v}); return fmt.Errorf("%s %q", text, text) },
		"panic":        func(v string) error { panic(v) },
		"panic error":  func(v string) error { panic(fmt.Errorf("a: %s", v)) },
		"panic struct": func(v string) error { panic(struct{ V, w string }{v, v}) },
		"long": func(v string) error {
			return errors.New(strings.Repeat("x", 1015) + v + strings.Repeat(v, 5000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, `"msg":"voice webhook failed"`, func(_ context.Context, _ io.Writer, _ voxhook.Event, value string) error {
				return fail(value)
			})
		})
	}
}

func TestCanaryRedact(t *testing.T) {
	each(t, "attrs", func(ctx context.Context, out io.Writer, ev voxhook.Event, value string) error {
		for _, l := range loggers(out, redact.NewHandler) {
			for name, v := range values(value) {
				l.InfoContext(ctx, "attrs "+name, "v", v, slog.Group("g", slog.Any("v", v), slog.Group("h", "v", v)))
				l.With("v", v).WithGroup("g").With("w", v).WithGroup("h").WarnContext(ctx, "with", "v", v)
			}
			for _, part := range parts(ev) {
				l.InfoContext(ctx, "part", "part", part)
			}
			l.InfoContext(ctx, value)
			l.InfoContext(ctx, fmt.Sprintf("msg %q %s %s %v", value, url.QueryEscape(value), strings.ToUpper(value), []string{value}), value, value)
			l.WithGroup(value).InfoContext(ctx, "group", "a", 1)
		}
		return nil
	})
}

// values returns a value in the types that programs log.
func values(value string) map[string]any {
	type own struct {
		V string `json:"v"`
		W []any
		m map[string]string
	}
	type text string
	type octets []byte
	doc, _ := json.Marshal(own{V: value})
	u, _ := url.Parse("https://u:p@a.example/voice#f")
	u.Path, u.RawQuery = "/"+value, url.Values{"q": {value}}.Encode()
	u.User = url.UserPassword(value, value)
	return map[string]any{
		"string": value, "named string": text(value), "pointer": &value,
		"[]byte": []byte(value), "named bytes": octets(value), "nested bytes": struct{ B []byte }{[]byte(value)},
		"RawMessage": json.RawMessage(doc), "document": string(doc),
		"slice": []string{value}, "map": map[string]string{value: value}, "header": http.Header{"X-V": {value}},
		"values": url.Values{"v": {value}}, "any": []any{value, map[string]any{"a": []any{value}}},
		"struct": own{value, []any{value}, map[string]string{value: value}}, "&struct": &own{V: value},
		"vars": voxhook.Vars{"a": value}, "geo": struct{ G voxhook.Geo }{voxhook.Geo{FromCity: value}},
		"error": errors.New(value), "quoted": fmt.Errorf("a: %q", value), "joined": errors.Join(errors.New(value), io.EOF),
		"error in a struct": struct{ Err error }{errors.New(value)}, "JSON error": jsonError{value},
		"stringer": stringer{value}, "valuer": valuer{value}, "valuer of a valuer": valuer{valuer{value}},
		"text": marshaler{value}, "formatter": formatter{value}, "group": slog.GroupValue(slog.String(value, value)),
		"attrs":   []slog.Attr{slog.String("v", value)},
		"request": &http.Request{Method: http.MethodPost, URL: u, Header: http.Header{"X": {value}}}, "url": u, "url value": *u,
		"url error": &url.Error{Op: "Get", URL: u.String(), Err: errors.New(value)},
		"panicking": panics{value}, "nil error": (*panics)(nil), "failing": fails{value},
		"channel": struct {
			C chan int
			V string
		}{nil, value},
	}
}

type stringer struct{ v string }

func (s stringer) String() string { return s.v }

type valuer struct{ v any }

func (v valuer) LogValue() slog.Value { return slog.AnyValue(v.v) }

type marshaler struct{ v string }

func (m marshaler) MarshalText() ([]byte, error) { return []byte(m.v), nil }

type formatter struct{ v string }

func (f formatter) Format(s fmt.State, _ rune) { fmt.Fprint(s, f.v) }

type jsonError struct{ v string }

func (e jsonError) Error() string                { return e.v }
func (e jsonError) MarshalJSON() ([]byte, error) { return json.Marshal([]string{e.v}) }

// A panics is a value whose methods panic with its text.
type panics struct{ v string }

func (p panics) Error() string                { panic(p.v) }
func (p panics) MarshalJSON() ([]byte, error) { panic(errors.New(p.v)) }
func (p panics) MarshalText() ([]byte, error) { panic(p) }

// A fails is a value whose methods fail with its text.
type fails struct{ v string }

func (f fails) MarshalJSON() ([]byte, error) { return nil, errors.New(f.v) }
func (f fails) MarshalText() ([]byte, error) { return nil, panics(f) }
