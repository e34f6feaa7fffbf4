package voxml

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// A rule is a kind of finding.
type rule struct {
	name     string
	severity Severity
}

// The rules. The package documentation has the same table.
var (
	ruleAmbiguous      = rule{"ambiguous", SeverityWarning}
	ruleConstantLoop   = rule{"constant-loop", SeverityWarning}
	ruleEmpty          = rule{"empty", SeverityWarning}
	ruleEmptyAttribute = rule{"empty-attribute", SeverityWarning}
	ruleEncoding       = rule{"encoding", SeverityError}
	ruleExpansion      = rule{"expansion", SeverityWarning}
	ruleExpression     = rule{"expression", SeverityError}
	ruleFinishKey      = rule{"finish-key", SeverityWarning}
	ruleKeys           = rule{"keys", SeverityError}
	ruleLostInput      = rule{"lost-input", SeverityWarning}
	ruleNesting        = rule{"nesting", SeverityError}
	ruleNoEffect       = rule{"no-effect", SeverityWarning}
	rulePattern        = rule{"pattern", SeverityWarning}
	rulePayByGET       = rule{"pay-by-get", SeverityWarning}
	rulePayMethod      = rule{"pay-method", SeverityError}
	ruleRange          = rule{"range", SeverityError}
	ruleRejectNotFirst = rule{"reject-not-first", SeverityWarning}
	ruleRequired       = rule{"required", SeverityError}
	ruleSayLength      = rule{"say-length", SeverityError}
	ruleSetValue       = rule{"set-value", SeverityError}
	ruleSilentEnd      = rule{"silent-end", SeverityWarning}
	ruleSingleLoop     = rule{"single-loop", SeverityWarning}
	ruleSSML           = rule{"ssml", SeverityWarning}
	ruleUnknown        = rule{"unknown", SeverityWarning}
	ruleUnreachable    = rule{"unreachable", SeverityError}
	ruleUnsetVariable  = rule{"unset-variable", SeverityWarning}
	ruleUnusableValue  = rule{"unusable-value", SeverityWarning}
	ruleURL            = rule{"url", SeverityError}
	ruleValue          = rule{"value", SeverityError}
	ruleVariableName   = rule{"variable-name", SeverityError}
)

// The limits of the platform's documentation.
const (
	mostSpoken   = 3000 // characters of a Say
	mostVariable = 50   // characters of a variable's name, and of a Set's value
)

// node applies the rules that look at more than one field.
func (k *checker) node(n Node) {
	switch n := n.(type) {
	case Dial:
		k.dial(n)
	case Do:
		k.loop(n)
	case Element:
		k.unknownElement(n)
	case Flow:
		if id := strings.TrimFunc(n.ID, isSpace); id != "" && !isGUID(id) {
			k.report(ruleValue, "ID", "is not a GUID: copy the Flow's id from the portal")
		}
	case Gather:
		k.gather(n)
	case If:
		if len(n.Verbs) == 0 {
			k.report(ruleEmpty, "", "does nothing: put verbs into it or remove it")
		}
	case Number:
		k.idle(n.Method != "" && n.URL == "", "method", "has no effect without a url")
		k.expansion("Number", n.Number)
	case Pay:
		k.payment(n)
	case Prompt:
		k.prompt(n)
	case Record:
		k.idle(n.Method != "" && n.Action == "", "method", "has no effect without an action")
		k.recording(n.RecordingStatusCallback, n.RecordingStatusCallbackMethod, n.RecordingStatusCallbackEvent)
	case Reject:
		if k.begun && !k.dead {
			k.report(ruleRejectNotFirst, "", "does not refuse the call unanswered: put it before all other verbs, or use Hangup")
		}
	case Say:
		k.say(n)
	case Set:
		k.value(n.Value)
	}
	switch n.(type) {
	case Do, If, Set, Unset:
	case Verb:
		k.begun = true
	}
}

// unreachable reports the index-th of some verbs, for the one before it.
func (k *checker) unreachable(index int, end, n Node) {
	k.path = append(k.path, step{index, nodeName(n)})
	k.report(ruleUnreachable, "", "can never run, because the "+nodeName(end)+
		" before it always leaves this document: move or remove it and what comes after it")
	k.path = k.path[:len(k.path)-1]
}

// idle reports an attribute that has no effect.
func (k *checker) idle(is bool, attr, why string) {
	if is {
		k.report(ruleNoEffect, attr, why)
	}
}

func (k *checker) dial(n Dial) {
	k.idle(n.Method != "" && n.Action == "", "method", "has no effect without an action")
	if n.Record == "" || n.Record == DialRecordDoNotRecord {
		const why = "has no effect unless record turns recording on"
		k.idle(n.RecordingTrack != "", "recordingTrack", why)
		k.idle(n.RecordingStatusCallback != "", "recordingStatusCallback", why)
	}
	k.recording(n.RecordingStatusCallback, n.RecordingStatusCallbackMethod, n.RecordingStatusCallbackEvent)
	k.expansion("Number", n.Number)
}

func (k *checker) recording(callback string, method Method, events []RecordingStatus) {
	const why = "has no effect without a recordingStatusCallback"
	k.idle(method != "" && callback == "", "recordingStatusCallbackMethod", why)
	k.idle(len(events) > 0 && callback == "", "recordingStatusCallbackEvent", why)
}

func (k *checker) gather(n Gather) {
	if n.Action == "" && (n.Output == "" || !k.followed) {
		k.report(ruleLostInput, "", "loses its input: give it an action, or an output and a verb after it that uses the variables")
	}
	if n.Action != "" && !n.ActionOnEmptyResult && !k.followed {
		k.report(ruleSilentEnd, "", "leaves a caller who enters nothing at the end of the document: set actionOnEmptyResult, or put a verb after it")
	}
	if n.NumDigits == 1 && n.FinishOnKey != "" && n.FinishOnKey != NoKey {
		k.report(ruleFinishKey, "finishOnKey", "can end only an empty input, because numDigits is 1 and so the first key completes it: remove one of them")
	}
	k.idle(n.Method != "" && n.Action == "", "method", "has no effect without an action")
	k.idle(n.ActionOnEmptyResult && n.Action == "", "actionOnEmptyResult", "has no effect without an action")
	switch n.Input {
	case "", InputDTMF:
		const why = "has no effect unless input includes speech"
		k.idle(n.Language != "", "language", why)
		k.idle(n.ProfanityFilter, "profanityFilter", why)
		k.idle(n.SpeechTimeout != 0, "speechTimeout", why)
	case InputSpeech:
		const why = "has no effect unless input includes dtmf"
		k.idle(n.NumDigits != 0, "numDigits", why)
		k.idle(n.FinishOnKey != "", "finishOnKey", why)
	}
}

func (k *checker) loop(n Do) {
	if len(n.Verbs) == 0 {
		k.report(ruleEmpty, "", "does nothing: put verbs into it or remove it")
	}
	if n.MaxLoops <= 1 {
		k.report(ruleSingleLoop, "maxLoops", "lets the Do run once at most: raise it, or use If")
	}
	alternatives, err := parseExpr(n.Expression.text)
	if err != nil || n.Expression.err != nil {
		return // reported elsewhere
	}
	names := map[string]bool{loopVariable: true}
	assigned(n.Verbs, names)
	unset(n.Verbs, names)
	counted := n.MaxLoops > 1 // so many times, if there is no variable
	for variable := range variables(alternatives) {
		counted = false
		if sets(names, variable) {
			return
		}
	}
	if counted {
		return
	}
	k.report(ruleConstantLoop, "expression", "never changes while the Do runs: compare a variable that its verbs set, or do.n")
}

// loopVariable is set by a Do.
const loopVariable = "do.n"

// variables returns the names of the variables that an expression reads.
func variables(alternatives [][]comparison) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, conditions := range alternatives {
			for _, c := range conditions {
				for _, o := range []operand{c.left, c.right} {
					if o.variable && !yield(o.text) {
						return
					}
				}
			}
		}
	}
}

func (k *checker) payment(n Pay) {
	k.idle(n.Method != "" && n.Action == "", "method", "has no effect without an action")
	k.idle(n.StatusCallbackMethod != "" && n.StatusCallback == "", "statusCallbackMethod", "has no effect without a statusCallback")
	k.idle(n.MinPostalCodeLength != 0 && n.NoPostalCode, "minPostalCodeLength", "has no effect unless the postal code is asked for")
	if n.Action == "" && n.Output == "" && n.StatusCallback == "" {
		k.report(ruleLostInput, "", "loses its result: give it an action, a statusCallback, or an output")
	}
	const urls = "puts payment data into URLs, which are logged: use POST"
	if n.Method == MethodGET && n.Action != "" {
		k.report(rulePayByGET, "method", urls)
	}
	if n.StatusCallbackMethod == MethodGET && n.StatusCallback != "" {
		k.report(rulePayByGET, "statusCallbackMethod", urls)
	}
	if n.Input == InputSpeech || n.Input == InputDTMFSpeech {
		k.report(ruleValue, "input", "is not documented for Pay: use dtmf")
	}
	if n.byCard() && n.BankAccountType != "" {
		k.report(rulePayMethod, "bankAccountType", "is for the paymentMethod ach-debit only: change one of them")
	}
	if n.byBank() && len(n.ValidCardTypes) > 0 {
		k.report(rulePayMethod, "validCardTypes", "is for the paymentMethod credit-card only: change one of them")
	}
}

func (v *Pay) byCard() bool {
	return v.PaymentMethod == "" || v.PaymentMethod == PaymentMethodCreditCard
}
func (v *Pay) byBank() bool { return v.PaymentMethod == PaymentMethodACHDebit }

func (k *checker) prompt(n Prompt) {
	if len(n.Verbs) == 0 {
		k.report(ruleEmpty, "", "says nothing: put a Say or Play into it, or remove it")
	}
	if k.pay == nil {
		return
	}
	const why = "does not go with the paymentMethod: remove it, or change the paymentMethod of the Pay"
	switch n.For {
	case PromptForPaymentCardNumber, PromptForExpirationDate:
		if k.pay.byBank() {
			k.report(rulePayMethod, "for", why)
		}
	case PromptForSecurityCode:
		if k.pay.byBank() {
			k.report(rulePayMethod, "for", why)
		}
		k.idle(k.pay.NoSecurityCode, "for", "has no effect unless the security code is asked for")
	case PromptForPostalCode:
		k.idle(k.pay.NoPostalCode, "for", "has no effect unless the postal code is asked for")
	case PromptForBankAccountNumber, PromptForBankRoutingNumber:
		if k.pay.byCard() {
			k.report(rulePayMethod, "for", why)
		}
	}
	if len(n.CardType) > 0 && k.pay.byBank() {
		k.report(rulePayMethod, "cardType", why)
	}
}

func (k *checker) say(n Say) {
	text, field := n.Text, "Text"
	if len(n.SSML) > 0 {
		text, field = n.SSML.Text(), "SSML"
	}
	if n.Text == "" && len(n.SSML) == 0 {
		k.report(ruleEmpty, "", "says nothing: give it a text or remove it")
	}
	if count := utf8.RuneCountInString(text); count > mostSpoken {
		k.report(ruleSayLength, field, fmt.Sprintf("has %d characters, more than %d: spread it over several Says", count, mostSpoken))
	}
	k.expansion(field, text)
	if strings.Contains(n.Text, "/>") || strings.Contains(n.Text, "</") {
		k.report(ruleSSML, field, "has what looks like tags, which are spoken as they stand: use SSML")
	}
}

func (k *checker) value(s string) {
	if count := utf8.RuneCountInString(s); count > mostVariable {
		k.report(ruleSetValue, "Value", fmt.Sprintf("has %d characters, more than %d: shorten it", count, mostVariable))
	}
	if _, err := quote(s); err != nil {
		k.report(ruleUnusableValue, "Value", "cannot be compared with in an expression: leave out ${, one of the kinds of quotes, a backslash at the end, and control characters")
	}
}

func (k *checker) unknownElement(n Element) {
	_, typed := zeroNodes[n.Name]
	switch {
	case k.fits && foreign(n):
		k.report(ruleUnknown, "", "has content that the platform does not document: compare it with its type")
		return
	case k.fits, !xmlscan.IsName(n.Name): // does not encode
		return
	case typed:
		k.report(ruleNesting, "", "cannot stand here: move it to where its type fits")
		return
	}
	k.report(ruleUnknown, "", "is not an element that the platform documents: check its spelling")
}

// tag checks a tag without a type.
func (k *checker) tag(n ssml.Element) {
	if _, ok := zeroNodes[n.Name]; ok {
		k.report(ruleNesting, "", "cannot stand in a Say: move it out")
	}
	if _, ok := zeroTags[n.Name]; !ok || strings.HasPrefix(n.Name, "amazon:") {
		return
	}
	if len(n.Attrs) == 0 {
		switch n.Name {
		case "emphasis", "p", "prosody", "s", "w": // as good as their types
		default:
			k.report(ruleSSML, "", "lacks an attribute, or has content that this tag does not take: use its type in package ssml")
		}
	}
	for _, a := range n.Attrs {
		if !strings.Contains(a.Name, ":") { // else an extension of an engine, or xml:lang
			k.report(ruleSSML, "", "has an attribute or a value that this tag does not take: compare it with its type in package ssml")
			return
		}
	}
}

// attrs checks the attributes of a type that have no field.
func (k *checker) attrs(attrs Attrs) {
	for _, a := range attrs {
		if a.Value == "" {
			k.report(ruleEmptyAttribute, clip(a.Name), "is empty: give it a value or leave it out")
		} else {
			k.report(ruleUnknown, clip(a.Name), "is not an attribute that the platform documents for this element: check its spelling")
		}
	}
}

// url checks a URL.
func (k *checker) url(field, s string) {
	if s == "" {
		return
	}
	k.expansion(field, s)
	u, err := url.Parse(s)
	switch {
	case err != nil, strings.ContainsAny(s, " \t\r\n"):
		k.report(ruleURL, field, "is not a URL: escape what cannot stand in one, white space too")
	case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		k.report(ruleURL, field, "is neither relative nor an http or https URL")
	case u.Scheme != "" && u.Host == "":
		k.report(ruleURL, field, "has a scheme but no host: write https://host/path, or /path")
	}
}

// expansion checks a text in which a variable may have been meant.
func (k *checker) expansion(field, s string) {
	if strings.Contains(s, "${") {
		k.report(ruleExpansion, field, "has ${ in it, which is documented for expressions only: it may be taken as it stands")
	}
}

// output checks the name of a group of variables.
func (k *checker) output(attr, name string) {
	if name == "" {
		return
	}
	if !isAlphanumeric(name) {
		k.report(ruleVariableName, attr, "names no group of variables: use letters, digits and underscores")
	}
	if count := utf8.RuneCountInString(name + ".digits"); count > mostVariable { // .speech and .status are as long
		k.report(ruleVariableName, attr, fmt.Sprintf("makes a name of %d characters with .digits, more than %d: shorten it", count, mostVariable))
	}
}

// variable checks the name of a variable.
func (k *checker) variable(attr, name string) {
	if name != "" && !isVariable(name) {
		k.report(ruleVariableName, attr, "cannot be named in an expression: use letters, digits and underscores, with dots between them")
	}
	k.nameLength(attr, name)
}

func (k *checker) nameLength(attr, name string) {
	if count := utf8.RuneCountInString(name); count > mostVariable {
		k.report(ruleVariableName, attr, fmt.Sprintf("has %d characters, more than %d: shorten it", count, mostVariable))
	}
}

// condition checks an expression.
func (k *checker) condition(attr string, x Expr) {
	if x.text == "" || x.err != nil {
		return // does not encode
	}
	alternatives, err := parseExpr(x.text)
	if err != nil {
		e := err.(*ExprError) // what parseExpr gives
		k.report(ruleExpression, attr, fmt.Sprintf("cannot be read at offset %d: %v", e.Offset, e.Err))
		return
	}
	comparisons := slices.Concat(alternatives...)
	if len(alternatives) > 1 && len(alternatives) < len(comparisons) {
		k.report(ruleAmbiguous, attr, "has both && and ||, and which binds closer is not documented: put one If into another")
	}
	var backslash, pattern bool
	for _, c := range comparisons {
		backslash = backslash || strings.HasSuffix(c.left.text, `\`) || strings.HasSuffix(c.right.text, `\`)
		pattern = pattern || (c.op == opMatch || c.op == opNotMatch) && !c.right.variable && !compiles(c.right.text)
	}
	if backslash {
		k.report(ruleAmbiguous, attr, "has a literal that ends with a backslash, which might quote what comes after it: leave it out")
	}
	if pattern {
		k.report(rulePattern, attr, "has a regular expression that Go does not take: keep to what all dialects have")
	}
	seen := map[string]bool{}
	for name := range variables(alternatives) {
		if seen[name] {
			continue
		}
		seen[name] = true
		if len(name) > mostVariable {
			k.report(ruleVariableName, attr, fmt.Sprintf("reads a variable whose name has %d characters, more than %d: shorten it", len(name), mostVariable))
		}
		if !sets(k.assigned, name) && (name != loopVariable || k.loops == 0) {
			k.report(ruleUnsetVariable, attr, "reads "+clip(name)+", which nothing in this document sets: if an earlier one does, name it to Check")
		}
	}
}

func compiles(pattern string) bool {
	_, err := checkPattern(pattern)
	return err == nil
}

// keys checks a list of keys.
func (k *checker) keys(attr, keys string, most int) {
	switch {
	case keys == NoKey:
	case strings.Trim(keys, allKeys) != "":
		k.report(ruleKeys, attr, "holds other than keys: use 0 to 9, * and #")
	case len(keys) > most && most == 1:
		k.report(ruleKeys, attr, "holds more than one key: choose one")
	case len(keys) > most:
		k.report(ruleKeys, attr, "holds a key twice: leave out one of them")
	}
}

// tones checks keys that are played.
func (k *checker) tones(attr, keys string) {
	if strings.Trim(keys, allKeys+"w") != "" {
		k.report(ruleKeys, attr, "holds other than keys: use 0 to 9, *, # and w for a pause")
	}
}

// count checks a number.
func (k *checker) count(attr string, n, most int) {
	if n > most {
		k.report(ruleRange, attr, fmt.Sprintf("%d is more than %d: lower it", n, most))
	}
}

// seconds checks a time.
func (k *checker) seconds(attr string, d, most time.Duration) {
	if d > most {
		k.report(ruleRange, attr, fmt.Sprintf("%v is longer than %v: shorten it", d, most))
	}
}

// unknown reports a value that is not documented; its type, if it has one, has
// those that are.
func (k *checker) unknown(attr, typ string) {
	switch {
	case strings.HasPrefix(typ, "ssml."):
		k.report(ruleSSML, attr, "is not a value that the speech engines share: use a constant of type "+typ+", or make sure that the voice takes it")
	case typ != "":
		k.report(ruleValue, attr, "is not a value that the platform documents: use a constant of type "+typ)
	default:
		k.report(ruleValue, attr, "is not a value that the platform documents: use one of those in the comment of the field")
	}
}

// isGUID reports whether s is hexadecimal digits in groups of 8, 4, 4, 4, 12.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && strings.IndexByte("0123456789abcdefABCDEF", c) < 0 {
			return false
		}
	}
	return true
}
