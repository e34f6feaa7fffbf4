package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A result is what came of the load on one handler.
type result struct {
	elapsed time.Duration
	latency histogram // of the requests with the right answer
	errors  int
	first   error // of the errors
}

func (r *result) rate() float64 { return float64(r.latency.n) / r.elapsed.Seconds() }

func (r *result) merge(other *result) {
	r.elapsed += other.elapsed
	r.latency.merge(&other.latency)
	r.fail(other.errors, other.first)
}

func (r *result) fail(n int, err error) {
	r.errors += n
	if r.first == nil {
		r.first = err
	}
}

// A client sends the same request again and again over one connection.
type client struct {
	addr              string
	request, document []byte
	conn              net.Conn
	buf               []byte
	result            result
}

// work sends requests until end. After an error it goes on with a new
// connection.
func (c *client) work(end time.Time) {
	defer func() { c.disconnect() }()
	last := time.Now()
	for last.Before(end) {
		if c.conn == nil {
			if err := c.connect(end.Add(patience)); err != nil {
				c.result.fail(1, err)
				return
			}
			last = time.Now()
		}
		err := c.exchange()
		if err != nil {
			c.result.fail(1, err)
			c.disconnect()
		}
		now := time.Now()
		if err == nil {
			c.result.latency.add(now.Sub(last))
		}
		last = now
	}
}

// connect connects the client. The deadline is for all that it does with the
// connection.
func (c *client) connect(deadline time.Time) error {
	conn, err := net.DialTimeout("tcp", c.addr, patience)
	if err != nil {
		return err
	}
	c.conn = conn
	return conn.SetDeadline(deadline)
}

func (c *client) disconnect() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func (c *client) exchange() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	body, err := readAnswer(c.conn, c.buf)
	if err == nil && !bytes.Equal(body, c.document) {
		err = fmt.Errorf("not the document that was wanted: %.100q", body)
	}
	return err
}

var (
	statusOK      = []byte("HTTP/1.1 200 OK\r\n")
	contentLength = []byte("\r\nContent-Length: ")
	newline       = []byte("\r\n")
	headerEnd     = []byte("\r\n\r\n")
)

// readAnswer reads one answer, and nothing after it, into buf. It returns the
// body, and an error if the status is not 200. It is less than
// [http.ReadResponse], so that the clients leave most of the time to the
// server.
func readAnswer(r io.Reader, buf []byte) (body []byte, err error) {
	n, start, end := 0, 0, len(buf)
	for start == 0 || n < end {
		if n == len(buf) {
			return nil, errors.New("the answer is too long")
		}
		m, err := r.Read(buf[n:])
		n += m
		if start == 0 {
			if i := bytes.Index(buf[:n], headerEnd); i >= 0 {
				start = i + len(headerEnd)
				header := buf[:i+len(newline)]
				if !bytes.HasPrefix(header, statusOK) {
					return nil, fmt.Errorf("the answer is %.100q", header)
				}
				_, after, _ := bytes.Cut(header, contentLength)
				digits, _, _ := bytes.Cut(after, newline)
				length, err := strconv.Atoi(string(digits))
				if err != nil || length < 0 {
					return nil, fmt.Errorf("an answer without its length: %.200q", header)
				}
				end = start + length
			}
		}
		if err != nil && (start == 0 || n < end) {
			return nil, fmt.Errorf("after %d bytes of an answer: %w", n, err)
		}
	}
	if n > end {
		return nil, fmt.Errorf("%d bytes after the answer", n-end)
	}
	return buf[start:end], nil
}

// load has clients send the request for the given time. All of them want the
// document.
func load(addr string, request, document []byte, clients int, turn time.Duration) *result {
	begin := time.Now()
	end := begin.Add(turn)
	all := make([]client, clients)
	var wg sync.WaitGroup
	for i := range all {
		c := &all[i]
		*c = client{addr: addr, request: request, document: document, buf: make([]byte, 16<<10)}
		wg.Go(func() { c.work(end) })
	}
	wg.Wait()
	sum := new(result)
	for i := range all {
		sum.merge(&all[i].result)
	}
	sum.elapsed = time.Since(begin)
	return sum
}

// A contender is one of the two handlers.
type contender struct {
	name    string
	handler http.Handler
	server  *server
	total   result
}

// runLoad lets the handlers take turns and prints the table.
func runLoad(o options, stdout io.Writer) error {
	document, err := menuDocument()
	if err != nil {
		return err
	}
	request := gatherRequest("1")
	empty := &contender{name: "empty", handler: emptyHandler(document)}
	voxhook := &contender{name: "voxhook", handler: menuHandler()}
	for _, c := range []*contender{empty, voxhook} {
		if c.server, err = serve(c.handler); err != nil {
			return err
		}
		defer c.server.close()
	}
	// What is allocated once and for all does not count.
	for _, c := range []*contender{empty, voxhook} {
		if r := load(c.server.addr, request, document, o.clients, min(o.turn, 100*time.Millisecond)); r.errors > 0 {
			return fmt.Errorf("%s: %d errors to begin with; the first: %w", c.name, r.errors, r.first)
		}
	}

	fmt.Fprintf(stdout, "%d clients, %v a turn; request of %d bytes, document of %d bytes\n\n",
		o.clients, o.turn, len(request), len(document))
	fmt.Fprintf(stdout, "%5s  %-7s  %9s  %6s  %10s  %8s  %8s  %8s  %10s  %11s  %9s\n",
		"round", "handler", "requests", "errors", "requests/s", "p50", "p99", "p99.9", "goroutines", "heap (KiB)", "files")
	var errs []error
	var ratios []float64
	base := measure()
	for round := range o.rounds {
		order := []*contender{empty, voxhook}
		if round%2 == 1 {
			order = []*contender{voxhook, empty}
		}
		rates := map[*contender]float64{}
		for _, c := range order {
			before := measure()
			r := load(c.server.addr, request, document, o.clients, o.turn)
			after, err := settle(base, patience)
			printResult(stdout, strconv.Itoa(round+1), c.name, r)
			fmt.Fprintf(stdout, "  %10s  %11s  %9s\n", change(before.goroutines, after.goroutines),
				change(before.heap>>10, after.heap>>10), change(before.files, after.files))
			if r.latency.n == 0 {
				errs = append(errs, fmt.Errorf("round %d, %s: no answer in %v: take more seconds", round+1, c.name, o.turn))
			}
			if r.errors > 0 {
				errs = append(errs, fmt.Errorf("round %d, %s: %d errors; the first: %w", round+1, c.name, r.errors, r.first))
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("round %d, %s: %w", round+1, c.name, err))
			}
			rates[c] = r.rate()
			c.total.merge(r)
		}
		ratios = append(ratios, rates[voxhook]/rates[empty])
	}
	for _, c := range []*contender{empty, voxhook} {
		printResult(stdout, "all", c.name, &c.total)
		fmt.Fprintln(stdout)
	}
	fmt.Fprintf(stdout, "\nvoxhook/empty, requests per second by round: %.3f; median %.3f\n", ratios, median(ratios))
	return errors.Join(errs...)
}

func change[T int | uint64](before, after T) string { return fmt.Sprintf("%d→%d", before, after) }

// printResult begins a line of the table.
func printResult(w io.Writer, round, name string, r *result) {
	fmt.Fprintf(w, "%5s  %-7s  %9d  %6d  %10.0f  %8s  %8s  %8s", round, name, r.latency.n, r.errors, r.rate(),
		milliseconds(r.latency.permille(500)), milliseconds(r.latency.permille(990)), milliseconds(r.latency.permille(999)))
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2fms", d.Seconds()*1000) }
