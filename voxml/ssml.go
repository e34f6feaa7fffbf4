package voxml

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// zeroTags maps the name of each tag to the zero value of its type.
var zeroTags = map[string]ssml.Node{
	"amazon:domain": ssml.Newscaster{},
	"amazon:effect": ssml.Whispered{},
	"break":         ssml.Break{},
	"emphasis":      ssml.Emphasis{},
	"lang":          ssml.Lang{},
	"mark":          ssml.Mark{},
	"p":             ssml.P{},
	"phoneme":       ssml.Phoneme{},
	"prosody":       ssml.Prosody{},
	"s":             ssml.S{},
	"say-as":        ssml.SayAs{},
	"sub":           ssml.Sub{},
	"w":             ssml.W{},
}

// tag encodes or checks a tag. It is a plain switch, like codec.node.
func (c codec) tag(n ssml.Node) {
	switch n := n.(type) {
	case ssml.Newscaster:
		c.visitNewscaster(&n)
	case ssml.Whispered:
		c.visitWhispered(&n)
	case ssml.Break:
		c.visitBreak(&n)
	case ssml.Emphasis:
		c.visitEmphasis(&n)
	case ssml.Lang:
		c.visitLang(&n)
	case ssml.Mark:
		c.visitMark(&n)
	case ssml.P:
		c.visitP(&n)
	case ssml.Phoneme:
		c.visitPhoneme(&n)
	case ssml.Prosody:
		c.visitProsody(&n)
	case ssml.S:
		c.visitS(&n)
	case ssml.SayAs:
		c.visitSayAs(&n)
	case ssml.Sub:
		c.visitSub(&n)
	case ssml.W:
		c.visitW(&n)
	case ssml.Element:
		c.visitTag(&n)
	case ssml.Text, ssml.Trusted: // see encoder.speech; there is nothing to check
	default:
		c.foreignTag(n)
	}
}

// tagName returns the name of the tag for n, or "".
func tagName(n ssml.Node) string {
	if el, ok := n.(ssml.Element); ok && xmlscan.IsName(el.Name) {
		return el.Name
	}
	for name, b := range zeroTags {
		if reflect.TypeOf(b) == reflect.TypeOf(n) {
			return name
		}
	}
	return typeName(n)
}

// fillTag decodes into a value of zeroTags and returns the result.
func (c codec) fillTag(n ssml.Node) ssml.Node {
	switch n := n.(type) {
	case ssml.Newscaster:
		c.visitNewscaster(&n)
		return n
	case ssml.Whispered:
		c.visitWhispered(&n)
		return n
	case ssml.Break:
		c.visitBreak(&n)
		return n
	case ssml.Emphasis:
		c.visitEmphasis(&n)
		return n
	case ssml.Lang:
		c.visitLang(&n)
		return n
	case ssml.Mark:
		c.visitMark(&n)
		return n
	case ssml.P:
		c.visitP(&n)
		return n
	case ssml.Phoneme:
		c.visitPhoneme(&n)
		return n
	case ssml.Prosody:
		c.visitProsody(&n)
		return n
	case ssml.S:
		c.visitS(&n)
		return n
	case ssml.SayAs:
		c.visitSayAs(&n)
		return n
	case ssml.Sub:
		c.visitSub(&n)
		return n
	case ssml.W:
		c.visitW(&n)
		return n
	}
	return n
}

func (c codec) visitNewscaster(v *ssml.Newscaster) {
	const name = "amazon:domain"
	c.open(name, nil)
	c.fixed("name", "news")
	c.content(name, &v.Content)
}

func (c codec) visitWhispered(v *ssml.Whispered) {
	const name = "amazon:effect"
	c.open(name, nil)
	c.fixed("name", "whispered")
	c.content(name, &v.Content)
}

func (c codec) visitBreak(v *ssml.Break) {
	const name = "break"
	c.open(name, nil)
	c.milliseconds("time", &v.Time)
	enum(c, "strength", &v.Strength)
	c.noContent()
}

func (c codec) visitEmphasis(v *ssml.Emphasis) {
	const name = "emphasis"
	c.open(name, nil)
	enum(c, "level", &v.Level)
	c.content(name, &v.Content)
}

func (c codec) visitLang(v *ssml.Lang) {
	const name = "lang"
	c.open(name, nil)
	c.required("xml:lang", &v.Language)
	c.content(name, &v.Content)
}

func (c codec) visitMark(v *ssml.Mark) {
	const name = "mark"
	c.open(name, nil)
	c.required("name", &v.Name)
	c.noContent()
}

func (c codec) visitP(v *ssml.P) {
	const name = "p"
	c.open(name, nil)
	c.content(name, &v.Content)
}

func (c codec) visitPhoneme(v *ssml.Phoneme) {
	const name = "phoneme"
	c.open(name, nil)
	enum(c, "alphabet", &v.Alphabet)
	c.required("ph", &v.Ph)
	c.content(name, &v.Content)
}

func (c codec) visitProsody(v *ssml.Prosody) {
	const name = "prosody"
	c.open(name, nil)
	c.attr("pitch", &v.Pitch)
	c.attr("contour", &v.Contour)
	c.attr("range", &v.Range)
	c.attr("rate", &v.Rate)
	c.attr("duration", &v.Duration)
	c.attr("volume", &v.Volume)
	c.content(name, &v.Content)
}

func (c codec) visitS(v *ssml.S) {
	const name = "s"
	c.open(name, nil)
	c.content(name, &v.Content)
}

func (c codec) visitSayAs(v *ssml.SayAs) {
	const name = "say-as"
	c.open(name, nil)
	enum(c, "interpret-as", &v.InterpretAs)
	c.must("interpret-as", string(v.InterpretAs))
	c.attr("format", &v.Format)
	c.attr("detail", &v.Detail)
	c.content(name, &v.Content)
}

func (c codec) visitSub(v *ssml.Sub) {
	const name = "sub"
	c.open(name, nil)
	c.required("alias", &v.Alias)
	if c.chk != nil {
		c.chk.escapedTwice("alias", v.Alias)
	}
	c.content(name, &v.Content)
}

func (c codec) visitW(v *ssml.W) {
	const name = "w"
	c.open(name, nil)
	c.attr("role", &v.Role)
	c.content(name, &v.Content)
}

// visitTag encodes or checks an Element.
func (c codec) visitTag(v *ssml.Element) {
	switch {
	case c.chk != nil:
		c.chk.tag(*v)
	case !c.enc.named(v.Name):
		return
	default:
		c.open(v.Name, nil)
		c.enc.tagAttrs(v.Attrs)
	}
	c.content(v.Name, &v.Content)
}

// foreignTag rejects a node that is not of a type of package ssml.
func (c codec) foreignTag(n ssml.Node) {
	switch {
	case c.enc == nil:
	case n == nil:
		c.enc.fail("", errNil)
	default:
		c.enc.fail("", fmt.Errorf("is a %T: nodes must be values of the types of package ssml", n))
	}
}

// fixed is an attribute that has only one possible value.
func (c codec) fixed(name, value string) {
	switch {
	case c.enc != nil:
		c.enc.write(name, value)
	case c.dec != nil && !c.dec.is(name, value):
		c.dec.misfit = true
	}
}

// milliseconds is an attribute that holds a positive duration. The field is
// zero if the attribute is absent.
func (c codec) milliseconds(name string, p *time.Duration) {
	switch {
	case c.enc != nil && *p < 0:
		c.enc.fail(name, fmt.Errorf("%v is negative", *p))
	case c.enc != nil && *p%time.Millisecond != 0:
		c.enc.fail(name, fmt.Errorf("%v is not a whole number of milliseconds", *p))
	case c.enc != nil && *p%time.Second != 0:
		c.enc.attr(name, strconv.FormatInt(int64(*p/time.Millisecond), 10)+"ms")
	case c.enc != nil && *p != 0:
		c.enc.attr(name, strconv.FormatInt(int64(*p/time.Second), 10)+"s")
	case c.dec != nil:
		value, ok := c.dec.claim(name)
		if *p = parseTime(value); ok && *p == 0 {
			c.dec.misfit = true
		}
	}
}

// parseTime reads a duration of whole milliseconds as SSML writes it, such as
// "500ms" or "0.5s". It returns 0 for any other text.
func parseTime(s string) time.Duration {
	number, milli := strings.CutSuffix(s, "ms")
	if !milli {
		var ok bool
		if number, ok = strings.CutSuffix(s, "s"); !ok {
			return 0
		}
	}
	number = strings.TrimPrefix(number, "+")
	if !isAmount(number) && !(strings.HasPrefix(number, ".") && isDigits(number[1:])) {
		return 0
	}
	// time.ParseDuration reads these units in the same way.
	d, err := time.ParseDuration(s)
	if err != nil || d%time.Millisecond != 0 {
		return 0
	}
	return d
}

// content ends the attributes of a tag and visits its content.
func (c codec) content(name string, p *ssml.Speech) {
	switch {
	case c.enc != nil && len(*p) == 0:
		c.enc.empty()
	case c.enc != nil:
		c.enc.b = append(c.enc.b, '>')
		c.enc.speech(*p)
		c.enc.end(name)
	case c.dec != nil:
		*p = c.dec.content()
	case c.chk != nil:
		c.chk.speech(*p)
	}
}

// noContent ends the attributes of a tag that must be empty.
func (c codec) noContent() {
	switch {
	case c.enc != nil:
		c.enc.empty()
	case c.dec != nil:
		if len(c.dec.content()) > 0 {
			c.dec.misfit = true
		}
	}
}

// speech encodes the pieces of a speech.
func (e *encoder) speech(s ssml.Speech) {
	for i, n := range s {
		if e.full() {
			return
		}
		earlier := len(e.errs)
		switch n := n.(type) {
		case ssml.Text:
			e.chars(string(n))
		case ssml.Trusted:
			e.trusted(string(n))
			e.under(place(i, "Trusted"), earlier)
		default:
			if e.enter() {
				codec{enc: e}.tag(n)
			}
			e.depth--
			if len(e.errs) > earlier {
				e.under(place(i, tagName(n)), earlier)
			}
		}
	}
}

// tagAttrs writes the attributes of an Element.
func (e *encoder) tagAttrs(attrs []ssml.Attr) {
	if len(attrs) > MaxAttrs {
		e.fail("Attrs", errAttrs)
		return
	}
	for _, a := range attrs {
		e.extra = append(e.extra, Attr(a))
	}
	e.endAttrs()
}

// trusted writes markup unescaped, after checking that it is well formed.
func (e *encoder) trusted(markup string) {
	if len(markup) > MaxSize {
		e.fail("", errSize)
		return
	}
	scan := xmlscan.Fragment(markup, xmlscan.Limits{
		Depth: max(MaxDepth-e.depth, 0), Elements: max(MaxElements-e.elements, 0), Attrs: MaxAttrs,
	})
	for {
		switch token, err := scan.Next(); {
		case err == nil && token.Kind == xmlscan.Start:
			e.elements++
		case err == nil:
		default:
			var syntax *xmlscan.SyntaxError
			if errors.As(err, &syntax) {
				e.fail("", trustedError(syntax))
				return
			}
			e.raw(markup)
			return
		}
	}
}

// raw writes well-formed markup. It normalizes line ends, so that a trailing \r
// cannot merge with a following \n.
func (e *encoder) raw(markup string) {
	if strings.Contains(markup, "\r") {
		markup = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(markup)
	}
	const end = "]]>" // must not be formed by two pieces
	seam := string(e.b[max(0, len(e.b)-2):]) + markup[:min(2, len(markup))]
	if strings.Contains(seam, end) {
		e.fail("", errSeam)
	}
	e.b = append(e.b, markup...)
}

// trustedError returns the reason why markup cannot be written.
func trustedError(err *xmlscan.SyntaxError) error {
	if limit := limitError(err.Err); limit != err.Err {
		return limit
	}
	return fmt.Errorf("is not well formed at offset %d: %w", err.Pos, err.Err)
}
