package voxml_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// A call is a document as a program for real callers has it.
type call struct {
	name string
	doc  voxml.Response
	set  []string // variables that earlier documents of the call have set
	want []string // findings, such as "Response[0].If.expression unset-variable"
}

var calls = []call{
	{"voicemail", response(
		voxml.Answer{},
		voxml.Pause{Length: time.Second},
		voxml.Play{URL: "https://cdn.example.com/greetings/42.mp3"},
		voxml.Record{
			Action: "/voicemail/42/done", FinishOnKey: "#", MaxLength: 3 * time.Minute, Timeout: 5 * time.Second,
			RecordingStatusCallback: "https://hooks.example.com/voicemail/42", RecordingStatusCallbackMethod: voxml.MethodPOST,
			RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusCompleted, voxml.RecordingStatusFailed},
		},
	), nil, nil},
	{"voicemail, no action", response(
		voxml.Say{Text: "Leave a message, then hang up or press any key."},
		voxml.Record{RecordingStatusCallback: "/recordings", MaxLength: 4 * time.Hour, Timeout: voxml.Never},
		voxml.Say{Text: "Thank you. Goodbye."},
		voxml.Hangup{},
	), nil, nil},
	{"play back a voicemail", fromXML(`
		<Play>https://recordings.example.com/r/91c.mp3?token=a%2Fb&amp;x=1</Play>
		<Gather action="next?r=91c" numDigits="1" timeout="3">
			<Say>To hear it again, press 1. To delete it, press 2. For the next one, press the pound key.</Say>
		</Gather>
		<Redirect>next?r=91c</Redirect>`), nil, nil},
	{"PIN", response(
		voxml.Do{Expression: voxml.Var("pin.digits").NotEqual("4711"), MaxLoops: 3, Verbs: response(
			voxml.If{Expression: voxml.Var("do.n").NotEqual("0"), Verbs: response(voxml.Say{Text: "That is not right."})},
			voxml.Unset{Output: "pin"},
			voxml.Gather{Output: "pin", NumDigits: 4, Timeout: 10 * time.Second, Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "Please key in your four digit PIN."},
			}},
		)},
		voxml.If{Expression: voxml.Var("pin.digits").Equal("4711"), Verbs: response(voxml.Redirect{URL: "/account"})},
		voxml.Say{Text: "Too many attempts. Goodbye."},
		voxml.Hangup{},
	), nil, nil},
	{"PIN, twice the same", response(
		voxml.Set{Output: "state", Value: "ask"},
		voxml.Do{Expression: voxml.Var("state").Equal("ask"), MaxLoops: 5, Verbs: response(
			voxml.Unset{Output: "first"},
			voxml.Unset{Output: "second"},
			voxml.Gather{Output: "first", Timeout: 8 * time.Second, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Choose a PIN, then press pound."}}},
			voxml.Gather{Output: "second", Timeout: 8 * time.Second, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Once more."}}},
			voxml.If{
				Expression: voxml.Var("first.digits").NotEqual("").And(voxml.Var("first.digits").EqualVar(voxml.Var("second.digits"))),
				Verbs:      response(voxml.Set{Output: "state", Value: "chosen"}),
			},
		)},
		voxml.Unset{Output: "second.digits"},
		voxml.Redirect{URL: "/pin/chosen"},
	), nil, nil},
	{"PIN, checked by the server", response(
		voxml.Gather{
			Action: "/pin?try=2", ActionOnEmptyResult: true, FinishOnKey: voxml.NoKey, NumDigits: 6, Timeout: 15 * time.Second,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "Your six digit PIN."}, voxml.Pause{Length: 10 * time.Second}, voxml.Say{Text: "Are you still there?"}},
		},
	), nil, nil},
	{"pay by card", response(
		voxml.Say{Text: "Your balance is 129 dollars and 90 cents."},
		voxml.Pay{
			Action: "/paid", ChargeAmount: "129.90", Description: "Invoice 4711", MaxAttempts: 3,
			ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeMastercard, voxml.CardTypeAmex, voxml.CardTypeDiscover},
			StatusCallback: "https://hooks.example.com/pay", Timeout: 10 * time.Second, TokenType: voxml.TokenTypeOneTime,
			Nouns: []voxml.PayNoun{
				prompt(voxml.PromptForPaymentCardNumber), prompt(voxml.PromptForExpirationDate), prompt(voxml.PromptForSecurityCode), prompt(voxml.PromptForPostalCode),
				voxml.Prompt{
					For: voxml.PromptForPaymentCardNumber, Attempt: []int{2, 3}, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidCardNumber, voxml.ErrorTypeInputTimeout},
					Verbs: []voxml.PromptVerb{voxml.Play{URL: "/audio/error.mp3"}, voxml.Say{Text: "Please try again."}},
				},
				voxml.Prompt{
					For: voxml.PromptForSecurityCode, CardType: []voxml.CardType{voxml.CardTypeAmex},
					Verbs: []voxml.PromptVerb{voxml.Say{Text: "The four digits on the front."}},
				},
				voxml.Parameter{Name: "invoice", Value: "4711"},
			},
		},
	), nil, nil},
	{"pay by bank", response(
		voxml.Pay{
			Action: "/paid", Method: voxml.MethodPOST, BankAccountType: voxml.BankAccountTypeConsumerSavings, ChargeAmount: "55", Currency: voxml.USD,
			PaymentMethod: voxml.PaymentMethodACHDebit, NoPostalCode: true, NoSecurityCode: true, Language: "es-US",
			Nouns: []voxml.PayNoun{prompt(voxml.PromptForBankRoutingNumber), prompt(voxml.PromptForBankAccountNumber)},
		},
	), nil, nil},
	{"pay, then go on", response(
		voxml.Pay{ChargeAmount: "0", Output: "pay", TokenType: voxml.TokenTypeReusable},
		voxml.If{Expression: voxml.Var("pay.result").Equal("success"), Verbs: response(voxml.Say{Text: "Thank you."}, voxml.Hangup{})},
		voxml.Say{Text: "We could not take your payment."},
		voxml.Redirect{URL: "/agent"},
	), nil, nil},
	{"dial, then voicemail", response(
		voxml.Say{Text: "One moment, please."},
		voxml.Dial{Number: "+14025550123", CallerID: "+14025550199", Timeout: 20 * time.Second, Output: "desk", AnswerOnBridge: true},
		voxml.If{Expression: voxml.Var("desk.status").Match("^(completed|answered)$"), Verbs: response(voxml.Hangup{})},
		voxml.Say{Text: "Nobody can take your call."},
		voxml.Record{Action: "/message", FinishOnKey: "#"},
	), nil, nil},
	{"dial one after the other", response(
		voxml.Dial{Number: "+14025550101", Timeout: 15 * time.Second, Output: "first"},
		voxml.If{Expression: voxml.Var("first.status").NotEqual("completed"), Verbs: response(
			voxml.Dial{Number: "+14025550102", Timeout: 15 * time.Second, Action: "/dialed"},
		)},
		voxml.Hangup{},
	), nil, nil},
	{"dial until somebody answers", response(
		voxml.Do{Expression: voxml.Var("agent.status").NotEqual("completed"), MaxLoops: 20, Verbs: response(
			voxml.Play{URL: "/audio/hold.mp3", Loop: 2},
			voxml.Dial{Number: "+14025550101", Timeout: 10 * time.Second, HangupOnStar: true, Output: "agent"},
		)},
		voxml.Hangup{},
	), nil, nil},
	{"ring together", response(
		voxml.Dial{Action: "/dialed", Timeout: 25 * time.Second, TimeLimit: 2 * time.Hour, Record: voxml.DialRecordFromAnswerDual, RecordingStatusCallback: "/recording",
			Nouns: []voxml.DialNoun{
				voxml.Number{Number: "+14025550101", URL: "/whisper?desk=1", Method: voxml.MethodGET},
				voxml.Number{Number: "+14025550102", SendDigits: "wwww17#"},
			}},
	), nil, nil},
	{"whisper to who is dialed", response(
		voxml.Gather{Output: "take", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "A call for sales. Press 1 to take it."}}},
		voxml.If{Expression: voxml.Var("take.digits").NotEqual("1"), Verbs: response(voxml.Hangup{})},
	), nil, nil},
	{"menu by keys, in one document", response(
		voxml.Gather{Output: "menu", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1 for sales, 2 for support."}}},
		voxml.If{Expression: voxml.Var("menu.digits").Equal("1"), Verbs: response(voxml.Redirect{URL: "/sales"})},
		voxml.If{Expression: voxml.Var("menu.digits").Equal("2"), Verbs: response(
			voxml.Gather{Output: "topic", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "1 for bills, 2 for anything else."}}},
			voxml.If{Expression: voxml.Var("topic.digits").Equal("1"), Verbs: response(voxml.Redirect{URL: "/support/bills"})},
			voxml.Redirect{URL: "/support"},
		)},
		voxml.Redirect{URL: "?again=1"},
	), nil, nil},
	{"menu by speech", response(
		voxml.Gather{
			Input: voxml.InputDTMFSpeech, Language: "en-GB", NumDigits: 1, Output: "menu", ProfanityFilter: true, SpeechTimeout: voxml.Auto,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "Sales or support?", Voice: "Polly.Amy", Language: "en-GB"}},
		},
		voxml.If{
			Expression: voxml.Var("menu.digits").Equal("1").Or(voxml.Var("menu.speech").Match("(sales|buy|order)")),
			Verbs:      response(voxml.Redirect{URL: "/sales"}),
		},
		voxml.If{
			Expression: voxml.Var("menu.digits").Equal("").And(voxml.Var("menu.speech").Equal("")),
			Verbs:      response(voxml.Say{Text: "We did not hear you."}, voxml.Redirect{URL: "/menu"}),
		},
		voxml.Redirect{URL: "/support"},
	), nil, nil},
	{"choose a language", response(
		voxml.Gather{Output: "choice", NumDigits: 1, Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "For English, press 1."}, voxml.Say{Text: "Para español, oprima el dos.", Voice: "Polly.Lupe", Language: "es-US"},
		}},
		voxml.Set{Output: "language", Value: "en-US"},
		voxml.If{Expression: voxml.Var("choice.digits").Equal("2"), Verbs: response(voxml.Set{Output: "language", Value: "es-US"})},
		voxml.Redirect{URL: "/welcome", Method: voxml.MethodGET},
	), nil, nil},
	{"speak the language chosen before", response(
		voxml.If{Expression: voxml.Var("language").Equal("es-US"), Verbs: response(voxml.Say{Text: "Bienvenidos.", Voice: "Polly.Lupe", Language: "es-US"})},
		voxml.If{Expression: voxml.Var("language").NotEqual("es-US"), Verbs: response(voxml.Say{Text: "Welcome."})},
		voxml.Redirect{URL: "/menu"},
	), []string{"language"}, nil},
	{"the PIN gathered before", response(
		voxml.If{Expression: voxml.Var("pin.digits").Equal("").And(voxml.Var("pin.speech").Equal("")), Verbs: response(voxml.Redirect{URL: "/pin"})},
		voxml.Do{Expression: voxml.Var("pin.digits").NotMatch("^[0-9]{4}$"), MaxLoops: 3, Verbs: response(
			voxml.Unset{Output: "pin.digits"},
			voxml.Gather{Output: "pin", NumDigits: 4, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Four digits, please."}}},
		)},
		voxml.If{Expression: voxml.Var("tries").Equal("3"), Verbs: response(voxml.Say{Text: "Goodbye."}, voxml.Hangup{})},
		voxml.Set{Output: "tries", Value: "3"},
		voxml.Redirect{URL: "/pin/check"},
	), []string{"pin", "tries"}, nil},
	{"count the tries", response(
		voxml.Say{Text: "We did not understand you."},
		voxml.Set{Output: "tries", Value: "2"},
		voxml.Gather{Action: "/menu", ActionOnEmptyResult: true, NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1."}}},
	), nil, nil},
	{"survey", response(
		voxml.Gather{Output: "service", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "How was our service, 1 to 5?"}}},
		voxml.Gather{Output: "again", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Would you call again? 1 for yes."}}},
		voxml.Redirect{URL: "/survey/done"},
	), nil, nil},
	{"callback", response(
		voxml.Say{SSML: ssml.Speech{
			ssml.Text("You called from "), ssml.SayAs{InterpretAs: ssml.Telephone, Content: ssml.Speech{ssml.Text("+14025550100")}},
			ssml.Break{Strength: ssml.StrengthStrong}, ssml.Text("Press 1 if we can reach you there, or key in another number."),
		}},
		voxml.Gather{Action: "/callback", FinishOnKey: "#", NumDigits: 10, Timeout: 10 * time.Second},
		voxml.Say{Text: "Goodbye."},
	), nil, nil},
	{"balance", response(
		voxml.Say{Voice: "Polly.Matthew", SSML: ssml.Speech{
			ssml.P{Content: ssml.Speech{
				ssml.S{Content: ssml.Speech{ssml.Text("On "), ssml.SayAs{InterpretAs: ssml.Date, Format: "mdy", Content: ssml.Speech{ssml.Text("7/4/2025")}}}},
				ssml.S{Content: ssml.Speech{ssml.Text("you owe "), ssml.Emphasis{Level: ssml.LevelStrong, Content: ssml.Speech{ssml.Text("$17.50")}}}},
			}},
			ssml.Prosody{Rate: "slow", Content: ssml.Speech{ssml.Text("Thank you, "), ssml.Sub{Alias: "World Wide Web Consortium", Content: ssml.Speech{ssml.Text("W3C")}}}},
			ssml.Element{Name: "amazon:auto-breaths", Content: ssml.Speech{ssml.Text("Goodbye.")}},
			ssml.Trusted("<mark name='end'/>"),
		}},
		voxml.Hangup{},
	), nil, nil},
	{"closed", response(
		voxml.Say{Text: "We are closed. Our hours are 9 to 5; see example.com/hours <or> call again."},
		voxml.Hangup{},
	), nil, nil},
	{"refused", response(voxml.Reject{Reason: voxml.RejectReasonBusy}), nil, nil},
	{"refused, after a variable", response(
		voxml.Set{Output: "seen", Value: "blocked"},
		voxml.If{Expression: voxml.Var("seen").Equal("blocked"), Verbs: response(voxml.Reject{})},
		voxml.Answer{},
		voxml.Say{Text: "Hello."},
	), nil, nil},
	{"hand over to a Flow", response(
		voxml.Play{URL: "../audio/one-moment.mp3"},
		voxml.Connect{Flow: voxml.Flow{ID: flowID, Resume: true}, History: voxml.HistoryCompact},
	), nil, nil},
	{"wait", response(
		voxml.Play{URL: "https://cdn.example.com/hold.mp3", Loop: 10},
		voxml.Say{Text: "Please hold."},
		voxml.Redirect{URL: "wait?n=2", Method: voxml.MethodGET},
	), nil, nil},
	{"alarm panel", response(
		voxml.Pause{Length: 2 * time.Second},
		voxml.Play{Digits: "1234w#"},
		voxml.Do{Expression: voxml.Var("do.n").NotMatch("^1[0-9]$").And(voxml.Var("answer.digits").NotEqual("9")), MaxLoops: 10, Verbs: response(
			voxml.Unset{Output: "answer"},
			voxml.Gather{Output: "answer", NumDigits: 1, FinishOnKey: voxml.NoKey, Timeout: 3 * time.Second},
		)},
		voxml.Hangup{},
	), nil, nil},
	{"of another program", fromXML(`
		<!-- main menu -->
		<Say language="en-US" loop="1">
			Welcome to <emphasis level="moderate">Acme</emphasis>.
			It&apos;s &quot;good&quot; to hear you.
		</Say>
		<Gather output='menu' hangupOnStar-x='' input="dtmf" method="POST" action="" finishOnKey="#" numDigits="2" profanityFilter="false">
			<Play loop="2">prompts/menu.wav</Play>
		</Gather>
		<If expression="'1' == ${menu.digits} || ${menu.digits} == 2"><Redirect>sales</Redirect></If>
		<Hangup/>`), nil, []string{
		"Response[1].Gather.method no-effect", "Response[1].Gather.hangupOnStar-x empty-attribute", "Response[1].Gather.action empty-attribute",
	}},
}

// expectedGolden has the findings of those documents of golden that are made
// to be wrong, or that nobody would send.
var expectedGolden = map[string][]string{
	"dial-together": {"Response[0].Dial[3].Sip unknown"},
	"dictation":     {"Response[0].Record lost-recording"},
	"escaping":      {"Response[0].Say.Text escaped-twice", "Response[0].Say.Text ssml", "Response[1].Say.voice voice"},
	"languages": {
		"Response[1].Say.language voice", "Response[3].Say.language voice",
		"Response[4].Say.language voice", "Response[5].Say.language voice",
	},
	"loop":     {"Response[0].Do[0].Gather.output asked-again"},
	"pay-bank": {"Response[0].Pay[0].Prompt[0].Say.language voice"},
	"deep":     {"Response" + strings.Repeat("[0].If", voxml.MaxDepth) + " empty"},
	"ssml":     {"Response[0].Say[3].amazon:effect[0].prosody ssml"},
	"unknown": {
		"Response[0].Conference unknown", "Response[0].Conference[3].Empty unknown",
		"Response[1].Gather lost-input", "Response[1].Gather.hints unknown", "Response[1].Gather.bargeIn empty-attribute",
		"Response[1].Gather[0].Beep unknown", "Response[2].Hangup.x:reason unknown",
	},
}

// expectedExamples has the findings of those Examples that show what this
// package does not know, or a noun and no more.
var expectedExamples = map[string][]string{
	"Attrs":   {"Response[0].Gather lost-input", "Response[0].Gather.hints unknown"},
	"Element": {"Response[0].Conference unknown"},
}

// TestCheckClean checks that good documents have no findings.
func TestCheckClean(t *testing.T) {
	for _, tt := range calls {
		t.Run("call/"+tt.name, func(t *testing.T) {
			assert.Equal(t, expected("", tt.want), found(tt.doc.Check(tt.set...)))
			encode(t, tt.doc)
			assertAsRead(t, tt.doc, tt.set...)
		})
	}
	for _, tt := range golden {
		t.Run("golden/"+tt.name, func(t *testing.T) {
			assert.Equal(t, expected("", expectedGolden[tt.name]), found(tt.doc.Check()))
			assertAsRead(t, tt.doc)
		})
	}
	t.Run("menu", func(t *testing.T) { assert.Empty(t, menu.Check()) })
}

// TestCheckCleanExamples checks the documents that Examples print.
func TestCheckCleanExamples(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "example_test.go", nil, parser.ParseComments)
	require.NoError(t, err)
	tested := 0
	for _, example := range doc.Examples([]*ast.File{source}...) {
		for line := range strings.Lines(example.Output) {
			if !strings.HasPrefix(line, "<Response>") {
				continue
			}
			text, _, _ := strings.Cut(line, "</Response>")
			document, err := voxml.Parse(strings.NewReader(text + "</Response>"))
			require.NoError(t, err, "%s", example.Name)
			assert.Equal(t, expected("", expectedExamples[example.Name]), found(document.Check()), "%s", example.Name)
			tested++
		}
	}
	assert.Greater(t, tested, 20)
}
