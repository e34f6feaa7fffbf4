package form

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAppendQuery(t *testing.T) {
	type pair struct{ Name, Value string }
	for _, tt := range []struct {
		query string
		pairs []pair
		bad   []int
		err   error
	}{
		{"", nil, nil, nil},
		{"a=1&b=%32", []pair{{"a", "1"}, {"b", "2"}}, nil, nil},
		{"a=1&off=50%&b=2", []pair{{"a", "1"}, {"off", "50%"}, {"b", "2"}}, []int{1}, nil},
		{"list=a;b&&=&c", []pair{{"list", "a;b"}, {"", ""}, {"c", ""}}, []int{0}, nil},
		{"%41=%zz", []pair{{"A", "%zz"}}, []int{0}, nil},
		{"%zz=%41", []pair{{"%zz", "%41"}}, []int{0}, nil},
		{"a=1&b=2&c=3&d=4", []pair{{"a", "1"}, {"b", "2"}, {"c", "3"}}, nil, ErrPairs},
		{"a=1&b=%&c=3&d=%", []pair{{"a", "1"}, {"b", "%"}, {"c", "3"}}, []int{1}, ErrPairs},
		{"a=1&b=2&c=3&d=;", []pair{{"a", "1"}, {"b", "2"}, {"c", "3"}}, nil, ErrPairs},
		{"a=1&b=" + strings.Repeat("x", 14) + "&c=3", []pair{{"a", "1"}, {"b", strings.Repeat("x", 14)}}, nil, ErrBytes},
		{"a=1&b=" + strings.Repeat("x", 30), []pair{{"a", "1"}}, nil, ErrBytes},
		{strings.Repeat("x", 30), nil, nil, ErrBytes},
	} {
		pairs, bad, err := AppendQuery([]pair(nil), tt.query, Limits{Bytes: 20, Pairs: 3})
		assert.ElementsMatch(t, tt.pairs, pairs, tt.query)
		assert.Equal(t, tt.bad, bad, tt.query)
		assert.Equal(t, tt.err, err, tt.query)
	}
}
