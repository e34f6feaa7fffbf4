package voxml

import (
	"math"
	"strconv"
	"strings"
)

// claim takes an attribute for a field. It no longer counts as an extra
// attribute.
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

// attr takes an attribute for a string field. An empty attribute stays in
// Attrs, because an empty field means that the attribute is absent.
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

// is takes an attribute if it has that value, and reports whether it did.
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

// number parses a number in the value of an attribute.
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

// cutWord returns the first word of a list, or "", and the rest of the list. It
// replaces strings.FieldsFuncSeq, which would move the encoder to the heap
// because a codec holds both the encoder and the decoder.
func cutWord(list string) (word, rest string) {
	list = strings.TrimLeftFunc(list, isSpace)
	if end := strings.IndexFunc(list, isSpace); end >= 0 {
		return list[:end], list[end:]
	}
	return list, ""
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// rest returns the attributes that no field has claimed.
func (d *decoder) rest() (attrs Attrs) {
	for _, a := range d.attrs {
		if a.Name != "" {
			attrs = append(attrs, Attr{Name: a.Name, Value: a.Value})
		}
	}
	if len(attrs) > MaxAttrs {
		d.failAt(d.start, "Attrs", errAttrs)
	}
	return attrs
}
