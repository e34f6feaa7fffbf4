package script

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Setup describes a call, like a command line or the line of a script that
// begins with $. The zero value is an inbound call with the defaults of package
// sim.
type Setup struct {
	URL string // the URL to call; empty if none is given

	From     string         // the calling number
	To       string         // the called number
	City     string         // the caller's city
	Sid      string         // the CallSid
	Method   string         // the method of the first request
	Withheld bool           // the caller withholds the number: -from is empty
	Vars     voxhook.Vars   // variables of the call
	Params   voxhook.Params // additional parameters of every request
	Nested   bool           // Vars are sent as nested JSON
	Header   http.Header    // additional headers of every request

	Outbound   bool   // the app placed the call
	AnsweredBy string // the result of answering machine detection
	Unanswered string // why an outbound call is not answered; empty if it is answered
	Status     string // the URL for status changes

	At      time.Time     // when the call begins; zero for the default of package sim
	Timeout time.Duration // how long the app may take to answer; zero for the default
	Retries int           // how often a failed request is sent again, as in sim.Config
}

// Flags defines the flags of a call. Their values replace those that are
// already set.
func (s *Setup) Flags(f *flag.FlagSet) {
	f.Func("from", "", func(number string) error {
		s.From, s.Withheld = number, number == ""
		return nil
	})
	f.StringVar(&s.To, "to", s.To, "")
	f.StringVar(&s.City, "city", s.City, "")
	f.StringVar(&s.Sid, "sid", s.Sid, "")
	f.StringVar(&s.Method, "method", s.Method, "")
	f.BoolVar(&s.Nested, "nested", s.Nested, "")
	f.BoolVar(&s.Outbound, "outbound", s.Outbound, "")
	f.StringVar(&s.AnsweredBy, "answered-by", s.AnsweredBy, "")
	f.StringVar(&s.Unanswered, "unanswered", s.Unanswered, "")
	f.StringVar(&s.Status, "status", s.Status, "")
	f.Func("var", "", s.addVar)
	f.Func("param", "", s.paramAdder())
	f.Func("H", "", s.headerAdder())
	f.Func("at", "", func(text string) (err error) {
		if s.At, err = time.Parse(time.RFC3339, text); err != nil {
			return errors.New("write a time such as 2025-01-01T12:00:00Z")
		}
		return nil
	})
	f.Func("timeout", "", func(text string) (err error) {
		if s.Timeout, err = time.ParseDuration(text); err != nil || s.Timeout <= 0 {
			return errors.New("write a time longer than 0, such as 10s")
		}
		return nil
	})
	f.Func("retries", "", func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 10 {
			return errors.New("write a number from 0 to 10")
		}
		if s.Retries = n; n == 0 {
			s.Retries = -1
		}
		return nil
	})
}

func (s *Setup) addVar(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return errors.New("write name=value")
	}
	if s.Vars == nil {
		s.Vars = voxhook.Vars{}
	}
	s.Vars[name] = value
	return nil
}

// paramAdder returns a function that adds a parameter. The first parameter with
// a name replaces those that were set before.
func (s *Setup) paramAdder() func(string) error {
	given := map[string]bool{}
	return func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return errors.New("write name=value")
		}
		if !given[name] {
			s.Params = slices.DeleteFunc(s.Params, func(p voxhook.Param) bool { return p.Name == name })
			given[name] = true
		}
		s.Params = append(s.Params, voxhook.Param{Name: name, Value: value})
		return nil
	}
}

// headerAdder is like paramAdder, for headers.
func (s *Setup) headerAdder() func(string) error {
	given := map[string]bool{}
	return func(text string) error {
		name, value, ok := strings.Cut(text, ":")
		name = http.CanonicalHeaderKey(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsAny(value, "\r\n") {
			return errors.New("write Name: value")
		}
		if s.Header == nil {
			s.Header = http.Header{}
		}
		if !given[name] {
			s.Header.Del(name)
			given[name] = true
		}
		s.Header.Add(name, strings.TrimSpace(value))
		return nil
	}
}

// ParseArgs reads a command line with the flags of f. Flags may come after the
// URL.
func (s *Setup) ParseArgs(f *flag.FlagSet, args []string) error {
	f.SetOutput(io.Discard)
	for named := false; ; named = true {
		if err := f.Parse(args); err != nil {
			return err
		}
		if f.NArg() == 0 {
			return nil
		}
		if named {
			return errors.New("more than one URL is given")
		}
		if s.URL, args = f.Arg(0), f.Args()[1:]; s.URL == "" {
			return errors.New("the URL is empty: leave it out to call the demo")
		}
	}
}

// Complete checks the values of the flags and completes them.
func (s *Setup) Complete() error {
	if err := s.completeURL(); err != nil {
		return err
	}
	s.Method = strings.ToUpper(s.Method)
	if !slices.Contains([]string{"", "GET", "POST"}, s.Method) {
		return errors.New("-method must be get or post")
	}
	if !slices.Contains([]string{"", "busy", "no-answer", "failed"}, s.Unanswered) {
		return errors.New("-unanswered must be busy, no-answer or failed")
	}
	s.Outbound = s.Outbound || s.AnsweredBy != "" || s.Unanswered != "" || s.Status != ""
	return nil
}

func (s *Setup) completeURL() error {
	if s.URL == "" {
		return nil
	}
	if strings.Trim(s.URL, "0123456789") == "" {
		return fmt.Errorf("%s is not a URL: if it is a port, call http://127.0.0.1:%s/voice", s.URL, s.URL)
	}
	if !strings.Contains(s.URL, "://") {
		s.URL = "http://" + s.URL
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("the URL must use http or https, such as http://127.0.0.1:8080/voice")
	}
	return nil
}

// Apply sets the fields of cfg, except the app, the URL and the timeout.
func (s *Setup) Apply(cfg *sim.Config) {
	cfg.Method, cfg.NestedVars, cfg.NoFrom = voxml.Method(s.Method), s.Nested, s.Withheld
	cfg.StatusCallback, cfg.Unanswered = s.Status, voxhook.CallStatus(s.Unanswered)
	cfg.Header, cfg.Start, cfg.Retries = s.Header, s.At, s.Retries
	w := voxhook.VoiceWebhook{
		CallSid: s.Sid, From: s.From, To: s.To, Vars: s.Vars, AnsweredBy: voxhook.AnsweredBy(s.AnsweredBy), Params: s.Params,
	}
	w.FromCity = s.City
	if s.Outbound {
		w.Direction = voxhook.DirectionOutboundAPI
	}
	cfg.Webhook = w
}

// CommandLine returns the arguments that make the same call again. The values
// of headers are masked, because they may be credentials.
func (s *Setup) CommandLine() []string {
	var args []string
	for _, f := range []struct{ name, value string }{
		{"-sid", s.Sid}, {"-from", s.From}, {"-to", s.To}, {"-city", s.City}, {"-method", strings.ToLower(s.Method)},
		{"-answered-by", s.AnsweredBy}, {"-unanswered", s.Unanswered}, {"-status", s.Status},
	} {
		if f.value != "" || f.name == "-from" && s.Withheld {
			args = append(args, f.name, f.value)
		}
	}
	if !s.At.IsZero() {
		args = append(args, "-at", s.At.Format(time.RFC3339))
	}
	if s.Timeout != 0 {
		args = append(args, "-timeout", s.Timeout.String())
	}
	if s.Retries != 0 {
		args = append(args, "-retries", strconv.Itoa(max(s.Retries, 0)))
	}
	args = append(args, s.repeated()...)
	if s.Nested {
		args = append(args, "-nested")
	}
	if s.Outbound {
		args = append(args, "-outbound")
	}
	if s.URL != "" {
		args = append(args, s.URL)
	}
	return args
}

// repeated returns the flags for CommandLine that may be repeated.
func (s *Setup) repeated() (args []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		for range s.Header[name] {
			args = append(args, "-H", name+": "+maskedHeader)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
		args = append(args, "-var", name+"="+s.Vars[name])
	}
	for _, p := range s.Params {
		_, masked, _ := strings.Cut(sim.Shown("?"+p.Name+"="+p.Value), "?") // as in a URL
		args = append(args, "-param", masked)
	}
	return args
}

const maskedHeader = "xxxxx"

// Setup returns the call that the first line of the script describes.
func (s *Script) Setup() (*Setup, error) {
	set := &Setup{}
	f := flag.NewFlagSet("voxphone", flag.ContinueOnError)
	set.Flags(f)
	f.Bool("v", false, "") // only voxphone uses it
	err := set.ParseArgs(f, s.Args)
	if err == nil {
		err = set.Complete()
	}
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", s.Name, s.ArgsLine, err)
	}
	return set, nil
}
