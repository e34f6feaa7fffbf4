package voxml

import (
	"maps"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// attributeNames holds the attributes of each element.
var attributeNames = map[string]string{
	"Answer":    "history",
	"Connect":   "history",
	"Dial":      "action answerOnBridge callerId hangupOnStar method output ringTone timeout timeLimit record recordingTrack recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent history",
	"Do":        "expression maxLoops",
	"Flow":      "resume history",
	"Gather":    "action actionOnEmptyResult finishOnKey input language method numDigits output profanityFilter speechTimeout timeout history",
	"Hangup":    "history",
	"If":        "expression",
	"Number":    "sendDigits url method",
	"Parameter": "name value history",
	"Pause":     "length history",
	"Pay":       "action method bankAccountType chargeAmount currency description input language maxAttempts minPostalCodeLength output paymentConnector paymentMethod postalCode securityCode statusCallback statusCallbackMethod timeout tokenType validCardTypes history",
	"Play":      "loop digits history",
	"Prompt":    "for attempt cardType errorType requireMatchingInputs history",
	"Record":    "action method timeout finishOnKey maxLength playBeep recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent history",
	"Redirect":  "method history",
	"Reject":    "reason history",
	"Say":       "voice language loop history",
	"Set":       "output history",
	"Unset":     "output history",
}

// nearAttribute returns the attribute of an element that word was probably
// meant to be, or "".
func nearAttribute(element, word string) string {
	names := strings.Fields(attributeNames[element])
	return nearest(word, names)
}

// nearElement returns the element that word was probably meant to be, or "".
func nearElement(word string) string {
	return spelled(word, slices.Sorted(maps.Keys(attributeNames)))
}

// knownValues holds the constants of each enumeration, by type.
var knownValues = map[string][]string{
	"voxml.BankAccountType": {"consumer-checking", "consumer-savings", "commercial-checking"},
	"voxml.CardType":        {"visa", "mastercard", "amex", "maestro", "discover", "jcb", "diners-club", "enroute"},
	"voxml.Currency":        {"usd"},
	"voxml.DialRecord":      {"do-not-record", "record-from-ringing", "record-from-answer", "record-from-ringing-dual", "record-from-answer-dual"},
	"voxml.ErrorType": {
		"input-timeout", "invalid-card-number", "invalid-security-code", "invalid-card-type", "invalid-date", "invalid-postal-code",
		"invalid-bank-routing-number", "invalid-bank-account-number", "input-matching-failed",
	},
	"voxml.History":         {"disable", "compact", "full"},
	"voxml.Input":           {"dtmf", "speech", "dtmf speech"},
	"voxml.Method":          {"GET", "POST"},
	"voxml.PaymentMethod":   {"credit-card", "ach-debit"},
	"voxml.PromptFor":       {"payment-card-number", "expiration-date", "security-code", "postal-code", "bank-routing-number", "bank-account-number"},
	"voxml.RecordingStatus": {"in-progress", "completed", "failed"},
	"voxml.RecordingTrack":  {"inbound", "outbound", "both"},
	"voxml.RejectReason":    {"rejected", "busy"},
	"voxml.RingTone":        {"au", "be", "cn", "cz", "de", "dk", "es", "fi", "fr", "hu", "il", "in", "jp", "pl", "ru", "uk", "us"},
	"voxml.TokenType":       {"one-time", "reusable", "payment-method"},
}

func (k *checker) unknownElement(n Element) {
	_, typed := zeroNodes[n.Name]
	switch {
	case k.fits && foreign(n):
		k.report(ruleUnknown, "", "has content that is not documented for this element: remove it, or compare it with the type "+n.Name)
	case k.fits, !xmlscan.IsName(n.Name): // does not encode
	case typed:
		k.misplaced(n.Name)
	case !k.full():
		k.report(ruleUnknown, "", "is not a documented element: "+suggestion(nearElement(n.Name), "check its spelling, or remove it"))
	}
}

// misplaced reports that the current element is not allowed inside its parent.
func (k *checker) misplaced(name string) {
	parent := "Response"
	if len(k.path) > 1 {
		parent = clip(k.path[len(k.path)-2].name)
	}
	advice := "move it out"
	switch name {
	case "Flow":
		advice = "move it into a Connect"
	case "Number":
		advice = "move it into a Dial"
	case "Parameter", "Prompt":
		advice = "move it into a Pay"
	}
	k.report(ruleNesting, "", "is not allowed in "+parent+": "+advice)
}

// tag checks an Element in a speech.
func (k *checker) tag(n ssml.Element) {
	if _, ok := zeroNodes[n.Name]; ok {
		k.misplaced(n.Name)
	}
	if _, ok := zeroTags[n.Name]; !ok || strings.HasPrefix(n.Name, "amazon:") {
		return
	}
	if len(n.Attrs) == 0 {
		switch n.Name {
		case "emphasis", "p", "prosody", "s", "w": // the same as their types
		default:
			k.report(ruleSSML, "", "lacks an attribute, or has content that this tag does not accept: see its type in package ssml")
		}
	}
	for _, a := range n.Attrs {
		if !strings.Contains(a.Name, ":") { // with a colon: an extension of an engine, or xml:lang
			k.report(ruleSSML, "", "has an attribute or a value that this tag does not accept: see its type in package ssml")
			return
		}
	}
}

// attrs checks the attributes of the current node that have no field.
func (k *checker) attrs(attrs Attrs) {
	for _, a := range attrs {
		switch {
		case k.full():
			return
		case a.Value == "":
			k.report(ruleEmptyAttribute, clip(a.Name), "is empty: give it a value, or remove it")
		default:
			near := nearAttribute(k.path[len(k.path)-1].name, a.Name)
			k.report(ruleUnknown, clip(a.Name), "is not a documented attribute of this element: "+suggestion(near, "check its spelling, or remove it"))
		}
	}
}

// unknown reports a value that is not documented. The argument typ is the type
// whose constants are the documented values.
func (k *checker) unknown(attr, typ, value string) {
	if k.full() {
		return
	}
	if strings.HasPrefix(typ, "ssml.") {
		k.report(ruleSSML, attr, "is not a value that all speech engines accept: use a constant of type "+typ+", or make sure that the voice accepts it")
		return
	}
	const maxListed = 5
	known := knownValues[typ]
	switch near := nearest(value, known); {
	case near != "" && near == strings.TrimFunc(value, isSpace):
		k.space(attr, value)
	case near != "" && strings.EqualFold(near, strings.TrimFunc(value, isSpace)):
		k.letterCase(attr, near)
	case near != "":
		k.report(ruleValue, attr, "is not a documented value: "+suggestion(near, ""))
	case len(known) <= maxListed:
		k.report(ruleValue, attr, "is not a documented value: use "+either(known))
	default:
		k.report(ruleValue, attr, "is not a documented value: use a constant of type "+typ)
	}
}

// letterCase reports a value that differs from a documented one only in letter
// case.
func (k *checker) letterCase(attr, known string) {
	outcome := ""
	if Method(known).Known() {
		outcome = ", so the platform probably takes it as " + known
	}
	k.report(ruleLetterCase, attr, "differs from "+known+" only in letter case"+outcome+": write "+known)
}

// suggestion returns advice to use a name. If name is empty, it returns other
// advice.
func suggestion(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return "did you mean " + name + "?"
}

// either joins words to a list such as "a, b or c".
func either(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// nearest returns the known word that word was probably meant to be, or "". It
// looks for a known word with the same words in it, then for one with almost
// the same spelling, then for the only one that contains word or is contained
// in it.
func nearest(word string, known []string) string {
	word = strings.TrimFunc(word, isSpace)
	if len(word) > maxName {
		return ""
	}
	for _, k := range known {
		if sameWords(word, k) {
			return k
		}
	}
	if k := spelled(word, known); k != "" {
		return k
	}
	const shortest = 4 // shorter words are part of too many others
	near, lower := "", strings.ToLower(word)
	for _, k := range known {
		long, short := strings.ToLower(k), lower
		if len(long) < len(short) {
			long, short = short, long
		}
		if len(short) >= shortest && strings.Contains(long, short) {
			if near != "" {
				return ""
			}
			near = k
		}
	}
	return near
}

// sameWords reports whether two texts have the same words, in any order.
func sameWords(a, b string) bool {
	x, y := strings.Fields(strings.ToLower(a)), strings.Fields(strings.ToLower(b))
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// spelled returns the known word with almost the same spelling as word, or "".
// At most one in three letters can differ.
func spelled(word string, known []string) string {
	near, best := "", len(word)/3+1
	if len(word) > maxName {
		return ""
	}
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), best); d < best {
			near, best = k, d
		}
	}
	return near
}

// distance returns the number of edits that turn a into b, or limit if the
// number is not less than limit. An edit inserts, removes or replaces a byte,
// or swaps two neighbors.
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	var rows [3][maxName + 1]int
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			d := last[j]
			if a[i] != b[j] {
				d = 1 + min(last[j], last[j+1], row[j])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, 1+before[j-1])
			}
			row[j+1] = d
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
