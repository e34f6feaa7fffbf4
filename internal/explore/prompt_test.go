package explore

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/voxml"
)

func TestAnnounced(t *testing.T) {
	for text, want := range map[string]announcement{
		"For sales, press 1 or say sales. To leave a message, press 3.": {keys: []string{"1", "3"}, words: []string{"sales"}, press: true, say: true},
		"Press 1 for sales, 2 for support, or 3 for billing.":           {keys: []string{"1", "2", "3"}, press: true},
		"Press or say nine.":                 {keys: []string{"9"}, words: []string{"nine"}, press: true, say: true},
		"Dial 911 or hit star.":              {keys: []string{"911", "*"}, press: true},
		"Press one, two or three, or pound.": {keys: []string{"1", "2", "3", "#"}, press: true},
		"Say yes or no.":                     {words: []string{"yes", "no"}, say: true},
		"To hear it again, press 1 or say again. Otherwise, just hang up.": {keys: []string{"1"}, words: []string{"again"}, press: true, say: true},
		"Please enter your five-digit zip code, or say it digit by digit.": {press: true, say: true, digits: 5},
		"Enter 4 digits.":                         {press: true, digits: 4},
		"We have pressed on since 1990.":          {},
		"What is four plus two?":                  {},
		"Para ventas, oprima el número uno.":      {keys: []string{"1"}, press: true},
		"Diga ventas o soporte.":                  {words: []string{"ventas", "soporte"}, say: true},
		"Pour le français, appuyez sur le 2.":     {keys: []string{"2"}, press: true},
		"Für Deutsch drücken Sie die Drei.":       {keys: []string{"3"}, press: true},
		"Sagen Sie Verkauf.":                      {words: []string{"verkauf"}, say: true},
		"Drücken Sie 2 und 3.":                    {keys: []string{"2", "3"}, press: true}, // contains the French "un"
		"Enter your 99999999999999999999 digits.": {press: true},                           // too long for an input
		"Enter your 2000000000 digits.":           {press: true},
	} {
		assert.Equal(t, want, announced([]string{text}), text)
	}
}

func TestLiterals(t *testing.T) {
	doc := voxml.Response{voxml.Do{MaxLoops: 2, Expression: voxml.RawExpr(`${a.digits}!="12" && ${a.digits}!=${sum}`), Verbs: []voxml.Verb{
		voxml.If{Expression: voxml.RawExpr(`${a.speech}=~"(^|[^a-z])(five|[Ss]even)($|[^a-z])" || ${b.speech}=="other"`)},
		voxml.If{Expression: voxml.RawExpr(`${a.digits}!~(1|2)`)},
	}}}
	keys, words := literals(doc, "a", map[string]string{"sum": "7"})
	assert.Equal(t, []string{"12", "7", "1", "2"}, keys)
	assert.Equal(t, []string{"five", "Seven", "seven"}, words)
	keys, words = literals(doc, "", nil)
	assert.Empty(t, append(keys, words...))
}

func TestExamplesOfPatterns(t *testing.T) {
	for pattern, want := range map[string][]string{
		"(yes|no)": {"yes", "no"}, "colou?r": {"color"}, "[0-9]{3}": {"000"}, "a+b*": {"a"}, "(": nil, "^$": nil, "ab{1000}": {"a" + "bbbbbbbbbbbbbbbb"},
	} {
		assert.Equal(t, want, examples(pattern), pattern)
	}
}

func TestLabels(t *testing.T) {
	assert.Equal(t, `1 2 4–9 * #, "sales", silence`, Labels([]string{"1", "2", "4", "5", "6", "7", "8", "9", `"sales"`, "*", "#", "silence"}))
	assert.Empty(t, Labels(nil))
}
