package voxml_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// a1 is an attribute that no element has.
var a1 = voxml.Attrs{{Name: "a", Value: "1"}}

func says(text string) voxml.Response { return voxml.Response{voxml.Say{Text: text}} }

func speaks(nodes ...ssml.Node) voxml.Response { return voxml.Response{voxml.Say{SSML: nodes}} }

func conditions(expressions ...voxml.Expr) voxml.Response {
	var doc voxml.Response
	for _, x := range expressions {
		doc = append(doc, voxml.If{Expression: x})
	}
	return doc
}

// parsed has what is in testdata/parse/*.xml.
var parsed = []struct {
	section, name string
	doc           voxml.Response
}{
	{"4", "empty-tag", nil},
	{"4", "empty-pair", nil},
	{"4", "empty-spaced", nil},
	{"4", "declaration", voxml.Response{voxml.Answer{}}},
	{"4", "declaration-version", voxml.Response{voxml.Answer{}}},
	{"4", "declaration-full", voxml.Response{voxml.Answer{}}},
	{"4", "bom", says("\uFEFFHi")}, // only the first one is a mark
	{"4", "bom-alone", nil},
	{"4", "namespaces", voxml.Response{voxml.Hangup{}}},
	{"4", "comments", voxml.Response{
		voxml.Answer{},
		voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Pause{}}},
		voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550101"}}},
		voxml.Connect{Flow: voxml.Flow{ID: "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11"}},
	}},
	{"4", "comments-in-text", voxml.Response{
		voxml.Say{Text: "One three"},
		voxml.Redirect{URL: "/voice"},
		voxml.Set{Output: "n", Value: "42"},
		voxml.Element{Name: "Room"},
	}},

	{"4 Answer", "answer", voxml.Response{
		voxml.Answer{}, voxml.Answer{}, voxml.Answer{History: voxml.HistoryDisable},
		voxml.Answer{History: voxml.HistoryCompact}, voxml.Answer{History: voxml.HistoryFull},
	}},
	{"4 Answer", "hangup", voxml.Response{voxml.Hangup{}, voxml.Hangup{}, voxml.Hangup{History: voxml.HistoryFull}}},
	{"4 Connect", "connect", voxml.Response{voxml.Connect{
		Flow:    voxml.Flow{ID: "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11", Resume: true, History: voxml.HistoryFull},
		History: voxml.HistoryCompact,
	}}},
	{"4 Connect", "connect-defaults", voxml.Response{voxml.Connect{
		Flow:    voxml.Flow{ID: "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11", History: voxml.HistoryDisable},
		History: voxml.HistoryDisable,
	}}},
	{"4 Dial", "dial", voxml.Response{voxml.Dial{
		Number: "+14025550100", Action: "/voice/dialed", AnswerOnBridge: true, CallerID: "+14025550199",
		HangupOnStar: true, Method: voxml.MethodGET, Output: "dial", RingTone: voxml.RingToneUK, Timeout: 20 * time.Second,
		TimeLimit: time.Hour, Record: voxml.DialRecordFromRingingDual, RecordingTrack: voxml.RecordingTrackInbound,
		RecordingStatusCallback:       "https://example.com/rec?tenant=7&kind=dial",
		RecordingStatusCallbackMethod: voxml.MethodGET,
		RecordingStatusCallbackEvent:  []voxml.RecordingStatus{voxml.RecordingStatusInProgress, voxml.RecordingStatusCompleted, voxml.RecordingStatusFailed},
		History:                       voxml.HistoryFull,
	}}},
	{"4 Dial", "dial-defaults", voxml.Response{voxml.Dial{
		Number: "+14025550100", Method: voxml.MethodPOST, RingTone: voxml.RingToneUS, Timeout: 30 * time.Second,
		TimeLimit: 4 * time.Hour, Record: voxml.DialRecordDoNotRecord, RecordingTrack: voxml.RecordingTrackBoth,
		RecordingStatusCallbackMethod: voxml.MethodPOST,
		RecordingStatusCallbackEvent:  []voxml.RecordingStatus{voxml.RecordingStatusCompleted},
		History:                       voxml.HistoryDisable,
	}}},
	{"4 Dial", "dial-numbers", voxml.Response{voxml.Dial{
		Action: "dialed", Timeout: 15 * time.Second,
		Nouns: []voxml.DialNoun{
			voxml.Number{Number: "+14025550101"},
			voxml.Number{Number: "+14025550102", SendDigits: "ww17#"},
			voxml.Number{Number: "+14025550103", URL: "/voice/whisper?who=desk", Method: voxml.MethodGET},
			voxml.Number{Number: "sip:desk@example.com", SendDigits: "1", URL: "w", Method: voxml.MethodPOST},
		},
	}}},
	{"4 Dial", "dial-space", voxml.Response{
		voxml.Dial{Number: "\n  +14025550100\n"},
		voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: " 1 "}}},
	}},
	{"4 Dial", "dial-values", voxml.Response{
		voxml.Dial{Number: "1", RingTone: voxml.RingToneAU, Record: voxml.DialRecordFromRinging},
		voxml.Dial{Number: "2", RingTone: voxml.RingToneBE, Record: voxml.DialRecordFromAnswer},
		voxml.Dial{Number: "3", RingTone: voxml.RingToneCN, Record: voxml.DialRecordFromAnswerDual},
		voxml.Dial{Number: "4", RingTone: voxml.RingToneCZ, RecordingTrack: voxml.RecordingTrackOutbound},
		voxml.Dial{Number: "5", RingTone: voxml.RingToneDE},
		voxml.Dial{Number: "6", RingTone: voxml.RingToneDK},
		voxml.Dial{Number: "7", RingTone: voxml.RingToneES},
		voxml.Dial{Number: "8", RingTone: voxml.RingToneFI},
		voxml.Dial{Number: "9", RingTone: voxml.RingToneFR},
		voxml.Dial{Number: "10", RingTone: voxml.RingToneHU},
		voxml.Dial{Number: "11", RingTone: voxml.RingToneIL},
		voxml.Dial{Number: "12", RingTone: voxml.RingToneIN},
		voxml.Dial{Number: "13", RingTone: voxml.RingToneJP},
		voxml.Dial{Number: "14", RingTone: voxml.RingTonePL},
		voxml.Dial{Number: "15", RingTone: voxml.RingToneRU},
	}},
	{"4 Gather", "gather", voxml.Response{voxml.Gather{
		Action: "/voice/menu", ActionOnEmptyResult: true, FinishOnKey: "*", Input: voxml.InputSpeech,
		Language: "es-419", Method: voxml.MethodGET, NumDigits: 4, Output: "menu", ProfanityFilter: true,
		SpeechTimeout: 3 * time.Second, Timeout: 10 * time.Second, History: voxml.HistoryCompact,
	}}},
	{"4 Gather", "gather-defaults", voxml.Response{voxml.Gather{
		FinishOnKey: "#", Input: voxml.InputDTMF, Language: "en-US", Method: voxml.MethodPOST,
		Timeout: 5 * time.Second, History: voxml.HistoryDisable,
	}}},
	{"4 Gather", "gather-children", voxml.Response{voxml.Gather{
		NumDigits: 1, Output: "menu",
		Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "For sales, press 1."},
			voxml.Pause{Length: time.Second},
			voxml.Play{URL: "menu.mp3"},
			voxml.Play{Digits: "1w2"},
			voxml.Element{Name: "Beep", Attrs: voxml.Attrs{{Name: "tone", Value: "a"}}, Children: []voxml.Node{voxml.Text("x")}},
		},
	}}},
	{"4 Gather", "gather-keys", voxml.Response{
		voxml.Gather{FinishOnKey: voxml.NoKey}, voxml.Gather{FinishOnKey: "#*"},
		voxml.Gather{FinishOnKey: "0"}, voxml.Gather{FinishOnKey: " "},
	}},
	{"4 Gather", "gather-speech", voxml.Response{
		voxml.Gather{Input: voxml.InputDTMFSpeech, SpeechTimeout: voxml.Auto},
		voxml.Gather{Input: "speech dtmf", SpeechTimeout: time.Second},
	}},
	{"4 Gather", "gather-misplaced", voxml.Response{voxml.Gather{Verbs: []voxml.GatherVerb{
		voxml.Element{Name: "Hangup", Attrs: voxml.Attrs{{Name: "history", Value: "full"}, {Name: "why", Value: "x"}}},
		voxml.Element{Name: "If", Attrs: voxml.Attrs{{Name: "expression", Value: "1==1"}}, Children: []voxml.Node{voxml.Say{Text: "Hi"}}},
		voxml.Element{Name: "Redirect", Attrs: voxml.Attrs{{Name: "method", Value: "GET"}}, Children: []voxml.Node{voxml.Text("/voice")}},
		voxml.Element{Name: "Gather", Attrs: voxml.Attrs{{Name: "timeout", Value: "soon"}}},
	}}}},
	{"4 Pause", "pause", voxml.Response{
		voxml.Pause{}, voxml.Pause{Length: time.Second},
		voxml.Pause{Length: time.Minute, History: voxml.HistoryFull}, voxml.Pause{Length: 7 * time.Second},
	}},
	{"4 Pay", "pay-card", voxml.Response{voxml.Pay{
		Action: "/voice/paid", Method: voxml.MethodPOST, ChargeAmount: "129.90", Currency: voxml.USD, Description: "Invoice 4711",
		Input: voxml.InputDTMF, Language: "en-GB", MaxAttempts: 3, MinPostalCodeLength: 5, Output: "pay",
		PaymentConnector: "Stripe", PaymentMethod: voxml.PaymentMethodCreditCard, StatusCallback: "/voice/pay",
		StatusCallbackMethod: voxml.MethodGET, Timeout: 8 * time.Second, TokenType: voxml.TokenTypeOneTime,
		ValidCardTypes: []voxml.CardType{
			voxml.CardTypeVisa, voxml.CardTypeMastercard, voxml.CardTypeAmex, voxml.CardTypeMaestro,
			voxml.CardTypeDiscover, voxml.CardTypeJCB, voxml.CardTypeDinersClub, voxml.CardTypeEnRoute,
		},
		History: voxml.HistoryCompact,
	}}},
	{"4 Pay", "pay-bank", voxml.Response{
		voxml.Pay{
			Action: "https://example.com/paid", Method: voxml.MethodGET, BankAccountType: voxml.BankAccountTypeCommercialChecking,
			ChargeAmount: "0.05", PaymentMethod: voxml.PaymentMethodACHDebit, NoPostalCode: true, NoSecurityCode: true,
			TokenType: voxml.TokenTypePaymentMethod, History: voxml.HistoryFull,
		},
		voxml.Pay{BankAccountType: voxml.BankAccountTypeConsumerSavings},
	}},
	{"4 Pay", "pay-defaults", voxml.Response{voxml.Pay{
		Method: voxml.MethodPOST, BankAccountType: voxml.BankAccountTypeConsumerChecking, ChargeAmount: "0", Currency: voxml.USD,
		Input: voxml.InputDTMF, Language: "en-US", MaxAttempts: 2, PaymentConnector: "Default",
		PaymentMethod: voxml.PaymentMethodCreditCard, StatusCallbackMethod: voxml.MethodPOST, Timeout: 5 * time.Second,
		TokenType:      voxml.TokenTypeReusable,
		ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeMastercard, voxml.CardTypeAmex},
		History:        voxml.HistoryDisable,
	}}},
	{"4 Pay", "pay-amounts", voxml.Response{
		voxml.Pay{ChargeAmount: "9.50"}, voxml.Pay{ChargeAmount: "009.500"},
		voxml.Pay{ChargeAmount: "1500"}, voxml.Pay{ChargeAmount: "0.00"},
	}},
	{"4 Pay", "prompts", voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{
		voxml.Prompt{
			For: voxml.PromptForPaymentCardNumber, Attempt: []int{1, 2, 3}, CardType: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeAmex},
			ErrorType:             []voxml.ErrorType{voxml.ErrorTypeInvalidCardNumber, voxml.ErrorTypeInvalidCardType},
			RequireMatchingInputs: true, History: voxml.HistoryFull,
			Verbs: []voxml.PromptVerb{
				voxml.Say{Text: "Your card number, please."}, voxml.Play{URL: "card.mp3"}, voxml.Element{Name: "Beep"},
			},
		},
		voxml.Prompt{For: voxml.PromptForExpirationDate, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidDate, voxml.ErrorTypeInputTimeout}},
		voxml.Prompt{For: voxml.PromptForSecurityCode, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidSecurityCode}},
		voxml.Prompt{For: voxml.PromptForPostalCode, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidPostalCode}},
		voxml.Prompt{For: voxml.PromptForBankRoutingNumber, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidBankRoutingNumber}},
		voxml.Prompt{For: voxml.PromptForBankAccountNumber, ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidBankAccountNumber, voxml.ErrorTypeInputMatchingFailed}},
		voxml.Prompt{For: "house-number"},
	}}}},
	{"4 Pay", "parameters", voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{
		voxml.Parameter{Name: "customer", Value: "c_1029"},
		voxml.Parameter{Name: "memo"},
		voxml.Parameter{Name: "none", History: voxml.HistoryFull},
		voxml.Element{Name: "Extra", Attrs: voxml.Attrs{{Name: "name", Value: "x"}}},
	}}}},
	{"4 Pay", "lists", voxml.Response{
		voxml.Pay{
			ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeAmex, voxml.CardTypeJCB},
			Nouns: []voxml.PayNoun{voxml.Prompt{
				For: voxml.PromptForPostalCode, Attempt: []int{3, 1, 2}, CardType: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeJCB},
				ErrorType: []voxml.ErrorType{"new-error"},
			}},
		},
		voxml.Record{RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed, "absent"}},
	}},
	{"4 Play", "play", voxml.Response{
		voxml.Play{URL: "https://example.com/a.mp3?x=1&y=2"}, voxml.Play{URL: "hold.mp3", Loop: 1},
		voxml.Play{URL: "../hold.mp3", Loop: 10, History: voxml.HistoryFull},
	}},
	{"4 Play", "play-digits", voxml.Response{
		voxml.Play{Digits: "1w2w#*"}, voxml.Play{Digits: "0", Loop: 2, History: voxml.HistoryCompact},
	}},
	{"4 Record", "record", voxml.Response{voxml.Record{
		Action: "/voice/message", Method: voxml.MethodGET, Timeout: 4 * time.Second, FinishOnKey: "#", MaxLength: 2 * time.Minute,
		NoBeep: true, RecordingStatusCallback: "/recordings", RecordingStatusCallbackMethod: voxml.MethodGET,
		RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusCompleted, voxml.RecordingStatusFailed},
		History:                      voxml.HistoryFull,
	}}},
	{"4 Record", "record-defaults", voxml.Response{voxml.Record{
		Method: voxml.MethodPOST, Timeout: 5 * time.Second, FinishOnKey: "1234567890*#", MaxLength: time.Hour,
		RecordingStatusCallbackMethod: voxml.MethodPOST,
		RecordingStatusCallbackEvent:  []voxml.RecordingStatus{voxml.RecordingStatusCompleted},
		History:                       voxml.HistoryDisable,
	}}},
	{"4 Record", "record-endless", voxml.Response{
		voxml.Record{Timeout: voxml.Never, FinishOnKey: voxml.NoKey, MaxLength: 4 * time.Hour}, voxml.Record{Timeout: time.Second},
	}},
	{"4 Redirect", "redirect", voxml.Response{
		voxml.Redirect{URL: "/voice"}, voxml.Redirect{URL: "../closed?from=menu&day=sunday", Method: voxml.MethodPOST},
		voxml.Redirect{URL: "https://example.com/", Method: voxml.MethodGET, History: voxml.HistoryFull},
	}},
	{"4 Reject", "reject", voxml.Response{
		voxml.Reject{}, voxml.Reject{Reason: voxml.RejectReasonRejected},
		voxml.Reject{Reason: voxml.RejectReasonBusy, History: voxml.HistoryCompact},
	}},
	{"4 Say", "say", voxml.Response{
		voxml.Say{Text: "Hi"},
		voxml.Say{Text: "Good morning.", Voice: "Polly.Amy", Language: "en-GB", Loop: 2, History: voxml.HistoryFull},
		voxml.Say{Language: "en-US", Loop: 1},
		voxml.Say{},
	}},
	{"4 Set", "set", voxml.Response{
		voxml.Set{Output: "language", Value: "fr"}, voxml.Set{Output: "_captcha.digits", Value: " 1 ", History: voxml.HistoryFull},
		voxml.Set{Output: "empty"}, voxml.Set{Output: "none"},
	}},
	{"4 Set", "unset", voxml.Response{
		voxml.Unset{Output: "language"}, voxml.Unset{Output: "menu.digits", History: voxml.HistoryCompact},
	}},
	{"4 If", "if", voxml.Response{
		voxml.If{
			Expression: voxml.Var("menu.digits").Equal("1"),
			Verbs:      []voxml.Verb{voxml.Dial{Number: "+14025550100"}, voxml.Hangup{}},
		},
		voxml.If{Expression: voxml.Var("menu.digits").Equal("")},
	}},
	{"4 If", "if-nested", voxml.Response{voxml.If{Expression: voxml.RawExpr("${a}==1"), Verbs: []voxml.Verb{
		voxml.If{Expression: voxml.RawExpr("${b}==2"), Verbs: []voxml.Verb{
			voxml.Say{Text: "Two"},
			voxml.If{Expression: voxml.RawExpr("${c}==3"), Verbs: []voxml.Verb{
				voxml.Do{Expression: voxml.RawExpr("${d}!=4"), Verbs: []voxml.Verb{
					voxml.If{Expression: voxml.RawExpr("${e}==5"), Verbs: []voxml.Verb{voxml.Hangup{}}},
					voxml.Say{Text: "Not four"},
				}},
			}},
		}},
		voxml.Redirect{URL: "/voice"},
	}}}},
	{"4 Do", "do", voxml.Response{
		voxml.Do{Expression: voxml.RawExpr("${pin.digits}!='1234'"), MaxLoops: 3, Verbs: []voxml.Verb{
			voxml.Gather{Output: "pin", NumDigits: 4, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Your PIN, please."}}},
		}},
		voxml.Do{Expression: voxml.RawExpr("1==1"), MaxLoops: 1},
	}},
	{"4 Do", "do-nested", voxml.Response{voxml.Do{Expression: voxml.RawExpr("${do.n}!=9"), Verbs: []voxml.Verb{
		voxml.Do{Expression: voxml.RawExpr("${do.n}!=8"), MaxLoops: 8, Verbs: []voxml.Verb{
			voxml.Do{Expression: voxml.RawExpr("${do.n}!=7"), MaxLoops: 7, Verbs: []voxml.Verb{voxml.Unset{Output: "x"}}},
			voxml.Reject{},
		}},
		voxml.Pause{},
	}}}},
	{"4 If", "nested-everything", voxml.Response{voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: []voxml.Verb{
		voxml.Answer{}, voxml.Connect{Flow: voxml.Flow{ID: "f"}}, voxml.Dial{Number: "1"}, voxml.Gather{}, voxml.Hangup{},
		voxml.Pause{}, voxml.Pay{}, voxml.Play{URL: "a"}, voxml.Record{}, voxml.Redirect{URL: "b"}, voxml.Reject{},
		voxml.Say{Text: "c"}, voxml.Set{Output: "d"}, voxml.Unset{Output: "e"}, voxml.If{Expression: voxml.RawExpr("1==2")},
		voxml.Do{Expression: voxml.RawExpr("1==3")}, voxml.Element{Name: "Goto"},
	}}}},
	{"4 Expressions", "expressions", conditions(
		voxml.Var("menu.digits").Equal("1").Or(voxml.Var("menu.speech").Match("(power|outage)")),
		voxml.Var("menu.digits").Equal("1").Or(voxml.Var("menu.speech").Match("(power|outage)")),
		voxml.RawExpr("1 == ${var}"),
		voxml.Var("var").NotMatch("(support|pharmacy)"),
		voxml.RawExpr("${var}!~'(support|pharmacy)'"),
		voxml.RawExpr("${a}!=b && ${c}==''"),
		voxml.RawExpr(" ${a}  == 1 "),
		voxml.RawExpr("${a}==1"),
		voxml.RawExpr("(${a} < 5)"),
		voxml.RawExpr(`${имя}=="Анна"`),
	)},

	{"4", "unknown-element", voxml.Response{
		voxml.Element{
			Name:  "Conference",
			Attrs: voxml.Attrs{{Name: "startOnEnter", Value: "true"}, {Name: "label", Value: `"A" & B`}, {Name: "end"}},
			Children: []voxml.Node{
				voxml.Text("\n    room 1\n    "), voxml.Say{Text: "Welcome."}, voxml.Text(" and "),
				voxml.Number{Number: "+14025550100"}, voxml.Text("\n    "), voxml.Element{Name: "Empty"},
				voxml.Flow{ID: "f", Resume: true}, voxml.Text("\n  "),
			},
		},
		voxml.Element{Name: "Sms"},
		voxml.Element{Name: "Leave", Children: []voxml.Node{voxml.Text(" ")}},
	}},
	{"4", "unknown-nested", voxml.Response{
		voxml.Element{Name: "Start", Children: []voxml.Node{
			voxml.Element{
				Name: "Stream", Attrs: voxml.Attrs{{Name: "url", Value: "wss://example.com/s"}},
				Children: []voxml.Node{
					voxml.Parameter{Name: "a", Value: "b"},
					voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: []voxml.Verb{voxml.Element{Name: "Number2"}}},
				},
			},
			voxml.Prompt{For: voxml.PromptForPostalCode, Verbs: []voxml.PromptVerb{voxml.Element{Name: "Pause"}}},
		}},
		voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: []voxml.Verb{voxml.Element{Name: "Else"}}},
	}},
	{"4", "unknown-attributes", voxml.Response{
		voxml.Answer{Attrs: a1},
		voxml.Connect{Attrs: a1, Flow: voxml.Flow{ID: "f", Attrs: a1}},
		voxml.Dial{Attrs: a1, Nouns: []voxml.DialNoun{voxml.Number{Number: "1", Attrs: a1}}},
		voxml.Gather{Attrs: voxml.Attrs{{Name: "hints", Value: "sales, support"}, {Name: "bargeIn"}}},
		voxml.Hangup{Attrs: voxml.Attrs{{Name: "x:reason", Value: "done"}}},
		voxml.Pause{Attrs: a1},
		voxml.Pay{Attrs: a1, Nouns: []voxml.PayNoun{
			voxml.Prompt{For: voxml.PromptForPostalCode, Attrs: a1}, voxml.Parameter{Name: "n", Value: "v", Attrs: a1},
		}},
		voxml.Play{URL: "u", Attrs: a1},
		voxml.Record{Attrs: a1},
		voxml.Redirect{URL: "u", Attrs: a1},
		voxml.Reject{Attrs: a1},
		voxml.Say{Text: "t", Loop: 3, Attrs: voxml.Attrs{{Name: "b", Value: "2"}, {Name: "a", Value: "1"}}},
		voxml.Set{Output: "o", Value: "v", Attrs: a1},
		voxml.Unset{Output: "o", Attrs: a1},
		voxml.If{Expression: voxml.RawExpr("1==1"), Attrs: a1},
		voxml.Do{Expression: voxml.RawExpr("1==1"), Attrs: a1},
	}},
	{"4", "other-case", voxml.Response{
		voxml.Element{Name: "say", Attrs: voxml.Attrs{{Name: "Voice", Value: "x"}}, Children: []voxml.Node{voxml.Text("Hi")}},
		voxml.Element{Name: "HANGUP"},
		voxml.Gather{Attrs: voxml.Attrs{{Name: "Timeout", Value: "soon"}, {Name: "numdigits", Value: "x"}}},
	}},
	{"4", "misplaced", voxml.Response{
		voxml.Element{Name: "Number", Children: []voxml.Node{voxml.Text("+14025550100")}},
		voxml.Element{Name: "Flow", Attrs: voxml.Attrs{{Name: "resume", Value: "maybe"}}, Children: []voxml.Node{voxml.Text("f")}},
		voxml.Element{Name: "Prompt", Attrs: voxml.Attrs{{Name: "for", Value: "postal-code"}}, Children: []voxml.Node{voxml.Say{Text: "Hi"}}},
		voxml.Element{Name: "Parameter", Attrs: voxml.Attrs{{Name: "name", Value: "a"}}},
		voxml.Dial{Nouns: []voxml.DialNoun{
			voxml.Element{Name: "Say", Attrs: voxml.Attrs{{Name: "loop", Value: "0"}}, Children: []voxml.Node{voxml.Text("Hi")}},
		}},
		voxml.Pay{Nouns: []voxml.PayNoun{voxml.Element{Name: "Say", Children: []voxml.Node{voxml.Text("Hi")}}}},
		voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, Verbs: []voxml.PromptVerb{
			voxml.Element{Name: "Pause", Attrs: voxml.Attrs{{Name: "length", Value: "x"}}},
		}}}},
	}},
	{"4", "empty-attributes", voxml.Response{
		voxml.Gather{Attrs: voxml.Attrs{
			{Name: "action"}, {Name: "input"}, {Name: "language"}, {Name: "method"}, {Name: "output"}, {Name: "history"},
		}},
		voxml.Dial{Number: "1", Attrs: voxml.Attrs{
			{Name: "action"}, {Name: "callerId"}, {Name: "ringTone"}, {Name: "record"}, {Name: "recordingTrack"},
			{Name: "recordingStatusCallback"}, {Name: "recordingStatusCallbackMethod"}, {Name: "recordingStatusCallbackEvent"},
		}},
		voxml.Say{Text: "Hi", Attrs: voxml.Attrs{{Name: "voice"}, {Name: "language"}}},
		voxml.Play{URL: "a.mp3", Attrs: voxml.Attrs{{Name: "digits"}}},
		voxml.Pay{
			Attrs: voxml.Attrs{{Name: "chargeAmount"}, {Name: "description"}, {Name: "validCardTypes"}},
			Nouns: []voxml.PayNoun{voxml.Prompt{
				For: voxml.PromptForPostalCode, Attrs: voxml.Attrs{{Name: "attempt"}, {Name: "cardType"}, {Name: "errorType"}},
			}},
		},
		voxml.Reject{Attrs: voxml.Attrs{{Name: "reason"}}},
		voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{
			Number: "1", Attrs: voxml.Attrs{{Name: "sendDigits"}, {Name: "url"}, {Name: "method"}},
		}}},
	}},
	{"4", "open-values", voxml.Response{
		voxml.Dial{
			Number: "1", RingTone: "xx", Record: "always", RecordingTrack: "left", Method: "PUT",
			RecordingStatusCallbackEvent: []voxml.RecordingStatus{"absent"},
		},
		voxml.Gather{Input: "video", Language: "tlh", History: "long"},
		voxml.Pay{
			Currency: "eur", PaymentMethod: "cash", TokenType: "t", BankAccountType: "b",
			ValidCardTypes: []voxml.CardType{"uatp"},
		},
		voxml.Reject{Reason: "spam"},
	}},
	{"4", "largest-numbers", voxml.Response{
		voxml.Dial{Number: "1", Timeout: 9223372036 * time.Second, TimeLimit: 9223372036 * time.Second},
		voxml.Gather{NumDigits: 2147483647},
		voxml.Pause{Length: time.Hour},
	}},
	{"4", "names", voxml.Response{
		voxml.Element{Name: "amazon:verb", Attrs: voxml.Attrs{{Name: "xml:lang", Value: "en"}}},
		voxml.Element{Name: "_"},
		voxml.Element{Name: "x-y.z1"},
		voxml.Element{Name: "Глагол", Attrs: voxml.Attrs{{Name: "имя", Value: "1"}}},
		voxml.Element{Name: "名前"},
	}},

	{"4 Say", "ssml-break", speaks(
		ssml.Text("a"), ssml.Break{}, ssml.Text("b"),
		ssml.Break{Time: 500 * time.Millisecond}, ssml.Break{Time: 2 * time.Second},
		ssml.Break{Time: 1500 * time.Millisecond}, ssml.Break{Time: 2 * time.Second},
		ssml.Break{Time: 250 * time.Millisecond, Strength: ssml.StrengthXStrong},
		ssml.Break{Strength: ssml.StrengthNone}, ssml.Break{Strength: ssml.StrengthXWeak}, ssml.Break{Strength: ssml.StrengthWeak},
		ssml.Break{Strength: ssml.StrengthMedium}, ssml.Break{Strength: ssml.StrengthStrong}, ssml.Break{Strength: "huge"},
	)},
	{"4 Say", "ssml-emphasis", speaks(
		ssml.Emphasis{Content: ssml.Speech{ssml.Text("a")}},
		ssml.Emphasis{Level: ssml.LevelStrong, Content: ssml.Speech{ssml.Text("b")}},
		ssml.Emphasis{Level: ssml.LevelNone},
		ssml.Emphasis{Level: ssml.LevelReduced},
		ssml.Emphasis{Level: ssml.LevelModerate, Content: ssml.Speech{ssml.Text("c")}},
	)},
	{"4 Say", "ssml-lang", speaks(
		ssml.Text("He said "),
		ssml.Lang{Language: "fr-FR", Content: ssml.Speech{
			ssml.Text("bonjour "), ssml.Lang{Language: "de", Content: ssml.Speech{ssml.Text("Welt")}},
		}},
		ssml.Text("."),
	)},
	{"4 Say", "ssml-mark", speaks(ssml.Mark{Name: "start"}, ssml.Text("Hi"), ssml.Mark{Name: `"end"`})},
	{"4 Say", "ssml-phoneme", speaks(
		ssml.Phoneme{Alphabet: ssml.IPA, Ph: "pɪˈkɑːn", Content: ssml.Speech{ssml.Text("pecan")}},
		ssml.Phoneme{Alphabet: ssml.XSAMPA, Ph: `pI"kA:n`, Content: ssml.Speech{ssml.Text("pecan")}},
		ssml.Phoneme{Ph: "x"},
	)},
	{"4 Say", "ssml-prosody", speaks(
		ssml.Prosody{
			Pitch: "+2st", Contour: "(0%,+20Hz) (40%,+30%)", Range: "high", Rate: "120%", Duration: "3s", Volume: "+6dB",
			Content: ssml.Speech{ssml.Text("a")},
		},
		ssml.Prosody{Rate: "slow", Volume: "x-loud"},
		ssml.Prosody{Content: ssml.Speech{ssml.Text("b")}},
	)},
	{"4 Say", "ssml-say-as", speaks(
		ssml.SayAs{InterpretAs: ssml.Digits, Content: ssml.Speech{ssml.Text("4711")}},
		ssml.SayAs{InterpretAs: ssml.Date, Format: "mdy", Detail: "1", Content: ssml.Speech{ssml.Text("9/24/2025")}},
		ssml.SayAs{InterpretAs: ssml.Telephone, Content: ssml.Speech{ssml.Text("+14025550100")}},
		ssml.SayAs{InterpretAs: "klingon"},
	)},
	{"4 Say", "ssml-sub", speaks(
		ssml.Sub{Alias: "World Wide Web & more", Content: ssml.Speech{ssml.Text("WWW")}}, ssml.Sub{Alias: "x"},
	)},
	{"4 Say", "ssml-words", speaks(
		ssml.Text("I "), ssml.W{Role: "amazon:VB", Content: ssml.Speech{ssml.Text("read")}},
		ssml.Text(" what I "), ssml.W{Role: "amazon:VBD", Content: ssml.Speech{ssml.Text("read")}},
		ssml.Text(" "), ssml.W{Content: ssml.Speech{ssml.Text("twice")}}, ssml.Text("."),
	)},
	{"4 Say", "ssml-paragraphs", speaks(
		ssml.Text("\n    "),
		ssml.P{Content: ssml.Speech{
			ssml.Text("\n      "), ssml.S{Content: ssml.Speech{ssml.Text("One.")}},
			ssml.Text("\n      "), ssml.S{Content: ssml.Speech{ssml.Text("Two.")}}, ssml.Text("\n    "),
		}},
		ssml.Text("\n    "), ssml.P{}, ssml.Text("\n  "),
	)},
	{"4 Say", "ssml-polly", voxml.Response{voxml.Say{Voice: "Polly.Joanna", SSML: ssml.Speech{
		ssml.Whispered{Content: ssml.Speech{ssml.Text("a secret")}},
		ssml.Newscaster{Content: ssml.Speech{ssml.Text("the news")}},
		ssml.Whispered{},
	}}}},
	{"4 Say", "ssml-unknown", speaks(
		ssml.Element{Name: "audio", Attrs: []ssml.Attr{{Name: "src", Value: "a.mp3"}, {Name: "fetchtimeout", Value: "3s"}}},
		ssml.Element{Name: "google:style", Attrs: []ssml.Attr{{Name: "name", Value: "lively"}}, Content: ssml.Speech{
			ssml.Text("Hi "), ssml.Element{Name: "b", Content: ssml.Speech{ssml.Text("you")}},
		}},
		ssml.Element{Name: "Hangup"},
	)},
	{"4 Say", "ssml-misfit", speaks(
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "0s"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "soon"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "1"}, {Name: "strength", Value: "weak"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "0.5ms"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "-1s"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "strength"}}},
		ssml.Element{Name: "break", Content: ssml.Speech{ssml.Text("text")}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "1s"}}, Content: ssml.Speech{ssml.S{}}},
		ssml.Element{Name: "mark"},
		ssml.Element{Name: "mark", Attrs: []ssml.Attr{{Name: "name"}}},
		ssml.Element{Name: "mark", Attrs: []ssml.Attr{{Name: "name", Value: "m"}}, Content: ssml.Speech{ssml.Text(" ")}},
		ssml.Element{Name: "lang", Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "sub", Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "phoneme", Attrs: []ssml.Attr{{Name: "alphabet", Value: "ipa"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "say-as", Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "amazon:effect", Attrs: []ssml.Attr{{Name: "vocal-tract-length", Value: "+10%"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "amazon:domain", Attrs: []ssml.Attr{{Name: "name", Value: "music"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "p", Attrs: []ssml.Attr{{Name: "lang", Value: "en"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "s", Attrs: []ssml.Attr{{Name: "x"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "prosody", Attrs: []ssml.Attr{{Name: "speed", Value: "1"}, {Name: "rate", Value: "slow"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "emphasis", Attrs: []ssml.Attr{{Name: "level"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "w", Attrs: []ssml.Attr{{Name: "role"}}, Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "amazon:effect", Content: ssml.Speech{ssml.Text("x")}},
		ssml.Element{Name: "amazon:domain"},
		ssml.Break{Time: time.Second},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "1m"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "s"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "9223372037s"}}},
		ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "1s "}}},
	)},
	{"4 Say", "ssml-nested", voxml.Response{
		voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Say{SSML: ssml.Speech{ssml.P{Content: ssml.Speech{
			ssml.S{Content: ssml.Speech{
				ssml.Text("Your "),
				ssml.Emphasis{Level: ssml.LevelStrong, Content: ssml.Speech{
					ssml.Text("code "),
					ssml.Lang{Language: "fr-FR", Content: ssml.Speech{
						ssml.Prosody{Rate: "slow", Content: ssml.Speech{
							ssml.SayAs{InterpretAs: ssml.Digits, Content: ssml.Speech{ssml.Text("4711")}},
						}},
					}},
				}},
				ssml.Text("."),
			}},
			ssml.Break{},
		}}}}}},
		voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode, Verbs: []voxml.PromptVerb{
			voxml.Say{SSML: ssml.Speech{ssml.Text("a"), ssml.Break{}}},
		}}}},
	}},
	// A tag that does not fit leaves those in it and around it what they are.
	{"4 Say", "ssml-misfit-nested", speaks(
		ssml.Element{Name: "p", Attrs: []ssml.Attr{{Name: "x", Value: "1"}}, Content: ssml.Speech{
			ssml.S{Content: ssml.Speech{ssml.Text("a"), ssml.Break{Time: time.Second}}},
			ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "soon"}}},
		}},
		ssml.S{Content: ssml.Speech{ssml.Element{Name: "p", Attrs: []ssml.Attr{{Name: "y", Value: "2"}}}, ssml.Text("b")}},
		ssml.Element{Name: "break", Content: ssml.Speech{ssml.Text("c"), ssml.Mark{Name: "d"}}},
	)},
	{"4 Say", "ssml-comments", voxml.Response{
		voxml.Say{SSML: ssml.Speech{ssml.Text("a"), ssml.Break{}}}, voxml.Say{Text: "e<break/>"},
	}},
	{"4 Say", "ssml-space", voxml.Response{
		voxml.Say{SSML: ssml.Speech{ssml.Text(" "), ssml.Break{}, ssml.Text(" ")}}, voxml.Say{Text: "\n"},
	}},

	{"4 Say", "cyrillic", voxml.Response{
		voxml.Say{Text: "Для русского языка нажмите два — «да».", Voice: "Polly.Татьяна", Language: "ru-RU"},
	}},
	{"4 Say", "chinese", voxml.Response{
		voxml.Say{Text: "中文请按三。𠀀", Language: "cmn-CN"}, voxml.Set{Output: "城市", Value: "北京"},
	}},
	{"4 Say", "arabic", voxml.Response{voxml.Say{Text: "للعربية اضغط أربعة.", Language: "arb"}}},
	{"4 Say", "hindi", voxml.Response{voxml.Say{Text: "हिन्दी के लिए पाँच दबाएँ।", Language: "hi-IN"}}},
	{"4 Say", "emoji", voxml.Response{
		voxml.Say{Text: "😀 👩\u200d👩\u200d👧 🇺🇸 😀😀"}, voxml.Gather{Attrs: voxml.Attrs{{Name: "hints", Value: "👍🏽"}}},
	}},
	{"4 Say", "entities", voxml.Response{
		voxml.Say{Text: `AT&T says "1 < 2 > 0" & it's &amp; <Hangup/>`}, voxml.Set{Output: "e", Value: "&"},
	}},
	{"4 Gather", "entities-in-attributes", voxml.Response{
		voxml.Gather{Action: `/voice?a=1&b=<2>"'`, Attrs: voxml.Attrs{{Name: "hints", Value: `'"&amp;`}}},
	}},
	{"4 Say", "references", voxml.Response{
		voxml.Say{Text: "Hi ☺☺A\uD7FF\uE000\uFFFD\U0010FFFF&amp;"}, voxml.Say{Text: "\t\n\r\u00a0"},
	}},
	{"4 Say", "references-in-attributes", voxml.Response{
		voxml.Say{Text: "x", Voice: "a\tb\nc\rd \"'<", Language: "中"},
		voxml.Gather{Timeout: 10 * time.Second, ActionOnEmptyResult: true},
	}},
	{"4 Say", "cdata", voxml.Response{
		voxml.Say{Text: `5 < 6 & "7" > <Hangup/> &amp; ]] >`}, voxml.Redirect{URL: "/voice?a=1&b=2"}, voxml.Say{},
	}},
	{"4 Say", "cdata-between", voxml.Response{
		voxml.Say{Text: "a<b>c&d]]>e"}, voxml.Set{Output: "x", Value: "12"},
		voxml.Element{Name: "Room", Children: []voxml.Node{voxml.Text("  1  ")}},
	}},
	{"4", "quotes", voxml.Response{
		voxml.Say{Text: `"c" and 'd'`, Voice: `a "b"`, Language: "it's"},
		voxml.Gather{Output: "o", Attrs: voxml.Attrs{{Name: "action"}, {Name: "hints", Value: `x="y"`}}},
	}},
	{"4", "attribute-space", voxml.Response{
		voxml.Gather{Action: "/a", NumDigits: 1, Timeout: 5 * time.Second, Input: voxml.InputDTMF}, voxml.Hangup{},
	}},
	{"4", "attribute-lines", voxml.Response{
		voxml.Gather{Action: "/a b", Attrs: voxml.Attrs{{Name: "hints", Value: "one two three  four"}}},
	}},
	{"4 Say", "text-space", voxml.Response{
		voxml.Say{Text: "  two  spaces,\n\ta line and a tab "}, voxml.Redirect{URL: "\n  /voice\n"},
		voxml.Set{Output: "blank", Value: "   "},
		voxml.Say{Text: " ", Attrs: voxml.Attrs{{Name: "xml:space", Value: "preserve"}}},
	}},
	{"4 Say", "text-signs", says(`1 > 0, ]] and ]> and a]]b, "q", 'r', / = ?`)},
	{"4", "crlf", voxml.Response{
		voxml.Say{Text: "one\ntwo\n\nthree"}, voxml.Set{Output: "a", Value: "x\ny\n"},
		voxml.Gather{Attrs: voxml.Attrs{{Name: "hints", Value: "a b"}}},
	}},
	{"4", "cr", voxml.Response{
		voxml.Say{Text: "one\ntwo\n\nthree\n\nfour"}, voxml.Set{Output: "a", Value: "x\ny\n\n"},
		voxml.Gather{Attrs: voxml.Attrs{{Name: "hints", Value: "a b  c"}}},
	}},
	{"4", "cr-reference", voxml.Response{
		voxml.Say{Text: "a\r\nb\r\nc"}, voxml.Gather{Attrs: voxml.Attrs{{Name: "hints", Value: "a\r b\r c"}}},
	}},

	{"5", "twiml-menu", voxml.Response{
		voxml.Gather{
			Action: "/menu.php", Input: "speech dtmf", NumDigits: 1, Timeout: 3 * time.Second,
			Attrs: voxml.Attrs{{Name: "hints", Value: "sales, support"}},
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "Please press 1 or say sales for sales.", Voice: "alice", Language: "en-GB"},
				voxml.Pause{Length: 2 * time.Second},
			},
		},
		voxml.Say{Text: "We didn't receive any input. Goodbye!"},
	}},
	{"5", "twiml-dial", voxml.Response{voxml.Dial{
		CallerID: "+15551112222", Record: voxml.DialRecordFromAnswer, Attrs: voxml.Attrs{{Name: "trim", Value: "trim-silence"}},
		Nouns: []voxml.DialNoun{
			voxml.Number{Number: "\n            +12349013030\n        ", Attrs: voxml.Attrs{
				{Name: "statusCallbackEvent", Value: "initiated ringing"}, {Name: "statusCallback", Value: "https://example.com/events"},
			}},
			voxml.Element{Name: "Client", Children: []voxml.Node{voxml.Text("joey")}},
			voxml.Element{
				Name: "Sip", Attrs: voxml.Attrs{{Name: "username", Value: "admin"}},
				Children: []voxml.Node{voxml.Text("sip:kate@example.com?hatchkey=4815162342")},
			},
		},
	}}},
	{"5", "twiml-voicemail", voxml.Response{
		voxml.Say{Text: "\n\t\tPlease leave a message at the beep.\n\t\tPress the star key when finished.\n\t"},
		voxml.Record{
			Action: "https://example.com/handle-recording", Method: voxml.MethodGET, MaxLength: 20 * time.Second, FinishOnKey: "*",
			Attrs: voxml.Attrs{{Name: "transcribe", Value: "true"}},
		},
		voxml.Say{Text: "I did not receive a recording"},
	}},
	{"5", "twiml-enqueue", voxml.Response{
		voxml.Element{
			Name: "Enqueue", Attrs: voxml.Attrs{{Name: "waitUrl", Value: "wait-music.xml"}},
			Children: []voxml.Node{voxml.Text("support")},
		},
		voxml.Connect{Flow: voxml.Flow{ID: "\n      7d1b0f0e\n    "}},
	}},
}

// TestParse reads documents, and compares the values and what comes of
// encoding them. To write the documents that it compares with:
//
//	go test ./voxml -run 'TestParse$' -update
func TestParse(t *testing.T) {
	for _, tt := range parsed {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			file := filepath.Join("testdata", "parse", tt.name)
			input, err := os.ReadFile(file + ".xml")
			require.NoError(t, err)
			doc, err := voxml.Parse(bytes.NewReader(input))
			require.NoError(t, err)
			require.Equal(t, tt.doc, doc)

			got := encode(t, doc)
			if *update {
				require.NoError(t, os.WriteFile(file+".golden", []byte(got), 0o644))
			}
			want, err := os.ReadFile(file + ".golden")
			require.NoError(t, err)
			assert.Equal(t, string(want), got)

			again, err := voxml.Parse(bytes.NewReader(want))
			require.NoError(t, err)
			require.Equal(t, tt.doc, again)
		})
	}
}

// TestParseComplete checks that each file belongs to a row, and that each
// element, attribute and tag is in a document.
func TestParseComplete(t *testing.T) {
	var want []string
	seen := map[string]bool{}
	for _, tt := range parsed {
		file := filepath.Join("testdata", "parse", tt.name)
		want = append(want, file+".golden", file+".xml")
		golden, err := os.ReadFile(file + ".golden")
		require.NoError(t, err)
		root, err := parse(golden)
		require.NoError(t, err, tt.name)
		for _, e := range root.all() {
			seen[e.name] = true
			if e.text != "" {
				seen[e.name+" #text"] = true
			}
			for _, a := range e.attrs {
				seen[e.name+" "+a[0]] = true
			}
		}
	}
	for element, attrs := range listed(t) {
		assert.True(t, seen[element], "%s is in no document", element)
		for _, a := range attrs {
			assert.True(t, seen[element+" "+a], "%s %s is in no document", element, a)
		}
	}
	for _, name := range tags {
		assert.True(t, seen[name], "%s is in no document", name)
	}
	files, err := filepath.Glob("testdata/parse/*")
	require.NoError(t, err)
	assert.ElementsMatch(t, want, files)
}

// TestParseReader checks that it does not matter in what pieces a reader gives
// the document.
func TestParseReader(t *testing.T) {
	for _, tt := range parsed {
		input, err := os.ReadFile(filepath.Join("testdata", "parse", tt.name+".xml"))
		require.NoError(t, err)
		doc, err := voxml.Parse(iotest.OneByteReader(bytes.NewReader(input)))
		require.NoError(t, err, tt.name)
		require.Equal(t, tt.doc, doc, tt.name)
	}
}

// TestParseKeepsNothing checks that a document does not change with the next.
func TestParseKeepsNothing(t *testing.T) {
	const first = `<Response><Gather b="1&amp;" c='2'/><Say>a&amp;b</Say></Response>`
	doc, err := voxml.Parse(strings.NewReader(first))
	require.NoError(t, err)
	before := encode(t, doc)
	_, err = voxml.Parse(strings.NewReader(`<Response><Gather d="3&lt;" e='4'/><Say>c&lt;d</Say></Response>`))
	require.NoError(t, err)
	assert.Equal(t, before, encode(t, doc))
}

// FuzzParse reads any bytes. What is read must come back from being written,
// unless it cannot be written, for one of the reasons below.
func FuzzParse(f *testing.F) {
	require.NoError(f, filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		f.Add(b)
		return err
	}))
	for _, s := range []string{
		"", "<", "<Response", "<Response>", "<Response/>x", "<Response><Say>&#0;</Say></Response>",
		"<Response><Say loop='0'/><Record playBeep='True' timeout='soon'/><Pay chargeAmount='x' validCardTypes=' '/></Response>",
		"<Response><Connect> <Stream url='a'/></Connect><Connect><Flow>f</Flow><Flow resume='x'>g</Flow>h</Connect></Response>",
		"<Response><Hangup>a<Parameter name='a' value='b'/></Hangup><Pause length='0'><x/></Pause></Response>",
		"<?xml version='1.0' encoding='us-ascii'?><Response><If expression='${menu.digits}!~(1|2)'/></Response>",
		"<Response><Play digits='1'>u</Play><Dial/><Dial>x<Number>1</Number></Dial><Connect/></Response>",
		"<Response><Say loop='0'/><Pause length='99999999999'/>\n\n<Gather timeout='soon'>\xc3\xa9 x</Gather></Response>",
	} {
		f.Add([]byte(s))
	}
	notWritten := []string{
		": is required",
		": leave one of them empty",
		": is longer than 1048576 bytes",
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := voxml.Parse(bytes.NewReader(data))
		if err != nil {
			all := leaves(err)
			require.NotEmpty(t, all, "%T", err)
			require.LessOrEqual(t, len(all), 100)
			for _, e := range all {
				if !slices.Contains(isLeftOut, e.Err.Error()) {
					require.Nil(t, doc, "%q", data)
				}
			}
			if doc != nil { // it lacks some attributes, but nothing is wrong with it
				if b, err := doc.AppendXML(nil); err == nil {
					back, err := voxml.Parse(bytes.NewReader(b))
					require.NoError(t, err, "%q", data)
					require.Equal(t, doc, back, "%q", data)
				}
			}
			if len(data) > voxml.MaxSize {
				require.EqualError(t, err, "voxml: Response: is longer than 1048576 bytes")
				return
			}
			lines := bytes.Split(data, []byte("\n"))
			for _, e := range all {
				require.True(t, e.Path == "Response" || strings.HasPrefix(e.Path, "Response["), "%q", e.Path)
				require.Error(t, e.Err)
				require.True(t, 1 <= e.Line && e.Line <= len(lines), "%v", e)
				require.True(t, 1 <= e.Column && e.Column <= utf8.RuneCount(lines[e.Line-1])+1, "%v", e)
			}
			return
		}
		doc.Check()
		first, err := doc.AppendXML(nil)
		if err != nil {
			for _, e := range leaves(err) {
				known := false
				for _, why := range notWritten {
					known = known || strings.HasSuffix(e.Error(), why)
				}
				require.True(t, known, "%v", e)
			}
			return
		}
		again, err := voxml.Parse(bytes.NewReader(first))
		require.NoError(t, err, "%q", first)
		require.True(t, reflect.DeepEqual(doc, again), "%q: %#v, then %#v", first, doc, again)
		second, err := again.AppendXML(nil)
		require.NoError(t, err, "%q", first)
		require.Equal(t, string(first), string(second))
	})
}
