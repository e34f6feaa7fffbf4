package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Class is the kind of a [Move].
type Class string

// The classes of moves.
const (
	Offered  Class = "offered"  // keys or words that a prompt announces
	Key      Class = "key"      // a key that no prompt announces
	Literal  Class = "literal"  // an input that an expression of the document compares with
	Sampled  Class = "sample"   // an input from Config.Samples
	Wrong    Class = "wrong"    // the right number of keys, without a meaning
	Nonsense Class = "nonsense" // a word without a meaning
	Unclear  Class = "unclear"  // a word recognized with low confidence
	Short    Class = "short"    // fewer keys than the app takes
	Finish   Class = "finish"   // the finishing key alone
	Silence  Class = "silence"  // the caller does nothing
	Party    Class = "party"    // an act of the dialed party
	Message  Class = "message"  // a recorded message, or none
	Pay      Class = "pay"      // a payment, or none
	Begin    Class = "begin"    // the beginning of the call
	HangUp   Class = "hang-up"  // the caller hangs up
)

// A Move is one or more acts of a person while a call waits.
type Move struct {
	Class Class    // the kind of move
	Label string   // "1", "\"sales\"", "silence", "busy", …
	Lines []string // the same move as lines typed into voxphone
	Go    []string // the same move as statements of a test

	acts   []sim.Act
	inputs map[voxml.PromptFor]string // the keys for each step of a Pay
	ended  bool                       // the caller, or the dialed party after talking, ends the Dial
}

// nonsense is a word that no app understands.
const nonsense = "abracadabra"

// A scene is a moment at which a call waits.
type scene struct {
	wait    sim.Wait
	ask     announcement // announced by the prompts since the last move
	doc     voxml.Response
	vars    voxhook.Vars
	samples map[string][]string
	party   bool // the dialed party acts, not the caller
}

// moves returns everything that a person can do in the scene.
func (s scene) moves() (moves []Move) {
	if s.wait.For == sim.ForLeg && s.wait.Party != nil {
		inner := s
		inner.wait, inner.party = *s.wait.Party, true
		moves = inner.own()
	} else {
		moves = s.own()
	}
	return append(moves, Move{
		Class: HangUp, Label: "hang-up", Lines: []string{"/hangup"}, Go: []string{"call.CallerHangsUp()"},
		acts: []sim.Act{{Do: sim.DoHangUp}}, ended: true,
	})
}

// own returns the moves other than hanging up.
func (s scene) own() []Move {
	switch s.wait.For {
	case sim.ForInput:
		return s.input()
	case sim.ForParty:
		return s.dial()
	case sim.ForTalk:
		return s.talk()
	case sim.ForMessage:
		return s.message()
	case sim.ForPayment:
		return s.pay()
	}
	return nil
}

func (s scene) who() string {
	if s.party {
		return "leg"
	}
	return "call"
}

func (s scene) press(class Class, keys, then string) Move {
	all := keys + then
	return Move{
		Class: class, Label: keys + then, Lines: []string{all}, Go: []string{fmt.Sprintf("%s.Press(%q)", s.who(), all)},
		acts: []sim.Act{{Do: sim.DoPress, Keys: all, Party: s.party}},
	}
}

func (s scene) say(class Class, words string) Move {
	line := words
	if strings.Trim(words, "0123456789*#") == "" || strings.HasPrefix(words, "/") {
		line = "/say " + words
	}
	m := Move{
		Class: class, Label: strconv.Quote(words), Lines: []string{line}, Go: []string{fmt.Sprintf("%s.Say(%q)", s.who(), words)},
		acts: []sim.Act{{Do: sim.DoSay, Words: words, Confidence: 0.9, Party: s.party}},
	}
	if class == Nonsense {
		m.Label = "nonsense"
	}
	return m
}

func (s scene) silence() Move {
	return Move{
		Class: Silence, Label: "silence", Lines: []string{""}, Go: []string{s.who() + ".StaySilent()"},
		acts: []sim.Act{{Do: sim.DoSilence, Party: s.party}},
	}
}

// input returns the moves at a Gather.
func (s scene) input() (moves []Move) {
	g, _ := s.wait.Verb.(voxml.Gather)
	keys, words := literals(s.doc, g.Output, s.vars)
	if s.wait.Keys {
		moves = append(moves, s.keys(g, keys)...)
	}
	if s.wait.Speech {
		moves = append(moves, s.words(g, words)...)
	}
	return append(moves, s.silence())
}

// finishKey returns the key that ends the input of a Gather, or "".
func finishKey(g voxml.Gather) string {
	if g.FinishOnKey == voxml.NoKey {
		return ""
	}
	return cmp.Or(g.FinishOnKey, "#")
}

// keys returns the moves with keys at a Gather.
func (s scene) keys(g voxml.Gather, literal []string) (moves []Move) {
	if g.NumDigits == 1 {
		return s.oneKey(g, literal)
	}
	finish, then := finishKey(g), ""
	if g.NumDigits == 0 {
		then = finish
	}
	taken := map[string]bool{finish: true}
	try := func(class Class, all ...string) {
		for _, keys := range all {
			if !taken[keys] && strings.Trim(keys, "0123456789*#") == "" && (g.NumDigits == 0 || len(keys) <= g.NumDigits) {
				taken[keys] = true
				moves = append(moves, s.press(class, keys, then))
			}
		}
	}
	try(Sampled, s.sampled(g)...)
	try(Offered, s.ask.keys...)
	try(Literal, literal...)
	wrong := strings.Repeat("9", min(cmp.Or(g.NumDigits, s.ask.digits, 5), maxKeys))
	if taken[wrong] {
		wrong = strings.Repeat("8", len(wrong))
	}
	try(Wrong, wrong)
	try(Short, "7")
	if finish != "" {
		moves = append(moves, s.press(Finish, finish, ""))
	}
	return moves
}

// oneKey returns a move for each key of a telephone, the meaningful keys first.
func (s scene) oneKey(g voxml.Gather, literal []string) (moves []Move) {
	for key := range strings.SplitSeq("1 2 3 4 5 6 7 8 9 0 * #", " ") {
		class := Key
		switch {
		case key == finishKey(g):
			class = Finish
		case slices.Contains(s.sampled(g), key):
			class = Sampled
		case slices.Contains(s.ask.keys, key):
			class = Offered
		case slices.Contains(literal, key):
			class = Literal
		}
		moves = append(moves, s.press(class, key, ""))
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return cmp.Compare(rank(a.Class), rank(b.Class)) })
	return moves
}

// rank orders moves: those that the app offers come first.
func rank(c Class) int {
	if i := slices.Index([]Class{Sampled, Offered, Literal}, c); i >= 0 {
		return i
	}
	return 3
}

// sampled returns the samples for a Gather: those for its Output, with or
// without digits at its end, or for the last part of its Action.
func (s scene) sampled(g voxml.Gather) []string {
	output := strings.TrimRight(g.Output, "0123456789")
	action, _, _ := strings.Cut(g.Action, "?")
	action = action[strings.LastIndex(action, "/")+1:]
	for _, name := range []string{g.Output, output, action} {
		if all := s.samples[name]; name != "" && all != nil {
			return all
		}
	}
	return nil
}

func (s scene) words(g voxml.Gather, literal []string) (moves []Move) {
	known := ""
	try := func(class Class, all []string) {
		for _, words := range all {
			if strings.Trim(words, "0123456789*#") == "" && class == Sampled && s.wait.Keys {
				continue // keys are pressed, not spoken
			}
			if !slices.ContainsFunc(moves, func(m Move) bool { return m.acts[0].Words == words }) {
				moves = append(moves, s.say(class, words))
				known = cmp.Or(known, words)
			}
		}
	}
	try(Sampled, s.sampled(g))
	try(Offered, s.ask.words)
	try(Literal, literal)
	moves = append(moves, s.say(Nonsense, nonsense))
	if known != "" && !s.party {
		m := s.say(Unclear, known)
		m.Label += " unclearly"
		m.Lines = []string{"# " + strconv.Quote(known) + ", recognized with a confidence of 0.1: only a test can do this", known}
		m.Go = []string{fmt.Sprintf("call.SayUnclearly(%q, 0.1)", known)}
		m.acts[0].Confidence = 0.1
		moves = append(moves, m)
	}
	return moves
}

// dial returns the moves while a number rings.
func (s scene) dial() (moves []Move) {
	d, _ := s.wait.Verb.(voxml.Dial)
	several := len(s.wait.Numbers) > 1
	leg := "call.Dials(" + quoted(s.wait.Numbers) + ")"
	for _, number := range slices.Compact(slices.Clone(s.wait.Numbers)) {
		label, line, of, dialed := "answers", "/answer", leg, ""
		if several {
			label, line, of, dialed = number+" answers", "/answer "+number, leg+fmt.Sprintf(".Number(%q)", number), number
		}
		answer := sim.Act{Do: sim.DoAnswer, Number: dialed}
		if asked(d, number) {
			moves = append(moves, Move{Class: Party, Label: label, Lines: []string{line}, Go: []string{"leg := " + of + ".Answers()"}, acts: []sim.Act{answer}})
			continue
		}
		const talk = 30 * time.Second
		moves = append(moves, Move{
			Class: Party, Label: label, Lines: []string{strings.Replace(line, "/answer", "/answer 30s", 1)}, Go: []string{of + ".Talks(30 * time.Second)"},
			acts: []sim.Act{answer, {Do: sim.DoPartyHangUp, Time: talk}}, ended: true,
		})
		if d.HangupOnStar {
			moves = append(moves, Move{
				Class: Party, Label: label + ", then *", Lines: []string{line, "*"}, Go: []string{of + ".Connects()", `call.Press("*")`},
				acts: []sim.Act{answer, {Do: sim.DoPress, Keys: "*"}}, ended: true,
			})
		}
		moves = append(moves, Move{
			Class: HangUp, Label: "hang-up while they talk", Lines: []string{line, "/hangup"}, Go: []string{of + ".Connects()", "call.CallerHangsUp()"},
			acts: []sim.Act{answer, {Do: sim.DoHangUp}}, ended: true,
		})
	}
	for _, m := range []struct {
		label, line, method string
		do                  sim.Do
	}{{"busy", "/busy", "Busy", sim.DoBusy}, {"no answer", "/noanswer", "NoAnswer", sim.DoNoAnswer}, {"fails", "/fail", "Fails", sim.DoFail}} {
		moves = append(moves, Move{Class: Party, Label: m.label, Lines: []string{m.line}, Go: []string{leg + "." + m.method + "()"}, acts: []sim.Act{{Do: m.do}}})
	}
	if d.HangupOnStar {
		star := s.press(Party, "*", "")
		star.ended = true
		moves = append(moves, star)
	}
	return moves
}

// asked reports whether the dialed party hears a document before it is
// connected.
func asked(d voxml.Dial, number string) bool {
	return slices.ContainsFunc(d.Nouns, func(n voxml.DialNoun) bool {
		v, ok := n.(voxml.Number)
		return ok && v.URL != "" && strings.TrimSpace(v.Number) == number
	})
}

func quoted(all []string) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = strconv.Quote(s)
	}
	return strings.Join(texts, ", ")
}

// talk returns the moves while the two parties talk.
func (s scene) talk() []Move {
	moves := []Move{{
		Class: Party, Label: "the other party hangs up", Lines: []string{""}, Go: []string{"leg.Connects().HangsUp(0)"},
		acts: []sim.Act{{Do: sim.DoPartyHangUp}}, ended: true,
	}}
	if d, _ := s.wait.Verb.(voxml.Dial); d.HangupOnStar {
		star := s.press(Party, "*", "")
		star.ended = true
		moves = append(moves, star)
	}
	return moves
}

// message returns the moves at a Record.
func (s scene) message() []Move {
	r, _ := s.wait.Verb.(voxml.Record)
	longest := cmp.Or(r.MaxLength, time.Hour)
	took := min(12*time.Second, longest/2)
	speak := sim.Act{Do: sim.DoSpeak, Time: took, Party: s.party}
	record := fmt.Sprintf("%s.Record(%s)", s.who(), seconds(took))
	with := func(label, line, statement string, acts ...sim.Act) Move {
		return Move{Class: Message, Label: label, Lines: []string{line}, Go: slices.DeleteFunc([]string{record, statement}, func(s string) bool { return s == "" }), acts: append([]sim.Act{speak}, acts...)}
	}
	var moves []Move
	if r.FinishOnKey != voxml.NoKey {
		key := cmp.Or(r.FinishOnKey, "#")
		if strings.Contains(key, "#") {
			key = "#"
		}
		key = key[:1]
		moves = append(moves, with("message and "+key, fmt.Sprintf("/speak %v %s", took, key), fmt.Sprintf("%s.Press(%q)", s.who(), key), sim.Act{Do: sim.DoPress, Keys: key, Party: s.party}))
	}
	moves = append(moves, with("message", fmt.Sprintf("/speak %v", took), ""), s.silence())
	if r.MaxLength != 0 {
		all := with("message too long", fmt.Sprintf("/speak %v", longest), "")
		all.acts[0].Time, all.Go[0] = longest, fmt.Sprintf("%s.Record(%s)", s.who(), seconds(longest))
		moves = append(moves, all)
	}
	if !s.party {
		end := with("message and hang-up", fmt.Sprintf("/speak %v /hangup", took), "call.CallerHangsUp()", sim.Act{Do: sim.DoHangUp})
		end.Class, end.ended = HangUp, true
		moves = append(moves, end)
	}
	return moves
}

func seconds(d time.Duration) string {
	if d%time.Second == 0 {
		return fmt.Sprintf("%d * time.Second", d/time.Second)
	}
	return fmt.Sprintf("%d * time.Millisecond", d/time.Millisecond)
}

// pay returns the moves at a Pay. Each goes through all its steps.
func (s scene) pay() []Move {
	p, _ := s.wait.Verb.(voxml.Pay)
	with := func(label, statement, number string) Move {
		inputs := map[voxml.PromptFor]string{
			voxml.PromptForPaymentCardNumber: number, voxml.PromptForExpirationDate: "1239", voxml.PromptForSecurityCode: "123",
			voxml.PromptForPostalCode: "68102", voxml.PromptForBankRoutingNumber: "021000021", voxml.PromptForBankAccountNumber: "000123456789",
		}
		if p.PaymentMethod == voxml.PaymentMethodACHDebit && number == "1" {
			inputs[voxml.PromptForBankRoutingNumber] = number
		}
		return Move{Class: Pay, Label: label, Go: []string{statement}, inputs: inputs}
	}
	number, good, wrong := "4111111111111111", "call.Pay(voxtest.Card{})", `call.Pay(voxtest.Card{Number: "1"})`
	if p.PaymentMethod == voxml.PaymentMethodACHDebit {
		good, wrong = "call.PayFromAccount(voxtest.Account{})", `call.PayFromAccount(voxtest.Account{Routing: "1"})`
	} else if len(p.ValidCardTypes) > 0 && !slices.Contains(p.ValidCardTypes, voxml.CardTypeVisa) {
		if other := testCards[p.ValidCardTypes[0]]; other != "" {
			number, good = other, fmt.Sprintf("call.Pay(voxtest.Card{Number: %q})", other)
		}
	}
	moves := []Move{with("pays", good, number)}
	if p.PaymentMethod != voxml.PaymentMethodACHDebit {
		moves = append(moves, with("declined", "call.Pay(voxtest.Card{Number: voxtest.Declined})", sim.DeclinedCard))
	}
	moves = append(moves, with("wrong number", wrong, "1"))
	star := s.press(Pay, "*", "")
	silent := s.silence()
	silent.Class, silent.inputs = Pay, map[voxml.PromptFor]string{}
	return append(moves, star, silent)
}

var testCards = map[voxml.CardType]string{
	voxml.CardTypeMastercard: "5555555555554444", voxml.CardTypeAmex: "378282246310005", voxml.CardTypeDiscover: "6011111111111117",
	voxml.CardTypeJCB: "3530111333300000", voxml.CardTypeDinersClub: "30569309025904", voxml.CardTypeMaestro: "6759649826438453",
	voxml.CardTypeEnRoute: "201400000000009",
}

// play makes the move. It returns an error if an act is not possible now.
func (m Move) play(c *sim.Call) error {
	for _, a := range m.acts {
		if err := c.Act(a); err != nil {
			return err
		}
	}
	if m.inputs != nil {
		return m.enter(c)
	}
	return nil
}

// enter goes through the steps of a Pay. The Pay itself limits the attempts.
func (m Move) enter(c *sim.Call) error {
	for {
		for c.Step() {
		}
		w := c.Waiting()
		if c.End() != nil || w.For != sim.ForPayment {
			return nil
		}
		a := sim.Act{Do: sim.DoSilence}
		if keys := m.inputs[w.Step]; keys != "" {
			a = sim.Act{Do: sim.DoPress, Keys: keys + "#"}
		}
		if err := c.Act(a); err != nil {
			return err
		}
		if len(c.Log()) > mostEntries {
			return nil
		}
	}
}

// mostEntries limits a call in which each Pay leads to another Pay.
const mostEntries = 1 << 14
