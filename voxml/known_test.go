package voxml_test

import (
	"fmt"
	"go/constant"
	"go/types"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKnown compares the names and values of the constants of all enumerations
// with testdata/constants.txt, and checks that Known is true only for them.
// With -update, it writes the file.
func TestKnown(t *testing.T) {
	type known interface{ Known() bool }
	enums := map[string]reflect.Type{} // types of fields
	for _, typ := range nodeTypes {
		if typ.Kind() != reflect.Struct {
			continue
		}
		for field := range typ.Fields() {
			of := field.Type
			if of.Kind() == reflect.Slice {
				of = of.Elem()
			}
			if of.Implements(reflect.TypeFor[known]()) {
				enums[of.String()] = of
			}
		}
	}
	var got strings.Builder
	values := map[string][]string{} // by type
	others := []string{"", "x"}
	for _, group := range hostile(t) {
		others = append(others, group...)
	}
	for _, pkg := range compiled(t) {
		for _, name := range pkg.Scope().Names() {
			c, ok := pkg.Scope().Lookup(name).(*types.Const)
			if !ok || !c.Exported() || c.Val().Kind() != constant.String {
				continue
			}
			of, value := types.TypeString(c.Type(), (*types.Package).Name), constant.StringVal(c.Val())
			fmt.Fprintf(&got, "%s %s %q\n", name, of, value)
			values[of] = append(values[of], value)
			others = append(others, value, otherCase(value), value+" ")
		}
	}
	for name, typ := range enums {
		assert.NotEmpty(t, values[name], name)
		for _, s := range others {
			want := slices.Contains(values[name], s)
			assert.Equal(t, want, reflect.ValueOf(s).Convert(typ).Interface().(known).Known(), "%s %.100q", name, s)
		}
	}
	const file = "testdata/constants.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
}

// otherCase turns lower case into upper case and vice versa.
func otherCase(s string) string {
	if upper := strings.ToUpper(s); upper != s {
		return upper
	}
	return strings.ToLower(s)
}
