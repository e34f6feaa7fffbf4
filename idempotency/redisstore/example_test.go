package redisstore_test

import (
	"fmt"
	"net/http"

	"github.com/redis/go-redis/v9"

	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/idempotency/redisstore"
)

func ExampleStore() {
	// With ContextTimeoutEnabled, an abandoned command frees its connection at
	// once.
	client := redis.NewClient(&redis.Options{Addr: "localhost:6379", ContextTimeoutEnabled: true})
	defer client.Close()
	store := &redisstore.Store{Client: client, Prefix: "clinic:"}
	server := &idempotency.Handler{Next: http.NewServeMux(), Store: store}
	fmt.Printf("%T keeps answers for %v\n", server.Store, idempotency.DefaultTTL)
	// Output: *redisstore.Store keeps answers for 24h0m0s
}
