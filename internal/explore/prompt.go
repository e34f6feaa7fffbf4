package explore

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An announcement is what prompts ask the caller to do.
type announcement struct {
	keys   []string // keys to press, such as "1", "*" or "911"
	words  []string // words to say
	press  bool     // the prompts ask for keys
	say    bool     // the prompts ask for speech
	digits int      // the number of keys they ask for; 0 if not announced
}

// Words of prompts in English, Spanish, French and German. They are matched in
// lower case.
const (
	pressing = `(?:press|dial|enter|type|hit|touch|push` +
		`|oprima|presione|marque|pulse|ingrese|introduzca` +
		`|appuyez(?: sur)?|tapez|composez|faites` +
		`|drücken(?: sie)?|wählen(?: sie)?|tippen(?: sie)?)`
	saying = `(?:say|diga|dites|sagen(?: sie)?)`
	number = `(?:[0-9]+|[*#]|` +
		`zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash` +
		`|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|asterisco|estrella|numeral|gato|almohadilla` +
		`|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|étoile|dièse` +
		`|null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|stern|sterntaste|raute|rautetaste)`
	between = `(?: (?:the|or|el|la|le|die|number|key|número|tecla|touche|taste))*`
	or      = `(?:,? (?:or|and|o|y|ou|et|oder|und) |, ?)`
	border  = `(?:$|[^0-9\pL*#])`
)

var numbers = func() map[string]string {
	keys := map[string]string{}
	for key, words := range map[string]string{
		"0": "zero cero zéro null", "1": "one uno un eins", "2": "two dos deux zwei", "3": "three tres trois drei",
		"4": "four cuatro quatre vier", "5": "five cinco cinq fünf", "6": "six seis sechs", "7": "seven siete sept sieben",
		"8": "eight ocho huit acht", "9": "nine nueve neuf neun",
		"*": "star asterisco estrella étoile stern sterntaste", "#": "pound hash numeral gato almohadilla dièse raute rautetaste",
	} {
		for word := range strings.FieldsSeq(words) {
			keys[word] = key
		}
	}
	return keys
}()

var (
	pressed = regexp.MustCompile(`(?:^|[^\pL])` + pressing + `(?: or ` + saying + `)?` + between +
		` (` + number + `(?:` + or + number + `)*)(?:` + border + `)`)
	orWord    = regexp.MustCompile(or)
	forms     = regexp.MustCompile(`,(?: or| and)? (` + number + `) (?:for|to|para|pour|für) `)
	asksKeys  = regexp.MustCompile(`(?:^|[^\pL])` + pressing + `[^\pL]`)
	asksWords = regexp.MustCompile(`(?:^|[.,;:!?] ?|or |please |just |simply |then |o |ou |oder )` + saying + ` `)
	said      = regexp.MustCompile(`(?:^|[^\pL])(?:say|diga|dites|sagen sie) ([^.,;:!?]+)`)
	length    = regexp.MustCompile(`(?:^|[^\pL0-9])(` + number + `)[- ](?:digits?|dígitos|chiffres|stellige\pL*)`)
	sentence  = regexp.MustCompile(`[.;!?]+(?: |$)`)
)

// stops are words that end a phrase to say. nots are words that begin a phrase
// that is not meant literally, such as "your name" in "say your name".
var (
	stops = fields("or and to for if at after when in on by now then please followed press if o y para ou et pour oder und für")
	nots  = fields("it your the a an any his her their its what which each something one's that this anything " +
		"su el la un una votre le les ihre ihren die der den das")
)

func fields(s string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		set[word] = true
	}
	return set
}

// maxKeys is the length of the longest input to try.
const maxKeys = 64

// announced returns what texts ask the caller to do.
func announced(texts []string) announcement {
	var a announcement
	for _, text := range texts {
		text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
		a.press = a.press || asksKeys.MatchString(text)
		a.say = a.say || asksWords.MatchString(text)
		if m := length.FindStringSubmatch(text); m != nil && a.digits == 0 {
			if n, err := strconv.Atoi(keyOf(m[1])); err == nil && n <= maxKeys {
				a.digits = n
			}
		}
		for _, s := range sentence.Split(text, -1) {
			a.keysOf(s)
			a.wordsOf(s)
		}
	}
	return a
}

// keysOf adds the keys that a sentence asks for.
func (a *announcement) keysOf(s string) {
	if length.MatchString(s) {
		return
	}
	found := false
	for _, m := range pressed.FindAllStringSubmatch(s, -1) {
		found = true
		for _, n := range orWord.Split(m[1], -1) {
			a.key(n)
		}
	}
	if found {
		for _, m := range forms.FindAllStringSubmatch(s, -1) {
			a.key(m[1])
		}
	}
}

func (a *announcement) key(number string) {
	if key := keyOf(number); !slices.Contains(a.keys, key) {
		a.keys = append(a.keys, key)
	}
}

func keyOf(number string) string {
	if key, ok := numbers[number]; ok {
		return key
	}
	return number
}

// wordsOf adds the words that a sentence asks for.
func (a *announcement) wordsOf(s string) {
	for _, m := range said.FindAllStringSubmatch(s, -1) {
		for i, phrase := range alternatives(strings.Trim(m[1], `"'“”‘’« »`)) {
			if i > 0 && len(strings.Fields(phrase)) > 2 { // probably the next instruction
				break
			}
			if !slices.Contains(a.words, phrase) {
				a.words = append(a.words, phrase)
			}
		}
	}
}

// alternatives returns the alternatives in a text: "sales" and "support" for
// "sales or support for a person".
func alternatives(text string) (all []string) {
	var phrase []string
	add := func() bool {
		ok := len(phrase) > 0 && !nots[phrase[0]]
		if ok {
			all = append(all, strings.Trim(strings.Join(phrase, " "), `"'“”‘’«»`))
		}
		phrase = nil
		return ok
	}
	for word := range strings.FieldsSeq(text) {
		switch {
		case word == "or" || word == "o" || word == "ou" || word == "oder":
			if !add() {
				return all
			}
		case word == "press" || stops[word]:
			add()
			return all
		default:
			phrase = append(phrase, word)
		}
	}
	add()
	return all
}
