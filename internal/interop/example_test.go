package interop

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v5"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var (
	incoming = settings.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Hello."}, voxml.Hangup{}}, nil
	})
	menu = settings.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Goodbye."}, voxml.Hangup{}}, nil
	})
)

// call prints the answers to the first webhook of a call and to a pressed key.
func call(app http.Handler) {
	answer(app, voxtest.NewRequest(http.MethodPost, "/voice", &voxhook.IncomingCall{}))
	answer(app, voxtest.NewRequest(http.MethodPost, "/voice/menu", &voxhook.GatherResult{Digits: "1"}))
}

func answer(app http.Handler, r *http.Request) {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
}

func Example_chi() {
	r := chi.NewRouter()
	r.Handle("/voice", incoming)
	r.Handle("/voice/menu", menu)
	call(r)
	// Output:
	// <Response><Say>Hello.</Say><Hangup/></Response>
	// <Response><Say>Goodbye.</Say><Hangup/></Response>
}

func Example_gin() {
	gin.SetMode(gin.ReleaseMode) // does not print the routes
	r := gin.New()
	r.Any("/voice", gin.WrapH(incoming))
	r.Any("/voice/menu", gin.WrapH(menu))
	call(r)
	// Output:
	// <Response><Say>Hello.</Say><Hangup/></Response>
	// <Response><Say>Goodbye.</Say><Hangup/></Response>
}

func Example_echo() {
	e := echo.New()
	e.Any("/voice", echo.WrapHandler(incoming))
	e.Any("/voice/menu", echo.WrapHandler(menu))
	call(e)
	// Output:
	// <Response><Say>Hello.</Say><Hangup/></Response>
	// <Response><Say>Goodbye.</Say><Hangup/></Response>
}
