package redisstore_test

import (
	"bufio"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var silent = slog.New(slog.DiscardHandler)

// A server is a Redis of this test alone: it listens on a socket in a directory
// of its own, writes no files, and ends with the test.
type server struct {
	t      testing.TB
	socket string
	cmd    *exec.Cmd
}

func startRedis(t testing.TB) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			require.NoError(t, err, "CI needs redis-server 7 or newer")
		}
		t.Skip("redis-server 7 or newer is not installed; with CI=true this test would fail")
	}
	dir, err := os.MkdirTemp("", "redis") // the path of a socket is at most 107 bytes
	require.NoError(t, err)
	s := &server{t: t, socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		s.kill()
		_ = os.RemoveAll(dir)
	})
	s.start()
	return s
}

// start starts the server, which is empty, and waits until it is ready.
func (s *server) start() {
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.socket, "--save", "", "--appendonly", "no")
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

// kill ends the server, if it was not ended before.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// pause stops the server from answering, without ending its connections.
func (s *server) pause() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGSTOP)) }

// resume ends a pause.
func (s *server) resume() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGCONT)) }

// client returns a client of the server. Without timeouts of its own it is the
// worst that a program can use.
func (s *server) client() *redis.Client { return newClient(s.t, s.socket, false) }

func newClient(t testing.TB, socket string, timeouts bool) *redis.Client {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ContextTimeoutEnabled: timeouts})
	if t != nil {
		t.Cleanup(func() { _ = client.Close() })
	}
	return client
}

// quiet keeps the client's messages about lost connections out of the output.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}
