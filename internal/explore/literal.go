package explore

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// literals returns the keys and words that a document compares the result of an
// Output with.
func literals(doc voxml.Response, output string, vars voxhook.Vars) (keys, words []string) {
	if output == "" {
		return nil, nil
	}
	for _, x := range expressions(doc) {
		for _, m := range comparison.FindAllStringSubmatch(x.String(), -1) {
			values := []string{value(m[3], vars)}
			if strings.HasSuffix(m[2], "~") {
				values = examples(values[0])
			}
			for _, v := range values {
				switch {
				case v == "":
				case m[1] == output+".digits" && strings.Trim(v, "0123456789*#") == "":
					keys = add(keys, v)
				case m[1] == output+".speech":
					words = add(words, v)
				}
			}
		}
	}
	return keys, words
}

func add(all []string, s string) []string {
	if slices.Contains(all, s) {
		return all
	}
	return append(all, s)
}

var comparison = regexp.MustCompile(`\$\{([^}]+)\}\s*(==|!=|=~|!~)\s*("[^"]*"|'[^']*'|\$\{[^}]+\}|\(.*?\)+|[\w.+#*-]+)`)

// value returns the value of an operand.
func value(operand string, vars voxhook.Vars) string {
	if name, ok := strings.CutPrefix(operand, "${"); ok {
		return vars[strings.TrimSuffix(name, "}")]
	}
	return strings.Trim(operand, `"'`)
}

// expressions returns the conditions of a document.
func expressions(verbs []voxml.Verb) (all []voxml.Expr) {
	for _, v := range verbs {
		switch v := v.(type) {
		case voxml.If:
			all = append(append(all, v.Expression), expressions(v.Verbs)...)
		case voxml.Do:
			all = append(append(all, v.Expression), expressions(v.Verbs)...)
		}
	}
	return all
}

// mostExamples is the maximum number of texts for one pattern.
const mostExamples = 16

// examples returns texts that match a pattern, one for each alternative. It
// takes whole alternatives. The shortest texts that match would be fragments of
// the caller's words, because a pattern matches anywhere in a text.
func examples(pattern string) []string {
	x, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	var all []string
	for _, text := range generate(x) {
		if text = strings.TrimSpace(text); text != "" {
			all = add(all, text)
		}
	}
	return all
}

// generate returns texts that match a part of a pattern.
func generate(x *syntax.Regexp) []string {
	switch x.Op {
	case syntax.OpLiteral:
		return []string{string(x.Rune)}
	case syntax.OpCharClass:
		return characters(x.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []string{"a"}
	case syntax.OpCapture, syntax.OpPlus:
		return generate(x.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		return []string{""}
	case syntax.OpRepeat:
		all := []string{""}
		for range min(x.Min, mostExamples) {
			all = product(all, first(generate(x.Sub[0])))
		}
		return all
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range x.Sub {
			all = product(all, generate(sub))
		}
		return all
	case syntax.OpAlternate:
		var all []string
		for _, sub := range x.Sub {
			all = append(all, generate(sub)...)
		}
		if i := slices.Index(all, ""); i >= 0 { // such as the edge of the text
			return []string{""}
		}
		return all[:min(len(all), mostExamples)]
	}
	return []string{""}
}

// characters returns the characters of a class. If there are many, it returns
// one of them, a letter or digit if possible.
func characters(ranges []rune) (all []string) {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && len(all) <= mostExamples; r++ {
			all = append(all, string(r))
		}
	}
	if len(all) <= mostExamples {
		return all
	}
	for _, r := range "a1A " {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= r && r <= ranges[i+1] {
				return []string{string(r)}
			}
		}
	}
	return all[:1]
}

func first(all []string) []string { return all[:min(len(all), 1)] }

func product(all, more []string) (texts []string) {
	for _, a := range all {
		for _, b := range more {
			if len(texts) < mostExamples {
				texts = append(texts, a+b)
			}
		}
	}
	return texts
}
