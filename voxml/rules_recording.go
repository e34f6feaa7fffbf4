package voxml

func (k *checker) record(n Record) {
	k.without(n.Method != "" && n.Action == "", "method", "action")
	k.lostRecording("", n.Action, n.RecordingStatusCallback)
	k.recording(n.RecordingStatusCallback, n.RecordingStatusCallbackMethod, n.RecordingStatusCallbackEvent)
}

func (k *checker) dial(n Dial) {
	k.without(n.Method != "" && n.Action == "", "method", "action")
	switch {
	case n.Record == "" || n.Record == DialRecordDoNotRecord:
		const why = "unless record turns recording on: set record"
		k.idle(n.RecordingTrack != "", "recordingTrack", why)
		k.idle(n.RecordingStatusCallback != "", "recordingStatusCallback", why)
	case n.Record.Known():
		k.lostRecording("record", n.Action, n.RecordingStatusCallback)
	}
	k.recording(n.RecordingStatusCallback, n.RecordingStatusCallbackMethod, n.RecordingStatusCallbackEvent)
	k.phone("Number", n.Number)
	k.callerID("callerId", n.CallerID)
}

// lostRecording reports a recording whose URL no webhook will contain.
func (k *checker) lostRecording(attr, action, callback string) {
	if action == "" && callback == "" {
		k.report(ruleLostRecording, attr, "makes a recording that no webhook reports: set recordingStatusCallback or action")
	}
}

func (k *checker) recording(callback string, method Method, events []RecordingStatus) {
	k.without(method != "" && callback == "", "recordingStatusCallbackMethod", "recordingStatusCallback")
	k.without(len(events) > 0 && callback == "", "recordingStatusCallbackEvent", "recordingStatusCallback")
}
