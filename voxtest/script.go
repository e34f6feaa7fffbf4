package voxtest

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/internal/sim"
)

// Scripts plays the scripts whose names match pattern, such as
// "testdata/calls/*.txt", each in a subtest named after its file. A script is a
// call in a text file, as voxphone -record writes it; see the documentation of
// the command voxphone.
//
//	func TestCalls(t *testing.T) {
//		voxtest.Scripts(t, routes(), "testdata/calls/*.txt")
//	}
//
// The line of the script that begins with $ has the URL and flags of the call.
// The options override them. The app receives all requests, whatever the host
// of the URL. Without a URL, the call begins at /voice.
//
// A test fails at the first line of the script that differs from the call. If
// VOXTEST_UPDATE is 1, or with the flag -update, see [Phone.Golden], such lines
// are rewritten instead. The caller's actions, lines that use the script
// commands let and ! (see the documentation of voxphone), and included files
// are never rewritten; if they differ, the test fails.
//
// The call must be [Phone.Clean] unless it is [Lenient], even if the script
// expects a warning. An app may fail if the last line of the script expects it.
func Scripts(t *testing.T, app http.Handler, pattern string, options ...Option) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("voxtest: no script matches %s: record one with voxphone -record, or change the pattern", pattern)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			playScript(t, app, file, updates(flag.CommandLine, os.Getenv(updateVariable)), options...)
		})
	}
}

// playScript plays a script. If update is true, it rewrites the script.
func playScript(t testing.TB, app http.Handler, file string, update bool, options ...Option) {
	t.Helper()
	s, err := script.Read(file)
	if err != nil {
		t.Fatalf("voxtest: %v", err)
		return
	}
	setup, err := s.Setup()
	if err != nil {
		t.Fatalf("voxtest: %v", err)
		return
	}
	if update {
		s.Rewrite()
	}
	target := "/voice"
	if setup.URL != "" {
		target = setup.URL
	}
	p := Call(t, app, target, append([]Option{scripted(setup)}, options...)...)
	if p == nil {
		return
	}
	run := script.Run{Call: p.call, Person: script.Nobody{}, Script: s}
	run.Play(context.Background())
	if d := s.Differs(); d != nil {
		how := howToUpdate(flag.CommandLine)
		if update {
			how = "this line is never rewritten: change it by hand"
		}
		p.fail("%s  %s", d, how)
		return
	}
	if why := p.call.End().Why; (why == sim.AppFailed || why == sim.Looped) && s.ExpectsEnd() {
		p.lenient = true // the script expects the failure
	}
	if err := s.Save(); err != nil {
		p.fail("the script cannot be written: %v", err)
	}
}

// scripted makes the call that a script describes.
func scripted(setup *script.Setup) Option {
	return Option{func(c *settings) {
		setup.Apply(&c.Config)
		c.Timeout = setup.Timeout
	}}
}
