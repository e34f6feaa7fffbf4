package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A place is where a connection is cut.
type place int

const (
	inRequest  place = iota // within the request
	inCallback              // while the callback waits for the end of its context
	inAnswer                // within an answer that is too long for the buffers
	numPlaces
)

// digits are what makes the callback of a [callee] do what a place needs.
var digits = [numPlaces]string{inRequest: "1", inCallback: "2", inAnswer: "3"}

// A manner is how a connection is cut.
type manner int

const (
	halfClosed manner = iota
	closed
	reset
	numManners
)

// longAnswer is the length of the text in the document of inAnswer.
const longAnswer = 512 << 10

// callee is the other end of the cuts, and counts what it is called for.
type callee struct {
	calls atomic.Int64
	late  atomic.Int64 // whose context ended by its deadline, not by the cut
}

func (c *callee) handler() *voxhook.Handler {
	long := voxml.Response{voxml.Say{Text: strings.Repeat("Please hold the line. ", longAnswer/22+1)}}
	return &voxhook.Handler{
		OnGather: func(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
			c.calls.Add(1)
			switch e.Digits {
			case digits[inCallback]:
				<-ctx.Done()
				if errors.Is(ctx.Err(), context.DeadlineExceeded) {
					c.late.Add(1)
				}
			case digits[inAnswer]:
				return long, nil
			}
			return menu(e.FromCity), nil
		},
		Settings: voxhook.Settings{Timeout: patience / 2, ErrorLog: slog.New(slog.DiscardHandler)},
	}
}

// A cut is one connection and how it ends.
type cut struct {
	place  place
	manner manner
	send   int // bytes of the request that are sent
	read   int // bytes of the answer that are read
	pause  time.Duration
}

// newCut returns the cut of a number. It depends on nothing but the seed.
func newCut(seed uint64, number int) cut {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	c := cut{
		place:  place(r.IntN(int(numPlaces))),
		manner: manner(r.IntN(int(numManners))),
		pause:  time.Duration(r.Int64N(int64(2 * time.Millisecond))),
	}
	c.send = len(gatherRequest(digits[c.place]))
	switch c.place {
	case inRequest:
		c.send = r.IntN(c.send)
	case inAnswer:
		c.read = r.IntN(longAnswer)
	}
	return c
}

// do makes the connection and cuts it. Before the cut nothing may fail.
func (c cut) do(addr string, buf []byte) error {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return err
	}
	defer conn.Close()
	tcp := conn.(*net.TCPConn)
	if err := tcp.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := tcp.Write(gatherRequest(digits[c.place])[:c.send]); err != nil {
		return fmt.Errorf("before the cut: %w", err)
	}
	for n := 0; n < c.read; {
		m, err := tcp.Read(buf[:min(c.read-n, len(buf))])
		if n += m; err != nil {
			return fmt.Errorf("before the cut, after %d bytes of the answer: %w", n, err)
		}
	}
	time.Sleep(c.pause)
	switch c.manner {
	case halfClosed:
		if err := tcp.CloseWrite(); err != nil {
			return fmt.Errorf("half-close: %w", err)
		}
		return c.drain(tcp, buf)
	case reset:
		return tcp.SetLinger(0)
	}
	return nil
}

// drain reads what the server has to say to a half-closed connection, until
// it closes its half. A part of a request must not be answered with a
// document.
func (c cut) drain(r io.Reader, buf []byte) error {
	n, err := io.ReadAtLeast(r, buf, len(statusOK))
	if c.place == inRequest && bytes.HasPrefix(buf[:n], statusOK) {
		return fmt.Errorf("status 200 for the first %d bytes of a request", c.send)
	}
	for err == nil {
		_, err = r.Read(buf)
	}
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("after half-close: %w", err)
	}
	return nil
}

// cutAll makes the cuts, with so many connections at a time, and returns the
// number of those that failed and the first error.
func cutAll(addr string, cuts []cut, clients int) (failed int, first error) {
	next := make(chan cut)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			buf := make([]byte, 32<<10)
			for c := range next {
				if err := c.do(addr, buf); err != nil {
					mu.Lock()
					if failed++; first == nil {
						first = err
					}
					mu.Unlock()
				}
			}
		})
	}
	for _, c := range cuts {
		next <- c
	}
	close(next)
	wg.Wait()
	return failed, first
}

// runCuts cuts connections of a Handler and prints what is left of them.
func runCuts(o options, stdout io.Writer) error {
	cuts := make([]cut, o.cuts)
	var places [numPlaces]int
	var manners [numManners]int
	for i := range cuts {
		cuts[i] = newCut(o.seed, i)
		places[cuts[i].place]++
		manners[cuts[i].manner]++
	}
	fmt.Fprintf(stdout, "\n%d connections to cut, seed %d\n", o.cuts, o.seed)
	fmt.Fprintf(stdout, "  %d in the request, %d in the callback, %d in the answer; %d half-closed, %d closed, %d reset\n",
		places[inRequest], places[inCallback], places[inAnswer], manners[halfClosed], manners[closed], manners[reset])

	c := new(callee)
	s, err := serve(c.handler())
	if err != nil {
		return err
	}
	defer s.close()
	if err := good(s.addr); err != nil {
		return fmt.Errorf("cuts: a good request before them: %w", err)
	}
	return cutServer(s.addr, c, cuts, o.clients, patience, stdout)
}

// cutServer makes the cuts and checks what is left of them. It waits for a
// while until nothing is.
func cutServer(addr string, c *callee, cuts []cut, clients int, wait time.Duration, stdout io.Writer) error {
	var errs []error
	calls := c.calls.Load()
	before := measure()
	begin := time.Now()
	failed, err := cutAll(addr, cuts, clients)
	elapsed := time.Since(begin)
	if failed > 0 {
		errs = append(errs, fmt.Errorf("cuts: %d failed; the first: %w", failed, err))
	}
	after, err := settle(before, wait)
	if err != nil {
		errs = append(errs, fmt.Errorf("cuts: %w", err))
	}
	calls = c.calls.Load() - calls
	whole := int64(0)
	for _, c := range cuts {
		if c.place != inRequest {
			whole++
		}
	}
	fmt.Fprintf(stdout, "  %d callbacks in %.1fs; goroutines %s, heap (KiB) %s, files %s\n", calls, elapsed.Seconds(),
		change(before.goroutines, after.goroutines), change(before.heap>>10, after.heap>>10), change(before.files, after.files))
	if calls > whole {
		errs = append(errs, fmt.Errorf("cuts: %d callbacks for %d whole requests", calls, whole))
	}
	if n := c.late.Load(); n > 0 {
		errs = append(errs, fmt.Errorf("cuts: %d callbacks were not told that the caller had gone", n))
	}
	if err := good(addr); err != nil {
		errs = append(errs, fmt.Errorf("cuts: a good request after them: %w", err))
	} else {
		fmt.Fprintln(stdout, "  a good request after them: "+http.StatusText(http.StatusOK))
	}
	return errors.Join(errs...)
}

// good sends one request that is not cut.
func good(addr string) error {
	document, err := menuDocument()
	if err != nil {
		return err
	}
	c := client{addr: addr, request: gatherRequest(digits[inRequest]), document: document, buf: make([]byte, 16<<10)}
	defer c.disconnect()
	if err := c.connect(time.Now().Add(patience)); err != nil {
		return err
	}
	return c.exchange()
}
