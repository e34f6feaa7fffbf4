package voxauth_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/matrix"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// TestMatrix prints how often the right callback runs inside Signed: always,
// with a token. Requests without one, which are let in by Entry, are guessed as
// without Signed, but none of them runs the callback of another kind.
func TestMatrix(t *testing.T) {
	apology := voxml.Response{voxml.Say{Text: "Sorry."}}
	isEntry := func(m matrix.Request) bool {
		return m.Really == voxhook.KindStatusChange || m.Really == voxhook.KindIncomingCall
	}
	noToken := func(m matrix.Request) bool { return m.Really == voxhook.KindStatusChange } // no document names its URL
	for _, method := range []string{"POST", "GET"} {
		d := newDoor(t, nil)
		targets := map[string]string{} // by the name of the request
		for _, m := range matrix.Requests {
			if noToken(m) {
				continue
			}
			d.doc = documentFor(t, m.Really, "/matrix?"+m.Own)
			for _, url := range d.urls(t, "c1") {
				targets[m.Name] = url
			}
		}
		serveTo := func(target func(matrix.Request) string) func(*voxhook.Handler, matrix.Request) int {
			return func(h *voxhook.Handler, m matrix.Request) int {
				s := voxauth.Signed{Next: h, Keys: d.Keys, Entry: d.Entry, ErrorLog: d.ErrorLog}
				return send(&s, method, target(m), m.Form())
			}
		}

		with := slices.DeleteFunc(slices.Clone(matrix.Requests), noToken)
		table := matrix.Run(with, apology, serveTo(func(m matrix.Request) string { return targets[m.Name] }))
		t.Logf("%-4s with a token:     %v", method, table)
		require.Len(t, table, len(with)*len(matrix.Sets))
		for _, c := range table {
			assert.Equal(t, "right", c.Verdict, "%s to %s", c.Request.Name, c.Set)
		}

		without := slices.DeleteFunc(slices.Clone(matrix.Requests), func(m matrix.Request) bool { return !isEntry(m) })
		table = matrix.Run(without, apology, serveTo(func(matrix.Request) string { return "/voice" }))
		t.Logf("%-4s let in by Entry:  %v", method, table)
		for _, c := range table {
			assert.Contains(t, []string{"", "In", "Status", "Event"}, c.Ran, "%s to %s", c.Request.Name, c.Set)
		}

		none := slices.DeleteFunc(slices.Clone(matrix.Requests), isEntry)
		for _, c := range matrix.Run(none, apology, serveTo(func(matrix.Request) string { return "/matrix" })) {
			require.Empty(t, c.Ran)
		}
	}
}

// documentFor returns a document with one URL, at which events of a kind arrive.
func documentFor(t *testing.T, kind voxhook.Kind, url string) voxml.Response {
	t.Helper()
	doc, err := everyURL.MapURLs(func(use voxml.URLUse, _ string) (string, error) {
		if uses[use] == kind && use != voxml.UseNumber {
			return url, nil
		}
		return "", nil
	})
	require.NoError(t, err)
	return slices.DeleteFunc(doc, func(v voxml.Verb) bool {
		redirect, ok := v.(voxml.Redirect)
		return ok && redirect.URL == "" // which does not encode
	})
}
