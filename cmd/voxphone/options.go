package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/script"
)

const usage = `Voxphone is a telephone in the terminal: it calls a voice app and lets you
be the caller.

  voxphone                                  call the built-in demo
  voxphone http://127.0.0.1:8080/voice      call the app that you are writing
  voxphone -record call.txt [URL]           save the call as a script
  voxphone -script call.txt [URL]           play a script: a test without a person

While you are asked, type digits to press keys, or words to say. An empty line
is silence. /hangup hangs up, and /help shows what else there is.

Who calls:
  -from NUMBER          the caller's number (+14025550100); "" withholds it
  -to NUMBER            the number that is called (+14025550199)
  -city NAME            the caller's city, FromCity
  -sid ID               the CallSid (random)
  -var NAME=VALUE       a variable that is set already; may be repeated
  -nested               send variables as nested JSON (default: flat)
  -method get|post      how the first document is requested (post)

Calls that the app has placed:
  -outbound             the app calls you: Direction is outbound-api
  -answered-by WHO      what answered: human_residence, machine_start, …
  -unanswered WHY       nobody answers: busy, no-answer or failed
  -status URL           is told how the call ended; relative to the URL called
  Each of the last three implies -outbound.

Every path through the app, without a person:
  -explore              make all calls that differ, and show a map, and what
                        callers will suffer
  -sample NAME=INPUT    what a caller enters at the Gather with the Output NAME
  -format FORMAT        text, json or mermaid (text)
  -fail SEVERITY        exit with 1 on an error, a warning or a note (error)
  -scripts DIR          write calls that make every move as scripts
  -yes                  explore a URL that is not on this computer

The session:
  -v                    show every request and document, and the demo's log
  -record FILE          save the call as a script; replaces FILE
  -script FILE          play a script
  -h                    show this

Exit codes:
  0  the call ended in a regular way, whoever ended it
  1  the call went another way than the script; with -explore: findings
  2  wrong usage, or a file that cannot be read or written
  3  the app failed: no answer, no 2xx status, no VoXML, or a loop
  "go run" turns all but 0 into 1: build voxphone where they matter.

The format of scripts, and everything else: go doc ./cmd/voxphone
`

// options are what the command line says.
type options struct {
	url string // empty: the demo

	from, to, city, sid, method string
	vars                        voxhook.Vars
	nested                      bool
	noFrom                      bool // -from is there, and empty

	outbound                       bool
	answeredBy, unanswered, status string

	verbose        bool
	record, script string

	explore exploring
}

// parseArgs reads a command line, and the script that it names. What the
// script says of the call counts where the command line does not.
func parseArgs(args []string) (*options, *script.Script, error) {
	o := &options{}
	if err := o.parse(args); err != nil {
		return nil, nil, err
	}
	var s *script.Script
	if o.script != "" {
		var err error
		if s, err = script.Read(o.script); err != nil {
			return nil, nil, err
		}
		whole := &options{}
		err = whole.parse(s.Args)
		if err == nil && (whole.script != "" || whole.record != "") {
			err = errors.New("-script and -record cannot stand in a script")
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", s.Name, s.ArgsLine, err)
		}
		if err := whole.parse(args); err != nil {
			return nil, nil, err
		}
		o = whole
	}
	return o, s, o.complete()
}

// parse adds what args say. Flags may come after the URL.
func (o *options) parse(args []string) error {
	f := flag.NewFlagSet("voxphone", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Func("from", "", func(number string) error {
		o.from, o.noFrom = number, number == ""
		return nil
	})
	f.StringVar(&o.to, "to", o.to, "")
	f.StringVar(&o.city, "city", o.city, "")
	f.StringVar(&o.sid, "sid", o.sid, "")
	f.StringVar(&o.method, "method", o.method, "")
	f.BoolVar(&o.nested, "nested", o.nested, "")
	f.BoolVar(&o.outbound, "outbound", o.outbound, "")
	f.StringVar(&o.answeredBy, "answered-by", o.answeredBy, "")
	f.StringVar(&o.unanswered, "unanswered", o.unanswered, "")
	f.StringVar(&o.status, "status", o.status, "")
	f.BoolVar(&o.verbose, "v", o.verbose, "")
	f.StringVar(&o.record, "record", o.record, "")
	f.StringVar(&o.script, "script", o.script, "")
	o.explore.flags(f)
	f.Func("var", "", func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return errors.New("it is written name=value")
		}
		if o.vars == nil {
			o.vars = voxhook.Vars{}
		}
		o.vars[name] = value
		return nil
	})
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
		if o.url, args = f.Arg(0), f.Args()[1:]; o.url == "" {
			return errors.New("the URL to call is empty; leave it out to call the demo")
		}
	}
}

// complete checks what parse has read, and sets the defaults.
func (o *options) complete() error {
	if err := o.completeURL(); err != nil {
		return err
	}
	o.method = strings.ToUpper(o.method)
	if !slices.Contains([]string{"", "GET", "POST"}, o.method) {
		return errors.New("-method is get or post")
	}
	if !slices.Contains([]string{"", "busy", "no-answer", "failed"}, o.unanswered) {
		return errors.New("-unanswered is busy, no-answer or failed")
	}
	o.outbound = o.outbound || o.answeredBy != "" || o.unanswered != "" || o.status != ""
	if o.sid == "" {
		o.sid = newSid()
	}
	if err := o.checkExplore(); err != nil {
		return err
	}
	return o.checkRecord()
}

func (o *options) completeURL() error {
	if o.url == "" {
		return nil
	}
	if strings.Trim(o.url, "0123456789") == "" {
		return fmt.Errorf("%s is no URL: if it is a port, call http://127.0.0.1:%s/voice", o.url, o.url)
	}
	if !strings.Contains(o.url, "://") {
		o.url = "http://" + o.url
	}
	u, err := url.Parse(o.url)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("the URL to call is not one of http or https, such as http://127.0.0.1:8080/voice")
	}
	return nil
}

func (o *options) checkRecord() error {
	if o.record == "" {
		return nil
	}
	if o.script != "" {
		return errors.New("-record is for a call that a person makes: leave -script out")
	}
	if info, err := os.Stat(filepath.Dir(o.record)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no directory %s for -record", filepath.Dir(o.record))
	}
	if info, err := os.Stat(o.record); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("-record would replace %s, which is no regular file", o.record)
	}
	return nil
}

// args returns the arguments that make the same call again.
func (o *options) args() []string {
	var args []string
	for _, f := range []struct{ name, value string }{
		{"-sid", o.sid}, {"-from", o.from}, {"-to", o.to}, {"-city", o.city}, {"-method", strings.ToLower(o.method)},
		{"-answered-by", o.answeredBy}, {"-unanswered", o.unanswered}, {"-status", o.status},
	} {
		if f.value != "" || f.name == "-from" && o.noFrom {
			args = append(args, f.name, f.value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.vars)) {
		args = append(args, "-var", name+"="+o.vars[name])
	}
	if o.nested {
		args = append(args, "-nested")
	}
	if o.outbound {
		args = append(args, "-outbound")
	}
	if o.url != "" {
		args = append(args, o.url)
	}
	return args
}

// newSid returns a random id in the form of a UUID.
func newSid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // does not fail
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
