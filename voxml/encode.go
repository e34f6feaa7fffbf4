package voxml

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

// The limits of a document, for encoding and parsing.
const (
	MaxSize     = 1 << 20 // bytes
	MaxDepth    = 100     // levels of elements below Response
	MaxElements = 10_000  // elements below Response
	MaxAttrs    = 100     // attributes of one element that have no field
)

// maxErrors is the largest number of errors that are reported for one document.
const maxErrors = 100

var (
	errName     = errors.New("has a name that XML does not allow")
	errRequired = errors.New("is required")
	errDepth    = fmt.Errorf("is nested more than %d levels deep", MaxDepth)
	errAmount   = errors.New(`is not a decimal number such as "9.50"`)
	errElements = fmt.Errorf("exceeds the limit of %d elements in a document", MaxElements)
	errAttrs    = fmt.Errorf("has more than %d attributes without a field", MaxAttrs)
	errSize     = fmt.Errorf("is longer than %d bytes", MaxSize)
	errNoKey    = errors.New("must be keys, or empty if no key ends the input")
	errOwnType  = errors.New("has its own type: use that instead of Element")
	errNil      = errors.New("is nil")
	errWord     = errors.New("contains a value that is empty or has white space in it: use one word for each value")
	errSpecial  = errors.New("cannot be Auto or Never: use a number of seconds")
	errOwned    = errors.New("has its own field: set that instead of adding it to Attrs")
	errTwice    = errors.New("occurs twice in Attrs: remove one")
	errSeam     = errors.New("forms ]]> with the text before it: write &gt; instead of >")
)

// errBoth returns the error of a field that is set together with another one.
func errBoth(other string) error {
	return fmt.Errorf("is set together with %s: leave one of them empty", other)
}

// An encoder appends a document to b and collects the errors. It stays on the
// stack, because a type switch selects the code for a node instead of a method
// call. So encoding into a buffer with enough room allocates nothing.
type encoder struct {
	b        []byte
	start    int   // where the document starts in b
	over     bool  // a text was left out because it has no room
	extra    Attrs // extra attributes of the open start tag
	depth    int
	elements int      // so far
	errs     []*Error // with paths from the current element
}

// element encodes n. The argument index is its position among its siblings.
func (e *encoder) element(index int, n Node) {
	earlier := len(e.errs)
	if e.enter() {
		codec{enc: e}.node(n)
	}
	e.depth--
	if len(e.errs) > earlier {
		e.under(place(index, nodeName(n)), earlier)
	}
}

// enter counts an element and reports whether to encode it.
func (e *encoder) enter() bool {
	e.depth++
	e.elements++
	switch {
	case len(e.errs) == maxErrors: // no more will be reported
		return false
	case e.depth > MaxDepth:
		e.fail("", errDepth)
		return false
	case e.elements == MaxElements+1:
		e.fail("", errElements)
		return false
	}
	return e.elements <= MaxElements
}

// full reports whether the document exceeds MaxSize.
func (e *encoder) full() bool { return e.over || len(e.b)-e.start > MaxSize }

// fits reports whether there is room for s. Call it before escaping s, so that
// a text that is too large is not copied: escaping only makes it longer.
func (e *encoder) fits(s string) bool {
	if len(s) > MaxSize-(len(e.b)-e.start) {
		e.over = true
		return false
	}
	return true
}

// under prepends a place to the paths of all errors except the earlier ones.
func (e *encoder) under(place string, earlier int) {
	for _, err := range e.errs[earlier:] {
		err.Path = place + err.Path
	}
}

// place returns the part of a path for a child.
func place(index int, name string) string {
	if name != "" {
		name = "." + clip(name)
	}
	return "[" + strconv.Itoa(index) + "]" + name
}

// clip shortens a name that is too long for a message.
func clip(name string) string {
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "") + "…"
	}
	return name
}

// maxName is the number of bytes of a name that a message shows.
const maxName = 64

// nodeName returns the name of the element for n, or "".
func nodeName(n Node) string {
	if el, ok := n.(Element); ok && xmlscan.IsName(el.Name) {
		return el.Name
	}
	return typeName(n)
}

// typeName returns the name of a value's type, or of the type it points to.
func typeName(n any) string {
	t := reflect.TypeOf(n)
	if t == nil {
		return ""
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name() // which is also the name of the element
}

// foreign rejects a node that is not of a type of this package.
func (c codec) foreign(n Node) {
	switch {
	case c.enc == nil:
	case n == nil:
		c.enc.fail("", errNil)
	default:
		c.enc.fail("", fmt.Errorf("is a %T: nodes must be values of this package's types", n))
	}
}

// named checks the name of an element and reports whether to encode the
// element. An element with an invalid name is encoded to find the errors in its
// content.
func (e *encoder) named(name string) bool {
	if !xmlscan.IsName(name) {
		e.fail("", errName)
	}
	return e.fits(name)
}

// open begins a start tag. Attributes can be written until text, empty or
// writeChildren ends the tag.
func (e *encoder) open(name string, extra Attrs) {
	e.extra = extra
	if len(extra) > MaxAttrs {
		e.fail("Attrs", errAttrs)
		e.extra = nil
	}
	e.b = append(e.b, '<')
	e.b = append(e.b, name...)
}

// attr writes an attribute, unless its value is empty.
func (e *encoder) attr(name, value string) {
	e.own(name, value != "")
	if value != "" {
		e.write(name, value)
	}
}

// isAmount reports whether s consists of digits, with or without a point and
// more digits after them.
func isAmount(s string) bool {
	whole, fraction, point := strings.Cut(s, ".")
	return isDigits(whole) && (!point || isDigits(fraction))
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// count writes a number, unless it is zero.
func (e *encoder) count(name string, n int) {
	e.own(name, true)
	switch {
	case n < 0:
		e.fail(name, fmt.Errorf("%d is negative", n))
	case n > 0:
		e.number(name, int64(n))
	}
}

// seconds writes a duration in seconds, unless it is zero.
func (e *encoder) seconds(name string, d time.Duration) {
	e.own(name, true)
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

// writeList writes words, separated by spaces, unless there are none.
func writeList[S ~string](e *encoder, name string, words []S) {
	e.own(name, len(words) > 0)
	if len(words) == 0 {
		return
	}
	e.begin(name)
	for i, w := range words {
		if !e.fits(string(w)) {
			break
		}
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

// counts writes numbers, separated by spaces, unless there are none.
func (e *encoder) counts(name string, numbers []int) {
	e.own(name, len(numbers) > 0)
	if len(numbers) == 0 {
		return
	}
	e.begin(name)
	for i, n := range numbers {
		if e.full() {
			break
		}
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
	e.b = append(strconv.AppendInt(e.b, n, 10), '"')
}

func (e *encoder) write(name, value string) {
	if !e.fits(value) {
		return
	}
	e.begin(name)
	e.b = append(appendEscaped(e.b, value, inAttr), '"')
}

// begin writes an attribute up to its value.
func (e *encoder) begin(name string) {
	e.b = append(e.b, ' ')
	e.b = append(e.b, name...)
	e.b = append(e.b, '=', '"')
}

// own rejects an extra attribute that has a field, except an empty one whose
// field is also empty. If there are extra attributes, own must be called for
// every field, written or not.
func (e *encoder) own(name string, written bool) {
	for _, x := range e.extra {
		if x.Name == name && (written || x.Value != "") {
			e.fail(name, errOwned)
		}
	}
}

// endAttrs writes the extra attributes.
func (e *encoder) endAttrs() {
	for i, x := range e.extra {
		if !xmlscan.IsName(x.Name) {
			e.fail("Attrs["+strconv.Itoa(i)+"]", errName)
			continue
		}
		if !e.fits(x.Name) {
			return
		}
		for _, earlier := range e.extra[:i] {
			if earlier.Name == x.Name {
				e.fail(clip(x.Name), errTwice)
				break
			}
		}
		e.write(x.Name, x.Value)
	}
}

// empty ends an element without content.
func (e *encoder) empty() {
	e.b = append(e.b, '/', '>')
}

// text ends an element whose content is text.
func (e *encoder) text(name, text string) {
	if text == "" {
		e.empty()
		return
	}
	if !e.fits(text) {
		return
	}
	e.b = append(e.b, '>')
	e.b = appendEscaped(e.b, text, inText)
	e.end(name)
}

// chars writes text between nodes.
func (e *encoder) chars(text string) {
	if e.fits(text) {
		e.b = appendEscaped(e.b, text, inText)
	}
}

// writeChildren ends an element whose content is nodes.
func writeChildren[T Node](e *encoder, name string, nodes []T) {
	if len(nodes) == 0 {
		e.empty()
		return
	}
	e.b = append(e.b, '>')
	writeNodes(e, nodes)
	e.end(name)
}

func writeNodes[T Node](e *encoder, nodes []T) {
	for i, n := range nodes {
		node := Node(n)
		switch n := node.(type) {
		case Text:
			e.chars(string(n))
			continue
		case Element:
			if hasType[T](n.Name) && !foreign(n) {
				earlier := len(e.errs)
				e.fail("", errOwnType)
				e.under(place(i, n.Name), earlier)
			}
		}
		e.element(i, node)
	}
}

// hasType reports whether nodes of type T can have the type for elements of
// that name.
func hasType[T Node](name string) bool {
	_, ok := zeroNodes[name].(T)
	return ok
}

// end writes an end tag.
func (e *encoder) end(name string) {
	e.b = append(e.b, '<', '/')
	e.b = append(e.b, name...)
	e.b = append(e.b, '>')
}

// fail adds an error of an attribute, or of the current element if attr is
// empty.
func (e *encoder) fail(attr string, err error) {
	if len(e.errs) == maxErrors {
		return
	}
	if attr != "" {
		attr = "." + attr
	}
	e.errs = append(e.errs, &Error{Path: attr, Err: err})
}
