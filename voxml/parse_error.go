package voxml

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

var (
	errRoot      = errors.New("the root element is not Response")
	errRootAttrs = errors.New("cannot have attributes: remove them")
	errStray     = errors.New("has text where none is allowed")
	errFlag      = errors.New("must be true or false")
	errNumber    = errors.New("must be a whole number above 0")
	errNoWord    = errors.New("is only white space: leave it out")
	errLarge     = errors.New("is too large")
)

// A located is an error and its offset in the document.
type located struct {
	err    *Error
	offset int
}

// limitError replaces an error of xmlscan about a limit by one that names the
// limit.
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

// onlySpace reports text that is not white space as an error.
func (d *decoder) onlySpace(text xmlscan.Token) {
	if strings.TrimLeftFunc(text.Text, isSpace) == "" {
		return
	}
	rest := d.src[text.Pos:] // it may begin with white space and comments
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

// fail adds an error of the attribute that was claimed last. The attribute is
// left out of the document.
func (d *decoder) fail(attr string, err error) { d.note(d.at, attr, err) }

// failAt adds an error of the current element, or of one of its attributes, at
// an offset. There will be no document.
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

// sorted returns the errors in the order of their offsets, with line and
// column.
func (d *decoder) sorted() []*Error {
	slices.SortStableFunc(d.errs, func(a, b located) int { return cmp.Compare(a.offset, b.offset) })
	errs := make([]*Error, 0, len(d.errs))
	line, column := 1, 1
	rest, at := d.src, 0
	if mark := "\uFEFF"; strings.HasPrefix(rest, mark) { // not a column
		rest, at = rest[len(mark):], len(mark)
	}
	for _, e := range d.errs {
		passed := rest[:e.offset-at]
		rest, at = rest[len(passed):], e.offset
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
