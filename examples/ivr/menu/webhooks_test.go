package menu_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/examples/internal/calltest"
	"github.com/voxhook/voxhook/examples/ivr/menu"
)

// TestWebhooks sends webhooks that no call through the menu causes, but that
// the platform could send. Missing, invalid or new parameters do not end a
// call.
func TestWebhooks(t *testing.T) { calltest.Webhooks(t, app, "testdata/webhooks.txt") }

// An empty Config means the documented defaults.
func TestDefaults(t *testing.T) {
	log := calltest.DefaultLog(t)
	calltest.Webhooks(t, func(*slog.Logger) http.Handler { return menu.Routes(menu.Config{}) }, "testdata/defaults.txt")
	assert.Equal(t, 4, strings.Count(log.String(), "level=INFO"), "two webhooks, each by POST and by GET")
}
