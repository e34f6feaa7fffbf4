package xmlscan_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

var update = flag.Bool("update", false, "write testdata/scan.txt")

// ample is more than any test needs.
var ample = xmlscan.Limits{Depth: 1 << 20, Elements: 1 << 20, Attrs: 1 << 20}

// read returns the tokens with offsets, the same tokens without offsets, and
// the error. In those without offsets, white space in attributes is spaces,
// because encoding/xml does not normalize it.
//
//	0 <a>          a start tag, 3 x="1" for each attribute
//	3 "text"       character data
//	9 </a>         an end tag
func read(s *xmlscan.Scanner) (tokens, bare []string, err error) {
	for {
		t, err := s.Next()
		if err != nil {
			return tokens, bare, err
		}
		line := fmt.Sprintf("%q", t.Text)
		switch t.Kind {
		case xmlscan.Start:
			line = "<" + t.Name + ">"
		case xmlscan.End:
			line = "</" + t.Name + ">"
		}
		token := fmt.Sprintf("%d %s", t.Pos, line)
		for _, a := range s.Attrs() {
			if t.Kind == xmlscan.Start {
				token += fmt.Sprintf(" %d %s=%q", a.Pos, a.Name, a.Value)
				line += fmt.Sprintf(" %s=%q", a.Name, spaces.Replace(a.Value))
			}
		}
		tokens, bare = append(tokens, token), append(bare, line)
	}
}

var spaces = strings.NewReplacer("\t", " ", "\n", " ")

// scanFile has one input per line, followed by its tokens and its error.
// Characters can be escaped as in Go. Sections are those of XML 1.0, fifth
// edition; names are those of the fourth edition.
const scanFile = "testdata/scan.txt"

// inputs calls f for each line of scanFile that is not a result, with the input
// if there is one.
func inputs(t testing.TB, f func(line, kind, in string)) {
	t.Helper()
	b, err := os.ReadFile(scanFile)
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "\t") {
			kind, in, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			in, err = strconv.Unquote(`"` + strings.ReplaceAll(in, `"`, `\"`) + `"`)
			require.NoError(t, err, "%s", line)
			f(line, kind, in)
		}
	}
}

// TestScan compares tokens and errors with scanFile. With -update, it writes
// the file.
func TestScan(t *testing.T) {
	var got strings.Builder
	inputs(t, func(line, kind, in string) {
		got.WriteString(line)
		scan := xmlscan.Document
		switch kind {
		case "fragment":
			scan = xmlscan.Fragment
		case "#":
			return
		}
		tokens, _, err := read(scan(in, ample))
		for _, token := range tokens {
			got.WriteString("\t" + token + "\n")
		}
		if err != io.EOF {
			got.WriteString("\t" + err.Error() + "\n")
		}
	})
	if *update {
		require.NoError(t, os.WriteFile(scanFile, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(scanFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		in                     string
		depth, elements, attrs int
		want                   string // "" for no error
	}{
		{`<a><b/><c/></a>`, 2, 3, 0, ""},
		{`<a><b/><c><d/></c></a>`, 2, 9, 0, "offset 10: elements nest too deep"},
		{`<a><b/><c/><d/></a>`, 9, 3, 0, "offset 11: there are too many elements"},
		{`<a b="" c=""><d b="" c=""/></a>`, 9, 9, 2, ""},
		{`<a><b b="" c="" d=""/></a>`, 9, 9, 2, "offset 16: the element has too many attributes"},
	} {
		_, _, err := read(xmlscan.Document(tt.in, xmlscan.Limits{Depth: tt.depth, Elements: tt.elements, Attrs: tt.attrs}))
		if tt.want == "" {
			assert.Equal(t, io.EOF, err, "%s", tt.in)
			continue
		}
		assert.EqualError(t, err, tt.want)
		is := errors.Is(err, xmlscan.ErrDepth) || errors.Is(err, xmlscan.ErrElements) || errors.Is(err, xmlscan.ErrAttrs)
		assert.True(t, is, "%v", err)
	}
	_, _, err := read(xmlscan.Fragment(`<a/><b/>`, xmlscan.Limits{Depth: 1, Elements: 2}))
	require.Equal(t, io.EOF, err)
	_, _, err = read(xmlscan.Fragment(`x<a/>`, xmlscan.Limits{Elements: 9}))
	require.EqualError(t, err, "offset 1: elements nest too deep")
}

// TestNoCopy checks that text without references is not copied.
func TestNoCopy(t *testing.T) {
	src := "<a>" + strings.Repeat("<b c='d'>e</b>", 1000) + "</a>"
	got := testing.AllocsPerRun(10, func() {
		s := xmlscan.Document(src, ample)
		for {
			if _, err := s.Next(); err != nil {
				return
			}
		}
	})
	assert.Less(t, got, 20.0)
}

// A foreign is a document as encoding/xml reads it.
type foreign struct {
	tokens   []string // as read returns them without offsets
	loose    bool     // has a processing instruction, a directive, not exactly one root, badly nested tags or a repeated attribute
	outside  bool     // has more than white space outside the root
	colons   bool     // has a name with a misplaced or second colon
	comments string
	err      error
}

func readForeign(src string) (f foreign) {
	var open []string
	roots, at, text := 0, int64(0), ""
	flush := func() {
		if text != "" {
			f.tokens, text = append(f.tokens, fmt.Sprintf("%q", text)), ""
		}
	}
	for d := xml.NewDecoder(strings.NewReader(src)); ; {
		token, err := d.RawToken()
		raw := src[at:d.InputOffset()]
		at = d.InputOffset()
		switch token := token.(type) {
		case xml.StartElement:
			flush()
			e := "<" + name(token.Name) + ">"
			twice := map[string]bool{}
			for _, a := range token.Attr {
				f.loose = f.loose || twice[name(a.Name)]
				twice[name(a.Name)] = true
				f.colons = f.colons || !prefixed.MatchString(name(a.Name))
				e += fmt.Sprintf(" %s=%q", name(a.Name), spaces.Replace(a.Value))
			}
			f.colons = f.colons || !prefixed.MatchString(name(token.Name))
			if len(open) == 0 {
				roots++
			}
			open = append(open, name(token.Name))
			f.tokens = append(f.tokens, e)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != name(token.Name) {
				f.loose = true
				return f
			}
			flush()
			open = open[:len(open)-1]
			f.tokens = append(f.tokens, "</"+name(token.Name)+">")
		case xml.CharData:
			if len(open) == 0 {
				f.outside = f.outside || strings.Trim(raw, " \t\r\n") != ""
			} else {
				text += string(token)
			}
		case xml.Comment:
			f.comments += string(token)
		case xml.ProcInst, xml.Directive:
			f.loose = true
		}
		if err != nil {
			if err != io.EOF {
				f.err = err
			}
			f.loose = f.loose || roots != 1 || len(open) > 0
			return f
		}
	}
}

func name(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

var (
	declaration = regexp.MustCompile(`^<\?xml[ \t\r\n][^?]*\?>`)
	prefixed    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$`)
	noSpace     = regexp.MustCompile(`["'][^ \t\r\n/>?]`)
	longNumber  = regexp.MustCompile(`&#x?0{20,}`)
	surrogate   = regexp.MustCompile(`&#(x0*[Dd][89A-Fa-f]|0*5[5-7])`)
)

// FuzzScan compares the Scanner with encoding/xml, which is less strict.
func FuzzScan(f *testing.F) {
	for _, dir := range []string{filepath.Join("..", "..", "voxml", "testdata"), filepath.Join("..", "..", "testdata")} {
		require.NoError(f, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".xml" {
				return err
			}
			b, err := os.ReadFile(path)
			f.Add(string(b))
			return err
		}))
	}
	inputs(f, func(_, _, in string) { f.Add(in) })
	f.Fuzz(func(t *testing.T, src string) {
		if _, _, err := read(xmlscan.Fragment(src, ample)); err != io.EOF {
			checkSyntaxError(t, src, err)
		}
		_, got, err := read(xmlscan.Document(src, ample))
		if err == io.EOF {
			err = nil
		}
		// To encoding/xml, a byte order mark is text.
		plain := strings.TrimPrefix(src, "\uFEFF")
		if err != nil {
			checkSyntaxError(t, src, err)
			checkRefused(t, plain, err)
			return
		}
		// It supports version 1.0 only.
		want := readForeign(declaration.ReplaceAllString(plain, ""))
		require.NoError(t, want.err, "%q", src)
		require.False(t, want.loose || want.outside, "%q", src)
		require.Equal(t, want.tokens, got, "%q", src)
	})
}

func refusedChar(r rune) bool { return !xmlscan.IsChar(r) }

func checkSyntaxError(t *testing.T, src string, err error) {
	var syntax *xmlscan.SyntaxError
	require.ErrorAs(t, err, &syntax, "%q", src)
	require.True(t, 0 <= syntax.Pos && syntax.Pos <= len(src), "%q: %v", src, err)
	require.Error(t, syntax.Err)
}

// checkRefused checks that encoding/xml also refuses a document, or that there
// is a known reason why it does not.
func checkRefused(t *testing.T, src string, err error) {
	other := readForeign(src)
	switch {
	case other.err != nil:
	case other.loose: // RawToken does not check these
	case other.outside: // encoding/xml allows it
	case other.colons: // encoding/xml treats a colon like a letter
	default:
		why := errors.Unwrap(err).Error()
		switch {
		case why == "there is no space before an attribute" && noSpace.MatchString(src): // encoding/xml needs no space
		case why == "XML does not allow this character" && strings.ContainsFunc(other.comments, refusedChar): // not checked in comments
		case why == "the text is not valid UTF-8" && !utf8.ValidString(other.comments): // not checked in comments
		case why == "XML does not allow this character" && surrogate.MatchString(src): // encoding/xml returns U+FFFD
		case strings.HasPrefix(why, `"&" does not start a reference`) && longNumber.MatchString(src): // encoding/xml has no limit
		default:
			require.Fail(t, "refused", "%q: %v", src, err)
		}
	}
}

// TestNames compares names with encoding/xml, for each character at the start
// and later in a name.
func TestNames(t *testing.T) {
	reads := func(name string) bool {
		token, err := xml.NewDecoder(strings.NewReader("<" + name + "/>")).RawToken()
		start, ok := token.(xml.StartElement)
		return err == nil && ok && start.Name.Local == name
	}
	for r := range rune(0x20000) {
		if utf8.ValidRune(r) && r != ':' {
			require.Equal(t, reads(string(r)), xmlscan.IsName(string(r)), "%U", r)
			require.Equal(t, reads("a"+string(r)), xmlscan.IsName("a"+string(r)), "a and %U", r)
		}
	}
	for name, want := range map[string]bool{
		"": false, ":": false, "a:": false, ":a": false, "a:b": true, "a:b:c": false, "a:1": false, "1:a": false, "é:·": false,
		"é·": true, "\u2c00": false, "a\u2c00": false, "\U00010000": false, "a\xff": false, "\xff": false, "a\uFFFD": false,
	} {
		require.Equal(t, want, xmlscan.IsName(name), "%q", name)
	}
}
