package voxtest_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// reception uses everything that differs between platforms.
var reception = map[string]voxml.Response{
	"/voice":   {voxml.Gather{Action: "/menu", NumDigits: 1, Output: "menu"}},
	"/menu":    {voxml.Record{Action: "/message", RecordingStatusCallback: "/recorded"}},
	"/message": {voxml.Dial{Number: "+14025550111", Action: "/dialed"}},
	"/dialed": {
		voxml.Gather{Output: "a", NumDigits: 1}, say("Once more."), voxml.Gather{Output: "a", NumDigits: 1},
		voxml.If{Expression: voxml.Var("a.digits").Equal("1"), Verbs: []voxml.Verb{say("The result stays.")}},
		voxml.Do{Expression: voxml.Var("b").Equal("1"), Verbs: []voxml.Verb{say("Done once.")}},
	},
	"/recorded": {},
}

// callReception returns what an app receives and when, and what a caller hears,
// on a platform. Each answer takes some time, so that the times show which
// requests are concurrent.
func callReception(t *testing.T, platform voxtest.Option) (lines []string) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		began, docs := time.Now(), app(reception)
		call := voxtest.Call(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.NoError(t, r.ParseForm())
			line := fmt.Sprintf("%7v %s %s", time.Since(began).Round(10*time.Millisecond), r.Method, r.URL.Path)
			for _, name := range slices.Sorted(maps.Keys(r.Form)) {
				if !slices.Contains([]string{"AccountID", "ApiVersion", "TrunkID", "CallSid", "CallStatus", "Direction", "DialCallSid", "RecordingSid", "RecordingUrl"}, name) {
					line += fmt.Sprintf(" %s=%s", name, r.Form.Get(name))
				}
			}
			mu.Lock()
			lines = append(lines, line)
			mu.Unlock()
			time.Sleep(10 * time.Millisecond)
			docs.ServeHTTP(w, r)
		}), "/voice", platform, voxtest.InRealTime(), voxtest.Lenient(), voxtest.AnsweredBy(voxhook.AnsweredByHumanResidence))
		call.Press("1")
		call.Record(3 * time.Second)
		call.Dials().Busy()
		call.Press("1")
		call.Hears("Once more.")
		call.StaySilent()
		call.HungUp()
		assert.Empty(t, call.Warnings())
		for _, h := range call.Heard() {
			lines = append(lines, "hears "+h.Text)
		}
	})
	return lines
}

// Each platform differs from the others. The golden file shows the requests of
// the documented platform, and how those of the others differ.
func TestPlatformsDiffer(t *testing.T) {
	var all strings.Builder
	documented := callReception(t, voxtest.Option{})
	seen := map[string]string{}
	for _, r := range voxtest.Readings {
		got := callReception(t, r.Option())
		slices.Sort(got)
		whole := strings.Join(got, "\n")
		assert.Empty(t, seen[whole], "platform %s works like another one", r.Name())
		seen[whole] = r.Name()
		fmt.Fprintf(&all, "# %s\n", r.Name())
		if len(seen) == 1 {
			all.WriteString(strings.Join(documented, "\n") + "\n")
			continue
		}
		for _, line := range documented {
			if i := slices.Index(got, line); i >= 0 {
				got = slices.Delete(got, i, i+1)
			} else {
				fmt.Fprintf(&all, "- %s\n", line)
			}
		}
		for _, line := range got {
			fmt.Fprintf(&all, "+ %s\n", line)
		}
	}
	golden(t, "testdata/platforms.txt", all.String())
}

// golden compares a text with a file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// A menu of fixed documents works on every platform.
func TestPlatforms(t *testing.T) {
	ran := 0
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		call := dial(hours, "/voice", voxtest.From("+14025550142"))
		call.Press("2")
		call.Hears("We are open")
		call.HungUp()
		ran++
	})
	assert.Len(t, voxtest.Readings, ran)
}

// Test a menu on each platform.
func ExamplePlatforms() {
	testMenu := func(t *testing.T) {
		voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
			call := dial(hours, "/voice")
			call.Press("2")
			call.Hears("We are open")
			call.HungUp()
		})
	}
	_ = testMenu // func TestMenu
}
