package voxml

import (
	"slices"
	"strings"
)

// engines are the speech engines in the platform's documentation.
var engines = []string{"Polly", "Deepgram", "Google"}

// defaultVoice is the voice of a Say without one.
const defaultVoice = "Polly.Joanna"

// voices holds Polly voices for most languages of Gather and Pay, from Amazon's
// list. They are only used in advice: the platform does not document which of
// them it has. For each language, the most common variety comes first.
var voices = []struct{ language, name string }{
	{"cmn-CN", "Polly.Zhiyu"}, {"da-DK", "Polly.Naja"}, {"de-DE", "Polly.Vicki"},
	{"en-US", defaultVoice}, {"en-GB", "Polly.Amy"}, {"en-AU", "Polly.Nicole"},
	{"es-US", "Polly.Lupe"}, {"es-MX", "Polly.Mia"}, {"es-ES", "Polly.Lucia"},
	{"fr-FR", "Polly.Lea"}, {"fr-CA", "Polly.Chantal"}, {"hi-IN", "Polly.Aditi"},
	{"it-IT", "Polly.Bianca"}, {"ja-JP", "Polly.Mizuki"}, {"ko-KR", "Polly.Seoyeon"},
	{"nb-NO", "Polly.Liv"}, {"nl-NL", "Polly.Lotte"}, {"pl-PL", "Polly.Ewa"},
	{"pt-BR", "Polly.Camila"}, {"pt-PT", "Polly.Ines"}, {"ru-RU", "Polly.Tatyana"},
	{"sv-SE", "Polly.Astrid"}, {"tr-TR", "Polly.Filiz"},
}

// languageNames maps English names of languages to language subtags.
var languageNames = map[string]string{
	"chinese": "zh", "danish": "da", "dutch": "nl", "english": "en", "french": "fr", "german": "de", "hindi": "hi",
	"italian": "it", "japanese": "ja", "korean": "ko", "mandarin": "zh", "norwegian": "no", "polish": "pl",
	"portuguese": "pt", "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr",
}

// voice checks the voice and the language of a Say.
func (k *checker) voice(n Say) {
	engine, voice, dotted := strings.Cut(n.Voice, ".")
	switch {
	case n.Voice == "":
	case !dotted && 'A' <= n.Voice[0] && n.Voice[0] <= 'Z': // a sample of the platform has Joanna alone
	case !dotted, voice == "", engine == "":
		k.report(ruleVoice, "voice", "is not an engine and a voice joined by a dot: use one such as "+defaultVoice)
	case !slices.Contains(engines, engine):
		k.report(ruleVoice, "voice", "names a speech engine that is not documented: "+suggestion(nearest(engine, engines), "use "+either(engines)))
	}
	k.spokenLanguage(n)
}

// spokenLanguage checks the language of a Say.
func (k *checker) spokenLanguage(n Say) {
	switch {
	case n.Language == "":
	case !isLanguageTag(n.Language):
		tags := spokenTags(n.Language)
		if len(tags) == 0 {
			tags = []string{"en-US", "es-US"}
		}
		k.report(ruleLanguage, "language", "is not a BCP 47 language tag: use one such as "+either(tags))
	case subtag(n.Language) != "en" && (n.Voice == "" || n.Voice == defaultVoice || n.Voice == "Joanna"):
		advice := "set voice to one that speaks it"
		if near := spokenTags(n.Language); len(near) > 0 {
			advice += ", such as " + voiceOf(near[0])
		}
		k.report(ruleVoice, "language", "is not the language of "+defaultVoice+", the default voice: "+advice)
	}
}

// spokenTags returns the languages of voices that are nearest to a tag or to
// the name of a language.
func spokenTags(language string) []string {
	tags := make([]string, 0, len(voices))
	for _, v := range voices {
		tags = append(tags, v.language)
	}
	return nearTags(language, tags)
}

// voiceOf returns a voice for one of the languages in voices.
func voiceOf(language string) (name string) {
	for _, v := range voices {
		if v.language == language {
			name = v.name
		}
	}
	return name
}

// language checks a language against those that a verb accepts.
func (k *checker) language(attr, language string, known []string) {
	if language == "" || slices.Contains(known, language) {
		return
	}
	verb := k.path[len(k.path)-1].name
	tags := nearTags(language, known)
	switch {
	case len(tags) == 1 && strings.EqualFold(tags[0], language):
		k.letterCase(attr, tags[0])
	case len(tags) > 0:
		k.report(ruleValue, attr, "is not a language that "+verb+" accepts: use "+either(tags))
	default:
		k.report(ruleValue, attr, "is not a language that "+verb+" accepts: use one listed in the comment of "+verb+".Language")
	}
}

// nearTags returns the known tags that are nearest to a tag or to the name of a
// language: the tag that differs only in letter case, or else all tags of the
// same language.
func nearTags(language string, known []string) (tags []string) {
	language = strings.ReplaceAll(strings.TrimFunc(language, isSpace), "_", "-")
	main := subtag(language)
	if name := languageNames[main]; name != "" {
		main = name
	}
	for _, tag := range known {
		if strings.EqualFold(tag, language) {
			return []string{tag}
		}
		if subtag(tag) == main {
			tags = append(tags, tag)
		}
	}
	return tags
}

// subtag returns the language subtag of a tag. If a language has several
// subtags, it always returns the same one.
func subtag(tag string) string {
	main, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch main {
	case "cmn":
		return "zh"
	case "nb":
		return "no"
	}
	return main
}

// isLanguageTag reports whether s looks like a BCP 47 tag: a language of two or
// three letters, and then other subtags, joined by hyphens.
func isLanguageTag(s string) bool {
	for i, part := range strings.Split(s, "-") {
		switch {
		case part == "", len(part) > 8, strings.Contains(part, "_"), !isAlphanumeric(part):
			return false
		case i == 0 && (len(part) < 2 || len(part) > 3 || strings.ContainsFunc(part, func(r rune) bool { return !isLetter(r) })):
			return false
		}
	}
	return true
}
