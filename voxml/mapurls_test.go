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

// markUse returns a URL that shows its use.
func markUse(use voxml.URLUse, url string) (string, error) { return use.String() + " of " + url, nil }

// urlFields lists the fields that hold a URL, with its use. Zero means that the
// URL is not mapped.
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

// TestMapURLsFields sets each string field of each type to a URL. If Check or
// the name of the field treats it as a URL, it must be in urlFields.
func TestMapURLsFields(t *testing.T) {
	const url = "ftp://example.com/x" // a URL that Check reports
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
	for _, empty := range []voxml.Response{nil, {}} {
		got, err := empty.MapURLs(markUse)
		require.NoError(t, err)
		assert.Equal(t, empty, got)
	}
	const notMapped = `<Else action="/b"><Redirect>/a</Redirect></Else><Say url="/c">/d<break/></Say><Play>/e</Play>`
	for _, tt := range []struct{ doc, want string }{
		{`<Say>/a</Say><Hangup/><Gather/><Dial>1</Dial>`, `<Say>/a</Say><Hangup/><Gather/><Dial>1</Dial>`},
		{notMapped, notMapped},
		{`<Record action="/a" recordingStatusCallback="/b"/>`,
			`<Record action="Record.action of /a" recordingStatusCallback="recordingStatusCallback of /b"/>`},
		{`<Pause/><If expression="1==1"><Pause/><Do expression="1==1"><Redirect>/a</Redirect></Do></If><Dial><Sip/><Number url="/b">1</Number></Dial>`,
			`<Pause/><If expression="1==1"><Pause/><Do expression="1==1"><Redirect>Redirect of /a</Redirect></Do></If>` +
				`<Dial><Sip/><Number url="Number.url of /b">1</Number></Dial>`},
	} {
		doc := fromXML(t, tt.doc)
		got, err := doc.MapURLs(markUse)
		require.NoError(t, err)
		assert.Equal(t, fromXML(t, tt.want), got)
		assert.Equal(t, fromXML(t, tt.doc), doc, "the argument was modified")
	}
	foreign := &voxml.Redirect{URL: "/a"} // does not encode
	got, err := voxml.Response{nil, foreign, voxml.Redirect{URL: "/b"}}.MapURLs(markUse)
	require.NoError(t, err)
	assert.Equal(t, voxml.Response{nil, &voxml.Redirect{URL: "/a"}, voxml.Redirect{URL: "Redirect of /b"}}, got)
}

// TestMapURLsOrder checks that f is called in the order of the document.
func TestMapURLsOrder(t *testing.T) {
	doc := fromXML(t, `<Dial action="/1" recordingStatusCallback="/2"><Number url="/3">1</Number></Dial>`+
		`<Pay action="/4" statusCallback="/5"/><Redirect>/6</Redirect>`)
	got := ""
	_, err := doc.MapURLs(func(_ voxml.URLUse, url string) (string, error) {
		got += url
		return url, nil
	})
	require.NoError(t, err)
	assert.Equal(t, "/1/2/3/4/5/6", got)
}

func TestMapURLsErrors(t *testing.T) {
	// Slices can be shared, so a document can contain itself.
	endless := []voxml.Verb{nil, voxml.Redirect{URL: "/a"}}
	endless[0] = voxml.If{Verbs: endless}
	broad := make([]voxml.Verb, voxml.MaxElements)
	broad[0] = voxml.Do{Verbs: broad[1:2]}
	failed := errors.New("failed")
	numbers := voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{URL: "/bad"}}}
	all := voxml.Dial{Action: "/bad", RecordingStatusCallback: "/bad", Nouns: numbers.Nouns}
	for _, tt := range []struct {
		doc  voxml.Response
		want string
		is   error
	}{
		{response(voxml.Hangup{}, voxml.Redirect{URL: "/bad"}), "voxml: Response[1].Redirect.URL: failed", failed},
		{response(voxml.Gather{Action: "/bad"}, voxml.Redirect{URL: "/bad"}), "voxml: Response[0].Gather.action: failed", failed},
		{response(all), "voxml: Response[0].Dial.action: failed", failed},
		{response(voxml.If{Verbs: response(voxml.Hangup{}, numbers)}), "voxml: Response[0].If[1].Dial[0].Number.url: failed", failed},
		{endless, "voxml: Response" + strings.Repeat("[0].If", voxml.MaxDepth+1) + ": is nested more than 100 levels deep", nil},
		{response(voxml.Do{Verbs: endless}), "voxml: Response[0].Do" + strings.Repeat("[0].If", voxml.MaxDepth) + ": is nested more than 100 levels deep", nil},
		{broad, "voxml: Response[9999]: exceeds the limit of 10000 elements in a document", nil},
	} {
		got, err := tt.doc.MapURLs(func(_ voxml.URLUse, url string) (string, error) {
			if url == "/bad" {
				return "", failed
			}
			return url, nil
		})
		assert.Nil(t, got)
		require.EqualError(t, err, tt.want)
		require.ErrorAs(t, err, new(*voxml.Error))
		assert.True(t, tt.is == nil || errors.Is(err, tt.is), tt.want)
	}
}

func TestURLUseString(t *testing.T) {
	seen := map[string]bool{}
	for use := voxml.URLUse(0); use <= voxml.UsePayProgress; use++ {
		seen[use.String()] = true
	}
	assert.Len(t, seen, int(voxml.UsePayProgress)+1, "two uses have the same text")
	assert.Equal(t, "unknown", voxml.URLUse(0).String())
	assert.Equal(t, "URLUse(9)", voxml.URLUse(9).String())
	assert.Equal(t, "URLUse(-1)", voxml.URLUse(-1).String())
}
