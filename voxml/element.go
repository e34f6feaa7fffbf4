package voxml

// An Element is an element that this package has no type for. It fits
// anywhere, so that a verb which the platform adds tomorrow can be sent
// today.
//
// An Element with the name of a type of this package is an error, unless the
// type does not fit in that place, such as a Hangup in a [Gather], or cannot
// hold the elements inside it, such as a Connect with a Stream.
type Element struct {
	// Name is the tag's name in the platform's spelling. It must be an XML
	// name; a prefix such as "amazon:" is part of it.
	Name string

	// Attrs are the attributes, in the order in which they are written.
	Attrs Attrs

	// Children are the content, in order. If there are none, the element is
	// empty.
	Children []Node
}

// Text is character data inside an [Element]. It is always escaped.
type Text string

// Attrs are attributes that this package has no field for, at most
// [MaxAttrs]. They are written in order, after the known ones. A name that
// occurs twice is an error. So is the name of an attribute that has a field,
// unless the value is empty and so is the field, a text: then the attribute
// is written as empty.
type Attrs []Attr

// An Attr is one attribute.
type Attr struct {
	// Name must be an XML name; a prefix such as "xml:" is part of it.
	Name string

	// Value is always escaped. If it is empty, the attribute is written with
	// the empty value.
	Value string
}

func (v *Element) visit(c codec) {
	if c.enc != nil && !c.enc.named(v.Name) {
		return
	}
	c.open(v.Name, v.Attrs)
	if c.enc != nil {
		c.rest(&v.Attrs)
	}
	children(c, v.Name, &v.Children)
}

func (t Text) visit(c codec) {
	if c.enc != nil {
		c.enc.chars(string(t))
	}
}
