package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// What cannot be had in a test without waiting, or without a network.
func TestUnreachable(t *testing.T) {
	u, err := url.Parse("http://app.example:8080/voice")
	require.NoError(t, err)
	dns := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "app.example", IsNotFound: true}}
	for want, err := range map[string]error{
		"app.example:8080 did not answer in 15s":         context.DeadlineExceeded,
		"there is no host named app.example":             dns,
		"app.example:8080 broke the connection off: its": net.ErrClosed,
	} {
		x := &sim.Exchange{URL: u, Err: fmt.Errorf("no answer: %w", err)}
		assert.Contains(t, unreachable(x, 15*time.Second), want)
	}
}
