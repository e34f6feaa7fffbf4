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
	section, attribute string
	node               voxml.Node
	want               string // how it is written
}{
	{"4 Answer", "history", voxml.Answer{History: voxml.HistoryDisable}, `<Answer history="disable"/>`},
	{"4 Answer", "history", voxml.Answer{History: voxml.HistoryCompact}, `<Answer history="compact"/>`},
	{"4 Answer", "history", voxml.Answer{History: voxml.HistoryFull}, `<Answer history="full"/>`},
	{"4 Connect", "history", voxml.Connect{Flow: voxml.Flow{ID: "f"}, History: voxml.HistoryFull}, `<Connect history="full"><Flow>f</Flow></Connect>`},
	{"4 Connect", "resume", voxml.Flow{ID: "f", Resume: true}, `<Flow resume="true">f</Flow>`},
	{"4 Connect", "history", voxml.Flow{ID: "f", History: voxml.HistoryFull}, `<Flow history="full">f</Flow>`},
	{"4 Connect", "#text", voxml.Flow{ID: "5f3b"}, `<Flow>5f3b</Flow>`},
	{"4 Dial", "action", voxml.Dial{Number: "1", Action: "/dialed"}, `<Dial action="/dialed">1</Dial>`},
	{"4 Dial", "answerOnBridge", voxml.Dial{Number: "1", AnswerOnBridge: true}, `<Dial answerOnBridge="true">1</Dial>`},
	{"4 Dial", "callerId", voxml.Dial{Number: "1", CallerID: "+14025550100"}, `<Dial callerId="+14025550100">1</Dial>`},
	{"4 Dial", "hangupOnStar", voxml.Dial{Number: "1", HangupOnStar: true}, `<Dial hangupOnStar="true">1</Dial>`},
	{"4 Dial", "method", voxml.Dial{Number: "1", Method: voxml.MethodGET}, `<Dial method="GET">1</Dial>`},
	{"4 Dial", "output", voxml.Dial{Number: "1", Output: "dial"}, `<Dial output="dial">1</Dial>`},
	{"4 Dial", "ringTone", voxml.Dial{Number: "1", RingTone: voxml.RingToneDE}, `<Dial ringTone="de">1</Dial>`},
	{"4 Dial", "timeout", voxml.Dial{Number: "1", Timeout: 20 * time.Second}, `<Dial timeout="20">1</Dial>`},
	{"4 Dial", "timeLimit", voxml.Dial{Number: "1", TimeLimit: 2 * time.Hour}, `<Dial timeLimit="7200">1</Dial>`},
	{"4 Dial", "record", voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswerDual}, `<Dial record="record-from-answer-dual">1</Dial>`},
	{"4 Dial", "recordingTrack", voxml.Dial{Number: "1", RecordingTrack: voxml.RecordingTrackInbound}, `<Dial recordingTrack="inbound">1</Dial>`},
	{"4 Dial", "recordingStatusCallback", voxml.Dial{Number: "1", RecordingStatusCallback: "/rec"}, `<Dial recordingStatusCallback="/rec">1</Dial>`},
	{"4 Dial", "recordingStatusCallbackMethod", voxml.Dial{Number: "1", RecordingStatusCallbackMethod: voxml.MethodGET},
		`<Dial recordingStatusCallbackMethod="GET">1</Dial>`},
	{"4 Dial", "recordingStatusCallbackEvent", voxml.Dial{Number: "1", RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed}},
		`<Dial recordingStatusCallbackEvent="failed">1</Dial>`},
	{"4 Dial", "recordingStatusCallbackEvent", voxml.Dial{Number: "1", RecordingStatusCallbackEvent: []voxml.RecordingStatus{"in-progress", "completed"}},
		`<Dial recordingStatusCallbackEvent="in-progress completed">1</Dial>`},
	{"4 Dial", "history", voxml.Dial{Number: "1", History: voxml.HistoryFull}, `<Dial history="full">1</Dial>`},
	{"4 Dial", "#text", voxml.Dial{Number: "+14025550100"}, `<Dial>+14025550100</Dial>`},
	{"4 Dial", "sendDigits", voxml.Number{Number: "1", SendDigits: "1w2"}, `<Number sendDigits="1w2">1</Number>`},
	{"4 Dial", "url", voxml.Number{Number: "1", URL: "/whisper"}, `<Number url="/whisper">1</Number>`},
	{"4 Dial", "method", voxml.Number{Number: "1", Method: voxml.MethodGET}, `<Number method="GET">1</Number>`},
	{"4 Dial", "#text", voxml.Number{Number: "+14025550100"}, `<Number>+14025550100</Number>`},
	{"4 Gather", "action", voxml.Gather{Action: "/menu"}, `<Gather action="/menu"/>`},
	{"4 Gather", "actionOnEmptyResult", voxml.Gather{ActionOnEmptyResult: true}, `<Gather actionOnEmptyResult="true"/>`},
	{"4 Gather", "finishOnKey", voxml.Gather{FinishOnKey: "*"}, `<Gather finishOnKey="*"/>`},
	{"4 Gather", "finishOnKey", voxml.Gather{FinishOnKey: voxml.NoKey}, `<Gather finishOnKey=""/>`},
	{"4 Gather", "input", voxml.Gather{Input: voxml.InputSpeech}, `<Gather input="speech"/>`},
	{"4 Gather", "input", voxml.Gather{Input: voxml.InputDTMFSpeech}, `<Gather input="dtmf speech"/>`},
	{"4 Gather", "language", voxml.Gather{Language: "fr-CA"}, `<Gather language="fr-CA"/>`},
	{"4 Gather", "method", voxml.Gather{Method: voxml.MethodPOST}, `<Gather method="POST"/>`},
	{"4 Gather", "numDigits", voxml.Gather{NumDigits: 4}, `<Gather numDigits="4"/>`},
	{"4 Gather", "output", voxml.Gather{Output: "menu"}, `<Gather output="menu"/>`},
	{"4 Gather", "profanityFilter", voxml.Gather{ProfanityFilter: true}, `<Gather profanityFilter="true"/>`},
	{"4 Gather", "speechTimeout", voxml.Gather{SpeechTimeout: 3 * time.Second}, `<Gather speechTimeout="3"/>`},
	{"4 Gather", "speechTimeout", voxml.Gather{SpeechTimeout: voxml.Auto}, `<Gather speechTimeout="auto"/>`},
	{"4 Gather", "timeout", voxml.Gather{Timeout: time.Minute}, `<Gather timeout="60"/>`},
	{"4 Gather", "history", voxml.Gather{History: voxml.HistoryFull}, `<Gather history="full"/>`},
	{"4 Answer", "history", voxml.Hangup{History: voxml.HistoryFull}, `<Hangup history="full"/>`},
	{"4 Pause", "length", voxml.Pause{Length: 60 * time.Second}, `<Pause length="60"/>`},
	{"4 Pause", "history", voxml.Pause{History: voxml.HistoryFull}, `<Pause history="full"/>`},
	{"4 Pay", "action", voxml.Pay{Action: "/paid"}, `<Pay action="/paid"/>`},
	{"4 Pay", "method", voxml.Pay{Method: voxml.MethodPOST}, `<Pay method="POST"/>`},
	{"4 Pay", "bankAccountType", voxml.Pay{BankAccountType: voxml.BankAccountTypeCommercialChecking}, `<Pay bankAccountType="commercial-checking"/>`},
	{"4 Pay", "chargeAmount", voxml.Pay{ChargeAmount: "9.50"}, `<Pay chargeAmount="9.50"/>`},
	{"4 Pay", "chargeAmount", voxml.Pay{ChargeAmount: "0"}, `<Pay chargeAmount="0"/>`},
	{"4 Pay", "currency", voxml.Pay{Currency: voxml.USD}, `<Pay currency="usd"/>`},
	{"4 Pay", "description", voxml.Pay{Description: "Water, July"}, `<Pay description="Water, July"/>`},
	{"4 Pay", "input", voxml.Pay{Input: voxml.InputDTMF}, `<Pay input="dtmf"/>`},
	{"4 Pay", "language", voxml.Pay{Language: "es-MX"}, `<Pay language="es-MX"/>`},
	{"4 Pay", "maxAttempts", voxml.Pay{MaxAttempts: 3}, `<Pay maxAttempts="3"/>`},
	{"4 Pay", "minPostalCodeLength", voxml.Pay{MinPostalCodeLength: 5}, `<Pay minPostalCodeLength="5"/>`},
	{"4 Pay", "output", voxml.Pay{Output: "pay"}, `<Pay output="pay"/>`},
	{"4 Pay", "paymentConnector", voxml.Pay{PaymentConnector: "Stripe"}, `<Pay paymentConnector="Stripe"/>`},
	{"4 Pay", "paymentMethod", voxml.Pay{PaymentMethod: voxml.PaymentMethodACHDebit}, `<Pay paymentMethod="ach-debit"/>`},
	{"4 Pay", "postalCode", voxml.Pay{NoPostalCode: true}, `<Pay postalCode="false"/>`},
	{"4 Pay", "securityCode", voxml.Pay{NoSecurityCode: true}, `<Pay securityCode="false"/>`},
	{"4 Pay", "statusCallback", voxml.Pay{StatusCallback: "/progress"}, `<Pay statusCallback="/progress"/>`},
	{"4 Pay", "statusCallbackMethod", voxml.Pay{StatusCallbackMethod: voxml.MethodGET}, `<Pay statusCallbackMethod="GET"/>`},
	{"4 Pay", "timeout", voxml.Pay{Timeout: 8 * time.Second}, `<Pay timeout="8"/>`},
	{"4 Pay", "tokenType", voxml.Pay{TokenType: voxml.TokenTypeOneTime}, `<Pay tokenType="one-time"/>`},
	{"4 Pay", "validCardTypes", voxml.Pay{ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa}}, `<Pay validCardTypes="visa"/>`},
	{"4 Pay", "validCardTypes", voxml.Pay{ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeDinersClub, voxml.CardTypeJCB}},
		`<Pay validCardTypes="visa diners-club jcb"/>`},
	{"4 Pay", "history", voxml.Pay{History: voxml.HistoryFull}, `<Pay history="full"/>`},
	{"4 Pay", "for", voxml.Prompt{For: voxml.PromptForSecurityCode}, `<Prompt for="security-code"/>`},
	{"4 Pay", "attempt", voxml.Prompt{For: voxml.PromptForPostalCode, Attempt: []int{3}}, `<Prompt for="postal-code" attempt="3"/>`},
	{"4 Pay", "attempt", voxml.Prompt{For: voxml.PromptForPostalCode, Attempt: []int{1, 2, 3}}, `<Prompt for="postal-code" attempt="1 2 3"/>`},
	{"4 Pay", "cardType", voxml.Prompt{For: voxml.PromptForPostalCode, CardType: []voxml.CardType{voxml.CardTypeAmex, voxml.CardTypeVisa}},
		`<Prompt for="postal-code" cardType="amex visa"/>`},
	{"4 Pay", "errorType", voxml.Prompt{For: voxml.PromptForPostalCode, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInputTimeout, voxml.ErrorTypeInvalidDate}},
		`<Prompt for="postal-code" errorType="input-timeout invalid-date"/>`},
	{"4 Pay", "requireMatchingInputs", voxml.Prompt{For: voxml.PromptForPostalCode, RequireMatchingInputs: true},
		`<Prompt for="postal-code" requireMatchingInputs="true"/>`},
	{"4 Pay", "history", voxml.Prompt{For: voxml.PromptForPostalCode, History: voxml.HistoryFull}, `<Prompt for="postal-code" history="full"/>`},
	{"4 Pay", "name", voxml.Parameter{Name: "order"}, `<Parameter name="order" value=""/>`},
	{"4 Pay", "value", voxml.Parameter{Name: "order", Value: "17"}, `<Parameter name="order" value="17"/>`},
	{"4 Pay", "history", voxml.Parameter{Name: "order", History: voxml.HistoryFull}, `<Parameter name="order" value="" history="full"/>`},
	{"4 Play", "loop", voxml.Play{URL: "a.mp3", Loop: 2}, `<Play loop="2">a.mp3</Play>`},
	{"4 Play", "history", voxml.Play{URL: "a.mp3", History: voxml.HistoryFull}, `<Play history="full">a.mp3</Play>`},
	{"4 Play", "digits", voxml.Play{Digits: "1w2"}, `<Play digits="1w2"/>`},
	{"4 Play", "#text", voxml.Play{URL: "https://example.com/a.mp3"}, `<Play>https://example.com/a.mp3</Play>`},
	{"4 Record", "action", voxml.Record{Action: "/recorded"}, `<Record action="/recorded"/>`},
	{"4 Record", "method", voxml.Record{Method: voxml.MethodGET}, `<Record method="GET"/>`},
	{"4 Record", "timeout", voxml.Record{Timeout: 10 * time.Second}, `<Record timeout="10"/>`},
	{"4 Record", "timeout", voxml.Record{Timeout: voxml.Never}, `<Record timeout="0"/>`},
	{"4 Record", "finishOnKey", voxml.Record{FinishOnKey: "#*0"}, `<Record finishOnKey="#*0"/>`},
	{"4 Record", "finishOnKey", voxml.Record{FinishOnKey: voxml.NoKey}, `<Record finishOnKey=""/>`},
	{"4 Record", "maxLength", voxml.Record{MaxLength: 4 * time.Hour}, `<Record maxLength="14400"/>`},
	{"4 Record", "playBeep", voxml.Record{NoBeep: true}, `<Record playBeep="false"/>`},
	{"4 Record", "recordingStatusCallback", voxml.Record{RecordingStatusCallback: "/rec"}, `<Record recordingStatusCallback="/rec"/>`},
	{"4 Record", "recordingStatusCallbackMethod", voxml.Record{RecordingStatusCallbackMethod: voxml.MethodGET}, `<Record recordingStatusCallbackMethod="GET"/>`},
	{"4 Record", "recordingStatusCallbackEvent", voxml.Record{RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed}},
		`<Record recordingStatusCallbackEvent="failed"/>`},
	{"4 Record", "recordingStatusCallbackEvent", voxml.Record{RecordingStatusCallbackEvent: []voxml.RecordingStatus{"in-progress", "completed"}},
		`<Record recordingStatusCallbackEvent="in-progress completed"/>`},
	{"4 Record", "history", voxml.Record{History: voxml.HistoryFull}, `<Record history="full"/>`},
	{"4 Redirect", "method", voxml.Redirect{URL: "/next", Method: voxml.MethodGET}, `<Redirect method="GET">/next</Redirect>`},
	{"4 Redirect", "history", voxml.Redirect{URL: "/next", History: voxml.HistoryFull}, `<Redirect history="full">/next</Redirect>`},
	{"4 Redirect", "#text", voxml.Redirect{URL: "../next?a=1&b=2"}, `<Redirect>../next?a=1&amp;b=2</Redirect>`},
	{"4 Reject", "reason", voxml.Reject{Reason: voxml.RejectReasonRejected}, `<Reject reason="rejected"/>`},
	{"4 Reject", "reason", voxml.Reject{Reason: voxml.RejectReasonBusy}, `<Reject reason="busy"/>`},
	{"4 Reject", "history", voxml.Reject{History: voxml.HistoryFull}, `<Reject history="full"/>`},
	{"4 Say", "voice", voxml.Say{Text: "Hi", Voice: "Polly.Marlene"}, `<Say voice="Polly.Marlene">Hi</Say>`},
	{"4 Say", "language", voxml.Say{Text: "Hi", Language: "de-DE"}, `<Say language="de-DE">Hi</Say>`},
	{"4 Say", "loop", voxml.Say{Text: "Hi", Loop: 3}, `<Say loop="3">Hi</Say>`},
	{"4 Say", "history", voxml.Say{Text: "Hi", History: voxml.HistoryFull}, `<Say history="full">Hi</Say>`},
	{"4 Say", "#text", voxml.Say{Text: "Good morning."}, `<Say>Good morning.</Say>`},
	{"4 Say", "#text", voxml.Say{SSML: ssml.Speech{ssml.Text("Good"), ssml.Break{}, ssml.Text("morning.")}}, `<Say>Good<break/>morning.</Say>`},
	{"4 Set", "output", voxml.Set{Output: "lang"}, `<Set output="lang"/>`},
	{"4 Set", "#text", voxml.Set{Output: "lang", Value: "fr"}, `<Set output="lang">fr</Set>`},
	{"4 Set", "history", voxml.Set{Output: "lang", History: voxml.HistoryFull}, `<Set output="lang" history="full"/>`},
	{"4 Set", "output", voxml.Unset{Output: "lang"}, `<Unset output="lang"/>`},
	{"4 Set", "history", voxml.Unset{Output: "lang", History: voxml.HistoryFull}, `<Unset output="lang" history="full"/>`},
	{"4 If", "expression", voxml.If{Expression: voxml.RawExpr(`${a}=="1"`)}, `<If expression="${a}==&quot;1&quot;"/>`},
	{"4 If", "expression", voxml.Do{Expression: voxml.RawExpr(`${a}!="1"`)}, `<Do expression="${a}!=&quot;1&quot;"/>`},
	{"4 If", "maxLoops", voxml.Do{Expression: voxml.RawExpr("1==1"), MaxLoops: 3}, `<Do expression="1==1" maxLoops="3"/>`},
}

func TestAttributes(t *testing.T) {
	for _, tt := range attributes {
		name := reflect.TypeOf(tt.node).Name()
		t.Run(tt.section+" "+name+" "+tt.attribute, func(t *testing.T) {
			assert.Contains(t, encode(t, document(tt.node)), tt.want)
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
		p := pair{reflect.TypeOf(tt.node).Name(), tt.attribute}
		rows[p] = true
		assert.True(t, documented[p], "%v is not in testdata/attributes.txt", p)

		element, err := parse([]byte(tt.want))
		require.NoError(t, err)
		require.Equal(t, p.element, element.name, "%v: the row is about another element", p)
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
