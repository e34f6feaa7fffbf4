package voxml

import "time"

// Say speaks a text to the caller.
//
// Voxtelesys documentation: VoXML, Say.
type Say struct {
	// Text is what is said, at most 3,000 characters. It is always escaped:
	// what looks like markup is spoken as it stands.
	Text string

	// SSML is what is said as speech markup, in place of Text:
	//
	//	SSML: []voxml.Markup{
	//		voxml.Text("Please hold."),
	//		voxml.Element{Name: "break", Attrs: voxml.Attrs{{Name: "time", Value: "1s"}}},
	//	}
	//
	// Its tags do not count towards the 3,000 characters. None: Text is said.
	SSML []Markup

	// Voice is the speech engine and its voice, such as "Polly.Joanna" or a
	// voice of Deepgram or Google. Empty: Polly.Joanna.
	Voice string

	// Language is that of the text, a BCP-47 tag. Empty: en-US.
	Language string

	// Loop is how many times the text is said. Zero: once.
	Loop int

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Say) encode(e *encoder) {
	e.open("Say", v.Attrs)
	e.attr("voice", v.Voice)
	e.attr("language", v.Language)
	e.count("loop", v.Loop)
	e.attr("history", string(v.History))
	if v.Text != "" && len(v.SSML) > 0 {
		e.fail("SSML", errBoth)
	}
	if len(v.SSML) > 0 {
		children(e, "Say", v.SSML)
	} else {
		e.text("Say", v.Text)
	}
}

// Play plays an audio file, or DTMF tones.
//
// Voxtelesys documentation: VoXML, Play.
type Play struct {
	// URL is that of the audio file, relative or absolute. Empty: Digits are
	// played.
	URL string

	// Loop is how many times it is played. Zero: once.
	Loop int

	// Digits are played as tones, in place of URL: keys, and w for a pause of
	// half a second. Empty: URL is played.
	Digits string

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Play) encode(e *encoder) {
	e.open("Play", v.Attrs)
	e.count("loop", v.Loop)
	e.attr("digits", v.Digits)
	e.attr("history", string(v.History))
	switch {
	case v.URL == "" && v.Digits == "":
		e.fail("URL", errRequired)
	case v.URL != "" && v.Digits != "":
		e.fail("digits", errBoth)
	}
	e.text("Play", v.URL)
}

// Pause waits in silence.
//
// Voxtelesys documentation: VoXML, Pause.
type Pause struct {
	// Length is how long, 1 to 60 whole seconds. Zero: 1 second.
	Length time.Duration

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Pause) encode(e *encoder) {
	e.open("Pause", v.Attrs)
	e.seconds("length", v.Length)
	e.attr("history", string(v.History))
	e.empty()
}
