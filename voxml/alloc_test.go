package voxml_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/voxml"
)

func TestAllocs(t *testing.T) {
	large := make(voxml.Response, 0, 100)
	for range 100 {
		large = append(large, menu...)
	}
	for _, tt := range []struct {
		name string
		doc  voxml.Response
	}{
		{"empty", nil},
		{"menu", menu},
		{"large", large},
		{"noun", voxml.Response{voxml.Connect{Flow: voxml.Flow{ID: "f"}}}},
		{"nested", voxml.Response{ifs(voxml.MaxDepth - 1)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			buf := []byte(encode(t, tt.doc))
			got := testing.AllocsPerRun(100, func() {
				buf, _ = tt.doc.AppendXML(buf[:0])
			})
			assert.Zero(t, got)
			assert.Equal(t, encode(t, tt.doc), string(buf))
		})
	}
}
