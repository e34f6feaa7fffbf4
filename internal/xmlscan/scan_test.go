package xmlscan_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

// ample is more than what any test needs.
var ample = xmlscan.Limits{Depth: 1 << 20, Elements: 1 << 20, Attrs: 1 << 20}

// read returns the tokens, each with its offset, and the error.
//
//	0 <a>          a start tag, 3 x="1" for each attribute
//	3 "text"       character data
//	9 </a>         an end tag
func read(s *xmlscan.Scanner) (tokens []string, err error) {
	for {
		t, err := s.Next()
		if err != nil {
			return tokens, err
		}
		switch t.Kind {
		case xmlscan.Start:
			line := fmt.Sprintf("%d <%s>", t.Pos, t.Name)
			for _, a := range s.Attrs() {
				line += fmt.Sprintf(" %d %s=%q", a.Pos, a.Name, a.Value)
			}
			tokens = append(tokens, line)
		case xmlscan.Text:
			tokens = append(tokens, fmt.Sprintf("%d %q", t.Pos, t.Text))
		case xmlscan.End:
			tokens = append(tokens, fmt.Sprintf("%d </%s>", t.Pos, t.Name))
		default:
			tokens = append(tokens, fmt.Sprintf("%d of kind %d", t.Pos, t.Kind))
		}
	}
}

// The sections of these tables are those of XML 1.0, fifth edition; the names are
// those of the fourth.

func TestDocument(t *testing.T) {
	for _, tt := range []struct {
		section, in string
		want        []string
	}{
		{"2.1", `<a/>`, []string{`0 <a>`, `4 </a>`}},
		{"2.1", `<a></a>`, []string{`0 <a>`, `3 </a>`}},
		{"2.1", `<a>x</a>`, []string{`0 <a>`, `3 "x"`, `4 </a>`}},
		{"2.1", " \r\n\t<a/> \r\n\t", []string{`4 <a>`, `8 </a>`}},
		{"2.1", `<a><b/>x<c>y</c></a>`, []string{
			`0 <a>`, `3 <b>`, `7 </b>`, `7 "x"`, `8 <c>`, `11 "y"`, `12 </c>`, `16 </a>`,
		}},
		{"2.2", "<a>\t\n ~\u007f\u0085\u00a0\ud7ff\ue000\ufffd\U00010000\U0010ffff</a>", []string{
			`0 <a>`, `3 "\t\n ~\x7f\u0085\u00a0\ud7ff\ue000` + "\ufffd" + `𐀀\U0010ffff"`, `29 </a>`,
		}},
		{"2.3", `<_/>`, []string{`0 <_>`, `4 </_>`}},
		{"2.3", `<a-b.c_1:D/>`, []string{`0 <a-b.c_1:D>`, `12 </a-b.c_1:D>`}},
		{"2.3", `<é·/>`, []string{`0 <é·>`, `7 </é·>`}},
		{"2.3", `<a b="1"/>`, []string{`0 <a> 3 b="1"`, `10 </a>`}},
		{"2.3", `<a b='"' c="'"/>`, []string{`0 <a> 3 b="\"" 9 c="'"`, `16 </a>`}},
		{"2.3", `<a b=">" c="]]>"/>`, []string{`0 <a> 3 b=">" 9 c="]]>"`, `18 </a>`}},
		{"2.4", `<a>1 > 0 "'/=?!]] ]></a>`, []string{`0 <a>`, `3 "1 > 0 \"'/=?!]] ]>"`, `20 </a>`}},
		{"2.5", `<!-- - --><!----><a/><!-- <b> & -->`, []string{`17 <a>`, `21 </a>`}},
		{"2.5", `<a>x<!-- y -->z<!----></a>`, []string{`0 <a>`, `3 "xz"`, `22 </a>`}},
		{"2.5", `<a><!-- x --><!-- y --></a>`, []string{`0 <a>`, `23 </a>`}},
		{"2.5", `<a><!-- x -->y</a>`, []string{`0 <a>`, `3 "y"`, `14 </a>`}},
		{"2.5", `<a>x<!-- y --></a>`, []string{`0 <a>`, `3 "x"`, `14 </a>`}},
		{"2.5", `<a>x<!-- y --><b/></a>`, []string{`0 <a>`, `3 "x"`, `14 <b>`, `18 </b>`, `18 </a>`}},
		{"2.7", `<a><![CDATA[<b/>&amp;]]]></a>`, []string{`0 <a>`, `3 "<b/>&amp;]"`, `25 </a>`}},
		{"2.7", `<a>x<![CDATA[y]]>z</a>`, []string{`0 <a>`, `3 "xyz"`, `18 </a>`}},
		{"2.7", `<a><![CDATA[]]></a>`, []string{`0 <a>`, `15 </a>`}},
		{"2.7", `<a><![CDATA[x]]]]><![CDATA[>y]]></a>`, []string{`0 <a>`, `3 "x]]>y"`, `32 </a>`}},
		{"2.7", `<a>]]<![CDATA[]]>></a>`, []string{`0 <a>`, `3 "]]>"`, `18 </a>`}},
		{"2.8", `<?xml version="1.0"?><a/>`, []string{`21 <a>`, `25 </a>`}},
		{"2.8", `<?xml version='1.0' encoding='utf-8'?><a/>`, []string{`38 <a>`, `42 </a>`}},
		{"2.8", "<?xml\n\tversion\r=\t'1.1'\nencoding = \"Utf-8\" standalone='no'\n?>\n<a/>", []string{`61 <a>`, `65 </a>`}},
		{"2.8", `<?xml version="1.0" standalone="yes"?><a/>`, []string{`38 <a>`, `42 </a>`}},
		{"4.3.3", `<?xml version="1.0" encoding="us-ascii"?><a/>`, []string{`41 <a>`, `45 </a>`}},
		{"4.3.3", `<?xml version="1.0" encoding="iso-8859-1"?><a/>`, []string{`43 <a>`, `47 </a>`}},
		{"4.3.3", `<?xml version="1.0" encoding="ASCII"?><a>&#xe9;</a>`, []string{`38 <a>`, `41 "é"`, `47 </a>`}},
		{"2.11", "<a>\r\r\n\n\r</a>", []string{`0 <a>`, `3 "\n\n\n\n"`, `8 </a>`}},
		{"2.11", "<a><![CDATA[\r\r\n\n\r]]></a>", []string{`0 <a>`, `3 "\n\n\n\n"`, `20 </a>`}},
		{"2.11", "<a>x\r<!-- -->\ny</a>", []string{`0 <a>`, `3 "x\n\ny"`, `15 </a>`}},
		{"2.11", "<a>&#13;\n&#13;&#10;</a>", []string{`0 <a>`, `3 "\r\n\r\n"`, `19 </a>`}},
		{"3.1", "<a\r\n\t b\n=\r'1'\t></a\n\t>", []string{`0 <a> 6 b="1"`, `15 </a>`}},
		{"3.1", `<a b="1" c='2' d="" ></a>`, []string{`0 <a> 3 b="1" 9 c="2" 15 d=""`, `21 </a>`}},
		{"3.1", `<a b="1"><c b="2"/></a>`, []string{`0 <a> 3 b="1"`, `9 <c> 12 b="2"`, `19 </c>`, `19 </a>`}},
		{"3.1", `<a b="1" B="2" x:b="3"/>`, []string{`0 <a> 3 b="1" 9 B="2" 15 x:b="3"`, `24 </a>`}},
		{"3.1", `<a />`, []string{`0 <a>`, `5 </a>`}},
		{"3.3.3", "<a b=' x\ty\nz\r\n\r '/>", []string{`0 <a> 3 b=" x y z   "`, `19 </a>`}},
		{"3.3.3", `<a b="x&#9;y&#xA;z&#13;&#32;"/>`, []string{`0 <a> 3 b="x\ty\nz\r "`, `31 </a>`}},
		{"4.1", `<a>&#65;&#x42;&#x1f600;&#x1F600;&#0000067;</a>`, []string{`0 <a>`, `3 "AB😀😀C"`, `42 </a>`}},
		{"4.1", `<a b="&#65;'&#x27;" c='&#34;&#39;'/>`, []string{`0 <a> 3 b="A''" 20 c="\"'"`, `36 </a>`}},
		{"4.3.3", "\uFEFF<a>\uFEFF</a>", []string{`3 <a>`, `6 "\ufeff"`, `9 </a>`}},
		{"4.3.3", "\uFEFF<?xml version='1.0'?><a/>", []string{`24 <a>`, `28 </a>`}},
		{"4.6", `<a>&lt;&gt;&amp;&quot;&apos;</a>`, []string{`0 <a>`, `3 "<>&\"'"`, `28 </a>`}},
		{"4.6", `<a b="&lt;&gt;&amp;&quot;&apos;"/>`, []string{`0 <a> 3 b="<>&\"'"`, `34 </a>`}},
		{"4.6", `<a>&amp;amp;&amp;#65;</a>`, []string{`0 <a>`, `3 "&amp;&#65;"`, `21 </a>`}},
		{"4.6", `<a>x&lt;y<b/>&gt;z</a>`, []string{`0 <a>`, `3 "x<y"`, `9 <b>`, `13 </b>`, `13 ">z"`, `18 </a>`}},
	} {
		t.Run(tt.section+" "+tt.in, func(t *testing.T) {
			got, err := read(xmlscan.Document(tt.in, ample))
			assert.Equal(t, tt.want, got)
			require.Equal(t, io.EOF, err)
		})
	}
}

func TestFragment(t *testing.T) {
	for _, tt := range []struct {
		section, in string
		want        []string
		err         string // "" if there is none
	}{
		{"3.1", ``, nil, ""},
		{"3.1", `x`, []string{`0 "x"`}, ""},
		{"3.1", " \n", []string{`0 " \n"`}, ""},
		{"3.1", `x<a/>y<b>z</b>`, []string{`0 "x"`, `1 <a>`, `5 </a>`, `5 "y"`, `6 <b>`, `9 "z"`, `10 </b>`}, ""},
		{"3.1", `<a/><a/>`, []string{`0 <a>`, `4 </a>`, `4 <a>`, `8 </a>`}, ""},
		{"2.5", `<!-- x -->`, nil, ""},
		{"2.7", `<![CDATA[<a>]]>&amp;`, []string{`0 "<a>&"`}, ""},
		{"4.3.3", "\uFEFFx", []string{`0 "\ufeffx"`}, ""},

		{"3.1", `</a>`, nil, "offset 0: the end tag does not fit the start tag"},
		{"3.1", `x</Say>`, []string{`0 "x"`}, "offset 1: the end tag does not fit the start tag"},
		{"3.1", `<a/></a>`, []string{`0 <a>`, `4 </a>`}, "offset 4: the end tag does not fit the start tag"},
		{"3.1", `<a>`, []string{`0 <a>`}, "offset 3: the document ends before the end tag of the element"},
		{"3.1", `<a>x`, []string{`0 <a>`, `3 "x"`}, "offset 4: the document ends before the end tag of the element"},
		{"2.6", `<?xml version="1.0"?>`, nil, "offset 0: processing instructions are not allowed"},
		{"2.8", `x<!DOCTYPE a>`, nil, "offset 1: document type declarations are not allowed"},
		{"4.1", `<a/>&b;`, []string{`0 <a>`, `4 </a>`}, "offset 4: only the entities amp, lt, gt, quot and apos are allowed"},
	} {
		t.Run(tt.section+" "+tt.in, func(t *testing.T) {
			got, err := read(xmlscan.Fragment(tt.in, ample))
			assert.Equal(t, tt.want, got)
			if tt.err == "" {
				require.Equal(t, io.EOF, err)
				return
			}
			require.EqualError(t, err, tt.err)
		})
	}
}

func TestDocumentErrors(t *testing.T) {
	for _, tt := range []struct {
		section, in string
		tokens      int // before the error
		pos         int
		want        string
	}{
		{"2.1", ``, 0, 0, "there is no root element"},
		{"2.1", " \n", 0, 2, "there is no root element"},
		{"2.1", "\uFEFF", 0, 3, "there is no root element"},
		{"2.1", `x<a/>`, 0, 0, "there is text outside the root element"},
		{"2.1", `<a/>x`, 2, 4, "there is text outside the root element"},
		{"2.1", `<a/><b/>`, 2, 4, "there is something after the root element"},
		{"2.1", `<a/></a>`, 2, 4, "there is something after the root element"},
		{"2.1", `<a>`, 1, 3, "the document ends before the end tag of the element"},
		{"2.1", `<a><b/>`, 3, 7, "the document ends before the end tag of the element"},
		{"2.2", "<a>x\x01</a>", 1, 4, "XML does not allow this character"},
		{"2.2", "<a>\ufffe</a>", 1, 3, "XML does not allow this character"},
		{"2.2", "<a>x\xc0\x80</a>", 1, 4, "is not valid UTF-8"},
		{"2.3", `<a 1="2"/>`, 0, 3, "an attribute has a name that XML does not allow"},
		{"2.3", "<a \xff='2'/>", 0, 3, "an attribute has a name that XML does not allow"},
		{"2.3", "<\u2c00/>", 0, 0, `"<" does not start a tag: write "&lt;"`},
		{"2.3", "<a \u2c00='2'/>", 0, 3, "an attribute has a name that XML does not allow"},
		{"2.3", "<a ×='2'/>", 0, 3, "an attribute has a name that XML does not allow"},
		{"2.4", `<a>& b</a>`, 1, 3, `"&" does not start a reference: write "&amp;"`},
		{"2.4", `<a>]]></a>`, 1, 3, `"]]>" is not allowed in text: write "]]&gt;"`},
		{"2.5", `<!-- <a/>`, 0, 0, "a comment has no end"},
		{"2.5", `<a><!-->`, 1, 3, "a comment has no end"},
		{"2.5", `<a><!-- -- --></a>`, 1, 8, `"--" is not allowed in a comment`},
		{"2.6", `<?a?><a/>`, 0, 0, "processing instructions are not allowed"},
		{"2.6", `<a/><?a?>`, 2, 4, "processing instructions are not allowed"},
		{"2.7", `<a><![CDATA[x]></a>`, 1, 3, "a CDATA section has no end"},
		{"2.8", `<!DOCTYPE a><a/>`, 0, 0, "document type declarations are not allowed"},
		{"2.8", `<?xml version="2.0"?><a/>`, 0, 6, "the XML declaration is malformed"},
		{"2.8", `<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>`, 0, 37, "the XML declaration is malformed"},
		{"2.8", `<?xml version="1.0" encoding="UTF-8" standalone="yes" a="b"?><a/>`, 0, 54, "the XML declaration is malformed"},
		{"2.8", ` <?xml version="1.0"?><a/>`, 0, 1, "the XML declaration is not at the start"},
		{"2.8", `<?xml version="1.0"`, 0, 0, "the XML declaration is malformed"},
		{"4.3.3", `<?xml version="1.0" encoding="us-ascii"?><a>é</a>`, 0, 20, `the encoding is not UTF-8: write encoding="UTF-8"`},
		{"4.3.3", `<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>`, 0, 20, `the encoding is not UTF-8: write encoding="UTF-8"`},
		{"2.8", `<?xml version="1.0" encoding="latin1"?><a/>`, 0, 20, `the encoding is not UTF-8: write encoding="UTF-8"`},
		{"3.1", `<>`, 0, 0, `"<" does not start a tag: write "&lt;"`},
		{"3.1", `<a`, 0, 0, `a tag has no closing ">"`},
		{"3.1", `<a b`, 0, 3, "an attribute has no value in quotes"},
		{"3.1", `<a b=c>`, 0, 3, "an attribute has no value in quotes"},
		{"3.1", `<a b="`, 0, 3, "an attribute has no value in quotes"},
		{"3.1", `<a b="1"c="2"/>`, 0, 8, "there is no space before an attribute"},
		{"3.1", `<a b="<"/>`, 0, 6, `"<" is not allowed in an attribute: write "&lt;"`},
		{"3.1", `<a b="1" c="2" b="3"/>`, 0, 15, "an attribute occurs twice"},
		{"3.1", `<a></b>`, 1, 3, "the end tag does not fit the start tag"},
		{"3.1", `<a>x</a b="1">`, 2, 4, `a tag has no closing ">"`},
		{"4.1", `<a>&b;</a>`, 1, 3, "only the entities amp, lt, gt, quot and apos are allowed"},
		{"4.1", `<a b="x&#0;"/>`, 0, 7, "XML does not allow this character"},
	} {
		t.Run(tt.section+" "+tt.in, func(t *testing.T) {
			got, err := read(xmlscan.Document(tt.in, ample))
			assert.Len(t, got, tt.tokens)
			var syntax *xmlscan.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, tt.pos, syntax.Pos)
			require.EqualError(t, syntax.Err, tt.want)
			require.EqualError(t, err, fmt.Sprintf("offset %d: %s", tt.pos, tt.want))
		})
	}
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fragment bool
		in       string
		limits   xmlscan.Limits
		pos      int
		want     error // nil if it fits
	}{
		{"depth", false, `<a><b/><c/></a>`, xmlscan.Limits{Depth: 2, Elements: 9, Attrs: 9}, 0, nil},
		{"one too deep", false, `<a><b/><c><d/></c></a>`, xmlscan.Limits{Depth: 2, Elements: 9, Attrs: 9}, 10, xmlscan.ErrDepth},
		{"depth of a fragment", true, `<a/><b/>`, xmlscan.Limits{Depth: 1, Elements: 9, Attrs: 9}, 0, nil},
		{"no depth", true, `x<a/>`, xmlscan.Limits{Depth: 0, Elements: 9, Attrs: 9}, 1, xmlscan.ErrDepth},
		{"no element", true, `x`, xmlscan.Limits{}, 0, nil},
		{"elements", false, `<a><b/><c/></a>`, xmlscan.Limits{Depth: 9, Elements: 3, Attrs: 9}, 0, nil},
		{"one element too many", false, `<a><b/><c/><d/></a>`, xmlscan.Limits{Depth: 9, Elements: 3, Attrs: 9}, 11, xmlscan.ErrElements},
		{"attributes", false, `<a b="" c=""><d b="" c=""/></a>`, xmlscan.Limits{Depth: 9, Elements: 9, Attrs: 2}, 0, nil},
		{"one attribute too many", false, `<a><b b="" c="" d=""/></a>`, xmlscan.Limits{Depth: 9, Elements: 9, Attrs: 2}, 16, xmlscan.ErrAttrs},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := xmlscan.Document(tt.in, tt.limits)
			if tt.fragment {
				s = xmlscan.Fragment(tt.in, tt.limits)
			}
			_, err := read(s)
			if tt.want == nil {
				require.Equal(t, io.EOF, err)
				return
			}
			require.ErrorIs(t, err, tt.want)
			var syntax *xmlscan.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, tt.pos, syntax.Pos)
		})
	}
}

// TestNoCopy checks that what has no reference in it is not copied.
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

// An event is a token without its place, as both scanners see it. White space
// in attributes is not normalized by encoding/xml, hence spaces here.
type event struct {
	kind, text string // the text of character data, else the name
	attrs      string
}

var spaces = strings.NewReplacer("\t", " ", "\n", " ")

// events returns what the Scanner reads.
func events(src string) (all []event, err error) {
	for s := xmlscan.Document(src, ample); ; {
		t, err := s.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		e := event{kind: []string{"?", "start", "end", "text"}[t.Kind], text: t.Name + t.Text}
		if t.Kind == xmlscan.Start {
			for _, a := range s.Attrs() {
				e.attrs += fmt.Sprintf(" %s=%q", a.Name, spaces.Replace(a.Value))
			}
		}
		all = append(all, e)
	}
}

// A foreign is a document as encoding/xml reads it.
type foreign struct {
	events   []event
	loose    bool // has a processing instruction, a directive, not one root, tags crosswise or an attribute twice
	outside  bool // has more than white space outside the root
	colons   bool // has a name that cannot be one with a prefix
	comments string
	err      error
}

func readForeign(src string) (f foreign) {
	var open []string
	roots, at := 0, int64(0)
	for d := xml.NewDecoder(strings.NewReader(src)); ; {
		token, err := d.RawToken()
		raw := src[at:d.InputOffset()]
		at = d.InputOffset()
		switch token := token.(type) {
		case xml.StartElement:
			e := event{kind: "start", text: name(token.Name)}
			twice := map[string]bool{}
			for _, a := range token.Attr {
				f.loose = f.loose || twice[name(a.Name)]
				twice[name(a.Name)] = true
				f.colons = f.colons || !prefixed.MatchString(name(a.Name))
				e.attrs += fmt.Sprintf(" %s=%q", name(a.Name), spaces.Replace(a.Value))
			}
			f.colons = f.colons || !prefixed.MatchString(e.text)
			if len(open) == 0 {
				roots++
			}
			open = append(open, e.text)
			f.events = append(f.events, e)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != name(token.Name) {
				f.loose = true
				return f
			}
			open = open[:len(open)-1]
			f.events = append(f.events, event{kind: "end", text: name(token.Name)})
		case xml.CharData:
			if len(open) == 0 {
				f.outside = f.outside || strings.Trim(raw, " \t\r\n") != ""
			} else if last := len(f.events) - 1; f.events[last].kind == "text" {
				f.events[last].text += string(token)
			} else if len(token) > 0 {
				f.events = append(f.events, event{kind: "text", text: string(token)})
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

// FuzzScan holds the Scanner against encoding/xml, which is not made to be
// strict.
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
	for _, s := range []string{
		"", "<a/>", "<a b='1' c=\"2\">x<!-- y -->z<![CDATA[<]]>&amp;&#65;</a>", "<a>\r\n\r]]</a>\n", "<a b='&#13;\n\t'/>",
		"<?xml version='1.0'?><a:b c:d=''/>", "<a b='1'c='2'/>", "<a>]]></a>", "<a>&#xD800;</a>", "<a>&b;</a>", "<:a/>", "<a><b></a></b>",
		"<a/><![CDATA[ ]]>", "&#32;<a/>", "<!-- -- --><a/>", "<!--\x01--><a/>", "<a><!--\xf6\ufffe--></a>", "<Ⰰ/>", "<?xml version='1.0' encoding='us-ascii'?><a>é</a>", "<!DOCTYPE a><a/>", "<a b='<'/>", "<a b/>", "<a b=c/>", "<a>\xff</a>",
		"<a>&#x" + strings.Repeat("0", 40) + "41;</a>", "<a 1:b=''/>", "<a b='' b=''/>", "<a/><b/>", "\uFEFF<é/>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if _, err := read(xmlscan.Fragment(src, ample)); err != io.EOF {
			checkSyntaxError(t, src, err)
		}
		got, err := events(src)
		// To encoding/xml a mark is text.
		plain := strings.TrimPrefix(src, "\uFEFF")
		if err != nil {
			checkSyntaxError(t, src, err)
			checkRefused(t, plain, err)
			return
		}
		// It knows version 1.0 only.
		want := readForeign(declaration.ReplaceAllString(plain, ""))
		require.NoError(t, want.err, "%q", src)
		require.False(t, want.loose || want.outside, "%q", src)
		require.Equal(t, want.events, got, "%q", src)
	})
}

func refusedChar(r rune) bool { return !xmlscan.IsChar(r) }

func checkSyntaxError(t *testing.T, src string, err error) {
	var syntax *xmlscan.SyntaxError
	require.ErrorAs(t, err, &syntax, "%q", src)
	require.True(t, 0 <= syntax.Pos && syntax.Pos <= len(src), "%q: %v", src, err)
	require.Error(t, syntax.Err)
}

// checkRefused checks that encoding/xml refuses a document too, or that there
// is a reason why it does not.
func checkRefused(t *testing.T, src string, err error) {
	other := readForeign(src)
	switch {
	case other.err != nil:
	case other.loose: // not looked at, or not at this level
	case other.outside: // it does not mind
	case other.colons: // to it a colon is a letter
	default:
		why := errors.Unwrap(err).Error()
		switch {
		case why == "there is no space before an attribute" && noSpace.MatchString(src): // not asked for
		case why == "XML does not allow this character" && strings.ContainsFunc(other.comments, refusedChar): // not looked for
		case why == "is not valid UTF-8" && !utf8.ValidString(other.comments): // not looked for
		case why == "XML does not allow this character" && surrogate.MatchString(src): // becomes U+FFFD
		case strings.HasPrefix(why, `"&" does not start a reference`) && longNumber.MatchString(src): // read at any length
		default:
			require.Fail(t, "refused", "%q: %v", src, err)
		}
	}
}

// TestNames compares each character, first and later in a name, with
// encoding/xml.
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
