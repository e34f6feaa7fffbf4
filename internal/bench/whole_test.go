package bench_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// answerText returns the text with which a handler answers a call.
func answerText(city, digits string) string {
	return "You pressed " + digits + " in " + city + ". For sales & service, press 1."
}

// menuOf returns the menu with a text that depends on the call.
var menuOf = *newMenu("")

// newHandler maps each contender to a constructor of its handler.
var newHandler = map[string]func() http.Handler{
	"limit":    newLimitHandler,
	"voxhook":  newVoxhookHandler,
	"parsexml": func() http.Handler { return http.HandlerFunc(serveParseXML) },
}

func send(w http.ResponseWriter, doc []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/xml")
	header.Set("Content-Length", strconv.Itoa(len(doc)))
	_, _ = w.Write(doc)
}

// newLimitHandler returns a handler that reads only the parameters it needs and
// writes its answer by hand.
func newLimitHandler() http.Handler {
	type buffers struct{ body, doc []byte }
	pool := sync.Pool{New: func() any { return &buffers{body: make([]byte, 0, 4096)} }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := pool.Get().(*buffers)
		defer pool.Put(b)
		var err error
		if b.body, err = decodeReadAll(r.Body, b.body[:0]); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		city, digits, err := scanForm(b.body)
		if err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		b.doc = append(b.doc[:0], `<Response><Gather action="/voice/menu" actionOnEmptyResult="true" language="en-US"`+
			` numDigits="1" timeout="5"><Say>You pressed `...)
		b.doc = appendEscaped(b.doc, digits)
		b.doc = append(b.doc, " in "...)
		b.doc = appendEscaped(b.doc, city)
		b.doc = append(b.doc, ". For sales &amp; service, press 1.</Say><Play>https://example.com/tune.mp3?loud=1&amp;long=0</Play>"+
			"</Gather><Redirect>/voice</Redirect></Response>"...)
		send(w, b.doc)
	})
}

// scanForm returns two values of a form, unescaped in place.
func scanForm(form []byte) (city, digits []byte, err error) {
	for len(form) > 0 && err == nil {
		var pair []byte
		pair, form, _ = bytes.Cut(form, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		switch string(name) {
		case "FromCity":
			city, err = decodeLimitUnescape(value)
		case "Digits":
			digits, err = decodeLimitUnescape(value)
		}
	}
	return city, digits, err
}

// newVoxhookHandler returns a handler like that in the README.
func newVoxhookHandler() http.Handler {
	return &voxhook.Handler{
		OnGather: func(_ context.Context, in *voxhook.GatherResult) (voxml.Response, error) {
			m := menuOf
			m.Text = answerText(in.FromCity, in.Digits)
			return voxMenu(&m), nil
		},
	}
}

// callByParseForm reads all parameters, using only the standard library.
func callByParseForm(r *http.Request) (*voxhook.GatherResult, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	form := r.PostForm
	if form.Get("CallSid") == "" {
		return nil, errDecode
	}
	confidence, err := strconv.ParseFloat(form.Get("Confidence"), 64)
	if err != nil {
		return nil, err
	}
	call := &voxhook.GatherResult{
		Digits: form.Get("Digits"), SpeechResult: form.Get("SpeechResult"), Confidence: confidence, FinishedOnKey: form.Get("FinishedOnKey"),
	}
	decodeGetBase(&call.VoiceWebhook, form)
	return call, nil
}

// serveParseXML uses only the standard library: ParseForm and encoding/xml.
func serveParseXML(w http.ResponseWriter, r *http.Request) {
	call, err := callByParseForm(r)
	if err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	m := menuOf
	m.Text = answerText(call.FromCity, call.Digits)
	doc, err := xml.Marshal(xmlMenu(&m))
	if err != nil {
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	}
	send(w, doc)
}

// A nullWriter discards the answer and counts its bytes.
type nullWriter struct {
	header http.Header
	n      int
}

func (w *nullWriter) Header() http.Header { return w.header }
func (w *nullWriter) WriteHeader(int)     {}

func (w *nullWriter) Write(b []byte) (int, error) {
	w.n += len(b)
	return len(b), nil
}

func BenchmarkHandler(b *testing.B) {
	for name, create := range newHandler {
		b.Run(name, func(b *testing.B) {
			h := create()
			r, reset := decodeRequest(decodeGather28)
			w := &nullWriter{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				reset()
				clear(w.header)
				w.n = 0
				h.ServeHTTP(w, r)
			}
			if w.n < len(answerText("OMAHA", "1")) || w.header.Get("Content-Type") != "application/xml" {
				b.Fatal(w)
			}
		})
	}
}

// TestHandlers checks that all handlers give the same answer to each request.
func TestHandlers(t *testing.T) {
	other := strings.NewReplacer("OMAHA", "A%3CB", "Digits=1", "Digits=%2A").Replace(decodeGather28)
	for name, create := range newHandler {
		h := create()
		for form, want := range map[string]string{decodeGather28: answerText("OMAHA", "1"), other: answerText("A<B", "*")} {
			r := httptest.NewRequest(http.MethodPost, "/voice/menu", strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if got := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || got != "application/xml" {
				t.Errorf("%s: %d, type %q", name, rec.Code, got)
			}
			if canonical(t, rec.Body.String()) != canonical(t, string(limitMenu(nil, newMenu(want)))) {
				t.Errorf("%s: got %s", name, rec.Body)
			}
		}
	}
}

// TestCalls checks that callByParseForm reads the same values as voxhook.
func TestCalls(t *testing.T) {
	r, reset := decodeRequest(decodeGather28)
	want, err := voxhook.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	reset()
	got, err := callByParseForm(r)
	if err != nil || len(want.Webhook().Invalid) > 0 || !reflect.DeepEqual(decodeFields(got), decodeFields(want)) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}
