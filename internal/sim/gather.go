package sim

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Defaults of a Gather.
const (
	gatherTimeout = 5 * time.Second
	gatherKey     = "#"
	autoTimeout   = time.Second // the silence that ends speech if SpeechTimeout is auto
)

// A gathering is a Gather in progress.
type gathering struct {
	verb   voxml.Gather
	heard  int // number of its verbs that have been played
	digits []byte
	since  time.Duration // when it began, or when the last key was pressed
}

// gather begins a Gather. It receives the keys that were typed ahead.
func (c *Call) gather(v voxml.Gather) {
	g := &gathering{verb: v, since: c.now}
	c.phase = g
	if c.ahead == "" || !g.keys() || c.isLeg() {
		return
	}
	keys := c.ahead
	c.note(Pressed, c.shown(keys), "typed ahead")
	entry, taken := len(c.log)-1, 0
	for c.phase == g && taken < len(keys) {
		c.ahead = keys[taken+1:]
		_ = g.press(c, keys[taken]) // cannot fail, because it listens for keys
		taken++
	}
	c.log[entry].Text = c.shown(keys[:taken])
}

func (g *gathering) keys() bool   { return g.verb.Input != voxml.InputSpeech }
func (g *gathering) speech() bool { return strings.Contains(string(g.verb.Input), "speech") }

func (g *gathering) timeout() time.Duration { return cmp.Or(g.verb.Timeout, gatherTimeout) }

func (g *gathering) wait(*Call) Wait {
	var how []string
	if g.keys() {
		switch g.verb.NumDigits {
		case 0:
			how = append(how, "keys")
		case 1:
			how = append(how, "a key")
		default:
			how = append(how, fmt.Sprintf("%d keys", g.verb.NumDigits))
		}
	}
	if g.speech() {
		speech := "speech"
		if g.verb.Language != "" {
			speech += " in " + g.verb.Language
		}
		how = append(how, speech)
	}
	text := "the app is listening for " + strings.Join(how, " or ")
	if key := g.finishKey(); g.keys() && key != "" && g.verb.NumDigits != 1 {
		text += ", with " + key + " to finish"
	}
	return Wait{For: ForInput, Text: text, Keys: g.keys(), Speech: g.speech() && len(g.digits) == 0, Verb: g.verb}
}

// finishKey returns the key that ends the input, or "" if there is none.
func (g *gathering) finishKey() string { return finishing(g.verb.FinishOnKey, gatherKey) }

func (g *gathering) step(c *Call) bool {
	if len(g.digits) > 0 || g.heard == len(g.verb.Verbs) {
		return false
	}
	v := g.verb.Verbs[g.heard]
	g.heard++
	c.hearIn(c.place, g.heard-1, v)
	return true
}

func (g *gathering) press(c *Call, key byte) error {
	switch {
	case !g.keys():
		return errors.New("the app is listening for speech only")
	}
	c.interrupt()
	switch {
	case string(key) == g.finishKey():
		g.done(c, "", 0, string(key))
		return nil
	}
	g.digits, g.since = append(g.digits, key), c.now
	if len(g.digits) == g.verb.NumDigits {
		g.done(c, "", 0, "")
	}
	return nil
}

func (g *gathering) say(c *Call, text string, confidence float64) error {
	if err := g.hearable(); err != nil {
		return err
	}
	c.acting()
	c.note(Said, text, "")
	g.listenTo(c, speechTime(text))
	if g.verb.ProfanityFilter {
		text = withoutProfanities(text)
	}
	g.done(c, text, confidence, "")
	return nil
}

// hearable returns an error if the caller cannot speak now.
func (g *gathering) hearable() error {
	switch {
	case !g.speech():
		return errors.New("the app is listening for keys only")
	case len(g.digits) > 0:
		return errors.New("keys have already been pressed")
	}
	return nil
}

// listenTo lets the caller speak for a time, and waits for the silence that
// ends speech.
func (g *gathering) listenTo(c *Call, took time.Duration) {
	c.interrupt()
	c.pass(took)
	if g.verb.SpeechTimeout == voxml.Auto {
		c.pass(autoTimeout)
	} else {
		c.pass(cmp.Or(g.verb.SpeechTimeout, g.timeout()))
	}
}

// mumble is say for speech that is not recognized, so that the Gather has no
// result.
func (g *gathering) mumble(c *Call, took time.Duration) error {
	if err := g.hearable(); err != nil {
		return err
	}
	c.acting()
	c.note(Mumbled, "", took.String())
	g.listenTo(c, took)
	g.done(c, "", 0, "")
	return nil
}

func (g *gathering) speak(*Call, time.Duration) error {
	return errors.New("the app is not recording: press keys or say words instead")
}

func (g *gathering) begun() bool { return len(g.digits) > 0 }

func (g *gathering) rest(c *Call) time.Duration { return g.timeout() - (c.now - max(g.since, c.quiet)) }

func (g *gathering) timeOut(c *Call) {
	c.pass(c.listen())
	g.done(c, "", 0, "")
}

// A Gather has no result if the caller hangs up.
func (g *gathering) hangUp(*Call) {}

// done ends the Gather and requests its Action.
func (g *gathering) done(c *Call, speech string, confidence float64, key string) {
	v, digits := g.verb, string(g.digits)
	c.phase = nil
	c.result(v.Output, "digits", digits)
	c.result(v.Output, "speech", speech)
	empty := digits == "" && speech == ""
	if v.Action == "" || empty && !v.ActionOnEmptyResult {
		return
	}
	c.instructions(v.Action, v.Method, &voxhook.GatherResult{
		VoiceWebhook: c.common(), Digits: digits, SpeechResult: speech, Confidence: confidence, FinishedOnKey: key,
	})
}

// profanities are the words that ProfanityFilter masks.
var profanities = map[string]bool{
	"ass": true, "bastard": true, "bitch": true, "crap": true, "damn": true, "fuck": true, "hell": true, "shit": true,
}

// withoutProfanities replaces all but the first letter of each profanity.
func withoutProfanities(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if bare := strings.Trim(w, ".,;:!?"); profanities[strings.ToLower(bare)] {
			words[i] = strings.Replace(w, bare, bare[:1]+strings.Repeat("*", len(bare)-1), 1)
		}
	}
	return strings.Join(words, " ")
}
