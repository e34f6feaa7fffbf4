// Empty answers one call with only net/http.
package main

import (
	"io"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("POST /voice", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, "<Response><Say>Hello.</Say></Response>")
	})
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
