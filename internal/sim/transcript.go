package sim

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Transcript writes a call down, for people to read and for golden files: what
// happened and when, each webhook with what it has that the one before had
// not, and each document.
func Transcript(log []Entry) string {
	var b strings.Builder
	var before url.Values
	for _, e := range log {
		fmt.Fprintf(&b, "%8s  %s\n", clock(e.At), e)
		if e.Exchange == nil {
			continue
		}
		for _, line := range e.Exchange.Lines(before) {
			b.WriteString("            " + line + "\n")
		}
		before = e.Exchange.Form
	}
	return b.String()
}

// clock writes a time as minutes and seconds.
func clock(d time.Duration) string {
	d = d.Round(100 * time.Millisecond)
	return fmt.Sprintf("%d:%04.1f", d/time.Minute, (d % time.Minute).Seconds())
}

// String returns the entry on one line, without its time.
func (e Entry) String() string {
	text := e.Text
	switch e.Kind {
	case Requested:
		text = printable(text)
		if e.Exchange.Attempt > 1 {
			return fmt.Sprintf("%s, attempt %d", text, e.Exchange.Attempt)
		}
		return text
	case Heard, Said:
		text = `"` + printable(text) + `"`
	default:
		text = printable(text)
	}
	line := strings.TrimSpace(e.Kind.String() + " " + text)
	if e.Detail != "" {
		line += " (" + printable(e.Detail) + ")"
	}
	return line
}

// printable replaces what would disturb a line of text, or a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Lines returns a webhook and its answer in lines. Of the parameters that all
// webhooks of a call have it leaves out those that the one before had too.
func (x *Exchange) Lines(before url.Values) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(x.Form)) {
		if common[name] && slices.Equal(x.Form[name], before[name]) {
			continue
		}
		for _, value := range x.Form[name] {
			lines = append(lines, printable(name+"="+value))
		}
	}
	if len(lines) > 0 { // on one line
		lines = []string{strings.Join(lines, " ")}
	}
	if x.Status == 0 {
		return append(lines, printable(x.Err.Error()))
	}
	lines = append(lines, fmt.Sprintf("%d %s", x.Status, http.StatusText(x.Status)))
	switch {
	case x.Document != nil:
		doc := x.Document.String()
		if doc == "" { // something that is required is not there
			return append(lines, x.FirstLines()...)
		}
		return append(lines, indented(doc)...)
	case x.Err != nil:
		return append(append(lines, printable(x.Err.Error())), x.FirstLines()...)
	}
	return lines
}

// FirstLines returns the beginning of the answer's body, as it came.
func (x *Exchange) FirstLines() []string {
	const lines, bytes = 5, 200
	var first []string
	for line := range strings.Lines(string(x.Body)) {
		if len(first) == lines {
			break
		}
		line = strings.TrimRight(line, "\r\n")
		if len(line) > bytes {
			line = line[:bytes]
		}
		first = append(first, "| "+printable(line))
	}
	return first
}

// common are the parameters that all webhooks have.
var common = map[string]bool{
	"CallSid": true, "AccountID": true, "TrunkID": true, "From": true, "To": true, "CallStatus": true, "ApiVersion": true,
	"Direction": true, "CallerName": true, "ParentCallSid": true, "Vars": true, "AnsweredBy": true,
	"FromCity": true, "FromState": true, "FromZip": true, "FromCountry": true,
	"ToCity": true, "ToState": true, "ToZip": true, "ToCountry": true,
}

// indented breaks an encoded document into lines. A verb that holds only
// other elements gets a line for each of them; a text stays as it is.
func indented(doc string) []string {
	var lines []string
	depth := 0
	for doc != "" {
		end := tagEnd(doc)
		tag, rest := doc[:end], doc[end:]
		deeper := 0
		switch {
		case strings.HasPrefix(tag, "</"):
			depth = max(depth-1, 0)
		case !strings.HasPrefix(tag, "<"), strings.HasSuffix(tag, "/>"):
		case strings.HasPrefix(rest, "<") && !strings.HasPrefix(rest, "</") && !isSay(tag):
			deeper = 1
		default:
			name, _, _ := strings.Cut(strings.Trim(tag, "<>"), " ")
			if content, after, ok := strings.Cut(rest, "</"+name+">"); ok {
				tag, rest = doc[:end+len(content)+len("</>")+len(name)], after
			}
		}
		lines = append(lines, strings.Repeat("  ", depth)+printable(tag))
		depth += deeper
		doc = rest
	}
	return lines
}

// isSay tells the element whose content is speech, which is not broken up.
func isSay(tag string) bool {
	return strings.HasPrefix(tag, "<Say>") || strings.HasPrefix(tag, "<Say ")
}

// tagEnd returns the length of the tag or of the text with which s begins.
func tagEnd(s string) int {
	if s[0] != '<' {
		if i := strings.IndexByte(s, '<'); i >= 0 {
			return i
		}
		return len(s)
	}
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '>' && !quoted:
			return i + 1
		}
	}
	return len(s)
}
