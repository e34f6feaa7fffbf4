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
  -param NAME=VALUE     another parameter of each webhook; may be repeated
  -H "NAME: VALUE"      a header of each request; may be repeated
  -nested               send variables as nested JSON (default: flat)
  -method get|post      how the first document is requested (post)
  -at TIME              when the call begins (2025-01-01T12:00:00Z)
  -timeout TIME         how long the app has to answer (15s)
  -retries N            how often a request is sent again (3)

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
	script.Setup

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

// parse adds what args say.
func (o *options) parse(args []string) error { return o.ParseArgs(o.flags(), args) }

// flags returns the flags, which set the options.
func (o *options) flags() *flag.FlagSet {
	f := flag.NewFlagSet("voxphone", flag.ContinueOnError)
	o.Flags(f)
	f.BoolVar(&o.verbose, "v", o.verbose, "")
	f.StringVar(&o.record, "record", o.record, "")
	f.StringVar(&o.script, "script", o.script, "")
	o.explore.flags(f)
	return f
}

// complete checks what parse has read, and sets the defaults.
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

// newSid returns a random id in the form of a UUID.
func newSid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // does not fail
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
