package torture

import (
	"flag"
	"fmt"
	"hash/crc32"
	"maps"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

var update = flag.Bool("update", false, "write the results into testdata/requests.txt")

// gathered is a form with secrets.
const gathered = "CallSid=CA1&From=%2B14025559999&Digits=4111111111111111"

// A section of testdata/requests.txt turns its texts into requests.
type section struct {
	requests func(arg, text string) []string
	form     bool // the text is a form: Params must have its pairs
}

var sections = map[string]section{
	"form": {func(_, text string) []string {
		return []string{post(text), request("GET /voice?"+text, "", "")}
	}, true},
	"body": {func(_, text string) []string { return []string{post(text)} }, true},
	"value": {func(prefix, text string) []string {
		return []string{post("CallSid=CA1&" + prefix + url.QueryEscape(text))}
	}, false},
	"query": {func(body, text string) []string { return []string{request("POST /voice?"+text, formType, body)} }, false},
	"header": {func(name, text string) []string {
		return []string{request("POST /voice", name+text+"\r\n", gathered)}
	}, false},
	"method": {func(_, text string) []string { return []string{request(text+" /voice?"+gathered, formType, gathered)} }, false},
}

// requestsGroup sends the requests in testdata/requests.txt and compares their
// results. Each line of the file has quoted texts and, after the equals sign,
// their result. In a text, «x*9» means nine x. To write new results:
//
//	go test ./internal/torture -run Torture/requests -update
func requestsGroup(t *testing.T) {
	const file = "testdata/requests.txt"
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	type one struct{ section, text, result string }
	var cases []*one
	var b strings.Builder // the file with the actual results
	at := ""
	for line := range strings.Lines(string(raw)) {
		switch {
		case strings.HasPrefix(line, "["):
			at = strings.Trim(line, "[]\n")
			fallthrough
		case line == "\n", line[0] == '#':
			cases = append(cases, &one{result: line})
			continue
		}
		for !strings.HasPrefix(line, "= ") && line != "\n" {
			quoted, err := strconv.QuotedPrefix(line)
			require.NoError(t, err, line)
			cases = append(cases, &one{section: at, text: quoted})
			line = strings.TrimPrefix(line[len(quoted):], " ")
		}
	}
	each(t, slices.DeleteFunc(slices.Clone(cases), func(c *one) bool { return c.section == "" }),
		func(c *one) string { return c.section + " " + c.text[:min(len(c.text), 60)] },
		func(t *testing.T, c *one) { c.result = resultOf(t, c.section, c.text) })
	for i, c := range cases {
		if c.section == "" {
			b.WriteString(c.result)
			continue
		}
		b.WriteString(c.text)
		if next := cases[min(i+1, len(cases)-1)]; next != c && next.section == c.section && next.result == c.result &&
			b.Len()-strings.LastIndex(b.String(), "\n")+len(next.text) < 120 {
			b.WriteString(" ")
		} else {
			b.WriteString(" = " + c.result + "\n")
		}
	}
	if *update {
		raw = []byte(b.String())
		require.NoError(t, os.WriteFile(file, raw, 0o644))
	}
	assert.Equal(t, strings.Split(string(raw), "\n"), strings.Split(b.String(), "\n"), "to write the new results, run with -update")
}

var repetition = regexp.MustCompile(`(?s)«(.*?)\*(\d+)»`)

// unquoted returns the text that a quoted text of the file stands for.
func unquoted(t *testing.T, text string) string {
	t.Helper()
	text, err := strconv.Unquote(text)
	require.NoError(t, err)
	return repetition.ReplaceAllStringFunc(text, func(s string) string {
		m := repetition.FindStringSubmatch(s)
		n, err := strconv.Atoi(m[2])
		require.NoError(t, err)
		return strings.Repeat(m[1], n)
	})
}

// resultOf sends the requests of a text and returns their result.
func resultOf(t *testing.T, at, text string) string {
	t.Helper()
	text = unquoted(t, text)
	name, arg, _ := strings.Cut(at, " ")
	section, ok := sections[name]
	require.True(t, ok, "no such section: %q", at)
	arg, err := strconv.Unquote(`"` + arg + `"`)
	require.NoError(t, err)
	var results []string
	for _, in := range section.requests(arg, text) {
		s, answers := trial{in: []string{in}, half: true, want: []int{0}, closed: true}.run(t)
		require.Len(t, answers, 1)
		result := fmt.Sprint(answers[0].status)
		switch {
		case len(s.events) > 0:
			result += " " + describe(t, s.events[0])
			if section.form {
				assert.Equal(t, pairs(text), s.events[0].Webhook().Params)
			} else if name == "query" {
				result += " Params: " + clip(s.events[0].Webhook().Params.Values().Encode())
			}
		case len(s.outcomes) > 0:
			result += " " + strings.TrimPrefix(s.outcomes[0].Err.Error(), "voxhook: ")
		default:
			result += " of net/http"
		}
		results = append(results, result)
	}
	return strings.Join(slices.Compact(results), " | GET ")
}

// pairs returns the parameters of a text. Malformed pairs are kept as they are;
// their names are unescaped if possible.
func pairs(text string) (params voxhook.Params) {
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		rawName, raw, _ := strings.Cut(pair, "=")
		name, badName := url.QueryUnescape(rawName)
		value, bad := url.QueryUnescape(raw)
		if badName != nil {
			name = rawName
		}
		if badName != nil || bad != nil || strings.Contains(pair, ";") {
			value = raw
		}
		params = append(params, voxhook.Param{Name: name, Value: value})
	}
	return params
}

// describe returns the kind of an event, its non-zero fields, and its invalid
// parameters. It checks that Invalid holds no secret.
func describe(t *testing.T, ev voxhook.Event) string {
	t.Helper()
	b := []string{ev.Kind().String()}
	v := reflect.ValueOf(ev).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		value := v.FieldByIndex(f.Index)
		tag := f.Tag.Get("schema")
		if tag == "" || tag == "-" || value.IsZero() || f.Name == "CallSid" && value.String() == "CA1" {
			continue
		}
		text := fmt.Sprint(value)
		switch x := value.Interface().(type) {
		case time.Time:
			text = x.UTC().Format(time.RFC3339Nano)
		case voxhook.Vars:
			names := slices.Sorted(maps.Keys(x))
			for i, name := range names {
				names[i] = fmt.Sprintf("%+q: %+q", name, x[name])
			}
			text = "{" + strings.Join(names, ", ") + "}"
		default:
			if value.Kind() == reflect.String {
				text = fmt.Sprintf("%+q", text)
			}
		}
		b = append(b, f.Name+"="+clip(text))
	}
	for _, p := range ev.Webhook().Invalid {
		noSecret(t, p.Error())
		b = append(b, "invalid: "+p.Param+" "+p.Err.Error())
	}
	return strings.Join(b, " ")
}

// clip returns a text. It shortens a long one to its beginning, size and
// checksum.
func clip(text string) string {
	if len(text) < 100 {
		return text
	}
	return fmt.Sprintf("%s… %d bytes %08x", text[:20], len(text), crc32.ChecksumIEEE([]byte(text)))
}
