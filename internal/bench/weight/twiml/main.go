// Twiml answers one call with the twiml package of twilio-go.
package main

import (
	"io"
	"log"
	"net/http"

	"github.com/twilio/twilio-go/twiml"
)

func main() {
	http.HandleFunc("POST /voice", func(w http.ResponseWriter, r *http.Request) {
		doc, err := twiml.Voice([]twiml.Element{
			&twiml.VoiceSay{Message: "Hello " + r.PostFormValue("CallerName")},
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, doc)
	})
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
