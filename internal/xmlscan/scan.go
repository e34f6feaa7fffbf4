// Package xmlscan reads XML 1.0 token by token. It is as strict as the
// specification about names, characters, quotes, references, comments, CDATA
// sections and line ends. It supports no document types, no entities except the
// five of XML, no processing instructions except the XML declaration, and no
// encoding except UTF-8. It reads a document in US-ASCII or ISO-8859-1 if all
// its characters are in US-ASCII.
//
// It is no general replacement for encoding/xml. It exists because errors need
// a position, and because white space in attributes must be normalized. It is
// also faster: Parse of package voxml, which uses it, takes less than a third
// of the time of encoding/xml into plain structs (see BenchmarkParse and
// BenchmarkUnmarshal there).
package xmlscan

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Kind is a kind of token.
type Kind uint8

// The kinds of tokens.
const (
	Start Kind = iota + 1 // a start tag, or an empty-element tag
	End                   // an end tag, or the end of an empty-element tag
	Text                  // character data up to the next tag
)

// A Token is a piece of a document. It is small enough to be returned in
// registers.
type Token struct {
	Kind Kind   // the kind of token
	Name string // the name of a Start or End, with its prefix
	Text string // the characters of a Text, never empty; references and CDATA sections are resolved
	Pos  int    // byte offset where the token begins
}

// An Attr is an attribute. Its value is normalized.
type Attr struct {
	Name  string // with its prefix
	Value string // references are resolved
	Pos   int    // byte offset where the name begins
}

// Limits are the limits of a [Scanner].
type Limits struct {
	Depth    int // levels of elements, counted from 1
	Elements int // elements in the whole input
	Attrs    int // attributes of one element
}

// A SyntaxError reports where the input cannot be read, and why. Its text
// contains no part of the input.
type SyntaxError struct {
	Pos int   // byte offset
	Err error // the reason
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("offset %d: %v", e.Pos, e.Err) }

// Unwrap returns Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Errors that a [SyntaxError] wraps if a limit is exceeded.
var (
	ErrDepth    = errors.New("elements nest too deep")
	ErrElements = errors.New("there are too many elements")
	ErrAttrs    = errors.New("the element has too many attributes")
)

var (
	errAfterRoot   = errors.New("there is something after the root element")
	errAmp         = errors.New(`"&" does not start a reference: write "&amp;"`)
	errAttrValue   = errors.New("an attribute has no quoted value")
	errCDATA       = errors.New("a CDATA section has no end")
	errCDATAEnd    = errors.New(`"]]>" is not allowed in text: write "]]&gt;"`)
	errChar        = errors.New("XML does not allow this character")
	errComment     = errors.New("a comment has no end")
	errDash        = errors.New(`"--" is not allowed in a comment`)
	errDeclaration = errors.New("the XML declaration is malformed")
	errDTD         = errors.New("document type declarations are not allowed")
	errEncoding    = errors.New(`the encoding is not UTF-8: write encoding="UTF-8"`)
	errEndTag      = errors.New("the end tag does not match the start tag")
	errEntity      = errors.New("only the entities amp, lt, gt, quot and apos are allowed")
	errFirst       = errors.New("the XML declaration is not at the start")
	errLess        = errors.New(`"<" is not allowed in an attribute: write "&lt;"`)
	errMarkup      = errors.New(`"<" does not start a tag: write "&lt;"`)
	errName        = errors.New("an attribute has a name that XML does not allow")
	errNoRoot      = errors.New("there is no root element")
	errOpen        = errors.New("the document ends before the end tag of the element")
	errPI          = errors.New("processing instructions are not allowed")
	errSpace       = errors.New("there is no space before an attribute")
	errTag         = errors.New(`a tag has no closing ">"`)
	errText        = errors.New("there is text outside the root element")
	errTwice       = errors.New("an attribute occurs twice")
	errUTF8        = errors.New("the text is not valid UTF-8")
)

// A Scanner reads the tokens of a document. It takes time linear in the length
// of the input. Deep nesting uses memory of the heap, not of the stack.
type Scanner struct {
	src      string
	pos      int
	limits   Limits
	fragment bool
	rooted   bool // the root has begun
	closing  bool // the open element was an empty-element tag
	open     []string
	elements int
	attrs    []Attr
	buf      []byte

	// Initial storage of open and attrs, enough for nearly every document.
	openRoom  [8]string
	attrsRoom [8]Attr
}

func newScanner(src string, limits Limits) *Scanner {
	s := &Scanner{src: src, limits: limits}
	s.open, s.attrs = s.openRoom[:0], s.attrsRoom[:0]
	return s
}

// Document returns a Scanner for a whole document. It skips a byte order mark.
func Document(src string, limits Limits) *Scanner {
	s := newScanner(src, limits)
	if strings.HasPrefix(src, "\uFEFF") {
		s.pos = len("\uFEFF")
	}
	return s
}

// Fragment returns a Scanner for the content of an element: text and elements.
func Fragment(src string, limits Limits) *Scanner {
	s := newScanner(src, limits)
	s.fragment = true
	return s
}

// Next returns the next token. After the last token, the error is [io.EOF].
// Every other error is a [*SyntaxError]. Do not call Next again after an error.
func (s *Scanner) Next() (Token, error) {
	if s.closing {
		s.closing = false
		return s.pop(s.pos), nil
	}
	if len(s.open) == 0 && !s.fragment {
		if err := s.outside(); err != nil {
			return Token{}, err
		}
		return s.startTag()
	}
	start := s.pos
	text, err := s.text()
	switch {
	case err != nil:
		return Token{}, err
	case text != "":
		return Token{Kind: Text, Text: text, Pos: start}, nil
	case s.pos < len(s.src) && s.has("</"):
		return s.endTag()
	case s.pos < len(s.src):
		return s.startTag()
	case len(s.open) > 0:
		return Token{}, s.fail(s.pos, errOpen)
	}
	return Token{}, io.EOF
}

// Attrs returns the attributes of the last start tag, in order. The next start
// tag overwrites them.
func (s *Scanner) Attrs() []Attr { return s.attrs }

func (s *Scanner) fail(pos int, err error) error { return &SyntaxError{pos, err} }

func (s *Scanner) has(prefix string) bool { return strings.HasPrefix(s.src[s.pos:], prefix) }

// space skips white space and reports whether there was any.
func (s *Scanner) space() bool {
	start := s.pos
	for s.pos < len(s.src) && isSpace(s.src[s.pos]) {
		s.pos++
	}
	return s.pos > start
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// outside skips to the start tag of the root, or to the end of the document
// after the root.
func (s *Scanner) outside() error {
	if !s.rooted && s.has("<?xml") && s.pos+5 < len(s.src) && isSpace(s.src[s.pos+5]) {
		if err := s.declaration(); err != nil {
			return err
		}
	}
	for s.space(); s.has("<!--"); s.space() {
		if err := s.comment(); err != nil {
			return err
		}
	}
	return s.root()
}

// root checks for the start tag of the root element. After the root element, it
// checks that the document ends.
func (s *Scanner) root() error {
	switch {
	case s.pos == len(s.src) && s.rooted:
		return io.EOF
	case s.pos == len(s.src):
		return s.fail(s.pos, errNoRoot)
	case s.has("<?xml ") && !s.rooted:
		return s.fail(s.pos, errFirst)
	case s.has("<?"):
		return s.fail(s.pos, errPI)
	case s.has("<!DOCTYPE"):
		return s.fail(s.pos, errDTD)
	case s.rooted && s.src[s.pos] == '<':
		return s.fail(s.pos, errAfterRoot)
	case s.src[s.pos] != '<':
		return s.fail(s.pos, errText)
	}
	s.rooted = true
	return nil
}

// declaration reads <?xml version="1.0" encoding="UTF-8" standalone="yes"?>.
func (s *Scanner) declaration() error {
	start := s.pos
	s.pos += len("<?xml")
	s.attrs = s.attrs[:0]
	if err := s.attributes(); err != nil {
		return err
	}
	if !s.has("?>") {
		return s.fail(start, errDeclaration)
	}
	s.pos += len("?>")
	rest := s.attrs
	take := func(name string) (Attr, bool) {
		if len(rest) == 0 || rest[0].Name != name {
			return Attr{}, false
		}
		a := rest[0]
		rest = rest[1:]
		return a, true
	}
	version, ok := take("version")
	if !ok {
		return s.fail(start, errDeclaration)
	}
	if !isVersion1(version.Value) {
		return s.fail(version.Pos, errDeclaration)
	}
	if a, ok := take("encoding"); ok && !s.isUTF8(a.Value) {
		return s.fail(a.Pos, errEncoding)
	}
	if a, ok := take("standalone"); ok && a.Value != "yes" && a.Value != "no" {
		return s.fail(a.Pos, errDeclaration)
	}
	if len(rest) > 0 {
		return s.fail(rest[0].Pos, errDeclaration)
	}
	return nil
}

// isVersion1 reports whether a version is 1.0, 1.1 and so on.
func isVersion1(version string) bool {
	minor, one := strings.CutPrefix(version, "1.")
	return one && minor != "" && strings.Trim(minor, "0123456789") == ""
}

// isUTF8 reports whether the input can be read as UTF-8, given its declared
// encoding. Input in US-ASCII or ISO-8859-1 can be if it has only characters of
// US-ASCII.
func (s *Scanner) isUTF8(encoding string) bool {
	switch strings.ToUpper(encoding) {
	case "ASCII", "ISO-8859-1", "US-ASCII":
		return strings.IndexFunc(s.src[s.pos:], func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	}
	return strings.EqualFold(encoding, "UTF-8")
}

// comment skips a comment.
func (s *Scanner) comment() error {
	start := s.pos
	s.pos += len("<!--")
	for s.pos < len(s.src) {
		if s.has("-->") {
			s.pos += len("-->")
			return nil
		}
		if s.has("--") {
			return s.fail(s.pos, errDash)
		}
		if err := s.char(); err != nil {
			return err
		}
	}
	return s.fail(start, errComment)
}

// char skips a character that XML allows.
func (s *Scanner) char() error {
	if c := s.src[s.pos]; ' ' <= c && c < utf8.RuneSelf {
		s.pos++
		return nil
	}
	r, n := utf8.DecodeRuneInString(s.src[s.pos:])
	switch {
	case r == utf8.RuneError && n == 1:
		return s.fail(s.pos, errUTF8)
	case !IsChar(r):
		return s.fail(s.pos, errChar)
	}
	s.pos += n
	return nil
}

// name reads a name.
func (s *Scanner) name() (string, error) {
	start, kinds := s.pos, uint8(0)
	i := start
	for i < len(s.src) && nameBytes[s.src[i]] != nameEnd {
		kinds |= nameBytes[s.src[i]]
		i++
	}
	s.pos = i
	name := s.src[start:i]
	if kinds == nameLetter || IsName(name) {
		return name, nil
	}
	return "", s.fail(start, errName)
}

const (
	nameEnd    uint8 = 1 << iota // can follow a name
	nameLetter                   // allowed everywhere in a name
	nameOther                    // IsName must check the whole name
)

var nameBytes = func() (t [256]uint8) {
	for c := range t {
		t[c] = nameOther
		if c < utf8.RuneSelf && isNameStart(rune(c)) {
			t[c] = nameLetter
		}
	}
	for _, c := range " \t\n\r=/><?\"'" {
		t[c] = nameEnd
	}
	return t
}()

func (s *Scanner) startTag() (Token, error) {
	start := s.pos
	s.pos++
	name, err := s.name()
	if err != nil {
		return Token{}, s.fail(start, errMarkup)
	}
	s.attrs = s.attrs[:0]
	if err := s.attributes(); err != nil {
		return Token{}, err
	}
	switch {
	case s.has("/>"):
		s.pos += 2
		s.closing = true
	case s.has(">"):
		s.pos++
	default:
		return Token{}, s.fail(start, errTag)
	}
	s.elements++
	switch {
	case len(s.open) == s.limits.Depth:
		return Token{}, s.fail(start, ErrDepth)
	case s.elements > s.limits.Elements:
		return Token{}, s.fail(start, ErrElements)
	}
	s.open = append(s.open, name)
	return Token{Kind: Start, Name: name, Pos: start}, nil
}

func (s *Scanner) endTag() (Token, error) {
	start := s.pos
	s.pos += len("</")
	name, err := s.name()
	if err != nil || len(s.open) == 0 || s.open[len(s.open)-1] != name {
		return Token{}, s.fail(start, errEndTag)
	}
	s.space()
	if !s.has(">") {
		return Token{}, s.fail(start, errTag)
	}
	s.pos++
	return s.pop(start), nil
}

// pop ends the innermost element.
func (s *Scanner) pop(pos int) Token {
	last := len(s.open) - 1
	name := s.open[last]
	s.open = s.open[:last]
	return Token{Kind: End, Name: name, Pos: pos}
}

// attributes reads attributes up to the end of the tag.
func (s *Scanner) attributes() error {
	for {
		spaced := s.space()
		if s.pos == len(s.src) || s.src[s.pos] == '/' || s.src[s.pos] == '>' || s.src[s.pos] == '?' {
			return nil
		}
		if !spaced {
			return s.fail(s.pos, errSpace)
		}
		start := s.pos
		name, err := s.name()
		if err != nil {
			return err
		}
		for _, a := range s.attrs {
			if a.Name == name {
				return s.fail(start, errTwice)
			}
		}
		if len(s.attrs) == s.limits.Attrs {
			return s.fail(start, ErrAttrs)
		}
		s.space()
		if !s.has("=") {
			return s.fail(start, errAttrValue)
		}
		s.pos++
		s.space()
		value, err := s.value(start)
		if err != nil {
			return err
		}
		s.attrs = append(s.attrs, Attr{Name: name, Value: value, Pos: start})
	}
}

// Places where a character ends a run of characters that need no care.
const (
	stopText uint8 = 1 << iota
	stopDouble
	stopSingle
)

var stops = func() (t [256]uint8) {
	const all = stopText | stopDouble | stopSingle
	for c := range t {
		if c < ' ' || c >= utf8.RuneSelf {
			t[c] = all
		}
	}
	t['\t'], t['\n'] = stopDouble|stopSingle, stopDouble|stopSingle
	t['&'], t['<'] = all, all
	t[']'] = stopText
	t['"'], t['\''] = stopDouble, stopSingle
	return t
}()

// plain skips characters that need no care.
func (s *Scanner) plain(stop uint8) {
	i := s.pos
	for i < len(s.src) && stops[s.src[i]]&stop == 0 {
		i++
	}
	s.pos = i
}

// value reads the quoted value of the attribute at pos.
func (s *Scanner) value(pos int) (string, error) {
	if s.pos == len(s.src) {
		return "", s.fail(pos, errAttrValue)
	}
	quote, stop := s.src[s.pos], stopDouble
	switch quote {
	case '"':
	case '\'':
		stop = stopSingle
	default:
		return "", s.fail(pos, errAttrValue)
	}
	s.pos++
	buf, done := s.buf[:0], s.pos // the value is buf and the input from done on
	for s.pos < len(s.src) {
		s.plain(stop)
		if s.pos == len(s.src) {
			break
		}
		switch c := s.src[s.pos]; {
		case c == quote:
			value := s.cut(buf, done)
			s.pos++
			return value, nil
		case c == '<':
			return "", s.fail(s.pos, errLess)
		case c == '&':
			buf = append(buf, s.src[done:s.pos]...)
			var err error
			if buf, err = s.reference(buf); err != nil {
				return "", err
			}
			done = s.pos
		case isSpace(c): // XML 1.0, section 3.3.3: becomes a space; so does a line end
			buf = append(buf, s.src[done:s.pos]...)
			buf = append(buf, ' ')
			s.lineEnd()
			done = s.pos
		default:
			if err := s.char(); err != nil {
				return "", err
			}
		}
	}
	return "", s.fail(pos, errAttrValue)
}

// text reads character data up to a tag or the end of the input.
func (s *Scanner) text() (string, error) {
	buf, done := s.buf[:0], s.pos
	for {
		s.plain(stopText)
		if s.pos == len(s.src) {
			return s.cut(buf, done), nil
		}
		switch c := s.src[s.pos]; {
		case c == '<' && !s.has("<!") && !s.has("<?"):
			return s.cut(buf, done), nil
		case s.has("<!--"), s.has("<![CDATA["), c == '&', c == '\r':
			buf = append(buf, s.src[done:s.pos]...)
			var err error
			if buf, err = s.special(buf); err != nil {
				return "", err
			}
			done = s.pos
		case c == '<':
			return "", s.markup()
		case s.has("]]>"):
			return "", s.fail(s.pos, errCDATAEnd)
		default:
			if err := s.char(); err != nil {
				return "", err
			}
		}
	}
}

// special reads a comment, a CDATA section, a reference or a line end in text,
// and appends its text.
func (s *Scanner) special(buf []byte) ([]byte, error) {
	switch s.src[s.pos] {
	case '&':
		return s.reference(buf)
	case '\r':
		s.lineEnd()
		return append(buf, '\n'), nil
	}
	if s.has("<!--") {
		return buf, s.comment()
	}
	return s.cdata(buf)
}

// markup returns the error for a "<" in text that begins nothing known.
func (s *Scanner) markup() error {
	switch {
	case s.has("<?"):
		return s.fail(s.pos, errPI)
	case s.has("<!DOCTYPE"):
		return s.fail(s.pos, errDTD)
	}
	return s.fail(s.pos, errMarkup)
}

// cut returns buf followed by the input from done on. It copies only if
// necessary.
func (s *Scanner) cut(buf []byte, done int) string {
	if done == s.pos && len(buf) == 0 {
		return ""
	}
	if len(buf) == 0 {
		return s.src[done:s.pos]
	}
	s.buf = append(buf, s.src[done:s.pos]...)
	return string(s.buf)
}

// lineEnd skips a white space character, or CR LF.
func (s *Scanner) lineEnd() {
	if s.has("\r\n") {
		s.pos++
	}
	s.pos++
}

func (s *Scanner) cdata(buf []byte) ([]byte, error) {
	start := s.pos
	s.pos += len("<![CDATA[")
	done := s.pos
	for s.pos < len(s.src) {
		switch {
		case s.has("]]>"):
			buf = append(buf, s.src[done:s.pos]...)
			s.pos += len("]]>")
			return buf, nil
		case s.src[s.pos] == '\r':
			buf = append(buf, s.src[done:s.pos]...)
			buf = append(buf, '\n')
			s.lineEnd()
			done = s.pos
		default:
			if err := s.char(); err != nil {
				return nil, err
			}
		}
	}
	return nil, s.fail(start, errCDATA)
}

// reference appends the character of a reference.
func (s *Scanner) reference(buf []byte) ([]byte, error) {
	const longest = 32 // a reference with more leading zeros is refused
	start := s.pos
	rest := s.src[start+1:]
	end := strings.IndexByte(rest[:min(len(rest), longest)], ';')
	if end < 0 {
		return nil, s.fail(start, errAmp)
	}
	s.pos += end + 2
	name := rest[:end]
	if number, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(number, "x"); ok {
			number, base = hex, 16
		}
		r, err := strconv.ParseUint(number, base, 21)
		if errors.Is(err, strconv.ErrRange) {
			return nil, s.fail(start, errChar)
		}
		if err != nil {
			return nil, s.fail(start, errAmp)
		}
		if !IsChar(rune(r)) {
			return nil, s.fail(start, errChar)
		}
		return utf8.AppendRune(buf, rune(r)), nil
	}
	switch name {
	case "amp":
		return append(buf, '&'), nil
	case "lt":
		return append(buf, '<'), nil
	case "gt":
		return append(buf, '>'), nil
	case "quot":
		return append(buf, '"'), nil
	case "apos":
		return append(buf, '\''), nil
	}
	if IsName(name) {
		return nil, s.fail(start, errEntity)
	}
	return nil, s.fail(start, errAmp)
}
