package voxml_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

var update = flag.Bool("update", false, "write testdata/*.xml")

// golden has the documents of testdata/*.xml.
var golden = []struct {
	section, name string
	doc           voxml.Response
}{
	{"4", "empty", nil},
	{"4 Answer", "greeting", voxml.Response{
		voxml.Answer{},
		voxml.Pause{Length: 2 * time.Second},
		voxml.Say{Text: "Thank you for calling Acme."},
		voxml.Hangup{},
	}},
	{"4 Gather", "menu", voxml.Response{
		voxml.Gather{
			Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "For sales, press 1. For support, press 2."},
				voxml.Pause{},
				voxml.Play{URL: "https://example.com/audio/repeat.mp3"},
			},
		},
		voxml.Say{Text: "We did not get that."},
		voxml.Redirect{URL: "/voice"},
	}},
	{"4 Gather", "speech", voxml.Response{
		voxml.Gather{
			Action: "/voice/speech", ActionOnEmptyResult: true, FinishOnKey: voxml.NoKey,
			Input: voxml.InputDTMFSpeech, Language: "en-GB", Output: "menu", ProfanityFilter: true,
			SpeechTimeout: voxml.Auto, Timeout: 10 * time.Second, History: voxml.HistoryCompact,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "How can we help?", Voice: "Polly.Amy", Language: "en-GB"}},
		},
	}},
	{"4 Gather", "account-number", voxml.Response{
		voxml.Gather{
			Action: "account?attempt=1&lang=en", Method: voxml.MethodGET, FinishOnKey: "*", Input: voxml.InputDTMFSpeech, NumDigits: 12,
			SpeechTimeout: 3 * time.Second,
		},
		voxml.Redirect{URL: "account?attempt=2&lang=en", Method: voxml.MethodGET},
	}},
	{"4 Dial", "dial", voxml.Response{
		voxml.Dial{Number: "+14025550100", CallerID: "+14025550199", Timeout: 20 * time.Second, RingTone: voxml.RingToneUK},
		voxml.Say{Text: "Nobody is here right now."},
		voxml.Hangup{},
	}},
	{"4 Dial", "dial-recorded", voxml.Response{
		voxml.Dial{
			Number: "+14025550100", Action: "/voice/dialed", AnswerOnBridge: true, HangupOnStar: true,
			Method: voxml.MethodPOST, Output: "dial", TimeLimit: time.Hour,
			Record: voxml.DialRecordFromAnswerDual, RecordingTrack: voxml.RecordingTrackBoth,
			RecordingStatusCallback:       "https://example.com/recordings?tenant=7&kind=dial",
			RecordingStatusCallbackMethod: voxml.MethodGET,
			RecordingStatusCallbackEvent:  []voxml.RecordingStatus{voxml.RecordingStatusInProgress, voxml.RecordingStatusCompleted, voxml.RecordingStatusFailed},
			History:                       voxml.HistoryFull,
		},
	}},
	{"4 Dial", "dial-together", voxml.Response{
		voxml.Dial{
			Action: "/voice/dialed", Timeout: 30 * time.Second,
			Nouns: []voxml.DialNoun{
				voxml.Number{Number: "+14025550101"},
				voxml.Number{Number: "+14025550102", SendDigits: "ww17#"},
				voxml.Number{Number: "+14025550103", URL: "/voice/whisper", Method: voxml.MethodGET},
				voxml.Element{Name: "Sip", Children: []voxml.Node{voxml.Text("sip:desk@example.com;transport=tls")}},
			},
		},
	}},
	{"4 Record", "voicemail", voxml.Response{
		voxml.Say{Text: "Please leave a message after the tone."},
		voxml.Record{
			Action: "/voice/message", Method: voxml.MethodPOST, Timeout: 4 * time.Second, FinishOnKey: "#", MaxLength: 2 * time.Minute,
			RecordingStatusCallback: "/recordings", RecordingStatusCallbackMethod: voxml.MethodPOST,
			RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusCompleted, voxml.RecordingStatusFailed},
		},
	}},
	{"4 Record", "dictation", voxml.Response{
		voxml.Record{Timeout: voxml.Never, FinishOnKey: voxml.NoKey, MaxLength: 4 * time.Hour, NoBeep: true, History: voxml.HistoryFull},
	}},
	{"4 Pay", "pay-card", voxml.Response{
		voxml.Pay{
			Action: "/voice/paid", ChargeAmount: "129.90", Currency: voxml.USD, Description: "Invoice 4711",
			MaxAttempts: 3, MinPostalCodeLength: 5, PaymentConnector: "Stripe", PaymentMethod: voxml.PaymentMethodCreditCard,
			StatusCallback: "/voice/pay-progress", StatusCallbackMethod: voxml.MethodPOST, Timeout: 8 * time.Second,
			TokenType:      voxml.TokenTypeOneTime,
			ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeMastercard, voxml.CardTypeAmex},
			Nouns: []voxml.PayNoun{
				voxml.Prompt{For: voxml.PromptForPaymentCardNumber, Verbs: []voxml.PromptVerb{
					voxml.Say{Text: "Please key in your card number."},
				}},
				voxml.Prompt{
					For: voxml.PromptForPaymentCardNumber, Attempt: []int{2, 3},
					ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidCardNumber, voxml.ErrorTypeInvalidCardType},
					Verbs: []voxml.PromptVerb{
						voxml.Play{URL: "https://example.com/audio/error.mp3"},
						voxml.Say{Text: "That card number is not valid. Please try again."},
					},
				},
				voxml.Prompt{
					For: voxml.PromptForSecurityCode, CardType: []voxml.CardType{voxml.CardTypeAmex}, RequireMatchingInputs: true,
					Verbs: []voxml.PromptVerb{voxml.Say{Text: "Please key in the four digits on the front of your card."}},
				},
				voxml.Parameter{Name: "customer", Value: "c_1029"},
				voxml.Parameter{Name: "memo", Value: ""},
			},
		},
	}},
	{"4 Pay", "pay-bank", voxml.Response{
		voxml.Pay{
			Action: "/voice/paid", Method: voxml.MethodPOST, BankAccountType: voxml.BankAccountTypeCommercialChecking, ChargeAmount: "1500",
			Input: voxml.InputDTMF, Language: "es-US", Output: "pay", PaymentMethod: voxml.PaymentMethodACHDebit, NoPostalCode: true,
			NoSecurityCode: true, TokenType: voxml.TokenTypeReusable,
			Nouns: []voxml.PayNoun{
				voxml.Prompt{For: voxml.PromptForBankRoutingNumber, Verbs: []voxml.PromptVerb{voxml.Say{Text: "Su número de ruta, por favor.", Language: "es-US"}}},
				voxml.Prompt{For: voxml.PromptForBankAccountNumber, History: voxml.HistoryFull, Verbs: []voxml.PromptVerb{voxml.Play{URL: "account.mp3"}}},
			},
		},
	}},
	{"4 Play", "tones", voxml.Response{
		voxml.Play{Digits: "1w2w#"},
		voxml.Play{URL: "hold.mp3", Loop: 10, History: voxml.HistoryCompact},
		voxml.Play{URL: "https://example.com/a.mp3?x=1&y=2"},
	}},
	{"4 Reject", "reject", voxml.Response{voxml.Reject{Reason: voxml.RejectReasonBusy}}},
	{"4 Redirect", "redirect", voxml.Response{voxml.Redirect{URL: "../closed?from=menu&day=sunday", Method: voxml.MethodGET, History: voxml.HistoryFull}}},
	{"4 Connect", "connect", voxml.Response{
		voxml.Connect{
			Flow:    voxml.Flow{ID: "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11", Resume: true, History: voxml.HistoryFull},
			History: voxml.HistoryCompact,
		},
	}},
	{"4 Set", "variables", voxml.Response{
		voxml.Set{Output: "language", Value: "fr"},
		voxml.Set{Output: "note", Value: `"5 < 6" & more`},
		voxml.Set{Output: "empty"},
		voxml.Unset{Output: "menu.digits", History: voxml.HistoryDisable},
	}},
	{"4 If", "branches", voxml.Response{
		voxml.Gather{Output: "menu", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Power or outage? Press 1."}}},
		voxml.If{
			Expression: voxml.Var("menu.digits").Equal("1").Or(voxml.Var("menu.speech").Match("(power|outage)")),
			Verbs:      []voxml.Verb{voxml.Dial{Number: "+14025550100"}, voxml.Hangup{}},
		},
		voxml.If{Expression: voxml.RawExpr(`${menu.digits}!='1' && ${menu.speech}!~"(power|outage)"`), Verbs: []voxml.Verb{
			voxml.Redirect{URL: "/voice"},
		}},
	}},
	{"4 Do", "loop", voxml.Response{
		voxml.Do{Expression: voxml.Var("pin.digits").NotEqual("1234"), MaxLoops: 3, Verbs: []voxml.Verb{
			voxml.Gather{Output: "pin", NumDigits: 4, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Your PIN, please."}}},
			voxml.If{Expression: voxml.RawExpr("${do.n}==1"), Verbs: []voxml.Verb{
				voxml.If{Expression: voxml.Var("pin.digits").Equal(""), Verbs: []voxml.Verb{
					voxml.Do{Expression: voxml.RawExpr("${do.n}!=2"), MaxLoops: 2, Verbs: []voxml.Verb{voxml.Say{Text: "Please use the keys."}}},
				}},
			}},
		}},
		voxml.Hangup{},
	}},
	{"4 If", "deep", voxml.Response{ifs(voxml.MaxDepth)}},
	{"4 Say", "ssml", voxml.Response{
		voxml.Say{
			Voice: "Polly.Joanna", Language: "en-US", Loop: 2,
			SSML: ssml.Speech{
				ssml.Text("Your code is "),
				ssml.SayAs{InterpretAs: ssml.Digits, Content: ssml.Speech{ssml.Text("4711")}},
				ssml.Break{Time: 500 * time.Millisecond},
				ssml.Whispered{Content: ssml.Speech{
					ssml.Element{Name: "prosody", Attrs: []ssml.Attr{{Name: "rate", Value: "slow"}, {Name: "xml:lang", Value: "en-US"}}, Content: ssml.Speech{
						ssml.Text("do not <tell> anybody"),
					}},
				}},
				ssml.Text("."),
			},
		},
	}},
	{"4 Say", "languages", voxml.Response{
		voxml.Say{Text: "Für Deutsch drücken Sie die Eins.", Voice: "Polly.Marlene", Language: "de-DE"},
		voxml.Say{Text: "Для русского языка нажмите два.", Language: "ru-RU"},
		voxml.Say{Text: "中文请按三。", Voice: "Polly.Zhiyu", Language: "cmn-CN"},
		voxml.Say{Text: "للعربية اضغط أربعة.", Language: "arb"},
		voxml.Say{Text: "हिन्दी के लिए पाँच दबाएँ।", Language: "hi-IN"},
		voxml.Say{Text: "日本語は六を押してください😀", Language: "ja-JP"},
	}},
	{"4 Say", "escaping", voxml.Response{
		voxml.Say{Text: `AT&T says "1 < 2 > 0" & it's </Say><Hangup/> ]]> &amp;`},
		voxml.Say{Text: "one\ttwo\r\nthree\x00\x1b\xff\uFFFEfour", Voice: "one\ttwo\r\nthree\x00\x1b\xff\uFFFE\"four\""},
		voxml.Redirect{URL: "/voice?q=a&b=<c>"},
	}},
	{"4", "unknown", voxml.Response{
		voxml.Element{
			Name:  "Conference",
			Attrs: voxml.Attrs{{Name: "startOnEnter", Value: "true"}, {Name: "label", Value: `"A" & B`}},
			Children: []voxml.Node{
				voxml.Text("room 1"),
				voxml.Say{Text: "Welcome."},
				voxml.Number{Number: "+14025550100"},
				voxml.Element{Name: "Empty"},
			},
		},
		voxml.Gather{
			NumDigits: 1, Attrs: voxml.Attrs{{Name: "hints", Value: "sales, support"}, {Name: "bargeIn", Value: ""}},
			Verbs: []voxml.GatherVerb{voxml.Element{Name: "Beep"}},
		},
		voxml.Hangup{Attrs: voxml.Attrs{{Name: "x:reason", Value: "done"}}},
	}},
}

// TestGolden compares whole documents. To write those that it compares with:
//
//	go test ./voxml -run TestGolden -update
func TestGolden(t *testing.T) {
	for _, tt := range golden {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			file := filepath.Join("testdata", tt.name+".xml")
			got := encode(t, tt.doc)
			_, err := parse([]byte(got))
			require.NoError(t, err)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// TestGoldenComplete checks that each element is in a document, and that each
// file belongs to one.
func TestGoldenComplete(t *testing.T) {
	seen := map[string]bool{}
	var want []string
	for _, tt := range golden {
		for _, e := range decode(t, tt.doc).all() {
			seen[e.name] = true
		}
		want = append(want, filepath.Join("testdata", tt.name+".xml"))
	}
	for _, tt := range elements {
		assert.True(t, seen[tt.name], "%s is in no document", tt.name)
	}
	files, err := filepath.Glob("testdata/*.xml")
	require.NoError(t, err)
	assert.ElementsMatch(t, want, files)
}

func TestSameBytes(t *testing.T) {
	for _, tt := range golden {
		first := encode(t, tt.doc)
		var written bytes.Buffer
		for range 100 {
			b, err := tt.doc.AppendXML(nil)
			require.NoError(t, err)
			require.Equal(t, first, string(b), tt.name)
			_, err = tt.doc.WriteTo(&written)
			require.NoError(t, err)
		}
		assert.Equal(t, strings.Repeat(first, 100), written.String(), tt.name)
		assert.Equal(t, first, tt.doc.String(), tt.name)
	}
}
