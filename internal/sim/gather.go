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

// The defaults of a Gather.
const (
	gatherTimeout = 5 * time.Second
	gatherKey     = "#"
	autoTimeout   = time.Second // the silence that ends speech, if it is left to the platform
)

// A gathering is a Gather that listens.
type gathering struct {
	verb   voxml.Gather
	heard  int // how many of its verbs have been heard
	digits []byte
	since  time.Duration // when it began to wait
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
		text += ", which " + key + " ends"
	}
	return Wait{For: ForInput, Text: text, Keys: g.keys(), Speech: g.speech() && len(g.digits) == 0, Verb: g.verb}
}

// finishKey returns the key that ends the input, or "" if none does.
func (g *gathering) finishKey() string { return finishing(g.verb.FinishOnKey, gatherKey) }

func (g *gathering) step(c *Call) bool {
	if len(g.digits) > 0 || g.heard == len(g.verb.Verbs) {
		return false
	}
	v := g.verb.Verbs[g.heard]
	c.hearIn(c.place, g.heard, v)
	g.heard++
	g.since = c.now
	return true
}

func (g *gathering) press(c *Call, key byte) error {
	switch {
	case !g.keys():
		return errors.New("the app is listening for speech only")
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
	switch {
	case !g.speech():
		return errors.New("the app is listening for keys only")
	case len(g.digits) > 0:
		return errors.New("keys have been pressed already")
	}
	c.acting()
	c.note(Said, text, "")
	c.pass(speechTime(text))
	if g.verb.SpeechTimeout == voxml.Auto {
		c.pass(autoTimeout)
	} else {
		c.pass(cmp.Or(g.verb.SpeechTimeout, g.timeout()))
	}
	if g.verb.ProfanityFilter {
		text = withoutProfanities(text)
	}
	g.done(c, text, confidence, "")
	return nil
}

func (g *gathering) speak(*Call, time.Duration) error {
	return errors.New("the app is listening: say words")
}

func (g *gathering) begun() bool { return len(g.digits) > 0 }

func (g *gathering) rest(c *Call) time.Duration { return g.timeout() - (c.now - g.since) }

func (g *gathering) timeOut(c *Call) {
	c.pass(c.listen())
	g.done(c, "", 0, "")
}

// A Gather that the caller has left has no result.
func (g *gathering) hangUp(*Call) {}

// done ends the Gather.
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

// profanities are the words that a filter masks.
var profanities = map[string]bool{
	"ass": true, "bastard": true, "bitch": true, "crap": true, "damn": true, "fuck": true, "hell": true, "shit": true,
}

// withoutProfanities keeps only the first letter of each profanity.
func withoutProfanities(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if bare := strings.Trim(w, ".,;:!?"); profanities[strings.ToLower(bare)] {
			words[i] = strings.Replace(w, bare, bare[:1]+strings.Repeat("*", len(bare)-1), 1)
		}
	}
	return strings.Join(words, " ")
}
