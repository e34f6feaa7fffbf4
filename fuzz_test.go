package voxhook_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var fuzzForms = []string{
	"", "CallSid=1", "CallSid=", "callsid=1", "CallSid=1&CallSid=2", "CallSid=1&CallSid=1", "CallSid=1&AccountID=2&AccountID=3",
	"CallSid=1;x", "CallSid=%zz", "CallSid=%", "&&CallSid=1&&=&a&=b", "CallSid=1&From=+1402&To=++1", "CallSid=1&From=a&From=b",
	"CallSid=1&CallStatus=completed", "CallSid=1&Digits", "CallSid=1&Confidence=NaN&Digits=1", "CallSid=1&DialBridged=maybe",
	"CallSid=1&CallDuration=-1&Timestamp=x&SequenceNumber=1.5", "CallSid=1&RecordingStatus=completed&RecordingChannels=2",
	"CallSid=1&Vars=%7B%22a%22%3A%7B%22b%22%3A%221%22%7D%7D", "CallSid=1&Vars={", "CallSid=1&For=x&Attempt=9", "CallSid=1&Result=y",
	"CallSid=1&From=%3C/Say%3E%3CHangup/%3E&CallerName=%00%FF", benchForm,
}

// fuzzWant returns the expected values of a form, or the expected error.
func fuzzWant(form string) (url.Values, error) {
	values, err := url.ParseQuery(form)
	if len(form) > voxhook.DefaultMaxBodyBytes {
		return nil, voxhook.ErrTooLarge
	}
	n := 0
	for _, v := range values {
		n += len(v)
	}
	differ := func(v []string) bool {
		return slices.ContainsFunc(v, func(s string) bool { return s != v[0] })
	}
	switch {
	case err != nil:
		return nil, voxhook.ErrMalformed
	case n > voxhook.DefaultMaxParams:
		return nil, voxhook.ErrTooLarge
	case differ(values["CallSid"]), differ(values["AccountID"]), differ(values["ParentCallSid"]):
		return nil, voxhook.ErrConflict
	case !isText(values["CallSid"]), !isText(values["AccountID"]), !isText(values["ParentCallSid"]):
		return nil, errAny
	case values.Get("CallSid") == "":
		return nil, voxhook.ErrMissing
	}
	return values, nil
}

// errAny stands for any error that is not a sentinel.
var errAny = errors.New("any error")

func isText(values []string) bool {
	return !slices.ContainsFunc(values, func(s string) bool { return !utf8.ValidString(s) || strings.Contains(s, "\x00") })
}

// FuzzParse sends one form by POST, by chunked POST, by GET and through
// ParseForm. It compares the results with the oracle and with each other.
func FuzzParse(f *testing.F) {
	for _, form := range fuzzForms {
		f.Add(form)
	}
	f.Fuzz(func(t *testing.T, form string) {
		chunked, parsed := whPost("/", ""), whPost("/", form)
		chunked.ContentLength, chunked.Body = -1, io.NopCloser(strings.NewReader(form))
		_ = parsed.ParseForm() // the result is used only if the form is valid
		got, err := voxhook.Parse(whPost("/", form))
		byChunks, chunkedErr := voxhook.Parse(chunked)
		base, baseErr := voxhook.Decode(whPost("/", form))
		if form != "" { // an empty body whose length was announced is a different error
			require.Equal(t, []error{err, err}, []error{baseErr, chunkedErr})
		}
		require.Equal(t, got, byChunks)
		values, want := fuzzWant(form)
		if want != nil {
			require.Nil(t, got)
			require.Nil(t, base)
			if errors.Is(want, voxhook.ErrMalformed) && errors.Is(err, voxhook.ErrTooLarge) {
				return // either error may come first
			}
			if require.Error(t, err); want != errAny {
				require.ErrorIs(t, err, want)
			}
			return
		}
		require.NoError(t, err)
		byGet, err := voxhook.Parse(whGet(form))
		require.NoError(t, err)
		w := got.Webhook()
		require.Equal(t, w.Params, byGet.Webhook().Params)
		require.NotEmpty(t, w.CallSid)
		require.Equal(t, values.Get("CallSid"), w.CallSid)
		require.True(t, isText([]string{w.From, w.To, w.CallerName, w.FromCity, string(w.CallStatus)}))
		require.Equal(t, values, w.Params.Values())
		for _, p := range w.Invalid {
			require.Error(t, p.Err)
			require.Contains(t, values, p.Param)
			require.NoError(t, errors.Unwrap(p.Err))
		}

		// An event has the values that Decode returns, and more.
		require.GreaterOrEqual(t, len(w.Invalid), len(base.Invalid))
		require.True(t, slices.EqualFunc(base.Invalid, w.Invalid[:len(base.Invalid)], func(a, b *voxhook.ParamError) bool { return *a == *b }))
		common := *w
		common.Invalid = base.Invalid
		require.Equal(t, *base, common)

		// If the form was parsed before, only the order of Params is lost.
		byMiddleware, err := voxhook.Parse(parsed)
		require.NoError(t, err)
		m := byMiddleware.Webhook()
		require.Equal(t, values, m.Params.Values())
		require.True(t, slices.IsSortedFunc(m.Params, func(a, b voxhook.Param) int { return strings.Compare(a.Name, b.Name) }))
		require.ElementsMatch(t, w.Invalid, m.Invalid)
		m.Params, m.Invalid = w.Params, w.Invalid
		require.Equal(t, got, byMiddleware)
	})
}

// FuzzQuery reads queries that people wrote, followed by the platform's
// parameters. A valid pair is never lost, and an event never results from two
// different CallSids.
func FuzzQuery(f *testing.F) {
	for _, form := range fuzzForms {
		f.Add("off=50%&list=a;b", form)
		f.Add(form, "CallSid=1&CallStatus=in-progress&Digits=1")
	}
	f.Fuzz(func(t *testing.T, own, form string) {
		query := own + "&" + form
		ev, err := voxhook.Parse(whGet(query))
		var good []voxhook.Param
		ids := map[string]bool{}
		for pair := range strings.SplitSeq(query, "&") {
			values, bad := url.ParseQuery(pair)
			for name, v := range values {
				good = append(good, voxhook.Param{Name: name, Value: v[0]})
				if name == "CallSid" {
					ids[v[0]] = true
				}
			}
			if bad != nil && len(values) > 0 {
				t.Fatalf("url.ParseQuery(%q) returned both a value and an error", pair)
			}
		}
		if err != nil {
			require.Nil(t, ev)
			require.Contains(t, []int{400, 413}, voxhook.StatusCode(err))
			return
		}
		w := ev.Webhook()
		require.True(t, ids[w.CallSid], "CallSid %q is not in the query", w.CallSid)
		require.Len(t, ids, 1)
		for _, p := range w.Params {
			if len(good) > 0 && p == good[0] {
				good = good[1:]
			}
		}
		require.Empty(t, good, "valid pairs must not be lost or reordered")
		for _, p := range w.Invalid {
			_, ok := w.Params.Lookup(p.Param)
			require.True(t, ok, p.Param)
		}

		// On a POST, the same query never causes the body to be refused.
		want, bodyErr := voxhook.Parse(whPost("/", form))
		r := whPost("/", form)
		r.URL.RawQuery = own
		got, err := voxhook.Parse(r)
		require.Equal(t, bodyErr, err)
		if err == nil {
			require.Equal(t, want.Kind(), got.Kind())
			require.Equal(t, want.Webhook().Params, got.Webhook().Params[:len(want.Webhook().Params)])
		}
	})
}

func FuzzServeHTTP(f *testing.F) {
	for i, form := range fuzzForms {
		f.Add("POST", form, "", whForm, byte(i))
		f.Add("POST", "CallSid=1", form, whForm+"; charset=utf-8", byte(i))
		f.Add("GET", "", form, "", byte(i))
	}
	f.Add("PUT", "CallSid=1", "", whForm, byte(0))
	f.Add("HEAD", "", "CallSid=1", "", byte(0))
	f.Add("POST", "{}", "", "application/json", byte(0))
	statuses := []int{200, 204, 400, 405, 413, 415, 501}
	f.Fuzz(func(t *testing.T, method, body, query, contentType string, set byte) {
		ran := 0
		answer := func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
			ran++
			w := ev.Webhook()
			if w.CallSid == "" {
				t.Error("the event has no CallSid")
			}
			if set&1 != 0 {
				return nil, nil
			}
			return voxml.Response{voxml.Say{Text: "x" + w.From}}, nil
		}
		h := &voxhook.Handler{Settings: voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}}
		if set&2 != 0 {
			h.OnEvent = answer
		}
		if set&4 != 0 {
			h.OnIncomingCall = func(ctx context.Context, e *voxhook.IncomingCall) (voxml.Response, error) { return answer(ctx, e) }
		}
		if set&8 != 0 {
			h.OnStatusChange = func(ctx context.Context, e *voxhook.StatusChange) error { _, err := answer(ctx, e); return err }
		}
		r := whPost("/", body)
		r.Method = method
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", contentType)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)

		require.Contains(t, statuses, rec.Code)
		require.LessOrEqual(t, ran, 1)
		if ran == 1 {
			require.Contains(t, []int{200, 204}, rec.Code)
		}
		switch text := rec.Body.String(); rec.Code {
		case http.StatusOK:
			if ran == 0 {
				require.Equal(t, "<Response/>", text, "a notification without a callback must get an empty document")
			}
			require.Equal(t, strconv.Itoa(len(text)), rec.Header().Get("Content-Length"))
			require.Equal(t, "application/xml", rec.Header().Get("Content-Type"))
			var doc struct { // well-formed, with only the text of the callback
				XMLName xml.Name   `xml:"Response"`
				Say     []string   `xml:"Say"`
				Others  []struct{} `xml:",any"`
			}
			require.NoError(t, xml.Unmarshal([]byte(text), &doc), text)
			require.Empty(t, doc.Others)
			require.Equal(t, text == "<Response/>", len(doc.Say) == 0)
		case http.StatusNoContent:
			require.Empty(t, text)
		default:
			require.Equal(t, http.StatusText(rec.Code)+"\n", text)
			require.Equal(t, rec.Code == 405, rec.Header().Get("Allow") == "GET, POST")
		}
		_, bad := fuzzWant(body)
		switch {
		case method != "GET" && method != "POST":
			require.Equal(t, 405, rec.Code)
		case method == "POST" && contentType == whForm && query == "" && bad == nil && set&2 != 0:
			require.Equal(t, 1, ran, "a valid request must run its callback")
		}
	})
}
