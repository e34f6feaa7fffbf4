package voxml_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

func ExampleResponse_MarshalText() {
	b, err := json.Marshal(map[string]any{"doc": voxml.Response{voxml.Redirect{URL: "/voice"}}})
	fmt.Println(string(b), err)
	// Output:
	// {"doc":"\u003cResponse\u003e\u003cRedirect\u003e/voice\u003c/Redirect\u003e\u003c/Response\u003e"} <nil>
}

// A document is the same after JSON, with the names of its verbs and its
// expressions.
func TestJSON(t *testing.T) {
	for _, tt := range golden { // one of them is nil
		b, err := json.Marshal(tt.doc)
		require.NoError(t, err)
		back := voxml.Response{voxml.Hangup{}}
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, tt.doc, back, tt.name)
	}
	verb := voxml.Do{Expression: voxml.Var("a").Match(`(<|>)`), MaxLoops: 2}
	b, err := json.Marshal(verb)
	require.NoError(t, err)
	var back voxml.Do
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, verb, back)
}

func TestJSONErrors(t *testing.T) {
	_, err := json.Marshal(voxml.Response{voxml.Pause{Length: 5}})
	require.ErrorContains(t, err, "voxml: Response[0].Pause.length: 5ns is not a whole number of seconds")
	_, err = json.Marshal(voxml.If{Expression: voxml.Var("a").Equal(`\`)})
	require.ErrorContains(t, err, "voxml: expression compares with a value that ends with a backslash")

	before := voxml.Response{voxml.Pause{Length: time.Second}}
	doc := before
	for _, text := range []string{`"<Response>"`, `"<Response><Pause length='0'/></Response>"`, `["Pause"]`, `{}`} {
		require.Error(t, json.Unmarshal([]byte(text), &doc), "%s", text)
		assert.Equal(t, before, doc, "%s", text)
	}
}
