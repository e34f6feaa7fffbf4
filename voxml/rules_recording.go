package voxml

func (k *checker) record(n Record) {
	k.idle(n.Method != "" && n.Action == "", "method", "has no effect without an action")
	k.lostRecording("", n.Action, n.RecordingStatusCallback)
	k.recording(n.RecordingStatusCallback, n.RecordingStatusCallbackMethod, n.RecordingStatusCallbackEvent)
}

func (k *checker) dial(n Dial) {
	k.idle(n.Method != "" && n.Action == "", "method", "has no effect without an action")
	switch {
	case n.Record == "" || n.Record == DialRecordDoNotRecord:
		const why = "has no effect unless record turns recording on"
		k.idle(n.RecordingTrack != "", "recordingTrack", why)
		k.idle(n.RecordingStatusCallback != "", "recordingStatusCallback", why)
	case n.Record.Known():
		k.lostRecording("record", n.Action, n.RecordingStatusCallback)
	}
	k.recording(n.RecordingStatusCallback, n.RecordingStatusCallbackMethod, n.RecordingStatusCallbackEvent)
	k.phone("Number", n.Number)
	k.callerID("callerId", n.CallerID)
}

// lostRecording reports a recording whose URL no request has.
func (k *checker) lostRecording(attr, action, callback string) {
	if action == "" && callback == "" {
		k.report(ruleLostRecording, attr, "makes a recording that no webhook reports: set recordingStatusCallback or action")
	}
}

func (k *checker) recording(callback string, method Method, events []RecordingStatus) {
	const why = "has no effect without a recordingStatusCallback"
	k.idle(method != "" && callback == "", "recordingStatusCallbackMethod", why)
	k.idle(len(events) > 0 && callback == "", "recordingStatusCallbackEvent", why)
}
