package voxml_test

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

func ExampleResponse_MapURLs() {
	doc := voxml.Response{
		voxml.Gather{Action: "/menu", Verbs: []voxml.GatherVerb{voxml.Play{URL: "/menu.mp3"}}},
		voxml.Redirect{URL: "/voice"},
	}
	mapped, err := doc.MapURLs(func(use voxml.URLUse, url string) (string, error) {
		return "https://example.com" + url, nil
	})
	fmt.Println(mapped, err)
	// Output:
	// <Response><Gather action="https://example.com/menu"><Play>/menu.mp3</Play></Gather><Redirect>https://example.com/voice</Redirect></Response> <nil>
}

// markUse returns a URL that shows what it was mapped for.
func markUse(use voxml.URLUse, url string) (string, error) { return use.String() + " of " + url, nil }

// urlFields lists the fields that hold a URL, and what they are mapped for.
// Zero: they are not mapped.
var urlFields = map[string]voxml.URLUse{
	"Dial.Action":                    voxml.UseDialAction,
	"Dial.RecordingStatusCallback":   voxml.UseRecording,
	"Gather.Action":                  voxml.UseGatherAction,
	"Number.URL":                     voxml.UseNumber,
	"Pay.Action":                     voxml.UsePayAction,
	"Pay.StatusCallback":             voxml.UsePayProgress,
	"Play.URL":                       0, // an audio file
	"Record.Action":                  voxml.UseRecordAction,
	"Record.RecordingStatusCallback": voxml.UseRecording,
	"Redirect.URL":                   voxml.UseRedirect,
}

// TestMapURLsFields sets each string field of each type to a URL. A field that
// Check or its name calls a URL must be in urlFields.
func TestMapURLsFields(t *testing.T) {
	const url = "ftp://example.com/x" // a URL that Check refuses
	isURL := regexp.MustCompile(`(URL|Action|Callback)$`)
	var found []string
	for _, tt := range elements {
		for field := range reflect.TypeOf(tt.base).Fields() {
			if field.Type.Kind() != reflect.String {
				continue
			}
			v := reflect.New(reflect.TypeOf(tt.base)).Elem()
			v.Set(reflect.ValueOf(tt.base))
			if tt.name == "Play" {
				v.FieldByName("Digits").SetString("")
			}
			v.FieldByName(field.Name).SetString(url)
			doc := document(v.Interface().(voxml.Node))
			refused := slices.ContainsFunc(doc.Check(), func(f voxml.Finding) bool { return f.Rule == "url" })
			if !refused && !isURL.MatchString(field.Name) {
				continue
			}
			name := tt.name + "." + field.Name
			found = append(found, name)
			use, ok := urlFields[name]
			require.True(t, ok, "%s holds a URL and is not in urlFields", name)

			mapped, err := doc.MapURLs(func(got voxml.URLUse, url string) (string, error) {
				assert.Equal(t, use, got, name)
				return "https://example.com/mapped", nil
			})
			require.NoError(t, err)
			want := url
			if use != 0 {
				want = "https://example.com/mapped"
			}
			assert.Contains(t, encode(t, mapped), want, name)
			assert.Contains(t, encode(t, doc), url, "%s was modified", name)
		}
	}
	assert.Len(t, found, len(urlFields))
}

func TestMapURLs(t *testing.T) {
	condition := voxml.Var("a").Equal("1")
	for _, tt := range []struct {
		name      string
		doc, want voxml.Response
	}{
		{"nil", nil, nil},
		{"empty", voxml.Response{}, voxml.Response{}},
		{"no URL", voxml.Response{voxml.Say{Text: "/a"}, voxml.Hangup{}}, voxml.Response{voxml.Say{Text: "/a"}, voxml.Hangup{}}},
		{"empty URLs", voxml.Response{voxml.Gather{}, voxml.Dial{Number: "1"}}, voxml.Response{voxml.Gather{}, voxml.Dial{Number: "1"}}},
		{
			"not mapped",
			voxml.Response{
				voxml.Element{Name: "Else", Children: []voxml.Node{voxml.Redirect{URL: "/a"}}, Attrs: voxml.Attrs{{Name: "action", Value: "/b"}}},
				voxml.Say{Attrs: voxml.Attrs{{Name: "url", Value: "/c"}}, SSML: ssml.Speech{ssml.Text("/d")}},
				voxml.Play{URL: "/e"},
			},
			voxml.Response{
				voxml.Element{Name: "Else", Children: []voxml.Node{voxml.Redirect{URL: "/a"}}, Attrs: voxml.Attrs{{Name: "action", Value: "/b"}}},
				voxml.Say{Attrs: voxml.Attrs{{Name: "url", Value: "/c"}}, SSML: ssml.Speech{ssml.Text("/d")}},
				voxml.Play{URL: "/e"},
			},
		},
		{
			"inside others",
			voxml.Response{
				voxml.Say{Text: "a"},
				voxml.If{Expression: condition, Verbs: []voxml.Verb{
					voxml.Pause{},
					voxml.Do{Expression: condition, Verbs: []voxml.Verb{voxml.Redirect{URL: "/a"}}},
				}},
				voxml.Dial{Nouns: []voxml.DialNoun{voxml.Element{Name: "Sip"}, voxml.Number{Number: "1", URL: "/b"}}},
			},
			voxml.Response{
				voxml.Say{Text: "a"},
				voxml.If{Expression: condition, Verbs: []voxml.Verb{
					voxml.Pause{},
					voxml.Do{Expression: condition, Verbs: []voxml.Verb{voxml.Redirect{URL: "Redirect of /a"}}},
				}},
				voxml.Dial{Nouns: []voxml.DialNoun{voxml.Element{Name: "Sip"}, voxml.Number{Number: "1", URL: "Number.url of /b"}}},
			},
		},
		{
			"two of one verb",
			voxml.Response{voxml.Record{Action: "/a", RecordingStatusCallback: "/b"}},
			voxml.Response{voxml.Record{Action: "Record.action of /a", RecordingStatusCallback: "recordingStatusCallback of /b"}},
		},
		{
			"nodes that do not encode",
			voxml.Response{nil, &voxml.Redirect{URL: "/a"}, voxml.Redirect{URL: "/b"}},
			voxml.Response{nil, &voxml.Redirect{URL: "/a"}, voxml.Redirect{URL: "Redirect of /b"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := fmt.Sprintf("%#v", tt.doc)
			got, err := tt.doc.MapURLs(markUse)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, before, fmt.Sprintf("%#v", tt.doc), "the argument was modified")
		})
	}
}

// The order of the calls is that of the document.
func TestMapURLsOrder(t *testing.T) {
	doc := voxml.Response{
		voxml.Dial{Action: "/1", RecordingStatusCallback: "/2", Nouns: []voxml.DialNoun{voxml.Number{URL: "/3"}}},
		voxml.Pay{Action: "/4", StatusCallback: "/5"},
		voxml.Redirect{URL: "/6"},
	}
	var got strings.Builder
	_, err := doc.MapURLs(func(_ voxml.URLUse, url string) (string, error) {
		got.WriteString(url)
		return url, nil
	})
	require.NoError(t, err)
	assert.Equal(t, "/1/2/3/4/5/6", got.String())
}

func TestMapURLsErrors(t *testing.T) {
	endless := []voxml.Verb{nil, nil}
	endless[0] = voxml.If{Verbs: endless}
	endless[1] = voxml.Do{Verbs: endless}
	broad := make([]voxml.Verb, voxml.MaxElements)
	broad[0] = voxml.Do{Verbs: broad[1:2]}
	failed := errors.New("failed")
	for _, tt := range []struct {
		name string
		doc  voxml.Response
		want string
		is   error
	}{
		{"Redirect", voxml.Response{voxml.Hangup{}, voxml.Redirect{URL: "/bad"}}, "voxml: Response[1].Redirect.URL: failed", failed},
		{"the first of two", voxml.Response{voxml.Gather{Action: "/bad"}, voxml.Redirect{URL: "/bad"}}, "voxml: Response[0].Gather.action: failed", failed},
		{
			"the first of one verb",
			voxml.Response{voxml.Dial{Action: "/bad", RecordingStatusCallback: "/bad", Nouns: []voxml.DialNoun{voxml.Number{URL: "/bad"}}}},
			"voxml: Response[0].Dial.action: failed", failed,
		},
		{
			"inside others",
			voxml.Response{voxml.If{Verbs: []voxml.Verb{voxml.Hangup{}, voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{URL: "/bad"}}}}}},
			"voxml: Response[0].If[1].Dial[0].Number.url: failed", failed,
		},
		{"depth", endless, "voxml: Response" + strings.Repeat("[0].If", voxml.MaxDepth+1) + ": is nested more than 100 levels deep", nil},
		{"elements", broad, "voxml: Response[9999]: exceeds the limit of 10000 elements in a document", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.doc.MapURLs(func(_ voxml.URLUse, url string) (string, error) {
				if url == "/bad" {
					return "", failed
				}
				return url, nil
			})
			assert.Nil(t, got)
			require.EqualError(t, err, tt.want)
			var place *voxml.Error
			require.ErrorAs(t, err, &place)
			if tt.is != nil {
				assert.ErrorIs(t, err, tt.is)
			}
		})
	}
}

// A document with two of itself inside ends at the bound of depth or elements.
func TestMapURLsOfItself(t *testing.T) {
	verbs := make([]voxml.Verb, 2)
	verbs[1] = voxml.Redirect{URL: "/a"}
	verbs[0] = voxml.If{Verbs: verbs}
	for _, doc := range []voxml.Response{verbs, {voxml.Do{Verbs: verbs}}} {
		_, err := doc.MapURLs(markUse)
		require.ErrorContains(t, err, "is nested more than 100 levels deep")
	}
}

func TestURLUseString(t *testing.T) {
	seen := map[string]bool{}
	for use := voxml.URLUse(0); use <= voxml.UsePayProgress; use++ {
		seen[use.String()] = true
	}
	assert.Len(t, seen, 9)
	assert.Equal(t, "unknown", voxml.URLUse(0).String())
	assert.Equal(t, "URLUse(9)", voxml.URLUse(9).String())
	assert.Equal(t, "URLUse(-1)", voxml.URLUse(-1).String())
}
