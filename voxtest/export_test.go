package voxtest

// Readings are those of Platforms.
var Readings = readings

// Name returns the name of the subtest.
func (r reading) Name() string { return r.name }

// Option returns what makes a call one of that platform.
func (r reading) Option() Option { return r.option }

// PlayScript plays one of Scripts.
var PlayScript = playScript
