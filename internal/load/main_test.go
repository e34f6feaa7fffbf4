package main

import (
	"bytes"
	"flag"
	"io"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	before := measure()
	var out bytes.Buffer
	err := run([]string{"-seconds", "0.2", "-clients", "4", "-rounds", "2", "-cut", "100", "-seed", "7"}, &out)
	require.NoError(t, err)
	_, err = settle(before, patience)
	require.NoError(t, err)

	text := out.String()
	line := regexp.MustCompile(`(?m)^ *(1|2|all)  (empty|voxhook) +[1-9][0-9]* +0 +[1-9]`)
	var order []string
	for _, m := range line.FindAllStringSubmatch(text, -1) {
		order = append(order, m[1]+" "+m[2])
	}
	assert.Equal(t, []string{"1 empty", "1 voxhook", "2 voxhook", "2 empty", "all empty", "all voxhook"}, order)
	assert.Regexp(t, `by round: \[\d+\.\d{3} \d+\.\d{3}\]; median \d+\.\d{3}\n`, text)
	assert.Contains(t, text, "\n100 connections to cut, seed 7\n")
	assert.Contains(t, text, "a good request after them: OK\nAll is well.\n")
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{
		{"-seconds", "0"}, {"-seconds", "-1"}, {"-seconds", "NaN"}, {"-seconds", "1e9"}, {"-clients", "0"}, {"-rounds", "0"}, {"-cut", "-1"}, {"more"}, {"-unknown"},
	} {
		assert.Error(t, run(args, io.Discard), args)
	}
	assert.ErrorIs(t, run([]string{"-h"}, io.Discard), flag.ErrHelp)

	o, err := parseFlags(nil, io.Discard)
	require.NoError(t, err)
	other, err := parseFlags(nil, io.Discard)
	require.NoError(t, err)
	assert.NotEqual(t, o.seed, other.seed)
}
