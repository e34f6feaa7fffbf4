package sim_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A table is a table of calls in a file of testdata/tables. A blank line ends
// it. A line that begins with # is a comment, and a line that begins with two
// spaces continues the line before. A table begins with
//
//	/PATH VERBS     the document at a path; {column} is replaced by a cell
//	with WORDS      changes to each Config; see configs
//	= COLUMN | …    the names of the columns
//
// The columns script, with, set, error, look and want are explained at
// [table.call], and the column attribute at TestTables. Any other column is a
// property with that name in looks, or a replacement in the documents and in
// other cells. A cell - is empty. A column NAME=VALUE has the same value in all
// rows. A column that ends with ~ has a part of the property. @NAME is the text
// of a golden file.
type table struct {
	docs, with map[string]string
	columns    []string
	rows       []row
}

type row struct {
	name  string            // file and line
	cells map[string]string // by column
}

var cellBorder = regexp.MustCompile(`\s\|\s`)

// readTables reads all tables.
func readTables(t testing.TB) (all []*table) {
	t.Helper()
	files, err := filepath.Glob("testdata/tables/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var now *table
		number := 1
		for line := range strings.SplitSeq(strings.ReplaceAll(string(text), "\n  ", " \x00"), "\n") {
			name := fmt.Sprintf("%s:%d", filepath.Base(file), number)
			number += 1 + strings.Count(line, "\x00")
			line = strings.ReplaceAll(line, "\x00", "")
			if line == "" {
				now = nil
			}
			if line == "" || line[0] == '#' {
				continue
			}
			if now == nil {
				now = &table{docs: map[string]string{}, with: map[string]string{}}
				all = append(all, now)
			}
			now.add(t, name, line)
		}
	}
	return all
}

// add adds a line.
func (tab *table) add(t testing.TB, name, line string) {
	t.Helper()
	first, rest, _ := strings.Cut(line, " ")
	switch {
	case first == "=":
		tab.columns = cellBorder.Split(rest, -1)
	case tab.columns != nil:
		r := row{name, map[string]string{}}
		cells := cellBorder.Split(line, -1)
		for _, column := range tab.columns {
			if column, value, ok := strings.Cut(column, "="); ok {
				r.cells[column] = value
				continue
			}
			require.NotEmpty(t, cells, "%s: cells are missing", name)
			if r.cells[column] = strings.TrimSpace(cells[0]); r.cells[column] == "-" {
				r.cells[column] = ""
			}
			cells = cells[1:]
		}
		require.Empty(t, cells, "%s: too many cells", name)
		tab.rows = append(tab.rows, r)
	case first == "with":
		tab.with["with"] = rest
	default:
		require.True(t, strings.HasPrefix(first, "/"), "%s: %s", name, line)
		tab.docs[first] = rest
	}
}

var repeated = regexp.MustCompile(`\{(\d+)\*([^}]*)\}`)

// fill replaces columns in braces, and replaces {3*a} with aaa.
func (r row) fill(text string) string {
	for range 2 { // a cell may contain another cell
		for column, cell := range r.cells {
			text = strings.ReplaceAll(text, "{"+column+"}", cell)
		}
	}
	return repeated.ReplaceAllStringFunc(text, func(s string) string {
		m := repeated.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[1])
		return strings.Repeat(m[2], n)
	})
}

// TestTables makes the calls of all tables. A row with a column attribute makes
// two calls, with and without the attribute.
func TestTables(t *testing.T) {
	for _, tab := range readTables(t) {
		for _, r := range tab.rows {
			t.Run(r.name, func(t *testing.T) {
				if attribute, ok := r.cells["attribute"]; ok { // with the attribute and without it
					element, attr, _ := strings.Cut(attribute, " ")
					name, value, _ := strings.Cut(attr, "=")
					require.Contains(t, r.cells["doc"], "<"+element+"@", "the document must have the element with @ in place of attributes")
					require.NotEqual(t, r.cells["with it"], r.cells["without"], "the attribute must make a difference")
					doc := r.cells["doc"]
					r.cells["doc"], r.cells["want"] = strings.ReplaceAll(doc, "@", fmt.Sprintf(" %s=%q", name, value)), r.cells["with it"]
					tab.call(t, r, false)
					r.cells["doc"], r.cells["want"] = strings.ReplaceAll(doc, "@", ""), r.cells["without"]
				}
				tab.call(t, r, false)
				if slices.Contains(strings.Fields(tab.with["with"]), "real") { // call it as a handler and as a server
					tab.call(t, r, true)
				}
			})
		}
	}
}

// begin begins the call of a row.
func (tab *table) begin(t *testing.T, r row, real bool) *sim.Call {
	return begin(t, tab.app(r), func(cfg *sim.Config) {
		for _, word := range strings.Fields(tab.with["with"] + " " + r.fill(r.cells["with"])) {
			name, value, _ := strings.Cut(word, "=")
			if change := configs[name]; change != nil {
				change(cfg, value)
			} else {
				require.Equal(t, "real", name)
			}
		}
		if set := r.cells["set"]; set != "" { // the variables of the call
			require.NoError(t, json.Unmarshal([]byte(set), &cfg.Webhook.Vars))
		}
		if real {
			server := httptest.NewServer(tab.app(r))
			t.Cleanup(server.Close)
			cfg.App, cfg.URL = server.Client(), server.URL
		}
	})
}

// call makes the call of a row, with the configs of the column with, the
// variables of the column set, and the acts of the column script (see play).
// Then it compares the last error with the column error, and the property named
// in the column look with the column want. @NAME is the text of a golden file.
func (tab *table) call(t *testing.T, r row, real bool) {
	c := tab.begin(t, r, real)
	err := play(t, c, r.fill(r.cells["script"]))
	if why := r.cells["error"]; why != "" {
		require.ErrorContains(t, err, why)
	} else if _, ok := r.cells["error"]; ok {
		require.NoError(t, err)
	}
	for column, want := range r.cells {
		column, part := strings.CutSuffix(column, "~")
		if column == "want" {
			column = r.cells["look"]
		}
		see := looks(column)
		if see == nil {
			require.True(t, tab.uses(column), "nothing is named %s", column)
			continue
		}
		got := strings.TrimSpace(see(c))
		if name, ok := strings.CutPrefix(want, "@"); ok {
			golden(t, name, see(c))
			continue
		}
		if want = r.fill(want); part && strings.Contains(got, want) {
			continue
		}
		if got != want {
			require.Equal(t, want, got, "%s\n%.4000s", column, c.Transcript())
		}
	}
	if _, ok := r.cells["transcript"]; ok {
		requireReplay(t, c, tab.begin(t, r, real))
	}
	requireSound(t, c)
}

// A table has each attribute that package voxml supports.
func TestEveryAttribute(t *testing.T) {
	covered := map[string]bool{}
	for _, tab := range readTables(t) {
		for _, r := range tab.rows {
			attribute, _, _ := strings.Cut(r.cells["attribute"], "=")
			covered[attribute] = true
		}
	}
	text, err := os.ReadFile("../../voxml/testdata/attributes.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		names := strings.Fields(line)
		for _, name := range names[1:] {
			require.True(t, covered[names[0]+" "+name] || name == "#text", "%s of %s is in no table", name, names[0])
		}
	}
}

// uses reports whether a column has a purpose other than comparison.
func (tab *table) uses(column string) bool {
	used := slices.Contains([]string{"name", "script", "with", "error", "look", "set", "attribute", "with it", "without"}, column)
	for _, text := range tab.docs {
		used = used || strings.Contains(text, "{"+column+"}")
	}
	for _, r := range tab.rows {
		for _, text := range r.cells {
			used = used || strings.Contains(text, "{"+column+"}")
		}
	}
	return used
}

// requireSound checks what holds for every call.
func requireSound(t testing.TB, c *sim.Call) {
	t.Helper()
	requireOrder(t, c)
	if len(c.Log()) > 500 { // longer logs take too much time
		return
	}
	transcript := c.Transcript()
	requirePrintable(t, transcript)
	require.LessOrEqual(t, strings.Count(transcript, "  answered\n"), 1)
	if c.End() != nil {
		requireEnded(t, c)
	}
	for _, x := range exchanges(c) {
		got := read(t, x)
		require.Equal(t, reflect.TypeOf(x.Event), reflect.TypeOf(got), x)
		require.Equal(t, x.Event.Webhook().Vars, got.Webhook().Vars, x)
	}
	if c.Charge() != nil || strings.Contains(transcript, "<Pay") {
		requireSecret(t, c)
	}
}

// app returns the app of a row. A document that begins with ! is a whole
// answer: !STATUS[xTIMES] [TYPE] BODY. After TIMES requests, the app says
// "good".
func (tab *table) app(r row) http.Handler {
	asked := map[string]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		doc := r.fill(tab.docs[req.URL.Path])
		raw, ok := strings.CutPrefix(doc, "!")
		if !ok {
			app{req.URL.Path: doc}.ServeHTTP(w, req)
			return
		}
		head, body, _ := strings.Cut(raw, " ")
		status, times, limited := strings.Cut(head, "x")
		most, _ := strconv.Atoi(times)
		if asked[req.URL.Path]++; limited && asked[req.URL.Path] > most {
			app{req.URL.Path: "<Say>good</Say>"}.ServeHTTP(w, req)
			return
		}
		kind, rest, _ := strings.Cut(body, " ")
		if !strings.Contains(kind, "/") && kind != ";" || strings.HasPrefix(kind, "<") {
			kind, rest = "application/xml", body
		}
		w.Header().Set("Content-Type", strings.ReplaceAll(kind, "_", " "))
		w.Header().Set("Location", "/elsewhere")
		code, err := strconv.Atoi(status)
		if err != nil {
			panic(doc)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, rest)
	})
}

// configs maps the words of a table's with to changes of a Config.
var configs = map[string]func(cfg *sim.Config, value string){
	"outbound":   func(cfg *sim.Config, status string) { outbound(cfg); cfg.StatusCallback = status },
	"status":     func(cfg *sim.Config, status string) { cfg.StatusCallback = status },
	"at":         func(cfg *sim.Config, url string) { cfg.URL = url },
	"method":     func(cfg *sim.Config, method string) { cfg.Method = voxml.Method(method) },
	"unanswered": func(cfg *sim.Config, why string) { cfg.Unanswered = voxhook.CallStatus(why) },
	"answeredBy": func(cfg *sim.Config, who string) { cfg.Webhook.AnsweredBy = voxhook.AnsweredBy(who) },
	"nested":     func(cfg *sim.Config, _ string) { cfg.NestedVars = true },
	"ahead":      func(cfg *sim.Config, _ string) { cfg.TypeAhead = true },
	"common": func(cfg *sim.Config, _ string) { // all common parameters except From
		cfg.NoFrom = true
		cfg.Webhook = voxhook.VoiceWebhook{
			CallSid: "c1", CallerName: "Jo", ParentCallSid: "p1", CallStatus: "queued",
			Geo: voxhook.Geo{FromCity: "OMAHA", FromState: "NE", FromZip: "68102", FromCountry: "US", ToCity: "LINCOLN", ToState: "NE", ToZip: "68501", ToCountry: "US"},
		}
	},
	"fail":    func(cfg *sim.Config, _ string) { cfg.FailRecordings = true },
	"retries": func(cfg *sim.Config, n string) { cfg.Retries, _ = strconv.Atoi(n) },
	"play":    func(cfg *sim.Config, d string) { cfg.PlayLength = span(d) },
	"city":    func(cfg *sim.Config, city string) { cfg.Webhook.FromCity = city },
	"start": func(cfg *sim.Config, at string) {
		start, err := time.Parse(time.RFC3339, at)
		if err != nil {
			panic(err)
		}
		cfg.Start = start
	},
}
