package interop

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// TestSignedOnChi makes a call to a chi router that uses Signed, alone and as a
// part of another router. No one else can send the webhooks of the call.
func TestSignedOnChi(t *testing.T) {
	key, login := voxauth.NewKey(), voxauth.Login{User: "voice", Password: "secret"}
	incoming := settings.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{Action: "/voice/menu", NumDigits: 1}, voxml.Hangup{}}, nil
	})
	menu := settings.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Goodbye."}, voxml.Hangup{}}, nil
	})

	// The sample in the comment of package voxauth.
	r := chi.NewRouter()
	r.Use(func(next http.Handler) http.Handler {
		return &voxauth.Signed{
			Next:  &idempotency.Handler{Next: next, ID: voxauth.DocumentID, Window: time.Minute},
			Keys:  []voxauth.Key{key},
			Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
		}
	})
	r.Handle("/voice", incoming)
	r.Handle("/voice/menu", menu)

	part := chi.NewRouter()
	part.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	part.Route("/voice", func(part chi.Router) {
		part.Use(func(next http.Handler) http.Handler {
			return &voxauth.Signed{
				Next: next, Keys: []voxauth.Key{key}, Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
			}
		})
		part.Handle("/", incoming)
		part.Handle("/menu", menu)
	})

	for name, app := range map[string]http.Handler{"Use": r, "Route": part} {
		t.Run(name, func(t *testing.T) {
			call := voxtest.Call(t, app, "/voice", voxtest.BasicAuth(login.User, login.Password))
			call.Press("1")
			call.Hears("Goodbye.")
			call.HungUp()
			call.Unforgeable()
		})
	}
	w := httptest.NewRecorder()
	part.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	assert.Equal(t, http.StatusNoContent, w.Code)
}

// TestMountOnChi shows that Mount strips the path for a chi router, but not for
// a mux of net/http.
func TestMountOnChi(t *testing.T) {
	for inner, want := range map[interface {
		http.Handler
		Handle(string, http.Handler)
	}]int{chi.NewRouter(): 200, http.NewServeMux(): 404} {
		inner.Handle("/voice", incoming)
		r := chi.NewRouter()
		r.Mount("/phone", &voxauth.Signed{
			Next: inner, Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/phone/voice": voxauth.Open},
		})
		request := httptest.NewRequest(http.MethodPost, "/phone/voice", strings.NewReader("CallSid=c1&CallStatus=ringing"))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		assert.Equal(t, want, w.Code, "%T", inner)
	}
}
