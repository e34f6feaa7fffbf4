package voxml

import "github.com/voxhook/voxhook/internal/xmlscan"

// An Element is an element that this package has no type for. It fits
// anywhere, so that a verb which the platform adds tomorrow can be sent today.
// The name of a type of this package is an error, except where that type
// cannot stand: a Hangup in a [Gather].
type Element struct {
	// Name is the tag's name in the platform's spelling. It must be an XML
	// name; a prefix such as "amazon:" is part of it.
	Name string

	// Attrs are the attributes, in the order in which they are written.
	Attrs Attrs

	// Children are the content, in order. None: an empty element.
	Children []Node
}

// Text is character data inside an [Element]. It is always escaped.
type Text string

// Attrs are attributes that this package has no field for. They are written
// in order, after the known ones, at most [MaxAttrs]. A name that comes twice is
// an error; so is one that a field of the same type stands for, unless both are
// empty texts, which writes the attribute without a value.
type Attrs []Attr

// An Attr is one attribute.
type Attr struct {
	// Name must be an XML name; a prefix such as "xml:" is part of it.
	Name string

	// Value is always escaped. Empty: the attribute is written with the empty
	// value.
	Value string
}

func (v *Element) visit(c codec) {
	if c.enc != nil && !xmlscan.IsName(v.Name) {
		c.enc.fail("", errName)
	}
	c.open(v.Name, v.Attrs)
	if c.enc != nil {
		c.rest(&v.Attrs)
	}
	children(c, v.Name, &v.Children)
}

func (t Text) visit(c codec) {
	if c.enc != nil {
		c.enc.b = appendEscaped(c.enc.b, string(t), inText)
	}
}
