package voxtest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Dialer is [Call] with a test and a platform.
type Dialer func(app http.Handler, target string, options ...Option) *Phone

// Platforms runs a test once for each way in which the platform may work, as far
// as it does not document that, each as a subtest. An app that passes will not be
// surprised by the real one:
//
//	func TestNobodyAnswers(t *testing.T) {
//		voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
//			call := dial(routes(), "/voice")
//			call.Press("1")
//			call.Dials("+14025550111").NoAnswer()
//			call.Hears("leave a message")
//			call.CallerHangsUp()
//		})
//	}
//
// The ways, beside what a Call does otherwise:
//
//   - requests: the first by GET; other parameters that nobody knows; only
//     documented parameters; none that are zero or empty; numbers without a plus;
//     no From; AnsweredBy in the first request only
//   - variables: nested; an empty object if there are none; a variable of an
//     Output that stays if the result is empty
//   - a Do whose expression is tested after each pass
//   - delivery: each webhook twice; each answer lost at first; each webhook for
//     which a caller waits repeated while the first one still runs; notifications
//     while the call goes on, late, lost, or overtaken by the next webhook; and a
//     mixture, [Duplicates]
//
// With only documented parameters, the results of verbs are in the variables of
// their Output: see [voxhook.GatherResult.Input] and [voxhook.DialResult.Status].
// The test should make its app anew each time. Options of dial count for more
// than those of the platform.
//
// The log of the test says how many calls were made, see go test -v.
func Platforms(t *testing.T, call func(t *testing.T, dial Dialer)) {
	t.Helper()
	began := time.Now()
	var calls atomic.Int64
	// Subtests that are parallel end before a cleanup of t.
	t.Cleanup(func() {
		t.Logf("%d platforms, %d calls, %v", len(readings), calls.Load(), time.Since(began).Round(time.Millisecond))
	})
	for _, r := range readings {
		t.Run(r.name, func(t *testing.T) {
			call(t, func(app http.Handler, target string, options ...Option) *Phone {
				t.Helper()
				calls.Add(1)
				return Call(t, app, target, append([]Option{r.option}, options...)...)
			})
		})
	}
}

// A reading is one way in which the platform may work.
type reading struct {
	name   string
	option Option
}

var readings = []reading{
	{"as documented", Option{}},
	{"GET", GET()},
	{"other parameters", reshape(func(x *sim.Exchange) {
		for name, value := range map[string]string{"Timestamp": "2025-01-01T12:00:00Z", "SequenceNumber": "0", "Voxtest": "1"} {
			if !x.Form.Has(name) {
				x.Form.Set(name, value)
			}
		}
	})},
	{"documented parameters only", reshape(func(x *sim.Exchange) {
		for name := range x.Form {
			if !sim.Documented(name) {
				x.Form.Del(name)
			}
		}
	})},
	{"no zero values", reshape(func(x *sim.Exchange) {
		for name, values := range x.Form {
			if v := values[0]; v == "" || v == "0" || v == "false" {
				x.Form.Del(name)
			}
		}
	})},
	{"numbers without plus", reshape(func(x *sim.Exchange) {
		for _, name := range []string{"From", "To"} {
			if x.Form.Has(name) {
				x.Form.Set(name, strings.TrimPrefix(x.Form.Get(name), "+"))
			}
		}
	})},
	{"no From", reshape(func(x *sim.Exchange) { x.Form.Del("From") })},
	{"AnsweredBy once", reshape(func(x *sim.Exchange) {
		if x.From != nil {
			x.Form.Del("AnsweredBy")
		}
	})},
	{"nested variables", NestedVars()},
	{"empty variables", Option{func(c *settings) { c.EmptyVars = true }}},
	{"empty results change nothing", Option{func(c *settings) { c.KeepResults = true }}},
	{"Do tests after each pass", Option{func(c *settings) { c.DoWhile = true }}},
	{"twice", faults(func(*sim.Exchange) sim.Fault { return sim.Fault{Twice: true} })},
	{"answer lost", Option{func(c *settings) {
		c.Fault = func(x *sim.Exchange) sim.Fault {
			return sim.Fault{Drop: x.Attempt == 1 && waits(x) && c.Retries >= 0} // else nobody would repeat it
		}
	}}},
	{"repeated meanwhile", faults(func(x *sim.Exchange) sim.Fault {
		return sim.Fault{Twice: waits(x), Drop: waits(x), Together: true}
	})},
	{"notifications meanwhile", Concurrent()},
	{"notifications late", notifications(sim.Fault{Delay: 20 * time.Second})},
	{"notifications lost", notifications(sim.Fault{Drop: true})},
	{"notifications out of order", notifications(sim.Fault{After: 1})},
	{"duplicates", Duplicates(3)},
}

func reshape(change func(*sim.Exchange)) Option {
	return Option{func(c *settings) { c.Reshape = change }}
}

// waits reports whether a document is wanted.
func waits(x *sim.Exchange) bool { return x.Event.Kind().WantsDocument() }

func notifications(f sim.Fault) Option {
	return faults(func(x *sim.Exchange) sim.Fault {
		if waits(x) {
			return sim.Fault{}
		}
		return f
	})
}
