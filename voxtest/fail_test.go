package voxtest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

func TestTry(t *testing.T) {
	if *update {
		t.Skip("golden files are being written")
	}
	call := voxtest.Call(t, company, "/menu")
	require.NoError(t, call.Try(func() { call.Hears("One moment") }))
	require.EqualError(t, call.Try(func() { call.Press("1") }), "voxtest: pressed 1, but the app is not listening: it is dialing +14025550111\n"+
		"the next step is up to the dialed party, such as Dials().Talks(time.Minute) or Dials().NoAnswer()")
	require.Error(t, call.Try(func() { call.Dials("+1") }))
	leg := call.Dials("+14025550111")
	require.Error(t, call.Try(func() { leg.HangsUp(time.Second) }))
	require.EqualError(t, call.Try(func() { call.Golden("testdata/none.txt") }), "voxtest: testdata/none.txt does not exist: to write it, run the test with the flag -update")
	require.NoError(t, call.Try(func() { require.Error(t, call.Try(func() { call.Hears("x") })) }), "a Try inside another Try")
	leg.Busy()

	require.Error(t, call.Try(func() { voxtest.Last[*voxhook.PayResult](call) }))
	other := voxtest.Call(t, company, "/hello")
	require.NotEmpty(t, failure(t, func(t testing.TB) {
		failing := voxtest.Call(t, company, "/hello")
		_ = other.Try(func() { failing.Hears("x") })
	}), "a step of another phone fails its test")
	require.Error(t, call.Try(func() { _ = other.Try(func() { call.Hears("x") }) }), "each Try works for its own phone")
	require.PanicsWithValue(t, "a bug", func() { _ = call.Try(func() { panic("a bug") }) })
	other.HungUp()
	call.Hears("Leave a message")
	call.CallerHangsUp()
}

// With -artifacts, the whole call is written to a file.
func TestArtifacts(t *testing.T) {
	var doc voxml.Response
	for range 40 {
		doc = append(doc, say("Hello."))
	}
	call := func(t *testing.T) string {
		return failure(t, func(f testing.TB) {
			p := voxtest.Call(artifacts{f.(*fakeT), t}, doc, "/")
			p.Ends()
			p.Hears("x")
		})
	}
	require.Contains(t, call(t), "The call so far, the last 26 of 87 lines (go test -artifacts writes all of them to a file):\n")

	kept := flag.Lookup("test.artifacts").Value
	before := kept.String()
	defer func() { require.NoError(t, kept.Set(before)) }()
	require.NoError(t, kept.Set("true"))
	message := call(t)
	_, name, _ := strings.Cut(message, "(all are in ")
	name, _, _ = strings.Cut(name, ")")
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, 40, strings.Count(string(whole), `hears "Hello."`))
	require.Equal(t, "call-1.txt", filepath.Base(name))
}

// An artifacts is a fakeT with the artifact directory of another test.
type artifacts struct {
	*fakeT
	of testing.TB
}

func (a artifacts) ArtifactDir() string { return a.of.TempDir() }
