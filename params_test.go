package voxhook_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

func TestParams(t *testing.T) {
	p := voxhook.Params{{"b", "1"}, {"a", "3"}, {"b", "2"}, {"a", ""}}
	assert.Equal(t, "2", p.Get("b"))
	assert.Empty(t, p.Get("a"))
	assert.Empty(t, p.Get("B"))
	for name, want := range map[string]bool{"a": true, "b": true, "A": false, "": false} {
		_, ok := p.Lookup(name)
		assert.Equal(t, want, ok, name)
	}
	assert.Equal(t, url.Values{"b": {"1", "2"}, "a": {"3", ""}}, p.Values())

	var none voxhook.Params
	assert.Empty(t, none.Get("a"))
	assert.NotNil(t, none.Values())
	assert.Empty(t, none.Values())
}

func TestParamError(t *testing.T) {
	boom := errors.New("is odd")
	var err error = &voxhook.ParamError{Param: "From", Err: boom}
	assert.EqualError(t, err, "voxhook: parameter From is odd")
	assert.ErrorIs(t, err, boom)
	assert.NotErrorIs(t, err, voxhook.ErrMissing)
	assert.Equal(t, 400, voxhook.StatusCode(err))
}

func TestVars(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 8) + `"1"` + strings.Repeat("}", 8)
	for _, tt := range []struct {
		json string
		want voxhook.Vars
		err  string
	}{
		{``, nil, ""},
		{`{}`, nil, ""},
		{` { } `, nil, ""},
		{`{"a":{}}`, nil, ""},
		{`{"a":null}`, nil, ""},
		{`{"a":"1"}`, voxhook.Vars{"a": "1"}, ""},
		{`{"a":""}`, voxhook.Vars{"a": ""}, ""},
		{`{"menu":{"digits":"1","x":{"y":"2"}}}`, voxhook.Vars{"menu.digits": "1", "menu.x.y": "2"}, ""},
		{`{"menu.digits":"1"}`, voxhook.Vars{"menu.digits": "1"}, ""},
		{`{"menu":{"digits":"1"},"menu.digits":"2"}`, voxhook.Vars{"menu.digits": "2"}, ""},
		{`{"a":"1","a":"2"}`, voxhook.Vars{"a": "2"}, ""},
		{`{"a":"1","a":null,"b":"3"}`, voxhook.Vars{"b": "3"}, ""},
		{`{"n":1.50,"t":true,"l":[1, "b"]}`, voxhook.Vars{"n": "1.50", "t": "true", "l": `[1, "b"]`}, ""},
		{`{"é":"\u00e9\n"}`, voxhook.Vars{"é": "é\n"}, ""},
		{`{"":"1"}`, voxhook.Vars{"": "1"}, ""},
		{deep, voxhook.Vars{"a.a.a.a.a.a.a.a": "1"}, ""},
		{`{"a":` + deep + `}`, nil, "is nested too deep"},
		{`{"b":"1","a":` + deep + `}`, nil, "is nested too deep"},
		{`{"a":{"` + strings.Repeat("b", 254) + `":"1"}}`, voxhook.Vars{"a." + strings.Repeat("b", 254): "1"}, ""},
		{`{"a":{"` + strings.Repeat("b", 255) + `":"1"}}`, nil, "has a name that is too long"},
		{`null`, nil, "is not the JSON text of an object"},
		{`[]`, nil, "is not the JSON text of an object"},
		{`"a"`, nil, "is not the JSON text of an object"},
		{`{`, nil, "is not the JSON text of an object"},
		{`{"a":"1"`, nil, "is not the JSON text of an object"},
		{`{"a":"1",}`, nil, "is not the JSON text of an object"},
		{`{"a"}`, nil, "is not the JSON text of an object"},
		{`{a:"1"}`, nil, "is not the JSON text of an object"},
		{`{"a":"1"} x`, nil, "is not the JSON text of an object"},
		{`{"a":"1"}{}`, nil, "is not the JSON text of an object"},
		{`{"a":'1'}`, nil, "is not the JSON text of an object"},
		{`{"a":{"b":"1"]}`, nil, "is not the JSON text of an object"},
		{`a=1`, nil, "is not the JSON text of an object"},
		{strings.Repeat("[", 20000), nil, "is not the JSON text of an object"},
		{`{"a":` + strings.Repeat("[", 20000), nil, "is not the JSON text of an object"},
	} {
		w, err := voxhook.Decode(whGet("CallSid=1&From=a&Vars=" + url.QueryEscape(tt.json)))
		require.NoError(t, err, "Vars lose no event")
		assert.Equal(t, "a", w.From)
		assert.Equal(t, tt.want, w.Vars, tt.json)
		if tt.err == "" {
			assert.Empty(t, w.Invalid, tt.json)
		} else if assert.Len(t, w.Invalid, 1, tt.json) {
			assert.EqualError(t, w.Invalid[0], "voxhook: parameter Vars "+tt.err, tt.json)
		}
	}
}

func TestUnknownValuesAreKept(t *testing.T) {
	e := whParse(t, whGet("CallSid=1&CallStatus=hold&Direction=up&AnsweredBy=dog&DialCallStatus=lost")).(*voxhook.DialResult)
	assert.Equal(t, voxhook.CallStatus("hold"), e.CallStatus)
	assert.Equal(t, voxhook.Direction("up"), e.Direction)
	assert.Equal(t, voxhook.AnsweredBy("dog"), e.AnsweredBy)
	assert.Equal(t, voxhook.DialStatus("lost"), e.DialCallStatus)
	assert.Empty(t, e.Invalid)
}

func TestGeo(t *testing.T) {
	g := voxhook.Geo{
		FromCity: "a", FromState: "b", FromZip: "c", FromCountry: "d",
		ToCity: "e", ToState: "f", ToZip: "g", ToCountry: "h",
	}
	assert.Equal(t, voxhook.Place{City: "a", State: "b", Zip: "c", Country: "d"}, g.FromPlace())
	assert.Equal(t, voxhook.Place{City: "e", State: "f", Zip: "g", Country: "h"}, g.ToPlace())
	assert.Zero(t, voxhook.Geo{}.FromPlace())
	assert.True(t, voxhook.Place{}.IsZero())
	assert.False(t, g.FromPlace().IsZero())
}

func TestPlaceString(t *testing.T) {
	for _, tt := range []struct {
		place voxhook.Place
		want  string
	}{
		{voxhook.Place{}, ""},
		{voxhook.Place{City: "OMAHA", State: "NE", Zip: "68102", Country: "US"}, "OMAHA, NE 68102, US"},
		{voxhook.Place{City: "OMAHA"}, "OMAHA"},
		{voxhook.Place{State: "NE"}, "NE"},
		{voxhook.Place{Zip: "68102"}, "68102"},
		{voxhook.Place{State: "NE", Country: "US"}, "NE, US"},
		{voxhook.Place{City: "OMAHA", Zip: "68102"}, "OMAHA, 68102"},
		{voxhook.Place{City: "OMAHA", Country: "US"}, "OMAHA, US"},
	} {
		assert.Equal(t, tt.want, tt.place.String())
	}
}
