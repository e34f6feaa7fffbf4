package voxhook_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/matrix"
	"github.com/voxhook/voxhook/voxml"
)

// matrixRequest returns a request of the matrix. On a GET, the URL's own query
// comes first.
func matrixRequest(method string, m matrix.Request) *http.Request {
	if method == http.MethodGet {
		return httptest.NewRequest(method, "/voice?"+strings.TrimPrefix(m.Own+"&"+m.Form(), "&"), nil)
	}
	r := httptest.NewRequest(method, strings.TrimSuffix("/voice?"+m.Own, "?"), strings.NewReader(m.Form()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// matrixReasons says, for each request that some set of callbacks gets wrong,
// why a Handler cannot infer its kind. The request lacks a distinctive name, or
// has the names of another kind.
var matrixReasons = map[string]string{
	"incoming no CallStatus":                          "no callback takes calls, and no parameter says that this is one",
	"incoming in-progress (outbound answered)":        "no callback takes calls, and no parameter says that this is one",
	"redirect in-progress after gather, stale Digits": "identical to the result of a Gather",
	"dial, other names":                               "no known parameter: looks like a call that goes on",
	"dial, other names, recorded":                     "only RecordingUrl: looks like the result of a Record",
	"dial, caller hung up, other names":               "only an ended call: looks like a StatusChange",
	"gather empty":                                    "identical to an incoming call",
	"gather empty + Timestamp":                        "a Timestamp proves nothing while the call goes on: looks like an incoming call",
	"record, T names":                                 "no callback for Record, and a Gather also has Digits",
	"record, other names but Digits":                  "only Digits: looks like the result of a Gather",
	"record, other names":                             "no known parameter: looks like a call that goes on",
	"record, hung up":                                 "no callback for Record, a Gather also has Digits, and an ended call looks like a StatusChange",
	"record + RecordingStatus":                        "RecordingStatus is a name of the notification",
	"status, recorded, T names":                       "no callback for status changes, and a Record also has a recording",
	"status, recorded, no CallDuration":               "an ended call with a recording looks like the result of a Record",
	"recording, T names, call over":                   "no callback for recordings, and a Record also has RecordingUrl",
	"recording, T names, call goes on":                "no callback for recordings, and a Record also has RecordingUrl",
	"recording, no RecordingStatus, call over":        "without RecordingStatus it looks like the result of a Record",
	"recording, no RecordingStatus, call goes on":     "without RecordingStatus it looks like the result of a Record",
	"progress, last, with PaymentMethod only":         "a PayResult also has the card",
}

// TestMatrix prints how often a Handler infers the right kind, and why it fails
// otherwise.
func TestMatrix(t *testing.T) {
	apology := voxml.Response{voxml.Say{Text: "Sorry."}}
	for _, tt := range []struct {
		name     string
		fallback voxml.Response
		most     map[string]int // of each verdict but right
		right    int
	}{
		{"without a Fallback", nil, map[string]int{"wrong": 152, "lost": 24, "foreign": 123, "repeated": 43}, 1194},
		{"with a Fallback", apology, map[string]int{"wrong": 152, "lost": 24, "foreign": 123}, 1237},
	} {
		var tables [2]matrix.Table
		for i, method := range []string{http.MethodPost, http.MethodGet} {
			tables[i] = matrix.Run(matrix.Requests, tt.fallback, func(h *voxhook.Handler, m matrix.Request) int {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, matrixRequest(method, m))
				return w.Code
			})
			t.Logf("%s: %s  %v", tt.name, method, tables[i])
			count := tables[i].Count()
			for _, verdict := range matrix.Verdicts[1:] {
				assert.LessOrEqual(t, count[verdict], tt.most[verdict], "%s %s: %s", tt.name, method, verdict)
			}
			assert.GreaterOrEqual(t, count["right"], tt.right, "%s %s", tt.name, method)
		}
		assert.Equal(t, tables[0], tables[1], "%s: POST and GET", tt.name)

		if tt.fallback == nil {
			continue
		}
		excused := map[string]int{}
		for _, c := range tables[0] {
			if c.Verdict != "right" {
				excused[c.Request.Name]++
			}
		}
		for _, m := range matrix.Requests {
			if n := excused[m.Name]; n > 0 {
				assert.Contains(t, matrixReasons, m.Name)
				t.Logf("%2d of %d not right: %s: %s", n, len(matrix.Sets), m.Name, matrixReasons[m.Name])
			}
		}
		assert.Len(t, matrixReasons, len(excused), "matrixReasons has a request that is always right")
	}
}
