package voxml

import (
	"time"

	"github.com/voxhook/voxhook/voxml/ssml"
)

// Say speaks a text to the caller.
//
// Voxtelesys documentation: VoXML, Say.
type Say struct {
	// Text is the text to speak, at most 3,000 characters. It is always
	// escaped: text that looks like markup is spoken as it is.
	Text string

	// SSML is speech markup to speak instead of Text:
	//
	//	SSML: ssml.Speech{ssml.Text("Please hold."), ssml.Break{Time: time.Second}}
	//
	// Tags do not count towards the 3,000 characters. If empty, Text is spoken.
	SSML ssml.Speech

	// Voice is a speech engine and one of its voices, such as "Polly.Joanna".
	// The engines are Polly, Deepgram and Google. Choose a voice of Language,
	// such as Polly.Lupe for es-US. If empty, Polly.Joanna is used, which
	// speaks English. Check then warns if Language is another language. Check
	// does not know the languages of the other voices.
	Voice string

	// Language is the language of the text, a BCP-47 tag such as es-US. A
	// [Gather] in the same language may need another tag, such as es. If
	// empty, en-US is used.
	Language string

	// Loop is how many times the text is spoken. Zero means once.
	Loop int

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Say) visit(c codec) {
	c.open("Say", v.Attrs)
	c.attr("voice", &v.Voice)
	c.attr("language", &v.Language)
	c.count("loop", &v.Loop, unbounded)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	switch {
	case c.dec != nil:
		v.Text, v.SSML = c.dec.say()
	case len(v.SSML) == 0:
		c.text("Say", &v.Text)
	default:
		if v.Text != "" {
			c.refuse("SSML", errBoth("Text"))
		}
		c.content("Say", &v.SSML)
	}
}

// Play plays an audio file or DTMF tones.
//
// Voxtelesys documentation: VoXML, Play.
type Play struct {
	// URL is the URL of the audio file, relative or absolute. If empty, Digits
	// are played.
	URL string

	// Loop is how many times the file or the tones are played. Zero means once.
	Loop int

	// Digits are the keys whose tones are played instead of URL. A w is a pause
	// of half a second. If empty, URL is played.
	Digits string

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Play) visit(c codec) {
	c.open("Play", v.Attrs)
	c.count("loop", &v.Loop, unbounded)
	c.tones("digits", &v.Digits)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	switch {
	case v.Digits == "":
		c.must("URL", v.URL)
	case v.URL != "":
		c.refuse("digits", errBoth("URL"))
	}
	c.link("Play", &v.URL)
}

// Pause waits in silence.
//
// Voxtelesys documentation: VoXML, Pause.
type Pause struct {
	// Length is the duration of the silence, 1 to 60 whole seconds. Zero means
	// 1 second.
	Length time.Duration

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Pause) visit(c codec) {
	c.open("Pause", v.Attrs)
	c.seconds("length", &v.Length, time.Minute)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}
