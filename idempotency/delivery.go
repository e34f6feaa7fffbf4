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
	Ran         Result = 1 + iota // by a run
	Joined                        // by a run in progress
	Replayed                      // with a stored answer
	Unprotected                   // by a run, perhaps not the only one, because the store failed
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
