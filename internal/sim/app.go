package sim

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
)

// An App answers requests. An [http.Client] is an App.
type App interface {
	// Do answers a request. It returns an error if there is no answer.
	Do(*http.Request) (*http.Response, error)
}

// Handler returns an App that calls h in the goroutine of the call, whatever
// the host of the URL.
func Handler(h http.Handler) App { return handler{h} }

type handler struct{ serve http.Handler }

var errAborted = errors.New("the handler aborted the request")

func (h handler) Do(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			resp, err = nil, errAborted
		default:
			panic(v)
		}
	}()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel() // as net/http does when a handler returns
	r = r.WithContext(ctx)

	// Make the client request look like a server request.
	r.RequestURI = r.URL.RequestURI()
	r.RemoteAddr = "192.0.2.1:1234"
	if r.Body == nil {
		r.Body = http.NoBody
	}
	if user := r.URL.User; user != nil && r.Header.Get("Authorization") == "" { // as http.Client does
		password, _ := user.Password()
		r.SetBasicAuth(user.Username(), password)
	}
	if r.URL.Scheme == "https" {
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	r.URL.Scheme, r.URL.Host, r.URL.User = "", "", nil
	w := httptest.NewRecorder()
	h.serve.ServeHTTP(w, r)
	return w.Result(), nil
}

var _ App = (*http.Client)(nil)

// WithoutRedirects returns an App that does not follow redirects, so that a
// redirect is an answer without a 2xx status. An app that is not an
// http.Client, or that has its own CheckRedirect, is returned unchanged.
func WithoutRedirects(app App) App {
	client, ok := app.(*http.Client)
	if !ok || client.CheckRedirect != nil {
		return app
	}
	plain := *client
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &plain
}
