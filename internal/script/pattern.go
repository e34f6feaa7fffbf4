package script

import "strings"

// escaped returns the pattern that matches only this line.
func escaped(line string) string { return strings.ReplaceAll(dotted(line), "${", `\${`) }

// dotted is like escaped, for a text in which no variables are replaced.
func dotted(line string) string { return strings.ReplaceAll(line, "...", `\...`) }

// literals splits a pattern at each unescaped "..." and unescapes the parts.
func literals(pattern string) []string {
	all := strings.Split(pattern, "...")
	parts := []string{all[0]}
	for _, part := range all[1:] {
		last := &parts[len(parts)-1]
		if before, ok := strings.CutSuffix(*last, `\`); ok {
			*last = before + "..." + part
		} else {
			parts = append(parts, part)
		}
	}
	return parts
}

// like reports whether a line matches a pattern, in which ... matches any text
// and \... is three dots.
func like(pattern, line string) bool {
	parts := literals(pattern)
	first, rest := parts[0], parts[1:]
	if len(rest) == 0 {
		return first == line
	}
	line, ok := strings.CutPrefix(line, first)
	for _, part := range rest[:len(rest)-1] {
		var found bool
		_, line, found = strings.Cut(line, part)
		ok = ok && found
	}
	return ok && strings.HasSuffix(line, rest[len(rest)-1])
}
