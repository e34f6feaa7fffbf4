package voxhook

import "github.com/voxhook/voxhook/internal/mask"

// masked returns a text, or the beginning of a long one, with the values of the
// event's sensitive parameters replaced by names, such as [From]. Ev can be
// nil. Package redact has the list of sensitive parameters.
func masked(ev Event, text string) string {
	if ev == nil {
		return text
	}
	return mask.Of(ev, ev.Webhook().Params).Text(text)
}
