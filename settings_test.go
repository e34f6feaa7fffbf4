package voxhook_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Each callback of Handler has a method of Settings. The method returns a
// Handler with the callback and a copy of the settings, and panics if the
// callback is nil.
func TestSettingsMethods(t *testing.T) {
	callbacks := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[voxhook.Handler]()) {
		if f.Type.Kind() == reflect.Func {
			callbacks[f.Name] = f.Type
		}
	}
	require.Len(t, callbacks, len(voxhook.Kinds())+2, "there must be a callback for each kind, OnVerbAction and OnEvent")
	settings := voxhook.Settings{Fallback: fallback, ErrorLog: slog.Default(), Timeout: 1, MaxBodyBytes: 2, MaxParams: 3}
	value := reflect.ValueOf(settings)
	methods := map[string]reflect.Type{}
	for i := range value.NumMethod() {
		name, method := value.Type().Method(i).Name, value.Method(i)
		require.Equal(t, 1, method.Type().NumIn(), name)
		callback := method.Type().In(0)
		methods[name] = callback
		assert.Equal(t, []reflect.Type{reflect.TypeFor[*voxhook.Handler]()}, []reflect.Type{method.Type().Out(0)}, name)

		assert.PanicsWithValue(t, "voxhook: Settings: the callback is nil", func() {
			method.Call([]reflect.Value{reflect.Zero(callback)})
		}, name)

		f := reflect.MakeFunc(callback, func([]reflect.Value) []reflect.Value { return nil })
		h := method.Call([]reflect.Value{f})[0].Interface().(*voxhook.Handler)
		assert.Equal(t, settings, h.Settings, name)
		assert.Equal(t, f.Pointer(), reflect.ValueOf(h).Elem().FieldByName(name).Pointer(), name)
		set := 0
		for field := range callbacks {
			if !reflect.ValueOf(h).Elem().FieldByName(field).IsNil() {
				set++
			}
		}
		assert.Equal(t, 1, set, "%s must set only its callback", name)
	}
	assert.Equal(t, callbacks, methods)
}

func TestLimitsOfSettings(t *testing.T) {
	const form = "CallSid=1&a=2&b=3" // 17 bytes
	for _, tt := range []struct {
		bytes  int64
		params int
		status int
	}{
		{17, 3, 204}, {16, 3, 413}, {17, 2, 413}, {0, 0, 204}, {-1, -1, 204},
	} {
		post, get := whBoth(form)
		for _, r := range []*http.Request{post(), get()} {
			h := hidden.OnStatusChange(func(context.Context, *voxhook.StatusChange) error { return nil })
			h.Settings.MaxBodyBytes, h.Settings.MaxParams = tt.bytes, tt.params
			assert.Equal(t, tt.status, serve(h, r).Code, "%+v", tt)
		}
	}
	params := 0
	h := hidden.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
		params = len(ev.Webhook().Params)
		return voxml.Response{}, nil
	})
	h.Settings.MaxBodyBytes, h.Settings.MaxParams = 1<<20, 2000
	serve(h, whPost("/", "CallSid=1"+strings.Repeat("&a="+strings.Repeat("x", 300), 1500)))
	assert.Equal(t, 1501, params, "the limit must be larger than the default")
}

// FallbackFunc does not receive the callback's context, whose deadline has
// passed.
func TestFallbackFuncAfterTimeout(t *testing.T) {
	type key struct{}
	h := hidden.OnEvent(func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	h.Settings.Timeout = time.Nanosecond
	h.Settings.FallbackFunc = func(ctx context.Context, ev voxhook.Event, err error) voxml.Response {
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NoError(t, ctx.Err())
		_, ok := ctx.Deadline()
		assert.False(t, ok)
		assert.Equal(t, "kept", ctx.Value(key{}))
		return voxml.Response{voxml.Say{Text: "Lo siento."}}
	}
	r := whPost("/voice", "CallSid=1")
	rec := serve(h, r.WithContext(context.WithValue(r.Context(), key{}, "kept")))
	assert.Equal(t, "<Response><Say>Lo siento.</Say></Response>", rec.Body.String())
}

// A late document is sent: nothing stops a callback that ignores its context.
func TestLateDocument(t *testing.T) {
	h := hidden.OnEvent(func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		<-ctx.Done()
		return says("Late.")(ctx, ev)
	})
	h.Settings.Timeout = time.Nanosecond
	assert.Equal(t, "<Response><Say>Late.</Say></Response>", serve(h, whPost("/", "CallSid=1")).Body.String())
}

// A fallback in the caller's language, which is in a variable of the call.
func ExampleSettings_fallbackFunc() {
	voice := voxhook.Settings{
		Fallback: voxml.Response{voxml.Say{Text: "Please call again later."}},
		FallbackFunc: func(ctx context.Context, ev voxhook.Event, err error) voxml.Response {
			if ev.Webhook().Vars["lang"] == "es" {
				return voxml.Response{voxml.Say{Text: "Por favor, llame más tarde.", Voice: "Polly.Lupe", Language: "es-US"}}
			}
			return nil // use Fallback
		},
		ErrorLog: slog.New(slog.DiscardHandler),
	}
	h := voice.OnGather(func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		return nil, errors.New("the database is down")
	})
	receive(h, `CallSid=1&Digits=1&Vars={"lang":"es"}`)
	receive(h, `CallSid=2&Digits=1`)
	// Output:
	// 200 <Response><Say voice="Polly.Lupe" language="es-US">Por favor, llame más tarde.</Say></Response>
	// 200 <Response><Say>Please call again later.</Say></Response>
}
