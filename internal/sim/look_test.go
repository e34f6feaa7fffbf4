package sim_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// named maps names in tables to properties of a call.
var named = map[string]func(*sim.Call) string{
	"elapsed":    func(c *sim.Call) string { return c.Elapsed().String() },
	"a day":      func(c *sim.Call) string { return fmt.Sprint(c.Elapsed().Hours() > 23) },
	"begun":      func(c *sim.Call) string { return fmt.Sprint(c.Waiting().Begun) },
	"shown":      func(c *sim.Call) string { return strings.Join(exchanges(c)[0].Lines(nil)[2:], "|") }, // without the form and the status
	"rest":       func(c *sim.Call) string { return c.Waiting().Rest.String() },
	"waiting":    func(c *sim.Call) string { return c.Waiting().Text },
	"for":        turn,
	"waits":      waits,
	"asks":       asks,
	"transcript": (*sim.Call).Transcript,
	"vars":       vars,
	"requests":   requests,
	"attempts":   func(c *sim.Call) string { return fmt.Sprint(exchanges(c)[len(exchanges(c))-1].Attempt) },
	"second":     second,
	"times":      times(""),
	"undialed":   undialed,
	"places":     places,
	"answered":   answered,
	"first":      first,
	"last":       func(c *sim.Call) string { return heard(c)[len(heard(c))-1].Text },
	"result":     result,
	"charged":    charged,
	"findings":   findings,
}

// looks returns the property of a call with a name, or nil.
func looks(name string) func(*sim.Call) string {
	if see := named[name]; see != nil {
		return see
	}
	of, what, _ := strings.Cut(name, " ")
	switch of {
	case "text":
		return entries(what, func(e sim.Entry) string { return e.Text })
	case "detail":
		return entries(what, func(e sim.Entry) string { return e.Detail })
	case "both":
		return entries(what, func(e sim.Entry) string { return strings.TrimSpace(e.Text + " " + e.Detail) })
	case "times":
		return times(what)
	case "charge":
		return charge(what)
	case "end":
		return end(what)
	case "awaits":
		return func(c *sim.Call) string { return fmt.Sprint(strings.Contains(c.Waiting().Text, what)) }
	case "zeros":
		return zeros(what)
	case "read":
		return func(c *sim.Call) string { return fmt.Sprint(last(c, what).Document != nil) }
	case "has":
		path, param, _ := strings.Cut(what, " ")
		return func(c *sim.Call) string { return fmt.Sprint(last(c, path).Form.Has(param)) }
	case "later":
		return later(what)
	}
	if strings.HasPrefix(of, "/") {
		return sent(of, what)
	}
	return nil
}

// entries returns the log entries of some kinds, whose words are joined by +.
func entries(kinds string, of func(sim.Entry) string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		var all []string
		for _, e := range c.Log() {
			if slices.Contains(strings.Split(kinds, "+"), strings.TrimSuffix(e.Kind.String(), ":")) {
				all = append(all, of(e))
			}
		}
		return strings.Join(all, "|")
	}
}

func texts(kinds string) func(*sim.Call) string { return looks("text " + kinds) }

func heard(c *sim.Call) []sim.Entry {
	return slices.DeleteFunc(slices.Clone(c.Log()), func(e sim.Entry) bool { return e.Kind != sim.Heard })
}

// first returns the first prompt heard, with its details.
func first(c *sim.Call) string { return heard(c)[0].String() }

// exchanges returns the webhooks of a call.
func exchanges(c *sim.Call) (all []*sim.Exchange) {
	for _, e := range c.Log() {
		if e.Exchange != nil {
			all = append(all, e.Exchange)
		}
	}
	return all
}

// requests returns the method and path of all webhooks except the first.
func requests(c *sim.Call) string {
	var all []string
	for _, x := range exchanges(c)[1:] {
		all = append(all, x.Method+" "+x.URL.Path)
	}
	return strings.Join(all, "|")
}

// second returns the URL of the second webhook.
func second(c *sim.Call) string {
	if all := exchanges(c); len(all) > 1 {
		return all[1].URL.String()
	}
	return ""
}

// last returns the last webhook to a path.
func last(c *sim.Call, path string) *sim.Exchange {
	for _, x := range slices.Backward(exchanges(c)) {
		if x.URL.Path == path {
			return x
		}
	}
	return &sim.Exchange{}
}

// sent returns a parameter of all webhooks to a path.
func sent(path, param string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		var all []string
		for _, x := range exchanges(c) {
			if x.URL.Path == path {
				all = append(all, x.Form.Get(param))
			}
		}
		return strings.Join(all, "|")
	}
}

// later returns the values of a parameter in all webhooks except the first.
func later(param string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		values := map[string]bool{}
		for _, x := range exchanges(c)[1:] {
			values[x.Form.Get(param)] = true
		}
		return strings.Join(slices.Sorted(maps.Keys(values)), "|")
	}
}

// times returns when a path was requested. If path is empty, it returns the
// times of all entries except the first webhook and the answering of the call.
func times(path string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		var all []string
		for i, e := range c.Log() {
			if e.Exchange != nil && (path == "" && e.Exchange.Err != nil || e.Exchange.URL.Path == path) || path == "" && e.Exchange == nil && i > 1 && e.Kind != sim.Ended {
				all = append(all, e.At.String())
			}
		}
		return strings.Join(all, " ")
	}
}

// places returns the entries, each with its path and document.
func places(c *sim.Call) string {
	var all strings.Builder
	for _, e := range c.Log() {
		from := "none"
		if e.From != nil {
			from = e.From.URL.Path
		}
		fmt.Fprintln(&all, e, "at", from, e.Place)
	}
	return all.String()
}

func answered(c *sim.Call) string {
	for _, e := range c.Log() {
		if e.Kind == sim.Answered {
			return e.At.String()
		}
	}
	return "never"
}

func undialed(c *sim.Call) string {
	var all []string
	for _, e := range c.Log() {
		if e.Kind == sim.Undialed {
			all = append(all, e.At.String()+" "+e.Text)
		}
	}
	return strings.Join(all, "|")
}

// vars returns the variables of the call.
func vars(c *sim.Call) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(c.Vars())) {
		all = append(all, name+"="+c.Vars()[name])
	}
	return strings.Join(all, " ")
}

// turn returns what the call waits for: a number, the verb, and whether it is
// secret.
func turn(c *sim.Call) string {
	w := c.Waiting()
	return fmt.Sprintf("%d %s", w.For, strings.TrimPrefix(fmt.Sprintf("%T", w.Verb), "voxml.")) + map[bool]string{true: " secret"}[w.Secret]
}

// waits returns the kinds of input that the caller can give.
func waits(c *sim.Call) string {
	w := c.Waiting()
	return map[bool]string{true: "keys "}[w.Keys] + map[bool]string{true: "speech"}[w.Speech]
}

// asks returns the step of the payment and the attempt.
func asks(c *sim.Call) string {
	if c.Waiting().For != sim.ForPayment {
		return ""
	}
	return fmt.Sprint(c.Waiting().Step, " ", c.Waiting().Attempt)
}

// result returns the result of a Gather, as sent to /a.
func result(c *sim.Call) string {
	if f := last(c, "/a").Form; f != nil {
		return fmt.Sprintf("%q %q %q %q", f.Get("Digits"), f.Get("SpeechResult"), f.Get("Confidence"), f.Get("FinishedOnKey"))
	}
	return "none"
}

// zeros returns the parameters with the value zero in the last webhook to a
// path.
func zeros(path string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		var all []string
		for name, values := range last(c, path).Form {
			if values[0] == "0" || values[0] == "false" {
				all = append(all, name+"="+values[0])
			}
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
}

// charge returns a detail of the data that the connector received.
func charge(what string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		got := c.Charge()
		var parameters []string
		for _, p := range got.Parameters {
			parameters = append(parameters, p.Name+"="+p.Value)
		}
		return map[string]string{
			"amount": got.Amount, "confirmed": fmt.Sprint(got.Confirmation != ""), "description": got.Description, "connector": got.Connector,
			"currency": string(got.Currency), "method": string(got.Method),
			"token": string(got.TokenType), "parameters": strings.Join(parameters, " "),
		}[what]
	}
}

// charged reports whether the connector was called, and returned the token that
// the app received.
func charged(c *sim.Call) string {
	got, form := c.Charge(), last(c, "/a").Form
	switch {
	case got == nil && !form.Has("PaymentToken"):
		return "none"
	case got != nil && got.Token == "" && got.Confirmation == "" && !form.Has("PaymentToken"):
		return "no token"
	case got != nil && got.Token == form.Get("PaymentToken") && got.Confirmation == form.Get("PaymentConfirmationCode"):
		return "token"
	}
	return "another token"
}

// end returns how the call ended.
func end(what string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		e := c.End()
		if e == nil {
			return ""
		}
		return map[string]string{"text": e.Text, "resume": fmt.Sprint(e.Flow.Resume), "reason": string(e.Reason)}[what]
	}
}

// findings returns the findings of the documents.
func findings(c *sim.Call) string {
	var all []string
	for _, x := range exchanges(c) {
		for _, f := range x.Findings() {
			all = append(all, f.String())
		}
	}
	return strings.Join(all, "|")
}
