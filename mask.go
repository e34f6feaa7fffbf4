package voxhook

import "github.com/voxhook/voxhook/internal/mask"

// maxMasked is how much of a text is searched for sensitive values. Only the
// beginning of a text gets into a log.
const maxMasked = 4 * maxLoggedStack

// masked returns the beginning of a text with the values of the event's
// sensitive parameters replaced by names, such as [From]. Ev can be nil.
//
// Package redact has the list of sensitive parameters.
func masked(ev Event, text string) string {
	if ev == nil {
		return clip(text, maxMasked)
	}
	return mask.Of(ev, ev.Webhook().Params).Cut(text, maxMasked)
}
