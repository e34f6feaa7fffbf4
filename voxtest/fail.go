package voxtest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// Try runs a step of the call that may fail, and returns why it did. If the step
// fits, Try returns the new Warnings: a callback may have panicked although the
// call goes on. The test goes on, and so does the call from where it is then.
// What was heard meanwhile can still be heard by the next [Phone.Hears].
//
//	err := call.Try(func() { call.Press("9") })
//
// It is for steps of this phone and its legs only: other failures fail the test.
func (p *Phone) Try(step func()) (err error) {
	p.trying++
	ear, log := p.ear, len(p.call.Log())
	defer func() {
		p.trying--
		switch v := recover().(type) {
		case nil:
		case *failure:
			if v.phone != p {
				panic(v)
			}
			p.ear = ear
			err = errors.New("voxtest: " + v.why)
		default:
			panic(v)
		}
	}()
	step()
	if warnings := p.warnings(log); len(warnings) > 0 {
		return errors.New("voxtest: " + shown(strings.Join(warnings, "\n")))
	}
	return nil
}

// A failure is a step that has failed within Try.
type failure struct {
	phone *Phone
	why   string
}

// fail fails the test, or the step of a Try.
func (p *Phone) fail(format string, args ...any) {
	p.t.Helper()
	why := shown(fmt.Sprintf(format, args...))
	if p.trying > 0 {
		panic(&failure{p, why})
	}
	p.t.Fatalf("%s", p.report(why))
}

// finish fails a test whose call has been left in the middle, or is not clean.
func (p *Phone) finish() {
	p.t.Helper()
	p.call.Finish()
	if p.lenient || p.t.Failed() {
		return
	}
	if p.call.End() == nil {
		p.t.Errorf("%s", p.report(shown(fmt.Sprintf("call %d of this test has not ended: %s\n"+
			"let it end, such as with HungUp, CallerHangsUp or Ends, or make it Lenient", p.number, p.stuck()))))
		return
	}
	if problems := p.problems(); problems != "" {
		p.t.Errorf("%s", p.report(shown(problems+"\ncorrect the app, or make the call Lenient")))
	}
}

// shown makes a text fit for a terminal.
func shown(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = sim.Shown(line)
	}
	return strings.Join(lines, "\n")
}

// The lines of a report.
const (
	longestReport = 30
	longestWhy    = 20
)

// report returns why a step has failed, followed by the end of the call, in at
// most longestReport lines.
func (p *Phone) report(why string) string {
	reasons := strings.Split(why, "\n")
	if more := len(reasons) - longestWhy; more > 0 {
		reasons = append(reasons[:longestWhy-1], fmt.Sprintf("… and %d more lines", more+1))
	}
	lines := strings.Split(strings.TrimSuffix(p.Transcript(), "\n"), "\n")
	title := "The call so far:"
	if room := longestReport - len(reasons) - 3; len(lines) > room {
		title = fmt.Sprintf("The call so far, the last %d of %d lines (%s):", room, len(lines), p.keep())
		lines = lines[len(lines)-room:]
	}
	return strings.Join(reasons, "\n") + "\n\n" + title + "\n\n" + strings.Join(lines, "\n")
}

// keep writes the whole call to the artifacts of the test, if they are kept. It
// returns where they are, or how to have them.
func (p *Phone) keep() string {
	if f := flag.Lookup("test.artifacts"); f == nil || f.Value.String() != "true" {
		return "go test -artifacts writes all of them to a file"
	}
	file := filepath.Join(p.t.ArtifactDir(), fmt.Sprintf("call-%d.txt", p.number))
	if err := os.WriteFile(file, []byte(p.Transcript()), 0o600); err != nil {
		return err.Error()
	}
	return "all are in " + file
}
