//go:build unix

package bench_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// serveEnv names a contender. This program, started again with it, is the
// server, so that its processor time can be measured apart from that of the
// clients. It prints its address, and then, for each line of its input, the
// processor time that it has used so far in nanoseconds. It ends with its
// input.
const serveEnv = "VOXHOOK_BENCH_SERVE"

func TestMain(m *testing.M) {
	if name := os.Getenv(serveEnv); name != "" {
		if err := serve(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

func serve(name string) error {
	create := newHandler[name]
	if create == nil {
		return fmt.Errorf("no contender is named %q", name)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- http.Serve(l, create()) }()
	fmt.Println(l.Addr())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		used, err := processorTime()
		if err != nil {
			return err
		}
		fmt.Println(used)
	}
	select {
	case err := <-failed:
		return err
	default:
		return lines.Err()
	}
}

func processorTime() (nanoseconds int64, err error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return u.Utime.Nano() + u.Stime.Nano(), nil
}

// A server is a process that serves one contender until the test has ended.
type server struct {
	addr  string
	in    io.Writer
	lines *bufio.Scanner
}

func startServer(tb testing.TB, name string) *server {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), serveEnv+"="+name)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			tb.Errorf("server %s: %v", name, err)
		}
	})
	s := &server{in: in, lines: bufio.NewScanner(out)}
	s.addr = s.line(tb)
	return s
}

func (s *server) line(tb testing.TB) string {
	tb.Helper()
	if !s.lines.Scan() {
		tb.Fatal("no answer from the server: ", s.lines.Err())
	}
	return s.lines.Text()
}

// processorTime is what the server has used so far, in nanoseconds.
func (s *server) processorTime(tb testing.TB) int64 {
	tb.Helper()
	if _, err := io.WriteString(s.in, "\n"); err != nil {
		tb.Fatal(err)
	}
	n, err := strconv.ParseInt(s.line(tb), 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

const connections = 8

// rawRequest is what a client sends, always the same.
var rawRequest = []byte("POST /voice/menu HTTP/1.1\r\nHost: app.example.com\r\nAccept: */*\r\n" +
	"Content-Type: application/x-www-form-urlencoded\r\n" +
	"Content-Length: " + strconv.Itoa(len(gatherForm)) + "\r\n\r\n" + gatherForm)

// A client has one connection. It parses next to nothing, so that most of the
// time is the server's.
type client struct {
	conn net.Conn
	buf  [4096]byte
}

// do sends a request and reads the answer, which ends with its document.
func (c *client) do() error {
	if _, err := c.conn.Write(rawRequest); err != nil {
		return err
	}
	n := 0
	for {
		m, err := c.conn.Read(c.buf[n:])
		n += m
		switch {
		case bytes.HasSuffix(c.buf[:n], []byte("</Response>")):
			if !bytes.HasPrefix(c.buf[:n], []byte("HTTP/1.1 200 OK\r\n")) {
				return fmt.Errorf("answer: %.200s", c.buf[:n])
			}
			return nil
		case err != nil:
			return fmt.Errorf("%w after %.200s", err, c.buf[:n])
		case n == len(c.buf):
			return errors.New("answer is too long")
		}
	}
}

func dial(tb testing.TB, addr string) []*client {
	tb.Helper()
	clients := make([]*client, connections)
	for i := range clients {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = conn.Close() })
		clients[i] = &client{conn: conn}
	}
	return clients
}

// load makes n requests, over all connections at once.
func load(clients []*client, n int) error {
	var left atomic.Int64
	left.Store(int64(n))
	errs := make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for left.Add(-1) >= 0 && errs[i] == nil {
				errs[i] = c.do()
			}
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

func BenchmarkLoopback(b *testing.B) {
	for _, name := range shuffled(contenders) {
		b.Run(name, func(b *testing.B) {
			s := startServer(b, name)
			clients := dial(b, s.addr)
			if err := load(clients, 100*connections); err != nil { // to warm up
				b.Fatal(err)
			}
			before := s.processorTime(b)
			b.ResetTimer()
			err := load(clients, b.N)
			b.StopTimer()
			if err != nil {
				b.Fatal(err)
			}
			used := s.processorTime(b) - before
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			b.ReportMetric(float64(used)/float64(b.N), "cpu-ns/req")
		})
	}
}

// All servers give the same answer, and count their time.
func TestServers(t *testing.T) {
	for _, name := range contenders {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, name)
			resp, err := http.Post("http://"+s.addr+"/voice/menu", "application/x-www-form-urlencoded", strings.NewReader(gatherForm))
			if err != nil {
				t.Fatal(err)
			}
			wantAnswer(t, resp)
			before := s.processorTime(t)
			if err := load(dial(t, s.addr), 10*connections); err != nil {
				t.Fatal(err)
			}
			if after := s.processorTime(t); before <= 0 || after <= before {
				t.Errorf("processor time %d, then %d", before, after)
			}
		})
	}
}
