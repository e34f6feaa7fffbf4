package voxtest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Golden compares the [Phone.Transcript] with a file, such as
// "testdata/nobody_answers.txt". The test fails with the first difference.
//
// With the flag -update the file is written instead:
//
//	go test -run TestNobodyAnswers -update
//
// A library must not define flags for its users, so the test does:
//
//	var _ = flag.Bool("update", false, "rewrite the golden files")
func (p *Phone) Golden(file string) {
	p.t.Helper()
	if file == "" {
		p.t.Fatalf("voxtest: Golden needs the name of a file")
		return
	}
	got := p.Transcript()
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil {
			err = os.WriteFile(file, []byte(got), 0o644)
		}
		if err != nil {
			p.t.Fatalf("voxtest: %v", err)
		}
		return
	}
	how := "run the test with the flag -update" + definition(flag.CommandLine)
	want, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.t.Fatalf("voxtest: %s does not exist: to write it, %s", file, how)
	case err != nil:
		p.t.Fatalf("voxtest: %v", err)
	default:
		if d := difference(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
			p.fail("the call is not that of %s: to rewrite it, %s\n%s", file, how, d)
		}
	}
}

// definition says how to have the flag, where the test does not define it.
func definition(flags *flag.FlagSet) string {
	if flags.Lookup("update") != nil {
		return ""
	}
	return `, which it has to define: var _ = flag.Bool("update", false, "rewrite the golden files")`
}

// difference describes the first line by which two texts differ, "" if none.
func difference(want, got string) string {
	wants, gots := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	for i := range max(len(wants), len(gots)) {
		w, g := line(wants, i), line(gots, i)
		if w != g {
			return fmt.Sprintf("line %d:\n  want: %s\n  got:  %s", i+1, w, g)
		}
	}
	return ""
}

func line(lines []string, i int) string {
	if i >= len(lines) || lines[i] == "" {
		return "(the end)"
	}
	return strings.TrimSuffix(lines[i], "\n")
}
