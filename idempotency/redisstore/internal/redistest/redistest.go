// Package redistest starts a private Redis for tests.
package redistest

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// A Server is a Redis of one test alone: it listens on a socket in a directory
// of its own, writes no files, and ends with the test.
type Server struct {
	Socket string // its path

	t   testing.TB
	cmd *exec.Cmd
}

// Start starts a server. Without redis-server the test is skipped, or fails if
// the environment variable CI is true.
func Start(t testing.TB) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			require.NoError(t, err, "CI needs redis-server 7 or newer")
		}
		t.Skip("redis-server 7 or newer is not installed; with CI=true this test would fail")
	}
	dir, err := os.MkdirTemp("", "redis") // the path of a socket is at most 107 bytes
	require.NoError(t, err)
	s := &Server{t: t, Socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		s.Kill()
		_ = os.RemoveAll(dir)
	})
	s.Start()
	return s
}

// Start starts a server that was killed. It is empty. Start returns when it is
// ready.
func (s *Server) Start() {
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.Socket, "--save", "", "--appendonly", "no")
	out, err := s.cmd.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			go func() { // or the pipe fills
				for lines.Scan() {
				}
			}()
			return
		}
	}
	s.t.Fatal("redis-server ended before it was ready")
}

// Kill ends the server, if it was not ended before.
func (s *Server) Kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// Pause stops the server from answering, without ending its connections.
func (s *Server) Pause() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGSTOP)) }

// Resume ends a pause.
func (s *Server) Resume() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGCONT)) }

// Client returns a client of the server. Without timeouts, a command waits for a
// server that does not answer, also when its context has ended: that is the
// worst client that a program can use.
func (s *Server) Client(timeouts bool) *redis.Client {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: s.Socket, ContextTimeoutEnabled: timeouts})
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// Quiet keeps the messages of clients about lost connections out of the output
// of the process.
func Quiet() { redis.SetLogger(quiet{}) }

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}
