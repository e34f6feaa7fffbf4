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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const payment = `<Pay action="/paid" chargeAmount="10.00" postalCode="false"/>`

// Keys of real cards are not recorded, however they are typed.
func TestHarmless(t *testing.T) {
	tests := []struct {
		name, doc, stdin string
		recorded         []string
	}{
		{"test card", payment, "4111 1111 1111 1111#\n1230#\n987\n", []string{"4111111111111111#", "1230#", "987"}},
		{"waiting", payment, "/wait 2s\n4111111111111111#\n1230#\n", []string{"/wait 2s", "4111111111111111#", "1230#"}},
		{"another card at the next step", payment, "4111111111111111#\n4539578763621486#\n1230#453957876362#\n987\n", []string{"4111111111111111#", "987"}},
		{"a card number as postal code", `<Pay securityCode="false"/>`, "4111111111111111#\n1230#\n453957876362\n4539578763\n",
			[]string{"4111111111111111#", "1230#", "4539578763"}},
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
		{"a card in words", `<Gather input="speech"/><Gather input="speech"/>`, "it is 4539 5787 6362 1486\nit is 4111 1111-1111 1111\n",
			[]string{"it is 4111 1111-1111 1111"}},
		{"at a Gather after a failed Pay", `<Pay maxAttempts="1"/><Gather/><Gather/><Gather/>`, "45395\n78763621486#\n1230#\n7#\n", []string{"7#"}},
		{"at a Gather after a Pay by test card", `<Pay securityCode="false" postalCode="false"/><Gather/><Gather/>`, "4111111111111111#\n1230#\n9876543#\n1#\n",
			[]string{"4111111111111111#", "1230#", "1#"}},
		{"another account", `<Pay paymentMethod="ach-debit"/>`, "110000000#\n123#\n9876543#\n", []string{"110000000#", "123#"}},
		{"another account in parts", `<Pay paymentMethod="ach-debit" maxAttempts="3"/>`, "110000000#\n987#\n654#\n", []string{"110000000#"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, file := record(t, tt.stdin, app{"/voice": {tt.doc}, "/paid": {""}}.start(t))
			var typed []string
			for line := range strings.Lines(text) {
				if in, ok := strings.CutPrefix(line, ">"); ok && in != " /hangup\n" {
					typed = append(typed, strings.TrimSpace(in))
				}
			}
			assert.Equal(t, tt.recorded, typed)
			assert.Contains(t, text, "\nended: ", "the script contains the whole call")
			if _, errs, code := phoneCall("", "-script", file); code != exitOK {
				assert.Contains(t, errs, "keys were left out here")
			}
		})
	}
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
	dumb := newScreen(terminal, terminal)
	assert.Equal(t, &screen{w: terminal, prompts: true}, dumb)
	var shown bytes.Buffer
	dumb.w = &shown
	dumb.hide("17 keys")
	assert.Empty(t, shown.String(), "the typed line stays on the screen")
}

// A hook is a writer that calls do when it receives a text.
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

// A signal hangs up, both while voxphone waits for a line and while the app
// speaks. The app is notified, and the call is recorded.
func TestSignal(t *testing.T) {
	for text, last := range map[string]string{
		"> ":                        "hears \"To leave a message, press 3 or say message.\"\n...\n",
		"hears \"For sales, press ": "hears \"For sales, press 1 or say sales.\"\n",
	} {
		file := filepath.Join(t.TempDir(), "call.txt")
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stdin, typing := io.Pipe() // no one types
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
		passes(t, file)
	}
}

func TestSignalBeforeTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	assert.Equal(t, exitOK, run(ctx, nil, strings.NewReader("1\n"), &out, io.Discard))
	assert.Equal(t, " 0:00.0  ended: the caller hung up\n", out.String())
}

// A signal also works while the app hangs, at the first or a later document.
// The app is still notified of the end of the call.
func TestSignalWhileTheAppHangs(t *testing.T) {
	for path, inputs := range map[string]string{"/voice": "> /hangup\n", "/hangs": "answered\n> 1\n> /hangup\n"} {
		t.Run(path, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var hangs atomic.Bool
			hangs.Store(true)
			reported := make(chan string, 1)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm() // reads the body, so that the server notices when the client is gone
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
			hangs.Store(false) // when the app works again, the script passes
			passes(t, file)
		})
	}
}

// Long lines work. A line that is too long is reported.
func TestLongLines(t *testing.T) {
	const ended, tooLong = "ended: the app hung up\n", "\n         the line is too long\n 0:00.0  ended: the caller hung up\n"
	url := app{"/voice": {`<Gather input="speech"/><Hangup/>`}}.start(t)
	for _, prompts := range []bool{true, false} {
		for typed, want := range map[string]string{
			strings.Repeat("x", 1<<20):           ended,
			strings.Repeat("x", 1<<20) + "\n":    ended,
			strings.Repeat("x", 1<<20+1):         tooLong,
			strings.Repeat("x", 1<<21) + "\n1\n": tooLong,
		} {
			var out bytes.Buffer
			code := runOn(t.Context(), []string{url}, strings.NewReader(typed), &screen{w: &out, prompts: prompts}, io.Discard)
			assert.Equal(t, exitOK, code)
			assert.True(t, strings.HasSuffix(out.String(), want), "%.500q", out.String()[max(0, out.Len()-200):])
		}
	}
}
