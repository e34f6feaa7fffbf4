package idempotency

// A Delivery is one request that brought a webhook. See [Handler].Observe.
type Delivery struct {
	// Result is what was done with it.
	Result Result

	// Key is the identity of the webhook, as [Key] returns it.
	Key string

	// Err is why the store failed, if Result is Unprotected.
	Err error
}

// A Result is what was done with a delivery.
type Result int

// The results of deliveries.
const (
	Ran         Result = 1 + iota // it ran
	Joined                        // it got the answer of a run in progress
	Replayed                      // it got a stored answer
	Unprotected                   // it ran because the store failed, so perhaps twice
)

// String returns "ran", "joined", "replayed" or "unprotected".
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
