package interop

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v5"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var voice = &voxhook.Handler{
	OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Hello."}, voxml.Hangup{}}, nil
	},
}

// call prints the answer to the first webhook of a call.
func call(app http.Handler) {
	r := httptest.NewRequest(http.MethodPost, "/voice", strings.NewReader("CallSid=1&CallStatus=ringing"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
}

func Example_chi() {
	r := chi.NewRouter()
	r.Handle("/voice", voice)
	call(r)
	// Output: <Response><Say>Hello.</Say><Hangup/></Response>
}

func Example_gin() {
	r := gin.New()
	r.Any("/voice", gin.WrapH(voice))
	call(r)
	// Output: <Response><Say>Hello.</Say><Hangup/></Response>
}

func Example_echo() {
	e := echo.New()
	e.Any("/voice", echo.WrapHandler(voice))
	call(e)
	// Output: <Response><Say>Hello.</Say><Hangup/></Response>
}
