package voxhook_test

import (
	"testing"
	"time"

	"github.com/voxhook/voxhook/voxtest"
)

// Every path through the sample of the README.
func TestReadmeEveryPath(t *testing.T) {
	m := voxtest.Explore(t, routes(), "/voice", voxtest.Routes("/voice", "/voice/menu", "/voice/dialed"))
	m.Clean()
	m.Within(10*time.Second, "/voice/dialed")
	if len(m.Findings()) > 0 {
		t.Error(m)
	}
}
