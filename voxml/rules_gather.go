package voxml

import "strings"

func (k *checker) gather(n Gather) {
	if n.Action == "" && n.Output == "" {
		k.report(ruleLostInput, "", "discards the caller's input: set action or output")
	}
	if n.Action != "" && !n.ActionOnEmptyResult && !k.followed {
		k.report(ruleSilentEnd, "", "leaves a caller who enters nothing at the end of the document: set actionOnEmptyResult, or add a verb after it")
	}
	if n.NumDigits == 1 && n.FinishOnKey != "" && n.FinishOnKey != NoKey && n.FinishOnKey != "#" {
		k.report(ruleFinishKey, "finishOnKey", "can only end an empty input, because numDigits is 1 and the first key already ends the input: remove one of the two")
	}
	if !k.dead && k.survey.asked.stale(n) {
		k.report(ruleAskedAgain, "output", "may still hold the answer to an earlier question if the caller enters nothing: use another output, or put an Unset before the Gather")
	}
	k.without(n.Method != "" && n.Action == "", "method", "action")
	k.without(n.ActionOnEmptyResult && n.Action == "", "actionOnEmptyResult", "action")
	k.gatherInput(n)
}

// gatherInput reports attributes that have no effect with this kind of input.
func (k *checker) gatherInput(n Gather) {
	switch n.Input {
	case "", InputDTMF:
		const why = "unless input includes speech: change input"
		k.idle(n.Language != "", "language", why)
		k.idle(n.ProfanityFilter, "profanityFilter", why)
		k.idle(n.SpeechTimeout != 0, "speechTimeout", why)
	case InputSpeech:
		const why = "unless input includes dtmf: change input"
		k.idle(n.NumDigits != 0, "numDigits", why)
		k.idle(n.FinishOnKey != "", "finishOnKey", why)
	}
}

// keys checks a list of keys, at most the number most.
func (k *checker) keys(attr, keys string, most int) {
	switch {
	case keys == NoKey:
	case strings.Trim(keys, allKeys) != "":
		k.report(ruleKeys, attr, "has characters that are not keys: use 0 to 9, * and #")
	case len(keys) > most && most == 1:
		k.report(ruleKeys, attr, "has more than one key: choose one")
	case len(keys) > most:
		k.report(ruleKeys, attr, "repeats a key: remove the repetition")
	}
}

// tones checks keys to play.
func (k *checker) tones(attr, keys string) {
	if strings.Trim(keys, allKeys+"w") != "" {
		k.report(ruleKeys, attr, "has characters that are not keys: use 0 to 9, *, # and w for a pause")
	}
}
