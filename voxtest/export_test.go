package voxtest

// Readings are the ways in which Platforms runs a test.
var Readings = readings

// Name returns the name of the subtest.
func (r reading) Name() string { return r.name }

// Option returns the option that makes a call use that platform.
func (r reading) Option() Option { return r.option }

// PlayScript plays a single script.
var PlayScript = playScript
