package main

import (
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func someCuts(n int) []cut {
	cuts := make([]cut, n)
	for i := range cuts {
		cuts[i] = newCut(1, i)
	}
	return cuts
}

func TestNewCut(t *testing.T) {
	cuts := someCuts(500)
	assert.Equal(t, cuts, someCuts(500))
	assert.NotEqual(t, cuts[0], newCut(2, 0))
	kinds := map[[2]int]int{}
	for _, c := range cuts {
		kinds[[2]int{int(c.place), int(c.manner)}]++
		size := len(gatherRequest(digits[c.place]))
		if c.place == inRequest {
			assert.Less(t, c.send, size)
		} else {
			assert.Equal(t, size, c.send)
		}
		assert.LessOrEqual(t, c.read, longAnswer)
		assert.True(t, c.read == 0 || c.place == inAnswer)
	}
	assert.Len(t, kinds, int(numPlaces)*int(numManners))
}

// What the cuts are there to find is found.
func TestCutsFind(t *testing.T) {
	release := make(chan struct{})
	for _, c := range []struct {
		name    string
		handler func(*callee) http.Handler
		places  []place
		want    []string
	}{
		{
			name:    "nothing",
			handler: func(c *callee) http.Handler { return c.handler() },
		},
		{
			name: "a goroutine that stays",
			handler: func(c *callee) http.Handler {
				h := c.handler()
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					go func() { <-release }()
					h.ServeHTTP(w, r)
				})
			},
			want: []string{"leak: ", "goroutines"},
		},
		{
			name: "an answer to a part of a request",
			handler: func(*callee) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() })
			},
			places: []place{inRequest},
			want:   []string{"status 200 for the first", "a good request after them"},
		},
		{
			name: "a callback for a part of a request",
			handler: func(c *callee) http.Handler {
				h := c.handler()
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					c.calls.Add(2)
					h.ServeHTTP(w, r)
				})
			},
			want: []string{"callbacks for"},
		},
		{
			name: "a context that does not end with the connection",
			handler: func(c *callee) http.Handler {
				h := c.handler()
				h.Settings.Timeout = 20 * time.Millisecond
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					h.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
				})
			},
			want: []string{"were not told"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := measure()
			callee := new(callee)
			s, err := serve(c.handler(callee))
			require.NoError(t, err)
			wait := patience
			if c.want != nil {
				wait = 100 * time.Millisecond
			}
			cuts := slices.DeleteFunc(someCuts(60), func(one cut) bool {
				return c.places != nil && !slices.Contains(c.places, one.place)
			})
			err = cutServer(s.addr, callee, cuts, 4, wait, io.Discard)
			if c.want == nil {
				assert.NoError(t, err)
			}
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
			s.close()
			if c.name == "a goroutine that stays" {
				close(release)
			}
			_, err = settle(before, patience)
			assert.NoError(t, err)
		})
	}
}
