package voxauth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// BenchmarkSigned compares a Handler with the same Handler inside Signed.
func BenchmarkSigned(b *testing.B) {
	const form = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
		"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE&AnsweredBy=human_residence" +
		"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"
	bare := &voxhook.Handler{OnEvent: func(context.Context, voxhook.Event) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second, Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "For sales, press 1 or say sales. For our opening hours, press 2 or say hours."},
		}}}, nil
	}}
	signed := &voxauth.Signed{Next: bare, Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}}
	for name, app := range map[string]http.Handler{"bare": bare, "signed": signed} {
		b.Run(name, func(b *testing.B) {
			action := urlsOf(b, serve(app, request("POST", "/voice", form)))[voxml.UseGatherAction]
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				app.ServeHTTP(w, request("POST", action, form+"&Digits=1"))
				require.Equal(b, 200, w.Code)
			}
		})
	}
}
