package idempotency

import (
	"net/http"
	"slices"
)

// A headerChange is what a run did to one name of its header.
type headerChange struct {
	kind   byte
	name   string
	values []string
}

// The kinds of changes, as they are encoded.
const (
	headerSet     = 1 + iota
	headerAdded   // to values of wrappers outside
	headerDeleted // it has no values
)

// headerChanges are what a run did to its header, compared with what wrappers
// outside of the Handler had set. What they set for one delivery, such as the
// ID of a request, is no part of the answer to another.
type headerChanges []headerChange

// changesOf returns what has changed between two headers.
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

// apply does to a header what the run did to its own. Appending to values later
// does not change the changes.
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
