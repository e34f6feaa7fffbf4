package weather

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// The variables of the sum. The underscore keeps them apart from those of the
// weather.
const (
	sumVar    = "_sum"     // the right answer
	answerVar = "_captcha" // the caller's, in _captcha.digits and _captcha.speech
)

// A sum is what a caller has to add up.
type sum struct{ a, b int }

// sumOf returns the sum of a call, from 1+1 to 5+4: never above 9, so that one
// key is the whole answer. It is always the same for a call, as a webhook can
// come twice, and looks random to a caller, who does not know the CallSid.
func sumOf(callSid string) sum {
	h := fnv.New32a()
	h.Write([]byte(callSid))
	n := h.Sum32() % 20
	return sum{a: 1 + int(n%5), b: 1 + int(n/5)}
}

// right is true if the caller's answer is the sum, by key or by speech.
//
// An expression cannot compare numbers, and what the recognizer returns for
// "seven" may be "7", "Seven." or "it's seven". Hence a pattern: the figure or
// the word, with nothing beside it that would make it another one, such as 17
// or seventeen. It keeps to what all dialects of regular expressions have, and
// does not count on upper and lower case being the same. "Twenty-seven" passes
// for seven, and so does "six or seven"; people do not answer so.
func (s sum) right() voxml.Expr {
	figure, name := strconv.Itoa(s.a+s.b), digitNames[s.a+s.b]
	name = "[" + strings.ToUpper(name[:1]) + name[:1] + "]" + name[1:]
	const other = "[^0-9A-Za-z]"
	return voxml.Var(answerVar + ".digits").EqualVar(voxml.Var(sumVar)).
		Or(voxml.Var(answerVar + ".speech").Match("(^|" + other + ")(" + figure + "|" + name + ")($|" + other + ")"))
}

// document asks for the sum, at most twice, and lets those go on who know it.
// All of that happens on the platform: a Do asks until the answer is right,
// and because there is no Else, an If with the opposite ends the call.
func (s sum) document() voxml.Response {
	question := "What is " + digitNames[s.a] + " plus " + digitNames[s.b] + "? Press the key or say the number."
	return voxml.Response{
		voxml.Say{Text: "Welcome to the weather line, where all weather is made up. First, to show that you are no robot, please solve a sum."},
		voxml.Set{Output: sumVar, Value: strconv.Itoa(s.a + s.b)},
		voxml.Do{Expression: s.right().Not(), MaxLoops: 2, Verbs: []voxml.Verb{
			voxml.If{Expression: voxml.Var("do.n").Equal("1"), Verbs: []voxml.Verb{ // counted from 0
				voxml.Say{Text: "We did not get the right answer. Please try once more."},
			}},
			// A Gather without input may leave the first answer in its variables.
			voxml.Unset{Output: answerVar + ".digits"},
			voxml.Unset{Output: answerVar + ".speech"},
			voxml.Gather{
				Output: answerVar, // and no Action: the call goes on in this document
				Input:  voxml.InputDTMFSpeech, NumDigits: 1, SpeechTimeout: voxml.Auto, Timeout: 5 * time.Second,
				Verbs: []voxml.GatherVerb{voxml.Say{Text: question}},
			},
		}},
		voxml.If{Expression: s.right().Not(), Verbs: []voxml.Verb{
			voxml.Say{Text: "Sorry, we did not get the right answer. Goodbye."},
			voxml.Hangup{},
		}},
		voxml.Redirect{URL: askURL},
	}
}
