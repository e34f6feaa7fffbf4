package voxml

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of a document. They end documents that contain themselves.
const (
	MaxDepth    = 100     // how deep elements may nest below Response
	MaxElements = 100_000 // how many elements, and texts between them, it may have
)

// maxErrors is how many errors are reported for one document.
const maxErrors = 100

var (
	errName     = errors.New("is not an XML name")
	errRequired = errors.New("is required")
	errDepth    = fmt.Errorf("is nested more than %d deep", MaxDepth)
	errAmount   = errors.New(`is not a decimal number such as "9.50"`)
	errElements = fmt.Errorf("has more than %d elements", MaxElements)
	errNil      = errors.New("is nil")
	errWord     = errors.New("holds a value that is empty or has a space in it")
	errSpecial  = errors.New("cannot be Auto or Never")
	errOwned    = errors.New("has a field of its own: it cannot stand in Attrs")
	errTwice    = errors.New("stands in Attrs twice")
	errBoth     = errors.New("cannot stand beside the other content: leave one of them empty")
)

// An encoder appends a document to b, and gathers what cannot be encoded.
// It never leaves the stack: nodes are told apart by a type switch and not by
// a method of their own, so that encoding into a buffer with room allocates
// nothing.
type encoder struct {
	b        []byte
	extra    Attrs // of the start tag that is open
	depth    int
	elements int      // so far
	errs     []*Error // with paths from the element at hand
}

// element encodes n, the index-th of its siblings.
func (e *encoder) element(index int, n Node) {
	earlier := len(e.errs)
	e.depth++
	e.elements++
	switch {
	case len(e.errs) == maxErrors: // enough
	case e.depth > MaxDepth:
		e.fail("", errDepth)
	case e.elements == MaxElements+1:
		e.fail("", errElements)
	case e.elements <= MaxElements:
		e.node(n)
	}
	e.depth--
	if len(e.errs) > earlier {
		e.under(place(index, n), earlier)
	}
}

// under puts a place before the paths of all but the earlier errors.
func (e *encoder) under(place string, earlier int) {
	for _, err := range e.errs[earlier:] {
		err.Path = place + err.Path
	}
}

// place is the part of a path that stands for the index-th child n.
func place(index int, n Node) string {
	name := ""
	if el, ok := n.(Element); ok && isName(el.Name) {
		name = el.Name
	} else if t := reflect.TypeOf(n); t != nil {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name = t.Name() // a type has the name of its element
	}
	if name != "" {
		name = "." + name
	}
	return "[" + strconv.Itoa(index) + "]" + name
}

func (e *encoder) node(n Node) {
	switch n := n.(type) {
	case Answer:
		n.encode(e)
	case Connect:
		n.encode(e)
	case Dial:
		n.encode(e)
	case Do:
		n.encode(e)
	case Element:
		n.encode(e)
	case Flow:
		n.encode(e)
	case Gather:
		n.encode(e)
	case Hangup:
		n.encode(e)
	case If:
		n.encode(e)
	case Number:
		n.encode(e)
	case Parameter:
		n.encode(e)
	case Pause:
		n.encode(e)
	case Pay:
		n.encode(e)
	case Play:
		n.encode(e)
	case Prompt:
		n.encode(e)
	case Record:
		n.encode(e)
	case Redirect:
		n.encode(e)
	case Reject:
		n.encode(e)
	case Say:
		n.encode(e)
	case Set:
		n.encode(e)
	case Text:
		e.b = appendEscaped(e.b, string(n), inText)
	case Unset:
		n.encode(e)
	case nil:
		e.fail("", errNil)
	default:
		e.fail("", fmt.Errorf("is a %T: it must be a value of one of this package's types", n))
	}
}

// open begins a start tag. Until body, empty or children ends it, attributes
// can be written.
func (e *encoder) open(name string, extra Attrs) {
	e.extra = extra
	e.b = append(e.b, '<')
	e.b = append(e.b, name...)
}

// attr writes an attribute, unless its value is empty.
func (e *encoder) attr(name, value string) {
	e.own(name)
	if value != "" {
		e.write(name, value)
	}
}

// required writes an attribute that must not be empty.
func (e *encoder) required(name, value string) {
	if value == "" {
		e.fail(name, errRequired)
	}
	e.attr(name, value)
}

// always writes an attribute, even if its value is empty.
func (e *encoder) always(name, value string) {
	e.own(name)
	e.write(name, value)
}

// keys writes a set of keys, unless it is empty. NoKey is the empty set.
func (e *encoder) keys(name, keys string) {
	if keys == NoKey {
		e.always(name, "")
		return
	}
	e.attr(name, keys)
}

// amount writes a decimal number, unless it is empty.
func (e *encoder) amount(name, s string) {
	whole, fraction, point := strings.Cut(s, ".")
	if s != "" && (!isDigits(whole) || point && !isDigits(fraction)) {
		e.fail(name, errAmount)
	}
	e.attr(name, s)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// flag writes value if on is set. It serves switches that are off by default
// as well as those that are on.
func (e *encoder) flag(name string, on bool, value string) {
	if !on {
		value = ""
	}
	e.attr(name, value)
}

// count writes a number, unless it is zero.
func (e *encoder) count(name string, n int) {
	e.own(name)
	switch {
	case n < 0:
		e.fail(name, fmt.Errorf("%d is negative", n))
	case n > 0:
		e.number(name, int64(n))
	}
}

// seconds writes a time in seconds, unless it is zero.
func (e *encoder) seconds(name string, d time.Duration) {
	e.own(name)
	switch {
	case d == Auto, d == Never:
		e.fail(name, errSpecial)
	case d < 0:
		e.fail(name, fmt.Errorf("%v is negative", d))
	case d%time.Second != 0:
		e.fail(name, fmt.Errorf("%v is not a whole number of seconds", d))
	case d > 0:
		e.number(name, int64(d/time.Second))
	}
}

// secondsOr is seconds for an attribute that also has a word for one special
// duration.
func (e *encoder) secondsOr(name string, d, special time.Duration, word string) {
	if d == special {
		e.attr(name, word)
		return
	}
	e.seconds(name, d)
}

// list writes words separated by spaces, unless there are none.
func list[S ~string](e *encoder, name string, words []S) {
	e.own(name)
	if len(words) == 0 {
		return
	}
	e.begin(name)
	for i, w := range words {
		if w == "" || strings.ContainsAny(string(w), " \t\r\n") {
			e.fail(name, errWord)
			break
		}
		if i > 0 {
			e.b = append(e.b, ' ')
		}
		e.b = appendEscaped(e.b, string(w), inAttr)
	}
	e.b = append(e.b, '"')
}

// counts writes numbers separated by spaces, unless there are none.
func (e *encoder) counts(name string, numbers []int) {
	e.own(name)
	if len(numbers) == 0 {
		return
	}
	e.begin(name)
	for i, n := range numbers {
		if n <= 0 {
			e.fail(name, fmt.Errorf("%d is not positive", n))
		}
		if i > 0 {
			e.b = append(e.b, ' ')
		}
		e.b = strconv.AppendInt(e.b, int64(n), 10)
	}
	e.b = append(e.b, '"')
}

func (e *encoder) number(name string, n int64) {
	e.begin(name)
	e.b = strconv.AppendInt(e.b, n, 10)
	e.b = append(e.b, '"')
}

func (e *encoder) write(name, value string) {
	e.begin(name)
	e.b = appendEscaped(e.b, value, inAttr)
	e.b = append(e.b, '"')
}

func (e *encoder) begin(name string) {
	e.b = append(e.b, ' ')
	e.b = append(e.b, name...)
	e.b = append(e.b, '=', '"')
}

// own refuses extra attributes that have the name of a known one. Every known
// attribute comes by here, whether it is written or not.
func (e *encoder) own(name string) {
	for _, x := range e.extra {
		if x.Name == name {
			e.fail(name, errOwned)
		}
	}
}

// endAttrs writes the extra attributes.
func (e *encoder) endAttrs() {
	for i, x := range e.extra {
		if !isName(x.Name) {
			e.fail("Attrs["+strconv.Itoa(i)+"]", errName)
			continue
		}
		for _, earlier := range e.extra[:i] {
			if earlier.Name == x.Name {
				e.fail(x.Name, errTwice)
				break
			}
		}
		e.write(x.Name, x.Value)
	}
}

// empty ends an element without content.
func (e *encoder) empty() {
	e.endAttrs()
	e.b = append(e.b, '/', '>')
}

// text ends an element whose content is text.
func (e *encoder) text(name, text string) {
	if text == "" {
		e.empty()
		return
	}
	e.endAttrs()
	e.b = append(e.b, '>')
	e.b = appendEscaped(e.b, text, inText)
	e.end(name)
}

// children ends an element whose content is other nodes.
func children[T Node](e *encoder, name string, nodes []T) {
	if len(nodes) == 0 {
		e.empty()
		return
	}
	e.endAttrs()
	e.b = append(e.b, '>')
	for i, n := range nodes {
		e.element(i, n)
	}
	e.end(name)
}

func (e *encoder) end(name string) {
	e.b = append(e.b, '<', '/')
	e.b = append(e.b, name...)
	e.b = append(e.b, '>')
}

// fail notes what is wrong with an attribute, or with the element at hand if
// attr is empty.
func (e *encoder) fail(attr string, err error) {
	if len(e.errs) == maxErrors {
		return
	}
	if attr != "" {
		attr = "." + attr
	}
	e.errs = append(e.errs, &Error{Path: attr, Err: err})
}

// Where a string stands: it decides which characters must be escaped.
const (
	inText uint8 = 1 << iota
	inAttr
)

// escapes tells for each ASCII character where it cannot stand as it is.
var escapes = func() (t [utf8.RuneSelf]uint8) {
	for c := range byte(' ') {
		t[c] = inText | inAttr
	}
	t['\t'], t['\n'], t['"'] = inAttr, inAttr, inAttr
	t['&'], t['<'], t['>'] = inText|inAttr, inText|inAttr, inText|inAttr
	return t
}()

// replacement stands for what XML cannot carry.
const replacement = "\uFFFD"

func escape(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\t':
		return "&#x9;"
	case '\n':
		return "&#xA;"
	case '\r':
		return "&#xD;"
	}
	return replacement
}

// appendEscaped appends s so that an XML parser reads s back.
func appendEscaped(b []byte, s string, where uint8) []byte {
	done := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			if escapes[c]&where != 0 {
				b = append(b, s[done:i-1]...)
				b = append(b, escape(c)...)
				done = i
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
			b = append(b, s[done:i-n]...)
			b = append(b, replacement...)
			done = i
		}
	}
	return append(b, s[done:]...)
}

// isName reports whether s is a Name of XML 1.0, section 2.3, with at most one
// prefix.
func isName(s string) bool {
	if prefix, local, ok := strings.Cut(s, ":"); ok {
		return prefix != "" && !strings.Contains(local, ":") && isName(prefix) && isName(local)
	}
	for i, r := range s {
		if !isNameStart(r) && (i == 0 || !isNameRest(r)) {
			return false
		}
	}
	return s != "" && utf8.ValidString(s)
}

func isNameStart(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_':
		return true
	case r < 0xC0, r == 0xD7, r == 0xF7, r == 0x37E:
		return false
	case r <= 0x2FF, 0x370 <= r && r <= 0x1FFF, r == 0x200C, r == 0x200D,
		0x2070 <= r && r <= 0x218F, 0x2C00 <= r && r <= 0x2FEF,
		0x3001 <= r && r <= 0xD7FF, 0xF900 <= r && r <= 0xFDCF,
		0xFDF0 <= r && r <= 0xFFFD, 0x10000 <= r && r <= 0xEFFFF:
		return true
	}
	return false
}

func isNameRest(r rune) bool {
	return r == '-' || r == '.' || '0' <= r && r <= '9' || r == 0xB7 ||
		0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}
