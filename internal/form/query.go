package form

import (
	"errors"
	"strings"
)

// AppendQuery appends the pairs of a query to dst. Pairs already in dst count
// towards the limit. The result bad lists the indexes of malformed pairs, whose
// names and values are raw text. AppendQuery fails only if the query exceeds a
// limit. It then returns the pairs within the limit.
func AppendQuery[Pair ~struct{ Name, Value string }](dst []Pair, query string, limits Limits) (pairs []Pair, bad []int, err error) {
	if int64(len(query)) > limits.MaxBytes() {
		err = ErrBytes
		query = query[:strings.LastIndexByte(query[:limits.MaxBytes()+1], '&')+1]
	}
	pairs, failed := Append(dst, []byte(query), limits)
	if failed == nil {
		return pairs, nil, err
	}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		n := len(pairs)
		pairs, failed = Append(pairs, []byte(pair), limits)
		if errors.Is(failed, ErrPairs) {
			return pairs, bad, ErrPairs
		}
		if failed == nil {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		if plain, broken := unescape([]byte(name)); broken < 0 {
			name = string(plain)
		}
		if n == limits.MaxPairs() {
			return pairs, bad, ErrPairs
		}
		pairs, bad = append(pairs, Pair{Name: name, Value: value}), append(bad, n)
	}
	return pairs, bad, err
}
