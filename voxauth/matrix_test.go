package voxauth_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/matrix"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// TestMatrix checks that the right callback always runs inside Signed if the
// request has a token. The kind of a request that Entry accepts is guessed, as
// without Signed, but it never runs the callback of a kind that needs a token.
func TestMatrix(t *testing.T) {
	useOf := map[voxhook.Kind]voxml.URLUse{} // without StatusChange: no document names its URL
	for use, kind := range uses {
		if use != voxml.UseNumber {
			useOf[kind] = use
		}
	}
	for _, method := range []string{"POST", "GET"} {
		d := newDoor(t, nil)
		targets := map[string]string{} // by the name of the request
		var with, without, none []matrix.Request
		for _, m := range matrix.Requests {
			if use := useOf[m.Really]; use != 0 {
				var err error
				d.doc, err = everyURL.MapURLs(func(voxml.URLUse, string) (string, error) { return "/matrix?" + m.Own, nil })
				require.NoError(t, err)
				targets[m.Name] = d.urls(t, "c1")[use]
				with = append(with, m)
			}
			if m.Really == voxhook.KindStatusChange || m.Really == voxhook.KindIncomingCall {
				without = append(without, m)
			} else {
				none = append(none, m)
			}
		}
		run := func(requests []matrix.Request, target func(matrix.Request) string) matrix.Table {
			return matrix.Run(requests, voxml.Response{voxml.Say{Text: "Sorry."}}, func(h *voxhook.Handler, m matrix.Request) int {
				s := voxauth.Signed{Next: h, Keys: d.Keys, Entry: d.Entry, ErrorLog: d.ErrorLog}
				return serve(&s, request(method, target(m), m.Form())).Code
			})
		}
		table := run(with, func(m matrix.Request) string { return targets[m.Name] })
		t.Logf("%-4s with a token:     %v", method, table)
		require.Len(t, table, len(with)*len(matrix.Sets))
		for _, c := range table {
			assert.Equal(t, "right", c.Verdict, "%s to %s", c.Request.Name, c.Set)
		}
		table = run(without, func(matrix.Request) string { return "/voice" })
		t.Logf("%-4s through an Entry: %v", method, table)
		for _, c := range table {
			assert.Contains(t, []string{"", "In", "Status", "Event"}, c.Ran, "%s to %s", c.Request.Name, c.Set)
		}
		for _, c := range run(none, func(matrix.Request) string { return "/matrix" }) {
			require.Empty(t, c.Ran)
		}
	}
}
