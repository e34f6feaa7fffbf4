package sim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/voxhook/voxhook"
)

// nested returns variables as nested JSON. One that has a value of its own
// besides those under it keeps these beside it, flat, for an object cannot
// hold both.
func nested(vars voxhook.Vars) string {
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(vars)) { // a before a.b
		at, rest := root, name
		for {
			part, behind, dotted := strings.Cut(rest, ".")
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
			at, rest = inner, behind
		}
		at[rest] = vars[name]
	}
	text, err := json.Marshal(root)
	if err != nil {
		panic(err) // maps of strings
	}
	return string(text)
}
