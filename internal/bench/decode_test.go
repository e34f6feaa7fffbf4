package bench_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/form/v4"
	"github.com/gorilla/schema"

	"github.com/voxhook/voxhook"
)

const (
	decodeBase19 = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
		"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
		"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
		"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

	// Vars is left out: its JSON would cost the same in all contenders.
	decodeGather28 = decodeBase19 +
		"&Digits=1&SpeechResult=I%27d+like+sales%2C+please&Confidence=0.9473&FinishedOnKey=%23" +
		"&ForwardedFrom=%2B14025550123&CallToken=ZXhhbXBsZQ%3D%3D&StirVerstat=TN-Validation-Passed-A&SipCallID=a84b4c76e66710&Language=en-US"
)

// A decodeContender reads one request. It returns a *voxhook.VoiceWebhook or a
// struct that embeds it.
type decodeContender struct {
	name   string
	decode func(*http.Request) (any, error)
}

var decodeCases = []struct {
	name, body string
	decoders   []decodeContender
	want       any // of all decoders but Decode
}{
	{"base19", decodeBase19, []decodeContender{
		{"limit", decodeLimitBase},
		{"limitparams", decodeLimitParams},
		{"Decode", func(r *http.Request) (any, error) { return voxhook.Decode(r) }},
		{"Parse", func(r *http.Request) (any, error) { return voxhook.Parse(r) }},
		{"parseform", func(r *http.Request) (any, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			w := new(voxhook.VoiceWebhook)
			decodeGetBase(w, r.PostForm)
			return w, nil
		}},
		{"schema", func(r *http.Request) (any, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			w := new(voxhook.VoiceWebhook)
			err := decodeBySchema.Decode(w, r.PostForm)
			decodePhones(w)
			return w, err
		}},
		{"form", func(r *http.Request) (any, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			w := new(voxhook.VoiceWebhook)
			err := decodeByForm.Decode(w, r.PostForm)
			decodePhones(w)
			return w, err
		}},
		{"gin", func(r *http.Request) (any, error) {
			w := new(decodeGinWebhook)
			err := binding.FormPost.Bind(r, w)
			w.From, w.To = decodePhone(w.From), decodePhone(w.To)
			return w, err
		}},
	}, &decodeWantBase},
	{"gather28", decodeGather28, []decodeContender{
		{"limit", decodeLimitGather},
		{"Decode", func(r *http.Request) (any, error) { return voxhook.Decode(r) }},
		{"Parse", func(r *http.Request) (any, error) { return voxhook.Parse(r) }},
		{"parseform", func(r *http.Request) (any, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			g := new(voxhook.GatherResult)
			decodeGetBase(&g.VoiceWebhook, r.PostForm)
			g.Digits = r.PostForm.Get("Digits")
			g.SpeechResult = r.PostForm.Get("SpeechResult")
			g.FinishedOnKey = r.PostForm.Get("FinishedOnKey")
			var err error
			if s := r.PostForm.Get("Confidence"); s != "" {
				g.Confidence, err = strconv.ParseFloat(s, 64)
			}
			return g, err
		}},
		{"schema", func(r *http.Request) (any, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			g := new(voxhook.GatherResult)
			err := decodeBySchema.Decode(g, r.PostForm)
			decodePhones(&g.VoiceWebhook)
			return g, err
		}},
		{"form", func(r *http.Request) (any, error) {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			g := new(voxhook.GatherResult)
			err := decodeByForm.Decode(g, r.PostForm)
			decodePhones(&g.VoiceWebhook)
			return g, err
		}},
		{"gin", func(r *http.Request) (any, error) {
			g := new(decodeGinGather)
			err := binding.FormPost.Bind(r, g)
			g.From, g.To = decodePhone(g.From), decodePhone(g.To)
			return g, err
		}},
	}, &decodeWantGather},
}

var decodeWantBase = voxhook.VoiceWebhook{
	CallSid: "6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11", AccountID: "104857", TrunkID: "2201",
	From: "+14025550100", To: "+14025550199", CallStatus: "in-progress", APIVersion: "2010-04-01",
	Direction: "inbound", CallerName: "JANE DOE",
	ParentCallSid: "0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a", AnsweredBy: "human_residence",
	Geo: voxhook.Geo{
		FromCity: "OMAHA", FromState: "NE", FromZip: "68102", FromCountry: "US",
		ToCity: "LINCOLN", ToState: "NE", ToZip: "68501", ToCountry: "US",
	},
}

var decodeWantGather = voxhook.GatherResult{
	VoiceWebhook: decodeWantBase,
	Digits:       "1", SpeechResult: "I'd like sales, please", Confidence: 0.9473, FinishedOnKey: "#",
}

// decodeRequest returns a request, and a function that makes it new again.
func decodeRequest(text string) (r *http.Request, reset func()) {
	body := strings.NewReader(text)
	r = &http.Request{
		Method:        http.MethodPost,
		URL:           &url.URL{Path: "/voice"},
		Header:        http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:          io.NopCloser(body),
		ContentLength: int64(len(text)),
	}
	return r, func() {
		body.Reset(text)
		r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range decodeCases {
		for _, d := range shuffled(c.decoders) {
			b.Run(c.name+"/"+d.name, func(b *testing.B) {
				r, reset := decodeRequest(c.body)
				b.SetBytes(int64(len(c.body)))
				b.ReportAllocs()
				for b.Loop() {
					reset()
					if _, err := d.decode(r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestDecodersAgree(t *testing.T) {
	for _, c := range decodeCases {
		for _, d := range c.decoders {
			r, reset := decodeRequest(c.body)
			reset()
			got, err := d.decode(r)
			if err != nil {
				t.Errorf("%s/%s: %v", c.name, d.name, err)
				continue
			}
			want := c.want
			switch g := got.(type) {
			case *voxhook.VoiceWebhook: // also what Decode returns of a GatherResult
				want = &decodeWantBase
			case *voxhook.IncomingCall:
				want = &voxhook.IncomingCall{VoiceWebhook: decodeWantBase}
			case *decodeGinWebhook:
				got = g.webhook()
			case *decodeGinGather:
				got = g.result()
			}
			if reflect.TypeOf(got) != reflect.TypeOf(want) || !reflect.DeepEqual(decodeFields(got), decodeFields(want)) {
				t.Errorf("%s/%s:\n got %+v\nwant %+v", c.name, d.name, got, want)
			}
		}
	}
}

// decodeFields returns the exported fields of an event, without Params and Sent,
// which only the library keeps.
func decodeFields(event any) map[string]any {
	v := reflect.ValueOf(event).Elem()
	fields := map[string]any{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.IsExported() && !f.Anonymous && f.Name != "Params" && f.Name != "Sent" {
			fields[f.Name] = v.FieldByIndex(f.Index).Interface()
		}
	}
	return fields
}

// TestDecodeLimitRefuses checks that the hand-written scanner keeps the bounds
// of the library and refuses a body that is not a form.
func TestDecodeLimitRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"too long":    "CallSid=1&x=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes),
		"too many":    "CallSid=1" + strings.Repeat("&x=1", voxhook.DefaultMaxParams),
		"escape":      "CallSid=1&x=%2",
		"semicolon":   "CallSid=1&x=1;y=2",
		"no CallSid":  "AccountID=1",
		"name escape": "CallSid=1&%zz=1",
	} {
		for _, decode := range []func(*http.Request) (any, error){decodeLimitBase, decodeLimitParams, decodeLimitGather, decodeByDecode} {
			for _, known := range []bool{true, false} {
				r, reset := decodeRequest(body)
				reset()
				if !known {
					r.ContentLength = -1
				}
				if _, err := decode(r); err == nil {
					t.Errorf("%s: no error", name)
				}
			}
		}
	}
}

func decodeByDecode(r *http.Request) (any, error) { return voxhook.Decode(r) }

// decodePhone is the library's conversion of From and To.
func decodePhone(s string) string {
	if len(s) > 1 && s[0] == ' ' && '0' <= s[1] && s[1] <= '9' {
		return "+" + s[1:]
	}
	return s
}

func decodePhones(w *voxhook.VoiceWebhook) { w.From, w.To = decodePhone(w.From), decodePhone(w.To) }

func decodeGetBase(w *voxhook.VoiceWebhook, f url.Values) {
	*w = voxhook.VoiceWebhook{
		CallSid:       f.Get("CallSid"),
		AccountID:     f.Get("AccountID"),
		TrunkID:       f.Get("TrunkID"),
		From:          decodePhone(f.Get("From")),
		To:            decodePhone(f.Get("To")),
		CallStatus:    voxhook.CallStatus(f.Get("CallStatus")),
		APIVersion:    f.Get("ApiVersion"),
		Direction:     voxhook.Direction(f.Get("Direction")),
		CallerName:    f.Get("CallerName"),
		ParentCallSid: f.Get("ParentCallSid"),
		AnsweredBy:    voxhook.AnsweredBy(f.Get("AnsweredBy")),
		Geo: voxhook.Geo{
			FromCity:    f.Get("FromCity"),
			FromState:   f.Get("FromState"),
			FromZip:     f.Get("FromZip"),
			FromCountry: f.Get("FromCountry"),
			ToCity:      f.Get("ToCity"),
			ToState:     f.Get("ToState"),
			ToZip:       f.Get("ToZip"),
			ToCountry:   f.Get("ToCountry"),
		},
	}
}

var decodeBySchema = func() *schema.Decoder {
	d := schema.NewDecoder()
	d.IgnoreUnknownKeys(true)
	return d
}()

var decodeByForm = func() *form.Decoder {
	d := form.NewDecoder()
	d.SetTagName("schema")
	return d
}()

// Gin has a fixed tag.
type decodeGinWebhook struct {
	CallSid       string             `form:"CallSid"`
	AccountID     string             `form:"AccountID"`
	TrunkID       string             `form:"TrunkID"`
	From          string             `form:"From"`
	To            string             `form:"To"`
	CallStatus    voxhook.CallStatus `form:"CallStatus"`
	APIVersion    string             `form:"ApiVersion"`
	Direction     voxhook.Direction  `form:"Direction"`
	CallerName    string             `form:"CallerName"`
	ParentCallSid string             `form:"ParentCallSid"`
	AnsweredBy    voxhook.AnsweredBy `form:"AnsweredBy"`
	FromCity      string             `form:"FromCity"`
	FromState     string             `form:"FromState"`
	FromZip       string             `form:"FromZip"`
	FromCountry   string             `form:"FromCountry"`
	ToCity        string             `form:"ToCity"`
	ToState       string             `form:"ToState"`
	ToZip         string             `form:"ToZip"`
	ToCountry     string             `form:"ToCountry"`
}

type decodeGinGather struct {
	decodeGinWebhook
	Digits        string  `form:"Digits"`
	SpeechResult  string  `form:"SpeechResult"`
	Confidence    float64 `form:"Confidence"`
	FinishedOnKey string  `form:"FinishedOnKey"`
}

func (g *decodeGinWebhook) webhook() *voxhook.VoiceWebhook {
	return &voxhook.VoiceWebhook{
		CallSid: g.CallSid, AccountID: g.AccountID, TrunkID: g.TrunkID, From: g.From, To: g.To,
		CallStatus: g.CallStatus, APIVersion: g.APIVersion, Direction: g.Direction, CallerName: g.CallerName,
		ParentCallSid: g.ParentCallSid, AnsweredBy: g.AnsweredBy,
		Geo: voxhook.Geo{
			FromCity: g.FromCity, FromState: g.FromState, FromZip: g.FromZip, FromCountry: g.FromCountry,
			ToCity: g.ToCity, ToState: g.ToState, ToZip: g.ToZip, ToCountry: g.ToCountry,
		},
	}
}

func (g *decodeGinGather) result() *voxhook.GatherResult {
	return &voxhook.GatherResult{
		VoiceWebhook: *g.webhook(),
		Digits:       g.Digits, SpeechResult: g.SpeechResult, Confidence: g.Confidence, FinishedOnKey: g.FinishedOnKey,
	}
}

// The rest of the file is the limit: one buffer, one walk, and only the fields
// are kept. Of several values of a parameter the last counts. It looks neither
// at the method nor at the headers.

var (
	errDecodeBytes     = errors.New("too many bytes")
	errDecodePairs     = errors.New("too many parameters")
	errDecodeEscape    = errors.New("bad escape")
	errDecodeSemicolon = errors.New("bare semicolon")
	errDecodeMissing   = errors.New("no CallSid")
)

func decodeLimitBase(r *http.Request) (any, error) {
	s, err := newDecodeLimit(r)
	if err != nil {
		return nil, err
	}
	w := new(voxhook.VoiceWebhook)
	for s.next() {
		decodeLimitSet(w, s.name, s.value)
	}
	return w, s.end(w)
}

func decodeLimitParams(r *http.Request) (any, error) {
	s, err := newDecodeLimit(r)
	if err != nil {
		return nil, err
	}
	w := new(voxhook.VoiceWebhook)
	w.Params = make(voxhook.Params, 0, min(bytes.Count(s.b, []byte("&"))+1, voxhook.DefaultMaxParams))
	for s.next() {
		w.Params = append(w.Params, voxhook.Param{Name: s.name, Value: s.value})
		decodeLimitSet(w, s.name, s.value)
	}
	return w, s.end(w)
}

func decodeLimitGather(r *http.Request) (any, error) {
	s, err := newDecodeLimit(r)
	if err != nil {
		return nil, err
	}
	g := new(voxhook.GatherResult)
	for s.next() {
		switch s.name {
		case "Digits":
			g.Digits = s.value
		case "SpeechResult":
			g.SpeechResult = s.value
		case "Confidence":
			if g.Confidence, err = strconv.ParseFloat(s.value, 64); err != nil {
				return nil, err
			}
		case "FinishedOnKey":
			g.FinishedOnKey = s.value
		default:
			decodeLimitSet(&g.VoiceWebhook, s.name, s.value)
		}
	}
	return g, s.end(&g.VoiceWebhook)
}

func decodeLimitSet(w *voxhook.VoiceWebhook, name, value string) {
	switch name {
	case "CallSid":
		w.CallSid = value
	case "AccountID":
		w.AccountID = value
	case "TrunkID":
		w.TrunkID = value
	case "From":
		w.From = decodePhone(value)
	case "To":
		w.To = decodePhone(value)
	case "CallStatus":
		w.CallStatus = voxhook.CallStatus(value)
	case "ApiVersion":
		w.APIVersion = value
	case "Direction":
		w.Direction = voxhook.Direction(value)
	case "CallerName":
		w.CallerName = value
	case "ParentCallSid":
		w.ParentCallSid = value
	case "AnsweredBy":
		w.AnsweredBy = voxhook.AnsweredBy(value)
	case "FromCity":
		w.FromCity = value
	case "FromState":
		w.FromState = value
	case "FromZip":
		w.FromZip = value
	case "FromCountry":
		w.FromCountry = value
	case "ToCity":
		w.ToCity = value
	case "ToState":
		w.ToState = value
	case "ToZip":
		w.ToZip = value
	case "ToCountry":
		w.ToCountry = value
	}
}

// A decodeLimitScanner walks over a body and unescapes it in place.
type decodeLimitScanner struct {
	b             []byte
	at            int // where the next pair starts
	percent, plus int // where the next of these is, if not before at
	pairs         int
	name, value   string
	err           error
}

func newDecodeLimit(r *http.Request) (s decodeLimitScanner, err error) {
	const limit = voxhook.DefaultMaxBodyBytes
	size := r.ContentLength
	if size > limit {
		return s, errDecodeBytes
	}
	if size < 0 {
		size = 511
	}
	b := make([]byte, 0, size+1)
	for {
		n, err := r.Body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > limit {
			return s, errDecodeBytes
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return s, err
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
	if bytes.IndexByte(b, ';') >= 0 {
		return s, errDecodeSemicolon
	}
	return decodeLimitScanner{b: b, percent: -1, plus: -1}, nil
}

func (s *decodeLimitScanner) next() bool {
	b, start := s.b, s.at
	for start < len(b) && b[start] == '&' {
		start++
	}
	if start >= len(b) {
		return false
	}
	if s.pairs++; s.pairs > voxhook.DefaultMaxParams {
		s.err = errDecodePairs
		return false
	}
	equals := start
	for equals < len(b) && b[equals] != '=' && b[equals] != '&' {
		equals++
	}
	end, name, value := equals, b[start:equals], b[:0]
	if equals < len(b) && b[equals] == '=' {
		end = decodeLimitIndex(b, equals, '&')
		value = b[equals+1 : end]
	}
	s.at = end
	if s.percent < start {
		s.percent = decodeLimitIndex(b, start, '%')
	}
	if s.plus < start {
		s.plus = decodeLimitIndex(b, start, '+')
	}
	if s.percent < end || s.plus < end {
		if name, s.err = decodeLimitUnescape(name); s.err == nil {
			value, s.err = decodeLimitUnescape(value)
		}
	}
	s.name, s.value = decodeLimitString(name), decodeLimitString(value)
	return s.err == nil
}

// decodeLimitIndex returns the next index of c, or the length of b.
func decodeLimitIndex(b []byte, at int, c byte) int {
	if i := bytes.IndexByte(b[at:], c); i >= 0 {
		return at + i
	}
	return len(b)
}

func decodeLimitUnescape(b []byte) ([]byte, error) {
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(b) {
				return nil, errDecodeEscape
			}
			high, low := decodeLimitHex[b[i+1]], decodeLimitHex[b[i+2]]
			if high|low > 15 {
				return nil, errDecodeEscape
			}
			c = high<<4 | low
			i += 2
		}
		b[n] = c
		n++
	}
	return b[:n], nil
}

func (s *decodeLimitScanner) end(w *voxhook.VoiceWebhook) error {
	if s.err == nil && w.CallSid == "" {
		return errDecodeMissing
	}
	return s.err
}

func decodeLimitString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

var decodeLimitHex = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = i+10, i+10
	}
	return t
}()
