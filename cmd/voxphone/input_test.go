package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// newTestPhone returns a phone without a screen.
func newTestPhone(t *testing.T, cfg sim.Config, s *script) *phone {
	t.Helper()
	call, err := sim.New(cfg)
	require.NoError(t, err)
	return &phone{call: call, out: &screen{w: io.Discard}, script: s}
}

func TestHint(t *testing.T) {
	tests := []struct{ doc, does, want string }{
		{`<Gather input="dtmf speech"/>`, "", "Listening for keys or speech, which # ends. Type keys, or words to say; an empty line is silence; /hangup."},
		{`<Gather/>`, "", "Listening for keys, which # ends. Type keys; an empty line is silence; /hangup."},
		{`<Gather input="speech"/>`, "", "Listening for speech. Type words to say; an empty line is silence; /hangup."},
		{`<Dial>+1</Dial>`, "", "Dialing +1. Type /answer 30s, /answer, /busy, /fail, or an empty line: nobody answers; /hangup."},
		{`<Dial hangupOnStar="true">+1</Dial>`, "", "Dialing +1. Type /answer 30s, /answer, /busy, /fail, or an empty line: nobody answers; * gives up; /hangup."},
		{`<Dial>+1</Dial>`, "/answer", "The caller is connected with +1. Type words to say, /speak 30s, or an empty line: the dialed party hangs up; /hangup."},
		{`<Dial hangupOnStar="true">+1</Dial>`, "/answer", "The caller is connected with +1. Type words to say, /speak 30s, or an empty line: the dialed party hangs up; * ends the dialed call; /hangup."},
		{`<Record/>`, "", "Recording, up to 1h0m0s, until any key. Type /speak 12s, or words to say; an empty line is silence; a key ends it; /hangup."},
		{`<Record finishOnKey=""/>`, "", "Recording, up to 1h0m0s. Type /speak 12s, or words to say; an empty line is silence; /hangup."},
		{`<Pay/>`, "", "Asking for the payment card number, attempt 1 of 2. Type the digits of a test number, and #; an empty line is silence; /hangup."},
	}
	for _, tt := range tests {
		o := &options{url: app{"/voice": tt.doc}.start(t)}
		cfg, done, err := o.config(io.Discard)
		require.NoError(t, err)
		call, err := sim.New(cfg)
		require.NoError(t, err)
		for call.Step() {
		}
		if tt.does != "" {
			require.NoError(t, do(call, call.Waiting(), tt.does))
		}
		text, how := hint(call.Waiting())
		assert.Equal(t, tt.want, text+" "+how)
		done()
	}
}

func TestDisguised(t *testing.T) {
	secret := sim.Wait{Secret: true}
	for line, want := range map[string]string{
		"/wait 8s": "/wait 8s", "/wait 4539 5787-6362 1486": "/wait 16 keys",
		"": "", "1": "1 key", "12 34-5#": "6 keys", "hello 12": "words", "/hangup": "/hangup", "/say 12": "words", "/12": "words", "/bzzz": "/bzzz", "- -": "words",
	} {
		assert.Equal(t, want, disguised(secret, line), line)
		assert.Equal(t, line, disguised(sim.Wait{}, line), line)
	}
}

func TestCounted(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "123456": "123456", "1234567": "7 keys", "4111111111111111#": "17 keys", "4111 1111-1111 1111": "16 keys",
		"/speak 12s 4111111111111111#": "/speak 12s 17 keys", "/say 4111111111111111, 987": "/say 16 keys, 987",
		"/answer 30s +14025550123": "/answer 30s +14025550123",
	} {
		assert.Equal(t, want, counted(text), text)
	}
}
