package weather

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// The variables of the sum. The underscore distinguishes them from those of the
// weather.
const (
	sumVar    = "_sum"     // the right answer
	answerVar = "_captcha" // the caller's answer, in _captcha.digits and _captcha.speech
)

// A sum holds the two numbers that the caller must add.
type sum struct{ a, b int }

// sumOf returns the sum of a call, from 1+1 to 5+4. The result is at most 9, so
// that one key is the whole answer. A call always has the same sum, because a
// webhook can come twice. The sum looks random to callers, who do not know the
// CallSid.
func sumOf(callSid string) sum {
	h := fnv.New32a()
	h.Write([]byte(callSid))
	n := h.Sum32() % 20
	return sum{a: 1 + int(n%5), b: 1 + int(n/5)}
}

// right returns an expression that is true if the caller's answer, by key or by
// speech, is right.
//
// An expression cannot compare numbers, and the platform may recognize "seven"
// as "7", "Seven." or "it's seven". So right uses a pattern: the figure or the
// word, without a letter or digit next to it, as in 17 or seventeen. The
// pattern works in all dialects of regular expressions, and does not need a
// match that ignores case. "Twenty-seven" and "six or seven" pass for seven,
// but people do not answer like that.
func (s sum) right() voxml.Expr {
	figure, name := strconv.Itoa(s.a+s.b), digitNames[s.a+s.b]
	name = "[" + strings.ToUpper(name[:1]) + name[:1] + "]" + name[1:]
	const other = "[^0-9A-Za-z]"
	return voxml.Var(answerVar + ".digits").EqualVar(voxml.Var(sumVar)).
		Or(voxml.Var(answerVar + ".speech").Match("(^|" + other + ")(" + figure + "|" + name + ")($|" + other + ")"))
}

// document asks for the sum, at most twice, and goes on with callers whose
// answer is right. All of this happens on the platform: a Do asks until the
// answer is right. VoXML has no Else, so an If with the negated expression ends
// the call.
func (s sum) document() voxml.Response {
	question := "What is " + digitNames[s.a] + " plus " + digitNames[s.b] + "? Press the key or say the number."
	return voxml.Response{
		voxml.Say{Text: "Welcome to the weather line, where all weather is made up. First, to show that you are no robot, please solve a sum."},
		voxml.Set{Output: sumVar, Value: strconv.Itoa(s.a + s.b)},
		voxml.Do{Expression: s.right().Not(), MaxLoops: 2, Verbs: []voxml.Verb{
			voxml.If{Expression: voxml.Var("do.n").Equal("1"), Verbs: []voxml.Verb{ // counted from 0
				voxml.Say{Text: "We did not get the right answer. Please try once more."},
			}},
			// A Gather without input may not clear the first answer.
			voxml.Unset{Output: answerVar + ".digits"},
			voxml.Unset{Output: answerVar + ".speech"},
			voxml.Gather{
				Output: answerVar, // without an Action, the call goes on in this document
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
