package bench_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/schema"
	"github.com/twilio/twilio-go/twiml"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// gatherForm is the result of a Gather: the 19 base parameters without Vars,
// which the other contenders do not read, and its own.
const gatherForm = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&Digits=3&SpeechResult=sales+please&Confidence=0.92&FinishedOnKey=%23" +
	"&FromCity=COEUR+D%27ALENE&FromState=ID&FromZip=83814&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

// gatherAnswer is the text that every handler answers with, in a menu.
const gatherAnswer = "You pressed 3 in COEUR D'ALENE. For sales & service, press 1."

// answerText returns the text that a handler answers a call with.
func answerText(city, digits string) string {
	return "You pressed " + digits + " in " + city + ". For sales & service, press 1."
}

// menuOf is the menu with a text that depends on the call.
var menuOf = *newMenu("")

// newHandler returns a new handler of each contender.
var newHandler = map[string]func() http.Handler{
	"empty":     newEmptyHandler,
	"limit":     newLimitHandler,
	"voxhook":   newVoxhookHandler,
	"parsexml":  func() http.Handler { return http.HandlerFunc(serveParseXML) },
	"twilio":    func() http.Handler { return http.HandlerFunc(serveTwilio) },
	"schemaxml": func() http.Handler { return http.HandlerFunc(serveSchemaXML) },
}

// contenders are the names in newHandler. The first does not read parameters.
var contenders = []string{"empty", "limit", "voxhook", "parsexml", "twilio", "schemaxml"}

func send(w http.ResponseWriter, doc []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/xml")
	header.Set("Content-Length", strconv.Itoa(len(doc)))
	_, _ = w.Write(doc)
}

// newEmptyHandler reads the body and always answers the same.
func newEmptyHandler() http.Handler {
	doc := limitMenu(nil, newMenu(gatherAnswer))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		send(w, doc)
	})
}

// newLimitHandler reads only what it needs and answers by hand.
func newLimitHandler() http.Handler {
	type buffers struct{ body, doc []byte }
	pool := sync.Pool{New: func() any { return &buffers{body: make([]byte, 0, 4096)} }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := pool.Get().(*buffers)
		defer pool.Put(b)
		var err error
		if b.body, err = readAll(b.body[:0], r.Body); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		city, digits, ok := scanForm(b.body)
		if !ok {
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

// readAll reads r to its end, up to the capacity of b.
func readAll(b []byte, r io.Reader) ([]byte, error) {
	for len(b) < cap(b) {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
	return b, errors.New("body is too long")
}

// scanForm returns two values of a form. It unescapes them in place.
func scanForm(form []byte) (city, digits []byte, ok bool) {
	ok = true
	for len(form) > 0 && ok {
		pair := form
		if i := bytes.IndexByte(form, '&'); i >= 0 {
			pair, form = form[:i], form[i+1:]
		} else {
			form = nil
		}
		name, value, _ := bytes.Cut(pair, []byte("="))
		switch string(name) {
		case "FromCity":
			city, ok = unescape(value)
		case "Digits":
			digits, ok = unescape(value)
		}
	}
	return city, digits, ok
}

func unescape(b []byte) (plain []byte, ok bool) {
	plain = b[:0]
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(b) {
				return nil, false
			}
			high, low := hex(b[i+1]), hex(b[i+2])
			if high < 0 || low < 0 {
				return nil, false
			}
			c = byte(high<<4 | low)
			i += 2
		}
		plain = append(plain, c)
	}
	return plain, true
}

func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// newVoxhookHandler answers as the README shows.
func newVoxhookHandler() http.Handler {
	return &voxhook.Handler{
		OnGather: func(_ context.Context, in *voxhook.GatherResult) (voxml.Response, error) {
			m := menuOf
			m.Text = answerText(in.FromCity, in.Digits)
			return voxMenu(&m), nil
		},
	}
}

// A gatherCall holds the parameters for contenders that need a type of their
// own.
type gatherCall struct {
	CallSid       string  `schema:"CallSid,required"`
	AccountID     string  `schema:"AccountID"`
	TrunkID       string  `schema:"TrunkID"`
	From          string  `schema:"From"`
	To            string  `schema:"To"`
	CallStatus    string  `schema:"CallStatus"`
	APIVersion    string  `schema:"ApiVersion"`
	Direction     string  `schema:"Direction"`
	CallerName    string  `schema:"CallerName"`
	ParentCallSid string  `schema:"ParentCallSid"`
	AnsweredBy    string  `schema:"AnsweredBy"`
	FromCity      string  `schema:"FromCity"`
	FromState     string  `schema:"FromState"`
	FromZip       string  `schema:"FromZip"`
	FromCountry   string  `schema:"FromCountry"`
	ToCity        string  `schema:"ToCity"`
	ToState       string  `schema:"ToState"`
	ToZip         string  `schema:"ToZip"`
	ToCountry     string  `schema:"ToCountry"`
	Digits        string  `schema:"Digits"`
	SpeechResult  string  `schema:"SpeechResult"`
	Confidence    float64 `schema:"Confidence"`
	FinishedOnKey string  `schema:"FinishedOnKey"`
}

// serveTwilio does as Twilio's samples do: ParseForm and twiml.
func serveTwilio(w http.ResponseWriter, r *http.Request) {
	call, err := callByParseForm(r)
	if err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	m := menuOf
	m.Text = answerText(call.FromCity, call.Digits)
	doc, err := twiml.Voice(twimlMenu(&m))
	if err != nil {
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	}
	send(w, []byte(doc))
}

func callByParseForm(r *http.Request) (*gatherCall, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	form := r.PostForm
	if form.Get("CallSid") == "" {
		return nil, errors.New("no CallSid")
	}
	confidence, err := strconv.ParseFloat(form.Get("Confidence"), 64)
	if err != nil {
		return nil, err
	}
	return &gatherCall{
		CallSid:       form.Get("CallSid"),
		AccountID:     form.Get("AccountID"),
		TrunkID:       form.Get("TrunkID"),
		From:          form.Get("From"),
		To:            form.Get("To"),
		CallStatus:    form.Get("CallStatus"),
		APIVersion:    form.Get("ApiVersion"),
		Direction:     form.Get("Direction"),
		CallerName:    form.Get("CallerName"),
		ParentCallSid: form.Get("ParentCallSid"),
		AnsweredBy:    form.Get("AnsweredBy"),
		FromCity:      form.Get("FromCity"),
		FromState:     form.Get("FromState"),
		FromZip:       form.Get("FromZip"),
		FromCountry:   form.Get("FromCountry"),
		ToCity:        form.Get("ToCity"),
		ToState:       form.Get("ToState"),
		ToZip:         form.Get("ToZip"),
		ToCountry:     form.Get("ToCountry"),
		Digits:        form.Get("Digits"),
		SpeechResult:  form.Get("SpeechResult"),
		Confidence:    confidence,
		FinishedOnKey: form.Get("FinishedOnKey"),
	}, nil
}

var gatherDecoder = func() *schema.Decoder {
	d := schema.NewDecoder()
	d.IgnoreUnknownKeys(true)
	return d
}()

// serveParseXML uses the standard library only: ParseForm and encoding/xml.
func serveParseXML(w http.ResponseWriter, r *http.Request) { serveXML(w, r, callByParseForm) }

// serveSchemaXML uses gorilla/schema and encoding/xml.
func serveSchemaXML(w http.ResponseWriter, r *http.Request) { serveXML(w, r, callBySchema) }

func serveXML(w http.ResponseWriter, r *http.Request, read func(*http.Request) (*gatherCall, error)) {
	call, err := read(r)
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

func callBySchema(r *http.Request) (*gatherCall, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	call := new(gatherCall)
	return call, gatherDecoder.Decode(call, r.PostForm)
}

// A requests makes the same request again and again, without a network.
type requests struct {
	body   strings.Reader
	url    url.URL
	header http.Header
}

func newRequests() *requests {
	return &requests{
		url:    url.URL{Path: "/voice/menu"},
		header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}
}

// next returns a new request. It ends the one before.
func (q *requests) next() *http.Request {
	q.body.Reset(gatherForm)
	return &http.Request{
		Method: http.MethodPost, URL: &q.url, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: q.header, Body: io.NopCloser(&q.body), ContentLength: int64(len(gatherForm)),
	}
}

// A nullWriter counts what is written.
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
	for _, name := range shuffled(contenders) {
		b.Run("null/"+name, func(b *testing.B) {
			h := newHandler[name]()
			q := newRequests()
			w := &nullWriter{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				w.n = 0
				h.ServeHTTP(w, q.next())
			}
			if w.n < len(gatherAnswer) || w.header.Get("Content-Type") != "application/xml" {
				b.Fatal(w)
			}
		})
	}
}

// TestHandlers checks that all handlers give the same answer, twice.
func TestHandlers(t *testing.T) {
	if len(newHandler) != len(contenders) {
		t.Errorf("%d handlers, %d contenders", len(newHandler), len(contenders))
	}
	for _, name := range contenders {
		t.Run(name, func(t *testing.T) {
			h := newHandler[name]()
			q := newRequests()
			for range 2 {
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, q.next())
				wantAnswer(t, rec.Result())
			}
		})
	}
}

// wantAnswer wants the menu with gatherAnswer in it.
func wantAnswer(t *testing.T, resp *http.Response) {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "application/xml" {
		t.Errorf("%s, type %q", resp.Status, got)
	}
	want, err := voxMenu(newMenu(gatherAnswer)).AppendXML(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(parseTree(t, string(body)), parseTree(t, string(want))) {
		t.Errorf("got %s\nwant %s", body, want)
	}
}

// TestHandlersReadParameters checks that the answers depend on the request.
func TestHandlersReadParameters(t *testing.T) {
	form := strings.NewReplacer("COEUR+D%27ALENE", "A%3CB", "Digits=3", "Digits=%2A").Replace(gatherForm)
	for _, name := range contenders[1:] {
		r := httptest.NewRequest(http.MethodPost, "/voice/menu", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		newHandler[name]().ServeHTTP(rec, r)
		got := parseTree(t, rec.Body.String())
		want := parseTree(t, string(limitMenu(nil, newMenu(answerText("A<B", "*")))))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s", name, rec.Body)
		}
	}
}

// TestCalls checks that all contenders that read every parameter read the
// same.
func TestCalls(t *testing.T) {
	var in *voxhook.GatherResult
	h := &voxhook.Handler{OnGather: func(_ context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
		in = e
		return voxml.Response{}, nil
	}}
	h.ServeHTTP(httptest.NewRecorder(), newRequests().next())
	if in == nil || len(in.Params) != reflect.TypeFor[gatherCall]().NumField() || len(in.Invalid) > 0 {
		t.Fatalf("voxhook got %+v", in)
	}
	want := &gatherCall{
		CallSid: in.CallSid, AccountID: in.AccountID, TrunkID: in.TrunkID, From: in.From, To: in.To,
		CallStatus: string(in.CallStatus), APIVersion: in.APIVersion, Direction: string(in.Direction),
		CallerName: in.CallerName, ParentCallSid: in.ParentCallSid, AnsweredBy: string(in.AnsweredBy),
		FromCity: in.FromCity, FromState: in.FromState, FromZip: in.FromZip, FromCountry: in.FromCountry,
		ToCity: in.ToCity, ToState: in.ToState, ToZip: in.ToZip, ToCountry: in.ToCountry,
		Digits: in.Digits, SpeechResult: in.SpeechResult, Confidence: in.Confidence, FinishedOnKey: in.FinishedOnKey,
	}
	for name, read := range map[string]func(*http.Request) (*gatherCall, error){
		"twilio": callByParseForm, "schemaxml": callBySchema,
	} {
		got, err := read(newRequests().next())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, got, err, want)
		}
	}
}
