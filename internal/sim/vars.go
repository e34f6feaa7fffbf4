package sim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/voxhook/voxhook"
)

// setNames returns the names of all variables that verbs have set so far.
func (c *Call) setNames() []string {
	return slices.Sorted(maps.Keys(c.set))
}

// assign sets a variable.
func (c *Call) assign(name, value string) {
	c.vars[name] = value
	c.set[name] = struct{}{}
}

// result sets a variable to the result of a verb. If the result is empty, it
// unsets the variable.
func (c *Call) result(output, part, value string) {
	if output == "" {
		return
	}
	name := output + "." + part
	c.set[name] = struct{}{}
	switch {
	case value != "":
		c.vars[name] = value
	case !c.cfg.KeepResults:
		delete(c.vars, name)
	}
}

// unset removes a variable, and those whose names begin with its name and a
// dot.
func (c *Call) unset(name string) {
	for n := range c.vars {
		if n == name || strings.HasPrefix(n, name+".") {
			delete(c.vars, n)
		}
	}
}

// deepest is the maximum nesting of objects.
const deepest = 7

// nested returns variables as nested JSON. If a variable has both a value and
// variables under it, the variables under it stay flat, because JSON cannot
// hold both. Names that would be nested deeper than package voxhook reads also
// stay flat.
func nested(vars voxhook.Vars) string {
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(vars)) { // a before a.b
		at, rest := root, name
		for range deepest {
			part, after, dotted := strings.Cut(rest, ".")
			if !dotted {
				break
			}
			if _, ok := at[part]; !ok {
				at[part] = map[string]any{}
			}
			inner, ok := at[part].(map[string]any)
			if !ok {
				break
			}
			at, rest = inner, after
		}
		at[rest] = vars[name]
	}
	text, err := json.Marshal(root)
	if err != nil {
		panic(err) // cannot happen: the maps contain only strings
	}
	return string(text)
}
