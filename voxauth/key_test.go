package voxauth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxauth"
)

func TestParseKey(t *testing.T) {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(0xf8 + i) // needs + and / in base64
	}
	text, random := hex.EncodeToString(b), voxauth.NewKey().Text()
	for good, want := range map[string]string{
		text: text, strings.ToUpper(text): text, random: random,
		base64.StdEncoding.EncodeToString(b): text, base64.RawStdEncoding.EncodeToString(b): text,
		base64.URLEncoding.EncodeToString(b): text, base64.RawURLEncoding.EncodeToString(b): text,
	} {
		key, err := voxauth.ParseKey(good)
		require.NoError(t, err, good)
		assert.Equal(t, want, key.Text())
	}
	assert.NotEqual(t, random, voxauth.NewKey().Text())
	for _, bad := range []string{
		"", "s3cret", text[1:], text + "00", text[:63] + "x", " " + text, text + " ", base64.StdEncoding.EncodeToString(b[1:]),
		base64.StdEncoding.EncodeToString(append(b, 0)), strings.Repeat("=", 44), strings.Repeat("é", 32),
		strings.Repeat("0", 64), base64.StdEncoding.EncodeToString(make([]byte, 32)), // the zero Key
	} {
		key, err := voxauth.ParseKey(bad)
		require.Error(t, err, bad)
		assert.Empty(t, key.Text())
		assert.False(t, bad != "" && strings.Contains(err.Error(), bad))
	}
}

// A foreign is a configuration of another program, which fmt prints by
// reflection.
type foreign struct {
	Name   string
	hidden voxauth.Key
	List   []voxauth.Key
	Map    map[string]voxauth.Key
	Key    voxauth.Key
	Point  *voxauth.Key
	Any    any
	Deep   struct{ key *voxauth.Key }
}

// No way of printing a key reveals it.
func TestKeyIsNotPrinted(t *testing.T) {
	key := voxauth.NewKey()
	config := foreign{
		"x", key, []voxauth.Key{key}, map[string]voxauth.Key{"a": key}, key, &key, key, struct{ key *voxauth.Key }{&key},
	}
	raw, err := hex.DecodeString(key.Text())
	require.NoError(t, err)

	var all bytes.Buffer
	for _, value := range []any{key, &key, config, &config, &voxauth.Signed{Keys: []voxauth.Key{key}}, map[string]any{"a": config}, config.List} {
		for _, verb := range "vsdxXqobcUTpteEfgG" {
			for _, flag := range []string{"", "+", "#", " ", "-80", "080"} {
				fmt.Fprintf(&all, "%"+flag+string(verb)+"\n", value)
			}
		}
		fmt.Fprintln(&all, value)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&all, nil), slog.NewJSONHandler(&all, nil)} {
			slog.New(handler).Info("config", "value", value, slog.Group("g", "value", value))
		}
		for _, encode := range []func(io.Writer, any) error{
			func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
			func(w io.Writer, v any) error { return xml.NewEncoder(w).Encode(v) },
			func(w io.Writer, v any) error { return gob.NewEncoder(w).Encode(v) },
		} {
			fmt.Fprintln(&all, encode(&all, value))
		}
	}
	fmt.Fprintln(&all, key.String())

	text := strings.ToLower(all.String())
	assert.Contains(t, text, "voxauth.key(hidden)")
	assert.Contains(t, text, "cannot be marshaled")
	// No four consecutive bytes of it appear, in any notation of bytes.
	for i := 0; i+4 <= len(raw); i++ {
		four := raw[i : i+4]
		for name, bad := range map[string]string{
			"hex": hex.EncodeToString(four), "% x": fmt.Sprintf("% x", four), "%d": strings.Trim(fmt.Sprint(four), "[]"),
			"%#v": strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", four), "[]byte{"), "}"),
		} {
			assert.False(t, strings.Contains(text, bad), name)
		}
		assert.False(t, strings.Contains(all.String(), string(four)), "raw")
	}
}
