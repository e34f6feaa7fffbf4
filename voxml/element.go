package voxml

// An Element is an element that this package has no type for. It fits
// anywhere, so that a verb which the platform adds tomorrow can be sent today.
// In the SSML of a [Say] it is a tag of the speech markup.
type Element struct {
	// Name is the tag's name in the platform's spelling. It must be an XML
	// name; a prefix such as "amazon:" is part of it.
	Name string

	// Attrs are the attributes, in the order in which they are written.
	Attrs Attrs

	// Children are the content, in order. None: an empty element.
	Children []Node
}

// Text is character data inside an [Element] or in the SSML of a [Say].
// It is always escaped.
type Text string

// Attrs are attributes that this package has no field for. They are written
// in order, after the known ones. A name that a field of the same type stands
// for, or one that comes twice, is an error.
type Attrs []Attr

// An Attr is one attribute.
type Attr struct {
	// Name must be an XML name; a prefix such as "xml:" is part of it.
	Name string

	// Value is always escaped. Empty: the attribute is written with the empty
	// value.
	Value string
}

func (v Element) encode(e *encoder) {
	if !isName(v.Name) {
		e.fail("", errName)
		return
	}
	e.open(v.Name, v.Attrs)
	children(e, v.Name, v.Children)
}
