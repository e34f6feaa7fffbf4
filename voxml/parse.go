package voxml

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// Parse reads a document, of this package or of any other program.
//
// Everything that this package has no type for becomes an [Element], an
// [ssml.Element] or one of the [Attrs], so that it is there when the document is
// encoded again. So does a verb in a place that its type does not fit, and a
// whole element, with its attributes, that has an element in it which its type
// cannot hold, such as a Connect with a Stream. White space between verbs,
// comments, the order of the attributes and a true or false that is the default
// (hangupOnStar="false") are not kept, nor are namespace declarations of the
// root. All text is kept with its white space, except a number or URL that is
// only white space. Everything that [Response.AppendXML] writes is read back as
// the value that it was written from, in its plainest form: without empty slices
// and texts, adjacent texts as one, speech without tags as text, [ssml.Trusted]
// and [ssml.Element] as the tags that they are, and without characters that XML
// cannot carry.
//
// An attribute whose value does not fit its field, such as timeout="soon" or
// timeout="0", is left out and reported. If nothing else is wrong, Parse returns
// the document without these attributes together with the error. It is up to
// the caller to use that document.
//
// With any other error there is no document: if the text is not XML in UTF-8,
// has a document type, an entity other than the five of XML or a processing
// instruction, if the root is not Response or has attributes, if there is text
// where VoXML has none, or beyond [MaxSize], [MaxDepth], [MaxElements] and
// [MaxAttrs]. Values that fit their field but are not allowed, or are missing,
// are left to [Response.Check].
//
// If r fails, the error wraps its error. Any other error holds an [*Error] for
// every place that is wrong, up to 100, in the order of the places; they are
// joined if there are several. Nothing is read beyond the first error of XML
// syntax.
func Parse(r io.Reader) (Response, error) {
	var src bytes.Buffer
	if sized, ok := r.(interface{ Len() int }); ok { // as the readers of strings and bytes have
		src.Grow(max(0, min(sized.Len(), MaxSize)) + bytes.MinRead)
	}
	if _, err := src.ReadFrom(io.LimitReader(r, MaxSize+1)); err != nil {
		return nil, fmt.Errorf("voxml: cannot read the document: %w", err)
	}
	if src.Len() > MaxSize {
		return nil, &Error{Path: "Response", Err: errSize}
	}
	d := decoder{src: src.String()}
	d.path = d.room[:0]
	d.scan = xmlscan.Document(d.src, xmlscan.Limits{
		Depth: MaxDepth + 1, Elements: MaxElements + 1, Attrs: mostAttrs,
	})
	doc := d.response()
	if d.failed {
		doc = nil
	}
	if len(d.errs) > 0 {
		return doc, joined(d.sorted())
	}
	return doc, nil
}

// mostAttrs is more than the attributes that an element can have: MaxAttrs,
// and those that its type has fields for.
const mostAttrs = MaxAttrs + 30

var (
	errRoot      = errors.New("the root element is not Response")
	errRootAttrs = errors.New("cannot have attributes: remove them")
	errStray     = errors.New("has text where none is allowed")
	errFlag      = errors.New("must be true or false")
	errNumber    = errors.New("must be a whole number above 0")
	errNoWord    = errors.New("is only white space: leave it out")
	errLarge     = errors.New("is too large")
)

// A decoder reads the elements of a document, and collects the errors.
type decoder struct {
	src   string
	scan  *xmlscan.Scanner
	ended bool // by the end of the document or an error of syntax
	path  []step
	room  [8]step // the first memory of path
	errs  []located

	failed bool // there will be no document

	attrs   []xmlscan.Attr // of the current element; those claimed have no name
	at      int            // the place of the one that was claimed last
	start   int            // the place of the start tag
	earlier int            // how many errors there were before the start tag

	// If not nil, what the current element becomes: see become.
	element *Element

	// A tag of speech that does not fit its type is no error.
	misfit bool
	spare  ssml.Speech // its content
}

// A located is an error with its place, in bytes from the start of the document.
type located struct {
	err    *Error
	offset int
}

// A step is a part of the path of the current element.
type step struct {
	index int
	name  string
}

// next returns the next token of the current element, and whether there is one
// before its end.
func (d *decoder) next() (xmlscan.Token, bool) {
	if d.ended {
		return xmlscan.Token{}, false
	}
	token, err := d.scan.Next()
	if err != nil {
		d.ended = true
		if syntax, ok := err.(*xmlscan.SyntaxError); ok {
			d.failAt(syntax.Pos, "", limitError(syntax.Err))
		}
		return token, false
	}
	return token, token.Kind != xmlscan.End
}

// limitError states the limit that is exceeded.
func limitError(err error) error {
	switch err {
	case xmlscan.ErrDepth:
		return errDepth
	case xmlscan.ErrElements:
		return errElements
	case xmlscan.ErrAttrs:
		return errAttrs
	}
	return err
}

func (d *decoder) response() Response {
	root, ok := d.next()
	if !ok {
		return nil
	}
	if root.Name != "Response" {
		d.failAt(root.Pos, "", errRoot)
		return nil
	}
	for _, a := range d.scan.Attrs() {
		if prefix, _, ok := strings.Cut(a.Name, ":"); a.Name != "xmlns" && (!ok || prefix != "xmlns" && prefix != "xsi" && prefix != "xml") {
			d.failAt(a.Pos, "", errRootAttrs)
		}
	}
	verbs := readChildren[Verb](d)
	d.next() // what may come after the root
	return verbs
}

// begin starts an element, the index-th of its siblings.
func (d *decoder) begin(index int, tag xmlscan.Token) {
	d.attrs, d.at, d.start, d.earlier = d.scan.Attrs(), tag.Pos, tag.Pos, len(d.errs)
	d.path = append(d.path, step{index, tag.Name})
}

func (d *decoder) end() { d.path = d.path[:len(d.path)-1] }

// read reads an element: into its type if nodes of the type T can be of that
// type and it can hold the content, else into an Element.
func read[T Node](d *decoder, index int, tag xmlscan.Token) T {
	d.begin(index, tag)
	n := zeroNodes[tag.Name]
	if _, fits := n.(T); fits {
		n = codec{dec: d}.fill(n)
		if d.element != nil {
			n, d.element = *d.element, nil
		}
	} else {
		n = Element{Name: tag.Name, Attrs: d.rest(), Children: readChildren[Node](d)} // it fits everywhere
	}
	d.end()
	return n.(T)
}

// readChildren reads nodes up to the end of the element. Text is kept if nodes
// of the type T can be text; if not, it must be white space.
func readChildren[T Node](d *decoder) []T {
	var nodes []T
	for {
		token, ok := d.next()
		if !ok {
			return nodes
		}
		nodes = readChild(d, nodes, token)
	}
}

// readChild appends the node that begins with token.
func readChild[T Node](d *decoder, nodes []T, token xmlscan.Token) []T {
	if token.Kind == xmlscan.Start {
		return add(nodes, read[T](d, len(nodes), token))
	}
	if text, fits := Node(Text(token.Text)).(T); fits {
		return add(nodes, text)
	}
	d.onlySpace(token)
	return nodes
}

// add is append with room for a few nodes from the start.
func add[T Node](nodes []T, n T) []T {
	if nodes == nil {
		nodes = make([]T, 0, 4)
	}
	return append(nodes, n)
}

// readMixed reads text, or nodes, up to the end of the element.
func readMixed[T Node](d *decoder) (string, []T) {
	var text xmlscan.Token
	var nodes []T
	for {
		token, ok := d.next()
		switch {
		case !ok && nodes == nil:
			return text.Text, nil
		case !ok:
			return "", nodes
		case token.Kind == xmlscan.Start:
			d.onlySpace(text)
			text = xmlscan.Token{}
			nodes = add(nodes, read[T](d, len(nodes), token))
		case nodes == nil:
			text = token
		default:
			d.onlySpace(token)
		}
	}
}

// text reads text up to the end of the element.
func (d *decoder) text() (text string) {
	token, ok := d.next()
	if ok && token.Kind == xmlscan.Text {
		text = token.Text
		token, ok = d.next()
	}
	if ok {
		d.become(text, token)
	}
	return text
}

// empty goes to the end of an element that has nothing in it.
func (d *decoder) empty() {
	token, ok := d.next()
	var space xmlscan.Token
	if ok && token.Kind == xmlscan.Text {
		space = token
		token, ok = d.next()
	}
	if ok {
		d.become(space.Text, token)
		return
	}
	d.onlySpace(space)
}

// say reads the content of a Say: text, or speech if there is a tag in it.
func (d *decoder) say() (text string, speech ssml.Speech) {
	for {
		token, ok := d.next()
		switch {
		case !ok:
			return text, speech
		case token.Kind == xmlscan.Start:
			if speech == nil {
				speech = make(ssml.Speech, 0, 4)
			}
			if text != "" {
				speech, text = append(speech, ssml.Text(text)), ""
			}
			speech = append(speech, d.speechTag(len(speech), token))
		case speech == nil:
			text = token.Text
		default:
			speech = append(speech, ssml.Text(token.Text))
		}
	}
}

// speech is say with text as a part of the speech.
func (d *decoder) speech() ssml.Speech {
	text, speech := d.say()
	if text != "" {
		return ssml.Speech{ssml.Text(text)}
	}
	return speech
}

// speechTag reads a tag: into its type, if there is one that it fits.
func (d *decoder) speechTag(index int, tag xmlscan.Token) ssml.Node {
	d.begin(index, tag)
	defer d.end()
	if len(d.attrs) > MaxAttrs {
		d.failAt(tag.Pos, "", errAttrs)
	}
	var attrs []ssml.Attr
	for _, a := range d.attrs {
		attrs = append(attrs, ssml.Attr{Name: a.Name, Value: a.Value})
	}
	n, ok := zeroTags[tag.Name]
	if !ok {
		return ssml.Element{Name: tag.Name, Attrs: attrs, Content: d.speech()}
	}
	d.misfit = false
	n = codec{dec: d}.fillTag(n)
	if d.misfit {
		return ssml.Element{Name: tag.Name, Attrs: attrs, Content: d.spare}
	}
	return n
}

// content reads the content of a tag whose attributes have been read.
func (d *decoder) content() ssml.Speech {
	fits := !d.misfit
	for _, a := range d.attrs {
		fits = fits && a.Name == ""
	}
	d.spare = d.speech()
	d.misfit = !fits
	return d.spare
}

// claim takes an attribute for a field.
func (d *decoder) claim(name string) (value string, ok bool) {
	for i, a := range d.attrs {
		if a.Name == name {
			d.attrs[i].Name = ""
			d.at = a.Pos
			return a.Value, true
		}
	}
	return "", false
}

// attr takes an attribute for a field that is text. An empty attribute stays in
// Attrs, because an empty field means that there is no attribute.
func (d *decoder) attr(name string) string {
	for i, a := range d.attrs {
		if a.Name == name {
			if a.Value != "" {
				d.attrs[i].Name = ""
			}
			d.at = a.Pos
			return a.Value
		}
	}
	return ""
}

// is takes an attribute if it has that value.
func (d *decoder) is(name, value string) bool {
	for i, a := range d.attrs {
		if a.Name == name && a.Value == value {
			d.attrs[i].Name = ""
			return true
		}
	}
	return false
}

func (d *decoder) flag(name string) (value, ok bool) {
	text, ok := d.claim(name)
	if ok && text != "true" && text != "false" {
		d.fail(name, errFlag)
		return false, false
	}
	return text == "true", ok
}

func (d *decoder) count(name string, most int64) (int64, bool) {
	text, ok := d.claim(name)
	if !ok {
		return 0, false
	}
	return d.number(name, text, most)
}

// number reads a number that is part of an attribute.
func (d *decoder) number(name, text string, most int64) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case !isDigits(text), err == nil && n == 0:
		d.fail(name, errNumber)
		return 0, false
	case err != nil, n > most:
		d.fail(name, errLarge)
		return 0, false
	}
	return n, true
}

// readList takes an attribute for a field that is a list of words.
func readList[S ~string](d *decoder, name string) (list []S) {
	for word, rest := cutWord(d.words(name)); word != ""; word, rest = cutWord(rest) {
		list = append(list, S(word))
	}
	return list
}

// counts takes an attribute for a field that is a list of numbers.
func (d *decoder) counts(name string) (list []int) {
	for word, rest := cutWord(d.words(name)); word != ""; word, rest = cutWord(rest) {
		n, ok := d.number(name, word, math.MaxInt)
		if !ok {
			return nil
		}
		list = append(list, int(n))
	}
	return list
}

// words takes an attribute for a field that is a list.
func (d *decoder) words(name string) string {
	text := d.attr(name)
	if text != "" && strings.TrimLeftFunc(text, isSpace) == "" {
		d.fail(name, errNoWord)
	}
	return text
}

// cutWord returns the first word of a list, or "", and the words after it. It
// takes the place of strings.FieldsFuncSeq, which would move the encoder to the
// heap: a codec holds both.
func cutWord(list string) (word, rest string) {
	list = strings.TrimLeftFunc(list, isSpace)
	if end := strings.IndexFunc(list, isSpace); end >= 0 {
		return list[:end], list[end:]
	}
	return list, ""
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// rest returns the attributes that have no field.
func (d *decoder) rest() (attrs Attrs) {
	for _, a := range d.attrs {
		if a.Name != "" {
			attrs = append(attrs, Attr{Name: a.Name, Value: a.Value})
		}
	}
	if len(attrs) > MaxAttrs {
		d.failAt(d.at, "Attrs", errAttrs)
	}
	return attrs
}

// onlySpace refuses text that is not white space.
func (d *decoder) onlySpace(text xmlscan.Token) {
	if strings.TrimLeftFunc(text.Text, isSpace) == "" {
		return
	}
	rest := d.src[text.Pos:] // which may begin with space and comments
	for {
		rest = strings.TrimLeftFunc(rest, isSpace)
		comment, ok := strings.CutPrefix(rest, "<!--")
		if !ok {
			break
		}
		_, rest, _ = strings.Cut(comment, "-->")
	}
	d.failAt(len(d.src)-len(rest), "", errStray)
}

// fail notes why the attribute that was claimed last is left out.
func (d *decoder) fail(attr string, err error) { d.note(d.at, attr, err) }

// failAt notes why there will be no document. The reason is at an offset, in
// the current element or an attribute of it.
func (d *decoder) failAt(offset int, attr string, err error) {
	d.failed = true
	d.note(offset, attr, err)
}

func (d *decoder) note(offset int, attr string, err error) {
	if len(d.errs) == maxErrors {
		return
	}
	if attr != "" {
		attr = "." + attr
	}
	d.errs = append(d.errs, located{&Error{Path: d.where() + attr, Err: err}, offset})
}

// where returns the path of the current element.
func (d *decoder) where() string {
	var path strings.Builder
	for _, s := range d.path {
		path.WriteString(place(s.index, s.name))
	}
	return path.String()
}

// sorted returns the errors in the order of their places, with line and column.
func (d *decoder) sorted() []*Error {
	slices.SortStableFunc(d.errs, func(a, b located) int { return cmp.Compare(a.offset, b.offset) })
	errs := make([]*Error, 0, len(d.errs))
	line, column := 1, 1
	rest, at := d.src, 0
	if mark := "\uFEFF"; strings.HasPrefix(rest, mark) { // takes no column
		rest, at = rest[len(mark):], len(mark)
	}
	for _, e := range d.errs {
		passed := rest[:max(e.offset-at, 0)]
		rest, at = rest[len(passed):], at+len(passed)
		if i := strings.LastIndexByte(passed, '\n'); i >= 0 {
			line += strings.Count(passed, "\n")
			passed, column = passed[i+1:], 1
		}
		column += utf8.RuneCountInString(passed)
		e.err.Line, e.err.Column = line, column
		errs = append(errs, e.err)
	}
	return errs
}
