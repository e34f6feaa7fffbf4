package voxhook_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

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

func TestGeo(t *testing.T) {
	g := voxhook.Geo{FromCity: "a", FromState: "b", FromZip: "c", FromCountry: "d", ToCity: "e", ToState: "f", ToZip: "g", ToCountry: "h"}
	assert.Equal(t, voxhook.Place{City: "a", State: "b", Zip: "c", Country: "d"}, g.FromPlace())
	assert.Equal(t, voxhook.Place{City: "e", State: "f", Zip: "g", Country: "h"}, g.ToPlace())
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
