package torture

import (
	"testing"
)

// groups are all cases, by what they attack. Each group says how many cases
// it tried and how many of them went wrong.
var groups = []struct {
	name string
	run  func(t *testing.T) (tried, wrong int)
}{
	{"content", contentGroup},
	{"form", formGroup},
	{"values", valuesGroup},
	{"framing", framingGroup},
	{"connection", connectionGroup},
	{"callback", callbackGroup},
	{"http2", http2Group},
}

// enough is the number of cases without which something has been lost.
const enough = 3000

func TestTorture(t *testing.T) {
	var tried, wrong int
	for _, g := range groups {
		var n, bad int
		t.Run(g.name, func(t *testing.T) { n, bad = g.run(t) })
		t.Logf("%s: %d cases, %d wrong", g.name, n, bad)
		if n == 0 {
			t.Errorf("%s: no case was tried", g.name)
		}
		tried, wrong = tried+n, wrong+bad
	}
	t.Logf("total: %d cases, %d wrong", tried, wrong)
	if wrong > 0 {
		t.Errorf("%d cases went wrong", wrong)
	}
	if tried < enough {
		t.Errorf("%d cases were tried, fewer than %d", tried, enough)
	}
}
