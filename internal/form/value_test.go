package form

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecondsAndBack(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "1": time.Second, "12.5": 12500 * time.Millisecond, "0.000000001": 1,
		"9223372036.854775807": 1<<63 - 1,
	} {
		d, err := Seconds(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, d)
		assert.Equal(t, text, FormatSeconds(d))
	}
	_, err := Seconds("9223372036.854775808")
	assert.ErrorIs(t, err, ErrSeconds)
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", "é", "\x00", "\xff", "12345678", "1234567\x80", strings.Repeat("a", 99) + "\x00", "\u00e9\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Text(s)
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, "\x00")
		require.Equal(t, err == nil, got == s)
		ascii := !strings.ContainsFunc(s, func(r rune) bool { return r == 0 || r >= utf8.RuneSelf })
		require.Equal(t, ascii, Plain([]byte(s)))
	})
}

// FuzzTime checks that Time parses its own result, formatted, as the same time.
func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2024-02-29T12:00:00+01:00", "Thu, 12 Oct 2023 18:39 +0000", "Sun, 09 Feb 2020 09:30:03 Etc/UTC",
		"12 Oct 23 18:39:05 (EST)", "2024-02-29 12:00:00 01:00", "9999-12-31T23:59:59-23:59",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Time(s)
		if err != nil {
			require.Zero(t, got)
			return
		}
		require.Equal(t, time.UTC, got.Location())
		again, err := Time(got.Format(time.RFC3339Nano))
		require.NoError(t, err)
		require.True(t, got.Equal(again))
	})
}

// TestObjectCounts checks that colons in strings do not count as members.
func TestObjectCounts(t *testing.T) {
	for text, want := range map[string]error{
		`{"a":"\":::"}`: nil, `{"a:b":"c"}`: nil, `{"a":"1","b":"2"}`: ErrMany, `{"a":{"b":"1"}}`: ErrMany,
	} {
		_, err := Object(text, 1)
		assert.Equal(t, want, err, text)
	}
}

func FuzzObject(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":{"b":"1"}}`, `{"a":1,"b":null}`, `{"a\u0000":"\ud800"}`, `{"a":"\":"}`, "[", `{"a":[{"b":"c"}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		vars, err := Object(s, 10)
		require.LessOrEqual(t, len(vars), 10)
		for name, value := range vars {
			require.True(t, utf8.ValidString(name+value))
			require.NotContains(t, name+value, "\x00")
		}
		if err != nil && err != ErrText {
			require.Nil(t, vars)
		}
	})
}
