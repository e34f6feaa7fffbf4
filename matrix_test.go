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

// matrixRequest returns a request of the matrix. On a GET the own query comes
// first.
func matrixRequest(method string, m matrix.Request) *http.Request {
	if method == http.MethodGet {
		return httptest.NewRequest(method, "/voice?"+strings.TrimPrefix(m.Own+"&"+m.Form(), "&"), nil)
	}
	r := httptest.NewRequest(method, strings.TrimSuffix("/voice?"+m.Own, "?"), strings.NewReader(m.Form()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// matrixReasons says, for each request that some set of callbacks gets wrong,
// why a Handler cannot know better. Names of the documented family that a
// platform does not use, and results without a name of their own, look like
// another request.
var matrixReasons = map[string]string{
	"incoming no CallStatus":                          "nobody takes calls here, and nothing says that it is one",
	"incoming in-progress (outbound answered)":        "nobody takes calls here, and nothing says that it is one",
	"redirect in-progress after gather, stale Digits": "it is byte for byte the result of a Gather",
	"dial, other names":                               "no parameter of the documented family: it looks like a call that goes on",
	"dial, other names, recorded":                     "RecordingUrl is all that it has: it looks like the result of a Record",
	"dial, caller hung up, other names":               "a call that has ended and nothing else: it looks like a StatusChange",
	"gather empty":                                    "it is byte for byte an incoming call",
	"gather empty + Timestamp":                        "a Timestamp in a call that goes on says nothing: it looks like an incoming call",
	"record, T names":                                 "no callback for records: Digits are those of a Gather too",
	"record, other names but Digits":                  "Digits alone are those of a Gather",
	"record, other names":                             "no parameter of the documented family: it looks like a call that goes on",
	"record, hung up":                                 "no callback for records: Digits are those of a Gather too, an ended call looks like a StatusChange",
	"record + RecordingStatus":                        "RecordingStatus is the name of the notification",
	"status, recorded, T names":                       "no callback for statuses: the recording is that of a Record too",
	"status, recorded, no CallDuration":               "the recording of an ended call is that of a Record",
	"recording, T names, call over":                   "no callback for recordings: RecordingUrl is that of a Record too",
	"recording, T names, call goes on":                "no callback for recordings: RecordingUrl is that of a Record too",
	"recording, no RecordingStatus, call over":        "without RecordingStatus it is the result of a Record",
	"recording, no RecordingStatus, call goes on":     "without RecordingStatus it is the result of a Record",
	"progress, last, with PaymentMethod only":         "the card is that of a PayResult",
}

// TestMatrix prints how often a Handler guesses right, and why not more often.
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
		assert.Len(t, matrixReasons, len(excused), "reasons for requests that are always right")
	}
}
