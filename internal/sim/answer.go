package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/voxhook/voxhook/internal/wire"
	"github.com/voxhook/voxhook/voxml"
)

// An answer is an app's answer to one request.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error // set if there is no answer
	took   time.Duration
	panic  any // the app's panic, if it ran in another goroutine
}

var errNoRequest = errors.New("the app gave a method or URL that cannot be requested")

// fetch sends a request and reads the answer.
func (x *Exchange) fetch(ctx context.Context, app App, header http.Header) (a answer) {
	began := time.Now()
	defer func() { a.took = time.Since(began) }()
	r, err := wire.NewRequest(x.Method, x.URL.String(), x.Form)
	if err != nil {
		return answer{err: errNoRequest}
	}
	for name, values := range header {
		r.Header[name] = values
	}
	resp, err := app.Do(r.WithContext(ctx))
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which may include the form
		}
		return answer{err: fmt.Errorf("no answer: %w", err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, voxml.MaxSize+1))
	if err != nil {
		return answer{body: body, err: fmt.Errorf("the answer was cut off: %w", err)}
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: body}
}

// fetchSafely is fetch for a separate goroutine. It returns a panic of the app
// as part of the answer.
func (x *Exchange) fetchSafely(ctx context.Context, app App, header http.Header) (a answer) {
	done := false
	defer func() {
		if v := recover(); v != nil {
			a = answer{panic: fmt.Sprintf("%v\n\n%s", v, debug.Stack())}
		} else if !done {
			a = answer{err: fmt.Errorf("no answer: %w", errAborted)} // the app called runtime.Goexit
		}
	}()
	a = x.fetch(ctx, app, header)
	done = true
	return a
}

// repanic repeats the app's panic, if any.
func (a answer) repanic() {
	if a.panic != nil {
		panic(a.panic)
	}
}

// take stores an answer in the exchange and reads its document. After the end
// of the call, the platform does not run the document, so the answer needs none.
func (x *Exchange) take(a answer, document bool) {
	x.Status, x.Header, x.Body, x.Took, x.Err = a.status, a.header, a.body, a.took, a.err
	switch {
	case x.Err != nil:
	case x.Status/100 != 2:
		x.Err = fmt.Errorf("the app answered with status %d %s", x.Status, http.StatusText(x.Status))
	case x.Event.Webhook().CallStatus.Ended() && len(bytes.TrimSpace(x.Body)) == 0:
	case document && x.Status == http.StatusNoContent:
		x.Err = fmt.Errorf("the app answered with status %d %s, without a document", x.Status, http.StatusText(x.Status))
	case document:
		x.read()
	}
	x.explain()
}
