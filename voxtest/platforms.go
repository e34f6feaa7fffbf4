package voxtest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Dialer is [Call] for a given test and platform.
type Dialer func(app http.Handler, target string, options ...Option) *Phone

// Platforms runs a test once for each way in which the platform may work where
// its documentation is silent, each as a subtest. An app that passes is ready
// for the real platform:
//
//	func TestNoAnswer(t *testing.T) {
//		voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
//			call := dial(routes(), "/voice")
//			call.Press("1")
//			call.Dials("+14025550111").NoAnswer()
//			call.Hears("leave a message")
//			call.CallerHangsUp()
//		})
//	}
//
// In one subtest, the platform works as documented. In each of the others, it
// does one of these things:
//
//   - It sends the first request by GET, adds unknown parameters, sends
//     documented parameters only, omits zero and empty parameters, sends
//     numbers without a plus, omits From, or sends AnsweredBy in the first
//     request only.
//   - It sends nested variables, sends an empty object if there are no
//     variables, or keeps the variable of an Output if the result is empty.
//   - It tests the expression of a Do after each pass.
//   - It delivers each webhook twice, loses each first answer, or repeats a
//     webhook while the caller still waits for the first answer.
//   - It delivers notifications while the call goes on, late, not at all, or
//     after the next webhook.
//   - It mixes double deliveries and lost answers at random; see [Duplicates].
//
// If only documented parameters are sent, the results of verbs are in the
// variables of their Output; see [voxhook.GatherResult.Input] and
// [voxhook.DialResult.Status]. The test should create its app each time.
// Options given to dial override those of the platform.
//
// With go test -v, the log shows the number of calls.
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
			return sim.Fault{Drop: x.Attempt == 1 && waits(x) && c.Retries >= 0} // a lost answer needs a retry
		}
	}}},
	{"repeated while waiting", faults(func(x *sim.Exchange) sim.Fault {
		return sim.Fault{Twice: waits(x), Drop: waits(x), Together: true}
	})},
	{"concurrent notifications", Concurrent()},
	{"notifications late", notifications(sim.Fault{Delay: 20 * time.Second})},
	{"notifications lost", notifications(sim.Fault{Drop: true})},
	{"notifications out of order", notifications(sim.Fault{After: 1})},
	{"duplicates", Duplicates(3)},
}

func reshape(change func(*sim.Exchange)) Option {
	return Option{func(c *settings) { c.Reshape = change }}
}

// waits reports whether a caller waits for the answer.
func waits(x *sim.Exchange) bool { return x.Event.Kind().WantsDocument() }

func notifications(f sim.Fault) Option {
	return faults(func(x *sim.Exchange) sim.Fault {
		if waits(x) {
			return sim.Fault{}
		}
		return f
	})
}
