package voxauth

import (
	"bytes"
	"strings"
)

// An identity holds the parameters that name the call of a request.
type identity struct {
	callSid, parent []byte
	odd             bool // parsers may disagree about the values
}

// ownNames returns the parameter names in the document query of a URL.
func ownNames(own string) (names []string) {
	if own == "" {
		return nil
	}
	for pair := range strings.SplitSeq(own, "&") {
		if name := pairName(pair); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// maxOwnNames is the largest number of own names that scan searches for one by
// one. An app that redirects to its own URL can sign a query with far more.
const maxOwnNames = 16

// scan returns the identity in the parameters of a request. It fails if a
// parameter has the same name as one in the document query, because it would
// override the value that the program wrote. Names of the platform's parameters
// may repeat.
//
// It searches only for the names that matter, because splitting or decoding the
// request takes longer. BenchmarkScan measures it.
func scan(params []byte, own []string) (id identity, err error) {
	if len(own) > maxOwnNames || bytes.IndexByte(params, ';') >= 0 || escapedName(params, '%') || escapedName(params, '+') {
		return identity{odd: true}, checkNames(params, own)
	}
	for _, name := range own {
		switch _, n := find(params, name); {
		case isIdentity(name):
			id.odd = true
		case n > 0 && !documented[name]:
			return id, errRepeat
		}
	}
	var n, parents int
	id.callSid, n = find(params, "CallSid")
	id.parent, parents = find(params, "ParentCallSid")
	id.odd = id.odd || n != 1 || parents > 1 || !isPlain(id.callSid) || parents == 1 && !isPlain(id.parent)
	return id, nil
}

// escapedName reports whether the name of a parameter contains the character
// escape.
func escapedName(params []byte, escape byte) bool {
	for {
		at := bytes.IndexByte(params, escape)
		if at < 0 {
			return false
		}
		pair := bytes.LastIndexByte(params[:at], '&') + 1
		if bytes.IndexByte(params[pair:at], '=') < 0 {
			return true
		}
		_, params, _ = bytes.Cut(params[at:], []byte{'&'}) // skip the rest of the value
	}
}

// find returns the value of the last parameter with a name, and the number of
// such parameters. The value is nil if the parameter has no equals sign.
func find(params []byte, name string) (value []byte, n int) {
	for i := 0; ; i += len(name) {
		at := bytes.Index(params[i:], []byte(name))
		if at < 0 {
			return value, n
		}
		i += at
		after := params[i+len(name):]
		if i > 0 && params[i-1] != '&' || len(after) > 0 && after[0] != '=' && after[0] != '&' {
			continue // part of another name, or of a value
		}
		n++
		pair, _, _ := bytes.Cut(after, []byte{'&'})
		if value = nil; len(pair) > 0 {
			value = pair[1:]
		}
	}
}

// isPlain reports whether a value is not empty and needs no unescaping.
func isPlain(value []byte) bool {
	for _, c := range value {
		if c <= ' ' || c > '~' || c == '%' || c == '+' {
			return false
		}
	}
	return len(value) > 0
}

// checkNames fails if a parameter has one of the own names, whether or not it
// is escaped.
func checkNames(params []byte, own []string) error {
	names := make(map[string]bool, len(own))
	for _, name := range own {
		names[name] = !documented[name]
	}
	for pair := range strings.SplitSeq(string(params), "&") {
		if names[pairName(pair)] {
			return errRepeat
		}
	}
	return nil
}

func isIdentity(name string) bool { return name == "CallSid" || name == "ParentCallSid" }
