package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const payment = `<Pay action="/paid" chargeAmount="10.00" postalCode="false"/>`

// paid is an app that wants to be paid.
var paid = app{"/voice": payment, "/paid": "<Hangup/>"}

// Keys pressed at a Pay are neither shown nor recorded, whatever way they are
// typed in, but for those of test cards.
func TestSecrets(t *testing.T) {
	const real = "4539578763621486" // valid, and no known test number
	spaced := "4539 5787-6362 1486"
	file := filepath.Join(t.TempDir(), "call.txt")
	stdin := strings.Join([]string{
		spaced[:9] + "x", "/say " + real, "/" + real, "/speak " + real, "/answer 5s " + real, // do not fit
		spaced + "#", "1230#", "987#",
	}, "\n")
	url := paid.start(t) // with a port, which could look like one of the numbers
	out, errs, code := phoneCall(stdin, "-sid", "1", "-record", file, url)
	assert.Equal(t, exitOK, code)
	assert.Equal(t, 5, strings.Count(out, "> words\n"), out)
	assert.Contains(t, out, "> 17 keys\n")
	assert.Contains(t, out, "> 5 keys\n")
	assert.Contains(t, out, "> 4 keys\n")
	assert.Contains(t, out, "payment 10.00 usd")
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(recorded), "# 17 keys were pressed here; put those of a test number in their place\nentered payment card number (ok)\n")
	assert.Contains(t, string(recorded), "# 5 keys were pressed here")
	assert.Contains(t, string(recorded), "# 4 keys were pressed here")
	assert.NotContains(t, string(recorded), ">")
	for _, secret := range []string{real, real[:8], spaced[:9], "1230", "987"} {
		assert.NotContains(t, strings.ReplaceAll(out+errs+string(recorded), url, ""), secret)
	}

	// With all requests shown, neither.
	shown, _, _ := phoneCall(stdin, "-v", paid.start(t))
	assert.Contains(t, shown, "PaymentCardNumber=xxxxxxxxxxxx1486")
	assert.NotContains(t, shown, real[:12])

	// The script cannot be played before the keys are put in.
	_, errs, code = phoneCall("", "-script", file)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errs, "call.txt:4: keys were left out here: put those of a test number in place of the comment")
}

func TestHarmless(t *testing.T) {
	tests := []struct {
		name, doc, stdin string
		recorded         []string
	}{
		{"test card", payment, "4111 1111 1111 1111#\n1230#\n987\n", []string{"4111111111111111#", "1230#", "987"}},
		{"waiting", payment, "/wait 2s\n4111111111111111#\n1230#\n", []string{"/wait 2s", "4111111111111111#", "1230#"}},
		{"another card at the next step", payment, "4111111111111111#\n4539578763621486#\n1230#453957876362#\n987\n", []string{"4111111111111111#", "987"}},
		{"a postal code that is none", `<Pay securityCode="false"/>`, "4111111111111111#\n1230#\n453957876362\n4539578763\n", []string{"4111111111111111#", "1230#", "4539578763"}},
		{"typing error", payment, "4111#\n4111111111111111#\n1230#\n987#\n", []string{"4111#", "4111111111111111#", "1230#", "987#"}},
		{"test card after another", payment, "4539578763621487#\n4111111111111111#\n1230#\n", []string{"4111111111111111#", "1230#"}},
		{"all at once", payment, "4111111111111111#1230#987#\n", nil},
		{"silence and star", payment, "\n*\n", []string{"", "*"}},
		{"bank", `<Pay paymentMethod="ach-debit"/>`, "110000000#\n000123456789#\n", []string{"110000000#", "000123456789#"}},
		{"a card in two lines", payment, "45395787\n63621486#\n", nil},
		{"a test card in two lines", payment, "41111111\n11111111#\n", []string{"41111111", "11111111#"}},
		{"a card in two lines at another step", payment, "4111111111111111#\n45395787#\n63621486#\n", []string{"4111111111111111#"}},
		{"a card at a Gather", "<Gather/>", "4539578763621486#\n", nil},
		{"a test card at a Gather", "<Gather/>", "4111111111111111#\n", []string{"4111111111111111#"}},
		{"a phone number at a Gather", "<Gather/>", "14025550100#\n", []string{"14025550100#"}},
		{"a card at two Gathers", "<Gather/><Gather/>", "45395787#\n63621486#\n", nil},
		{"a card at four Gathers", "<Gather/><Gather/><Gather/><Gather/><Gather/>", "5#\n4539\n5787\n6362#\n1486#\n", []string{"5#"}},
		{"its code after it", "<Gather/><Gather/><Gather/>", "4539578763621486#\n987#\n12#\n", []string{"12#"}},
		{"a card at a Record", "<Record/>", "/speak 3s 4539578763621486#\n", nil},
		{"a card in words", `<Gather input="speech"/><Gather input="speech"/>`, "it is 4539 5787 6362 1486\nit is 4111 1111-1111 1111\n", []string{"it is 4111 1111-1111 1111"}},
		{"at a Gather after a failed Pay", `<Pay maxAttempts="1"/><Gather/><Gather/><Gather/>`, "45395\n78763621486#\n1230#\n7#\n", []string{"7#"}},
		{"at a Gather after a Pay by test card", `<Pay securityCode="false" postalCode="false"/><Gather/><Gather/>`, "4111111111111111#\n1230#\n9876543#\n1#\n", []string{"4111111111111111#", "1230#", "1#"}},
		{"another account", `<Pay paymentMethod="ach-debit"/>`, "110000000#\n123#\n9876543#\n", []string{"110000000#", "123#"}},
		{"another account in parts", `<Pay paymentMethod="ach-debit" maxAttempts="3"/>`, "110000000#\n987#\n654#\n", []string{"110000000#"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "call.txt")
			_, _, code := phoneCall(tt.stdin, "-record", file, app{"/voice": tt.doc, "/paid": ""}.start(t))
			assert.Equal(t, exitOK, code)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, tt.recorded, inputs(string(text)))
			assert.Contains(t, string(text), "\nended: ", "the whole call is there")
			if _, errs, code := phoneCall("", "-script", file); code != exitOK {
				assert.Contains(t, errs, "keys were left out here")
			}
		})
	}
}

// What the app says is recorded without card numbers, and can still be played.
func TestRecordOfCardsThatAreSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	url := app{"/voice": "<Say>You entered 4539 5787 6362 1486, not 4111111111111111. Call +14025550100.</Say>"}.start(t)
	_, _, code := phoneCall("", "-record", file, url)
	assert.Equal(t, exitOK, code)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), "\nhears \"You entered ..., not 4111111111111111. Call +14025550100.\"\n")
	_, errs, code := phoneCall("", "-script", file)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}

// A call whose app plays the recording is the same in every run, although the
// recordings are at another port.
func TestRecordOfRecordings(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		doc := `<Record action="/voice"/>`
		if at := r.FormValue("RecordingUrl"); at != "" {
			doc = "<Play>" + strings.ReplaceAll(at, "&", "&amp;") + "</Play><Hangup/>"
		}
		_, _ = io.WriteString(w, "<Response>"+doc+"</Response>")
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "call.txt")
	out, _, code := phoneCall("\n", "-record", file, s.URL)
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, "plays http://127.0.0.1:", "a person can fetch it")
	_, errs, code := phoneCall("", "-script", file)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}

// inputs returns what is typed in a script, but for a /hangup.
func inputs(text string) (all []string) {
	for line := range strings.Lines(text) {
		if typed, ok := strings.CutPrefix(line, ">"); ok && typed != " /hangup\n" {
			all = append(all, strings.TrimSpace(typed))
		}
	}
	return all
}

// No text of an app gets to the terminal as it is, nor to a file.
func TestNoControlCharacters(t *testing.T) {
	const bad = "\u009b31m\u202e\u2028\u200b"
	url := app{
		"/voice": `<Set output="v` + bad + `">x` + bad + `</Set><Say voice="` + bad + `">a` + bad + "</Say><Play>" + bad + "</Play>" +
			"<Foo" + "/>" + `<Gather language="` + bad + `" input="speech"><Say>b&#x9b;</Say></Gather>` +
			`<Dial callerId="` + bad + `"><Number>` + bad + `</Number></Dial><Redirect>/none?` + bad + `</Redirect>`,
	}.start(t)
	file := filepath.Join(t.TempDir(), "call"+".txt")
	for _, args := range [][]string{{"-v", "-record", file, url}, {url}} {
		var out, errs bytes.Buffer
		stdin := strings.NewReader("/vars\nhello\x1b[31m\n/foo\x1b[31m\n\x1b\n/busy\n")
		s := &screen{w: &out, prompts: true, color: false}
		code := runOn(context.Background(), args, stdin, s, &errs)
		assert.Equal(t, exitAppFailed, code)
		recorded, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, r := range out.String() + errs.String() + string(recorded) {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Fatalf("%U in\n%q", r, out.String())
			}
		}
		assert.Contains(t, out.String(), "\uFFFD31m\uFFFD\uFFFD\uFFFD")
	}
}

func TestTerminal(t *testing.T) {
	var out bytes.Buffer
	s := &screen{w: &out, prompts: true, color: true, erases: true}
	code := runOn(context.Background(), []string{app{"/voice": `<Say voice="Polly.Amy">Hi</Say>` + payment, "/paid": ""}.start(t)}, strings.NewReader("hello\n4111111111111111#\n"), s, io.Discard)
	assert.Equal(t, exitOK, code)
	lines := strings.SplitN(out.String(), "\n", 4)
	assert.Regexp(t, `^Calling http://127\.0\.0\.1:\d+/voice\. /help shows`, lines[0])
	assert.Equal(t, "", lines[1])
	assert.Equal(t, "\x1b[2m 0:00.0  \x1b[0manswered", lines[2])
	assert.Contains(t, lines[3], "\x1b[2m 0:00.0  \x1b[0mhears \x1b[1m\"Hi\"\x1b[0m (Polly.Amy)\n")
	assert.Contains(t, lines[3], "         Asking for the payment card number, attempt 1 of 2.\n         Type the digits of a test number, and #; an empty line is silence; /hangup.\n"+
		"> \x1b[1A\r\x1b[2K> words\n         the app is asking for keys only: type digits, and # at the end\n")
	assert.Contains(t, lines[3], "> \x1b[1A\r\x1b[2K> 17 keys\n")
	assert.NotContains(t, lines[3], "4111")
	assert.Contains(t, lines[3], "> \n\x1b[2m 0:") // the end of the input

	out.Reset()
	s.erases = false
	runOn(context.Background(), nil, strings.NewReader("/hangup\n"), s, io.Discard)
	assert.Contains(t, out.String(), "Calling the built-in demo. ")
	assert.NotContains(t, out.String(), "> /hangup") // the terminal shows it
}

func TestNewScreen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("opens a Linux terminal")
	}
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	defer terminal.Close()
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	defer file.Close()
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()

	assert.Equal(t, &screen{w: terminal, prompts: true, color: true, erases: true}, newScreen(terminal, terminal))
	assert.Equal(t, &screen{w: terminal, color: true}, newScreen(strings.NewReader(""), terminal))
	assert.Equal(t, &screen{w: terminal, color: true}, newScreen(null, terminal))
	assert.Equal(t, &screen{w: file}, newScreen(terminal, file))
	assert.Equal(t, &screen{w: null}, newScreen(terminal, null))
	require.NoError(t, file.Close())
	assert.Equal(t, &screen{w: file}, newScreen(terminal, file))

	t.Setenv("NO_COLOR", "1")
	assert.Equal(t, &screen{w: terminal, prompts: true, erases: true}, newScreen(terminal, terminal))
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "dumb")
	assert.Equal(t, &screen{w: terminal, prompts: true}, newScreen(terminal, terminal))
}

// A hook is a writer that calls do once it is given a text.
type hook struct {
	shown bytes.Buffer
	text  string
	do    func()
}

func (h *hook) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(h.text)) {
		h.do()
	}
	return h.shown.Write(p)
}

// A signal hangs up, while voxphone waits for a line and while the app speaks.
// The app is told, and the call is recorded.
func TestSignal(t *testing.T) {
	for text, last := range map[string]string{
		"> ":                        "hears \"To leave a message, press 3 or say message.\"\n...\n",
		"hears \"For sales, press ": "hears \"For sales, press 1 or say sales.\"\n",
	} {
		file := filepath.Join(t.TempDir(), "call.txt")
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stdin, typing := io.Pipe() // nobody types
			defer typing.Close()
			out := &hook{text: text, do: cancel}
			args := []string{"-v", "-status", "/voice/status", "-record", file}
			code := runOn(ctx, args, stdin, &screen{w: out, prompts: true}, io.Discard)
			assert.Equal(t, exitOK, code)
			assert.Contains(t, out.shown.String(), "ended: the caller hung up\n")
			assert.Contains(t, out.shown.String(), "CallStatus=completed")
		})
		recorded, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.True(t, strings.HasSuffix(string(recorded), last+"> /hangup\nended: the caller hung up\n"), string(recorded))

		_, errs, code := phoneCall("", "-script", file)
		assert.Empty(t, errs)
		assert.Equal(t, exitOK, code)
	}
}

func TestSignalBeforeTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	assert.Equal(t, exitOK, run(ctx, nil, strings.NewReader("1\n"), &out, io.Discard))
	assert.Equal(t, " 0:00.0  ended: the caller hung up\n", out.String())
}

// An app that hangs does not keep somebody who wants to go: not when it is
// called, not at a later document. The end of the call is still reported.
func TestSignalWhileTheAppHangs(t *testing.T) {
	for path, inputs := range map[string]string{"/voice": "> /hangup\n", "/hangs": "answered\n> 1\n> /hangup\n"} {
		t.Run(path, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var hangs atomic.Bool
			hangs.Store(true)
			reported := make(chan string, 1)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm() // the whole body, so that the server sees when the client goes
				switch {
				case r.URL.Path == "/status":
					reported <- r.Form.Get("CallStatus")
				case r.URL.Path == path && hangs.Load():
					cancel()
					<-r.Context().Done()
				default:
					w.Header().Set("Content-Type", "application/xml")
					_, _ = io.WriteString(w, `<Response><Gather numDigits="1" action="/hangs"/><Hangup/></Response>`)
				}
			}))
			defer s.Close()
			file := filepath.Join(t.TempDir(), "call.txt")
			args := []string{"-record", file, "-status", "/status", s.URL + "/voice"}
			var out, errs bytes.Buffer
			code := run(ctx, args, strings.NewReader("1\n"), &out, &errs)
			assert.Equal(t, exitOK, code)
			assert.Contains(t, out.String(), "ended: the caller hung up\n")
			assert.NotContains(t, out.String(), "attempt 2")
			assert.Empty(t, errs.String())
			assert.Equal(t, "completed", <-reported)

			recorded, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.True(t, strings.HasSuffix(string(recorded), inputs+"ended: the caller hung up\n"), string(recorded))
			hangs.Store(false) // once the app is mended, the same call can be made
			_, differs, code := phoneCall("", "-script", file)
			assert.Empty(t, differs)
			assert.Equal(t, exitOK, code)
		})
	}
}

// A person is told at once that a request got no answer.
func TestTryingAgain(t *testing.T) {
	for _, prompts := range []bool{true, false} {
		var calls atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch calls.Add(1) {
			case 1:
				panic(http.ErrAbortHandler)
			case 2:
				http.Error(w, "busy", http.StatusServiceUnavailable) // which is an answer
			default:
				_, _ = io.WriteString(w, "<Response><Hangup/></Response>")
			}
		}))
		var out bytes.Buffer
		code := runOn(t.Context(), []string{s.URL}, strings.NewReader(""), &screen{w: &out, prompts: prompts}, io.Discard)
		s.Close()
		assert.Equal(t, exitOK, code)
		if prompts {
			assert.Contains(t, out.String(), "hangs up.\n\n         no answer: EOF; trying again\n 0:00.0  POST ")
		}
		assert.Equal(t, prompts, strings.Contains(out.String(), "trying again"))
		assert.LessOrEqual(t, strings.Count(out.String(), "trying again"), 1)
	}
}

// A line may be long. One that is too long is not passed over in silence.
func TestLongLines(t *testing.T) {
	const speech = `<Gather input="speech"/><Hangup/>`
	for _, prompts := range []bool{true, false} {
		for _, tt := range []struct {
			line, want string
		}{
			{strings.Repeat("x", 1<<20), "ended: the app hung up\n"},
			{strings.Repeat("x", 1<<20) + "\n", "ended: the app hung up\n"},
			{strings.Repeat("x", 1<<20+1), "\n         the line is too long\n 0:00.0  ended: the caller hung up\n"},
			{strings.Repeat("x", 1<<21) + "\n1\n", "\n         the line is too long\n 0:00.0  ended: the caller hung up\n"},
		} {
			var out bytes.Buffer
			args := []string{app{"/voice": speech}.start(t)}
			code := runOn(t.Context(), args, strings.NewReader(tt.line), &screen{w: &out, prompts: prompts}, io.Discard)
			shown := out.String()
			assert.True(t, strings.HasSuffix(shown, tt.want), "%.500q", shown[max(0, len(shown)-200):])
			assert.Equal(t, exitOK, code)
		}
	}
}
