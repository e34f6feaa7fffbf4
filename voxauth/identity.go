package voxauth

import (
	"bytes"
	"strings"
)

// An identity is what the parameters of a request say about its call.
type identity struct {
	callSid, parent []byte
	odd             bool // parsers may disagree about it
}

// ownNames returns the names in the own query of a URL.
func ownNames(own string) (names []string) {
	for pair := range strings.SplitSeq(own, "&") {
		if name := pairName(pair); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// scan returns the identity in the parameters of a request. It fails if a
// parameter has one of the URL's own names: the own query would no longer be
// what the program wrote, because a parameter of the request counts for more.
// The names of the platform's parameters are excepted.
//
// BenchmarkScan shows what this saves, compared with decoding the request.
func scan(params []byte, own []string) (id identity, err error) {
	for _, name := range own {
		id.odd = id.odd || isIdentity(name)
	}
	id.odd = id.odd || bytes.IndexByte(params, ';') >= 0 // separates pairs for some parsers
	for start, end := 0, 0; start < len(params); start = end + 1 {
		split, escaped := start, false // names are short, so a loop beats a call
		for split < len(params) && params[split] != '=' && params[split] != '&' {
			escaped = escaped || params[split] == '%' || params[split] == '+'
			split++
		}
		end = len(params)
		if i := bytes.IndexByte(params[split:], '&'); i >= 0 {
			end = split + i
		}
		name := params[start:split]
		if escaped {
			name = []byte(pairName(string(name)))
			id.odd = id.odd || isIdentity(string(name))
		}
		for _, n := range own {
			if string(name) == n && !documented[n] {
				return id, errRepeat
			}
		}
		switch string(name) {
		case "CallSid":
			id.set(&id.callSid, params[split:end])
		case "ParentCallSid":
			id.set(&id.parent, params[split:end])
		}
	}
	id.odd = id.odd || len(id.callSid) == 0
	return id, nil
}

func isIdentity(name string) bool { return name == "CallSid" || name == "ParentCallSid" }

// set sets a part of the identity to a value with its equals sign.
func (id *identity) set(part *[]byte, value []byte) {
	if *part != nil || len(value) == 0 {
		id.odd = true
		return
	}
	*part = value[1:]
	for _, c := range *part {
		id.odd = id.odd || c <= ' ' || c > '~' || c == '%' || c == '+'
	}
}
