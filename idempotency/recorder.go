package idempotency

import (
	"net/http"
	"slices"
	"strconv"
)

// A recorder is the ResponseWriter of a run. It keeps the answer, and sends it
// when the run ends or calls Flush.
type recorder struct {
	to     http.ResponseWriter
	header http.Header   // a copy of the header of to, changed by the run
	final  headerChanges // the changes when WriteHeader was called
	status int           // zero until WriteHeader is called
	body   []byte
	sent   int  // the number of bytes of body that were sent
	begun  bool // the header was sent
	large  bool // the answer is too large to be kept; body is the unsent rest
}

// Header returns the header of the answer. At first it is the header that outer
// wrappers have set.
func (w *recorder) Header() http.Header {
	if w.header == nil {
		w.header = make(http.Header, 4)
		for name, values := range w.to.Header() {
			w.header[name] = slices.Clip(values)
		}
	}
	return w.header
}

// WriteHeader sets the status. It drops informational statuses, because the
// answer may be sent to several requests.
func (w *recorder) WriteHeader(status int) {
	if w.status != 0 || status < 200 {
		return
	}
	w.status = status
	if w.header != nil {
		w.final = changesOf(w.to.Header(), w.header)
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	w.body = append(w.body, p...)
	if len(w.body) > maxAnswer {
		w.large = true
	}
	if !w.large {
		return len(p), nil
	}
	return len(p), w.send()
}

// FlushError sends the part that was written so far. Without this method,
// [http.ResponseController] would use the writer that Unwrap returns, and so
// send the header before it is set.
func (w *recorder) FlushError() error {
	w.WriteHeader(http.StatusOK)
	if err := w.send(); err != nil {
		return err
	}
	return http.NewResponseController(w.to).Flush()
}

// Flush implements [http.Flusher].
func (w *recorder) Flush() { _ = w.FlushError() }

// Unwrap returns the writer of the connection, for [http.ResponseController].
func (w *recorder) Unwrap() http.ResponseWriter { return w.to }

// send sends the unsent part of the answer.
func (w *recorder) send() error {
	if !w.begun {
		w.begun = true
		w.final.apply(w.to.Header())
		w.to.WriteHeader(w.status)
	}
	var err error
	if w.sent < len(w.body) {
		_, err = w.to.Write(w.body[w.sent:])
	}
	w.sent = len(w.body)
	if w.large {
		w.sent, w.body = 0, w.body[:0]
	}
	return err
}

// finish sends the rest of the answer after the run. If more work follows, set
// flush, so that the client does not wait for it.
func (w *recorder) finish(flush bool) {
	w.WriteHeader(http.StatusOK)
	if !w.begun && len(w.body) > 0 && len(w.header["Content-Length"]) == 0 {
		w.to.Header().Set("Content-Length", strconv.Itoa(len(w.body)))
	}
	if w.begun && w.sent == len(w.body) {
		return
	}
	_ = w.send() // after an error, the client sends the webhook again
	if flush {
		_ = http.NewResponseController(w.to).Flush()
	}
}
