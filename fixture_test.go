package voxhook_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
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

// describe returns the kind of an event and a line for each field that is not
// zero.
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

// Each raw request becomes the event in its golden file. A golden file that is
// wrong is as bad as wrong code: read the difference before you commit one.
func TestFixtures(t *testing.T) {
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			got, err := voxhook.Parse(readFixture(t, name))
			require.NoError(t, err)
			w := got.Webhook()
			require.Equal(t, rawParams(t, name), w.Params)
			for _, invalid := range w.Invalid {
				require.NotContains(t, invalid.Error(), w.Params.Get(invalid.Param))
			}

			golden := filepath.Join("testdata", strings.TrimSuffix(name, ".http")+".golden")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(describe(got)), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "go test . -update writes it")
			require.Equal(t, string(want), describe(got))

			common, err := voxhook.Decode(readFixture(t, name))
			require.NoError(t, err)
			w.Forget()
			common.Forget()
			require.Equal(t, w, common)
		})
	}
}

// rawParams splits the text of a fixture without the help of the package.
func rawParams(t testing.TB, name string) voxhook.Params {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	head, body, ok := strings.Cut(string(raw), "\r\n\r\n")
	require.True(t, ok)
	target := strings.Fields(head)[1]
	_, query, _ := strings.Cut(target, "?")

	var params voxhook.Params
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
			if i == 1 && inBody[name] {
				continue
			}
			params = append(params, voxhook.Param{Name: name, Value: value})
		}
		for _, p := range params {
			inBody[p.Name] = true
		}
	}
	return params
}

// The files are what a platform would send, byte for byte, and both methods
// are there for every kind of event.
func TestFixtureBytes(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range fixtures(t) {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		assert.Equal(t, bytes.Count(raw, []byte("\n")), bytes.Count(raw, []byte("\r\n")), "%s: CRLF", name)

		b := bufio.NewReader(bytes.NewReader(raw))
		r, err := http.ReadRequest(b)
		require.NoError(t, err, name)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err, "%s: Content-Length is more than the body", name)
		rest, err := io.ReadAll(b)
		require.NoError(t, err)
		assert.Empty(t, rest, "%s: after the body", name)
		assert.Contains(t, name, "_"+strings.ToLower(r.Method)+".http")
		if r.Method == http.MethodPost {
			assert.Equal(t, r.ContentLength, int64(len(body)), name)
			assert.NotEmpty(t, body, name)
		}
		ev, err := voxhook.Parse(readFixture(t, name))
		require.NoError(t, err)
		seen[r.Method+" "+ev.Kind().String()] = true
	}
	for _, kind := range voxhook.Kinds() {
		assert.Contains(t, seen, "GET "+kind.String())
		assert.Contains(t, seen, "POST "+kind.String())
	}
}

// Events go back into forms and come out of them as they were, by both
// methods. Parameters that this package does not know keep their values.
func TestRoundTrip(t *testing.T) {
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			want, err := voxhook.Parse(readFixture(t, name))
			require.NoError(t, err)
			form := wire.Values(want)
			documented := parameters(want.Kind())
			for name, values := range want.Webhook().Params.Values() {
				if _, ok := documented[name]; !ok && !isSign(name) {
					require.Equal(t, values, form[name], name)
				}
			}
			want.Webhook().Forget()
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r, err := wire.NewRequest(method, "/voice", form)
				require.NoError(t, err)
				got, err := voxhook.Parse(r)
				require.NoError(t, err)
				require.Empty(t, got.Webhook().Invalid)
				got.Webhook().Forget()
				require.Equal(t, want, got)
			}
		})
	}
}

// request returns a webhook with CallSid and the given pairs.
func request(method string, pairs ...string) *http.Request {
	form := "CallSid=c"
	for i := 0; i < len(pairs); i += 2 {
		form += "&" + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1])
	}
	if method == http.MethodGet {
		return httptest.NewRequest(method, "/voice?"+form, nil)
	}
	r := httptest.NewRequest(method, "/voice", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}
