package voxhook_test

import (
	"bufio"
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/wire"
)

// readFixture returns the raw request in testdata/name.
func readFixture(t testing.TB, name string) *http.Request {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	require.NoError(t, err)
	return r
}

// A fixture is a file in testdata and the event in it. Of what is in Invalid
// only the names count; Params are compared with the raw text.
type fixture struct {
	file   string
	params int // how many parameters it has
	want   voxhook.Event
}

func invalid(names ...string) []*voxhook.ParamError {
	var list []*voxhook.ParamError
	for _, name := range names {
		list = append(list, &voxhook.ParamError{Param: name})
	}
	return list
}

func invalidNames(w *voxhook.VoiceWebhook) []string {
	names := []string{}
	for _, e := range w.Invalid {
		names = append(names, e.Param)
	}
	return names
}

// clone returns a copy of a fixture's event without Params and Invalid.
func clone(e voxhook.Event) voxhook.Event {
	c := reflect.New(reflect.TypeOf(e).Elem())
	c.Elem().Set(reflect.ValueOf(e).Elem())
	e = c.Interface().(voxhook.Event)
	e.Webhook().Forget()
	return e
}

func fixtureFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.http")
	require.NoError(t, err)
	for i, file := range files {
		files[i] = filepath.Base(file)
	}
	return files
}

func TestFixtures(t *testing.T) {
	var names []string
	for _, f := range fixtures {
		names = append(names, f.file)
		t.Run(f.file, func(t *testing.T) {
			got, err := voxhook.Parse(readFixture(t, f.file))
			require.NoError(t, err)
			w := got.Webhook()

			require.Len(t, w.Params, f.params)
			require.Equal(t, rawParams(t, f.file), w.Params)
			require.Equal(t, invalidNames(f.want.Webhook()), invalidNames(w))
			for _, e := range w.Invalid {
				require.Error(t, e.Err, e.Param)
				value := w.Params.Get(e.Param)
				require.NotEmpty(t, value)
				require.NotContains(t, e.Error(), value)
				conflict := f.file == "incoming_duplicate_post.http"
				require.Equal(t, conflict, errors.Is(e, voxhook.ErrConflict))
			}
			require.Equal(t, clone(f.want), clone(got))

			w, err = voxhook.Decode(readFixture(t, f.file))
			require.NoError(t, err)
			base := *got.Webhook()
			base.Forget()
			w.Forget()
			require.Equal(t, &base, w)
		})
	}
	assert.ElementsMatch(t, fixtureFiles(t), names, "files in testdata and rows of the table")
}

// rawParams splits the text of a fixture without the help of the package.
func rawParams(t testing.TB, name string) voxhook.Params {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	head, body, ok := strings.Cut(string(raw), "\r\n\r\n")
	require.True(t, ok)
	target := strings.Fields(head)[1]
	_, query, _ := strings.Cut(target, "?")

	var params voxhook.Params
	inBody := map[string]bool{}
	for i, text := range []string{body, query} {
		for pair := range strings.SplitSeq(text, "&") {
			if pair == "" {
				continue
			}
			key, value, _ := strings.Cut(pair, "=")
			name, err := url.QueryUnescape(key)
			require.NoError(t, err)
			value, err = url.QueryUnescape(value)
			require.NoError(t, err)
			if i == 1 && inBody[name] {
				continue
			}
			params = append(params, voxhook.Param{Name: name, Value: value})
		}
		for _, p := range params {
			inBody[p.Name] = true
		}
	}
	return params
}

// The files are what a platform would send, byte for byte, and both methods
// are there for every kind of event.
func TestFixtureBytes(t *testing.T) {
	kinds := map[string]bool{}
	for _, f := range fixtures {
		raw, err := os.ReadFile(filepath.Join("testdata", f.file))
		require.NoError(t, err)
		assert.Equal(t, bytes.Count(raw, []byte("\n")), bytes.Count(raw, []byte("\r\n")), "%s: CRLF", f.file)

		b := bufio.NewReader(bytes.NewReader(raw))
		r, err := http.ReadRequest(b)
		require.NoError(t, err, f.file)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err, "%s: Content-Length is more than the body", f.file)
		rest, err := io.ReadAll(b)
		require.NoError(t, err)
		assert.Empty(t, rest, "%s: behind the body", f.file)
		assert.Contains(t, f.file, "_"+strings.ToLower(r.Method)+".http")
		if r.Method == http.MethodPost {
			assert.Equal(t, r.ContentLength, int64(len(body)), f.file)
			assert.NotEmpty(t, body, f.file)
		}
		kinds[r.Method+" "+kindOf(f.want)] = true
	}
	for kind := range events {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			assert.Contains(t, kinds, method+" "+kind)
		}
	}
	assert.Len(t, events, 8)
}

// kindOf returns the name of an event's type.
func kindOf(e voxhook.Event) string { return reflect.TypeOf(e).Elem().Name() }

// events has one of each kind.
var events = map[string]voxhook.Event{
	"IncomingCall": &voxhook.IncomingCall{},
	"StatusChange": &voxhook.StatusChange{},
	"Recording":    &voxhook.Recording{},
	"DialResult":   &voxhook.DialResult{},
	"GatherResult": &voxhook.GatherResult{},
	"RecordResult": &voxhook.RecordResult{},
	"PayResult":    &voxhook.PayResult{},
	"PayProgress":  &voxhook.PayProgress{},
}

// request returns a webhook with CallSid and the given pairs.
func request(method string, pairs ...string) *http.Request {
	form := "CallSid=c"
	for i := 0; i < len(pairs); i += 2 {
		form += "&" + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1])
	}
	if method == http.MethodGet {
		return httptest.NewRequest(method, "/voice?"+form, nil)
	}
	r := httptest.NewRequest(method, "/voice", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// sign has for each kind a parameter that proves it whatever else of the kind
// is there.
var sign = map[string]string{
	"StatusChange": "SequenceNumber",
	"Recording":    "RecordingStatus",
	"DialResult":   "DialCallStatus",
	"GatherResult": "SpeechResult",
	"RecordResult": "RecordingSid",
	"PayResult":    "Result",
	"PayProgress":  "For",
}

// fieldTypes has the types of the parameters that are no text (sections 2 and
// 3 of the protocol).
var fieldTypes = map[string]reflect.Type{
	"Vars":               reflect.TypeFor[voxhook.Vars](),
	"CallDuration":       reflect.TypeFor[time.Duration](),
	"Timestamp":          reflect.TypeFor[time.Time](),
	"SequenceNumber":     reflect.TypeFor[int](),
	"RecordingDuration":  reflect.TypeFor[time.Duration](),
	"RecordingChannels":  reflect.TypeFor[int](),
	"RecordingStartTime": reflect.TypeFor[time.Time](),
	"DialCallDuration":   reflect.TypeFor[time.Duration](),
	"DialBridged":        reflect.TypeFor[bool](),
	"Confidence":         reflect.TypeFor[float64](),
	"Attempt":            reflect.TypeFor[int](),
	"PartialResult":      reflect.TypeFor[bool](),
}

// samples has a value for each type, on the wire and decoded. Text is "x".
var samples = map[reflect.Type]struct {
	wire string
	want any
}{
	reflect.TypeFor[voxhook.Vars]():  {`{"menu":{"digits":"1"}}`, voxhook.Vars{"menu.digits": "1"}},
	reflect.TypeFor[time.Duration](): {"7", 7 * time.Second},
	reflect.TypeFor[time.Time]():     {"2025-03-18T14:03:07Z", time.Date(2025, 3, 18, 14, 3, 7, 0, time.UTC)},
	reflect.TypeFor[int]():           {"2", 2},
	reflect.TypeFor[bool]():          {"true", true},
	reflect.TypeFor[float64]():       {"0.25", 0.25},
}

// taggedFields returns the fields of t by wire name. Those of an embedded
// VoiceWebhook are not t's own.
func taggedFields(t reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		own := t == reflect.TypeFor[voxhook.VoiceWebhook]() || len(f.Index) == 1
		if tag, ok := f.Tag.Lookup("schema"); ok && own && tag != "-" {
			fields[tag] = f
		}
	}
	return fields
}

// readParameters returns testdata/parameters.txt.
func readParameters(t testing.TB) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/parameters.txt")
	require.NoError(t, err)
	kinds := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		kind, names, ok := strings.Cut(line, ":")
		require.True(t, ok, line)
		require.NotContains(t, kinds, kind)
		kinds[kind] = strings.Fields(names)
	}
	return kinds
}

func TestParametersHaveFields(t *testing.T) {
	parameters := readParameters(t)
	types := map[string]reflect.Type{"VoiceWebhook": reflect.TypeFor[voxhook.VoiceWebhook]()}
	for kind := range sign {
		types[kind] = reflect.TypeOf(events[kind]).Elem()
	}
	for kind := range parameters {
		require.Contains(t, types, kind, "a line of parameters.txt")
	}
	assert.Empty(t, taggedFields(reflect.TypeFor[voxhook.IncomingCall]()))

	for kind, structType := range types {
		fields := taggedFields(structType)
		var tags []string
		for tag := range fields {
			tags = append(tags, tag)
		}
		assert.ElementsMatch(t, parameters[kind], tags, "%s: parameters and tagged fields", kind)

		for _, name := range parameters[kind] {
			t.Run(kind+"/"+name, func(t *testing.T) {
				field, ok := fields[name]
				require.True(t, ok, "no field has the tag")
				sample := samples[field.Type]
				if want, ok := fieldTypes[name]; ok {
					require.Equal(t, want, field.Type)
				} else {
					require.Equal(t, reflect.String, field.Type.Kind())
					sample.wire, sample.want = "x", reflect.ValueOf("x").Convert(field.Type).Interface()
				}
				if name == "CallSid" {
					sample.wire, sample.want = "c", "c" // request has it
				}

				check := func(e any, err error) {
					t.Helper()
					require.NoError(t, err)
					got := reflect.ValueOf(e).Elem().FieldByIndex(field.Index)
					require.False(t, got.IsZero())
					require.Equal(t, sample.want, got.Interface())
				}
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					if kind == "VoiceWebhook" {
						pairs := []string{name, sample.wire}
						check(voxhook.Decode(request(method, pairs...)))
						for want := range events {
							with := pairs
							if want != "IncomingCall" {
								with = append([]string{sign[want], ""}, pairs...)
							}
							e, err := voxhook.Parse(request(method, with...))
							require.NoError(t, err)
							require.Equal(t, want, kindOf(e))
							require.Empty(t, e.Webhook().Invalid)
							check(e.Webhook(), nil)
						}
						continue
					}
					pairs := []string{name, sample.wire}
					if signOf(name) != kind {
						pairs = append(pairs, sign[kind], "")
					}
					e, err := voxhook.Parse(request(method, pairs...))
					require.NoError(t, err)
					require.Equal(t, kind, kindOf(e))
					require.Empty(t, e.Webhook().Invalid)
					check(e, nil)
				}
			})
		}
	}
}

// kindRows is the table in the comment of Parse.
var kindRows = []struct {
	names []string
	kind  string
}{
	{[]string{"DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged"}, "DialResult"},
	{[]string{
		"Result", "PaymentToken", "ProfileId", "PaymentConfirmationCode", "PaymentError", "PayErrorCode",
		"ConnectorError", "BankAccountNumber", "BankRoutingNumber", "BankAccountType",
	}, "PayResult"},
	{[]string{"For", "ErrorType", "Attempt", "PartialResult", "Required"}, "PayProgress"},
	{[]string{
		"PaymentMethod", "PaymentCardNumber", "PaymentCardType", "ExpirationDate", "SecurityCode",
		"PaymentCardPostalCode",
	}, "PayResult"},
	{[]string{
		"RecordingStatus", "RecordingChannels", "RecordingSource", "RecordingStartTime", "RecordingTrack",
		"ErrorCode",
	}, "Recording"},
	{[]string{"CallDuration", "Timestamp", "SequenceNumber", "CallbackSource"}, "StatusChange"},
	{[]string{"RecordingUrl", "RecordingSid", "RecordingDuration"}, "RecordResult"},
	{[]string{"SpeechResult", "Confidence", "FinishedOnKey", "Digits"}, "GatherResult"},
}

// signOf returns the kind that a parameter proves alone, or "".
func signOf(name string) string {
	for _, row := range kindRows {
		if slices.Contains(row.names, name) {
			return row.kind
		}
	}
	return ""
}

func requireKind(t *testing.T, want string, pairs ...string) {
	t.Helper()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		e, err := voxhook.Parse(request(method, pairs...))
		require.NoError(t, err)
		require.Equal(t, want, kindOf(e), "%s %q", method, pairs)
	}
}

func TestParseKinds(t *testing.T) {
	t.Run("comment", func(t *testing.T) {
		var want []string
		for _, row := range kindRows {
			want = append(want, strings.Join(row.names, ", ")+" *"+row.kind)
		}
		want = append(want,
			"none of these, and CallStatus is one of a call that has ended *StatusChange",
			"none of these *IncomingCall")
		require.Equal(t, want, parseComment(t))
	})
	t.Run("every parameter is a sign", func(t *testing.T) {
		var signs []string
		for _, row := range kindRows {
			signs = append(signs, row.names...)
		}
		all := map[string]bool{}
		for kind, names := range readParameters(t) {
			for _, name := range names {
				if kind != "VoiceWebhook" {
					all[name] = true
				}
			}
		}
		require.Len(t, signs, len(all))
		for _, name := range signs {
			require.Contains(t, all, name)
		}
	})
	t.Run("alone", func(t *testing.T) {
		for _, row := range kindRows {
			for _, name := range row.names {
				requireKind(t, row.kind, name, "1")
				requireKind(t, row.kind, name, "")
				requireKind(t, row.kind, name, "1", name, "2")
				requireKind(t, row.kind, "CallStatus", "completed", name, "1")
				requireKind(t, row.kind, "CallStatus", "in-progress", name, "")
				requireKind(t, "IncomingCall", strings.ToLower(name), "1")
			}
		}
	})
	t.Run("precedence", func(t *testing.T) {
		for i, first := range kindRows {
			for _, second := range kindRows[i+1:] {
				for _, a := range first.names {
					for _, b := range second.names {
						requireKind(t, first.kind, a, "", b, "1")
						requireKind(t, first.kind, b, "1", a, "")
					}
				}
			}
		}
	})
	t.Run("CallStatus", func(t *testing.T) {
		for _, status := range []string{"completed", "failed", "busy", "no-answer", "canceled"} {
			requireKind(t, "StatusChange", "CallStatus", status)
			requireKind(t, "StatusChange", "CallStatus", status, "CallStatus", "ringing")
		}
		for _, status := range []string{"queued", "initiated", "ringing", "in-progress", "answered", "parked", "Completed", ""} {
			requireKind(t, "IncomingCall", "CallStatus", status)
			requireKind(t, "IncomingCall", "CallStatus", status, "CallStatus", "completed")
		}
		requireKind(t, "IncomingCall")
	})
	t.Run("the query of a POST is no sign", func(t *testing.T) {
		for _, row := range kindRows {
			for _, name := range row.names {
				r := request(http.MethodPost)
				r.URL.RawQuery = name + "=1&CallStatus=completed"
				e, err := voxhook.Parse(r)
				require.NoError(t, err)
				require.Equal(t, "IncomingCall", kindOf(e), name)
			}
		}
	})
}

// parseComment returns the table in the comment of Parse, a string for each
// row, with single spaces.
func parseComment(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, parser.ParseComments)
	require.NoError(t, err)
	var doc string
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "Parse" {
			doc = f.Doc.Text()
		}
	}
	var rows []string
	row := ""
	for line := range strings.Lines(doc) {
		if !strings.HasPrefix(line, "\t") {
			continue
		}
		row = strings.TrimSpace(row + " " + strings.Join(strings.Fields(line), " "))
		if strings.Contains(row, "*") {
			rows = append(rows, row)
			row = ""
		}
	}
	require.Empty(t, row, "a row without a kind")
	return rows
}

// Events go back into forms, and come out of them as they were: by both
// methods, each documented parameter once if it has a value, and those that
// this package does not know as they came.
func TestRoundTrip(t *testing.T) {
	parameters := readParameters(t)
	known := map[string]bool{}
	for _, names := range parameters {
		for _, name := range names {
			known[name] = true
		}
	}
	for _, f := range fixtures {
		t.Run(f.file, func(t *testing.T) {
			want, err := voxhook.Parse(readFixture(t, f.file))
			require.NoError(t, err)
			form := wire.Values(want)

			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r, err := wire.NewRequest(method, "/voice", form)
				require.NoError(t, err)
				got, err := voxhook.Parse(r)
				require.NoError(t, err)
				require.Empty(t, got.Webhook().Invalid)
				require.Equal(t, clone(want), clone(got))
			}

			sent := map[string]bool{}
			for _, name := range slices.Concat(parameters["VoiceWebhook"], parameters[kindOf(want)]) {
				sent[name] = true
				if zero := whField(t, want, name).IsZero(); zero {
					require.Empty(t, form.Get(name), name)
				} else {
					require.Len(t, form[name], 1, name)
				}
			}
			for name, values := range want.Webhook().Params.Values() {
				if !known[name] {
					sent[name] = true
					require.Equal(t, values, form[name], name)
				}
			}
			for name := range form {
				require.Contains(t, sent, name)
			}
		})
	}
}

var fixtures = []fixture{
	{"incoming_post.http", 17, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "6513270e-269e-4d37-b2a7-4de452e6b438",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "ringing",
			APIVersion: "v0",
			Direction:  "inbound",
			CallerName: "O'BRIEN, PAT & CO",
			Geo: voxhook.Geo{
				FromCity:    "OMAHA",
				FromState:   "NE",
				FromZip:     "68102",
				FromCountry: "US",
				ToCity:      "LINCOLN",
				ToState:     "NE",
				ToZip:       "68508",
				ToCountry:   "US",
			},
		},
	}},
	{"incoming_get.http", 17, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "d23f0824-128b-4f33-8c5c-7fd0a6a3a450",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "ringing",
			APIVersion: "v0",
			Direction:  "inbound",
			CallerName: "JAN DVOŘÁK",
			Geo: voxhook.Geo{
				FromCity:    "OMAHA",
				FromState:   "NE",
				FromZip:     "68102",
				FromCountry: "US",
				ToCity:      "LINCOLN",
				ToState:     "NE",
				ToZip:       "68508",
				ToCountry:   "US",
			},
		},
	}},
	{"incoming_without_plus_post.http", 8, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "9531985d-5d9d-49f8-9818-e811892f902b",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "14025550102",
			To:         "14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"incoming_unescaped_plus_get.http", 8, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "36f675cc-81e7-4ef5-a8e2-5d940ed90475",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550103",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"incoming_unescaped_plus_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "6b0d549b-6f03-475a-9600-a35a099950d8",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550104",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			CallerName: " 14025550104",
		},
	}},
	{"incoming_anonymous_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "8d116ece-1738-47d9-bd9c-172411e20b8f",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "anonymous",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			CallerName: "Anonymous",
		},
	}},
	{"incoming_restricted_get.http", 8, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "90c192cf-d3ac-44af-8f21-ddb66cad4a26",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "restricted",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"incoming_sip_post.http", 8, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "a170b338-3926-4059-b28c-105d1fb17c23",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "sip:+14025550105@pbx.example.com:5061;transport=tls",
			To:         "sip:sales@sip.example.com",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"incoming_unknown_place_post.http", 17, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "0fd630f1-f29d-4da9-953f-48f1a09f76b5",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Geo: voxhook.Geo{
				FromCountry: "US",
				ToState:     "NE",
				ToCountry:   "US",
			},
		},
	}},
	{"incoming_unknown_parameters_post.http", 12, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "0cb1e29c-658c-4a14-95e6-0af593bd04cf",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "parked",
			APIVersion: "v0",
			Direction:  "sideways",
		},
	}},
	{"incoming_minimal_get.http", 1, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid: "8e81973e-0bec-47b0-b898-d190f9ebdacc",
		},
	}},
	{"incoming_duplicate_post.http", 12, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "6b4cb242-4a23-4596-a217-beaddbc496cb",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550106",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Invalid:    invalid("From"),
		},
	}},
	{"incoming_leg_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:       "923a7369-94e3-4f91-9a61-dbe22e44158b",
			AccountID:     "4021",
			TrunkID:       "90001",
			From:          "+14025550101",
			To:            "+14025550111",
			CallStatus:    "in-progress",
			APIVersion:    "v0",
			Direction:     "outbound-dial",
			ParentCallSid: "ae97ba94-d0ed-482f-8f6d-05584ef8aa38",
		},
	}},
	{"incoming_leg_get.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:       "907a70c3-1012-4037-b64c-e4228c38fb29",
			AccountID:     "4021",
			TrunkID:       "90001",
			From:          "+14025550101",
			To:            "+14025550112",
			CallStatus:    "answered",
			APIVersion:    "v0",
			Direction:     "outbound-dial",
			ParentCallSid: "18f135d2-5f55-4203-b018-50c5a38fd547",
		},
	}},
	{"outbound_answered_post.http", 8, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "7f150524-34b9-45df-9e77-69b10f4205b4",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550110",
			To:         "+14025550108",
			CallStatus: "answered",
			APIVersion: "v0",
			Direction:  "outbound-api",
		},
	}},
	{"outbound_human_get.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "c6f87718-6d76-407e-881e-d162ae2eb154",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550110",
			To:         "+14025550108",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "outbound-api",
			AnsweredBy: "human_residence",
		},
	}},
	{"outbound_machine_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "ec66a787-95e7-41d1-b731-af10506bf2ef",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550110",
			To:         "+14025550109",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "outbound-api",
			AnsweredBy: "machine_end_beep",
		},
	}},
	{"redirect_post.http", 10, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "3f98e277-4cbd-47ad-9c90-a9587403e430",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"lang": "en", "menu.digits": "2", "menu.speech": "", "_captcha.digits": "417"},
		},
	}},
	{"redirect_get.http", 11, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "c7a2ea20-b2f1-4c94-ae05-319acb5c7427",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"menu.digits": "1", "do.retry": "0"},
		},
	}},
	{"redirect_shadowed_query_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "4cdd2055-930d-4eaf-94f4-733f3e7d1bfb",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"vars_empty_get.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "57ee05cd-e009-42c7-bebf-f20686734721",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"vars_missing_value_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "9be4bcfc-49b6-4a08-b2e6-cc3ababced20",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"vars_broken_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "830e07bc-1e39-4f10-92bd-4acefaecbd38",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Invalid:    invalid("Vars"),
		},
	}},
	{"vars_unicode_post.http", 9, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "5790f82e-c1d3-4cff-aa3a-f4d46b0a18e8",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"name": "Søren Æ \"Ace\"", "city": "東京"},
		},
	}},
	{"gather_digits_post.http", 19, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "6bf46c69-7d2c-4f82-aeea-cbe226e87555",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"menu.digits": "1", "menu.speech": ""},
			Geo: voxhook.Geo{
				FromCity:    "OMAHA",
				FromState:   "NE",
				FromZip:     "68102",
				FromCountry: "US",
				ToCity:      "LINCOLN",
				ToState:     "NE",
				ToZip:       "68508",
				ToCountry:   "US",
			},
		},
		Digits:        "1",
		FinishedOnKey: "#",
	}},
	{"gather_digits_get.http", 11, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "13deef86-ab10-41d0-b646-e1f40a097c97",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		Digits:        "*0042",
		FinishedOnKey: "#",
	}},
	{"gather_speech_post.http", 10, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "ca02135e-92b1-43f2-8ede-0d7ac3baea9e",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		SpeechResult: `I'd like sales, please — 50% off & more; "today"?`,
		Confidence:   0.9473,
	}},
	{"gather_speech_get.http", 11, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "57124242-5051-41cc-917f-9acae01f5057",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		SpeechResult: "電話を修理してください。",
		Confidence:   1,
	}},
	{"gather_speech_cyrillic_post.http", 11, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "7f26144b-9828-4fcd-99a5-4a7bb1fee08f",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"menu.speech": "Добрый день"},
		},
		SpeechResult: "Добрый день, соедините с отделом продаж",
		Confidence:   0.81,
	}},
	{"gather_speech_emoji_post.http", 10, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "119a72d1-74c9-4f6a-8c01-1cdd9474031b",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		SpeechResult: "thanks 👍🏽 bye",
		Confidence:   0.5,
	}},
	{"gather_empty_post.http", 10, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "451abd81-f1d6-4ed6-97f5-e837d70820fe",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"gather_empty_bare_post.http", 8, &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "10a3d6b2-aa05-411a-b271-5945795e8229",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
	}},
	{"gather_bad_confidence_get.http", 10, &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "4f426dcb-b394-4b36-bb2d-420f0f88080b",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Invalid:    invalid("Confidence"),
		},
		SpeechResult: "help",
	}},
	{"dial_completed_post.http", 16, &voxhook.DialResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "58d5563d-ab2c-431e-a315-128862c33a4f",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"sales.status": "completed"},
		},
		DialCallStatus:    "completed",
		DialCallSid:       "b774eb52-48db-40af-b215-8370d269a9a5",
		DialCallDuration:  183 * time.Second,
		RecordingURL:      "https://media.example.com/recordings/ae658f33-fe3b-490b-93f4-48b3a5aa3c81.wav?sig=a%2Bb&v=1",
		RecordingSid:      "ae658f33-fe3b-490b-93f4-48b3a5aa3c81",
		RecordingDuration: 180 * time.Second,
		DialBridged:       true,
	}},
	{"dial_no_answer_get.http", 12, &voxhook.DialResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "7e62aa0a-1df9-4d78-9c65-39382b0537e6",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		DialCallStatus:   "no-answer",
		DialCallSid:      "5affb229-7631-4992-b0ce-583505c6af07",
		DialCallDuration: 0 * time.Second,
	}},
	{"dial_busy_post.http", 10, &voxhook.DialResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "49952399-c4aa-4ac1-b7dc-76fb0f17a300",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Vars:       voxhook.Vars{"sales.status": "busy"},
		},
		DialCallStatus: "busy",
	}},
	{"dial_hung_up_post.http", 12, &voxhook.DialResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "7f1b103c-df15-42b0-aab4-77d26415479c",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "completed",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		DialCallStatus:   "answered",
		DialCallSid:      "65dc9f50-3f63-4f83-bd05-61e6211c70cf",
		DialCallDuration: 61 * time.Second,
		DialBridged:      true,
	}},
	{"record_post.http", 12, &voxhook.RecordResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "230d977e-e225-4159-8720-771f8ca81811",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		RecordingURL:      "https://media.example.com/recordings/66d22876-72fd-4202-aa96-fb1a14a0f9e7.mp3",
		RecordingSid:      "66d22876-72fd-4202-aa96-fb1a14a0f9e7",
		RecordingDuration: 42 * time.Second,
		Digits:            "#",
	}},
	{"record_hangup_get.http", 12, &voxhook.RecordResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "fc891b4a-6a50-4f4d-b4d6-6a3a47469a4d",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "completed",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		RecordingURL:      "https://media.example.com/recordings/8cdb305f-dd2e-4609-ae36-aab0d1bc52d9.mp3",
		RecordingSid:      "8cdb305f-dd2e-4609-ae36-aab0d1bc52d9",
		RecordingDuration: 7 * time.Second,
		Digits:            "hangup",
	}},
	{"record_bad_duration_post.http", 12, &voxhook.RecordResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "153e7c2a-26a2-40bd-bb12-87fff52ddf5d",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Invalid:    invalid("RecordingDuration"),
		},
		RecordingURL: "https://media.example.com/recordings/616499c9-e25a-4605-aec6-f0245bd86d40.mp3",
		RecordingSid: "616499c9-e25a-4605-aec6-f0245bd86d40",
		Digits:       "1",
	}},
	{"pay_success_post.http", 18, &voxhook.PayResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "a8948c89-3b61-4676-a6bb-7dbd2d1c9af0",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		Result:                  "success",
		PaymentMethod:           "credit-card",
		PaymentCardNumber:       "xxxx-xxxx-xxxx-1111",
		PaymentCardType:         "visa",
		ExpirationDate:          "0931",
		SecurityCode:            "xxx",
		PaymentCardPostalCode:   "68102",
		PaymentToken:            "tok_invented_0001",
		ProfileID:               "profile-0001",
		PaymentConfirmationCode: "CONF-0001",
	}},
	{"pay_failed_get.http", 17, &voxhook.PayResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "d4c28c2e-7c26-447f-8316-909e3bbbe9ea",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		Result:            "payment-connector-error",
		PaymentMethod:     "credit-card",
		PaymentCardNumber: "xxxx-xxxxxx-x0005",
		PaymentCardType:   "amex",
		ExpirationDate:    "0130",
		SecurityCode:      "xxxx",
		PaymentError:      "Card declined.",
		PayErrorCode:      "64009",
		ConnectorError:    "card_declined: try another card",
	}},
	{"pay_ach_post.http", 15, &voxhook.PayResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "482c9cbc-4343-4cc5-aeae-05cf96d0cc5f",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		Result:                  "success",
		PaymentMethod:           "ach-debit",
		BankAccountNumber:       "xxxxxx6789",
		BankRoutingNumber:       "000000000",
		BankAccountType:         "consumer-savings",
		PaymentToken:            "tok_invented_0002",
		PaymentConfirmationCode: "CONF-0002",
	}},
	{"pay_too_many_attempts_post.http", 10, &voxhook.PayResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "88daf401-6b40-43ef-a54b-0c4e010c4759",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		Result:        "too-many-failed-attempts",
		PaymentMethod: "credit-card",
	}},
	{"pay_progress_post.http", 16, &voxhook.PayProgress{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "519088f5-90fb-4d11-9c1c-aaf75e8766ed",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		For:               "payment-card-number",
		ErrorType:         "invalid-card-number",
		Attempt:           2,
		PaymentMethod:     "credit-card",
		PaymentCardNumber: "xxxx-xxxx-xxxx-1112",
		PaymentCardType:   "visa",
		PartialResult:     true,
		Required:          "expiration-date,security-code",
	}},
	{"pay_progress_get.http", 17, &voxhook.PayProgress{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "dbf4a8b2-b0c4-412d-a020-3626f3fe39c0",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		For:                   "security-code",
		Attempt:               1,
		PaymentMethod:         "credit-card",
		PaymentCardNumber:     "xxxx-xxxx-xxxx-1111",
		PaymentCardType:       "mastercard",
		ExpirationDate:        "0931",
		SecurityCode:          "xxx",
		PaymentCardPostalCode: "68102",
	}},
	{"status_completed_post.http", 15, &voxhook.StatusChange{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "74e69a5d-0dd2-4a65-bd62-8881ad1b72db",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "completed",
			APIVersion: "v0",
			Direction:  "outbound-api",
		},
		CallDuration:      95 * time.Second,
		Timestamp:         time.Date(2025, 3, 18, 14, 3, 7, 0, time.UTC),
		SequenceNumber:    3,
		CallbackSource:    "call-progress-events",
		RecordingSid:      "a7abe1c2-9e1a-4ef4-b341-e07a83f73f16",
		RecordingURL:      "https://media.example.com/recordings/a7abe1c2-9e1a-4ef4-b341-e07a83f73f16.wav",
		RecordingDuration: 90 * time.Second,
	}},
	{"status_busy_get.http", 12, &voxhook.StatusChange{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "f3aed0b6-c7ac-4491-9ef8-8334e647cb8f",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "busy",
			APIVersion: "v0",
			Direction:  "outbound-api",
		},
		CallDuration:   0 * time.Second,
		Timestamp:      time.Date(2025, 3, 18, 14, 3, 7, 250_000_000, time.UTC),
		SequenceNumber: 1,
		CallbackSource: "call-progress-events",
	}},
	{"status_failed_post.http", 10, &voxhook.StatusChange{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "8f2c6ec8-cc41-49a3-ae3a-2b7fdfe01893",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "failed",
			APIVersion: "v0",
			Direction:  "outbound-api",
		},
		Timestamp:      time.Date(2025, 3, 18, 14, 3, 7, 0, time.UTC),
		SequenceNumber: 0,
	}},
	{"status_no_answer_bare_post.http", 8, &voxhook.StatusChange{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "64e50cad-6623-4a04-a5e7-e4236472f1a3",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "no-answer",
			APIVersion: "v0",
			Direction:  "outbound-api",
		},
	}},
	{"status_bad_values_post.http", 11, &voxhook.StatusChange{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "66836886-a260-4d0b-bb45-145c1a81682c",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "completed",
			APIVersion: "v0",
			Direction:  "outbound-api",
			Invalid:    invalid("CallDuration", "Timestamp", "SequenceNumber"),
		},
	}},
	{"recording_completed_post.http", 16, &voxhook.Recording{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "1c2442f9-298c-43a5-b0cc-ec313571810a",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "completed",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		RecordingStatus:    "completed",
		RecordingSid:       "fc132d0d-113d-417d-b0cb-c97d0fef7928",
		RecordingURL:       "https://media.example.com/recordings/fc132d0d-113d-417d-b0cb-c97d0fef7928.wav",
		RecordingDuration:  180 * time.Second,
		RecordingChannels:  2,
		RecordingSource:    "DialVerb",
		RecordingStartTime: time.Date(2025, 3, 18, 14, 0, 1, 0, time.UTC),
		RecordingTrack:     "both",
	}},
	{"recording_in_progress_get.http", 14, &voxhook.Recording{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "895fd7b3-26b9-4c7f-9118-bb16000f49c8",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
		},
		RecordingStatus:    "in-progress",
		RecordingSid:       "1a358ca0-0d75-485d-99c9-4309570dc195",
		RecordingChannels:  1,
		RecordingSource:    "RecordVerb",
		RecordingStartTime: time.Date(2025, 3, 18, 14, 0, 1, 0, time.UTC),
		RecordingTrack:     "inbound",
	}},
	{"recording_failed_post.http", 13, &voxhook.Recording{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid:    "353c631c-dfd4-4f37-9200-339d068739fa",
			AccountID:  "4021",
			TrunkID:    "90001",
			From:       "+14025550101",
			To:         "+14025550110",
			CallStatus: "in-progress",
			APIVersion: "v0",
			Direction:  "inbound",
			Invalid:    invalid("RecordingDuration"),
		},
		RecordingStatus: "failed",
		RecordingSid:    "9d1de2a0-5d15-4a2f-b2ee-4e4519f9919c",
		RecordingTrack:  "outbound",
		ErrorCode:       "31221",
	}},
}
