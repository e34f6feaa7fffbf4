package voxml

// An Element is an element that has no type in this package. It is allowed
// anywhere, so that programs can use verbs that the platform adds later.
//
// An Element must not have the name of a type of this package, except in two
// cases:
//
//   - the type is not allowed in that place, such as a Hangup in a [Gather];
//   - the type cannot hold the Children, such as a Connect with a Stream.
type Element struct {
	// Name is the name of the tag in the platform's spelling. It must be a
	// valid XML name, with or without a prefix such as "amazon:".
	Name string

	// Attrs are the attributes, in the order in which they are written.
	Attrs Attrs

	// Children are the content, in order. Without any, the element is empty.
	Children []Node
}

// Text is character data inside an [Element]. It is always escaped.
type Text string

// Attrs are attributes that this package has no field for, at most [MaxAttrs].
// They are written in order, after the attributes that have a field. It is an
// error if a name occurs twice, or if an attribute in Attrs has a field.
//
// There is one exception. To write an attribute with an empty value, leave its
// field empty and add the attribute to Attrs. This works if the field is a
// string or a list, except for finishOnKey: set FinishOnKey to [NoKey] instead.
type Attrs []Attr

// An Attr is an attribute.
type Attr struct {
	// Name must be a valid XML name, with or without a prefix such as "xml:".
	Name string

	// Value is always escaped. If empty, the attribute is written with an empty
	// value.
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
