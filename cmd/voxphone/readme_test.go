package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The README shows the output of its command.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	session := regexp.MustCompile("(?s)`printf '([^']+)' \\| go run ./cmd/voxphone`.*?\n```\n(.+?)```\n").FindStringSubmatch(string(readme))
	require.NotNil(t, session, "the README has no session")

	out, errs, code := phoneCall(strings.ReplaceAll(session[1], `\n`, "\n"))
	assert.Equal(t, session[2], out)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}

// The diagram in docs/explore.md is the output of its command.
func TestPicture(t *testing.T) {
	page, err := os.ReadFile("../../docs/explore.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(page), "```mermaid\n")
	require.True(t, ok, "docs/explore.md has no diagram")
	picture, _, _ := strings.Cut(rest, "```\n")

	out, errs, code := phoneCall("", "-explore", "-format", "mermaid")
	assert.Equal(t, picture, out)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}
