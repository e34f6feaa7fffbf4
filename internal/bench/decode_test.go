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

	"github.com/voxhook/voxhook"
)

const (
	decodeBase19 = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
		"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
		"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
		"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

	// Vars is omitted, because parsing its JSON costs the same in all
	// contenders.
	decodeGather28 = decodeBase19 +
		"&Digits=1&SpeechResult=I%27d+like+sales%2C+please&Confidence=0.9473&FinishedOnKey=%23" +
		"&ForwardedFrom=%2B14025550123&CallToken=ZXhhbXBsZQ%3D%3D&StirVerstat=TN-Validation-Passed-A&SipCallID=a84b4c76e66710&Language=en-US"
)

// decodeCases holds the requests, with the hand-written decoder and the
// expected result of each.
var decodeCases = []struct {
	name, body string
	limit      func(*http.Request) (any, error)
	want       any // of the limit; Decode always fills a VoiceWebhook
}{
	{"base19", decodeBase19, decodeLimitBase, &decodeWantBase},
	{"gather28", decodeGather28, decodeLimitGather, &decodeWantGather},
}

func decodeByDecode(r *http.Request) (any, error) { return voxhook.Decode(r) }

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

// decodeRequest returns a request, and a function that resets it for reuse.
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
		for name, decode := range map[string]func(*http.Request) (any, error){"limit": c.limit, "Decode": decodeByDecode} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				r, reset := decodeRequest(c.body)
				b.ReportAllocs()
				for b.Loop() {
					reset()
					if _, err := decode(r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestDecodersAgree(t *testing.T) {
	for _, c := range decodeCases {
		r, reset := decodeRequest(c.body)
		got, err := c.limit(r)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s/limit: %v\n got %+v\nwant %+v", c.name, err, got, c.want)
		}
		reset()
		w, err := voxhook.Decode(r)
		if err != nil || !reflect.DeepEqual(decodeFields(w), decodeFields(&decodeWantBase)) {
			t.Errorf("%s/Decode: %v\n got %+v\nwant %+v", c.name, err, w, decodeWantBase)
		}
	}
}

// decodeFields returns the exported fields of an event, without Params and
// Sent, which only the library keeps.
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

// TestDecodeLimitRefuses checks that the hand-written scanner has the limits of
// the library and refuses a body that is not a form.
func TestDecodeLimitRefuses(t *testing.T) {
	for _, body := range []string{
		"CallSid=1&x=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes),
		"CallSid=1" + strings.Repeat("&x=1", voxhook.DefaultMaxParams),
		"CallSid=1&x=%2", "CallSid=1&%zz=1", "CallSid=1&x=1;y=2", "AccountID=1",
	} {
		for i, decode := range []func(*http.Request) (any, error){decodeLimitBase, decodeLimitGather, decodeByDecode} {
			for _, known := range []bool{true, false} {
				r, _ := decodeRequest(body)
				if !known {
					r.ContentLength = -1
				}
				if _, err := decode(r); err == nil {
					t.Errorf("decoder %d: no error for %.30s", i, body)
				}
			}
		}
	}
}

// decodePhone converts From and To as the library does.
func decodePhone(s string) string {
	if len(s) > 1 && s[0] == ' ' && '0' <= s[1] && s[1] <= '9' {
		return "+" + s[1:]
	}
	return s
}

// decodeGetBase fills the basic fields, using only the standard library.
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

// The rest of the file is the limit, the fastest decoder written by hand. It
// uses one buffer and one pass, and keeps only the fields. If a parameter has
// several values, it uses the last. It ignores the method and the headers.

// errDecode says that a body is not a form within the limits.
var errDecode = errors.New("not a form within the limits")

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

// decodeLimitSet is one long switch because nothing is faster.
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

// A decodeLimitScanner scans a body and unescapes it in place.
type decodeLimitScanner struct {
	b             []byte
	at            int // where the next pair starts
	percent, plus int // offsets of the next % and +, if not before at
	pairs         int
	name, value   string
	err           error
}

func newDecodeLimit(r *http.Request) (s decodeLimitScanner, err error) {
	const limit = voxhook.DefaultMaxBodyBytes
	size := r.ContentLength
	if size > limit {
		return s, errDecode
	}
	if size < 0 {
		size = 511
	}
	b, err := decodeReadAll(r.Body, make([]byte, 0, size+1))
	if err != nil {
		return s, err
	}
	if bytes.IndexByte(b, ';') >= 0 {
		return s, errDecode
	}
	return decodeLimitScanner{b: b, percent: -1, plus: -1}, nil
}

// decodeReadAll reads a body into b, and grows b if necessary.
func decodeReadAll(body io.Reader, b []byte) ([]byte, error) {
	for {
		n, err := body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > voxhook.DefaultMaxBodyBytes {
			return nil, errDecode
		}
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
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
		s.err = errDecode
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
				return nil, errDecode
			}
			high, low := decodeLimitHex[b[i+1]], decodeLimitHex[b[i+2]]
			if high|low > 15 {
				return nil, errDecode
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
		return errDecode
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
