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

// Try runs a step of the call that may fail, and returns the reason if it does.
// If the step succeeds, Try returns nil, or an error with the new Warnings if
// there are any. For example, a callback may have panicked during the step. In
// all cases the test goes on, and the call stays where the step left it. The
// next [Phone.Hears] also searches what the caller heard during a failed step.
//
//	err := call.Try(func() { call.Press("9") })
//
// Try works for steps of this phone and its legs. Other failures fail the test.
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

// A failure is the panic of a step that failed inside Try.
type failure struct {
	phone *Phone
	why   string
}

// fail fails the test, or inside Try only the step.
func (p *Phone) fail(format string, args ...any) {
	p.t.Helper()
	why := shown(fmt.Sprintf(format, args...))
	if p.trying > 0 {
		panic(&failure{p, why})
	}
	p.t.Fatalf("%s", p.report(why))
}

// finish fails the test if the call has not ended or is not clean.
func (p *Phone) finish() {
	p.t.Helper()
	p.call.Finish()
	if p.lenient || p.t.Failed() {
		return
	}
	if p.call.End() == nil {
		p.t.Errorf("%s", p.report(shown(fmt.Sprintf("call %d of this test has not ended: %s\n"+
			"let it end, for example with HungUp, CallerHangsUp or Ends, or make it Lenient", p.number, p.stuck()))))
		return
	}
	if problems := p.problems(); problems != "" {
		p.t.Errorf("%s", p.report(shown(problems+"\nfix the app, or make the call Lenient")))
	}
}

// shown makes a text safe for a terminal.
func shown(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = sim.Shown(line)
	}
	return strings.Join(lines, "\n")
}

// The largest numbers of lines in a report.
const (
	longestReport = 30
	longestWhy    = 20
)

// report returns the reason why a step failed and the end of the call, in at
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

// keep writes the whole call to the artifacts of the test, if go test keeps
// them. It returns the place of the file, or how to get one.
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
