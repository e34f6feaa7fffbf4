package idempotency

// A Delivery describes one request that brought a webhook. See
// [Handler].Observe.
type Delivery struct {
	// Result says how the request was answered.
	Result Result

	// Key is the identity of the webhook, as [Key] returns it.
	Key string

	// Err is the error of the store if Result is Unprotected, and nil
	// otherwise.
	Err error
}

// A Result says how a delivery was answered.
type Result int

// The results of deliveries.
const (
	Ran         Result = 1 + iota // it ran
	Joined                        // it waited for a run in progress and got its answer
	Replayed                      // it got a stored answer
	Unprotected                   // the store failed, so it ran without knowing whether another did
)

// String returns "ran", "joined", "replayed" or "unprotected". For any other
// value, it returns "unknown".
func (r Result) String() string {
	switch r {
	case Ran:
		return "ran"
	case Joined:
		return "joined"
	case Replayed:
		return "replayed"
	case Unprotected:
		return "unprotected"
	}
	return "unknown"
}
