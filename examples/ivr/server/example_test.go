package server_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/voxhook/voxhook/examples/ivr/server"
)

func ExampleRun() {
	var out bytes.Buffer
	err := server.Run(context.Background(), []string{"-h"}, &out, nil)
	fmt.Println(errors.Is(err, flag.ErrHelp))
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "  -") {
			fmt.Print(strings.TrimSpace(line), "\n")
		}
	}
	// Output:
	// true
	// -addr address
	// -hours text
	// -key-file file
	// -login-file file
	// -sales number
}
