package voxtest

import (
	"fmt"
	"slices"
	"strings"
)

// The numbers of lines in a difference.
const (
	contextLines = 2  // before and after a change
	longestDiff  = 16 // in total
)

// difference returns the lines in which two texts differ, with a few lines of
// context, or "" if they are equal. Lines of want begin with a minus, lines of
// got with a plus.
func difference(want, got string) string {
	if want == got {
		return ""
	}
	edits := compare(lines(want), lines(got))
	var out []string
	number := 1 // the number of the line in want
	next := 0   // the first edit that is not yet in out
	for i, e := range edits {
		if e.op != ' ' {
			from, to := max(next, i-contextLines), i+1
			if from > next || len(out) == 0 {
				out = append(out, fmt.Sprintf("line %d:", number-(i-from)))
			}
			for to < len(edits) && to <= i+contextLines && edits[to].op == ' ' {
				to++
			}
			for _, e := range edits[from:to] {
				out = append(out, fmt.Sprintf("%c %s", e.op, e.line))
			}
			next = to
		}
		if e.op != '+' {
			number++
		}
	}
	if more := len(out) - longestDiff; more > 0 {
		out = append(out[:longestDiff-1], fmt.Sprintf("… and %d more lines", more+1))
	}
	return strings.Join(out, "\n")
}

func lines(text string) []string {
	all := strings.Split(text, "\n")
	if last := len(all) - 1; all[last] == "" {
		return all[:last]
	}
	all[len(all)-1] += " (without a line end)"
	return all
}

// An edit is a line of both texts (op ' '), of want only ('-') or of got only
// ('+').
type edit struct {
	op   byte
	line string
}

// compare returns a short list of edits that turn want into got.
func compare(want, got []string) []edit {
	var edits []edit
	keep := func(op byte, lines []string) {
		for _, line := range lines {
			edits = append(edits, edit{op, line})
		}
	}
	head := 0
	for head < len(want) && head < len(got) && want[head] == got[head] {
		head++
	}
	tail := 0
	for tail < len(want)-head && tail < len(got)-head && want[len(want)-1-tail] == got[len(got)-1-tail] {
		tail++
	}
	keep(' ', want[:head])
	a, b := want[head:len(want)-tail], got[head:len(got)-tail]
	for _, pair := range inBoth(a, b) {
		i, j := slices.Index(a, pair), slices.Index(b, pair)
		keep('-', a[:i])
		keep('+', b[:j])
		keep(' ', a[i:i+1])
		a, b = a[i+1:], b[j+1:]
	}
	keep('-', a)
	keep('+', b)
	keep(' ', want[len(want)-tail:])
	return edits
}

// inBoth returns the longest common subsequence of a and b. It returns nil if
// they are too long to compute it.
func inBoth(a, b []string) []string {
	const most = 4 << 20
	if len(a)*len(b) > most {
		return nil
	}
	length := make([][]int32, len(a)+1) // [i][j]: the length for a[i:] and b[j:]
	for i := range length {
		length[i] = make([]int32, len(b)+1)
	}
	for i, x := range slices.Backward(a) {
		for j, y := range slices.Backward(b) {
			if x == y {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var list []string
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			list = append(list, a[i])
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return list
}
