package voxml

import (
	"fmt"
	"unicode/utf8"
)

// output checks the name of a group of variables.
func (k *checker) output(attr, name string) {
	if name == "" {
		return
	}
	if !isAlphanumeric(name) {
		k.report(ruleVariableName, attr, "is not a valid name: use letters, digits and underscores")
	}
	k.nameLength(attr, name+".digits", "has %d characters with .digits, more than %d: shorten it") // .speech and .status have the same length
}

// variable checks the name of a variable.
func (k *checker) variable(attr, name string) {
	if name != "" && !isVariable(name) {
		k.report(ruleVariableName, attr, "is not a name that an expression can read: use letters, digits and underscores, with single dots between its parts")
	}
	k.nameLength(attr, name, "has %d characters, more than %d: shorten it")
}

// nameLength checks the length of a variable's name.
func (k *checker) nameLength(attr, name, format string) {
	if count := utf8.RuneCountInString(name); count > maxVariable {
		k.report(ruleVariableName, attr, fmt.Sprintf(format, count, maxVariable))
	}
}
