package voxtest_test

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// What is printed for the mistakes that are made most often: what to change, in
// at most 30 lines.
func TestFailures(t *testing.T) {
	clinic := app(map[string]voxml.Response{
		"/voice": {
			say("Thank you for calling."),
			voxml.Gather{Action: "/menu", NumDigits: 1, Input: voxml.InputDTMFSpeech, ActionOnEmptyResult: true, Verbs: []voxml.GatherVerb{
				say("For appointments, press 1."), say("For opening hours, press 2."),
			}},
		},
		"/menu":   {say("One moment, please."), voxml.Dial{Number: "+14025550111", Action: "/dialed"}},
		"/dialed": {say("Nobody can take your call."), voxml.Hangup{}, say("Goodbye.")},
		"/bye":    {say("Goodbye."), voxml.Hangup{}},
	})
	for _, tt := range []struct {
		name string
		test func(t testing.TB)
	}{
		{"wrong_text", func(t testing.TB) { voxtest.Call(t, clinic, "/voice").Hears("For appointments, dial 1") }},
		{"wrong_case", func(t testing.TB) { voxtest.Call(t, clinic, "/voice").Hears("for opening hours") }},
		{"not_listening", func(t testing.TB) {
			call := voxtest.Call(t, clinic, "/voice")
			call.Press("1")
			call.Press("1")
		}},
		{"nobody_dials", func(t testing.TB) { voxtest.Call(t, clinic, "/voice").Dials("+14025550111") }},
		{"finding", func(t testing.TB) {
			call := voxtest.Call(t, clinic, "/voice")
			call.Press("1")
			call.Dials("+14025550111").NoAnswer()
			call.HungUp()
		}},
		{"not_ended", func(t testing.TB) { voxtest.Call(t, clinic, "/voice").Hears("For appointments") }},
		{"first_of_two_calls_not_ended", func(t testing.TB) {
			voxtest.Call(t, clinic, "/voice").Press("1")
			voxtest.Call(t, clinic, "/bye").HungUp()
		}},
		{"golden", func(t testing.TB) {
			call := voxtest.Call(t, clinic, "/voice")
			call.Press("2")
			call.Dials("+14025550111").NoAnswer()
			call.HungUp()
			call.Golden("testdata/failures/golden.golden")
		}},
		{"app_fails", func(t testing.TB) {
			voxtest.Call(t, http.NotFoundHandler(), "/voice").Hears("Thank you for calling.")
		}},
		{"panic", func(t testing.TB) { broken(t, "1").HungUp() }},
		{"no_document", func(t testing.TB) { broken(t, "2").HungUp() }},
		{"swapped_route", func(t testing.TB) { broken(t, "3").HungUp() }},
		{"no_fallback", func(t testing.TB) { broken(t, "4").HungUp() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFakeT()
			func() {
				before := *update
				*update = false // the golden file of the example differs on purpose
				defer func() {
					*update = before
					if v := recover(); v != nil {
						require.Equal(t, any(f), v)
					}
				}()
				tt.test(f)
			}()
			if f.message == "" {
				f.end()
			}
			require.NotEmpty(t, f.message)
			assert.LessOrEqual(t, strings.Count(f.message, "\n")+1, 30)
			file := filepath.Join("testdata", "failures", tt.name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(f.message+"\n"), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), f.message+"\n")
		})
	}
}

func TestEndOfTheTest(t *testing.T) {
	lost := voxml.Response{voxml.Hangup{}, say("Lost.")}
	for _, tt := range []struct {
		name string
		test func(t testing.TB)
		want string
	}{
		{"a good call", func(t testing.TB) { voxtest.Call(t, company, "/hello").HungUp() }, ""},
		{"no call", func(testing.TB) {}, ""},
		{"goes on", func(t testing.TB) { voxtest.Call(t, company, "/hello").Hears("Hello.") }, "call 1 of this test has not ended: the app goes on by itself\n"},
		{"goes on, but may", func(t testing.TB) { voxtest.Call(t, company, "/hello", voxtest.Lenient()).Hears("Hello.") }, ""},
		{"second call goes on", func(t testing.TB) {
			voxtest.Call(t, company, "/hello").HungUp()
			voxtest.Call(t, company, "/long", voxtest.From("+1"))
		}, "call 2 of this test has not ended: "},
		{"not clean", func(t testing.TB) { voxtest.Call(t, lost, "/").HungUp() }, "the call is not clean:\n  POST http://example.com/: error: Response[1].Say: "},
		{"not clean, but may", func(t testing.TB) { voxtest.Call(t, lost, "/", voxtest.Lenient()).HungUp() }, ""},
		{"fails", func(t testing.TB) { voxtest.Call(t, company, "/nowhere").Ends() }, "the call is not clean:\n  POST http://example.com/nowhere: the app answered"},
		{"fails as expected", func(t testing.TB) { voxtest.Call(t, company, "/nowhere").Failed() }, ""},
		{"has failed already", func(t testing.TB) {
			voxtest.Call(t, company, "/long")
			t.Errorf("something else")
		}, "something else"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFakeT()
			tt.test(f)
			f.end()
			if tt.want == "" {
				assert.Empty(t, f.message)
			} else {
				assert.True(t, strings.HasPrefix(f.message, tt.want), f.message)
			}
		})
	}
}

func TestTry(t *testing.T) {
	if *update {
		t.Skip("golden files are being written")
	}
	call := voxtest.Call(t, company, "/menu")
	require.NoError(t, call.Try(func() { call.Hears("One moment") }))
	require.EqualError(t, call.Try(func() { call.Press("1") }), "voxtest: pressed 1, but the app is not listening: it is dialing +14025550111\n"+
		"the next step is what the dialed party does, such as Dials().Talks(time.Minute) or Dials().NoAnswer()")
	require.Error(t, call.Try(func() { call.Dials("+1") }))
	leg := call.Dials("+14025550111")
	require.Error(t, call.Try(func() { leg.HangsUp(time.Second) }))
	require.EqualError(t, call.Try(func() { call.Golden("testdata/none.txt") }), "voxtest: testdata/none.txt does not exist: to write it, run the test with the flag -update")
	require.NoError(t, call.Try(func() { require.Error(t, call.Try(func() { call.Hears("x") })) }), "one within another")
	leg.Busy()

	other := voxtest.Call(t, company, "/hello")
	f := newFakeT()
	failing := voxtest.Call(f, company, "/hello")
	f.failure(t, func() { _ = other.Try(func() { failing.Hears("x") }) })
	require.NotEmpty(t, f.message, "a step of another phone fails its test")
	require.Error(t, call.Try(func() { _ = other.Try(func() { call.Hears("x") }) }), "each Try is for its own phone")
	require.PanicsWithValue(t, "a bug", func() { _ = call.Try(func() { panic("a bug") }) })
	other.HungUp()
	call.Hears("Leave a message")
	call.CallerHangsUp()
}

// With -artifacts the whole call is in a file.
func TestArtifacts(t *testing.T) {
	var doc voxml.Response
	for range 40 {
		doc = append(doc, say("Hello."))
	}
	call := func(t testing.TB) string {
		p := voxtest.Call(t, doc, "/", voxtest.Lenient())
		p.Ends()
		f := newFakeT()
		same := voxtest.Call(artifacts{f, t}, doc, "/")
		same.Ends()
		f.failure(t.(*testing.T), func() { same.Hears("x") })
		return f.message
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

// An artifacts is a test that may fail, with the artifacts of another one.
type artifacts struct {
	*fakeT
	of testing.TB
}

func (a artifacts) ArtifactDir() string { return a.of.TempDir() }
