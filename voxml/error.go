package voxml

import (
	"fmt"
	"strings"
)

// An Error reports what is wrong at one place of a document that could not be
// encoded or parsed. Its text contains numbers and the names of elements and
// attributes, but no text or other value of the document.
//
// If an error joins several Errors, [errors.As] finds the first. To get all of
// them, call Unwrap:
//
//	all := err.(interface{ Unwrap() []error }).Unwrap()
type Error struct {
	// Path is the place in the document, such as
	// "Response[1].Gather[0].Say.loop". A number in brackets is the position of
	// the element named next among the children of the element before the
	// bracket, counted from 0: Response[1].Gather is the second child of
	// Response, and is a Gather. The last name is the name of the element
	// itself, of one of its attributes, or of the field that holds its content.
	Path string

	// Line and Column are the place in the text that was parsed. Both count
	// from 1, and Column counts characters. They are zero if the document was
	// not parsed.
	Line, Column int

	// Err is the reason. It is never nil.
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("voxml: ")
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", e.Line, e.Column)
	}
	b.WriteString(e.Path)
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
