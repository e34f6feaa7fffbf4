package idempotency_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// The platform delivers a webhook twice; the callback runs once.
func ExampleHandler() {
	orders := 0
	mux := http.NewServeMux()
	mux.Handle("/voice/order", &voxhook.Handler{
		OnGather: func(ctx context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
			orders++
			return voxml.Response{voxml.Say{Text: fmt.Sprintf("Your order has number %d.", orders)}}, nil
		},
	})
	webhooks := &idempotency.Handler{
		Next: mux,
		ID: func(r *http.Request) (string, bool) { // voxauth.DocumentID, for signed URLs
			id := r.URL.Query().Get("document")
			return id, id != ""
		},
		Window: time.Minute,
	}

	for range 2 {
		w := httptest.NewRecorder()
		webhooks.ServeHTTP(w, request(context.Background(), "/voice/order?document=1", "CallSid=c1&Digits=1"))
		fmt.Println(w.Body)
	}
	fmt.Println("orders:", orders)
	// Output:
	// <Response><Say>Your order has number 1.</Say></Response>
	// <Response><Say>Your order has number 1.</Say></Response>
	// orders: 1
}

func ExampleHandler_observe() {
	webhooks := &idempotency.Handler{
		Next: voxhook.Settings{}.OnStatusChange(func(context.Context, *voxhook.StatusChange) error { return nil }),
		Observe: func(_ context.Context, d idempotency.Delivery) {
			fmt.Println(d.Result, d.Err)
		},
	}
	for range 2 {
		webhooks.ServeHTTP(httptest.NewRecorder(), request(context.Background(), "/status", "CallSid=c1&CallStatus=completed"))
	}
	// Output:
	// ran <nil>
	// replayed <nil>
}

// A unique constraint on the key protects an effect from a run that happens
// twice, after a crash for example.
func ExampleKey() {
	charged := map[string]bool{} // a table with a unique column
	webhooks := &idempotency.Handler{
		Next: voxhook.Settings{}.OnPay(func(ctx context.Context, ev *voxhook.PayResult) (voxml.Response, error) {
			if key := idempotency.Key(ctx); !charged[key] {
				charged[key] = true
			}
			return voxml.Response{voxml.Say{Text: "Thank you."}}, nil
		}),
		ID: func(*http.Request) (string, bool) { return "document 1", true },
	}
	webhooks.ServeHTTP(httptest.NewRecorder(), request(context.Background(), "/paid", "CallSid=c1&Result=success"))
	fmt.Println(len(charged))
	// Output: 1
}

// A Store that is shared by replicas implements four methods. See package
// redisstore for one in Redis.
func ExampleStore() {
	var store idempotency.Store = new(sharedStore)
	ctx := context.Background()
	claim, _, _ := store.Claim(ctx, "key", 10*time.Second)
	_, _, err := store.Claim(ctx, "key", 10*time.Second)
	fmt.Println(err)

	_ = store.Finish(ctx, "key", claim, []byte("the answer"), time.Hour)
	_, answer, err := store.Claim(ctx, "key", 10*time.Second)
	fmt.Printf("%s, %v\n", answer, err)
	// Output:
	// idempotency: the webhook is being handled elsewhere
	// the answer, <nil>
}
