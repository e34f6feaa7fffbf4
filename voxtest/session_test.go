package voxtest_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestSessions plays the tests in testdata/sessions and compares their results.
// A file has one test after another:
//
//	# The name of the test
//	> Call company/menu lenient     an app, the URL, and options
//	> Dials +14025550111 | Busy     a method of the Phone, then one of the Leg
//	> | NoAnswer                    another method of the last Leg
//	> Script company play "..."     plays a script; with update, rewrites it
//	= en-GB                         the result of a method
//	  0:00.0  answered              the calls, without documents
//	! did not hear "x"              or the reason why the test fails
//
// A failure must point to the line of the test that calls the method. Its
// message has at most 30 lines and ends with the last lines of the call. Only
// failures.txt shows whole messages.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/sessions/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var played []string
		for part := range strings.SplitSeq(strings.TrimSuffix(string(text), "\n"), "\n\n# ") {
			name, _, _ := strings.Cut(strings.TrimPrefix(part, "# "), "\n")
			name = strings.TrimSuffix(filepath.Base(file), ".txt") + "/" + name
			t.Run(name, func(t *testing.T) {
				s := &session{f: newFakeT(), whole: filepath.Base(file) == "failures.txt"}
				got := s.play(t, part)
				if !*update {
					assert.Equal(t, part, got)
				}
				played = append(played, got)
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(strings.Join(played, "\n\n# ")+"\n"), 0o644))
		}
	}
}

type session struct {
	f      *fakeT
	whole  bool // show whole messages
	phones []*voxtest.Phone
	got    string         // the paths of the requests that the app received
	phone  *voxtest.Phone // the last phone; nil if its call could not be made
	leg    reflect.Value
	out    strings.Builder
}

// play runs a test and returns its text with the actual results.
func (s *session) play(t *testing.T, part string) string {
	before := *update
	*update = false // even while sessions are rewritten: a golden file may differ on purpose
	defer func() { *update = before }()
	for line := range strings.Lines(part + "\n") {
		step, ok := strings.CutPrefix(line, "> ")
		if ok && s.f.message == "" {
			s.out.WriteString(line)
			s.f.run(t, func() { s.step(t, step) })
		} else if s.out.Len() == 0 {
			s.out.WriteString(line)
		}
	}
	if s.f.message != "" {
		assert.True(t, s.phone == nil || strings.HasPrefix(s.f.where, "reflect."), "the failure points to %s, which is not marked as a helper", s.f.where)
	} else {
		s.f.end()
	}
	if s.f.message != "" {
		s.failed(t)
	} else {
		s.calls()
	}
	return strings.TrimSuffix(s.out.String(), "\n")
}

// calls writes the calls, without documents and without parameters that are the
// same in all calls.
func (s *session) calls() {
	for _, p := range s.phones {
		transcript := p.Transcript()
		for line := range strings.Lines(transcript) {
			switch text := strings.TrimSpace(line); {
			case strings.HasPrefix(text, "<"), strings.HasPrefix(text, "|"), text == "200 OK":
			default:
				line = strings.ReplaceAll(line, "AccountID=4021 ApiVersion=v0 ", "")
				s.out.WriteString(strings.ReplaceAll(line, " From=+14025550100 To=+14025550199 TrunkID=90001", " …"))
			}
		}
		if !strings.Contains(transcript, "  ended: ") {
			fmt.Fprintf(&s.out, "  after %v\n", p.Elapsed())
		}
	}
	if s.got != "" {
		s.out.WriteString("  the app got" + s.got + "\n")
	}
}

// failed writes the reason why the test failed.
func (s *session) failed(t *testing.T) {
	t.Helper()
	message := s.f.message
	if s.phone != nil {
		assert.LessOrEqual(t, strings.Count(message, "\n")+1, 30)
		assert.True(t, slices.ContainsFunc(s.phones, func(p *voxtest.Phone) bool {
			all := strings.SplitAfter(p.Transcript(), "\n")
			return strings.HasSuffix(message+"\n", strings.Join(all[max(0, len(all)-10):], ""))
		}), message)
	}
	if !s.whole {
		message, _, _ = strings.Cut(message, "\n\n")
	}
	for line := range strings.SplitSeq(message, "\n") {
		s.out.WriteString(strings.TrimSpace("! "+line) + "\n")
	}
}

// step calls a method of the phone, and then methods of what it returned.
func (s *session) step(t *testing.T, line string) {
	t.Helper()
	v := reflect.ValueOf(s.phone)
	for part := range strings.SplitSeq(" "+line, " | ") {
		words, err := script.SplitWords(part)
		require.NoError(t, err)
		switch {
		case len(words) == 0:
			v = s.leg
		case words[0] == "Call":
			s.dial(t, words[1], words[2:])
		case words[0] == "Script":
			s.script(t, words)
		default:
			v = s.method(t, v, words)
		}
	}
}

// method calls a method with arguments and writes its results.
func (s *session) method(t *testing.T, v reflect.Value, words []string) reflect.Value {
	t.Helper()
	m := v.MethodByName(words[0])
	require.True(t, m.IsValid(), words[0])
	var args []reflect.Value
	for i := range m.Type().NumIn() {
		in := m.Type().In(i)
		switch rest := words[min(1+i, len(words)):]; {
		case in.Kind() == reflect.Slice:
			for _, word := range rest {
				args = append(args, reflect.ValueOf(word))
			}
		case in.Kind() == reflect.Struct: // its fields are strings, each written as Name=text
			arg := reflect.New(in).Elem()
			for _, word := range rest {
				name, text, _ := strings.Cut(word, "=")
				arg.FieldByName(name).SetString(text)
			}
			args = append(args, arg)
		default:
			args = append(args, argument(t, in, rest[0]))
		}
	}
	for _, out := range m.Call(args) {
		if k := out.Kind(); (k == reflect.Interface || k == reflect.Slice) && out.IsNil() {
			s.out.WriteString("= nil\n")
			continue
		}
		switch out := out.Interface().(type) {
		case *voxtest.Leg:
			s.leg = reflect.ValueOf(out)
			return s.leg
		case voxtest.Heard:
			if out.Voice+out.Language != "" {
				fmt.Fprintf(&s.out, "= %s %s\n", out.Voice, out.Language)
			}
		case voxtest.Moment:
			fmt.Fprintf(&s.out, "= %s %T %s keys=%v speech=%v begun=%v rest=%v: %s\n",
				out.Turn, out.Verb, out.Place, out.Keys, out.Speech, out.Begun, out.Rest, out.Text)
		default:
			fmt.Fprintf(&s.out, "= %v\n", out)
		}
	}
	return reflect.Value{}
}

// argument converts a word to an argument of type in.
func argument(t *testing.T, in reflect.Type, word string) reflect.Value {
	t.Helper()
	arg := reflect.New(in).Elem()
	switch in.Kind() {
	case reflect.String:
		arg.SetString(word)
	case reflect.Float64:
		f, err := strconv.ParseFloat(word, 64)
		require.NoError(t, err)
		arg.SetFloat(f)
	default:
		d, err := time.ParseDuration(word)
		require.NoError(t, err)
		arg.SetInt(int64(d))
	}
	return arg
}

var sessionOptions = map[string]func(value string) voxtest.Option{
	"lenient":        func(string) voxtest.Option { return voxtest.Lenient() },
	"typeahead":      func(string) voxtest.Option { return voxtest.TypeAhead() },
	"from":           voxtest.From,
	"answered":       func(value string) voxtest.Option { return voxtest.AnsweredBy(voxhook.AnsweredBy(value)) },
	"failrecordings": func(string) voxtest.Option { return voxtest.FailRecordings() },
	"outbound":       voxtest.Outbound,
	"recordings":     voxtest.RecordingsAt,
	"unanswered":     func(value string) voxtest.Option { return voxtest.Unanswered(voxhook.CallStatus(value)) },
	"play": func(value string) voxtest.Option {
		d, _ := time.ParseDuration(value)
		return voxtest.PlayLength(d)
	},
	"recording": func(value string) voxtest.Option { return fault(voxhook.KindRecording, value) },
	"result":    func(value string) voxtest.Option { return fault(voxhook.KindRecordResult, value) },
	"retries": func(value string) voxtest.Option {
		n, _ := strconv.Atoi(value)
		return voxtest.Retries(n)
	},
}

// fault makes a fault, such as twice,drop, happen to the first webhook of a
// kind.
func fault(kind voxhook.Kind, words string) voxtest.Option {
	return voxtest.Faults(func(r *voxtest.Request) (f voxtest.Fault) {
		if r.Event.Kind() != kind || r.Attempt > 1 {
			return f
		}
		for word := range strings.SplitSeq(words, ",") {
			name, value, _ := strings.Cut(word, ":")
			switch name {
			case "twice":
				f.Twice = true
			case "drop":
				f.Drop = true
			case "delay":
				f.Delay, _ = time.ParseDuration(value)
			case "after":
				f.After, _ = strconv.Atoi(value)
			}
		}
		return f
	})
}

func (s *session) dial(t *testing.T, target string, words []string) {
	t.Helper()
	name, path, _ := strings.Cut(target, "/")
	app := s.app(t, name)
	s.phone = nil
	s.phone = voxtest.Call(s.f, app, "/"+path, optionsOf(t, words)...)
	s.phones = append(s.phones, s.phone)
}

func (s *session) app(t *testing.T, name string) http.Handler {
	t.Helper()
	switch name {
	case "company":
		return company
	case "clinic":
		return screened
	case "mistakes":
		return mistakes()
	case "mailbox":
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.got += " " + r.URL.Path
			mailbox.ServeHTTP(w, r)
		})
	}
	require.Equal(t, "nil", name)
	return nil
}

func optionsOf(t *testing.T, words []string) (options []voxtest.Option) {
	t.Helper()
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		require.Contains(t, sessionOptions, name)
		options = append(options, sessionOptions[name](value))
	}
	return options
}

// script plays a script and writes it if it was rewritten. After "Script", the
// words are the app, play or update, the script, and options.
func (s *session) script(t *testing.T, words []string) {
	t.Helper()
	t.Chdir(t.TempDir())
	before := words[3]
	require.NoError(t, os.WriteFile("call.txt", []byte(before), 0o600))
	s.f.run(t, func() {
		voxtest.PlayScript(s.f, s.app(t, words[1]), "call.txt", words[2] == "update", optionsOf(t, words[4:])...)
	})
	after, err := os.ReadFile("call.txt")
	require.NoError(t, err)
	if string(after) != before {
		fmt.Fprintf(&s.out, "= %q\n", after)
	}
}

// A fakeT is a test that may fail. Like a real one, it attributes a failure to
// the innermost function that is not a helper.
type fakeT struct {
	testing.TB // nil: a Phone needs only the methods below
	helpers    map[string]bool
	cleanups   []func()
	message    string
	where      string
}

func newFakeT() *fakeT { return &fakeT{helpers: map[string]bool{}} }

func (f *fakeT) Name() string { return "TestFake" }

func (f *fakeT) Cleanup(do func()) { f.cleanups = append(f.cleanups, do) }

func (f *fakeT) Failed() bool { return f.message != "" }

func (f *fakeT) Errorf(format string, args ...any) { f.message = fmt.Sprintf(format, args...) }

func (f *fakeT) Helper() {
	pc, _, _, _ := runtime.Caller(1)
	f.helpers[runtime.FuncForPC(pc).Name()] = true
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	pcs := make([]uintptr, 50)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for more := true; more; {
		var frame runtime.Frame
		if frame, more = frames.Next(); !f.helpers[frame.Function] {
			f.where = frame.Function
			break
		}
	}
	panic(f)
}

// run runs a part of the test until it fails or returns.
func (f *fakeT) run(t *testing.T, part func()) {
	t.Helper()
	defer func() {
		if v := recover(); v != nil {
			require.Equal(t, any(f), v)
		}
	}()
	part()
}

// end ends the test.
func (f *fakeT) end() {
	for _, do := range slices.Backward(f.cleanups) {
		do()
	}
}

// failure runs a test and returns its failure message, or "" if it passes.
func failure(t *testing.T, test func(t testing.TB)) string {
	t.Helper()
	f := newFakeT()
	f.run(t, func() { test(f) })
	if f.message == "" {
		f.end()
	}
	return f.message
}

// app returns an app that serves fixed documents.
func app(docs map[string]voxml.Response) http.Handler {
	mux := http.NewServeMux()
	for path, doc := range docs {
		mux.Handle(path, doc)
	}
	return mux
}

func say(text string) voxml.Say { return voxml.Say{Text: text} }
