package voxml

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A codec visits the parts of a node: the attributes, in the order of the
// documentation, and then the content. The visit method of each type lists them
// once. A visit encodes, decodes or checks the node, depending on which of the
// three pointers is set.
type codec struct {
	enc *encoder
	dec *decoder
	chk *checker
}

// open begins the attributes.
func (c codec) open(name string, extra Attrs) {
	if c.enc != nil {
		c.enc.open(name, extra)
	}
}

// skips reports whether an empty attribute can be skipped when encoding,
// which needs no extra attributes. A fast path; see BenchmarkAppendXML.
func (c codec) skips(empty bool) bool { return empty && c.enc != nil && len(c.enc.extra) == 0 }

// attr is an attribute with any text. The field is empty if the attribute is
// absent.
func (c codec) attr(name string, p *string) {
	switch {
	case c.skips(*p == ""):
	case c.enc != nil:
		c.enc.attr(name, *p)
	case c.dec != nil:
		*p = c.dec.attr(name)
	}
}

// required is an attribute that must not be empty.
func (c codec) required(name string, p *string) {
	c.attr(name, p)
	c.must(name, *p)
}

// always is an attribute that is written even if empty.
func (c codec) always(name string, p *string) {
	switch {
	case c.enc != nil:
		c.enc.own(name, true)
		c.enc.write(name, *p)
	case c.dec != nil:
		*p, _ = c.dec.claim(name)
	}
}

// url is an attribute that holds a URL.
func (c codec) url(name string, p *string) {
	c.attr(name, p)
	if c.chk != nil {
		c.chk.url(name, c.chk.space(name, *p), true)
	}
}

// language is an attribute with a set of known languages.
func (c codec) language(name string, p *string, known []string) {
	c.attr(name, p)
	if c.chk != nil {
		c.chk.language(name, *p, known)
	}
}

// output is an attribute that names a group of variables.
func (c codec) output(name string, p *string) {
	c.attr(name, p)
	if c.chk != nil {
		c.chk.output(name, *p)
	}
}

// variable is a required attribute that names a variable.
func (c codec) variable(name string, p *string) {
	c.required(name, p)
	if c.chk != nil {
		c.chk.variable(name, *p)
	}
}

// condition is the expression attribute.
func (c codec) condition(p *Expr) {
	const name = "expression"
	switch {
	case c.enc != nil && p.err != nil:
		c.enc.own(name, true)
		c.enc.fail(name, p.err)
	case c.enc != nil && invalidChar(p.text) >= 0: // replacing the character would change the condition
		c.enc.own(name, true)
		c.enc.fail(name, errNoXML)
	case c.enc != nil:
		c.enc.attr(name, p.text)
		if p.text == "" {
			c.enc.fail(name, errRequired)
		}
	case c.dec != nil:
		*p = RawExpr(c.dec.attr(name))
	case c.chk != nil:
		c.chk.condition(name, *p)
	}
}

// keys is an attribute that lists keys, at most the number most. [NoKey] is the
// empty list.
func (c codec) keys(name string, p *string, most int) {
	switch {
	case c.skips(*p == ""):
	case c.enc != nil && *p == NoKey:
		c.enc.own(name, true)
		c.enc.write(name, "")
	case c.enc != nil && *p == "":
		c.enc.own(name, true)
	case c.enc != nil:
		c.enc.attr(name, *p)
	case c.dec != nil:
		value, ok := c.dec.claim(name)
		switch {
		case ok && value == "":
			value = NoKey
		case value == NoKey:
			c.dec.fail(name, errNoKey)
			value = ""
		}
		*p = value
	case c.chk != nil:
		c.chk.keys(name, *p, most)
	}
}

// tones is an attribute that lists keys to play.
func (c codec) tones(name string, p *string) {
	c.attr(name, p)
	if c.chk != nil {
		c.chk.tones(name, *p)
	}
}

// amount is an attribute that holds a decimal number.
func (c codec) amount(name string, p *string) {
	c.attr(name, p)
	if *p == "" || isAmount(*p) {
		return
	}
	switch {
	case c.enc != nil:
		c.enc.fail(name, errAmount)
	case c.dec != nil:
		c.dec.fail(name, errAmount)
		*p = ""
	}
}

// flag is an attribute that is absent if the field is false, and has the value
// on if the field is true.
func (c codec) flag(name string, p *bool, on bool) {
	switch {
	case c.skips(!*p):
	case c.enc != nil && *p:
		c.enc.attr(name, strconv.FormatBool(on))
	case c.enc != nil:
		c.enc.own(name, true)
	case c.dec != nil:
		if value, ok := c.dec.flag(name); ok {
			*p = value == on
		}
	}
}

// unbounded is the limit of numbers without a limit.
const unbounded = math.MaxInt

// count is an attribute that holds a number from 1 to most. The field is zero
// if the attribute is absent.
func (c codec) count(name string, p *int, most int) {
	switch {
	case c.skips(*p == 0):
	case c.enc != nil:
		c.enc.count(name, *p)
	case c.dec != nil:
		if n, ok := c.dec.count(name, math.MaxInt); ok {
			*p = int(n)
		}
	case c.chk != nil:
		c.chk.count(name, *p, most)
	}
}

// seconds is an attribute that holds a duration from 1 second to most. The
// field is zero if the attribute is absent.
func (c codec) seconds(name string, p *time.Duration, most time.Duration) {
	switch {
	case c.skips(*p == 0):
	case c.enc != nil:
		c.enc.seconds(name, *p)
	case c.dec != nil:
		if n, ok := c.dec.count(name, int64(longest/time.Second)); ok {
			*p = time.Duration(n) * time.Second
		}
	case c.chk != nil:
		c.chk.seconds(name, *p, most)
	}
}

// secondsOr is like seconds, but writes one special duration as a word.
func (c codec) secondsOr(name string, p *time.Duration, special time.Duration, word string) {
	switch {
	case c.skips(*p == 0):
	case c.enc != nil && *p == special:
		c.enc.attr(name, word)
	case c.dec != nil && c.dec.is(name, word):
		*p = special
	default:
		c.seconds(name, p, longest)
	}
}

// longest is the longest duration in whole seconds.
const longest = math.MaxInt64 / time.Second * time.Second

// enum is an attribute with a set of known values.
func enum[S interface {
	~string
	Known() bool
}](c codec, name string, p *S) {
	switch {
	case c.skips(*p == ""):
	case c.enc != nil:
		c.enc.attr(name, string(*p))
	case c.dec != nil:
		*p = S(c.dec.attr(name))
	case c.chk != nil && *p != "" && !(*p).Known():
		c.chk.unknown(name, reflect.TypeFor[S]().String(), string(*p))
	}
}

// list is an attribute that holds words, separated by spaces.
func list[S interface {
	~string
	Known() bool
}](c codec, name string, p *[]S) {
	switch {
	case c.skips(len(*p) == 0):
	case c.enc != nil:
		writeList(c.enc, name, *p)
	case c.dec != nil:
		*p = readList[S](c.dec, name)
	case c.chk != nil:
		for _, word := range *p {
			if !word.Known() {
				c.chk.unknown(name, reflect.TypeFor[S]().String(), string(word))
				break
			}
		}
	}
}

// counts is an attribute that holds numbers from 1 to most, separated by
// spaces.
func (c codec) counts(name string, p *[]int, most int) {
	switch {
	case c.enc != nil:
		c.enc.counts(name, *p)
	case c.dec != nil:
		*p = c.dec.counts(name)
	case c.chk != nil:
		c.chk.count(name, slices.Max(append([]int{0}, *p...)), most)
	}
}

// rest visits the attributes without a field, which come last.
func (c codec) rest(p *Attrs) {
	switch {
	case c.skips(true):
	case c.enc != nil:
		c.enc.endAttrs()
	case c.dec != nil:
		*p = c.dec.rest()
	case c.chk != nil:
		c.chk.attrs(*p)
	}
}

// empty is the content of an element that has none.
func (c codec) empty() {
	switch {
	case c.enc != nil:
		c.enc.empty()
	case c.dec != nil:
		c.dec.empty()
	}
}

// text is content that is any text.
func (c codec) text(name string, p *string) {
	switch {
	case c.enc != nil:
		c.enc.text(name, *p)
	case c.dec != nil:
		*p = c.dec.text()
	}
}

// word is content that is a number or an id. The field is named in errors. Text
// that is only white space counts as empty.
func (c codec) word(name, field string, p *string) {
	c.text(name, p)
	if s := *p; s == "" || !isSpace(rune(s[0])) && !isSpace(rune(s[len(s)-1])) {
		return
	}
	switch trimmed := strings.TrimFunc(*p, isSpace); {
	case c.dec != nil && trimmed == "":
		*p = ""
	case c.enc != nil && trimmed == "":
		c.enc.fail(field, errRequired)
	case c.chk != nil:
		c.chk.space(field, *p)
	}
}

// link is content that is a URL.
func (c codec) link(name string, p *string) {
	c.word(name, "URL", p)
	if c.chk != nil {
		c.chk.url("URL", strings.TrimFunc(*p, isSpace), name != "Play")
	}
}

// must reports a field that is empty as an error.
func (c codec) must(field, value string) {
	if value != "" {
		return
	}
	c.refuse(field, errRequired)
	if c.dec != nil {
		c.dec.misfit = true // only used for tags of speech
	}
}

// refuse adds an error of a field when encoding.
func (c codec) refuse(field string, err error) {
	if c.enc != nil {
		c.enc.fail(field, err)
	}
}

// children is content that consists of nodes.
func children[T Node](c codec, name string, p *[]T) {
	switch {
	case c.enc != nil:
		writeChildren(c.enc, name, *p)
	case c.dec != nil:
		*p = readChildren[T](c.dec)
	case c.chk != nil:
		checkChildren(c.chk, *p)
	}
}
