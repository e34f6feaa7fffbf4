package voxml

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// Parse reads a document, written by this package or by any other program.
//
// Elements and attributes that this package has no type or field for become an
// [Element], an [ssml.Element] or one of the [Attrs], so that nothing is lost
// when the document is encoded again. A verb also becomes an Element if its
// type is not allowed in its place, or cannot hold its children, such as a
// Connect with a Stream.
//
// Parse does not keep
//
//   - white space between verbs;
//   - comments;
//   - the order of attributes;
//   - a true or false that is the default, such as hangupOnStar="false";
//   - attributes of the root that are namespace declarations, or whose prefix
//     is xsi or xml.
//
// Text keeps its white space. There is one exception: a number or URL that is
// only white space becomes empty.
//
// Parse reads everything that [Response.AppendXML] writes. It returns the
// original document in a normal form:
//
//   - an empty slice becomes nil;
//   - an empty text is left out, and adjacent texts become one text;
//   - speech without tags becomes plain text;
//   - the markup of an [ssml.Trusted] becomes nodes;
//   - an [ssml.Element] becomes the type of its tag, if there is one;
//   - a character that XML does not allow becomes U+FFFD.
//
// An attribute whose value does not fit its field, such as timeout="soon" or
// the timeout="0" of a Gather, is left out and reported. If there are no other
// errors, Parse returns the document without these attributes, together with
// the error. The caller can use this document or reject it.
//
// After any other error, Parse returns no document. These errors are:
//
//   - the text is not XML in UTF-8;
//   - it has a document type, a processing instruction, or an entity other than
//     the five of XML;
//   - the root is not Response, or has any other attribute;
//   - there is text where VoXML allows none;
//   - the document exceeds [MaxSize], [MaxDepth], [MaxElements] or [MaxAttrs].
//
// Parse accepts values that are missing, and values that fit their field but
// are not allowed. [Response.Check] reports them.
//
// If reading from r fails, the error wraps the error of r. Any other error is
// an [*Error], or several joined by [errors.Join]: one for each problem, up to
// 100, in the order of the document. Parse stops at the first XML syntax error.
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
// MaxAttrs, and the attributes that have fields.
const mostAttrs = MaxAttrs + 30

// A decoder reads the elements of a document, and collects the errors.
type decoder struct {
	src   string
	scan  *xmlscan.Scanner
	ended bool // the document has ended, or has a syntax error
	path  []step
	room  [8]step // initial storage of path
	errs  []located

	failed bool // there will be no document

	attrs   []xmlscan.Attr // of the current element; claimed ones have no name
	at      int            // offset of the attribute claimed last
	start   int            // offset of the start tag
	earlier int            // number of errors before the start tag

	// element is not nil if the current element becomes an Element instead of
	// its type: see become.
	element *Element

	// misfit is set if a tag of speech does not fit its type, which is no
	// error.
	misfit bool
	spare  ssml.Speech // the content of that tag
}

// A step is one element in the path of the current element.
type step struct {
	index int
	name  string
}

// next returns the next token of the current element. It reports false at the
// end of the element.
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
	d.next() // reports anything after the root
	return verbs
}

// begin starts an element. The argument index is its position among its
// siblings.
func (d *decoder) begin(index int, tag xmlscan.Token) {
	d.attrs, d.at, d.start, d.earlier = d.scan.Attrs(), tag.Pos, tag.Pos, len(d.errs)
	d.path = append(d.path, step{index, tag.Name})
}

func (d *decoder) end() { d.path = d.path[:len(d.path)-1] }

// read reads an element. If nodes of type T can have the element's own type,
// and that type can hold the content, it returns that type, and otherwise an
// Element.
func read[T Node](d *decoder, index int, tag xmlscan.Token) T {
	d.begin(index, tag)
	n := zeroNodes[tag.Name]
	if _, fits := n.(T); fits {
		n = codec{dec: d}.fill(n)
		if d.element != nil {
			n, d.element = *d.element, nil
		}
	} else {
		n = Element{Name: tag.Name, Attrs: d.rest(), Children: readChildren[Node](d)} // an Element is allowed everywhere
	}
	d.end()
	return n.(T)
}

// readChildren reads nodes up to the end of the element. If nodes of type T can
// be text, it keeps text. Otherwise, text must be white space.
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

// add is append, but allocates room for a few nodes at the start.
func add[T Node](nodes []T, n T) []T {
	if nodes == nil {
		nodes = make([]T, 0, 4)
	}
	return append(nodes, n)
}

// readMixed reads either text or nodes, up to the end of the element.
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

// empty reads up to the end of an element that must have no content.
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

// say reads the content of a Say: speech if there are tags in it, and text
// otherwise.
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

// speech is like say, but returns text as speech.
func (d *decoder) speech() ssml.Speech {
	text, speech := d.say()
	if text != "" {
		return ssml.Speech{ssml.Text(text)}
	}
	return speech
}

// speechTag reads a tag. If the tag has a type and fits it, speechTag returns
// that type, and otherwise an Element.
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

// content reads the content of a tag, after its attributes.
func (d *decoder) content() ssml.Speech {
	fits := !d.misfit
	for _, a := range d.attrs {
		fits = fits && a.Name == ""
	}
	d.spare = d.speech()
	d.misfit = !fits
	return d.spare
}
