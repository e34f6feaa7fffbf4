package ssml

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

// Speech is text with markup, in the order in which it is spoken.
type Speech []Node

// A Node is a piece of a [Speech]. It is one of [Text], [Break], [Emphasis],
// [Lang], [Mark], [Newscaster], [P], [Phoneme], [Prosody], [S], [SayAs], [Sub],
// [W], [Whispered], [Element] and [Trusted].
//
// Nodes are values. Write Break{…}, not &Break{…}: pointers do not encode.
type Node interface{ node() }

// Text is text to speak. It is always escaped.
type Text string

// Trusted is markup that is written unescaped. It must be the well-formed
// content of an element, without processing instructions, document types, and
// entities other than the five of XML. If it is not, the document does not
// encode. Line ends are written as \n. Parsing never returns a Trusted. It must
// not contain anything that a caller said.
type Trusted string

// Break is a pause.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.2.3
type Break struct {
	// Time is the length of the pause, in whole milliseconds. Polly accepts at
	// most 10 seconds. Zero means that Strength decides. Wire form: "500ms" or
	// "2s".
	Time time.Duration

	// Strength is the length of the pause as a word. If empty, "medium" is
	// used.
	Strength Strength
}

// Emphasis stresses its content.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.2.2
type Emphasis struct {
	// Level is the amount of stress. If empty, "moderate" is used.
	Level Level

	// Content is the speech to stress.
	Content Speech
}

// Lang is speech in another language than the speech around it.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.12
type Lang struct {
	// Language is a BCP-47 tag, such as "fr-FR". Required. Wire name:
	// xml:lang.
	Language string

	// Content is the speech in that language.
	Content Speech
}

// Mark gives a name to a place in the speech. It makes no sound.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.3.2
type Mark struct {
	// Name is the name of the place. Required.
	Name string
}

// P is a paragraph.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.8.1
type P struct {
	// Content is the speech of the paragraph.
	Content Speech
}

// S is a sentence.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.8.1
type S struct {
	// Content is the speech of the sentence.
	Content Speech
}

// Phoneme gives the pronunciation of a word in a phonetic alphabet.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.10
type Phoneme struct {
	// Alphabet is the alphabet of Ph. If empty, the engine's default is used.
	Alphabet Alphabet

	// Ph is the pronunciation. Required.
	Ph string

	// Content is the word in ordinary spelling.
	Content Speech
}

// Prosody sets the pitch, speed and volume of its content. A value is a word
// (x-low to x-high, x-slow to x-fast, silent to x-loud), a change ("+6dB",
// "-10%", "+2st") or, for some fields, an absolute value ("110Hz", "120%").
//
// https://www.w3.org/TR/speech-synthesis11/#S3.2.4
type Prosody struct {
	// Pitch is the base pitch. If empty, it is unchanged.
	Pitch string

	// Contour is how the pitch changes over time, as pairs of time and pitch:
	// "(0%,+20Hz) (40%,+30%)". If empty, it is unchanged.
	Contour string

	// Range is how much the pitch varies. If empty, it is unchanged.
	Range string

	// Rate is the speed. If empty, it is unchanged.
	Rate string

	// Duration is how long it takes to speak the content, such as "3s". If
	// empty, it is unchanged.
	Duration string

	// Volume is the volume. If empty, it is unchanged.
	Volume string

	// Content is the speech that the values apply to.
	Content Speech
}

// SayAs says what kind of text its content is, so that it is read accordingly.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.9
type SayAs struct {
	// InterpretAs is the kind of text. Required. Wire name: interpret-as.
	InterpretAs InterpretAs

	// Format is the format of the content, such as "mdy" for a [Date]. If
	// empty, the engine decides.
	Format string

	// Detail is the level of detail to read. If empty, the engine decides.
	Detail string

	// Content is the text to read.
	Content Speech
}

// Sub replaces its content by another text in speech, for example an
// abbreviation by its full form.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.11
type Sub struct {
	// Alias is the text to speak. Required.
	Alias string

	// Content is the written text, which is not spoken.
	Content Speech
}

// W is a word. It selects one of several pronunciations.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.8.2
type W struct {
	// Role is the part of speech or the sense, such as "amazon:VB" for a verb
	// in Polly. If empty, the engine decides.
	Role string

	// Content is the word.
	Content Speech
}

// Whispered is speech that some Polly voices whisper. It is written as
// <amazon:effect name="whispered">, as Polly documents it. Polly documents no
// namespace for the prefix, so it is not declared, and namespace-aware XML
// parsers reject the document.
//
// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
type Whispered struct {
	// Content is the whispered speech.
	Content Speech
}

// Newscaster is speech that some Polly voices read in the style of the news. It
// is written as <amazon:domain name="news">, as Polly documents it. The prefix
// is not declared, as with [Whispered].
//
// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
type Newscaster struct {
	// Content is the speech to read.
	Content Speech
}

// An Element is a tag that has no type in this package, or a tag with
// attributes or content that its type cannot hold.
type Element struct {
	// Name is the name of the tag. It must be a valid XML name, with or without
	// a prefix such as "amazon:". The prefix is not declared.
	Name string

	// Attrs are the attributes, in the order in which they are written.
	Attrs []Attr

	// Content is the content, in order.
	Content Speech
}

// An Attr is an attribute of an [Element].
type Attr struct {
	// Name must be a valid XML name, with or without a prefix such as "xml:".
	Name string

	// Value is always escaped. If empty, the attribute is written with an empty
	// value.
	Value string
}

func (Break) node()      {}
func (Element) node()    {}
func (Emphasis) node()   {}
func (Lang) node()       {}
func (Mark) node()       {}
func (Newscaster) node() {}
func (P) node()          {}
func (Phoneme) node()    {}
func (Prosody) node()    {}
func (S) node()          {}
func (SayAs) node()      {}
func (Sub) node()        {}
func (Text) node()       {}
func (Trusted) node()    {}
func (W) node()          {}
func (Whispered) node()  {}

// Text returns the speech without its tags, as it is written: a [Sub] yields
// its content, not its alias. Text leaves out anything more than 100 levels
// deep, and anything after 100,000 nodes. If a [Trusted] is not well formed,
// Text includes the part before the error.
func (s Speech) Text() string {
	var b strings.Builder
	left := maxNodes
	s.text(&b, maxDepth, &left)
	return b.String()
}

// The limits of Text, for a Speech that contains itself. No document nests as
// deep or has as many tags.
const (
	maxDepth = 100
	maxNodes = 100_000
)

// text is a plain switch, because the types have no method that returns their
// content.
func (s Speech) text(b *strings.Builder, depth int, left *int) {
	if depth == 0 {
		return
	}
	depth--
	for _, n := range s {
		if *left--; *left < 0 {
			return
		}
		switch n := n.(type) {
		case Text:
			b.WriteString(string(n))
		case Trusted:
			n.text(b)
		case Element:
			n.Content.text(b, depth, left)
		case Emphasis:
			n.Content.text(b, depth, left)
		case Lang:
			n.Content.text(b, depth, left)
		case Newscaster:
			n.Content.text(b, depth, left)
		case P:
			n.Content.text(b, depth, left)
		case Phoneme:
			n.Content.text(b, depth, left)
		case Prosody:
			n.Content.text(b, depth, left)
		case S:
			n.Content.text(b, depth, left)
		case SayAs:
			n.Content.text(b, depth, left)
		case Sub:
			n.Content.text(b, depth, left)
		case W:
			n.Content.text(b, depth, left)
		case Whispered:
			n.Content.text(b, depth, left)
		}
	}
}

func (t Trusted) text(b *strings.Builder) {
	s := xmlscan.Fragment(string(t), xmlscan.Limits{Depth: len(t), Elements: len(t), Attrs: 100})
	for {
		token, err := s.Next()
		if err != nil {
			return
		}
		b.WriteString(token.Text)
	}
}
