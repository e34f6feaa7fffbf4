package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/voxhook/voxhook/internal/script"
)

const usage = `Voxphone is a phone in the terminal: it calls a voice app, and you are the
caller.

  voxphone                                  call the built-in demo
  voxphone http://127.0.0.1:8080/voice      call your own app
  voxphone http://user:password@host/voice  call an app that needs a login
  voxphone -record call.txt [URL]           save the call as a script
  voxphone -script call.txt [URL]           play a script, as a test

When voxphone asks, type keys to press or words to say. An empty line is
silence. /hangup hangs up, and /help lists all commands.

The call:
  -from NUMBER          the caller's number (+14025550100); "" withholds it
  -to NUMBER            the called number (+14025550199)
  -city NAME            the caller's city, FromCity
  -sid ID               the CallSid (random)
  -var NAME=VALUE       a variable set at the beginning; may be repeated
  -param NAME=VALUE     another parameter of each webhook; may be repeated
  -H "NAME: VALUE"      a header for the host of the URL; may be repeated
  -nested               send variables as nested JSON (default: flat)
  -method get|post      the method of the first request (post)
  -at TIME              when the call begins (2025-01-01T12:00:00Z)
  -timeout TIME         how long the app may take to answer (15s)
  -retries N            how often a failed request is sent again (3)

Calls that the app places:
  -outbound             Direction is outbound-api, and you answer the call
  -answered-by WHO      what answers: human_residence, machine_start, …
  -unanswered WHY       no one answers: busy, no-answer or failed
  -status URL           the URL that is notified of the end of the call;
                        relative to the called URL
  Each of the last three implies -outbound.

Every path through the app:
  -explore              try everything that callers can do, and show a map of the
                        app and its problems
  -sample NAME=INPUT    keys or words for the Gather with the Output NAME; may be
                        repeated
  -ignore REGEXP        ignore parts of texts and URLs that differ in each call;
                        may be repeated
  -format FORMAT        text, json or mermaid (text)
  -fail SEVERITY        exit with 1 if a finding is at least this serious: error,
                        warning or note (error)
  -scripts DIR          write calls that together make every move, as scripts
  -yes                  explore an app that is not on this computer

The session:
  -v                    show each request and document, and the demo's log
  -record FILE          save the call as a script; FILE is replaced
  -script FILE          play a script
  -h                    show this text

Exit codes:
  0  the call ended normally
  1  the call differs from the script; with -explore, see -fail
  2  the usage is wrong, or a file cannot be read or written
  3  the app failed: no answer, no 2xx status, no VoXML, or a loop
  "go run" exits with 1 for all of these except 0. If the exit code matters,
  build voxphone.

For the format of scripts and everything else, run go doc ./cmd/voxphone
`

// options are the values of the command line.
type options struct {
	script.Setup

	verbose        bool
	record, script string

	explore exploreFlags
}

// parseArgs reads a command line and the script that it names. The command line
// overrides the flags of the script.
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
			err = errors.New("a script cannot use -script and -record: remove them")
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

// parse sets the options in args.
func (o *options) parse(args []string) error { return o.ParseArgs(o.flags(), args) }

// flags returns flags that set the options.
func (o *options) flags() *flag.FlagSet {
	f := flag.NewFlagSet("voxphone", flag.ContinueOnError)
	o.Flags(f)
	f.BoolVar(&o.verbose, "v", o.verbose, "")
	f.StringVar(&o.record, "record", o.record, "")
	f.StringVar(&o.script, "script", o.script, "")
	o.explore.define(f)
	return f
}

// complete checks the options and sets defaults.
func (o *options) complete() error {
	if err := o.Complete(); err != nil {
		return err
	}
	if o.Sid == "" {
		o.Sid = newSid()
	}
	if err := o.checkExplore(); err != nil {
		return err
	}
	return o.checkRecord()
}

func (o *options) checkRecord() error {
	if o.record == "" {
		return nil
	}
	if o.script != "" {
		return errors.New("-record records a call that you make yourself: remove -script")
	}
	if info, err := os.Stat(filepath.Dir(o.record)); err != nil || !info.IsDir() {
		return fmt.Errorf("the directory of -record does not exist: %s", filepath.Dir(o.record))
	}
	if info, err := os.Stat(o.record); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("-record would replace %s, which is not a regular file", o.record)
	}
	return nil
}

// newSid returns a random UUID.
func newSid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
