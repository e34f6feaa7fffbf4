package redisstore

import (
	"context"
	"crypto/rand"
	"errors"

	"time"

	"github.com/redis/go-redis/v9"

	"github.com/voxhook/voxhook/idempotency"
)

// DefaultPrefix is used if the Prefix of a [Store] is empty.
const DefaultPrefix = "voxhook:webhook:"

// A Store keeps claims and answers in Redis. Do not change it after its first
// use.
type Store struct {
	// Client sends the commands: a *redis.Client, *redis.ClusterClient or
	// *redis.Ring. Required.
	Client redis.Cmdable

	// Prefix is the beginning of each key. Replicas of a program need the same
	// Prefix; different programs in one Redis need different ones. If empty,
	// [DefaultPrefix] is used.
	Prefix string
}

var _ idempotency.Store = (*Store)(nil)

// The first byte of each value.
const (
	running  = "r" // a token follows
	answered = "a" // an answer follows
)

// The scripts change a key only if its value is the claim of the caller.
var (
	renew   = redis.NewScript(`return redis.call("GET",KEYS[1])==ARGV[1] and redis.call("PEXPIRE",KEYS[1],ARGV[2])`)
	finish  = redis.NewScript(`return redis.call("GET",KEYS[1])==ARGV[1] and redis.call("SET",KEYS[1],ARGV[2],"PX",ARGV[3])`)
	release = redis.NewScript(`return redis.call("GET",KEYS[1])==ARGV[1] and redis.call("DEL",KEYS[1])`)
)

var errValue = errors.New("redisstore: this package did not write the value of the key: set a Prefix that no other program uses")

// Claim implements [idempotency.Store]. If Redis does not answer, Claim returns
// the claim together with the error, because Redis may have executed the
// command.
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
	case text == claim: // the client has sent the command twice
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

// milliseconds returns d as the argument of a command. Commands reject zero.
func milliseconds(d time.Duration) int64 { return max(1, d.Milliseconds()) }

// run runs a script. If the script changed nothing, because the claim is no
// longer valid, run returns nil.
func (s *Store) run(ctx context.Context, script *redis.Script, key string, args ...any) error {
	_, err := s.do(ctx, func() (any, error) { return script.Run(ctx, s.Client, []string{s.key(key)}, args...).Result() })
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}

// do calls f, and returns when ctx ends even if f does not return. Without
// ContextTimeoutEnabled, the client waits for a server that does not answer.
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
