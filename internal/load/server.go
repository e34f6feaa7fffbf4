package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// patience is how long anything on loopback may take.
const patience = 10 * time.Second

// A server is an http.Server on a port of its own.
type server struct {
	addr   string
	http   *http.Server
	served chan error
}

func serve(h http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{
		addr: listener.Addr().String(),
		http: &http.Server{
			Handler:           h,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       patience,
			WriteTimeout:      patience,
			IdleTimeout:       time.Minute,
			ErrorLog:          log.New(io.Discard, "", 0),
			ConnContext: func(ctx context.Context, c net.Conn) context.Context {
				// A long answer then has to wait for its reader.
				if tcp, ok := c.(*net.TCPConn); ok {
					_ = tcp.SetWriteBuffer(32 << 10)
				}
				return ctx
			},
		},
		served: make(chan error, 1),
	}
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// close ends the server, and returns when it no longer accepts.
func (s *server) close() {
	_ = s.http.Close()
	<-s.served
}

// emptyHandler reads the body and writes a constant document.
func emptyHandler(document []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "bad body", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("Content-Length", strconv.Itoa(len(document)))
		_, _ = w.Write(document)
	})
}

// menuHandler answers the results of a Gather with a menu.
func menuHandler() http.Handler {
	return &voxhook.Handler{
		OnGather: func(_ context.Context, e *voxhook.GatherResult) (voxml.Response, error) { return menu(e.FromCity), nil },
		Settings: voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)},
	}
}

// city is where the caller of all requests is.
const city = "OMAHA"

func menu(city string) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: "Thank you for calling from " + city + "."},
		voxml.Set{Output: "tries", Value: "1"},
		voxml.Gather{
			Action:              "/voice/menu",
			ActionOnEmptyResult: true,
			Input:               voxml.InputDTMFSpeech,
			NumDigits:           1,
			SpeechTimeout:       voxml.Auto,
			Timeout:             5 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "For sales, press 1 or say sales."},
				voxml.Say{Text: "For our opening hours, press 2 or say hours."},
				voxml.Say{Text: "To leave a message, press 3 or say message."},
			},
		},
	}
}

// menuDocument is what the menu is on the wire.
func menuDocument() ([]byte, error) { return menu(city).AppendXML(nil) }

// gatherRequest returns a webhook as it is on the wire: the base parameters
// and the results of a Gather.
func gatherRequest(digits string) []byte {
	form := "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
		"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
		"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
		"&FromCity=" + city + "&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US" +
		"&Digits=" + url.QueryEscape(digits) + "&FinishedOnKey=%23&SpeechResult=sales+please&Confidence=0.93"
	return fmt.Appendf(nil, "POST /voice/menu HTTP/1.1\r\nHost: app.example.com\r\nAccept: */*\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form)
}
