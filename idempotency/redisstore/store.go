package redisstore

import (
	"context"
	"crypto/rand"
	"errors"

	"time"

	"github.com/redis/go-redis/v9"

	"github.com/voxhook/voxhook/idempotency"
)

// DefaultPrefix is the Prefix of a [Store] that has none.
const DefaultPrefix = "voxhook:webhook:"

// A Store keeps claims and answers in Redis. It must not be changed after it
// was first used.
type Store struct {
	// Client sends the commands: a *redis.Client, *redis.ClusterClient or
	// *redis.Ring. Required.
	Client redis.Cmdable

	// Prefix begins each key. Programs that share a Redis need different
	// prefixes; replicas of a program need the same. Zero means
	// [DefaultPrefix].
	Prefix string
}

var _ idempotency.Store = (*Store)(nil)

// The first byte of a value.
const (
	running  = "r" // a token follows
	answered = "a" // an answer follows
)

// The scripts change a key only if it has the value of the caller's claim.
var (
	renew   = redis.NewScript(`return redis.call("GET",KEYS[1])==ARGV[1] and redis.call("PEXPIRE",KEYS[1],ARGV[2])`)
	finish  = redis.NewScript(`return redis.call("GET",KEYS[1])==ARGV[1] and redis.call("SET",KEYS[1],ARGV[2],"PX",ARGV[3])`)
	release = redis.NewScript(`return redis.call("GET",KEYS[1])==ARGV[1] and redis.call("DEL",KEYS[1])`)
)

var errValue = errors.New("redisstore: the value of a key was not written by this package")

// Claim implements [idempotency.Store]. If Redis does not answer, it returns
// the claim with the error: Redis may have received it.
func (s *Store) Claim(ctx context.Context, key string, lease time.Duration) (claim string, answer []byte, err error) {
	claim = running + rand.Text()
	value, err := s.do(ctx, func() (any, error) {
		return s.Client.SetArgs(ctx, s.key(key), claim, redis.SetArgs{Mode: "NX", Get: true, TTL: lease}).Result()
	})
	if errors.Is(err, redis.Nil) {
		return claim, nil, nil
	}
	if err != nil {
		return claim, nil, err
	}
	text, _ := value.(string)
	kind, rest := text[:min(1, len(text))], text[min(1, len(text)):]
	switch {
	case text == claim: // the client sent the command twice
		return claim, nil, nil
	case kind == running:
		return "", nil, idempotency.ErrRunning
	case kind == answered:
		return "", []byte(rest), nil
	}
	return "", nil, errValue
}

// Renew implements [idempotency.Store].
func (s *Store) Renew(ctx context.Context, key, claim string, lease time.Duration) error {
	return s.run(ctx, renew, key, claim, milliseconds(lease))
}

// Finish implements [idempotency.Store].
func (s *Store) Finish(ctx context.Context, key, claim string, answer []byte, ttl time.Duration) error {
	return s.run(ctx, finish, key, claim, answered+string(answer), milliseconds(ttl))
}

// Release implements [idempotency.Store].
func (s *Store) Release(ctx context.Context, key, claim string) error {
	return s.run(ctx, release, key, claim)
}

func (s *Store) key(key string) string {
	if s.Prefix == "" {
		return DefaultPrefix + key
	}
	return s.Prefix + key
}

// milliseconds returns d for a command, which refuses zero.
func milliseconds(d time.Duration) int64 { return max(1, d.Milliseconds()) }

// run runs a script. A script that changed nothing returns nil: the claim does
// not hold any more.
func (s *Store) run(ctx context.Context, script *redis.Script, key string, args ...any) error {
	_, err := s.do(ctx, func() (any, error) { return script.Run(ctx, s.Client, []string{s.key(key)}, args...).Result() })
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}

// do calls f and returns when ctx ends, even if f does not: without
// ContextTimeoutEnabled the client waits for a server that does not answer.
func (s *Store) do(ctx context.Context, f func() (any, error)) (any, error) {
	type result struct {
		value any
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
