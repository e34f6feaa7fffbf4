package voxhook_test

import (
	"go/ast"
	"go/doc"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

// See sections 1 and 2 of the protocol. Comparison ignores case, treats _ as -,
// and accepts one or two l. The word before the underscore decides between
// person and machine, so new values work.
func TestValues(t *testing.T) {
	for name, tt := range map[string]struct {
		is      func(string) bool
		yes, no []string
	}{
		"Ended": {func(s string) bool { return voxhook.CallStatus(s).Ended() },
			[]string{"completed", "failed", "busy", "no-answer", "canceled", "cancelled", "no_answer", "Completed", "NO-ANSWER", "Cancelled"},
			[]string{"queued", "initiated", "ringing", "in-progress", "answered", "", "over", "complete"}},
		"Human": {func(s string) bool { return voxhook.AnsweredBy(s).Human() },
			[]string{"human", "human_residence", "human_business", "Human_Mobile"},
			[]string{"machine", "machine_start", "fax", "unknown", "", "humanoid", "_human"}},
		"Machine": {func(s string) bool { return voxhook.AnsweredBy(s).Machine() },
			[]string{"machine", "machine_start", "machine_end_beep", "Machine_new"},
			[]string{"human", "human_residence", "fax", "unknown", "", "machines", "_machine"}},
		"Answered": {func(s string) bool { return voxhook.DialStatus(s).Answered() },
			[]string{"completed", "answered", "Completed"},
			[]string{"busy", "no-answer", "failed", "canceled", "", "new"}},
		"Withheld": {func(s string) bool { return (&voxhook.VoiceWebhook{From: s}).Withheld() },
			[]string{"", "anonymous", "Anonymous", "restricted", "PRIVATE", "unavailable", "unknown", "+266696687", " anonymous", "266696687"},
			[]string{"+14025550100", "14025550100", "sip:alice@example.com", "+2666966870", "anonymous caller"}},
	} {
		for _, value := range tt.yes {
			assert.True(t, tt.is(value), "%s: %s", name, value)
		}
		for _, value := range tt.no {
			assert.False(t, tt.is(value), "%s: %s", name, value)
		}
	}
}

// Known returns true for the constants of a type in the source, and false for
// all other values.
func TestKnown(t *testing.T) {
	known := map[string]func(string) bool{
		"CallStatus": func(s string) bool { return voxhook.CallStatus(s).Known() },
		"Direction":  func(s string) bool { return voxhook.Direction(s).Known() },
		"AnsweredBy": func(s string) bool { return voxhook.AnsweredBy(s).Known() },
		"DialStatus": func(s string) bool { return voxhook.DialStatus(s).Known() },
		"PayOutcome": func(s string) bool { return voxhook.PayOutcome(s).Known() },
	}
	fset, files := docFiles(t, ".")
	p, err := doc.NewFromFiles(fset, files, "voxhook")
	require.NoError(t, err)
	for _, typ := range p.Types {
		if known[typ.Name] == nil {
			continue
		}
		var values []string
		for _, group := range typ.Consts {
			for _, spec := range group.Decl.Specs {
				value, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				values = append(values, value)
				assert.True(t, known[typ.Name](value), "%s %s", typ.Name, value)
			}
		}
		require.NotEmpty(t, values, typ.Name)
		for _, value := range []string{"", "Completed", "in", "Human", "new", "Success", values[0] + "x"} {
			assert.False(t, known[typ.Name](value), "%s %s", typ.Name, value)
		}
	}
}
