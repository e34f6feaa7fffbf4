package voxml_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// attributes has a row for each attribute of each element, and for the text
// of those that have one: "#text".
var attributes = []struct {
	section, element, attribute string
	doc                         voxml.Response
	want                        string
}{
	{"4 Answer", "Answer", "history",
		voxml.Response{voxml.Answer{History: voxml.HistoryDisable}},
		`<Response><Answer history="disable"/></Response>`},
	{"4 Answer", "Answer", "history",
		voxml.Response{voxml.Answer{History: voxml.HistoryCompact}},
		`<Response><Answer history="compact"/></Response>`},
	{"4 Answer", "Answer", "history",
		voxml.Response{voxml.Answer{History: voxml.HistoryFull}},
		`<Response><Answer history="full"/></Response>`},
	{"4 Connect", "Connect", "history",
		voxml.Response{voxml.Connect{Flow: voxml.Flow{ID: "f"}, History: voxml.HistoryFull}},
		`<Response><Connect history="full"><Flow>f</Flow></Connect></Response>`},
	{"4 Connect", "Flow", "resume",
		voxml.Response{voxml.Connect{Flow: voxml.Flow{ID: "f", Resume: true}}},
		`<Response><Connect><Flow resume="true">f</Flow></Connect></Response>`},
	{"4 Connect", "Flow", "history",
		voxml.Response{voxml.Connect{Flow: voxml.Flow{ID: "f", History: voxml.HistoryFull}}},
		`<Response><Connect><Flow history="full">f</Flow></Connect></Response>`},
	{"4 Connect", "Flow", "#text",
		voxml.Response{voxml.Connect{Flow: voxml.Flow{ID: "5f3b"}}},
		`<Response><Connect><Flow>5f3b</Flow></Connect></Response>`},
	{"4 Dial", "Dial", "action",
		voxml.Response{voxml.Dial{Number: "1", Action: "/dialed"}},
		`<Response><Dial action="/dialed">1</Dial></Response>`},
	{"4 Dial", "Dial", "answerOnBridge",
		voxml.Response{voxml.Dial{Number: "1", AnswerOnBridge: true}},
		`<Response><Dial answerOnBridge="true">1</Dial></Response>`},
	{"4 Dial", "Dial", "callerId",
		voxml.Response{voxml.Dial{Number: "1", CallerID: "+14025550100"}},
		`<Response><Dial callerId="+14025550100">1</Dial></Response>`},
	{"4 Dial", "Dial", "hangupOnStar",
		voxml.Response{voxml.Dial{Number: "1", HangupOnStar: true}},
		`<Response><Dial hangupOnStar="true">1</Dial></Response>`},
	{"4 Dial", "Dial", "method",
		voxml.Response{voxml.Dial{Number: "1", Method: voxml.MethodGET}},
		`<Response><Dial method="GET">1</Dial></Response>`},
	{"4 Dial", "Dial", "output",
		voxml.Response{voxml.Dial{Number: "1", Output: "dial"}},
		`<Response><Dial output="dial">1</Dial></Response>`},
	{"4 Dial", "Dial", "ringTone",
		voxml.Response{voxml.Dial{Number: "1", RingTone: voxml.RingToneDE}},
		`<Response><Dial ringTone="de">1</Dial></Response>`},
	{"4 Dial", "Dial", "timeout",
		voxml.Response{voxml.Dial{Number: "1", Timeout: 20 * time.Second}},
		`<Response><Dial timeout="20">1</Dial></Response>`},
	{"4 Dial", "Dial", "timeLimit",
		voxml.Response{voxml.Dial{Number: "1", TimeLimit: 2 * time.Hour}},
		`<Response><Dial timeLimit="7200">1</Dial></Response>`},
	{"4 Dial", "Dial", "record",
		voxml.Response{voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswerDual}},
		`<Response><Dial record="record-from-answer-dual">1</Dial></Response>`},
	{"4 Dial", "Dial", "recordingTrack",
		voxml.Response{voxml.Dial{Number: "1", RecordingTrack: voxml.RecordingTrackInbound}},
		`<Response><Dial recordingTrack="inbound">1</Dial></Response>`},
	{"4 Dial", "Dial", "recordingStatusCallback",
		voxml.Response{voxml.Dial{Number: "1", RecordingStatusCallback: "/rec"}},
		`<Response><Dial recordingStatusCallback="/rec">1</Dial></Response>`},
	{"4 Dial", "Dial", "recordingStatusCallbackMethod",
		voxml.Response{voxml.Dial{Number: "1", RecordingStatusCallbackMethod: voxml.MethodGET}},
		`<Response><Dial recordingStatusCallbackMethod="GET">1</Dial></Response>`},
	{"4 Dial", "Dial", "recordingStatusCallbackEvent",
		voxml.Response{voxml.Dial{Number: "1", RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed}}},
		`<Response><Dial recordingStatusCallbackEvent="failed">1</Dial></Response>`},
	{"4 Dial", "Dial", "recordingStatusCallbackEvent",
		voxml.Response{voxml.Dial{Number: "1", RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusInProgress, voxml.RecordingStatusCompleted}}},
		`<Response><Dial recordingStatusCallbackEvent="in-progress completed">1</Dial></Response>`},
	{"4 Dial", "Dial", "history",
		voxml.Response{voxml.Dial{Number: "1", History: voxml.HistoryFull}},
		`<Response><Dial history="full">1</Dial></Response>`},
	{"4 Dial", "Dial", "#text",
		voxml.Response{voxml.Dial{Number: "+14025550100"}},
		`<Response><Dial>+14025550100</Dial></Response>`},
	{"4 Dial", "Number", "sendDigits",
		voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1", SendDigits: "1w2"}}}},
		`<Response><Dial><Number sendDigits="1w2">1</Number></Dial></Response>`},
	{"4 Dial", "Number", "url",
		voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1", URL: "/whisper"}}}},
		`<Response><Dial><Number url="/whisper">1</Number></Dial></Response>`},
	{"4 Dial", "Number", "method",
		voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1", Method: voxml.MethodGET}}}},
		`<Response><Dial><Number method="GET">1</Number></Dial></Response>`},
	{"4 Dial", "Number", "#text",
		voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550100"}}}},
		`<Response><Dial><Number>+14025550100</Number></Dial></Response>`},
	{"4 Gather", "Gather", "action",
		voxml.Response{voxml.Gather{Action: "/menu"}},
		`<Response><Gather action="/menu"/></Response>`},
	{"4 Gather", "Gather", "actionOnEmptyResult",
		voxml.Response{voxml.Gather{ActionOnEmptyResult: true}},
		`<Response><Gather actionOnEmptyResult="true"/></Response>`},
	{"4 Gather", "Gather", "finishOnKey",
		voxml.Response{voxml.Gather{FinishOnKey: "*"}},
		`<Response><Gather finishOnKey="*"/></Response>`},
	{"4 Gather", "Gather", "finishOnKey",
		voxml.Response{voxml.Gather{FinishOnKey: voxml.NoKey}},
		`<Response><Gather finishOnKey=""/></Response>`},
	{"4 Gather", "Gather", "input",
		voxml.Response{voxml.Gather{Input: voxml.InputSpeech}},
		`<Response><Gather input="speech"/></Response>`},
	{"4 Gather", "Gather", "input",
		voxml.Response{voxml.Gather{Input: voxml.InputDTMFSpeech}},
		`<Response><Gather input="dtmf speech"/></Response>`},
	{"4 Gather", "Gather", "language",
		voxml.Response{voxml.Gather{Language: "fr-CA"}},
		`<Response><Gather language="fr-CA"/></Response>`},
	{"4 Gather", "Gather", "method",
		voxml.Response{voxml.Gather{Method: voxml.MethodPOST}},
		`<Response><Gather method="POST"/></Response>`},
	{"4 Gather", "Gather", "numDigits",
		voxml.Response{voxml.Gather{NumDigits: 4}},
		`<Response><Gather numDigits="4"/></Response>`},
	{"4 Gather", "Gather", "output",
		voxml.Response{voxml.Gather{Output: "menu"}},
		`<Response><Gather output="menu"/></Response>`},
	{"4 Gather", "Gather", "profanityFilter",
		voxml.Response{voxml.Gather{ProfanityFilter: true}},
		`<Response><Gather profanityFilter="true"/></Response>`},
	{"4 Gather", "Gather", "speechTimeout",
		voxml.Response{voxml.Gather{SpeechTimeout: 3 * time.Second}},
		`<Response><Gather speechTimeout="3"/></Response>`},
	{"4 Gather", "Gather", "speechTimeout",
		voxml.Response{voxml.Gather{SpeechTimeout: voxml.Auto}},
		`<Response><Gather speechTimeout="auto"/></Response>`},
	{"4 Gather", "Gather", "timeout",
		voxml.Response{voxml.Gather{Timeout: time.Minute}},
		`<Response><Gather timeout="60"/></Response>`},
	{"4 Gather", "Gather", "history",
		voxml.Response{voxml.Gather{History: voxml.HistoryFull}},
		`<Response><Gather history="full"/></Response>`},
	{"4 Answer", "Hangup", "history",
		voxml.Response{voxml.Hangup{History: voxml.HistoryFull}},
		`<Response><Hangup history="full"/></Response>`},
	{"4 Pause", "Pause", "length",
		voxml.Response{voxml.Pause{Length: 60 * time.Second}},
		`<Response><Pause length="60"/></Response>`},
	{"4 Pause", "Pause", "history",
		voxml.Response{voxml.Pause{History: voxml.HistoryFull}},
		`<Response><Pause history="full"/></Response>`},
	{"4 Pay", "Pay", "action",
		voxml.Response{voxml.Pay{Action: "/paid"}},
		`<Response><Pay action="/paid"/></Response>`},
	{"4 Pay", "Pay", "method",
		voxml.Response{voxml.Pay{Method: voxml.MethodPOST}},
		`<Response><Pay method="POST"/></Response>`},
	{"4 Pay", "Pay", "bankAccountType",
		voxml.Response{voxml.Pay{BankAccountType: voxml.BankAccountTypeCommercialChecking}},
		`<Response><Pay bankAccountType="commercial-checking"/></Response>`},
	{"4 Pay", "Pay", "chargeAmount",
		voxml.Response{voxml.Pay{ChargeAmount: "9.50"}},
		`<Response><Pay chargeAmount="9.50"/></Response>`},
	{"4 Pay", "Pay", "chargeAmount",
		voxml.Response{voxml.Pay{ChargeAmount: "0"}},
		`<Response><Pay chargeAmount="0"/></Response>`},
	{"4 Pay", "Pay", "currency",
		voxml.Response{voxml.Pay{Currency: voxml.USD}},
		`<Response><Pay currency="usd"/></Response>`},
	{"4 Pay", "Pay", "description",
		voxml.Response{voxml.Pay{Description: "Water, July"}},
		`<Response><Pay description="Water, July"/></Response>`},
	{"4 Pay", "Pay", "input",
		voxml.Response{voxml.Pay{Input: voxml.InputDTMF}},
		`<Response><Pay input="dtmf"/></Response>`},
	{"4 Pay", "Pay", "language",
		voxml.Response{voxml.Pay{Language: "es-MX"}},
		`<Response><Pay language="es-MX"/></Response>`},
	{"4 Pay", "Pay", "maxAttempts",
		voxml.Response{voxml.Pay{MaxAttempts: 3}},
		`<Response><Pay maxAttempts="3"/></Response>`},
	{"4 Pay", "Pay", "minPostalCodeLength",
		voxml.Response{voxml.Pay{MinPostalCodeLength: 5}},
		`<Response><Pay minPostalCodeLength="5"/></Response>`},
	{"4 Pay", "Pay", "output",
		voxml.Response{voxml.Pay{Output: "pay"}},
		`<Response><Pay output="pay"/></Response>`},
	{"4 Pay", "Pay", "paymentConnector",
		voxml.Response{voxml.Pay{PaymentConnector: "Stripe"}},
		`<Response><Pay paymentConnector="Stripe"/></Response>`},
	{"4 Pay", "Pay", "paymentMethod",
		voxml.Response{voxml.Pay{PaymentMethod: voxml.PaymentMethodACHDebit}},
		`<Response><Pay paymentMethod="ach-debit"/></Response>`},
	{"4 Pay", "Pay", "postalCode",
		voxml.Response{voxml.Pay{NoPostalCode: true}},
		`<Response><Pay postalCode="false"/></Response>`},
	{"4 Pay", "Pay", "securityCode",
		voxml.Response{voxml.Pay{NoSecurityCode: true}},
		`<Response><Pay securityCode="false"/></Response>`},
	{"4 Pay", "Pay", "statusCallback",
		voxml.Response{voxml.Pay{StatusCallback: "/progress"}},
		`<Response><Pay statusCallback="/progress"/></Response>`},
	{"4 Pay", "Pay", "statusCallbackMethod",
		voxml.Response{voxml.Pay{StatusCallbackMethod: voxml.MethodGET}},
		`<Response><Pay statusCallbackMethod="GET"/></Response>`},
	{"4 Pay", "Pay", "timeout",
		voxml.Response{voxml.Pay{Timeout: 8 * time.Second}},
		`<Response><Pay timeout="8"/></Response>`},
	{"4 Pay", "Pay", "tokenType",
		voxml.Response{voxml.Pay{TokenType: voxml.TokenTypeOneTime}},
		`<Response><Pay tokenType="one-time"/></Response>`},
	{"4 Pay", "Pay", "validCardTypes",
		voxml.Response{voxml.Pay{ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa}}},
		`<Response><Pay validCardTypes="visa"/></Response>`},
	{"4 Pay", "Pay", "validCardTypes",
		voxml.Response{voxml.Pay{ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeDinersClub, voxml.CardTypeJCB}}},
		`<Response><Pay validCardTypes="visa diners-club jcb"/></Response>`},
	{"4 Pay", "Pay", "history",
		voxml.Response{voxml.Pay{History: voxml.HistoryFull}},
		`<Response><Pay history="full"/></Response>`},
	{"4 Pay", "Prompt", "for",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForSecurityCode}}}},
		`<Response><Pay><Prompt for="security-code"/></Pay></Response>`},
	{"4 Pay", "Prompt", "attempt",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, Attempt: []int{3}}}}},
		`<Response><Pay><Prompt for="postal-code" attempt="3"/></Pay></Response>`},
	{"4 Pay", "Prompt", "attempt",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, Attempt: []int{1, 2, 3}}}}},
		`<Response><Pay><Prompt for="postal-code" attempt="1 2 3"/></Pay></Response>`},
	{"4 Pay", "Prompt", "cardType",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, CardType: []voxml.CardType{voxml.CardTypeAmex, voxml.CardTypeVisa}}}}},
		`<Response><Pay><Prompt for="postal-code" cardType="amex visa"/></Pay></Response>`},
	{"4 Pay", "Prompt", "errorType",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInputTimeout, voxml.ErrorTypeInvalidDate}}}}},
		`<Response><Pay><Prompt for="postal-code" errorType="input-timeout invalid-date"/></Pay></Response>`},
	{"4 Pay", "Prompt", "requireMatchingInputs",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, RequireMatchingInputs: true}}}},
		`<Response><Pay><Prompt for="postal-code" requireMatchingInputs="true"/></Pay></Response>`},
	{"4 Pay", "Prompt", "history",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, History: voxml.HistoryFull}}}},
		`<Response><Pay><Prompt for="postal-code" history="full"/></Pay></Response>`},
	{"4 Pay", "Parameter", "name",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Parameter{Name: "order"}}}},
		`<Response><Pay><Parameter name="order" value=""/></Pay></Response>`},
	{"4 Pay", "Parameter", "value",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Parameter{Name: "order", Value: "17"}}}},
		`<Response><Pay><Parameter name="order" value="17"/></Pay></Response>`},
	{"4 Pay", "Parameter", "history",
		voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{voxml.Parameter{Name: "order", History: voxml.HistoryFull}}}},
		`<Response><Pay><Parameter name="order" value="" history="full"/></Pay></Response>`},
	{"4 Play", "Play", "loop",
		voxml.Response{voxml.Play{URL: "a.mp3", Loop: 2}},
		`<Response><Play loop="2">a.mp3</Play></Response>`},
	{"4 Play", "Play", "history",
		voxml.Response{voxml.Play{URL: "a.mp3", History: voxml.HistoryFull}},
		`<Response><Play history="full">a.mp3</Play></Response>`},
	{"4 Play", "Play", "digits",
		voxml.Response{voxml.Play{Digits: "1w2"}},
		`<Response><Play digits="1w2"/></Response>`},
	{"4 Play", "Play", "#text",
		voxml.Response{voxml.Play{URL: "https://example.com/a.mp3"}},
		`<Response><Play>https://example.com/a.mp3</Play></Response>`},
	{"4 Record", "Record", "action",
		voxml.Response{voxml.Record{Action: "/recorded"}},
		`<Response><Record action="/recorded"/></Response>`},
	{"4 Record", "Record", "method",
		voxml.Response{voxml.Record{Method: voxml.MethodGET}},
		`<Response><Record method="GET"/></Response>`},
	{"4 Record", "Record", "timeout",
		voxml.Response{voxml.Record{Timeout: 10 * time.Second}},
		`<Response><Record timeout="10"/></Response>`},
	{"4 Record", "Record", "timeout",
		voxml.Response{voxml.Record{Timeout: voxml.Never}},
		`<Response><Record timeout="0"/></Response>`},
	{"4 Record", "Record", "finishOnKey",
		voxml.Response{voxml.Record{FinishOnKey: "#*0"}},
		`<Response><Record finishOnKey="#*0"/></Response>`},
	{"4 Record", "Record", "finishOnKey",
		voxml.Response{voxml.Record{FinishOnKey: voxml.NoKey}},
		`<Response><Record finishOnKey=""/></Response>`},
	{"4 Record", "Record", "maxLength",
		voxml.Response{voxml.Record{MaxLength: 4 * time.Hour}},
		`<Response><Record maxLength="14400"/></Response>`},
	{"4 Record", "Record", "playBeep",
		voxml.Response{voxml.Record{NoBeep: true}},
		`<Response><Record playBeep="false"/></Response>`},
	{"4 Record", "Record", "recordingStatusCallback",
		voxml.Response{voxml.Record{RecordingStatusCallback: "/rec"}},
		`<Response><Record recordingStatusCallback="/rec"/></Response>`},
	{"4 Record", "Record", "recordingStatusCallbackMethod",
		voxml.Response{voxml.Record{RecordingStatusCallbackMethod: voxml.MethodGET}},
		`<Response><Record recordingStatusCallbackMethod="GET"/></Response>`},
	{"4 Record", "Record", "recordingStatusCallbackEvent",
		voxml.Response{voxml.Record{RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed}}},
		`<Response><Record recordingStatusCallbackEvent="failed"/></Response>`},
	{"4 Record", "Record", "recordingStatusCallbackEvent",
		voxml.Response{voxml.Record{RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusInProgress, voxml.RecordingStatusCompleted}}},
		`<Response><Record recordingStatusCallbackEvent="in-progress completed"/></Response>`},
	{"4 Record", "Record", "history",
		voxml.Response{voxml.Record{History: voxml.HistoryFull}},
		`<Response><Record history="full"/></Response>`},
	{"4 Redirect", "Redirect", "method",
		voxml.Response{voxml.Redirect{URL: "/next", Method: voxml.MethodGET}},
		`<Response><Redirect method="GET">/next</Redirect></Response>`},
	{"4 Redirect", "Redirect", "history",
		voxml.Response{voxml.Redirect{URL: "/next", History: voxml.HistoryFull}},
		`<Response><Redirect history="full">/next</Redirect></Response>`},
	{"4 Redirect", "Redirect", "#text",
		voxml.Response{voxml.Redirect{URL: "../next?a=1&b=2"}},
		`<Response><Redirect>../next?a=1&amp;b=2</Redirect></Response>`},
	{"4 Reject", "Reject", "reason",
		voxml.Response{voxml.Reject{Reason: voxml.RejectReasonRejected}},
		`<Response><Reject reason="rejected"/></Response>`},
	{"4 Reject", "Reject", "reason",
		voxml.Response{voxml.Reject{Reason: voxml.RejectReasonBusy}},
		`<Response><Reject reason="busy"/></Response>`},
	{"4 Reject", "Reject", "history",
		voxml.Response{voxml.Reject{History: voxml.HistoryFull}},
		`<Response><Reject history="full"/></Response>`},
	{"4 Say", "Say", "voice",
		voxml.Response{voxml.Say{Text: "Hi", Voice: "Polly.Marlene"}},
		`<Response><Say voice="Polly.Marlene">Hi</Say></Response>`},
	{"4 Say", "Say", "language",
		voxml.Response{voxml.Say{Text: "Hi", Language: "de-DE"}},
		`<Response><Say language="de-DE">Hi</Say></Response>`},
	{"4 Say", "Say", "loop",
		voxml.Response{voxml.Say{Text: "Hi", Loop: 3}},
		`<Response><Say loop="3">Hi</Say></Response>`},
	{"4 Say", "Say", "history",
		voxml.Response{voxml.Say{Text: "Hi", History: voxml.HistoryFull}},
		`<Response><Say history="full">Hi</Say></Response>`},
	{"4 Say", "Say", "#text",
		voxml.Response{voxml.Say{Text: "Good morning."}},
		`<Response><Say>Good morning.</Say></Response>`},
	{"4 Say", "Say", "#text",
		voxml.Response{voxml.Say{SSML: ssml.Speech{ssml.Text("Good"), ssml.Break{}, ssml.Text("morning.")}}},
		`<Response><Say>Good<break/>morning.</Say></Response>`},
	{"4 Set", "Set", "output",
		voxml.Response{voxml.Set{Output: "lang"}},
		`<Response><Set output="lang"/></Response>`},
	{"4 Set", "Set", "#text",
		voxml.Response{voxml.Set{Output: "lang", Value: "fr"}},
		`<Response><Set output="lang">fr</Set></Response>`},
	{"4 Set", "Set", "history",
		voxml.Response{voxml.Set{Output: "lang", History: voxml.HistoryFull}},
		`<Response><Set output="lang" history="full"/></Response>`},
	{"4 Set", "Unset", "output",
		voxml.Response{voxml.Unset{Output: "lang"}},
		`<Response><Unset output="lang"/></Response>`},
	{"4 Set", "Unset", "history",
		voxml.Response{voxml.Unset{Output: "lang", History: voxml.HistoryFull}},
		`<Response><Unset output="lang" history="full"/></Response>`},
	{"4 If", "If", "expression",
		voxml.Response{voxml.If{Expression: voxml.RawExpr(`${a}=="1"`)}},
		`<Response><If expression="${a}==&quot;1&quot;"/></Response>`},
	{"4 If", "Do", "expression",
		voxml.Response{voxml.Do{Expression: voxml.RawExpr(`${a}!="1"`)}},
		`<Response><Do expression="${a}!=&quot;1&quot;"/></Response>`},
	{"4 If", "Do", "maxLoops",
		voxml.Response{voxml.Do{Expression: voxml.RawExpr("1==1"), MaxLoops: 3}},
		`<Response><Do expression="1==1" maxLoops="3"/></Response>`},
}

func TestAttributes(t *testing.T) {
	for _, tt := range attributes {
		t.Run(tt.section+" "+tt.element+" "+tt.attribute, func(t *testing.T) {
			assert.Equal(t, tt.want, encode(t, tt.doc))
		})
	}
}

// TestAttributesComplete holds the rows of attributes and the list of the
// documentation against each other.
func TestAttributesComplete(t *testing.T) {
	type pair struct{ element, attribute string }
	documented := map[pair]bool{}
	for element, names := range listed(t) {
		for _, name := range names {
			documented[pair{element, name}] = true
		}
	}
	rows := map[pair]bool{}
	for _, tt := range attributes {
		p := pair{tt.element, tt.attribute}
		rows[p] = true
		assert.True(t, documented[p], "%v is not in testdata/attributes.txt", p)

		root, err := parse([]byte(tt.want))
		require.NoError(t, err)
		element := root.find(tt.element)
		require.NotNil(t, element, "%v: the row is about another element", p)
		if tt.attribute == "#text" {
			assert.NotEmpty(t, element.text, "%v", p)
		} else {
			assert.Contains(t, element.attrNames(), tt.attribute, "%v: the row is about another attribute", p)
		}
	}
	for p := range documented {
		assert.True(t, rows[p], "%v has no row", p)
	}
}

// listed reads testdata/attributes.txt: the attributes of each element in the
// order of the documentation.
func listed(t testing.TB) map[string][]string {
	t.Helper()
	b, err := os.ReadFile("testdata/attributes.txt")
	require.NoError(t, err)
	m := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		require.NotContains(t, m, words[0], "listed twice")
		m[words[0]] = words[1:]
	}
	return m
}

// elements has each type that represents an element of the documentation.
var elements = []struct {
	name    string
	content []string   // fields that are not attributes
	base    voxml.Node // what is required and no more
	full    voxml.Node // every attribute, with another value than in base
}{
	{"Answer", nil, voxml.Answer{}, voxml.Answer{History: voxml.HistoryFull}},
	{"Connect", []string{"Flow"},
		voxml.Connect{Flow: voxml.Flow{ID: "f"}},
		voxml.Connect{Flow: voxml.Flow{ID: "f"}, History: voxml.HistoryFull}},
	{"Flow", []string{"ID"},
		voxml.Flow{ID: "f"},
		voxml.Flow{ID: "f", Resume: true, History: voxml.HistoryFull}},
	{"Dial", []string{"Number", "Nouns"},
		voxml.Dial{Number: "1"},
		voxml.Dial{
			Number: "1", Action: "/a", AnswerOnBridge: true, CallerID: "2", HangupOnStar: true,
			Method: voxml.MethodGET, Output: "o", RingTone: voxml.RingToneFR, Timeout: time.Second,
			TimeLimit: time.Minute, Record: voxml.DialRecordFromAnswer, RecordingTrack: voxml.RecordingTrackInbound,
			RecordingStatusCallback: "/r", RecordingStatusCallbackMethod: voxml.MethodGET,
			RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed},
			History:                      voxml.HistoryFull,
		}},
	{"Number", []string{"Number"},
		voxml.Number{Number: "1"},
		voxml.Number{Number: "1", SendDigits: "2", URL: "/u", Method: voxml.MethodGET}},
	{"Gather", []string{"Verbs"},
		voxml.Gather{},
		voxml.Gather{
			Action: "/a", ActionOnEmptyResult: true, FinishOnKey: "*", Input: voxml.InputSpeech,
			Language: "it", Method: voxml.MethodGET, NumDigits: 1, Output: "o", ProfanityFilter: true,
			SpeechTimeout: time.Second, Timeout: time.Second, History: voxml.HistoryFull,
		}},
	{"Hangup", nil, voxml.Hangup{}, voxml.Hangup{History: voxml.HistoryFull}},
	{"Pause", nil, voxml.Pause{}, voxml.Pause{Length: time.Second, History: voxml.HistoryFull}},
	{"Pay", []string{"Nouns"},
		voxml.Pay{},
		voxml.Pay{
			Action: "/a", Method: voxml.MethodGET, BankAccountType: voxml.BankAccountTypeConsumerSavings, ChargeAmount: "1",
			Currency: voxml.USD, Description: "d", Input: voxml.InputDTMF, Language: "it-IT",
			MaxAttempts: 1, MinPostalCodeLength: 5, Output: "o", PaymentConnector: "c",
			PaymentMethod: voxml.PaymentMethodACHDebit, NoPostalCode: true, NoSecurityCode: true,
			StatusCallback: "/s", StatusCallbackMethod: voxml.MethodGET, Timeout: time.Second,
			TokenType: voxml.TokenTypeOneTime, ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa},
			History: voxml.HistoryFull,
		}},
	{"Prompt", []string{"Verbs"},
		voxml.Prompt{For: voxml.PromptForPostalCode},
		voxml.Prompt{
			For: voxml.PromptForSecurityCode, Attempt: []int{1}, CardType: []voxml.CardType{voxml.CardTypeVisa},
			ErrorType: []voxml.ErrorType{voxml.ErrorTypeInputTimeout}, RequireMatchingInputs: true,
			History: voxml.HistoryFull,
		}},
	{"Parameter", nil,
		voxml.Parameter{Name: "n"},
		voxml.Parameter{Name: "m", Value: "v", History: voxml.HistoryFull}},
	{"Play", []string{"URL"},
		voxml.Play{Digits: "1"},
		voxml.Play{Loop: 2, Digits: "2", History: voxml.HistoryFull}},
	{"Record", nil,
		voxml.Record{},
		voxml.Record{
			Action: "/a", Method: voxml.MethodGET, Timeout: time.Second, FinishOnKey: "*",
			MaxLength: time.Second, NoBeep: true, RecordingStatusCallback: "/r",
			RecordingStatusCallbackMethod: voxml.MethodGET,
			RecordingStatusCallbackEvent:  []voxml.RecordingStatus{voxml.RecordingStatusFailed},
			History:                       voxml.HistoryFull,
		}},
	{"Redirect", []string{"URL"},
		voxml.Redirect{URL: "/u"},
		voxml.Redirect{URL: "/u", Method: voxml.MethodGET, History: voxml.HistoryFull}},
	{"Reject", nil,
		voxml.Reject{},
		voxml.Reject{Reason: voxml.RejectReasonBusy, History: voxml.HistoryFull}},
	{"Say", []string{"Text", "SSML"},
		voxml.Say{},
		voxml.Say{Voice: "v", Language: "it", Loop: 2, History: voxml.HistoryFull}},
	{"Set", []string{"Value"},
		voxml.Set{Output: "o"},
		voxml.Set{Output: "p", History: voxml.HistoryFull}},
	{"Unset", nil,
		voxml.Unset{Output: "o"},
		voxml.Unset{Output: "p", History: voxml.HistoryFull}},
	{"If", []string{"Verbs"},
		voxml.If{Expression: voxml.RawExpr("1==1")},
		voxml.If{Expression: voxml.RawExpr("1==2")}},
	{"Do", []string{"Verbs"},
		voxml.Do{Expression: voxml.RawExpr("1==1")},
		voxml.Do{Expression: voxml.RawExpr("1==2"), MaxLoops: 2}},
}

// TestFields checks that a type has one field for each attribute that is
// listed for its element, in the same order, and that it is this order in
// which they are written, extra attributes last.
func TestFields(t *testing.T) {
	list := listed(t)
	assert.Len(t, elements, len(list))
	for _, tt := range elements {
		t.Run(tt.name, func(t *testing.T) {
			want := without(list[tt.name], "#text")
			full := reflect.ValueOf(tt.full)
			assert.Equal(t, tt.name, full.Type().Name())

			fields := attributeFields(full.Type(), tt.content)
			require.Len(t, fields, len(want))
			for i, field := range fields {
				require.False(t, full.FieldByIndex(field.Index).IsZero(), "%s is not set", field.Name)
				one := reflect.New(full.Type()).Elem()
				one.Set(reflect.ValueOf(tt.base))
				one.FieldByIndex(field.Index).Set(full.FieldByIndex(field.Index))
				assert.Equal(t, want[i:i+1], changed(t, tt.name, tt.base, one.Interface().(voxml.Node)), "%s", field.Name)
			}

			extra := reflect.New(full.Type()).Elem()
			extra.Set(full)
			extra.FieldByName("Attrs").Set(reflect.ValueOf(voxml.Attrs{{Name: "z"}, {Name: "a"}}))
			got := decode(t, document(extra.Interface().(voxml.Node))).find(tt.name).attrNames()
			assert.Equal(t, append(want, "z", "a"), got)
		})
	}
}

// changed returns the names of the attributes of n that base does not have, or
// has with another value.
func changed(t *testing.T, element string, base, n voxml.Node) []string {
	before := decode(t, document(base)).find(element)
	var names []string
	for _, a := range decode(t, document(n)).find(element).attrs {
		if old, ok := before.attr(a[0]); !ok || old != a[1] {
			names = append(names, a[0])
		}
	}
	return names
}

// attributeFields returns the fields of an element type that represent one
// attribute each.
func attributeFields(typ reflect.Type, content []string) []reflect.StructField {
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(typ) {
		if f.IsExported() && f.Name != "Attrs" && len(without(content, f.Name)) == len(content) {
			fields = append(fields, f)
		}
	}
	return fields
}

// without returns the words that are not w.
func without(words []string, w string) []string {
	rest := make([]string, 0, len(words))
	for _, word := range words {
		if word != w {
			rest = append(rest, word)
		}
	}
	return rest
}

// TestNoFields checks the rule of the package documentation: a bool field begins
// with No if and only if setting it writes "false".
func TestNoFields(t *testing.T) {
	inverted := 0
	for _, tt := range elements {
		typ := reflect.TypeOf(tt.base)
		for field := range typ.Fields() {
			if field.Type.Kind() != reflect.Bool {
				continue
			}
			v := reflect.New(typ).Elem()
			v.Set(reflect.ValueOf(tt.base))
			v.FieldByName(field.Name).SetBool(true)
			want := `="true"`
			if strings.HasPrefix(field.Name, "No") {
				want = `="false"`
				inverted++
			}
			assert.Contains(t, encode(t, document(v.Interface().(voxml.Node))), want, "%s.%s", tt.name, field.Name)
		}
	}
	assert.Equal(t, 3, inverted)
}
