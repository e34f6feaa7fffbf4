package redact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/redact"
	"github.com/voxhook/voxhook/voxml"
)

// during runs f in a callback for a Gather.
func during(t testing.TB, f func(ctx context.Context, e *voxhook.GatherResult)) {
	t.Helper()
	const form = "CallSid=c1&From=%2B14025550100&To=%2B14025550199&CallStatus=in-progress&FromCity=NEW+YORK" +
		"&Digits=47&SpeechResult=I+am+Jane+Doe&Vars=%7B%22name%22%3A%22Jane%22%7D&tenant=acme" +
		"&SecurityCode=471&PaymentConfirmationCode=4711"
	r := httptest.NewRequest(http.MethodPost, "/voice/menu?own=secret", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	ran := false
	h := voxhook.Settings{}.OnGather(func(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
		ran = true
		f(ctx, e)
		return voxml.Response{}, nil
	})
	h.ServeHTTP(httptest.NewRecorder(), r)
	require.True(t, ran)
}

// plain holds handler options that omit the time.
var plain = &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

func TestHandler(t *testing.T) {
	during(t, func(ctx context.Context, e *voxhook.GatherResult) {
		u, err := url.Parse("https://user:pass@a.example/calls/%2B14025550100?From=x#f")
		require.NoError(t, err)
		type point struct {
			X int      `json:"x"`
			S []string `json:"s"`
		}
		for _, tt := range []struct {
			name string
			v    any
			text string // the value in a text log
			json string // the value in a JSON log
		}{
			{"string", e.From, `[From]`, `"[From]"`},
			{"text without a value", "all well", `"all well"`, `"all well"`},
			{"key", e.Digits, `[Digits]`, `"[Digits]"`},
			{"part of a word", "x47 470", `"x47 470"`, `"x47 470"`},
			{"unknown parameter", "acme/secret", `[tenant]/[own]`, `"[tenant]/[own]"`},
			{"int", 14025550100, `[From]`, `"[From]"`},
			{"uint", uint64(14025550100), `[From]`, `"[From]"`},
			{"four digits", 4711, `[PaymentConfirmationCode]`, `"[PaymentConfirmationCode]"`},
			{"three digits are a count or a status", 471, `471`, `471`},
			{"float", 47.5, `47.5`, `47.5`},
			{"short int", 47, `47`, `47`},
			{"status", http.StatusOK, `200`, `200`},
			{"bool", true, `true`, `true`},
			{"duration", 47 * time.Second, `47s`, `47000000000`},
			{"time", time.Unix(47, 0).UTC(), `1970-01-01T00:00:47.000Z`, `"1970-01-01T00:00:47Z"`},
			{"nil", nil, `<nil>`, `null`},
			{"error", fmt.Errorf("save %q: %w", e.SpeechResult, io.EOF), `"save \"[SpeechResult]\": EOF"`, `"save \"[SpeechResult]\": EOF"`},
			{"bytes", []byte("to " + e.To), `"to [To]"`, `"dG8gW1RvXQ=="`},
			{"slice", []string{e.From, "b"}, `"[[From] b]"`, `["[From]","b"]`},
			{"struct", point{14025550100, []string{"a", e.To}}, `"{X:[From] S:[a [To]]}"`, `{"x":"[From]","s":["a","[To]"]}`},
			{"float in a struct", []float64{1.5e30, -2}, `"[1.5e+30 -2]"`, `[1.5e+30,-2]`},
			{"raw JSON", json.RawMessage(`{"a": "\u002b14025550100", "b": true}`),
				`"[123 34 97 34 58 32 34 92 117 48 48 50 98 49 52 48 50 53 53 53 48 49 48 48 34 44 32 34 98 34 58 32 116 114 117 101 125]"`,
				`{"a":"[From]","b":true}`},
			{"markup", []string{"<b>&"}, `[<b>&]`, `["<b>&"]`},
			{"URL", u, `https://a.example/calls/[From]`, `"https://a.example/calls/[From]"`},
			{"request", voxhook.RequestFrom(ctx), `"POST /voice/menu"`, `"POST /voice/menu"`},
			{"nil request", (*http.Request)(nil), `<nil>`, `"<nil>"`},
			{"nil URL", (*url.URL)(nil), `<nil>`, `"<nil>"`},
			{"event", e.Vars, `name`, `"name"`},
			{"panic", panics{e.From}, `"!PANIC: %!v(PANIC=Error method: [From])"`, `"!PANIC: [From]"`},
			{"nil pointer", (*panics)(nil), `<nil>`, `null`},
			{"failure", fails{e.From}, `"!PANIC: [From]"`, `"!ERROR:json: error calling MarshalJSON for type redact_test.fails: [From]"`},
			{"no JSON", struct{ C chan int }{}, `{C:<nil>}`, `"!ERROR:json: unsupported type: chan int"`},
		} {
			t.Run(tt.name, func(t *testing.T) {
				var text, doc bytes.Buffer
				slog.New(redact.NewHandler(slog.NewTextHandler(&text, plain))).InfoContext(ctx, "m", "v", tt.v)
				slog.New(redact.NewHandler(slog.NewJSONHandler(&doc, plain))).InfoContext(ctx, "m", "v", tt.v)
				assert.Equal(t, "level=INFO msg=m v="+tt.text+"\n", text.String())
				assert.Equal(t, `{"level":"INFO","msg":"m","v":`+tt.json+"}\n", doc.String())
			})
		}
	})
}

func TestHandlerAttrs(t *testing.T) {
	during(t, func(ctx context.Context, e *voxhook.GatherResult) {
		var out bytes.Buffer
		log := slog.New(redact.NewHandler(slog.NewJSONHandler(&out, plain))).With("a", e.From).
			WithGroup("g").With("b", e.From, "c", 1).WithGroup("h")
		log.With("x", e.To).InfoContext(ctx, "from "+e.From, slog.Group("i", e.Digits, e.To))
		log.InfoContext(ctx, "empty groups are left out")
		log.Info("no event: " + e.From)
		assert.Equal(t, `{"level":"INFO","msg":"from [From]","a":"[From]","g":{"b":"[From]","c":1,"h":{"x":"[To]","i":{"[Digits]":"[To]"}}}}
{"level":"INFO","msg":"empty groups are left out","a":"[From]","g":{"b":"[From]","c":1}}
{"level":"INFO","msg":"no event: +14025550100","a":"+14025550100","g":{"b":"+14025550100","c":1}}
`, out.String())
	})
}

// Without an event, values reach the next handler unchanged. Only requests and
// URLs lose their query.
func TestHandlerWithoutEvent(t *testing.T) {
	var got slog.Record
	h := redact.NewHandler(recorder{&got})
	cause := errors.New("a")
	u := &url.URL{Scheme: "https", Host: "a.example", Path: "/b", RawQuery: "From=1"}
	slog.New(h).Error("m", "error", cause, "bytes", []byte("b"), "struct", struct{ A int }{1}, "group", slog.GroupValue(slog.Any("u", u)))
	var attrs []slog.Attr
	got.Attrs(func(a slog.Attr) bool { attrs = append(attrs, a); return true })
	assert.Same(t, cause, attrs[0].Value.Any())
	assert.Equal(t, []byte("b"), attrs[1].Value.Any())
	assert.Equal(t, struct{ A int }{1}, attrs[2].Value.Any())
	assert.Equal(t, "https://a.example/b", attrs[3].Value.Group()[0].Value.String())
	assert.Equal(t, slog.LevelError, got.Level)
	assert.NotZero(t, got.PC)

	assert.True(t, h.Enabled(t.Context(), slog.LevelInfo))
	assert.False(t, h.Enabled(t.Context(), slog.LevelDebug))
	assert.ErrorIs(t, h.Handle(t.Context(), slog.Record{Message: "m"}), io.ErrShortWrite)
	assert.Same(t, h, h.WithGroup(""))
	assert.Same(t, h, h.WithAttrs(nil))
}

// With an event, errors stay errors but do not wrap the original.
func TestHandlerErrorType(t *testing.T) {
	during(t, func(ctx context.Context, e *voxhook.GatherResult) {
		var got slog.Record
		slog.New(redact.NewHandler(recorder{&got})).InfoContext(ctx, "m", "error", fmt.Errorf("%s: %w", e.From, io.EOF))
		got.Attrs(func(a slog.Attr) bool {
			require.EqualError(t, a.Value.Any().(error), "[From]: EOF")
			assert.Equal(t, "[From]: EOF", fmt.Sprintf("%#v", a.Value.Any()))
			assert.NotErrorIs(t, a.Value.Any().(error), io.EOF)
			return true
		})
		assert.Equal(t, "m", got.Message)
	})
}

type recorder struct{ got *slog.Record }

func (recorder) Enabled(_ context.Context, l slog.Level) bool    { return l >= slog.LevelInfo }
func (h recorder) WithAttrs([]slog.Attr) slog.Handler            { return h }
func (h recorder) WithGroup(string) slog.Handler                 { return h }
func (h recorder) Handle(_ context.Context, r slog.Record) error { *h.got = r; return io.ErrShortWrite }

// TestHandlerRules checks the rules of package slog for handlers, with and
// without an event.
func TestHandlerRules(t *testing.T) {
	for _, event := range []bool{false, true} {
		var out bytes.Buffer
		newHandler := func(*testing.T) slog.Handler {
			out.Reset()
			h := redact.NewHandler(slog.NewJSONHandler(&out, nil))
			if event {
				during(t, func(ctx context.Context, _ *voxhook.GatherResult) { h = inContext{h, ctx} })
			}
			return h
		}
		slogtest.Run(t, newHandler, func(t *testing.T) map[string]any {
			var record map[string]any
			require.NoError(t, json.Unmarshal(out.Bytes(), &record))
			return record
		})
	}
}

// inContext handles records as if they were logged in ctx.
type inContext struct {
	slog.Handler
	ctx context.Context
}

func (h inContext) Handle(_ context.Context, r slog.Record) error { return h.Handler.Handle(h.ctx, r) }
func (h inContext) WithAttrs(a []slog.Attr) slog.Handler {
	return inContext{h.Handler.WithAttrs(a), h.ctx}
}
func (h inContext) WithGroup(name string) slog.Handler {
	return inContext{h.Handler.WithGroup(name), h.ctx}
}

// TestHandlerSiblings checks that loggers derived from the same logger do not
// share attributes.
func TestHandlerSiblings(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(redact.NewHandler(slog.NewTextHandler(&out, plain))).With("a", 1).With("b", 2).With("c", 3)
	x, y := log.With("x", 1), log.With("y", 1)
	g, h := log.WithGroup("g"), log.WithGroup("h")
	for _, l := range []*slog.Logger{x, y, g, h} {
		l.Info("m", "v", 1)
	}
	assert.Equal(t, `level=INFO msg=m a=1 b=2 c=3 x=1 v=1
level=INFO msg=m a=1 b=2 c=3 y=1 v=1
level=INFO msg=m a=1 b=2 c=3 g.v=1
level=INFO msg=m a=1 b=2 c=3 h.v=1
`, out.String())
}

// FuzzRedact checks that no value appears in a log, and that a JSON log is
// valid JSON.
func FuzzRedact(f *testing.F) {
	for i, value := range []string{"+1402", "<b>&", "\"\\", "%2B\\u0041", "\x00\x1b\xff", "é😀\u2028", "a b", "1e5", "&#65;&amp;%"} {
		f.Add(value, "00", "from ", uint8(i))
	}
	names := []string{"From", "CallerName", "FromCity", "Digits", "SpeechResult", "FinishedOnKey", "Vars", "RecordingUrl", "PaymentToken", "For", "own"}
	f.Fuzz(func(t *testing.T, before, after, around string, name uint8) {
		if strings.Contains(strings.ToLower(around+"|"+before+"|"+after), canary[:4]) {
			t.Skip("the other arguments contain part of the canary")
		}
		value := before + canary + after
		k := voxhook.Kinds()[int(name)%len(voxhook.Kinds())]
		parameter := names[int(name)%len(names)]
		var text, doc, handler bytes.Buffer
		voice := voxhook.Settings{ErrorLog: slog.New(slog.NewJSONHandler(&handler, nil))}.OnEvent(
			func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
				if parameter == "Vars" {
					value = ev.Webhook().Vars["who"]
				}
				for _, next := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&doc, nil)} {
					log := slog.New(redact.NewHandler(next))
					for _, v := range values(value) {
						log.With(around, value).InfoContext(ctx, around, around, v, "both", []any{around, value, around})
					}
					for _, form := range []string{value, strconv.Quote(value), url.QueryEscape(value)} {
						log.InfoContext(ctx, around+" "+form+" "+around)
					}
				}
				return nil, fmt.Errorf("%s %s %q", around, value, value)
			})
		voice.ServeHTTP(httptest.NewRecorder(), request(k, parameter, value))
		require.NotEmpty(t, handler.String())
		for _, out := range []string{text.String(), doc.String(), handler.String()} {
			require.NotContains(t, strings.ToLower(out), canary)
		}
		for line := range strings.Lines(doc.String() + handler.String()) {
			require.True(t, json.Valid([]byte(line)), line)
		}
	})
}
