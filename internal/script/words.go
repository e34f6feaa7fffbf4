package script

import (
	"errors"
	"strconv"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// SplitWords splits a line at spaces and tabs. Text in double quotes is a Go
// string.
func SplitWords(line string) ([]string, error) {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " \t") {
		var word strings.Builder
		for line != "" && line[0] != ' ' && line[0] != '\t' {
			if line[0] != '"' {
				word.WriteByte(line[0])
				line = line[1:]
				continue
			}
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, errors.New("a double quote is not closed")
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, err
			}
			word.WriteString(text)
			line = line[len(quoted):]
		}
		words = append(words, word.String())
	}
	return words, nil
}

// QuoteWord returns a word in the form that SplitWords reads.
func QuoteWord(word string) string {
	if word == "" || strings.ContainsAny(word, "\" \t") || sim.Printable(word) != word {
		return strconv.Quote(word)
	}
	return word
}
