package voxml

// An Error says which place of a document cannot be encoded, and why.
type Error struct {
	// Path is the place, from the root: "Response[1].Gather[0].Say.loop".
	// A number in brackets is a position among siblings, counted from 0; the
	// last name is that of the element itself, of one of its attributes, or of
	// the field that holds its content.
	Path string

	// Err is what is wrong there. It is never nil.
	Err error
}

func (e *Error) Error() string { return "voxml: " + e.Path + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
