package voxhook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tableRows are the names of every table, those in several tables repeated.
func tableRows() (rows []string) {
	for _, names := range [][]string{
		webhookTable.names(), statusChangeTable.names(), recordingTable.names(), dialTable.names(),
		gatherTable.names(), recordTable.names(), payTable.names(), payProgressTable.names(),
	} {
		rows = append(rows, names...)
	}
	return rows
}

func TestSlots(t *testing.T) {
	bySlot := map[uint8]string{}
	for _, name := range tableRows() {
		s := slot(name)
		if other, taken := bySlot[s]; taken {
			assert.Equal(t, other, name, "two names share slot %d", s)
		}
		bySlot[s] = name
		assert.Equal(t, name, documented[s].name)
	}
	for s, d := range documented {
		name := d.name
		assert.Equal(t, bySlot[uint8(s)], name, "slot %d holds what is in no table", s)
	}
}

func TestSignsAreDocumentedNames(t *testing.T) {
	seen := map[string]bool{}
	base := webhookTable.names()
	for _, s := range signs {
		for _, name := range s.names {
			assert.Equal(t, name, documented[slot(name)].name)
			assert.False(t, seen[name], "%s is in two lines", name)
			assert.NotContains(t, base, name, "all events have it")
			seen[name] = true
		}
	}
	for _, name := range tableRows() {
		inBase := false
		for _, b := range base {
			inBase = inBase || b == name
		}
		assert.True(t, inBase || seen[name], "%s tells nothing about the kind", name)
	}
}

// The table that the comment of Parse shows is the one that Parse uses.
func TestSignsAreInTheComment(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, parser.ParseComments)
	require.NoError(t, err)
	var comment string
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "Parse" {
			comment = fn.Doc.Text()
		}
	}
	require.NotEmpty(t, comment)
	kinds := map[string]kind{
		"*IncomingCall": incomingCall, "*DialResult": dialResult, "*GatherResult": gatherResult,
		"*RecordResult": recordResult, "*PayResult": payResult, "*StatusChange": statusChange,
		"*Recording": recording, "*PayProgress": payProgress,
	}
	type row struct {
		kind  kind
		names []string
	}
	var got []row
	var rest []string
	var names []string
	for line := range strings.Lines(comment) {
		if !strings.HasPrefix(line, "\t") {
			continue
		}
		line = strings.TrimSpace(line)
		text, event, whole := strings.Cut(line, "*")
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "none of these") {
			rest = append(rest, text+" *"+event)
			continue
		}
		require.Empty(t, rest, "a sign behind the last lines")
		for name := range strings.SplitSeq(strings.TrimSuffix(text, ","), ",") {
			names = append(names, strings.TrimSpace(name))
		}
		if whole {
			k, ok := kinds["*"+event]
			require.True(t, ok, event)
			got = append(got, row{k, names})
			names = nil
		}
	}
	assert.Empty(t, names, "names without a kind")
	var want []row
	for _, s := range signs {
		want = append(want, row{s.kind, s.names})
	}
	assert.Equal(t, want, got)
	assert.Equal(t, []string{
		"none of these, and CallStatus is one of a call that has ended *StatusChange",
		"none of these *IncomingCall",
	}, rest)
}

// What a slot buys over a map of the documented names.
func BenchmarkSlot(b *testing.B) {
	names := append(webhookTable.names(), "Unknown", "menu", "x")
	known := map[string]uint8{}
	for _, name := range tableRows() {
		known[name] = slot(name)
	}
	b.Run("slot", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for _, name := range names {
				if documented[slot(name)].name == name {
					n++
				}
			}
		}
		if n%20 != 0 {
			b.Fatal(n)
		}
	})
	b.Run("map", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for _, name := range names {
				if _, ok := known[name]; ok {
					n++
				}
			}
		}
		if n%20 != 0 {
			b.Fatal(n)
		}
	})
}
