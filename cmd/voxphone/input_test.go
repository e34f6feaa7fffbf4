package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/internal/sim"
)

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
		o := &options{Setup: script.Setup{URL: app{"/voice": tt.doc}.start(t)}}
		cfg, done, err := o.config(io.Discard)
		require.NoError(t, err)
		call, err := sim.New(cfg)
		require.NoError(t, err)
		for call.Step() {
		}
		if tt.does != "" {
			require.NoError(t, script.Do(call, tt.does))
		}
		text, how := hint(call.Waiting())
		assert.Equal(t, tt.want, text+" "+how)
		done()
	}
}
