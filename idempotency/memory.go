package idempotency

import (
	"sync"
	"time"
)

// The limits of the memory that a Handler without a Store uses.
const (
	maxAnswers = 10_000
	maxBytes   = 64 << 20
	entryBytes = 256 // approximate size of an entry without its answer
)

// A memory keeps the answers of this process. If it is full, it evicts the
// oldest answer, because retries come soon. Webhooks that are still running are
// not in it.
type memory struct {
	mu      sync.Mutex
	entries map[identity]*entry
	oldest  *entry
	newest  *entry
	bytes   int
}

type entry struct {
	id           identity
	answer       *answer
	expires      time.Time
	older, newer *entry
}

// get returns the answer for an identity, or nil.
func (m *memory) get(id identity, now time.Time) *answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[id]
	if e == nil {
		return nil
	}
	if !now.Before(e.expires) {
		m.remove(e)
		return nil
	}
	return e.answer
}

// put stores an answer. It replaces an earlier answer for the same identity.
func (m *memory) put(id identity, a *answer, expires time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries == nil {
		m.entries = make(map[identity]*entry)
	}
	if e := m.entries[id]; e != nil {
		m.remove(e)
	}
	e := &entry{id: id, answer: a, expires: expires, older: m.newest}
	if m.newest != nil {
		m.newest.newer = e
	} else {
		m.oldest = e
	}
	m.newest = e
	m.entries[id] = e
	m.bytes += e.size()
	for len(m.entries) > maxAnswers || m.bytes > maxBytes {
		m.remove(m.oldest)
	}
}

func (m *memory) remove(e *entry) {
	delete(m.entries, e.id)
	m.bytes -= e.size()
	if e.older != nil {
		e.older.newer = e.newer
	} else {
		m.oldest = e.newer
	}
	if e.newer != nil {
		e.newer.older = e.older
	} else {
		m.newest = e.older
	}
}

func (e *entry) size() int { return entryBytes + e.answer.size() }
