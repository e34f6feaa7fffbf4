package voxtest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// An office is an app with a weakness: it works on each platform but one. Its
// callers leave a message, or press a key.
type office struct {
	answer func(o *office, path string, form url.Values) voxml.Response // nil: status 500

	mu                 sync.Mutex
	documents          int       // being answered
	notices            int       // notifications being answered
	twoDocuments, both bool      // were, at the same time
	recorded           int       // notifications so far
	acted              time.Time // when the result of the Record came
	seen               map[string]chan struct{}
	requests           map[string]int // by path
	broken             bool
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	notice := r.URL.Path == "/recorded"
	o.enter(notice, 1)
	time.Sleep(10 * time.Millisecond)
	defer o.enter(notice, -1)
	o.mu.Lock()
	if notice {
		o.recorded++
	}
	o.requests[r.URL.Path]++
	o.mu.Unlock()
	if doc := o.answer(o, r.Method+" "+r.URL.Path, r.Form); doc != nil {
		doc.ServeHTTP(w, r)
		return
	}
	w.WriteHeader(http.StatusInternalServerError)
}

func (o *office) enter(notice bool, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if notice {
		o.notices += n
	} else {
		o.documents += n
	}
	if o.documents+o.notices == 0 {
		o.twoDocuments, o.both = false, false
	}
	o.twoDocuments = o.twoDocuments || o.documents > 1
	o.both = o.both || o.documents > 0 && o.notices > 0
}

// note changes the state of the office.
func (o *office) note(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}

// once answers each webhook once: others that come meanwhile get the same
// answer, those that come later an empty one.
func (o *office) once(path string, form url.Values) (first bool) {
	o.mu.Lock()
	key := path + form.Encode()
	done, known := o.seen[key]
	if !known {
		done = make(chan struct{})
		o.seen[key] = done
	}
	meanwhile := o.twoDocuments
	o.mu.Unlock()
	if !known {
		defer close(done)
	}
	return !known || meanwhile
}

var (
	asks    = voxml.Response{voxml.Gather{Action: "/menu", NumDigits: 1, ActionOnEmptyResult: true, Output: "menu", Verbs: []voxml.GatherVerb{say("Press 1.")}}}
	records = voxml.Response{say("Leave a message."), voxml.Record{Action: "/message", RecordingStatusCallback: "/recorded"}}
	dials   = voxml.Response{voxml.Dial{Number: "+14025550111", Action: "/dialed"}}
	thanks  = voxml.Response{say("Thank you."), voxml.Hangup{}}
)

// unless returns a document, or nil if something is wrong.
func unless(wrong bool, doc voxml.Response) voxml.Response {
	if wrong {
		return nil
	}
	return doc
}

func pressOne(p *voxtest.Phone) {
	p.Press("1")
	p.Hears("Thank you.")
	p.HungUp()
}

func leaveMessage(p *voxtest.Phone) {
	p.Hears("Leave a message.")
	p.Record(3 * time.Second)
	p.Hears("Thank you.")
	p.HungUp()
}

// weaknesses has an app for each platform, which breaks there and nowhere else.
var weaknesses = []struct {
	platform string
	answer   func(o *office, request string, form url.Values) voxml.Response
	call     func(p *voxtest.Phone)
	options  []voxtest.Option
}{
	{"GET", func(_ *office, request string, _ url.Values) voxml.Response {
		return map[string]voxml.Response{"POST /voice": asks, "POST /menu": thanks}[request]
	}, pressOne, nil},
	{"other parameters", func(_ *office, request string, form url.Values) voxml.Response {
		return unless(form.Has("Voxtest"), documents[request])
	}, pressOne, nil},
	{"documented parameters only", func(_ *office, request string, form url.Values) voxml.Response {
		return unless(request == "POST /menu" && form.Get("Digits") != "1", documents[request])
	}, pressOne, nil},
	{"no zero values", func(_ *office, request string, form url.Values) voxml.Response {
		if request == "POST /dialed" {
			return unless(form.Has("DialCallStatus") && form.Get("DialCallDuration") != "0", thanks)
		}
		return dials
	}, func(p *voxtest.Phone) { p.Dials().Busy(); p.HungUp() }, nil},
	{"numbers without plus", func(_ *office, request string, form url.Values) voxml.Response {
		return unless(form.Has("From") && form.Get("From")[0] != '+', documents[request])
	}, pressOne, nil},
	{"no From", func(_ *office, request string, form url.Values) voxml.Response {
		return unless(!form.Has("From"), documents[request])
	}, pressOne, nil},
	{"AnsweredBy once", func(_ *office, request string, form url.Values) voxml.Response {
		return unless(form.Get("AnsweredBy") != "human_residence", documents[request])
	}, pressOne, []voxtest.Option{voxtest.AnsweredBy(voxhook.AnsweredByHumanResidence)}},
	{"nested variables", func(_ *office, request string, form url.Values) voxml.Response {
		vars := map[string]string{}
		err := json.Unmarshal([]byte(form.Get("Vars")), &vars)
		return unless(request == "POST /menu" && err != nil, documents[request])
	}, pressOne, nil},
	{"empty variables", func(_ *office, request string, form url.Values) voxml.Response {
		return unless(request == "POST /voice" && form.Has("Vars"), documents[request])
	}, pressOne, nil},
	{"empty results change nothing", func(*office, string, url.Values) voxml.Response {
		return voxml.Response{
			voxml.Gather{Output: "a", NumDigits: 1}, say("Once more."), voxml.Gather{Output: "a", NumDigits: 1},
			voxml.If{Expression: voxml.Var("a.digits").Equal("1"), Verbs: []voxml.Verb{say("Again.")}}, say("Thank you."),
		}
	}, func(p *voxtest.Phone) {
		p.Press("1")
		p.Hears("Once more.")
		p.StaySilent()
		p.DoesNotHear("Again.")
		p.HungUp()
	}, []voxtest.Option{voxtest.Lenient()}},
	{"Do tests after each pass", func(*office, string, url.Values) voxml.Response {
		return voxml.Response{voxml.Do{Expression: voxml.Var("a").Equal("1"), Verbs: []voxml.Verb{say("Again.")}}, say("Thank you.")}
	}, func(p *voxtest.Phone) { p.DoesNotHear("Again."); p.HungUp() }, []voxtest.Option{voxtest.Lenient()}},
	{"twice", func(o *office, request string, _ url.Values) voxml.Response {
		o.note(func() { o.broken = o.recorded > 1 })
		return messages[request]
	}, leaveMessage, nil},
	{"answer lost", func(o *office, request string, form url.Values) voxml.Response {
		if request == "POST /menu" && !o.once(request, form) {
			return voxml.Response{}
		}
		return documents[request]
	}, pressOne, nil},
	{"repeated meanwhile", func(o *office, request string, _ url.Values) voxml.Response {
		o.note(func() { o.broken = o.broken || o.twoDocuments })
		return documents[request]
	}, pressOne, nil},
	{"notifications meanwhile", func(o *office, request string, _ url.Values) voxml.Response {
		o.note(func() { o.broken = o.broken || o.both })
		return messages[request]
	}, leaveMessage, nil},
	{"notifications late", func(o *office, request string, _ url.Values) voxml.Response {
		o.note(func() {
			switch request {
			case "POST /message":
				o.acted = time.Now()
			case "POST /recorded":
				o.broken = !o.acted.IsZero() && time.Since(o.acted) > 10*time.Second
			}
		})
		return messages[request]
	}, leaveMessage, nil},
	{"notifications lost", func(o *office, request string, _ url.Values) voxml.Response {
		o.note(func() { o.broken = o.recorded == 0 })
		return messages[request]
	}, leaveMessage, nil},
	{"notifications out of order", func(o *office, request string, _ url.Values) voxml.Response {
		if request == "POST /message" { // what comes at the same time is before
			time.Sleep(time.Millisecond)
		}
		o.note(func() {
			switch request {
			case "POST /message":
				o.acted = time.Now()
			case "POST /recorded":
				o.broken = !o.acted.IsZero() && time.Since(o.acted) < 10*time.Second
			}
		})
		return messages[request]
	}, leaveMessage, nil},
	{"duplicates", func(o *office, request string, _ url.Values) voxml.Response {
		o.note(func() { o.broken = o.requests["/message"] > 0 && o.requests["/message"] != o.requests["/voice"] })
		return messages[request]
	}, leaveMessage, nil},
}

// documents are those of an office without a weakness.
var documents = map[string]voxml.Response{
	"POST /voice": asks, "GET /voice": asks, "POST /menu": thanks,
}

// messages are those of one that takes messages.
var messages = map[string]voxml.Response{
	"POST /voice": records, "GET /voice": records, "POST /message": thanks, "POST /recorded": thanks,
}

// Each platform finds a mistake that no other one does.
func TestPlatformsBite(t *testing.T) {
	platforms := []string{"as documented"}
	for _, tt := range weaknesses {
		t.Run(tt.platform, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var broke []string
				for _, r := range voxtest.Readings {
					if r.Name() == "duplicates" && tt.platform != "duplicates" {
						continue // a mixture of others
					}
					if message := callOffice(t, r.Option(), tt.answer, tt.call, tt.options); message != "" {
						broke = append(broke, r.Name())
						t.Log(message)
					}
				}
				assert.Equal(t, []string{tt.platform}, broke)
			})
		})
		platforms = append(platforms, tt.platform)
	}
	for i, r := range voxtest.Readings {
		assert.Equal(t, platforms[i], r.Name())
	}
	assert.Len(t, voxtest.Readings, len(platforms))
}

// callOffice returns what fails.
func callOffice(t *testing.T, platform voxtest.Option, answer func(*office, string, url.Values) voxml.Response, call func(*voxtest.Phone), options []voxtest.Option) string {
	o := &office{answer: answer, seen: map[string]chan struct{}{}, requests: map[string]int{}}
	message := failure(t, func(t testing.TB) {
		call(voxtest.Call(t, o, "/voice", append([]voxtest.Option{platform, voxtest.InRealTime()}, options...)...))
	})
	if message == "" && o.broken {
		return "the office is broken"
	}
	return message
}

// A test of a menu, on each platform.
func ExamplePlatforms() {
	testMenu := func(t *testing.T) {
		voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
			call := dial(hours, "/voice")
			call.Press("2")
			call.Hears("We are open")
			call.HungUp()
		})
	}
	_ = testMenu // func TestMenu
}

// A menu of documents alone works everywhere.
func TestPlatforms(t *testing.T) {
	ran := 0
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		call := dial(hours, "/voice", voxtest.From("+14025550142"))
		call.Press("2")
		call.Hears("We are open")
		call.HungUp()
		ran++
	})
	assert.Equal(t, len(voxtest.Readings), ran)
}
