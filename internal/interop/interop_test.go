package interop

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v5"
	echomiddleware "github.com/labstack/echo/v5/middleware"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var settings = voxhook.Settings{
	Fallback: voxml.Response{voxml.Say{Text: "Please call again later."}},
	ErrorLog: slog.New(slog.DiscardHandler),
}

// routers mounts the same routes on each router.
var routers = map[string]func(incoming, menu, tenant http.Handler) http.Handler{
	"chi": func(incoming, menu, tenant http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Use(chimiddleware.Recoverer, chimiddleware.RequestID)
		r.Handle("/voice", incoming)
		r.Handle("/voice/menu", menu)
		r.Handle("/tenants/{tenant}/voice", tenant)
		return r
	},
	"gin": func(incoming, menu, tenant http.Handler) http.Handler {
		gin.SetMode(gin.ReleaseMode)
		r := gin.New() // not gin.Default: see the package documentation
		r.Any("/voice", gin.WrapH(incoming))
		r.Any("/voice/menu", gin.WrapH(menu))
		r.Any("/tenants/:tenant/voice", func(c *gin.Context) {
			c.Request.SetPathValue("tenant", c.Param("tenant"))
			tenant.ServeHTTP(c.Writer, c.Request)
		})
		return r
	},
	"echo": func(incoming, menu, tenant http.Handler) http.Handler {
		e := echo.New()
		e.Use(echomiddleware.Recover(), echomiddleware.RequestID())
		e.Any("/voice", echo.WrapHandler(incoming))
		e.Any("/voice/menu", echo.WrapHandler(menu))
		e.Any("/tenants/:tenant/voice", echo.WrapHandler(tenant))
		return e
	},
}

// app mounts a menu, and a greeting whose path has the tenant.
func app(router string) http.Handler {
	say := func(text string) voxml.Response { return voxml.Response{voxml.Say{Text: text}, voxml.Hangup{}} }
	incoming := settings.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{
			Action: "/voice/menu?from=start", NumDigits: 1,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1."}},
		}, voxml.Hangup{}}, nil
	})
	menu := settings.OnGather(func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		if input.Digits != "1" {
			panic("the callback panics")
		}
		return say("Came from " + voxhook.RequestFrom(ctx).URL.Query().Get("from") + "."), nil
	})
	tenant := settings.OnIncomingCall(func(ctx context.Context, _ *voxhook.IncomingCall) (voxml.Response, error) {
		return say("Welcome to " + voxhook.RequestFrom(ctx).PathValue("tenant") + "."), nil
	})
	return routers[router](incoming, menu, tenant)
}

// TestCalls makes calls by POST and GET, with and without signed URLs, with a
// failing callback, and with a path parameter.
func TestCalls(t *testing.T) {
	wrappers := map[string]func(http.Handler) http.Handler{
		"bare": func(next http.Handler) http.Handler { return next },
		"signed": func(next http.Handler) http.Handler {
			return &voxauth.Signed{
				Next: next, Keys: []voxauth.Key{voxauth.NewKey()},
				Entry: map[string]voxauth.Check{"/voice": voxauth.Open, "/tenants/acme/voice": voxauth.Open},
			}
		},
	}
	for router := range routers {
		for wrapper, wrap := range wrappers {
			for method, options := range map[string][]voxtest.Option{"POST": nil, "GET": {voxtest.GET()}} {
				t.Run(router+" "+wrapper+" "+method, func(t *testing.T) {
					call := voxtest.Call(t, wrap(app(router)), "/voice", options...)
					call.Press("1")
					call.Hears("Came from start.")
					call.HungUp()

					call = voxtest.Call(t, wrap(app(router)), "/voice", append(options, voxtest.Lenient())...)
					call.Press("2")
					call.Hears("Please call again later.")
					call.HungUp()

					call = voxtest.Call(t, wrap(app(router)), "/tenants/acme/voice", options...)
					call.Hears("Welcome to acme.")
					call.HungUp()
				})
			}
		}
	}
}

// TestServer checks that a document arrives complete, with its length, over a
// real connection, and that an aborted callback closes the connection even
// inside a router that recovers from panics.
func TestServer(t *testing.T) {
	for router, mount := range routers {
		t.Run(router, func(t *testing.T) {
			abort := settings.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
				panic(http.ErrAbortHandler)
			})
			hello := settings.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
				return voxml.Response{voxml.Say{Text: "Hello."}}, nil
			})
			server := httptest.NewServer(mount(hello, abort, hello))
			defer server.Close()

			form := url.Values{"CallSid": {"CA1"}, "CallStatus": {"ringing"}}
			response, err := http.PostForm(server.URL+"/voice", form)
			require.NoError(t, err)
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			assert.Equal(t, "<Response><Say>Hello.</Say></Response>", string(body))
			assert.EqualValues(t, len(body), response.ContentLength)

			_, err = http.PostForm(server.URL+"/voice/menu", form)
			assert.Error(t, err, "the connection must end without an answer")
		})
	}
}
