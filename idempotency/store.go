package idempotency

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ErrRunning is returned by [Store].Claim if another claim holds.
var ErrRunning = errors.New("idempotency: the webhook is being handled elsewhere")

// A Store is shared by the replicas of a program. Its methods may be called
// concurrently. If a method fails, the worst outcome is a second run.
//
// The context of each method ends after 250 milliseconds; the method must then
// return. It has the values of the request, and does not end with it.
type Store interface {
	// Claim reserves key for the caller until the lease expires, and returns a
	// claim that no other call returns. If there is an answer of an earlier
	// run, Claim returns that, and if another claim holds, ErrRunning.
	//
	// With any other error the webhook runs. If it is not known whether the
	// key was reserved, Claim returns the claim with the error, and the
	// Handler uses it as if it held.
	Claim(ctx context.Context, key string, lease time.Duration) (claim string, answer []byte, err error)

	// Renew makes the lease begin again. It does nothing unless claim still
	// holds.
	Renew(ctx context.Context, key, claim string, lease time.Duration) error

	// Finish keeps the answer for ttl and ends the claim. It does nothing
	// unless claim still holds.
	Finish(ctx context.Context, key, claim string, answer []byte, ttl time.Duration) error

	// Release ends the claim without an answer. It does nothing unless claim
	// still holds.
	Release(ctx context.Context, key, claim string) error
}

const (
	storeTimeout = 250 * time.Millisecond // of each method of a Store
	leaseTime    = 10 * time.Second       // how long a webhook waits after a crash
	renewEvery   = leaseTime / 3
	pollFirst    = 20 * time.Millisecond // between calls of Claim, doubled each time
	pollLast     = 200 * time.Millisecond
)

// A lease is a claim that is renewed while its webhook runs.
type lease struct {
	store Store
	log   *slog.Logger
	ctx   context.Context // has values, and does not end
	key   string
	claim string

	mu    sync.Mutex
	timer *time.Timer // nil when the lease has ended
	until time.Time   // when it is given up; zero for never
}

// claim waits until the store has an answer or lets the caller run. If the
// store fails, the caller runs with the error, and with a lease only if the
// store may have reserved the key.
func (h *Handler) claim(ctx context.Context, id identity) (l *lease, a *answer, err error) {
	l = &lease{store: h.Store, log: h.log(), ctx: context.WithoutCancel(ctx), key: id.String()}
	giveUp := time.Now().Add(h.timeout() + leaseTime) // of a run elsewhere that ends in time
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

// try calls a method of the store with a context of its own, and logs its
// error.
func (l *lease) try(method string, f func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(l.ctx, storeTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil { // a store that panics has failed, and no more
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

// keep renews the lease until it ends, or the timeout is over.
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

// end stops renewing, and reports whether the lease had not ended before.
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
