package voxml

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// Parse reads a document, of this package or of any other program.
//
// Everything that this package has no type for becomes an [Element], an
// [ssml.Element] or one of the [Attrs], so that nothing is lost when the
// document is encoded again. So does a verb in a place where its type is not
// allowed, and an element whose type cannot hold an element inside it, such
// as a Connect with a Stream.
//
// Not kept are white space between verbs, comments, the order of attributes,
// a true or false that is the default (hangupOnStar="false"), and namespace
// declarations of the root. Text is kept with its white space, except a
// number or URL that is only white space.
//
// Everything that [Response.AppendXML] writes is read back as the value that
// it was written from, in its plainest form: without empty slices and texts,
// with adjacent texts joined, with speech that has no tags as text, with
// [ssml.Trusted] and [ssml.Element] as the tags that they are, and without
// characters that XML cannot carry.
//
// An attribute whose value does not fit its field, such as timeout="soon" or
// timeout="0", is left out and reported. If nothing else is wrong, Parse
// returns the document without these attributes together with the error. The
// caller decides whether to use that document.
//
// After any other error there is no document. It is an error if the text is
// not XML in UTF-8; if it has a document type, a processing instruction, or
// an entity other than the five of XML; if the root is not Response or has
// attributes; if there is text where VoXML allows none; or if the document
// exceeds [MaxSize], [MaxDepth], [MaxElements] or [MaxAttrs]. Values that
// fit their field but are not allowed, or are missing, are left to
// [Response.Check].
//
// If r fails, the error wraps its error. Any other error contains an
// [*Error] for every place that is wrong, up to 100, in the order of the
// places; they are joined if there are several. Nothing is read after the
// first error of XML syntax.
func Parse(r io.Reader) (Response, error) {
	var src bytes.Buffer
	if sized, ok := r.(interface{ Len() int }); ok { // such as strings.Reader
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

// mostAttrs is more than the number of attributes that an element can have:
// MaxAttrs, and those that its type has fields for.
const mostAttrs = MaxAttrs + 30

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

// A step is a part of the path of the current element.
type step struct {
	index int
	name  string
}

// next returns the next token of the current element, and whether there is
// one before its end.
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

// readChildren reads nodes up to the end of the element. Text is kept if
// nodes of the type T can be text; if not, it must be white space.
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
