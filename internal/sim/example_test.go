package sim_test

import (
	"fmt"
	"net/http"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

func Example() {
	mux := http.NewServeMux()
	mux.Handle("/voice", voxml.Response{
		voxml.Gather{NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press a key."}}},
		voxml.Say{Text: "Goodbye."},
	})

	call, err := sim.New(sim.Config{App: sim.Handler(mux), URL: "http://app.example/voice"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for call.Step() { // until a person has to act
	}
	fmt.Println(call.Waiting().Text)
	err = call.Act(sim.Act{Do: sim.DoPress, Keys: "1"})
	for call.Step() {
	}
	fmt.Println(err, call.End().Text, call.Elapsed())
	// Output:
	// the app is listening for a key
	// <nil> the document ended 1.6s
}
