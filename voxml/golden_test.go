package voxml_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// golden has the documents of testdata/*.xml; TestParse shows what they hold.
var golden = func() (docs []goldenDocument) {
	files, _ := filepath.Glob("testdata/*.xml")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		doc, err := voxml.Parse(bytes.NewReader(b))
		if err != nil {
			panic(err)
		}
		docs = append(docs, goldenDocument{strings.TrimSuffix(filepath.Base(file), ".xml"), doc})
	}
	return docs
}()

type goldenDocument struct {
	name string
	doc  voxml.Response
}

func TestSameBytes(t *testing.T) {
	for _, tt := range golden {
		first := encode(t, tt.doc)
		var written bytes.Buffer
		for range 100 {
			b, err := tt.doc.AppendXML(nil)
			require.NoError(t, err)
			require.Equal(t, first, string(b), tt.name)
			_, err = tt.doc.WriteTo(&written)
			require.NoError(t, err)
		}
		assert.Equal(t, strings.Repeat(first, 100), written.String(), tt.name)
		assert.Equal(t, first, tt.doc.String(), tt.name)
	}
}
