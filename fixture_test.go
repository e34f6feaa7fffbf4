package voxhook_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/wire"
)

var update = flag.Bool("update", false, "write the golden files in testdata")

// golden compares a file in testdata with the actual result. A wrong golden
// file is as bad as wrong code, so read the difference before you commit.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err, "to write the file, run go test . -update")
	require.Equal(t, string(want), got)
}

// goldenLines compares the lines of a file in testdata with the results of f.
// Each line has an input and, after " => ", the result. It skips comments.
func goldenLines(t *testing.T, name string, f func(input string) string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	var got strings.Builder
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		if line != "" && line[0] != '#' {
			line += " => " + f(line)
		}
		fmt.Fprintln(&got, line)
	}
	golden(t, name, got.String())
}

// readFixture returns the raw request in testdata/name.
func readFixture(t testing.TB, name string) *http.Request {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	require.NoError(t, err)
	return r
}

// fixtures returns the names of the raw requests in testdata.
func fixtures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.http")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, file := range files {
		files[i] = filepath.Base(file)
	}
	return files
}

// describe returns the kind of an event and a line for each non-zero field.
func describe(ev voxhook.Event) string {
	var b strings.Builder
	fmt.Fprintln(&b, ev.Kind())
	v := reflect.ValueOf(ev).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if tag := f.Tag.Get("schema"); tag == "" || tag == "-" {
			continue
		}
		switch value := v.FieldByIndex(f.Index); x := value.Interface().(type) {
		case time.Time:
			if !x.IsZero() {
				fmt.Fprintf(&b, "%s: %s\n", f.Name, x.Format(time.RFC3339Nano))
			}
		case voxhook.Vars:
			for _, name := range slices.Sorted(maps.Keys(x)) {
				fmt.Fprintf(&b, "%s[%q]: %q\n", f.Name, name, x[name])
			}
		default:
			switch {
			case value.IsZero():
			case value.Kind() == reflect.String:
				fmt.Fprintf(&b, "%s: %q\n", f.Name, value.String())
			default:
				fmt.Fprintf(&b, "%s: %v\n", f.Name, x)
			}
		}
	}
	for _, invalid := range ev.Webhook().Invalid {
		fmt.Fprintln(&b, "invalid:", invalid)
	}
	return b.String()
}

// Each raw request becomes the event in its golden file. The event survives
// when it is sent again: by both methods from its form, where undocumented
// parameters keep their values, and from the text that the error of MarshalJSON
// recommends to store.
func TestFixtures(t *testing.T) {
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			want, err := voxhook.Parse(readFixture(t, name))
			require.NoError(t, err)
			golden(t, strings.TrimSuffix(name, ".http")+".golden", describe(want))
			w := want.Webhook()
			raw, err := io.ReadAll(readFixture(t, name).Body)
			require.NoError(t, err)
			require.Equal(t, rawParams(t, string(raw), readFixture(t, name).URL.RawQuery), w.Params)
			for _, invalid := range w.Invalid {
				require.NotContains(t, invalid.Error(), w.Params.Get(invalid.Param))
			}
			again := whParse(t, whPost("/", w.Params.Values().Encode())).Webhook()
			assert.Equal(t, w.Params.Values(), again.Params.Values())
			assert.Equal(t, w.CallSid, again.CallSid)

			form := wire.Values(want)
			documented := parameters(want.Kind())
			for name, values := range w.Params.Values() {
				if _, ok := documented[name]; !ok && !isSign(name) {
					require.Equal(t, values, form[name], name)
				}
			}
			common, err := voxhook.Decode(readFixture(t, name))
			require.NoError(t, err)
			w.Forget()
			common.Forget()
			require.Equal(t, w, common)
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r, err := wire.NewRequest(method, "/voice", form)
				require.NoError(t, err)
				got := whParse(t, r)
				require.Empty(t, got.Webhook().Invalid)
				got.Webhook().Forget()
				require.Equal(t, want, got)
			}
		})
	}
}

// rawParams splits a body and a query without using the package.
func rawParams(t testing.TB, body, query string) (params voxhook.Params) {
	t.Helper()
	inBody := map[string]bool{}
	for i, text := range []string{body, query} {
		for pair := range strings.SplitSeq(text, "&") {
			if pair == "" {
				continue
			}
			key, value, _ := strings.Cut(pair, "=")
			name, err := url.QueryUnescape(key)
			require.NoError(t, err)
			value, err = url.QueryUnescape(value)
			require.NoError(t, err)
			if i == 0 || !inBody[name] {
				params = append(params, voxhook.Param{Name: name, Value: value})
			}
		}
		for _, p := range params {
			inBody[p.Name] = true
		}
	}
	return params
}

// The files are byte for byte what a platform would send, and there are files
// of both methods for each kind of event.
func TestFixtureBytes(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range fixtures(t) {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		assert.Equal(t, bytes.Count(raw, []byte("\n")), bytes.Count(raw, []byte("\r\n")), "%s: each line must end in CRLF", name)

		b := bufio.NewReader(bytes.NewReader(raw))
		r, err := http.ReadRequest(b)
		require.NoError(t, err, name)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err, "%s: the body is shorter than Content-Length", name)
		assert.Zero(t, b.Buffered(), "%s: there are bytes after the body", name)
		assert.Contains(t, name, "_"+strings.ToLower(r.Method)+".http")
		assert.Equal(t, r.Method == http.MethodPost, len(body) > 0 && r.ContentLength == int64(len(body)), name)
		seen[r.Method+" "+whParse(t, readFixture(t, name)).Kind().String()] = true
	}
	for _, kind := range voxhook.Kinds() {
		assert.Contains(t, seen, "GET "+kind.String())
		assert.Contains(t, seen, "POST "+kind.String())
	}
}
