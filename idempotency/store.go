package idempotency

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ErrRunning is returned by [Store].Claim if another claim to the key is valid.
var ErrRunning = errors.New("idempotency: the webhook is being handled elsewhere")

// A Store keeps the answers that the replicas of a program share. Its methods
// may be called concurrently. If a method fails, the worst outcome is that the
// webhook runs again.
//
// A claim is valid from Claim until Finish, Release or the end of its lease.
//
// The context of each method ends after 250 milliseconds, and the method must
// then return. The context has the values of the request, but does not end with
// it.
type Store interface {
	// Claim reserves key for the caller until the lease expires, and returns a
	// claim. The claim is not empty, and no other call of Claim returns the
	// same one. If an earlier run has stored an answer, Claim returns the
	// answer and no claim. If another claim to the key is valid, Claim returns
	// ErrRunning.
	//
	// After any other error the webhook runs. If Claim cannot know whether it
	// has reserved the key, it returns the claim together with the error. The
	// Handler then uses the claim as if it were valid.
	Claim(ctx context.Context, key string, lease time.Duration) (claim string, answer []byte, err error)

	// Renew restarts the lease. It does nothing unless claim is still valid.
	Renew(ctx context.Context, key, claim string, lease time.Duration) error

	// Finish stores the answer for ttl and ends the claim. It does nothing
	// unless claim is still valid.
	Finish(ctx context.Context, key, claim string, answer []byte, ttl time.Duration) error

	// Release ends the claim without an answer. It does nothing unless claim is
	// still valid.
	Release(ctx context.Context, key, claim string) error
}

const (
	storeTimeout = 250 * time.Millisecond // of each method of a Store
	leaseTime    = 10 * time.Second       // the longest wait after a crash
	renewEvery   = leaseTime / 3
	pollFirst    = 20 * time.Millisecond // between calls of Claim, doubled each time
	pollLast     = 200 * time.Millisecond
)

// A lease is a claim that is renewed while its webhook runs.
type lease struct {
	store Store
	log   *slog.Logger
	ctx   context.Context // has the values of the request, but does not end
	key   string
	claim string

	mu    sync.Mutex
	timer *time.Timer // nil after the lease has ended
	until time.Time   // when renewing stops; zero for never
}

// claim waits until the store returns an answer or allows a run. If the store
// fails, claim returns the error, and a lease only if the store may have
// reserved the key.
func (h *Handler) claim(ctx context.Context, id identity) (l *lease, a *answer, err error) {
	l = &lease{store: h.Store, log: h.log(), ctx: context.WithoutCancel(ctx), key: id.String()}
	giveUp := time.Now().Add(h.timeout() + leaseTime) // no run elsewhere keeps its lease longer
	for poll := pollFirst; ; poll = min(2*poll, pollLast) {
		var encoded []byte
		err = l.try("claim", func(ctx context.Context) (err error) {
			l.claim, encoded, err = l.store.Claim(ctx, l.key, leaseTime)
			return err
		})
		if err == nil && encoded != nil {
			if a, err = decode(id, encoded); err == nil {
				return nil, a, nil
			}
			l.report("claim", err)
			return nil, nil, err
		}
		if errors.Is(err, ErrRunning) && (h.timeout() <= 0 || time.Now().Before(giveUp)) {
			time.Sleep(poll)
			continue
		}
		if l.claim == "" {
			l = nil
		}
		return l, nil, err
	}
}

// try calls a method of the store with a new context, and logs its error.
func (l *lease) try(method string, f func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(l.ctx, storeTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil { // treat a panic like any other failure
			err = fmt.Errorf("the store panicked: %v", v)
		}
		if err != nil && !errors.Is(err, ErrRunning) {
			l.report(method, err)
		}
	}()
	return f(ctx)
}

func (l *lease) report(method string, err error) {
	l.log.LogAttrs(l.ctx, slog.LevelError, "idempotency store failed, a webhook may run twice",
		slog.String("method", method), slog.Any("error", err))
}

// keep renews the lease until it ends or the timeout expires.
func (l *lease) keep(timeout time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if timeout > 0 {
		l.until = time.Now().Add(timeout)
	}
	l.timer = time.AfterFunc(renewEvery, l.renew)
}

func (l *lease) renew() {
	if !l.until.IsZero() && !time.Now().Before(l.until) {
		l.release()
		return
	}
	_ = l.try("renew", func(ctx context.Context) error { return l.store.Renew(ctx, l.key, l.claim, leaseTime) })
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer == nil {
		return
	}
	next := renewEvery
	if !l.until.IsZero() {
		next = max(0, min(next, time.Until(l.until)))
	}
	l.timer.Reset(next)
}

// end ends the lease. It reports false if the lease had already ended.
func (l *lease) end() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer == nil {
		return false
	}
	l.timer.Stop()
	l.timer = nil
	return true
}

func (l *lease) release() {
	if l.end() {
		_ = l.try("release", func(ctx context.Context) error { return l.store.Release(ctx, l.key, l.claim) })
	}
}

func (l *lease) finish(encoded []byte, ttl time.Duration) {
	if l.end() {
		_ = l.try("finish", func(ctx context.Context) error {
			return l.store.Finish(ctx, l.key, l.claim, encoded, ttl)
		})
	}
}
