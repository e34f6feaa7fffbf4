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

// A Server is a private Redis of one test. It listens on a socket in its own
// directory, writes no files, and ends with the test.
type Server struct {
	Socket string // the path of the socket

	t   testing.TB
	cmd *exec.Cmd
}

// Start starts a server. If redis-server is not installed, Start skips the
// test, or fails it if the environment variable CI is true.
func Start(t testing.TB) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			require.NoError(t, err, "CI needs redis-server 7 or newer: install it")
		}
		t.Skip("redis-server 7 or newer is not installed; with CI=true, this test fails")
	}
	dir, err := os.MkdirTemp("", "redis") // t.TempDir may be too long: the path of a socket has at most 107 bytes
	require.NoError(t, err)
	s := &Server{t: t, Socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		s.Kill()
		_ = os.RemoveAll(dir)
	})
	s.Start()
	return s
}

// Start starts the server again after Kill, without its data. It returns when
// the server is ready.
func (s *Server) Start() {
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.Socket, "--save", "", "--appendonly", "no")
	out, err := s.cmd.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, s.cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			go func() { // otherwise the pipe fills
				for lines.Scan() {
				}
			}()
			return
		}
	}
	s.t.Fatal("redis-server ended before it was ready")
}

// Kill ends the server, unless it has already ended.
func (s *Server) Kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// Pause stops the server without ending its connections.
func (s *Server) Pause() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGSTOP)) }

// Resume continues a paused server.
func (s *Server) Resume() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGCONT)) }

// Client returns a client of the server. If timeouts is false, a command waits
// for a server that does not answer, even after its context has ended. That is
// the worst client that a program can use.
func (s *Server) Client(timeouts bool) *redis.Client {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: s.Socket, ContextTimeoutEnabled: timeouts})
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// Quiet hides the messages of clients about lost connections.
func Quiet() { redis.SetLogger(quiet{}) }

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}
