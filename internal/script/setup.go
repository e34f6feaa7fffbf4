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

// A Setup describes a call, as a command line or as the line of a script that
// begins with $. The zero value is an inbound call with the values of package
// sim.
type Setup struct {
	URL string // the URL that is called; empty if there is none

	From     string         // the calling number
	To       string         // the called number
	City     string         // the caller's city
	Sid      string         // the CallSid
	Method   string         // of the first request
	Withheld bool           // -from is there and empty: the number is withheld
	Vars     voxhook.Vars   // variables of the call
	Params   voxhook.Params // additional parameters of every request
	Nested   bool           // Vars are sent as nested JSON
	Header   http.Header    // additional headers of every request

	Outbound   bool   // the app placed the call
	AnsweredBy string // the result of answering machine detection
	Unanswered string // why an outbound call is not answered; empty if it is
	Status     string // the URL for status changes

	At      time.Time     // when the call begins; zero for the default of package sim
	Timeout time.Duration // how long the app has to answer; zero for the default
	Retries int           // how often a request is sent again, as in sim.Config
}

// Flags defines the flags of a call. What they set replaces what is set already.
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
			return errors.New("a time is written like 2025-01-01T12:00:00Z")
		}
		return nil
	})
	f.Func("timeout", "", func(text string) (err error) {
		if s.Timeout, err = time.ParseDuration(text); err != nil || s.Timeout <= 0 {
			return errors.New("it is longer than 0 and written like 10s")
		}
		return nil
	})
	f.Func("retries", "", func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 10 {
			return errors.New("it is a number from 0 to 10")
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
		return errors.New("it is written name=value")
	}
	if s.Vars == nil {
		s.Vars = voxhook.Vars{}
	}
	s.Vars[name] = value
	return nil
}

// paramAdder returns what adds a parameter. The first one of a name replaces
// those that are set already.
func (s *Setup) paramAdder() func(string) error {
	given := map[string]bool{}
	return func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return errors.New("it is written name=value")
		}
		if !given[name] {
			s.Params = slices.DeleteFunc(s.Params, func(p voxhook.Param) bool { return p.Name == name })
			given[name] = true
		}
		s.Params = append(s.Params, voxhook.Param{Name: name, Value: value})
		return nil
	}
}

// headerAdder is paramAdder for headers.
func (s *Setup) headerAdder() func(string) error {
	given := map[string]bool{}
	return func(text string) error {
		name, value, ok := strings.Cut(text, ":")
		name = http.CanonicalHeaderKey(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsAny(value, "\r\n") {
			return errors.New("it is written Name: value")
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
			return errors.New("only one URL can be called")
		}
		if s.URL, args = f.Arg(0), f.Args()[1:]; s.URL == "" {
			return errors.New("the URL to call is empty; leave it out to call the demo")
		}
	}
}

// Complete checks what the flags say, and completes it.
func (s *Setup) Complete() error {
	if err := s.completeURL(); err != nil {
		return err
	}
	s.Method = strings.ToUpper(s.Method)
	if !slices.Contains([]string{"", "GET", "POST"}, s.Method) {
		return errors.New("-method is get or post")
	}
	if !slices.Contains([]string{"", "busy", "no-answer", "failed"}, s.Unanswered) {
		return errors.New("-unanswered is busy, no-answer or failed")
	}
	s.Outbound = s.Outbound || s.AnsweredBy != "" || s.Unanswered != "" || s.Status != ""
	return nil
}

func (s *Setup) completeURL() error {
	if s.URL == "" {
		return nil
	}
	if strings.Trim(s.URL, "0123456789") == "" {
		return fmt.Errorf("%s is no URL: if it is a port, call http://127.0.0.1:%s/voice", s.URL, s.URL)
	}
	if !strings.Contains(s.URL, "://") {
		s.URL = "http://" + s.URL
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("the URL to call is not one of http or https, such as http://127.0.0.1:8080/voice")
	}
	return nil
}

// Apply sets what is said of the call, but for the app, the URL and the Timeout.
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

// CommandLine returns the arguments that make the same call again. The values of
// headers are masked, because they may be credentials.
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

// repeated returns the flags of CommandLine that may be repeated.
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
	f.Bool("v", false, "") // for voxphone
	err := set.ParseArgs(f, s.Args)
	if err == nil {
		err = set.Complete()
	}
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", s.Name, s.ArgsLine, err)
	}
	return set, nil
}
