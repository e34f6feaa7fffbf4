package voxhook

// Forget clears what a literal does not have: the parameters as they came.
func (w *VoiceWebhook) Forget() { w.Params, w.Invalid, w.Sent = nil, nil, 0 }
