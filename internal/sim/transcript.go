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

// Transcript returns the log of the call as text, for people and for golden
// files: what happened and when, each webhook with the parameters that changed,
// and each document. It is the same in every run: generated ids are numbered,
// and recordings have a fixed host. Secrets in URLs are masked. Requests that
// repeat the previous one are only counted.
func (c *Call) Transcript() string {
	var b strings.Builder
	var before url.Values
	last, repeated := "", 0
	fold := func() {
		if repeated > 0 {
			fmt.Fprintf(&b, "          … and %d more of the same\n", repeated)
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

// madeUp matches the ids of NewID.
var madeUp = regexp.MustCompile("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

// Clock formats a time as minutes and seconds.
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

// Shown returns a text that is safe to show in a terminal or to write to a
// file: printable, and without the secrets in URLs.
func Shown(s string) string { return withoutSecrets(Printable(s)) }

// Printable replaces characters that would disturb a line of text or a
// terminal.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Lines returns a webhook and its answer as lines of text. Of the parameters
// that every webhook of a call has, it shows only those that differ from
// before. A parameter that is gone is shown without a value.
func (x *Exchange) Lines(before url.Values) []string {
	var lines []string
	names := slices.AppendSeq(slices.Collect(maps.Keys(x.Form)), maps.Keys(before))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		switch {
		case common[name] && slices.Equal(x.Form[name], before[name]):
			continue
		case common[name] && x.Form[name] == nil: // it is gone
			lines = append(lines, Shown(name)+"=")
		}
		for _, value := range x.Form[name] {
			lines = append(lines, Shown(name+"="+value))
		}
	}
	if len(lines) > 0 { // all on one line
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
		if doc == "" || len(doc) > longestShown { // empty if a required value is missing
			return append(lines, x.FirstLines()...)
		}
		return append(lines, indented(doc)...)
	case x.Err != nil:
		return append(append(lines, Shown(x.Err.Error())), x.FirstLines()...)
	}
	return lines
}

// handled returns lines about how the app handled the webhook. It returns none
// if everything is in order.
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

// longestShown is the size in bytes up to which a document is shown in full.
const longestShown = 1 << 16

// FirstLines returns the first lines of the answer's body, as received.
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

// Documented reports whether the platform documents a parameter. It documents
// only the parameters that all webhooks have.
func Documented(param string) bool { return common[param] }

// common holds the parameters that all webhooks have.
var common = map[string]bool{
	"CallSid": true, "AccountID": true, "TrunkID": true, "From": true, "To": true, "CallStatus": true, "ApiVersion": true,
	"Direction": true, "CallerName": true, "ParentCallSid": true, "Vars": true, "AnsweredBy": true,
	"FromCity": true, "FromState": true, "FromZip": true, "FromCountry": true,
	"ToCity": true, "ToState": true, "ToZip": true, "ToCountry": true,
}

// indented breaks an encoded document into lines. A verb that contains only
// other elements gets a line for each of them. Text is not broken.
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

// isSay reports whether a tag begins a Say, whose content is not broken into
// lines.
func isSay(tag string) bool {
	return strings.HasPrefix(tag, "<Say>") || strings.HasPrefix(tag, "<Say ")
}

// tagEnd returns the length of the tag or text at the beginning of s.
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
