package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/voxhook/voxhook/voxauth"
)

// maxSecretFile is the largest file of keys or logins, in bytes.
const maxSecretFile = 64 << 10

// A gate accepts only signed webhooks and logins. Its keys and logins can be
// replaced while it serves.
type gate struct {
	next      http.Handler
	log       *slog.Logger
	keyFile   string // if empty, a new key is used
	loginFile string // if empty, anyone can call

	made   voxauth.Key // the new key
	signed atomic.Pointer[voxauth.Signed]
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.signed.Load().ServeHTTP(w, r) }

// load reads the keys and logins. If it fails, the old ones stay in use.
func (g *gate) load() error {
	keys, err := g.keys()
	if err != nil {
		return err
	}
	check, err := g.check()
	if err != nil {
		return err
	}
	g.signed.Store(&voxauth.Signed{
		Next: g.next, Keys: keys, ErrorLog: g.log,
		Entry: map[string]voxauth.Check{"/voice": check, "/voice/status": check},
	})
	return nil
}

// reload calls load and logs the result.
func (g *gate) reload() {
	if err := g.load(); err != nil {
		g.log.Error("keys and logins not reloaded; the old ones stay in use", "error", err)
		return
	}
	g.log.Info("keys and logins reloaded")
}

// keys returns the keys in the file, or the key that was made for this run.
func (g *gate) keys() ([]voxauth.Key, error) {
	if g.keyFile == "" {
		if g.signed.Load() == nil {
			g.made = voxauth.NewKey()
		}
		return []voxauth.Key{g.made}, nil
	}
	lines, err := secretLines(g.keyFile)
	if err != nil {
		return nil, err
	}
	keys := make([]voxauth.Key, len(lines))
	for i, line := range lines {
		if keys[i], err = voxauth.ParseKey(line); err != nil {
			return nil, fmt.Errorf("%s: key %d: %w", g.keyFile, i+1, err)
		}
	}
	return keys, nil
}

// check returns the check of the URLs that may be requested without a token.
func (g *gate) check() (voxauth.Check, error) {
	if g.loginFile == "" {
		return voxauth.Open, nil
	}
	lines, err := secretLines(g.loginFile)
	if err != nil {
		return nil, err
	}
	logins := make([]voxauth.Login, len(lines))
	for i, line := range lines {
		user, password, _ := strings.Cut(line, ":")
		if user == "" || password == "" {
			return nil, fmt.Errorf("%s: login %d is not user:password", g.loginFile, i+1)
		}
		logins[i] = voxauth.Login{User: user, Password: password}
	}
	return voxauth.Basic(logins...), nil
}

// secretLines returns the lines of a file that only its owner can read, without
// empty lines. Its errors do not quote the file.
func secretLines(path string) ([]string, error) {
	// With O_NONBLOCK, opening a pipe does not wait for a writer.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file: use one that can be read again", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&^0o600 != 0: // Windows has no such permissions
		return nil, fmt.Errorf("%s has mode %04o, but contains secrets: run chmod 600", path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSecretFile {
		return nil, errors.New(path + " is too large")
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil, errors.New(path + " is empty")
	}
	return lines, nil
}
