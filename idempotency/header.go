package idempotency

import (
	"net/http"
	"slices"
)

// A headerChange is the change that a run made to one name in its header.
type headerChange struct {
	kind   byte
	name   string
	values []string
}

// The kinds of changes, as they are encoded.
const (
	headerSet     = 1 + iota
	headerAdded   // appended to the values of outer wrappers
	headerDeleted // without values
)

// headerChanges are the changes that a run made to the header set by outer
// wrappers. The header that they set for one delivery, such as a request ID, is
// not part of the answer to another.
type headerChanges []headerChange

// changesOf returns the changes from one header to another.
func changesOf(before, after http.Header) (changes headerChanges) {
	for name, values := range after {
		old, isOld := before[name]
		switch n := len(old); {
		case isOld && slices.Equal(values, old):
		case n > 0 && len(values) > n && slices.Equal(values[:n], old):
			changes = append(changes, headerChange{headerAdded, name, slices.Clone(values[n:])})
		default:
			changes = append(changes, headerChange{headerSet, name, slices.Clone(values)})
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			changes = append(changes, headerChange{headerDeleted, name, nil})
		}
	}
	return changes
}

// apply makes the changes to a header. Values that are later appended to the
// header do not affect the changes.
func (changes headerChanges) apply(h http.Header) {
	for _, c := range changes {
		switch c.kind {
		case headerSet:
			h[c.name] = slices.Clip(c.values)
		case headerAdded:
			h[c.name] = append(slices.Clip(h[c.name]), c.values...)
		case headerDeleted:
			delete(h, c.name)
		}
	}
}
