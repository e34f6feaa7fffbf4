package script

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// referenceForm matches a term of a reference. A reference is ${name},
// ${name.2}, or a sum of these; \${ is not a reference.
var referenceForm = regexp.MustCompile(`^[A-Za-z_]\w*(\.[1-9]\d?)?$`)

// hasReference reports whether a text has an unescaped ${.
func hasReference(text string) bool {
	for i := 0; ; {
		n := strings.Index(text[i:], "${")
		if n < 0 {
			return false
		}
		if i += n; i == 0 || text[i-1] != '\\' {
			return true
		}
		i += len("${")
	}
}

// replace replaces each reference in a text by the result of value, and each
// \${ by ${.
func replace(text string, value func(reference string) (string, error)) (string, error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		if !found {
			b.WriteString(text)
			return b.String(), nil
		}
		if literal, ok := strings.CutSuffix(before, `\`); ok {
			b.WriteString(literal + "${")
			text = after
			continue
		}
		reference, rest, closed := strings.Cut(after, "}")
		if !closed {
			return "", errors.New(`a reference must end with }: write ${name}, or \${ for the text ${`)
		}
		v, err := value(reference)
		if err != nil {
			return "", err
		}
		b.WriteString(before + v)
		text = rest
	}
}

// checkReferences returns an error if a reference in a text is invalid. The
// argument names maps variables to their numbers of groups.
func checkReferences(text string, names map[string]int) error {
	_, err := replace(text, func(reference string) (string, error) {
		for term := range strings.SplitSeq(reference, "+") {
			term = strings.TrimSpace(term)
			if !referenceForm.MatchString(term) {
				return "", errors.New(`write ${name}, ${name.1} or ${name.1 + name.2}, or \${ for the text ${`)
			}
			name, group, _ := strings.Cut(term, ".")
			groups, ok := names[name]
			if !ok {
				return "", fmt.Errorf(`no line above sets %s: write let %[1]s = "pattern" where it is heard`, name)
			}
			if n, _ := strconv.Atoi(group); n > groups {
				return "", fmt.Errorf("the pattern of %s has fewer than %s groups", name, group)
			}
		}
		return "", nil
	})
	return err
}

// expand replaces the references in a text by the quoted values of their
// variables. If values is nil, it removes the references.
func expand(text string, values map[string][]string, quote func(string) string) (string, error) {
	return replace(text, func(reference string) (string, error) {
		if values == nil {
			return "", nil
		}
		terms := strings.Split(reference, "+")
		if len(terms) == 1 {
			return quote(valueOf(terms[0], values)), nil
		}
		sum := 0
		for _, term := range terms {
			n, err := strconv.Atoi(valueOf(term, values))
			if err != nil {
				return "", fmt.Errorf("%s is not a number, so it cannot be added", strings.TrimSpace(term))
			}
			sum += n
		}
		return quote(strconv.Itoa(sum)), nil
	})
}

// valueOf returns the value of a term: for name.2, a group; for name, all
// groups joined, or the whole match if there are no groups.
func valueOf(term string, values map[string][]string) string {
	name, group, one := strings.Cut(strings.TrimSpace(term), ".")
	match := values[name]
	switch n, _ := strconv.Atoi(group); {
	case one && n < len(match):
		return match[n]
	case one || len(match) == 0:
		return ""
	case len(match) == 1:
		return match[0]
	}
	return strings.Join(match[1:], "")
}
