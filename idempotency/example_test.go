package idempotency_test

import (
	"context"
	"fmt"
	"net/http"
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
		ID: func(r *http.Request) (string, bool) { // with signed URLs, use voxauth.DocumentID
			id := r.URL.Query().Get("document")
			return id, id != ""
		},
		Window: time.Minute,
		Observe: func(_ context.Context, d idempotency.Delivery) {
			fmt.Println(d.Result, d.Err)
		},
	}
	for range 2 {
		w := serve(webhooks, request(context.Background(), "/voice/order?document=1", "CallSid=c1&Digits=1"))
		fmt.Println(w.Body)
	}
	// Output:
	// ran <nil>
	// <Response><Say>Your order has number 1.</Say></Response>
	// replayed <nil>
	// <Response><Say>Your order has number 1.</Say></Response>
}

// A unique constraint on the key protects an effect if a webhook runs twice,
// for example after a crash.
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
	serve(webhooks, request(context.Background(), "/paid", "CallSid=c1&Result=success"))
	fmt.Println(len(charged))
	// Output: 1
}

// A Store for replicas implements four methods. Package redisstore has a Store
// in Redis.
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
