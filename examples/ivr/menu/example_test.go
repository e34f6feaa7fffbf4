package menu_test

import (
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/voxhook/voxhook/examples/ivr/menu"
)

func Example() {
	log.Fatal(http.ListenAndServe(":8080", menu.Routes(menu.Config{})))
}

// A caller presses 2.
func ExampleRoutes() {
	h := menu.Routes(menu.Config{Hours: "We never close.", Log: slog.New(slog.DiscardHandler)})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/voice/menu?CallSid=1&Digits=2", nil))
	fmt.Println(w.Body)
	// Output: <Response><Say>We never close. Goodbye.</Say><Hangup/></Response>
}
