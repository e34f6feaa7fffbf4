package torture

import (
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leaks returns a check that no more goroutines and files are in use than now.
// What has just been closed may take a moment.
func leaks(t *testing.T) (check func()) {
	t.Helper()
	// The first use of the network opens files that stay open.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	goroutines, files := runtime.NumGoroutine(), openFiles()
	return func() {
		t.Helper()
		poll := time.NewTicker(time.Millisecond)
		defer poll.Stop()
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-poll.C {
			if runtime.NumGoroutine() <= goroutines && openFiles() <= files {
				return
			}
		}
		var b strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&b, 1)
		assert.Fail(t, "leak", "goroutines: %d, then %d; files: %d, then %d\n%s",
			goroutines, runtime.NumGoroutine(), files, openFiles(), b.String())
	}
}

// openFiles returns the number of open files, or 0 if the system does not say.
func openFiles() int {
	names, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0
	}
	return len(names)
}
