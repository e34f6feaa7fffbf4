package ssml

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

// Speech is text with markup, in the order in which it is spoken.
type Speech []Node

// A Node is a piece of a [Speech]. It is one of [Text], [Break], [Emphasis],
// [Lang], [Mark], [Newscaster], [P], [Phoneme], [Prosody], [S], [SayAs],
// [Sub], [W], [Whispered], an [Element] or a [Trusted].
//
// Nodes are values: use Break{…}, not &Break{…}, which does not encode.
type Node interface{ node() }

// Text is spoken. It is always escaped.
type Text string

// Trusted is markup that is written as it is. It must be well-formed content
// of an element, without processing instructions, document types and
// entities other than the five of XML. If it is not, the document does not
// encode. Its line ends become \n. Parsing never returns one. It must not
// contain anything that a caller said.
type Trusted string

// Break is a pause.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.2.3
type Break struct {
	// Time is the length in whole milliseconds. Polly takes at most 10
	// seconds. If zero, Strength decides. Wire form: "500ms" or "2s".
	Time time.Duration

	// Strength is the length as a word. If empty, medium.
	Strength Strength
}

// Emphasis stresses its content.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.2.2
type Emphasis struct {
	// Level is the amount of stress. If empty, moderate.
	Level Level

	// Content is the stressed speech.
	Content Speech
}

// Lang is speech in another language than that around it.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.12
type Lang struct {
	// Language is a BCP-47 tag, such as "fr-FR". Required. Wire name:
	// xml:lang.
	Language string

	// Content is the speech in that language.
	Content Speech
}

// Mark names a place in the speech. It is not heard.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.3.2
type Mark struct {
	// Name is the name. Required.
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

// Phoneme is pronounced as written in a phonetic alphabet.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.10
type Phoneme struct {
	// Alphabet is that of Ph. If empty, the engine's default.
	Alphabet Alphabet

	// Ph is the pronunciation. Required.
	Ph string

	// Content is the word in ordinary spelling.
	Content Speech
}

// Prosody sets the pitch, speed and volume of its content. The values are
// words (x-low to x-high, x-slow to x-fast, silent to x-loud), relative
// ("+6dB", "-10%", "+2st") or, for some, absolute ("110Hz", "120%").
//
// https://www.w3.org/TR/speech-synthesis11/#S3.2.4
type Prosody struct {
	// Pitch is the base pitch. If empty, unchanged.
	Pitch string

	// Contour is the course of the pitch, as pairs "(0%,+20Hz) (40%,+30%)".
	// If empty, unchanged.
	Contour string

	// Range is how far the pitch varies. If empty, unchanged.
	Range string

	// Rate is the speed. If empty, unchanged.
	Rate string

	// Duration is how long the content takes to speak, such as "3s".
	// If empty, as long as it takes.
	Duration string

	// Volume is the volume. If empty, unchanged.
	Volume string

	// Content is the speech that the values apply to.
	Content Speech
}

// SayAs says what kind of thing its content is, so that it is read as such.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.9
type SayAs struct {
	// InterpretAs is the kind. Required. Wire name: interpret-as.
	InterpretAs InterpretAs

	// Format is how the content is written, such as "mdy" for a [Date].
	// If empty, the engine decides.
	Format string

	// Detail says how much of it is read. If empty, the engine decides.
	Detail string

	// Content is the text to read.
	Content Speech
}

// Sub is written in one way and spoken in another.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.11
type Sub struct {
	// Alias is spoken. Required.
	Alias string

	// Content is the written form, which is not spoken.
	Content Speech
}

// W is a word. It says which of several pronunciations is meant.
//
// https://www.w3.org/TR/speech-synthesis11/#S3.1.8.2
type W struct {
	// Role is the part of speech or the sense, such as "amazon:VB" for a
	// verb of Polly's. If empty, the engine decides.
	Role string

	// Content is the word.
	Content Speech
}

// Whispered is whispered, by some Polly voices. It is written as
// <amazon:effect name="whispered">, as Polly documents it. The prefix is not
// declared, so an XML parser that knows namespaces refuses the document. No
// namespace is documented for it.
//
// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
type Whispered struct {
	// Content is the whispered speech.
	Content Speech
}

// Newscaster is read in the style of the news, by some Polly voices. It is
// written as <amazon:domain name="news">, as Polly documents it. The prefix
// is not declared, as with [Whispered].
//
// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
type Newscaster struct {
	// Content is the speech to read.
	Content Speech
}

// An Element is a tag that this package has no type for, or a tag with
// attributes or content that its type cannot hold.
type Element struct {
	// Name is the tag's name. It must be an XML name. A prefix such as
	// "amazon:" is part of it, and is not declared by this package.
	Name string

	// Attrs are the attributes, in the order in which they are written.
	Attrs []Attr

	// Content is the content, in order.
	Content Speech
}

// An Attr is one attribute of an [Element].
type Attr struct {
	// Name must be an XML name; a prefix such as "xml:" is part of it.
	Name string

	// Value is always escaped. If it is empty, the attribute is written with
	// the empty value.
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

// Text returns the speech without its tags, as it is written: the content of
// a [Sub], not its alias. Anything more than 100 deep, or after 100,000
// pieces, is left out. Of a [Trusted] that is not well formed, the part
// before the error is included.
func (s Speech) Text() string {
	var b strings.Builder
	left := mostNodes
	s.text(&b, maxDepth, &left)
	return b.String()
}

// The bounds of Text, for a Speech that contains itself. No document is as
// deep, or has as many tags.
const (
	maxDepth  = 100
	mostNodes = 100_000
)

// text is a flat switch, because the types have no method for their content.
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
