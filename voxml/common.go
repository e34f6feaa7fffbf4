package voxml

// A Method is the HTTP method that the platform uses to request a URL.
type Method string

// The methods that the platform supports.
const (
	MethodGET  Method = "GET"
	MethodPOST Method = "POST" // the default
)

// Known reports whether the method is one of the constants of this package.
func (m Method) Known() bool { return m == MethodGET || m == MethodPOST }

// A History selects what the call detail record keeps of a verb or noun.
type History string

// The values of the history attribute.
const (
	HistoryDisable History = "disable" // the default
	HistoryCompact History = "compact"
	HistoryFull    History = "full"
)

// Known reports whether the value is one of the constants of this package.
func (h History) Known() bool {
	return h == HistoryDisable || h == HistoryCompact || h == HistoryFull
}

// An Input says how a caller can answer.
type Input string

// The values of the input attribute of [Gather]. [Pay] accepts InputDTMF only.
const (
	InputDTMF       Input = "dtmf" // keys; the default
	InputSpeech     Input = "speech"
	InputDTMFSpeech Input = "dtmf speech" // keys or speech
)

// Known reports whether the value is one of the constants of this package.
func (i Input) Known() bool {
	return i == InputDTMF || i == InputSpeech || i == InputDTMFSpeech
}
