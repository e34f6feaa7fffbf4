package weather_test

import (
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/voxhook/voxhook/examples/weather/weather"
)

func Example() {
	log.Fatal(http.ListenAndServe(":8080", weather.Routes(weather.Config{})))
}

// A caller enters an unknown zip code at the second try.
func ExampleRoutes() {
	h := weather.Routes(weather.Config{Log: slog.New(slog.DiscardHandler)})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", `/weather/zip?CallSid=1&Digits=12345&Vars={"tries":"2"}`, nil))
	fmt.Println(w.Body)
	// Output: <Response><Say>We have no weather for 1 2 3 4 5. Goodbye.</Say><Hangup/></Response>
}
