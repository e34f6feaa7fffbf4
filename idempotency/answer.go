package idempotency

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"

	"github.com/voxhook/voxhook"
)

// An answer is the response of a run. It is immutable.
type answer struct {
	status   int
	header   headerChanges
	body     []byte
	document bool // a voxhook.Handler sent a document
	known    bool // a voxhook.Handler made the answer, so document is known
}

// noContent is the answer to most notifications. All of them share it, and in a
// store it takes little more than its key.
var noContent = &answer{status: http.StatusNoContent, known: true}

// maxAnswer is the size in bytes of the largest answer that is kept.
const maxAnswer = 1 << 20

// write sends the answer to another delivery of the same webhook.
//
// The hooks run first, because a wrapper that signs documents must know that
// this one is already signed. If no hook ran for the original answer, none runs
// now, so that the wrapper treats both alike.
func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	if a.known {
		voxhook.Answered(r.Context(), voxhook.Outcome{Status: a.status, Document: a.document, Replayed: true})
	}
	a.header.apply(w.Header())
	if len(a.body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if len(a.body) > 0 {
		_, _ = w.Write(a.body) // after an error, the client sends the webhook again
	}
}

// size returns the approximate size of the answer in memory.
func (a *answer) size() int {
	if a == noContent {
		return 0
	}
	n := 256 + len(a.body)
	for _, c := range a.header {
		n += len(c.name) + 64
		for _, v := range c.values {
			n += len(v) + 16
		}
	}
	return n
}

var errGarbage = errors.New("idempotency: the store returned bytes that are not an answer to this webhook")

const (
	format     = 2 // the first byte of an encoded answer
	flagKnown  = 1 << 0
	flagDoc    = 1 << 1
	sumSize    = 16
	minEncoded = 1 + sumSize
)

// encode returns the answer as bytes for a Store. They begin with the format
// and a hash of the identity and the rest. An answer that is damaged, or
// belongs to another webhook, is therefore never sent.
func (a *answer) encode(id identity) []byte {
	b := make([]byte, minEncoded, minEncoded+a.size())
	flags := byte(0)
	if a.known {
		flags |= flagKnown
	}
	if a.document {
		flags |= flagDoc
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(a.status))
	for _, c := range a.header {
		b = binary.AppendUvarint(appendPart(append(b, c.kind), c.name), uint64(len(c.values)))
		for _, v := range c.values {
			b = appendPart(b, v)
		}
	}
	b = append(append(b, 0), a.body...)
	b[0] = format
	copy(b[1:minEncoded], checksum(id, b[minEncoded:]))
	return b
}

func checksum(id identity, rest []byte) []byte {
	hash := sha256.New()
	hash.Write(id[:])
	hash.Write(rest)
	return hash.Sum(nil)[:sumSize]
}

// decode reads the result of encode.
func decode(id identity, b []byte) (*answer, error) {
	if len(b) < minEncoded+1 || b[0] != format || string(b[1:minEncoded]) != string(checksum(id, b[minEncoded:])) {
		return nil, errGarbage
	}
	flags := b[minEncoded]
	p := parser{rest: b[minEncoded+1:], ok: true}
	a := &answer{known: flags&flagKnown != 0, document: flags&flagDoc != 0}
	a.status = int(p.uvarint())
	for kind := p.next(); kind != 0; kind = p.next() {
		c := headerChange{kind: kind, name: p.part()}
		for n := p.uvarint(); n > 0 && p.ok; n-- {
			c.values = append(c.values, p.part())
		}
		a.header = append(a.header, c)
	}
	a.body = p.rest
	if !p.ok || a.status < 200 || a.status > 299 {
		return nil, errGarbage
	}
	return a, nil
}

// A parser reads an encoded answer. After an error, ok is false and the methods
// return zero values.
type parser struct {
	rest []byte
	ok   bool
}

func (p *parser) uvarint() uint64 {
	n, size := binary.Uvarint(p.rest)
	if size <= 0 {
		p.rest, p.ok = nil, false
		return 0
	}
	p.rest = p.rest[size:]
	return n
}

func (p *parser) part() string {
	n := p.uvarint()
	if n > uint64(len(p.rest)) {
		p.rest, p.ok = nil, false
		return ""
	}
	part := string(p.rest[:n])
	p.rest = p.rest[n:]
	return part
}

func (p *parser) next() byte {
	if len(p.rest) == 0 {
		p.ok = false
		return 0
	}
	b := p.rest[0]
	p.rest = p.rest[1:]
	return b
}
