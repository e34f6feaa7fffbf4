package voxtest

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Golden compares the [Phone.Transcript] with a file, such as
// "testdata/no_answer.txt". If they differ, the test fails and shows the lines.
//
// If the environment variable VOXTEST_UPDATE is 1, Golden writes the file
// instead:
//
//	VOXTEST_UPDATE=1 go test -run TestNoAnswer
//
// So does the flag -update, if the test package defines it:
//
//	var _ = flag.Bool("update", false, "rewrite the golden files")
func (p *Phone) Golden(file string) {
	p.t.Helper()
	golden(p.t, p.fail, "the call", file, p.Transcript())
}

// golden compares a text with a golden file, or writes the file. The argument
// what names the text in messages.
func golden(t testing.TB, fail func(format string, args ...any), what, file, got string) {
	t.Helper()
	if file == "" {
		fail("the file name of Golden is empty: pass one such as testdata/call.txt")
		return
	}
	if updates(flag.CommandLine, os.Getenv(updateVariable)) {
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil {
			err = os.WriteFile(file, []byte(got), 0o644)
		}
		if err != nil {
			fail("the golden file cannot be written: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		fail("%s does not exist: to write it, %s", file, howToUpdate(flag.CommandLine))
	case err != nil:
		fail("the golden file cannot be read: %v", err)
	default:
		if d := difference(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
			fail("%s differs from %s (- want, + got); to rewrite the file, %s\n%s", what, file, howToUpdate(flag.CommandLine), d)
		}
	}
}

const updateVariable = "VOXTEST_UPDATE"

// updates reports whether golden files should be written. The flag is only
// looked up, because a library must not define flags for its users.
func updates(flags *flag.FlagSet, variable string) bool {
	f := flags.Lookup("update")
	return variable == "1" || f != nil && f.Value.String() == "true"
}

// howToUpdate says how to write the golden files.
func howToUpdate(flags *flag.FlagSet) string {
	if flags.Lookup("update") != nil {
		return "run the test with the flag -update"
	}
	return "run the test with " + updateVariable + "=1 in the environment"
}
