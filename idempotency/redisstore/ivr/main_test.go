package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An address that is wrong is refused before calls come in. The error does not
// quote it.
func TestOpenRedis(t *testing.T) {
	for _, tt := range []struct {
		addr string
		ok   bool
	}{
		{"localhost:6379", true},
		{"[::1]:6379", true},
		{"redis://localhost", true},
		{"rediss://user:s3cret@redis.example.com:6379/1", true},
		{"unix:///run/redis.sock?db=2", true},
		{"localhost", false},
		{"localhost:", false},
		{"s3cret://localhost", false},
		{"redis://user:s3cret@localhost:6379/x", false},
	} {
		store, err := openRedis(tt.addr)
		if tt.ok {
			require.NoError(t, err, tt.addr)
			assert.NotNil(t, store)
			continue
		}
		require.ErrorIs(t, err, errAddress, tt.addr)
		assert.NotContains(t, err.Error(), "s3cret")
	}
}
