package sim

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Transcript returns the call in writing, for people to read and for golden
// files: what happened and when, each webhook with the parameters that changed,
// and each document. It is the same in every run: made-up ids are numbered, and
// recordings are always at the same host. Secrets of URLs are
// masked. Of requests that only repeat the one before, the first and the number
// are shown.
func (c *Call) Transcript() string {
	var b strings.Builder
	var before url.Values
	last, repeated := "", 0
	fold := func() {
		if repeated > 0 {
			fmt.Fprintf(&b, "          … and %d times the same\n", repeated)
		}
		repeated = 0
	}
	for _, e := range c.log {
		text := e.String() + "\n"
		if e.Exchange != nil {
			for _, line := range e.Exchange.Lines(before) {
				text += "            " + line + "\n"
			}
			before = e.Exchange.Form
			if text == last {
				repeated++
				continue
			}
		}
		fold()
		last = text
		fmt.Fprintf(&b, "%8s  %s", Clock(e.At), text)
	}
	fold()
	var ids []string
	return madeUp.ReplaceAllStringFunc(c.Stable(b.String()), func(id string) string {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		return fmt.Sprintf("id-%d", slices.Index(ids, id)+1)
	})
}

// madeUp finds the ids of NewID.
var madeUp = regexp.MustCompile("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

// Clock writes a time as minutes and seconds.
func Clock(d time.Duration) string {
	d = d.Round(100 * time.Millisecond)
	return fmt.Sprintf("%d:%04.1f", d/time.Minute, (d % time.Minute).Seconds())
}

// String returns the entry on one line, without its time.
func (e Entry) String() string {
	text := e.Text
	switch e.Kind {
	case Requested:
		text = Shown(text)
		if e.Exchange.Copy {
			text += ", delivered once more"
		}
		if e.Exchange.Attempt > 1 {
			return fmt.Sprintf("%s, attempt %d", text, e.Exchange.Attempt)
		}
		return text
	case Heard, Said:
		text = `"` + Shown(text) + `"`
	default:
		text = Shown(text)
	}
	line := strings.TrimSpace(e.Kind.String() + " " + text)
	if e.Detail != "" {
		line += " (" + Shown(e.Detail) + ")"
	}
	return line
}

// Shown returns a text as it can be shown on a line of a terminal, or written to
// a file: printable, and without the secrets of URLs.
func Shown(s string) string { return withoutSecrets(Printable(s)) }

// Printable replaces what would disturb a line of text, or a terminal.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Lines returns a webhook and its answer in lines. Of the parameters that all
// webhooks of a call have, it leaves out those that have not changed; one that is
// gone is shown without a value.
func (x *Exchange) Lines(before url.Values) []string {
	var lines []string
	names := slices.AppendSeq(slices.Collect(maps.Keys(x.Form)), maps.Keys(before))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		switch {
		case common[name] && slices.Equal(x.Form[name], before[name]):
			continue
		case common[name] && x.Form[name] == nil: // it has gone
			lines = append(lines, Shown(name)+"=")
		}
		for _, value := range x.Form[name] {
			lines = append(lines, Shown(name+"="+value))
		}
	}
	if len(lines) > 0 { // on one line
		lines = []string{strings.Join(lines, " ")}
	}
	if x.Status == 0 {
		return append(append(lines, Shown(x.Err.Error())), x.handled()...)
	}
	lines = append(lines, fmt.Sprintf("%d %s", x.Status, http.StatusText(x.Status)))
	lines = append(lines, x.handled()...)
	switch {
	case x.Document != nil:
		doc := x.Document.String()
		if doc == "" || len(doc) > longestShown { // a required value is missing
			return append(lines, x.FirstLines()...)
		}
		return append(lines, indented(doc)...)
	case x.Err != nil:
		return append(append(lines, Shown(x.Err.Error())), x.FirstLines()...)
	}
	return lines
}

// handled returns what the app did with the webhook, in lines. It returns none
// if all is as it should be.
func (x *Exchange) handled() (lines []string) {
	for _, mistake := range x.Mistakes() {
		lines = append(lines, Shown(mistake))
	}
	for _, h := range x.Handlings() {
		if h.Kind != 0 && h.Kind != x.Event.Kind() && !x.swapped(h) {
			lines = append(lines, fmt.Sprintf("handled as %v", h.Kind))
		}
		for _, line := range h.lines() {
			lines = append(lines, Shown(line))
		}
	}
	return lines
}

// longestShown is how long a document may be, in bytes, to be shown whole.
const longestShown = 1 << 16

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
		first = append(first, "| "+Shown(line))
	}
	return first
}

// Documented reports whether the platform documents a parameter. It does for
// those that all webhooks have.
func Documented(param string) bool { return common[param] }

// common has the parameters that all webhooks have.
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
		lines = append(lines, strings.Repeat("  ", depth)+Shown(tag))
		depth += deeper
		doc = rest
	}
	return lines
}

// isSay reports whether a tag begins a Say, whose content is not broken up.
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
