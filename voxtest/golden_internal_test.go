package voxtest

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDefinition(t *testing.T) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	assert.Equal(t, `, which it has to define: var _ = flag.Bool("update", false, "rewrite the golden files")`, definition(flags))
	flags.Bool("update", false, "")
	assert.Empty(t, definition(flags))
}
