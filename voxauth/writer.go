package voxauth

import (
	"bytes"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"strconv"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// maxHeld is the size in bytes of the largest answer that is signed without the
// Document hook.
const maxHeld = 1 << 20

var errLarge = errors.New("voxauth: the answer is larger than 1 MiB: use a voxhook.Handler, whose documents get tokens at any size")

// A signedWriter passes on answers that the Document hook has signed. It holds
// other answers back until they are complete, and adds tokens if they are
// VoXML.
type signedWriter struct {
	http.ResponseWriter
	a      *admission
	direct bool   // writes are passed on at once
	status int    // of the answer that is held back; zero if there is none
	body   []byte // of that answer
}

func (w *signedWriter) WriteHeader(status int) {
	switch {
	case w.status != 0: // like net/http, ignore a second status
	case !w.direct && w.holds(status):
		w.status = status
	default:
		w.direct = w.direct || status >= 200
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *signedWriter) Write(p []byte) (int, error) {
	if w.status == 0 && !w.direct {
		w.WriteHeader(http.StatusOK)
	}
	if w.status != 0 {
		if len(w.body)+len(p) <= maxHeld {
			w.body = append(w.body, p...)
			return len(p), nil
		}
		w.tooLarge(p)
		if err := w.release(); err != nil {
			return 0, err
		}
	}
	return w.ResponseWriter.Write(p)
}

// Flush flushes an answer that is passed on. It does nothing for an answer that
// is held back.
func (w *signedWriter) Flush() {
	if w.direct {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Unwrap returns the writer of the server, for [http.ResponseController].
func (w *signedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// holds reports whether an answer with this status may be a document that still
// needs tokens.
func (w *signedWriter) holds(status int) bool {
	if w.a.signed.Load() || status < 200 || status > 299 || status == http.StatusNoContent {
		return false
	}
	h := w.Header()
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return (mediaType == "" || mediaType == "application/xml" || mediaType == "text/xml") && h.Get("Content-Encoding") == ""
}

// finish sends an answer that was held back, with tokens if it is VoXML.
func (w *signedWriter) finish() {
	if w.status == 0 {
		return
	}
	if text := w.signHeld(); text != nil {
		w.body = text
		h := w.Header()
		h.Set("Content-Length", strconv.Itoa(len(text)))
		if h.Get("Content-Type") == "" {
			h.Set("Content-Type", "application/xml") // net/http would guess a different type
		}
	}
	_ = w.release() // an error means that the client is gone
}

// release sends the answer that was held back.
func (w *signedWriter) release() error {
	w.direct = true
	w.ResponseWriter.WriteHeader(w.status)
	w.status = 0
	_, err := w.ResponseWriter.Write(w.body)
	w.body = nil
	return err
}

// signHeld returns the answer that is held back, with tokens added. It returns
// nil if the answer is not VoXML, or the request is not a webhook.
func (w *signedWriter) signHeld() []byte {
	doc, _ := voxml.Parse(bytes.NewReader(w.body)) // omits invalid attributes
	if len(doc) == 0 {
		return nil
	}
	webhook, err := voxhook.Decode(w.a.r)
	if err != nil {
		return nil
	}
	doc, err = w.a.sign(doc, webhook.CallSid)
	if err != nil {
		w.notSigned(err)
		return nil
	}
	text, err := doc.AppendXML(nil)
	if err != nil {
		w.notSigned(err)
		return nil
	}
	return text
}

// tooLarge logs that an answer is too large to get tokens, if it is XML and the
// request is a webhook. The argument p follows the part that is held back.
func (w *signedWriter) tooLarge(p []byte) {
	const root = "<Response"
	if w.Header().Get("Content-Type") == "" && !bytes.Contains(w.body, []byte(root)) && !bytes.Contains(p, []byte(root)) {
		return
	}
	if _, err := voxhook.Decode(w.a.r); err == nil {
		w.notSigned(errLarge)
	}
}

func (w *signedWriter) notSigned(err error) {
	w.a.s.report(w.a.r, slog.LevelError, "voxauth: an answer was sent without tokens, so the call will fail at its URLs", err)
}
