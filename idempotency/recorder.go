package idempotency

import (
	"net/http"
	"slices"
	"strconv"
)

// A recorder is the ResponseWriter of a run. It keeps the answer, and sends it
// when the run ends or asks for it with Flush.
type recorder struct {
	to     http.ResponseWriter
	header http.Header   // that of to, and what the run did to it
	final  headerChanges // when WriteHeader was called
	status int           // zero until WriteHeader was called
	body   []byte
	sent   int  // how much of body was sent
	begun  bool // the header was sent
	large  bool // the answer is too large to be kept; body is what is left to send
}

// Header returns the header of the answer. It begins with what wrappers outside
// have set.
func (w *recorder) Header() http.Header {
	if w.header == nil {
		w.header = make(http.Header, 4)
		for name, values := range w.to.Header() {
			w.header[name] = slices.Clip(values)
		}
	}
	return w.header
}

// WriteHeader sets the status. Informational statuses are not sent on: an
// answer can be given to several requests.
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

// FlushError sends what was written so far. [http.ResponseController] prefers
// it to that of the writer that Unwrap returns, which would send the header of
// an answer that is not there yet.
func (w *recorder) FlushError() error {
	w.WriteHeader(http.StatusOK)
	if err := w.send(); err != nil {
		return err
	}
	return http.NewResponseController(w.to).Flush()
}

// Flush implements [http.Flusher].
func (w *recorder) Flush() { _ = w.FlushError() }

// Unwrap returns the connection's writer, for [http.ResponseController].
func (w *recorder) Unwrap() http.ResponseWriter { return w.to }

// send sends what was not sent yet.
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

// finish sends the rest of the answer when the run has ended. If more work
// follows, the client does not wait for it.
func (w *recorder) finish(flush bool) {
	w.WriteHeader(http.StatusOK)
	if !w.begun && len(w.body) > 0 && len(w.header["Content-Length"]) == 0 {
		w.to.Header().Set("Content-Length", strconv.Itoa(len(w.body)))
	}
	if w.begun && w.sent == len(w.body) {
		return
	}
	_ = w.send() // a client that is gone will come again
	if flush {
		_ = http.NewResponseController(w.to).Flush()
	}
}
