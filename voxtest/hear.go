package voxtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// Hears runs the call until the caller hears text. It must be part of the words
// of one Say, or of the URL or digits of one Play. Upper and lower case matter,
// white space does not. Everything heard before is skipped, so a test need not
// name every sentence. The next Hears searches what comes after text, beginning
// in the same Say. If text is in a prompt of a [voxml.Gather], Hears stops
// after that prompt: the caller has not yet heard the later prompts of the
// Gather.
//
// Hears returns the Say or Play, so that a test can check more:
//
//	require.Equal(t, "es-MX", call.Hears("Buenos días").Language)
func (p *Phone) Hears(text string) Heard {
	p.t.Helper()
	if text = words(text); text == "" {
		p.fail("the text of Hears is empty: to expect silence, use HearsNothing")
		return Heard{}
	}
	if heard, ok := p.find(func(heard string) []int {
		if i := strings.Index(heard, text); i >= 0 {
			return []int{i, i + len(text)}
		}
		return nil
	}); ok {
		return heard
	}
	p.missed(text)
	return Heard{}
}

// missed fails the test because a text was not heard.
func (p *Phone) missed(text string) {
	p.t.Helper()
	earlier := ""
	for _, e := range p.call.Log() {
		if isHeard(e.Kind) && strings.Contains(e.Text, text) {
			earlier = " again (it was at " + sim.Clock(e.At) + ")"
		}
	}
	p.fail("did not hear %q%s, but %s: %s%s", text, earlier, p.instead(text), p.stuck(), p.nearest(text))
}

// HearsMatch is like [Phone.Hears] with a regular expression. It returns the
// match and its groups:
//
//	sum := call.HearsMatch(`What is (\d) plus (\d)`)
//	call.Press(total(sum[1], sum[2]))
//
// The pattern sees each run of white space as a single space.
func (p *Phone) HearsMatch(pattern string) []string {
	p.t.Helper()
	re, err := regexp.Compile(pattern)
	if err != nil {
		p.fail("the pattern of HearsMatch is invalid: %v", err)
		return nil
	}
	if re.MatchString("") {
		p.fail("the pattern of HearsMatch matches the empty text: make it match words")
		return nil
	}
	from := ""
	if _, ok := p.find(func(heard string) []int { from = heard; return re.FindStringIndex(heard) }); ok {
		return re.FindStringSubmatch(from)
	}
	p.fail("did not hear a match of %q, but %s: %s", pattern, p.instead(""), p.stuck())
	return nil
}

// DoesNotHear runs the call until the app waits for someone or the call ends.
// The test fails if the caller hears text after the last [Phone.Hears]. The
// next Hears searches the same part of the call again.
func (p *Phone) DoesNotHear(text string) {
	p.t.Helper()
	if text = words(text); text == "" {
		p.fail("the text of DoesNotHear is empty: to expect silence, use HearsNothing")
		return
	}
	p.hearOut()
	before := p.ear
	for heard, ok := (sim.Entry{Text: p.rest}), true; ok; heard, ok = p.next() {
		if strings.Contains(heard.Text, text) {
			p.fail("expected not to hear %q, but heard %q: if that is right, write Hears", text, heard.Text)
			return
		}
	}
	p.ear = before
}

// words returns text with runs of white space as single spaces.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// find runs the call until match finds a place in what the caller hears, and
// returns the sentence. It calls match with the rest of the last sentence, and
// then with whole sentences. The next find begins after that place.
func (p *Phone) find(match func(string) []int) (Heard, bool) {
	p.hearOut()
	if at := match(p.rest); at != nil {
		p.rest = p.rest[at[1]:]
		return p.last, true
	}
	for {
		heard, ok := p.next()
		if !ok {
			return Heard{}, false
		}
		if at := match(heard.Text); at != nil {
			p.rest, p.skipped = "", nil
			if heard.Kind == sim.Heard { // files and tones are heard whole
				p.rest = heard.Text[at[1]:]
			}
			p.last = heardOf(heard)
			return p.last, true
		}
		p.skipped = append(p.skipped, heard.Text)
	}
}

// hearOut finishes a prompt that the caller has heard in part.
func (p *Phone) hearOut() {
	if _, _, ok := p.call.Hearing(); ok {
		p.call.Step()
	}
}

// HearsNothing runs the call until the app waits for someone or the call ends.
// The test fails if the caller hears a Say, a Play or tones in that time, or
// more words of the Say in which the last [Phone.Hears] found its text.
func (p *Phone) HearsNothing() {
	p.t.Helper()
	p.hearOut()
	for heard, ok := (sim.Entry{Text: p.rest}), true; ok; heard, ok = p.next() {
		if strings.ContainsFunc(heard.Text, isWord) {
			p.fail("expected to hear nothing, but heard %q: if that is right, write Hears", strings.TrimSpace(heard.Text))
			return
		}
	}
}

// isWord reports whether a rune can be heard, unlike punctuation. Star and
// pound are tones.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' || r == '#' }

// next returns what the caller hears next, or false if the call does not go on.
func (p *Phone) next() (heard sim.Entry, ok bool) {
	for {
		for log := p.call.Log(); p.seen < len(log); {
			e := log[p.seen]
			p.seen++
			if isHeard(e.Kind) {
				return e, true
			}
		}
		if !p.goOn() {
			return sim.Entry{}, false
		}
	}
}

// instead lists what the caller heard instead of text, for messages.
func (p *Phone) instead(text string) string {
	const most = 6
	var heard []string
	for _, h := range p.skipped[max(0, len(p.skipped)-most):] {
		if i := indexFold(h, text); i >= 0 {
			return fmt.Sprintf("%q, which differs in upper and lower case", h)
		}
		heard = append(heard, fmt.Sprintf("%q", h))
	}
	switch {
	case len(heard) == 0:
		return "nothing more"
	case len(p.skipped) > most:
		return "…, " + strings.Join(heard, ", ")
	}
	return strings.Join(heard, ", ")
}

// nearest returns a line of advice with the sentence that is most like text, or
// "" if none is.
func (p *Phone) nearest(text string) string {
	wanted := strings.Fields(strings.ToLower(text))
	best, like := "", 0
	for _, h := range p.skipped {
		if i := indexFold(h, text); i >= 0 {
			return fmt.Sprintf("\nif the app is right, write Hears(%q)", h[i:i+len(text)])
		}
		said, n := strings.Fields(strings.ToLower(h)), 0
		for _, w := range wanted {
			if slices.Contains(said, w) {
				n++
			}
		}
		if n > like {
			best, like = h, n
		}
	}
	if 2*like < len(wanted) || best == "" {
		return ""
	}
	return fmt.Sprintf("\nif the app is right, write Hears with words from %q", best)
}

// indexFold is strings.Index without regard to case.
func indexFold(s, text string) int {
	for i := 0; text != "" && i+len(text) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(text)], text) {
			return i
		}
	}
	return -1
}

// stuck says why the call does not go on, and which steps are possible.
func (p *Phone) stuck() string {
	w := p.call.Waiting()
	if next := nextStep(w); next != "" {
		return w.Text + "; the next step is " + next
	}
	return w.Text
}

// nextStep names the steps that are possible, or returns "" if the call waits
// for no one.
func nextStep(w sim.Wait) string {
	switch w.For {
	case sim.ForInput:
		switch {
		case w.Keys && w.Speech:
			return "Press, Say or StaySilent"
		case w.Keys:
			return "Press or StaySilent"
		}
		return "Say or StaySilent"
	case sim.ForParty:
		return "up to the dialed party, such as Dials().Talks(time.Minute) or Dials().NoAnswer()"
	case sim.ForTalk:
		return "Talk, CallerHangsUp, or HangsUp of the Leg"
	case sim.ForLeg:
		return "up to the dialed party: Press, Say, StaySilent, Connects or Refuses of the Leg"
	case sim.ForMessage:
		return "Record or StaySilent"
	case sim.ForPayment:
		if w.Step == voxml.PromptForBankRoutingNumber || w.Step == voxml.PromptForBankAccountNumber {
			return "PayFromAccount, Press or StaySilent"
		}
		return "Pay, Press or StaySilent"
	}
	return ""
}

func isHeard(k sim.Kind) bool { return k == sim.Heard || k == sim.Played || k == sim.Toned }
