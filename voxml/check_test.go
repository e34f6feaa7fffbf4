package voxml_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// A breach is a document that breaks a rule, and a similar one that breaks
// none.
type breach struct {
	section string
	doc     voxml.Response
	want    []string // paths of findings, with the name of the rule if it is another
	clean   voxml.Response
}

// checks has documents for each rule of Check.
var checks = []struct {
	rule     string
	severity voxml.Severity
	breaches []breach
}{
	{"ambiguous", voxml.SeverityWarning, []breach{
		{"4 Expressions", onlyIf(voxml.RawExpr("${a}==1 || ${a}==2 && ${b}==3")), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr("${a}==1 || ${a}==2 || ${b}==3"))},
		{"4 Expressions", onlyIf(voxml.Var("a").Equal("2").And(voxml.Var("b").Equal("3")).Or(voxml.Var("a").Equal("1"))),
			[]string{"Response[1].If.expression"},
			onlyIf(voxml.Var("a").Equal("2").And(voxml.Var("b").Equal("3")))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}=="b\" && ${a}!="c"`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}=="b\d" && ${a}!="c"`))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}!='b\' && 'c\'!=${a}`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}!='\b' && '\c'!=${a}`))},
		{"4 Expressions, both", onlyIf(voxml.RawExpr(`${a}==1 || ${a}=="b\" && ${b}==3 || ${b}==4 && ${a}==5`)),
			[]string{"Response[1].If.expression", "Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}=="1" || ${a}=="&& 2" || ${b}=='||' || ${b}==4`))},
		{"4 Do", fromXML(`<Do expression="${do.n}!=1 &amp;&amp; ${do.n}!=2 || ${do.n}==3" maxLoops="4"><Pause/></Do>`),
			[]string{"Response[0].Do.expression"}, fromXML(`<Do expression="${do.n}!=1 &amp;&amp; ${do.n}!=2" maxLoops="4"><Pause/></Do>`)},
	}},
	{"asked-again", voxml.SeverityWarning, []breach{
		{"2.3 Gather", response(ask("menu"), ask("menu")), []string{"Response[1].Gather.output"}, response(ask("menu"), ask("other"))},
		{"2.3 Gather, Unset", response(ask("menu"), voxml.Unset{Output: "other"}, ask("menu")), []string{"Response[2].Gather.output"},
			response(ask("menu"), voxml.Unset{Output: "menu"}, ask("menu"), voxml.Unset{Output: "menu.digits"}, ask("menu"))},
		{"2.3 Gather, Set", response(ask("menu"), voxml.Set{Output: "menu.speech"}, ask("menu")), []string{"Response[2].Gather.output"},
			response(ask("menu"), voxml.Set{Output: "menu.digits"}, ask("menu"))},
		{"2.3 Gather, keys and speech", fromXML(`<Gather output="a" input="dtmf speech"/><Gather output="a" input="speech"/>`), []string{"Response[1].Gather.output"},
			fromXML(`<Gather output="a" input="dtmf"/><Gather output="a" input="speech"/>`)},
		{"2.3 Gather, action", fromXML(`<Gather output="a"/><Gather output="a" action="/a"/><Hangup/>`), []string{"Response[1].Gather.output"},
			fromXML(`<Gather output="a" action="/a"/><Gather output="a" action="/a"/><Hangup/>`)},
		{"2.3 Do", again("${do.n}!=9", ask("menu")), []string{"Response[0].Do[0].Gather.output"},
			again("${do.n}!=9", voxml.Unset{Output: "menu"}, ask("menu"))},
		{"2.3 Do, the Unset in front of it", response(voxml.Unset{Output: "menu"}, again("${do.n}!=9", ask("menu"))[0]), []string{"Response[1].Do[0].Gather.output"},
			again("${do.n}!=9", ask("menu"), voxml.Unset{Output: "menu"})},
		{"2.3 Do, empty", again(`${menu.digits}!="1"`, ask("menu")), []string{"Response[0].Do[0].Gather.output"},
			again(`${menu.digits}==""`, ask("menu"))},
		{"2.3 Do, empty or not", again(`''==${menu.digits} || ${do.n}==1`, ask("menu")), []string{"Response[0].Do[0].Gather.output"},
			again(`''==${menu.digits} && ${do.n}!=1`, ask("menu"))},
		{"2.3 Do, in a Do", again("${do.n}!=9", again("${do.n}!=3", ask("menu"))[0], voxml.Unset{Output: "menu"}), []string{"Response[0].Do[0].Do[0].Gather.output"},
			again("${do.n}!=9", again("${do.n}!=3", ask("menu"), voxml.Unset{Output: "menu"})[0])},
		{"2.3 Do, left", again("${do.n}!=9", ask("menu"), voxml.Pause{}), []string{"Response[0].Do[0].Gather.output"},
			again("${do.n}!=9", ask("menu"), voxml.Redirect{URL: "/a"})},
		{"2.3 If", fromXML(`<Gather output="a"/><If expression="${a.digits}!=1"><Gather output="a"/></If>`), []string{"Response[1].If[0].Gather.output"},
			fromXML(`<Gather output="a"/><If expression="${a.digits}==''"><Gather output="a"/></If>`)},
		{"2.3 If, after it", fromXML(`<If expression="1==1"><Gather output="a"/></If><Gather output="a"/>`), []string{"Response[1].Gather.output"},
			fromXML(`<If expression="1==1"><Gather output="a"/><Redirect>/a</Redirect></If><Gather output="a"/>`)},
		{"2.3 If, left with an answer", fromXML(`<Gather output="a"/><If expression="${a.digits}==1"><Hangup/></If><Gather output="a"/>`), []string{"Response[2].Gather.output"},
			fromXML(`<Gather output="a"/><If expression="${a.digits}!='' || ${a.speech}!=''"><Hangup/></If><Gather output="a"/>`)},
		{"2.3 If, Unset in it", fromXML(`<Gather output="a"/><If expression="${a.digits}==1"><Unset output="a"/></If><Gather output="a"/>`), []string{"Response[2].Gather.output"},
			fromXML(`<Gather output="a"/><If expression="${a.digits}==1"><Unset output="a"/><Gather output="a"/></If>`)},
	}},
	{"bare-pattern", voxml.SeverityWarning, []breach{
		{"4 Do", fromXML(`<Gather output="m"/><Do expression="${m.digits}!~(1|2)" maxLoops="3"><Unset output="m"/><Gather output="m"/></Do>`),
			[]string{"Response[1].Do.expression"},
			fromXML(`<Gather output="m"/><Do expression="${m.digits}!~'(1|2)'" maxLoops="3"><Unset output="m"/><Gather output="m"/></Do>`)},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a} =~ ((y|Y)es|ja) && ${b}!=1`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a} =~ "((y|Y)es|ja)" && ${b}!=1`))},
		{"4 Expressions, quotes", onlyIf(voxml.RawExpr(`${a}=~(say "\)") || ${b}!~(1)`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}=="=~(1)" || ${b}=='!~(2'`))},
	}},
	{"constant-loop", voxml.SeverityWarning, []breach{
		{"4 Do, no variable", fromXML(`<Set output="a">1</Set><Do expression="'1'==${a}" maxLoops="3"><Say>Hi</Say></Do>`),
			[]string{"Response[1].Do.expression"},
			fromXML(`<Do expression="1==1" maxLoops="3"><Say>Hi</Say></Do>`)},
		{"4 Do, unset in an If", fromXML(`<Set output="a">1</Set><Do expression="'1'==${a}" maxLoops="3"><Unset output="b"/></Do>`),
			[]string{"Response[1].Do.expression"},
			fromXML(`<Set output="a">1</Set><Do expression="'1'==${a}" maxLoops="3"><If expression="${do.n}==1"><Unset output="a"/></If></Do>`)},
		{"4 Do", response(
			voxml.Set{Output: "more", Value: "1"},
			voxml.Do{Expression: voxml.Var("more").Equal("1"), MaxLoops: 3, Verbs: response(voxml.Say{Text: "Hi"})},
		), []string{"Response[1].Do.expression"}, response(
			voxml.Set{Output: "more", Value: "1"},
			voxml.Do{Expression: voxml.Var("more").Equal("1"), MaxLoops: 3, Verbs: response(voxml.Set{Output: "more"})},
		)},
		{"4 Do, set in an If", looping("a", voxml.If{Expression: voxml.Var("do.n").Equal("1"), Verbs: response(voxml.Set{Output: "b"})}),
			[]string{"Response[1].Do.expression"},
			looping("a", voxml.If{Expression: voxml.Var("do.n").Equal("1"), Verbs: response(voxml.Set{Output: "a"})})},
		{"4 Do, set in a Do", looping("a", voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2, Verbs: response(voxml.Set{Output: "b"})}),
			[]string{"Response[1].Do.expression"},
			looping("a", voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2, Verbs: response(voxml.Set{Output: "a"})})},
		{"4 Do, set by a Gather", looping("a.digits", voxml.Gather{Output: "b"}),
			[]string{"Response[1].Do.expression", "Response[1].Do[0].Gather.output asked-again"}, looping("a.digits", voxml.Gather{Output: "a"})},
		{"4 Do, set by a Gather", looping("a.speech", voxml.Gather{Output: "b", Input: voxml.InputSpeech}),
			[]string{"Response[1].Do.expression", "Response[1].Do[0].Gather.output asked-again"}, looping("a.speech", voxml.Gather{Output: "a", Input: voxml.InputSpeech})},
		{"4 Do, set by a Dial", looping("a.status", voxml.Dial{Number: "1", Output: "b"}),
			[]string{"Response[1].Do.expression"}, looping("a.status", voxml.Dial{Number: "1", Output: "a"})},
		{"4 Do, set by a Pay", looping("a.result", voxml.Pay{Output: "b"}),
			[]string{"Response[1].Do.expression"}, looping("a.result", voxml.Pay{Output: "a"})},
		{"4 Do, the iteration", response(
			voxml.Set{Output: "a"},
			voxml.Do{Expression: voxml.Var("a").Equal(""), MaxLoops: 3, Verbs: response(voxml.Pause{})},
		), []string{"Response[1].Do.expression"}, response(
			voxml.Set{Output: "a"},
			voxml.Do{Expression: voxml.Var("a").Equal("").Or(voxml.Var("do.n").Equal("2")), MaxLoops: 3, Verbs: response(voxml.Pause{})},
		)},
	}},
	{"empty", voxml.SeverityWarning, []breach{
		{"4 If", response(voxml.If{Expression: voxml.RawExpr("1==1")}),
			[]string{"Response[0].If"},
			response(voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Hangup{})})},
		{"4 Do", response(voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2}),
			[]string{"Response[0].Do"},
			response(voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2, Verbs: response(voxml.Hangup{})})},
		{"4 Say", response(voxml.Say{}), []string{"Response[0].Say"}, response(voxml.Say{Text: "Hi"})},
		{"4 Say, in a Gather", fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Say voice="Polly.Amy"></Say></Gather>`),
			[]string{"Response[0].Gather[0].Say"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Say voice="Polly.Amy"><break/></Say></Gather>`)},
		{"4 Pay", paying(voxml.Pay{}, voxml.Prompt{For: voxml.PromptForPostalCode}),
			[]string{"Response[0].Pay[0].Prompt"},
			paying(voxml.Pay{}, voxml.Prompt{For: voxml.PromptForPostalCode, Verbs: []voxml.PromptVerb{voxml.Play{URL: "a.mp3"}}})},
	}},
	{"empty-attribute", voxml.SeverityWarning, []breach{
		{"4 Say", fromXML(`<Say voice="">Hi</Say>`), []string{"Response[0].Say.voice"}, fromXML(`<Say>Hi</Say>`)},
		{"4 Dial", response(voxml.Dial{Number: "1", Attrs: voxml.Attrs{{Name: "action"}}}),
			[]string{"Response[0].Dial.action"}, response(voxml.Dial{Number: "1", Action: "/a"})},
		{"4 Connect", fromXML(`<Connect><Flow history="">` + flowID + `</Flow></Connect>`),
			[]string{"Response[0].Connect[0].Flow.history"}, fromXML(`<Connect><Flow>` + flowID + `</Flow></Connect>`)},
		{"4 Gather", fromXML(`<Gather action="/a" actionOnEmptyResult="true" language="" hints=""/>`),
			[]string{"Response[0].Gather.language", "Response[0].Gather.hints"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" finishOnKey=""/>`)},
		{"4 Pay", fromXML(`<Pay output="p" validCardTypes="" description=""/>`),
			[]string{"Response[0].Pay.validCardTypes", "Response[0].Pay.description"},
			fromXML(`<Pay output="p"><Parameter name="memo" value=""/></Pay>`)},
	}},
	{"encoding", voxml.SeverityError, []breach{
		{"4 Dial", response(voxml.Dial{Number: "1", Timeout: 5}), []string{"Response[0].Dial.timeout"},
			response(voxml.Dial{Number: "1", Timeout: 5 * time.Second})},
		{"4 Dial, both contents", response(voxml.Dial{Number: "1", Nouns: []voxml.DialNoun{voxml.Number{Number: "2"}}}),
			[]string{"Response[0].Dial.Nouns"},
			response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1"}, voxml.Number{Number: "2"}}})},
		{"4 Say, both contents", response(voxml.Say{Text: "Hi", SSML: ssml.Speech{ssml.Text("Hi")}}),
			[]string{"Response[0].Say.SSML"}, response(voxml.Say{SSML: ssml.Speech{ssml.Text("Hi")}})},
		{"4 Say, markup", response(voxml.Say{SSML: ssml.Speech{ssml.Text("Hi"), ssml.Trusted("<p>")}}),
			[]string{"Response[0].Say[1].Trusted"}, response(voxml.Say{SSML: ssml.Speech{ssml.Text("Hi"), ssml.Trusted("<p/>")}})},
		{"4 Say, tag", response(voxml.Say{SSML: ssml.Speech{ssml.Break{Time: -1}}}),
			[]string{"Response[0].Say[0].break.time"}, response(voxml.Say{SSML: ssml.Speech{ssml.Break{Time: time.Millisecond}}})},
		{"4 Play, both contents", response(voxml.Play{URL: "a.mp3", Digits: "1"}),
			[]string{"Response[0].Play.digits"}, response(voxml.Play{Digits: "1"})},
		{"4 Play", response(voxml.Play{URL: "a.mp3", Loop: -1}),
			[]string{"Response[0].Play.loop"}, response(voxml.Play{URL: "a.mp3", Loop: 1})},
		{"4 Pay", response(voxml.Pay{Output: "p", ChargeAmount: "9,50"}),
			[]string{"Response[0].Pay.chargeAmount"}, response(voxml.Pay{Output: "p", ChargeAmount: "9.50"})},
		{"4 Pay, list", paying(voxml.Pay{ValidCardTypes: []voxml.CardType{"visa amex"}}),
			[]string{"Response[0].Pay.validCardTypes", "Response[0].Pay.validCardTypes value"},
			paying(voxml.Pay{ValidCardTypes: []voxml.CardType{"visa", "amex"}})},
		{"4 If", response(voxml.If{Expression: voxml.Var("do.n").Equal(`"'`), Verbs: response(voxml.Hangup{})}),
			[]string{"Response[0].If.expression"},
			response(voxml.Set{Output: "a"}, voxml.If{Expression: voxml.Var("a").Equal(`"`), Verbs: response(voxml.Hangup{})})},
		{"4, no value", response(nil, voxml.Say{Text: "Hi"}), []string{"Response[0]"}, response(voxml.Say{Text: "Hi"})},
		{"4, pointer", response(&voxml.Say{Text: "Hi"}), []string{"Response[0].Say"}, response(voxml.Say{Text: "Hi"})},
		{"4, no pointer", response((*voxml.If)(nil)), []string{"Response[0].If"}, response(voxml.Hangup{})},
		{"4, name", response(voxml.Hangup{Attrs: voxml.Attrs{{Name: "a b", Value: "c"}}}),
			[]string{"Response[0].Hangup.Attrs[0]", "Response[0].Hangup.a b unknown"}, response(voxml.Hangup{})},
		{"4, the name of a type", response(voxml.Element{Name: "Hangup"}),
			[]string{"Response[0].Hangup"}, response(voxml.Hangup{})},
		{"4, size", response(voxml.Say{Text: strings.Repeat("x", voxml.MaxSize)}), []string{"Response"},
			response(voxml.Say{Text: "x"})},
		{"4, depth", response(ifs(voxml.MaxDepth + 1)), []string{"Response" + strings.Repeat("[0].If", voxml.MaxDepth+1)},
			response(ifsAround(voxml.MaxDepth-1, voxml.Hangup{}))},
	}},
	{"escaped-twice", voxml.SeverityWarning, []breach{
		{"4 Say", response(voxml.Say{Text: "Smith &amp; Sons"}), []string{"Response[0].Say.Text"}, response(voxml.Say{Text: "AT&T, R & D; &c; & amp;"})},
		{"4 Say", response(voxml.Say{Text: "it&#39;s"}), []string{"Response[0].Say.Text"}, response(voxml.Say{Text: "it's &#; &#x; &#12a; &"})},
		{"4 Say, hexadecimal", response(voxml.Say{Text: "& it&#x27;s"}), []string{"Response[0].Say.Text"}, response(voxml.Say{Text: "& it&#x2G;s"})},
		{"4 Say, tags", response(voxml.Say{SSML: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Text("a &lt; b")}}}}), []string{"Response[0].Say.SSML"},
			response(voxml.Say{SSML: ssml.Speech{ssml.Trusted("<s>a &lt; b &amp; c</s>")}})},
		{"4 Say, read", fromXML(`<Say>Smith &amp;amp; Sons</Say>`), []string{"Response[0].Say.Text"}, fromXML(`<Say>Smith &amp; Sons</Say>`)},
		{"4 Gather action", response(voxml.Gather{Action: "/m?a=1&amp;b=2", ActionOnEmptyResult: true}), []string{"Response[0].Gather.action"},
			response(voxml.Gather{Action: "/m?a=1&b=2&amplitude=3", ActionOnEmptyResult: true})},
		{"4 Set", response(voxml.Set{Output: "a", Value: "&quot;b"}), []string{"Response[0].Set.Value"}, response(voxml.Set{Output: "a", Value: "&quot b"})},
		{"4 Pay", paying(voxml.Pay{Description: "A &amp; B"}, voxml.Parameter{Name: "n", Value: "C &amp; D"}),
			[]string{"Response[0].Pay.description", "Response[0].Pay[0].Parameter.value"},
			paying(voxml.Pay{Description: "A & B"}, voxml.Parameter{Name: "n", Value: "C & D"})},
	}},
	{"expansion", voxml.SeverityWarning, []breach{
		{"4 Say", response(voxml.Say{Text: "You pressed ${menu.digits}."}), []string{"Response[0].Say.Text"},
			response(voxml.Say{Text: "That is $5 {five dollars}."})},
		{"4 Say, tags", response(voxml.Say{SSML: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Text("Hi, ${name}.")}}}}),
			[]string{"Response[0].Say.SSML"}, response(voxml.Say{SSML: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Text("Hi, $name.")}}}})},
		{"4 Dial", response(voxml.Dial{Number: "${desk}"}), []string{"Response[0].Dial.Number"}, response(voxml.Dial{Number: "+14025550100"})},
		{"4 Dial", response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1"}, voxml.Number{Number: "${desk}"}}}),
			[]string{"Response[0].Dial[1].Number.Number"},
			response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1"}, voxml.Number{Number: "2"}}})},
		{"4 Redirect", response(voxml.Redirect{URL: "/voice/${menu.digits}"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "/voice/$menu.digits"})},
		{"4 Gather", fromXML(`<Gather action="/menu?try=${do.n}" actionOnEmptyResult="true"/>`), []string{"Response[0].Gather.action"},
			fromXML(`<Gather action="/menu?try=1" actionOnEmptyResult="true"/>`)},
	}},
	{"expression", voxml.SeverityError, []breach{
		{"4 Expressions", onlyIf(voxml.RawExpr("${a}")), []string{"Response[1].If.expression"}, onlyIf(voxml.RawExpr("${a}==1"))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`(${a}=="1")`)), []string{"Response[1].If.expression"}, onlyIf(voxml.RawExpr(`${a}=="1"`))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}<"1"`)), []string{"Response[1].If.expression"}, onlyIf(voxml.RawExpr(`${a}!="1"`))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}="1"`)), []string{"Response[1].If.expression"}, onlyIf(voxml.RawExpr(`"1"==${a}`))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}=="1`)), []string{"Response[1].If.expression"}, onlyIf(voxml.RawExpr(`${a}=='1'`))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}=="1" and ${a}=="2"`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}!="1" && ${a}!="2"`))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a b}=="1"`)), []string{"Response[1].If.expression"}, onlyIf(voxml.RawExpr(`${a}=="a b"`))},
		{"4 Do", fromXML(`<Do expression="!${do.n}" maxLoops="2"><Hangup/></Do>`), []string{"Response[0].Do.expression"},
			fromXML(`<Do expression="${do.n}!=1" maxLoops="2"><Hangup/></Do>`)},
	}},
	{"finish-key", voxml.SeverityWarning, []breach{
		{"4 Gather", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, NumDigits: 1, FinishOnKey: "#"}), []string{"Response[0].Gather.finishOnKey"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, NumDigits: 1, FinishOnKey: voxml.NoKey})},
		{"4 Gather", fromXML(`<Gather action="/a" actionOnEmptyResult="true" numDigits="1" finishOnKey="*"/>`), []string{"Response[0].Gather.finishOnKey"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" numDigits="2" finishOnKey="*"/>`)},
		{"4 Gather", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, NumDigits: 1, FinishOnKey: "#", Input: voxml.InputDTMFSpeech}),
			[]string{"Response[0].Gather.finishOnKey"}, response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, NumDigits: 1, Input: voxml.InputDTMFSpeech})},
	}},
	{"keys", voxml.SeverityError, []breach{
		{"4 Gather finishOnKey", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, FinishOnKey: "A"}), []string{"Response[0].Gather.finishOnKey"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, FinishOnKey: "0"})},
		{"4 Gather finishOnKey", fromXML(`<Gather action="/a" actionOnEmptyResult="true" finishOnKey="*#"/>`), []string{"Response[0].Gather.finishOnKey"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" finishOnKey="#"/>`)},
		{"4 Record finishOnKey", response(voxml.Record{Action: "/a", FinishOnKey: "1 2"}), []string{"Response[0].Record.finishOnKey"},
			response(voxml.Record{Action: "/a", FinishOnKey: "1234567890*#"})},
		{"4 Play digits", response(voxml.Play{Digits: "1,2"}), []string{"Response[0].Play.digits"}, response(voxml.Play{Digits: "ww0123456789w*#"})},
		{"4 Number sendDigits", fromXML(`<Dial><Number sendDigits="W1">2</Number></Dial>`), []string{"Response[0].Dial[0].Number.sendDigits"},
			fromXML(`<Dial><Number sendDigits="w1">2</Number></Dial>`)},
	}},
	{"language", voxml.SeverityWarning, []breach{
		{"4 Say language", response(voxml.Say{Text: "Hola", Language: "spanish"}), []string{"Response[0].Say.language"},
			response(voxml.Say{Text: "Hola", Voice: "Polly.Lupe", Language: "es-US"})},
		{"4 Say language", fromXML(`<Say language="en_US">Hi</Say>`), []string{"Response[0].Say.language"}, fromXML(`<Say language="en-US">Hi</Say>`)},
		{"4 Say language", fromXML(`<Say language="Klingonese">Hi</Say>`), []string{"Response[0].Say.language"},
			fromXML(`<Say voice="Google.x" language="zh-Hant-TW">Hi</Say><Say language="en">Hi</Say>`)},
	}},
	{"letter-case", voxml.SeverityWarning, []breach{
		{"4 Dial method", response(voxml.Dial{Number: "1", Action: "/a", Method: "post"}), []string{"Response[0].Dial.method"},
			response(voxml.Dial{Number: "1", Action: "/a", Method: "POST"})},
		{"4 Number method", fromXML(`<Dial><Number url="/a" method="get">1</Number></Dial>`), []string{"Response[0].Dial[0].Number.method"},
			fromXML(`<Dial><Number url="/a" method="GET">1</Number></Dial>`)},
		{"4 Gather input", fromXML(`<Gather output="a" input="DTMF Speech"/>`), []string{"Response[0].Gather.input"}, fromXML(`<Gather output="a" input="dtmf speech"/>`)},
		{"4 Gather language", fromXML(`<Gather output="a" input="speech" language="en-us"/>`), []string{"Response[0].Gather.language"},
			fromXML(`<Gather output="a" input="speech" language="en-US"/>`)},
		{"4 Pay currency", fromXML(`<Pay output="p" currency="USD"/>`), []string{"Response[0].Pay.currency"}, fromXML(`<Pay output="p" currency="usd"/>`)},
		{"4 Pay validCardTypes", fromXML(`<Pay output="p" validCardTypes="visa MasterCard"/>`), []string{"Response[0].Pay.validCardTypes"},
			fromXML(`<Pay output="p" validCardTypes="visa mastercard"/>`)},
	}},
	{"lost-input", voxml.SeverityWarning, []breach{
		{"4 Gather", response(voxml.Gather{NumDigits: 1}, voxml.Hangup{}), []string{"Response[0].Gather"},
			response(voxml.Gather{NumDigits: 1, Action: "/a"}, voxml.Hangup{})},
		{"4 Gather, nothing after it", fromXML(`<Say>Hi</Say><Gather/>`), []string{"Response[1].Gather"},
			fromXML(`<Say>Hi</Say><Gather output="a"/>`)},
		{"4 Gather, in an If", response(voxml.Say{Text: "Hi"}, voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Gather{})}, voxml.Hangup{}),
			[]string{"Response[1].If[0].Gather"},
			response(voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Gather{Output: "a"})})},
		{"4 Gather, in a Do", response(voxml.Do{Expression: voxml.Var("do.n").NotEqual("5"), MaxLoops: 2, Verbs: response(voxml.Gather{})}),
			[]string{"Response[0].Do[0].Gather"},
			response(voxml.Do{Expression: voxml.Var("a.digits").Equal(""), MaxLoops: 2, Verbs: response(voxml.Gather{Output: "a"})})},
		{"4 Pay", fromXML(`<Pay chargeAmount="1"/><Hangup/>`), []string{"Response[0].Pay"}, fromXML(`<Pay chargeAmount="1" action="/a"/>`)},
		{"4 Pay, output", response(voxml.Pay{}), []string{"Response[0].Pay"}, response(voxml.Pay{Output: "p"})},
		{"4 Pay, statusCallback", response(voxml.Pay{}, voxml.Say{Text: "Thank you."}), []string{"Response[0].Pay"},
			response(voxml.Pay{StatusCallback: "/s"}, voxml.Say{Text: "Thank you."})},
		{"4 Pay, in an If", fromXML(`<If expression="1==1"><Pay><Parameter name="a" value="b"/></Pay></If>`), []string{"Response[0].If[0].Pay"},
			fromXML(`<If expression="1==1"><Pay action="/a"><Parameter name="a" value="b"/></Pay></If>`)},
	}},
	{"lost-recording", voxml.SeverityWarning, []breach{
		{"4 Record", response(voxml.Record{}), []string{"Response[0].Record"}, response(voxml.Record{Action: "/a"})},
		{"4 Record", fromXML(`<Record finishOnKey="#"/>`), []string{"Response[0].Record"}, fromXML(`<Record recordingStatusCallback="/r"/>`)},
		{"4 Dial", response(voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswer}), []string{"Response[0].Dial.record"},
			response(voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswer, RecordingStatusCallback: "/r"})},
		{"4 Dial", fromXML(`<Dial record="record-from-ringing-dual">1</Dial>`), []string{"Response[0].Dial.record"},
			fromXML(`<Dial record="record-from-ringing-dual" action="/a">1</Dial>`)},
		{"4 Dial", fromXML(`<Dial output="d" record="record-from-answer">1</Dial>`), []string{"Response[0].Dial.record"}, fromXML(`<Dial record="do-not-record">1</Dial>`)},
	}},
	{"nesting", voxml.SeverityError, []breach{
		{"4 Gather", fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Say>Hi</Say><Hangup/></Gather>`), []string{"Response[0].Gather[1].Hangup"},
			fromXML(`<Gather action="/a"><Say>Hi</Say></Gather><Hangup/>`)},
		{"4 Gather, attributes", fromXML(`<Gather output="g"><Hangup history="full" reason="done" x=""/></Gather><Hangup/>`),
			[]string{"Response[0].Gather[0].Hangup"}, fromXML(`<Gather output="g"/><Hangup history="full"/>`)},
		{"4 Gather", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, Verbs: []voxml.GatherVerb{voxml.Element{Name: "Gather"}}}),
			[]string{"Response[0].Gather[0].Gather"}, response(voxml.Gather{Action: "/a"}, voxml.Gather{Action: "/a", ActionOnEmptyResult: true})},
		{"4 Gather, a noun", fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Parameter/></Gather>`), []string{"Response[0].Gather[0].Parameter"},
			fromXML(`<Pay output="p"><Parameter name="a" value="b"/></Pay>`)},
		{"4 Pay", fromXML(`<Pay output="p"><Prompt for="postal-code"><Say>Hi</Say><Pause/></Prompt></Pay>`), []string{"Response[0].Pay[0].Prompt[1].Pause"},
			fromXML(`<Pay output="p"><Prompt for="postal-code"><Say>Hi<break/></Say></Prompt></Pay>`)},
		{"4 Pay", fromXML(`<Pay output="p"><Say>Hi</Say></Pay>`), []string{"Response[0].Pay[0].Say"}, fromXML(`<Say>Hi</Say><Pay output="p"/>`)},
		{"4 Dial", fromXML(`<Dial><Number>1</Number><Flow>2</Flow></Dial>`), []string{"Response[0].Dial[1].Flow"},
			fromXML(`<Dial><Number>1</Number><Number>2</Number></Dial>`)},
		{"4", fromXML(`<Number>1</Number><Prompt/>`), []string{"Response[0].Number", "Response[1].Prompt"}, fromXML(`<Dial><Number>1</Number></Dial>`)},
	}},
	{"no-effect", voxml.SeverityWarning, []breach{
		{"4 Dial method", response(voxml.Dial{Number: "1", Method: voxml.MethodGET}), []string{"Response[0].Dial.method"},
			response(voxml.Dial{Number: "1", Method: voxml.MethodGET, Action: "/a"})},
		{"4 Dial recordingTrack", response(voxml.Dial{Number: "1", RecordingTrack: voxml.RecordingTrackInbound}), []string{"Response[0].Dial.recordingTrack"},
			response(voxml.Dial{Number: "1", Action: "/a", RecordingTrack: voxml.RecordingTrackInbound, Record: voxml.DialRecordFromAnswer})},
		{"4 Dial recordingTrack", fromXML(`<Dial record="do-not-record" recordingTrack="inbound">1</Dial>`), []string{"Response[0].Dial.recordingTrack"},
			fromXML(`<Dial action="/a" record="record-from-ringing" recordingTrack="inbound">1</Dial>`)},
		{"4 Dial recordingStatusCallback", response(voxml.Dial{Number: "1", RecordingStatusCallback: "/r"}),
			[]string{"Response[0].Dial.recordingStatusCallback"},
			response(voxml.Dial{Number: "1", RecordingStatusCallback: "/r", Record: voxml.DialRecordFromAnswer})},
		{"4 Dial recordingStatusCallbackMethod",
			response(voxml.Dial{Number: "1", Action: "/a", Record: voxml.DialRecordFromAnswer, RecordingStatusCallbackMethod: voxml.MethodPOST}),
			[]string{"Response[0].Dial.recordingStatusCallbackMethod"},
			response(voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswer, RecordingStatusCallbackMethod: voxml.MethodPOST, RecordingStatusCallback: "/r"})},
		{"4 Dial recordingStatusCallbackEvent", fromXML(`<Dial action="/a" record="record-from-answer" recordingStatusCallbackEvent="failed">1</Dial>`),
			[]string{"Response[0].Dial.recordingStatusCallbackEvent"},
			fromXML(`<Dial record="record-from-answer" recordingStatusCallback="/r" recordingStatusCallbackEvent="failed">1</Dial>`)},
		{"4 Number method", response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1", Method: voxml.MethodGET}}}),
			[]string{"Response[0].Dial[0].Number.method"},
			response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1", Method: voxml.MethodGET, URL: "/a"}}})},
		{"4 Gather method", response(voxml.Gather{Output: "a", Method: voxml.MethodGET}, voxml.Hangup{}), []string{"Response[0].Gather.method"},
			response(voxml.Gather{Action: "/a", Method: voxml.MethodGET}, voxml.Hangup{})},
		{"4 Gather actionOnEmptyResult", response(voxml.Gather{Output: "a", ActionOnEmptyResult: true}, voxml.Hangup{}),
			[]string{"Response[0].Gather.actionOnEmptyResult"}, response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true})},
		{"4 Gather language", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, Language: "de"}), []string{"Response[0].Gather.language"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, Language: "de", Input: voxml.InputSpeech})},
		{"4 Gather profanityFilter", fromXML(`<Gather action="/a" actionOnEmptyResult="true" profanityFilter="true" input="dtmf"/>`), []string{"Response[0].Gather.profanityFilter"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" profanityFilter="true" input="dtmf speech"/>`)},
		{"4 Gather speechTimeout", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, SpeechTimeout: time.Second}), []string{"Response[0].Gather.speechTimeout"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, SpeechTimeout: time.Second, Input: voxml.InputDTMFSpeech})},
		{"4 Gather speechTimeout", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, SpeechTimeout: voxml.Auto, Input: voxml.InputDTMF}),
			[]string{"Response[0].Gather.speechTimeout"}, response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, SpeechTimeout: voxml.Auto, Input: voxml.InputSpeech})},
		{"4 Gather numDigits", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, NumDigits: 4, Input: voxml.InputSpeech}), []string{"Response[0].Gather.numDigits"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, NumDigits: 4, Input: voxml.InputDTMFSpeech})},
		{"4 Gather finishOnKey", fromXML(`<Gather action="/a" actionOnEmptyResult="true" finishOnKey="" input="speech"/>`), []string{"Response[0].Gather.finishOnKey"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" finishOnKey="" input="dtmf speech"/>`)},
		{"4 Pay method", response(voxml.Pay{Output: "p", Method: voxml.MethodGET}), []string{"Response[0].Pay.method"},
			response(voxml.Pay{Output: "p", Method: voxml.MethodPOST, Action: "/a"})},
		{"4 Pay statusCallbackMethod", response(voxml.Pay{Output: "p", StatusCallbackMethod: voxml.MethodGET}), []string{"Response[0].Pay.statusCallbackMethod"},
			response(voxml.Pay{Output: "p", StatusCallbackMethod: voxml.MethodPOST, StatusCallback: "/s"})},
		{"4 Pay minPostalCodeLength", fromXML(`<Pay output="p" minPostalCodeLength="5" postalCode="false"/>`), []string{"Response[0].Pay.minPostalCodeLength"},
			fromXML(`<Pay output="p" minPostalCodeLength="5" postalCode="true"/>`)},
		{"4 Pay Prompt for", paying(voxml.Pay{NoPostalCode: true}, prompt(voxml.PromptForPostalCode)), []string{"Response[0].Pay[0].Prompt.for"},
			paying(voxml.Pay{NoSecurityCode: true}, prompt(voxml.PromptForPostalCode))},
		{"4 Pay Prompt for", paying(voxml.Pay{NoSecurityCode: true}, prompt(voxml.PromptForSecurityCode)), []string{"Response[0].Pay[0].Prompt.for"},
			paying(voxml.Pay{NoPostalCode: true}, prompt(voxml.PromptForSecurityCode))},
		{"4 Record method", response(voxml.Record{RecordingStatusCallback: "/r", Method: voxml.MethodGET}), []string{"Response[0].Record.method"},
			response(voxml.Record{Method: voxml.MethodGET, Action: "/a"})},
		{"4 Record recordingStatusCallbackMethod", response(voxml.Record{Action: "/a", RecordingStatusCallbackMethod: voxml.MethodGET}),
			[]string{"Response[0].Record.recordingStatusCallbackMethod"},
			response(voxml.Record{RecordingStatusCallbackMethod: voxml.MethodGET, RecordingStatusCallback: "/r"})},
		{"4 Record recordingStatusCallbackEvent", fromXML(`<Record action="/a" recordingStatusCallbackEvent="completed failed"/>`),
			[]string{"Response[0].Record.recordingStatusCallbackEvent"},
			fromXML(`<Record recordingStatusCallback="/r" recordingStatusCallbackEvent="completed failed"/>`)},
	}},
	{"pattern", voxml.SeverityWarning, []breach{
		{"4 Expressions", onlyIf(voxml.Var("a").Match("(sales|support")), []string{"Response[1].If.expression"},
			onlyIf(voxml.Var("a").Match("(sales|support)"))},
		{"4 Expressions", onlyIf(voxml.Var("a").NotMatch("^[0-9")), []string{"Response[1].If.expression"},
			onlyIf(voxml.Var("a").NotMatch("^[0-9]"))},
		{"4 Expressions", onlyIf(voxml.RawExpr(`${a}==1 || ${a} =~ '^(?!yes)'`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}==1 || ${a} !~ '^yes'`))},
		{"4 Expressions", fromXML(`<Set output="a">*</Set><Do expression="${a}=~'*'" maxLoops="2"><Unset output="a"/><Set output="a"/></Do>`),
			[]string{"Response[1].Do.expression"}, onlyIf(voxml.RawExpr(`"x"=~${a} && ${a}=="*"`))},
		{"4 Expressions, two", onlyIf(voxml.RawExpr(`${a}=~"(" || ${a}!~"[" || ${b}=~"*"`)), []string{"Response[1].If.expression"},
			onlyIf(voxml.RawExpr(`${a}=="(" || ${a}!="[" || "*"=~${b}`))},
		{"4 Expressions, length", onlyIf(voxml.Var("a").Match(strings.Repeat("x", 1025))), []string{"Response[1].If.expression"},
			onlyIf(voxml.Var("a").Match(strings.Repeat("x", 1024)))},
	}},
	{"pay-by-get", voxml.SeverityWarning, []breach{
		{"4 Pay method", response(voxml.Pay{Output: "p", Action: "/a", Method: voxml.MethodGET}), []string{"Response[0].Pay.method"},
			response(voxml.Pay{Output: "p", Action: "/a", Method: voxml.MethodPOST})},
		{"4 Pay statusCallbackMethod", fromXML(`<Pay output="p" statusCallback="/s" statusCallbackMethod="GET"/>`), []string{"Response[0].Pay.statusCallbackMethod"},
			fromXML(`<Pay output="p" statusCallback="/s"/>`)},
		{"4 Pay, both", response(voxml.Pay{Action: "/a", Method: voxml.MethodGET, StatusCallback: "/s", StatusCallbackMethod: voxml.MethodGET}),
			[]string{"Response[0].Pay.method", "Response[0].Pay.statusCallbackMethod"},
			response(voxml.Pay{Action: "/a", StatusCallback: "/s"})},
	}},
	{"pay-method", voxml.SeverityError, []breach{
		{"4 Pay bankAccountType", response(voxml.Pay{Output: "p", BankAccountType: voxml.BankAccountTypeConsumerSavings}), []string{"Response[0].Pay.bankAccountType"},
			response(voxml.Pay{Output: "p", BankAccountType: voxml.BankAccountTypeConsumerSavings, PaymentMethod: voxml.PaymentMethodACHDebit})},
		{"4 Pay bankAccountType", fromXML(`<Pay output="p" bankAccountType="consumer-checking" paymentMethod="credit-card"/>`),
			[]string{"Response[0].Pay.bankAccountType"}, fromXML(`<Pay output="p" paymentMethod="credit-card"/>`)},
		{"4 Pay validCardTypes", fromXML(`<Pay output="p" paymentMethod="ach-debit" validCardTypes="visa"/>`), []string{"Response[0].Pay.validCardTypes"},
			fromXML(`<Pay output="p" validCardTypes="visa"/>`)},
		{"4 Pay Prompt for", paying(byBank, prompt(voxml.PromptForPaymentCardNumber)), []string{"Response[0].Pay[0].Prompt.for"},
			paying(voxml.Pay{}, prompt(voxml.PromptForPaymentCardNumber))},
		{"4 Pay Prompt for", paying(byBank, prompt(voxml.PromptForExpirationDate)), []string{"Response[0].Pay[0].Prompt.for"},
			paying(voxml.Pay{}, prompt(voxml.PromptForExpirationDate))},
		{"4 Pay Prompt for", paying(byBank, prompt(voxml.PromptForPostalCode), prompt(voxml.PromptForSecurityCode)), []string{"Response[0].Pay[1].Prompt.for"},
			paying(voxml.Pay{}, prompt(voxml.PromptForPostalCode), prompt(voxml.PromptForSecurityCode))},
		{"4 Pay Prompt for", paying(voxml.Pay{}, prompt(voxml.PromptForBankAccountNumber)), []string{"Response[0].Pay[0].Prompt.for"},
			paying(byBank, prompt(voxml.PromptForBankAccountNumber))},
		{"4 Pay Prompt for", paying(voxml.Pay{PaymentMethod: voxml.PaymentMethodCreditCard}, prompt(voxml.PromptForBankRoutingNumber)),
			[]string{"Response[0].Pay[0].Prompt.for"}, paying(byBank, prompt(voxml.PromptForBankRoutingNumber))},
		{"4 Pay Prompt cardType", fromXML(`<Pay output="p" paymentMethod="ach-debit"><Prompt for="postal-code" cardType="amex"><Say>Hi</Say></Prompt></Pay>`),
			[]string{"Response[0].Pay[0].Prompt.cardType"},
			fromXML(`<Pay output="p" paymentMethod="credit-card"><Prompt for="postal-code" cardType="amex"><Say>Hi</Say></Prompt></Pay>`)},
	}},
	{"phone-number", voxml.SeverityWarning, []breach{
		{"4 Dial", response(voxml.Dial{Number: "1-800-FLOWERS"}), []string{"Response[0].Dial.Number"}, response(voxml.Dial{Number: "(402) 555-0100"})},
		{"4 Dial", response(voxml.Dial{Number: "sales"}), []string{"Response[0].Dial.Number"}, response(voxml.Dial{Number: "+1 402.555.0100"})},
		{"4 Dial, two", fromXML(`<Dial>402-555-0100, 402-555-0101</Dial>`), []string{"Response[0].Dial.Number"},
			fromXML(`<Dial><Number>402-555-0100</Number><Number>402/555-0101</Number></Dial>`)},
		{"4 Dial, extension", fromXML(`<Dial><Number>402-555-0100 x12</Number></Dial>`), []string{"Response[0].Dial[0].Number.Number"},
			fromXML(`<Dial><Number sendDigits="ww12">402-555-0100</Number></Dial>`)},
		{"4 Dial, plus", response(voxml.Dial{Number: "1+4025550100"}), []string{"Response[0].Dial.Number"}, response(voxml.Dial{Number: "911"})},
		{"4 Dial, no ASCII", response(voxml.Dial{Number: "+1\u00a0402\u2013555\u20130100"}), []string{"Response[0].Dial.Number"},
			response(voxml.Dial{Number: "*67 4025550100#"})},
		{"4 Dial, URL", response(voxml.Dial{Number: "tel:+14025550100"}), []string{"Response[0].Dial.Number"},
			response(voxml.Dial{Number: "sip:desk@pbx.example.com"})},
		{"4 Dial callerId", response(voxml.Dial{Number: "1", CallerID: "Acme Inc."}), []string{"Response[0].Dial.callerId"},
			response(voxml.Dial{Number: "1", CallerID: "anonymous"})},
		{"4 Dial callerId", response(voxml.Dial{Number: "1", CallerID: "+1402555010O"}), []string{"Response[0].Dial.callerId"},
			response(voxml.Dial{Number: "1", CallerID: "+14025550100"})},
	}},
	{"range", voxml.SeverityError, []breach{
		{"4 Pause length", response(voxml.Pause{Length: 61 * time.Second}), []string{"Response[0].Pause.length"}, response(voxml.Pause{Length: time.Minute})},
		{"4 Record maxLength", fromXML(`<Record action="/a" maxLength="14401"/>`), []string{"Response[0].Record.maxLength"}, fromXML(`<Record action="/a" maxLength="14400"/>`)},
		{"4 Pay maxAttempts", fromXML(`<Pay output="p" maxAttempts="4"/>`), []string{"Response[0].Pay.maxAttempts"}, fromXML(`<Pay output="p" maxAttempts="3"/>`)},
		{"4 Pay Prompt attempt", fromXML(`<Pay output="p"><Prompt for="postal-code" attempt="1 4 5"><Say>Hi</Say></Prompt></Pay>`),
			[]string{"Response[0].Pay[0].Prompt.attempt"},
			fromXML(`<Pay output="p" maxAttempts="3"><Prompt for="postal-code" attempt="1 2 3"><Say>Hi</Say></Prompt></Pay>`)},
	}},
	{"reject-not-first", voxml.SeverityWarning, []breach{
		{"4 Reject", response(voxml.Say{Text: "Hi"}, voxml.Reject{}), []string{"Response[1].Reject"}, response(voxml.Reject{})},
		{"4 Reject, in an If", response(voxml.Say{Text: "Hi"}, voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Reject{})}),
			[]string{"Response[1].If[0].Reject"},
			response(voxml.Set{Output: "a"}, voxml.If{Expression: voxml.Var("a").Equal(""), Verbs: response(voxml.Reject{})}, voxml.Say{Text: "Hi"})},
		{"4 Reject, after an If", fromXML(`<If expression="1==1"><Say>Hi</Say></If><Reject reason="busy"/>`), []string{"Response[1].Reject"},
			fromXML(`<If expression="1==1"><Say>Hi</Say><Hangup/></If><Unset output="a"/><Reject reason="busy"/>`)},
		{"4 Reject, after a Do", fromXML(`<Do expression="${do.n}==0" maxLoops="2"><Pause/></Do><Reject/>`), []string{"Response[1].Reject"},
			fromXML(`<Do expression="${do.n}==0" maxLoops="2"><Pause/><Redirect>/a</Redirect></Do><Reject/>`)},
		{"4 Reject, after an element without a type", response(voxml.Element{Name: "Conference"}, voxml.Reject{}),
			[]string{"Response[0].Conference unknown", "Response[1].Reject"}, response(voxml.Reject{Reason: voxml.RejectReasonBusy})},
		{"4 Reject, after what is unreachable", fromXML(`<Say>Hi</Say><If expression="1==1"><Hangup/><Pause/></If><Reject/>`),
			[]string{"Response[1].If[1].Pause unreachable", "Response[2].Reject"}, fromXML(`<If expression="1==1"><Hangup/></If><Reject/>`)},
	}},
	{"required", voxml.SeverityError, []breach{
		{"4 Dial", fromXML(`<Dial/>`), []string{"Response[0].Dial.Number"}, fromXML(`<Dial>1</Dial>`)},
		{"4 Number", fromXML(`<Dial><Number/></Dial>`), []string{"Response[0].Dial[0].Number.Number"}, fromXML(`<Dial><Number>1</Number></Dial>`)},
		{"4 Connect", fromXML(`<Connect/>`), []string{"Response[0].Connect[0].Flow.ID"}, fromXML(`<Connect><Flow>` + flowID + `</Flow></Connect>`)},
		{"4 If", response(voxml.If{Verbs: response(voxml.Hangup{})}), []string{"Response[0].If.expression"}, fromXML(`<If expression="1==1"><Hangup/></If>`)},
		{"4 Do", response(voxml.Do{MaxLoops: 2, Verbs: response(voxml.Hangup{})}),
			[]string{"Response[0].Do.expression"}, fromXML(`<Do expression="${do.n}==0" maxLoops="2"><Hangup/></Do>`)},
		{"4 Pay Parameter", fromXML(`<Pay output="p"><Parameter value="v"/></Pay>`), []string{"Response[0].Pay[0].Parameter.name"},
			fromXML(`<Pay output="p"><Parameter name="n" value="v"/></Pay>`)},
		{"4 Pay Prompt", fromXML(`<Pay output="p"><Prompt><Say>Hi</Say></Prompt></Pay>`), []string{"Response[0].Pay[0].Prompt.for"},
			fromXML(`<Pay output="p"><Prompt for="postal-code"><Say>Hi</Say></Prompt></Pay>`)},
		{"4 Play", fromXML(`<Play/>`), []string{"Response[0].Play.URL"}, fromXML(`<Play>a.mp3</Play>`)},
		{"4 Redirect", fromXML(`<Redirect/>`), []string{"Response[0].Redirect.URL"}, fromXML(`<Redirect>/a</Redirect>`)},
		{"4 Set", fromXML(`<Set>1</Set>`), []string{"Response[0].Set.output"}, fromXML(`<Set output="a">1</Set>`)},
		{"4 Unset", response(voxml.Unset{}), []string{"Response[0].Unset.output"}, fromXML(`<Unset output="a"/>`)},
		{"4 Say", response(voxml.Say{SSML: ssml.Speech{ssml.Lang{}, ssml.Mark{}, ssml.Phoneme{}, ssml.SayAs{}, ssml.Sub{}}}),
			[]string{
				"Response[0].Say[0].lang.xml:lang", "Response[0].Say[1].mark.name", "Response[0].Say[2].phoneme.ph",
				"Response[0].Say[3].say-as.interpret-as", "Response[0].Say[4].sub.alias",
			},
			fromXML(`<Say><lang xml:lang="de"/><mark name="m"/><phoneme ph="p"/><say-as interpret-as="date"/><sub alias="a"/></Say>`)},
	}},
	{"say-length", voxml.SeverityError, []breach{
		{"4 Say", response(voxml.Say{Text: strings.Repeat("é", 3001)}), []string{"Response[0].Say.Text"}, response(voxml.Say{Text: strings.Repeat("é", 3000)})},
		{"4 Say, tags", response(voxml.Say{SSML: ssml.Speech{ssml.Text(strings.Repeat("x", 2000)), ssml.S{Content: ssml.Speech{ssml.Text(strings.Repeat("x", 1001))}}}}),
			[]string{"Response[0].Say.SSML"},
			response(voxml.Say{SSML: ssml.Speech{ssml.Text(strings.Repeat("x", 2000)), ssml.S{Content: ssml.Speech{ssml.Text(strings.Repeat("x", 1000))}}}})},
	}},
	{"set-value", voxml.SeverityError, []breach{
		{"4 Set", response(voxml.Set{Output: "a", Value: strings.Repeat("é", 51)}), []string{"Response[0].Set.Value"},
			response(voxml.Set{Output: "a", Value: strings.Repeat("é", 50)})},
		{"4 Set, unusable too", response(voxml.Set{Output: "a", Value: strings.Repeat("x", 50) + `\`}),
			[]string{"Response[0].Set.Value", "Response[0].Set.Value unusable-value"},
			response(voxml.Set{Output: "a", Value: `\` + strings.Repeat("x", 49)})},
	}},
	{"silent-end", voxml.SeverityWarning, []breach{
		{"4 Gather", response(voxml.Gather{Action: "/a"}), []string{"Response[0].Gather"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true})},
		{"4 Gather, output too", response(voxml.Say{Text: "Hi"}, voxml.Gather{Action: "/a", Output: "g"}), []string{"Response[1].Gather"},
			response(voxml.Say{Text: "Hi"}, voxml.Gather{Action: "/a", Output: "g"}, voxml.Hangup{})},
		{"4 Gather, speech", fromXML(`<Gather action="/a" actionOnEmptyResult="false" input="dtmf speech"/>`), []string{"Response[0].Gather"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" input="dtmf speech"/>`)},
		{"4 Gather, in an If", fromXML(`<Set output="a"/><If expression="${a}==''"><Gather action="/a"/></If>`), []string{"Response[1].If[0].Gather"},
			fromXML(`<Set output="a"/><If expression="${a}==''"><Gather action="/a"/></If><Redirect>/b</Redirect>`)},
		{"4 Gather, in an If, the last one", fromXML(`<If expression="1==1"><Gather action="/a"/><Gather action="/a"/></If>`), []string{"Response[0].If[1].Gather"},
			fromXML(`<Do expression="${do.n}!=3" maxLoops="3"><If expression="1==1"><Gather action="/a"/></If></Do>`)},
		{"4 Gather, after a Do", fromXML(`<Do expression="${do.n}!=3" maxLoops="3"><Pause/></Do><Gather action="/a"/>`), []string{"Response[1].Gather"},
			fromXML(`<Do expression="${do.n}!=3" maxLoops="3"><Gather action="/a"/></Do>`)},
	}},
	{"single-loop", voxml.SeverityWarning, []breach{
		{"4 Do maxLoops", response(voxml.Do{Expression: voxml.Var("do.n").Equal("0"), Verbs: response(voxml.Pause{})}), []string{"Response[0].Do.maxLoops"},
			response(voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2, Verbs: response(voxml.Pause{})})},
		{"4 Do maxLoops", fromXML(`<Do expression="${do.n}!=1" maxLoops="1"><Pause/></Do>`), []string{"Response[0].Do.maxLoops"},
			fromXML(`<Do expression="${do.n}!=1" maxLoops="100"><Pause/></Do>`)},
		{"4 Do maxLoops, in a Do", looping("a", voxml.Do{Expression: voxml.Var("do.n").Equal("0"), Verbs: response(voxml.Set{Output: "a"})}),
			[]string{"Response[1].Do[0].Do.maxLoops"},
			looping("a", voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 3, Verbs: response(voxml.Set{Output: "a"})})},
	}},
	{"speech-equal", voxml.SeverityWarning, []breach{
		{"4 Expressions", heard(voxml.Var("a.speech").Equal("yes")), []string{"Response[1].If.expression"}, heard(voxml.Var("a.speech").Match("[Yy]es"))},
		{"4 Expressions", heard(voxml.Var("a.speech").NotEqual("yes")), []string{"Response[1].If.expression"}, heard(voxml.Var("a.speech").NotMatch("[Yy]es"))},
		{"4 Expressions, reversed", heard(voxml.RawExpr(`'yes' == ${a.speech}`)), []string{"Response[1].If.expression"}, heard(voxml.RawExpr(`'' == ${a.speech}`))},
		{"4 Expressions, twice", heard(voxml.Var("a.speech").Equal("yes").Or(voxml.Var("a.speech").Equal("yeah"))), []string{"Response[1].If.expression"},
			heard(voxml.Var("a.digits").Equal("1").Or(voxml.Var("a.speech").EqualVar(voxml.Var("a.digits"))))},
	}},
	{"ssml", voxml.SeverityWarning, []breach{
		{"4 Say, attribute", fromXML(`<Say><break length="1s"/></Say>`), []string{"Response[0].Say[0].break"}, fromXML(`<Say><break time="1s"/></Say>`)},
		{"4 Say, content", fromXML(`<Say><break>Hi</break></Say>`), []string{"Response[0].Say[0].break"}, fromXML(`<Say><break/>Hi</Say>`)},
		{"4 Say, value", fromXML(`<Say>Hi<p><break time="soon"/></p></Say>`), []string{"Response[0].Say[1].p[0].break"},
			fromXML(`<Say>Hi<p><break time="1.5s"/></p></Say>`)},
		{"4 Say, none", fromXML(`<Say><lang>a</lang><say-as>b</say-as><sub>c</sub></Say>`),
			[]string{"Response[0].Say[0].lang", "Response[0].Say[1].say-as", "Response[0].Say[2].sub"},
			fromXML(`<Say><lang xml:lang="it">a</lang><say-as interpret-as="unit">b</say-as><sub alias="d">c</sub></Say>`)},
		{"4 Say, as a value", response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "emphasis", Attrs: []ssml.Attr{{Name: "volume", Value: "loud"}}}}}),
			[]string{"Response[0].Say[0].emphasis"},
			response(voxml.Say{SSML: ssml.Speech{
				ssml.Emphasis{Level: ssml.LevelStrong},
				ssml.Element{Name: "audio", Attrs: []ssml.Attr{{Name: "src", Value: "a.mp3"}}},
				ssml.Element{Name: "amazon:effect", Attrs: []ssml.Attr{{Name: "phonation", Value: "soft"}}},
			}})},
		{"4 Say, attributes", fromXML(`<Say><break length="1s" wait="no"/></Say>`), []string{"Response[0].Say[0].break"},
			fromXML(`<Say><amazon:domain name="music">Hi</amazon:domain></Say>`)},
		{"4 Say, prefixes", fromXML(`<Say><p xml:lang="de" class="a">Hallo</p></Say>`), []string{"Response[0].Say[0].p"},
			fromXML(`<Say><p xml:lang="de">Hallo</p><s xml:lang="de" xml:base="/">Hallo</s><emphasis mstts:level="strong">Hallo</emphasis></Say>`)},
		{"4 Say, enumerations", response(voxml.Say{SSML: ssml.Speech{
			ssml.Break{Strength: "long"}, ssml.Emphasis{Level: "high"}, ssml.Phoneme{Alphabet: "arpa", Ph: "a"}, ssml.SayAs{InterpretAs: "money"},
		}}), []string{
			"Response[0].Say[0].break.strength", "Response[0].Say[1].emphasis.level",
			"Response[0].Say[2].phoneme.alphabet", "Response[0].Say[3].say-as.interpret-as",
		}, response(voxml.Say{SSML: ssml.Speech{
			ssml.Break{Strength: ssml.StrengthStrong}, ssml.Emphasis{Level: ssml.LevelStrong},
			ssml.Phoneme{Alphabet: ssml.IPA, Ph: "a"}, ssml.SayAs{InterpretAs: ssml.Currency},
		}})},
	}},
	{"unchecked", voxml.SeverityWarning, []breach{
		{"4 Expressions", matching(11), []string{"Response[9].If.expression"}, matching(8)},
		{"4 Expressions, once", matching(30), []string{"Response[9].If.expression"}, append(matching(8), matching(8)...)},
	}},
	{"unknown", voxml.SeverityWarning, []breach{
		{"4", response(voxml.Element{Name: "say", Children: []voxml.Node{voxml.Text("Hi")}}), []string{"Response[0].say"}, response(voxml.Say{Text: "Hi"})},
		{"4", fromXML(`<Conference muted="true">Room 1</Conference>`), []string{"Response[0].Conference"}, fromXML(`<Dial>1</Dial>`)},
		{"4, in another one", fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Beep><Tone/></Beep></Gather>`), []string{"Response[0].Gather[0].Beep", "Response[0].Gather[0].Beep[0].Tone"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Play>a.mp3</Play></Gather>`)},
		{"4, attributes of an element without a type", fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Beep tone="" length="2"/></Gather>`),
			[]string{"Response[0].Gather[0].Beep"}, fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Pause length="2"/></Gather>`)},
		{"4, attribute", fromXML(`<Gather action="/a" actionOnEmptyResult="true" numdigits="1" input="dtmf"/>`), []string{"Response[0].Gather.numdigits"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" numDigits="1" input="dtmf"/>`)},
		{"4, attribute", response(voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2, Verbs: response(voxml.Hangup{}), Attrs: voxml.Attrs{{Name: "history", Value: "full"}}}),
			[]string{"Response[0].Do.history"}, response(voxml.Do{Expression: voxml.Var("do.n").Equal("0"), MaxLoops: 2, Verbs: response(voxml.Hangup{History: voxml.HistoryFull})})},
		{"4, attribute of a noun", fromXML(`<Connect><Flow name="x">` + flowID + `</Flow></Connect>`), []string{"Response[0].Connect[0].Flow.name"},
			fromXML(`<Connect><Flow resume="false">` + flowID + `</Flow></Connect>`)},
	}},
	{"unreachable", voxml.SeverityError, []breach{
		{"4 Hangup", response(voxml.Hangup{}, voxml.Say{Text: "Hi"}, voxml.Hangup{}, voxml.Pause{}), []string{"Response[1].Say"},
			response(voxml.Say{Text: "Hi"}, voxml.Pause{}, voxml.Hangup{})},
		{"4 Redirect", fromXML(`<Redirect>/a</Redirect><Hangup/>`), []string{"Response[1].Hangup"}, fromXML(`<Redirect>/a</Redirect>`)},
		{"4 Reject", fromXML(`<Reject/><Hangup/>`), []string{"Response[1].Hangup"}, fromXML(`<Reject/>`)},
		{"4 Dial action", response(voxml.Dial{Number: "1", Action: "/a"}, voxml.Hangup{}), []string{"Response[1].Hangup"},
			response(voxml.Dial{Number: "1"}, voxml.Hangup{})},
		{"4 Gather action", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true}, voxml.Hangup{}), []string{"Response[1].Hangup"},
			response(voxml.Gather{Action: "/a"}, voxml.Hangup{})},
		{"4 Pay action", fromXML(`<Pay output="p" action="/a"/><Hangup/>`), []string{"Response[1].Hangup"}, fromXML(`<Pay output="p"/><Hangup/>`)},
		{"4 Record action", fromXML(`<Record action="/a"/><Hangup/>`), []string{"Response[1].Hangup"}, fromXML(`<Record recordingStatusCallback="/r"/><Hangup/>`)},
		{"4 If", response(voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Hangup{}, voxml.Pause{})}),
			[]string{"Response[0].If[1].Pause"}, response(voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Hangup{})}, voxml.Pause{})},
		{"4 Do", fromXML(`<Do expression="${do.n}==0" maxLoops="2"><Hangup/><Pause/></Do>`), []string{"Response[0].Do[1].Pause"},
			fromXML(`<Do expression="${do.n}==0" maxLoops="2"><Hangup/></Do><Pause/>`)},
		{"4 Reject, after a Hangup", fromXML(`<Say>Hi</Say><Hangup/><Reject/>`), []string{"Response[2].Reject"}, fromXML(`<Say>Hi</Say><Hangup/>`)},
		{"4 Reject, in an If after a Redirect", fromXML(`<Redirect>/a</Redirect><If expression="1==1"><Reject/></If>`), []string{"Response[1].If"},
			fromXML(`<If expression="1==1"><Reject/></If><Redirect>/a</Redirect>`)},
		{"4, an element without a type", fromXML(`<Hangup/><Conference/>`), []string{"Response[1].Conference", "Response[1].Conference unknown"},
			fromXML(`<Hangup/>`)},
	}},
	{"unset-variable", voxml.SeverityWarning, []breach{
		{"4 If", response(voxml.If{Expression: voxml.Var("language").Equal("fr"), Verbs: response(voxml.Hangup{})}), []string{"Response[0].If.expression"},
			response(voxml.Set{Output: "language", Value: "fr"}, voxml.If{Expression: voxml.Var("language").Equal("fr"), Verbs: response(voxml.Hangup{})})},
		{"4 Do", fromXML(`<Do expression="${a.digits}=='' || ${do.n}==0" maxLoops="2"><Dial output="b">1</Dial><Set output="c"/></Do>`),
			[]string{"Response[0].Do.expression"},
			fromXML(`<Do expression="${a.digits}==''" maxLoops="2"><Gather output="a"/></Do>`)},
		{"4 Do, the iteration", fromXML(`<Do expression="${do.n}!=1" maxLoops="2"><Pause/></Do><If expression="${do.n}==1"><Hangup/></If>`),
			[]string{"Response[1].If.expression"}, fromXML(`<Do expression="${do.n}!=1" maxLoops="2"><If expression="${do.n}==1"><Hangup/></If></Do>`)},
		{"4 Gather", fromXML(`<Gather output="menu"/><If expression="${menu}==1"><Hangup/></If>`), []string{"Response[1].If.expression"},
			fromXML(`<Gather output="menu"/><If expression="${menu.digits}==1"><Hangup/></If>`)},
		{"4 Dial", fromXML(`<Dial output="desk">1</Dial><If expression="${desk.state}!='busy'"><Hangup/></If>`), []string{"Response[1].If.expression"},
			fromXML(`<Dial output="desk">1</Dial><If expression="${desk.status}!='busy'"><Hangup/></If>`)},
		{"4 Pay", fromXML(`<Pay output="pay"/><If expression="${paid.result}==1"><Hangup/></If>`), []string{"Response[1].If.expression"},
			fromXML(`<Pay output="pay"/><If expression="${pay.result}==1 &amp;&amp; ${pay}!=2"><Hangup/></If>`)},
		{"4 Unset", fromXML(`<Unset output="a"/><If expression="${a}=='' || ${b}==${a}"><Hangup/></If>`),
			[]string{"Response[1].If.expression", "Response[1].If.expression"},
			fromXML(`<Set output="a"/><Set output="b"/><If expression="${a}=='' || ${b}==${a}"><Hangup/></If>`)},
		{"4, an element without a type", fromXML(`<Find/><If expression="${found.name}==1"><Hangup/></If>`),
			[]string{"Response[0].Find unknown", "Response[1].If.expression"}, fromXML(`<If expression="1==1"><Hangup/></If>`)},
		{"4 If, three times the same", fromXML(`<If expression="${a}=='' || ${a}==1 || ${a}==2"><Hangup/></If>`), []string{"Response[0].If.expression"},
			fromXML(`<Set output="a"/><If expression="${a}=='' || ${a}==1 || ${a}==2"><Hangup/></If>`)},
		{"4 If, set in another one", fromXML(`<If expression="1==1"><Set output="a"/></If><If expression="${c}==1"><Hangup/></If>`),
			[]string{"Response[1].If.expression"}, fromXML(`<If expression="1==1"><Set output="a"/></If><If expression="${a}==1"><Hangup/></If>`)},
	}},
	{"unusable-value", voxml.SeverityWarning, []breach{
		{"4 Set, both kinds of quotes", fromXML(`<Set output="a">"it's"</Set>`), []string{"Response[0].Set.Value"}, fromXML(`<Set output="a">it's</Set>`)},
		{"4 Set, quotes", fromXML(`<Set output="a">'"</Set>`), []string{"Response[0].Set.Value"}, fromXML(`<Set output="a">""</Set>`)},
		{"4 Set, a variable", fromXML(`<Set output="a">${b}</Set>`), []string{"Response[0].Set.Value"}, fromXML(`<Set output="a">$b {}</Set>`)},
		{"4 Set, a backslash", response(voxml.Set{Output: "a", Value: `b\`}), []string{"Response[0].Set.Value"}, response(voxml.Set{Output: "a", Value: `\b`})},
		{"4 Set, all of them", fromXML(`<Set output="a">${'"}\</Set>`), []string{"Response[0].Set.Value"}, fromXML(`<Set output="a"/>`)},
	}},
	{"url", voxml.SeverityError, []breach{
		{"4 Redirect, escape", response(voxml.Redirect{URL: "/a%zz"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "/a%20z?x=%C3%A9"})},
		{"4 Redirect, space", response(voxml.Redirect{URL: "/a b"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "/a+b"})},
		{"4 Redirect, lines", fromXML("<Redirect>/a\n/b</Redirect>"), []string{"Response[0].Redirect.URL"}, fromXML("<Redirect>../a/b</Redirect>")},
		{"4 Redirect, scheme", response(voxml.Redirect{URL: "ftp://example.com/a"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "HTTP://example.com/a"})},
		{"4 Redirect, scheme", response(voxml.Redirect{URL: "localhost:8080/a"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "//example.com:8080/a"})},
		{"4 Redirect, port", response(voxml.Redirect{URL: "203.0.113.5:3000/menu"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "https://203.0.113.5:3000/menu"})},
		{"4 Redirect, port", response(voxml.Redirect{URL: "web:3000/menu"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "menu/web:3000"})},
		{"4 Redirect, host", response(voxml.Redirect{URL: "https:///a"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "https://example.com"})},
		{"4 Redirect, host", response(voxml.Redirect{URL: "https:/a"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "?a=b"})},
		{"4 Dial action", response(voxml.Dial{Number: "1", Action: "tel:1"}), []string{"Response[0].Dial.action"}, response(voxml.Dial{Number: "1", Action: "tel"})},
		{"4 Dial recordingStatusCallback", response(voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswer, RecordingStatusCallback: "a b"}),
			[]string{"Response[0].Dial.recordingStatusCallback"}, response(voxml.Dial{Number: "1", Record: voxml.DialRecordFromAnswer, RecordingStatusCallback: "a"})},
		{"4 Number url", fromXML(`<Dial><Number url="file:///a">1</Number></Dial>`), []string{"Response[0].Dial[0].Number.url"},
			fromXML(`<Dial><Number url="file/a">1</Number></Dial>`)},
		{"4 Pay action", response(voxml.Pay{Output: "p", Action: "http://"}), []string{"Response[0].Pay.action"}, response(voxml.Pay{Output: "p", Action: "https://voice.acme.com"})},
		{"4 Pay statusCallback", response(voxml.Pay{Output: "p", StatusCallback: "mailto:a@example.com"}), []string{"Response[0].Pay.statusCallback"},
			response(voxml.Pay{Output: "p", StatusCallback: "/s"})},
		{"4 Play", fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Play>s3://bucket/a.mp3</Play></Gather>`), []string{"Response[0].Gather[0].Play.URL"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true"><Play>https://bucket.example.com/a.mp3</Play></Gather>`)},
		{"4 Record action", response(voxml.Record{Action: ":"}), []string{"Response[0].Record.action"}, response(voxml.Record{Action: "/a:b"})},
	}},
	{"url-host", voxml.SeverityWarning, []breach{
		{"1 Redirect, both", response(voxml.Redirect{URL: "http://localhost:8080/voice"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "http://example.com:8080/voice"})},
		{"1 Redirect, http", response(voxml.Redirect{URL: "http://voice.acme.com/a"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "https://voice.acme.com/a"})},
		{"1 Redirect, private", response(voxml.Redirect{URL: "https://192.168.1.2/a"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "https://8.8.8.8/a"})},
		{"1 Redirect, shared", response(voxml.Redirect{URL: "https://100.64.0.1"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "http://203.0.113.5"})},
		{"1 Redirect, IPv6", response(voxml.Redirect{URL: "https://[::1]:80/a"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "https://[2001:db8::1]/a"})},
		{"1 Redirect, mapped", response(voxml.Redirect{URL: "//[::ffff:10.0.0.1]/a"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "//[2606:4700::1111]/a"})},
		{"1 Redirect, a name without a dot", response(voxml.Redirect{URL: "https://web/a"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "https://voice.test/a"})},
		{"1 Gather action", fromXML(`<Gather action="https://app.local./a" actionOnEmptyResult="true"/>`), []string{"Response[0].Gather.action"},
			fromXML(`<Gather action="https://app.locals.com/a" actionOnEmptyResult="true"/>`)},
		{"1 Record recordingStatusCallback", response(voxml.Record{RecordingStatusCallback: "HTTP://Voice.Acme.com"}), []string{"Response[0].Record.recordingStatusCallback"},
			response(voxml.Record{RecordingStatusCallback: "HTTP://Hooks.Example.COM"})},
		{"4 Play", response(voxml.Play{URL: "http://10.0.0.1/a.mp3"}), []string{"Response[0].Play.URL"}, response(voxml.Play{URL: "http://cdn.acme.com/a.mp3"})},
	}},
	{"url-query", voxml.SeverityWarning, []breach{
		{"1 Redirect", response(voxml.Redirect{URL: "/next?list=a;b"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "/next;v=1?list=a%3Bb"})},
		{"1 Redirect", response(voxml.Redirect{URL: "/next?off=50%"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "/next?off=50%25"})},
		{"1 Gather action", fromXML(`<Gather action="?off=50%2&amp;a=b" actionOnEmptyResult="true"/>`), []string{"Response[0].Gather.action"},
			fromXML(`<Gather action="?off=50%2B&amp;a=b&amp;&amp;c" actionOnEmptyResult="true"/>`)},
	}},
	{"url-scheme", voxml.SeverityWarning, []breach{
		{"4 Gather action", response(voxml.Gather{Action: "example.com/menu", ActionOnEmptyResult: true}), []string{"Response[0].Gather.action"},
			response(voxml.Gather{Action: "https://example.com/menu", ActionOnEmptyResult: true})},
		{"4 Play", response(voxml.Play{URL: "www.example.com/a.mp3"}), []string{"Response[0].Play.URL"}, response(voxml.Play{URL: "a.example.mp3"})},
		{"4 Redirect, address", response(voxml.Redirect{URL: "203.0.113.5/a"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "1.2/a"})},
		{"4 Redirect, name alone", response(voxml.Redirect{URL: "voice.acme.com"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "menu.php"})},
		{"4 Redirect, localhost", response(voxml.Redirect{URL: "localhost/a"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "voice/localhost"})},
		{"4 Redirect, tunnel", response(voxml.Redirect{URL: "a1-b2.ngrok-free.app/a?b=c"}), []string{"Response[0].Redirect.URL"},
			response(voxml.Redirect{URL: "menu.php/a?b=c"})},
		{"4 Redirect, version", response(voxml.Redirect{URL: "api.acme.io/v1.2/a"}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "v1.2/api.acme.io/a"})},
		{"4 Redirect, dots", response(voxml.Redirect{URL: "a.b.co/."}), []string{"Response[0].Redirect.URL"}, response(voxml.Redirect{URL: "./a.co/.well-known/a"})},
	}},
	{"value", voxml.SeverityError, []breach{
		{"4 history", response(voxml.Hangup{History: "yes"}), []string{"Response[0].Hangup.history"}, response(voxml.Hangup{History: "full"})},
		{"4 Connect", response(voxml.Connect{Flow: voxml.Flow{ID: flowID[1:]}}), []string{"Response[0].Connect[0].Flow.ID"},
			response(voxml.Connect{Flow: voxml.Flow{ID: strings.ToUpper(flowID)}})},
		{"4 Connect", response(voxml.Connect{Flow: voxml.Flow{ID: "g" + flowID[1:]}}), []string{"Response[0].Connect[0].Flow.ID"},
			response(voxml.Connect{Flow: voxml.Flow{ID: "0" + flowID[1:]}})},
		{"4 Connect", fromXML(`<Connect><Flow>Sales</Flow></Connect>`), []string{"Response[0].Connect[0].Flow.ID"},
			fromXML(`<Connect><Flow>` + flowID + `</Flow></Connect>`)},
		{"4 Connect", response(voxml.Connect{Flow: voxml.Flow{ID: strings.ReplaceAll(flowID, "-", "0")}}), []string{"Response[0].Connect[0].Flow.ID"},
			response(voxml.Connect{Flow: voxml.Flow{ID: flowID}})},
		{"4 Dial ringTone", fromXML(`<Dial ringTone="ch">1</Dial>`), []string{"Response[0].Dial.ringTone"}, fromXML(`<Dial ringTone="de">1</Dial>`)},
		{"4 Dial record", fromXML(`<Dial record="true">1</Dial>`), []string{"Response[0].Dial.record"}, fromXML(`<Dial action="/a" record="record-from-answer">1</Dial>`)},
		{"4 Dial recordingTrack", fromXML(`<Dial action="/a" record="record-from-answer" recordingTrack="all">1</Dial>`), []string{"Response[0].Dial.recordingTrack"},
			fromXML(`<Dial action="/a" record="record-from-answer" recordingTrack="both">1</Dial>`)},
		{"4 Dial recordingStatusCallbackMethod",
			fromXML(`<Dial record="record-from-answer" recordingStatusCallback="/r" recordingStatusCallbackMethod="PUT">1</Dial>`),
			[]string{"Response[0].Dial.recordingStatusCallbackMethod"},
			fromXML(`<Dial record="record-from-answer" recordingStatusCallback="/r" recordingStatusCallbackMethod="GET">1</Dial>`)},
		{"4 Dial recordingStatusCallbackEvent",
			fromXML(`<Dial record="record-from-answer" recordingStatusCallback="/r" recordingStatusCallbackEvent="completed busy absent">1</Dial>`),
			[]string{"Response[0].Dial.recordingStatusCallbackEvent"},
			fromXML(`<Dial record="record-from-answer" recordingStatusCallback="/r" recordingStatusCallbackEvent="completed failed">1</Dial>`)},
		{"4 Gather input", fromXML(`<Gather action="/a" actionOnEmptyResult="true" input="speech dtmf"/>`), []string{"Response[0].Gather.input"}, fromXML(`<Gather action="/a" actionOnEmptyResult="true" input="dtmf speech"/>`)},
		{"4 Gather language", response(voxml.Gather{Output: "a", Input: voxml.InputSpeech, Language: "es-US"}), []string{"Response[0].Gather.language"},
			response(voxml.Gather{Output: "a", Input: voxml.InputSpeech, Language: "es-419"})},
		{"4 Gather language", response(voxml.Gather{Output: "a", Input: voxml.InputSpeech, Language: "klingon"}), []string{"Response[0].Gather.language"},
			response(voxml.Gather{Output: "a", Input: voxml.InputSpeech, Language: "no"})},
		{"4 Gather language", fromXML(`<Gather action="/a" actionOnEmptyResult="true" input="speech" language="de-CH"/>`), []string{"Response[0].Gather.language"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true" input="speech" language="de"/>`)},
		{"4 Gather method", response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, Method: "PUT"}), []string{"Response[0].Gather.method"},
			response(voxml.Gather{Action: "/a", ActionOnEmptyResult: true, Method: voxml.MethodGET})},
		{"4 Pay method", response(voxml.Pay{Output: "p", Action: "/a", Method: "PUT"}), []string{"Response[0].Pay.method"}, response(voxml.Pay{Output: "p", Action: "/a", Method: "POST"})},
		{"4 Pay bankAccountType", fromXML(`<Pay output="p" paymentMethod="ach-debit" bankAccountType="savings"/>`), []string{"Response[0].Pay.bankAccountType"},
			fromXML(`<Pay output="p" paymentMethod="ach-debit" bankAccountType="consumer-savings"/>`)},
		{"4 Pay currency", fromXML(`<Pay output="p" currency="eur"/>`), []string{"Response[0].Pay.currency"}, fromXML(`<Pay output="p" currency="usd"/>`)},
		{"4 Pay input", response(voxml.Pay{Output: "p", Input: voxml.InputSpeech}), []string{"Response[0].Pay.input"}, response(voxml.Pay{Output: "p", Input: voxml.InputDTMF})},
		{"4 Pay input", fromXML(`<Pay output="p" input="dtmf speech"/>`), []string{"Response[0].Pay.input"}, fromXML(`<Pay output="p" input="dtmf"/>`)},
		{"4 Pay input", fromXML(`<Pay output="p" input="keys"/>`), []string{"Response[0].Pay.input"}, fromXML(`<Pay output="p"/>`)},
		{"4 Pay language", fromXML(`<Pay output="p" language="de"/>`), []string{"Response[0].Pay.language"}, fromXML(`<Pay output="p" language="de-DE"/>`)},
		{"4 Pay paymentMethod", fromXML(`<Pay output="p" paymentMethod="card" bankAccountType="consumer-savings" validCardTypes="visa"/>`),
			[]string{"Response[0].Pay.paymentMethod"}, fromXML(`<Pay output="p" paymentMethod="credit-card" validCardTypes="visa"/>`)},
		{"4 Pay statusCallbackMethod", fromXML(`<Pay output="p" statusCallback="/s" statusCallbackMethod="PUT"/>`), []string{"Response[0].Pay.statusCallbackMethod"},
			fromXML(`<Pay output="p" statusCallback="/s" statusCallbackMethod="POST"/>`)},
		{"4 Pay tokenType", fromXML(`<Pay output="p" tokenType="once"/>`), []string{"Response[0].Pay.tokenType"}, fromXML(`<Pay output="p" tokenType="one-time"/>`)},
		{"4 Pay validCardTypes", fromXML(`<Pay output="p" validCardTypes="visa mc"/>`), []string{"Response[0].Pay.validCardTypes"},
			fromXML(`<Pay output="p" validCardTypes="visa mastercard"/>`)},
		{"4 Pay Prompt for", paying(voxml.Pay{}, prompt("card-number")), []string{"Response[0].Pay[0].Prompt.for"}, paying(voxml.Pay{}, prompt("payment-card-number"))},
		{"4 Pay Prompt cardType", fromXML(`<Pay output="p"><Prompt for="security-code" cardType="american-express"><Say>Hi</Say></Prompt></Pay>`),
			[]string{"Response[0].Pay[0].Prompt.cardType"}, fromXML(`<Pay output="p"><Prompt for="security-code" cardType="amex"><Say>Hi</Say></Prompt></Pay>`)},
		{"4 Pay Prompt errorType", fromXML(`<Pay output="p"><Prompt for="security-code" errorType="timeout"><Say>Hi</Say></Prompt></Pay>`),
			[]string{"Response[0].Pay[0].Prompt.errorType"}, fromXML(`<Pay output="p"><Prompt for="security-code" errorType="input-timeout"><Say>Hi</Say></Prompt></Pay>`)},
		{"4 Record method", fromXML(`<Record action="/a" method="PUT"/>`), []string{"Response[0].Record.method"}, fromXML(`<Record action="/a" method="GET"/>`)},
		{"4 Record recordingStatusCallbackMethod", fromXML(`<Record recordingStatusCallback="/r" recordingStatusCallbackMethod="PUT"/>`),
			[]string{"Response[0].Record.recordingStatusCallbackMethod"}, fromXML(`<Record recordingStatusCallback="/r" recordingStatusCallbackMethod="GET"/>`)},
		{"4 Record recordingStatusCallbackEvent", fromXML(`<Record recordingStatusCallback="/r" recordingStatusCallbackEvent="done"/>`),
			[]string{"Response[0].Record.recordingStatusCallbackEvent"}, fromXML(`<Record recordingStatusCallback="/r" recordingStatusCallbackEvent="in-progress"/>`)},
		{"4 Redirect method", fromXML(`<Redirect method="HEAD">/a</Redirect>`), []string{"Response[0].Redirect.method"}, fromXML(`<Redirect method="GET">/a</Redirect>`)},
		{"4 Reject reason", fromXML(`<Reject reason="closed"/>`), []string{"Response[0].Reject.reason"}, fromXML(`<Reject reason="busy"/>`)},
	}},
	{"variable-name", voxml.SeverityError, []breach{
		{"4 Gather output", response(voxml.Gather{Output: "my menu"}, voxml.Hangup{}), []string{"Response[0].Gather.output"},
			response(voxml.Gather{Output: "my_menu"}, voxml.Hangup{})},
		{"4 Gather output", fromXML(`<Gather output="menu.digits"/><Hangup/>`), []string{"Response[0].Gather.output"}, fromXML(`<Gather output="menu"/><Hangup/>`)},
		{"4 Dial output", fromXML(`<Dial output="desk-1">1</Dial>`), []string{"Response[0].Dial.output"}, fromXML(`<Dial output="desk1">1</Dial>`)},
		{"4 Gather output, with .digits", response(voxml.Gather{Output: strings.Repeat("g", 44)}, voxml.Hangup{}), []string{"Response[0].Gather.output"},
			response(voxml.Gather{Output: strings.Repeat("g", 43)}, voxml.Hangup{})},
		{"4 Dial output, with .status", response(voxml.Dial{Number: "1", Output: strings.Repeat("d", 44)}), []string{"Response[0].Dial.output"},
			response(voxml.Dial{Number: "1", Output: strings.Repeat("d", 43)})},
		{"4 Pay output", response(voxml.Pay{Output: strings.Repeat("p", 44)}), []string{"Response[0].Pay.output"},
			response(voxml.Pay{Output: strings.Repeat("p", 43)})},
		{"4 Pay output", fromXML(`<Pay output="zahlung€"/>`), []string{"Response[0].Pay.output"}, fromXML(`<Pay output="zahlung"/>`)},
		{"4 Set output", fromXML(`<Set output="${a}">1</Set>`), []string{"Response[0].Set.output"}, fromXML(`<Set output="a.b_1">1</Set>`)},
		{"4 Set output", response(voxml.Set{Output: "a."}), []string{"Response[0].Set.output"}, response(voxml.Set{Output: "a"})},
		{"4 Set output", response(voxml.Set{Output: strings.Repeat("s", 51)}), []string{"Response[0].Set.output"}, response(voxml.Set{Output: strings.Repeat("s", 50)})},
		{"4 Set output, both", response(voxml.Set{Output: strings.Repeat("ü", 51)}), []string{"Response[0].Set.output", "Response[0].Set.output"},
			response(voxml.Set{Output: strings.Repeat("u", 50)})},
		{"4 Unset output", fromXML(`<Unset output="a b"/>`), []string{"Response[0].Unset.output"}, fromXML(`<Unset output="a_b"/>`)},
		{"4 Unset output", response(voxml.Unset{Output: strings.Repeat("u", 51)}), []string{"Response[0].Unset.output"},
			response(voxml.Unset{Output: strings.Repeat("u", 50)})},
		{"4 If", response(voxml.If{Expression: voxml.Var(strings.Repeat("v", 51)).Equal("1"), Verbs: response(voxml.Hangup{})}),
			[]string{"Response[0].If.expression", "Response[0].If.expression unset-variable"},
			response(voxml.Set{Output: strings.Repeat("v", 50)}, voxml.If{Expression: voxml.Var(strings.Repeat("v", 50)).Equal("1"), Verbs: response(voxml.Hangup{})})},
	}},
	{"voice", voxml.SeverityWarning, []breach{
		{"4 Say voice", response(voxml.Say{Text: "Hi", Voice: "Pollu.Lupe"}), []string{"Response[0].Say.voice"}, response(voxml.Say{Text: "Hi", Voice: "Polly.Lupe"})},
		{"4 Say voice, engine", fromXML(`<Say voice="polly.Joanna">Hi</Say><Say voice="Azure.Jenny">Hi</Say>`), []string{"Response[0].Say.voice", "Response[1].Say.voice"},
			fromXML(`<Say voice="Google.en-US-Standard-C">Hi</Say><Say voice="Deepgram.aura-asteria-en">Hi</Say>`)},
		{"4 Say voice, no engine", fromXML(`<Say voice="alice">Hi</Say><Say voice="Polly.">Hi</Say><Say voice=".Joanna">Hi</Say>`),
			[]string{"Response[0].Say.voice", "Response[1].Say.voice", "Response[2].Say.voice"},
			fromXML(`<Say voice="Joanna">Hi</Say><Say voice="Polly.Joanna-Neural">Hi</Say>`)},
		{"4 Say language", response(voxml.Say{Text: "Hola", Language: "es-US"}), []string{"Response[0].Say.language"},
			response(voxml.Say{Text: "Hola", Voice: "Polly.Lupe", Language: "es-US"})},
		{"4 Say language", fromXML(`<Say voice="Joanna" language="de-DE">Hallo</Say><Say voice="Polly.Joanna" language="cy-GB">Helo</Say>`),
			[]string{"Response[0].Say.language", "Response[1].Say.language"},
			fromXML(`<Say voice="Vicki" language="de-DE">Hallo</Say><Say language="en-GB">Hello</Say>`)},
	}},
	{"white-space", voxml.SeverityWarning, []breach{
		{"4 Dial", fromXML("<Dial>\n\t+14025550100\n</Dial>"), []string{"Response[0].Dial.Number"}, fromXML(`<Dial>+14025550100</Dial>`)},
		{"4 Number", response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1 "}, voxml.Number{Number: "2\r"}}}),
			[]string{"Response[0].Dial[0].Number.Number", "Response[0].Dial[1].Number.Number"},
			response(voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "1"}, voxml.Number{Number: "1 402 555 0100"}}})},
		{"4 Dial callerId", response(voxml.Dial{Number: "1", CallerID: " +14025550100"}), []string{"Response[0].Dial.callerId"},
			response(voxml.Dial{Number: "1", CallerID: "+1 4025550100"})},
		{"4 Gather action", fromXML(`<Gather action=" /a" actionOnEmptyResult="true"/>`), []string{"Response[0].Gather.action"},
			fromXML(`<Gather action="/a" actionOnEmptyResult="true"/>`)},
		{"4 Record recordingStatusCallback", response(voxml.Record{RecordingStatusCallback: "/r\t"}), []string{"Response[0].Record.recordingStatusCallback"},
			response(voxml.Record{RecordingStatusCallback: "/r"})},
		{"4 Redirect", fromXML("<Redirect>\n\thttps://example.com/a\n</Redirect>"), []string{"Response[0].Redirect.URL"}, fromXML(`<Redirect>https://example.com/a</Redirect>`)},
	}},
}

const flowID = "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11"

// byBank pays from a bank account.
var byBank = voxml.Pay{PaymentMethod: voxml.PaymentMethodACHDebit}

func response(verbs ...voxml.Verb) voxml.Response { return verbs }

// fromXML reads the document that has this content.
func fromXML(content string) voxml.Response {
	doc, err := voxml.Parse(strings.NewReader("<Response>" + content + "</Response>"))
	if err != nil {
		panic(err)
	}
	return doc
}

// looping runs a verb while a variable is empty, which it is at first.
func looping(variable string, v voxml.Verb) voxml.Response {
	return response(
		voxml.Set{Output: variable},
		voxml.Do{Expression: voxml.Var(variable).Equal(""), MaxLoops: 3, Verbs: response(v)},
	)
}

// onlyIf sets the variables a and b, and hangs up if an expression is true.
func onlyIf(x voxml.Expr) voxml.Response {
	return response(
		voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Set{Output: "a", Value: "1"}, voxml.Set{Output: "b"})},
		voxml.If{Expression: x, Verbs: response(voxml.Hangup{})},
	)
}

// ask asks for keys.
func ask(output string) voxml.Gather { return voxml.Gather{Output: output} }

// again repeats verbs while an expression is true.
func again(x string, verbs ...voxml.Verb) voxml.Response {
	return response(voxml.Do{Expression: voxml.RawExpr(x), MaxLoops: 3, Verbs: verbs})
}

// heard asks a question and hangs up if an expression is true.
func heard(x voxml.Expr) voxml.Response {
	return response(voxml.Gather{Output: "a", Input: voxml.InputDTMFSpeech}, voxml.If{Expression: x, Verbs: response(voxml.Hangup{})})
}

// matching has n expensive regular expressions, all different.
func matching(n int) voxml.Response {
	doc := response(voxml.Set{Output: "a"})
	for i := range n {
		doc = append(doc, voxml.If{Expression: voxml.Var("a").Match(strings.Repeat(`\pN`, 30) + strconv.Itoa(i)), Verbs: response(voxml.Hangup{})})
	}
	return doc
}

// ifsAround nests that many conditionals around a verb.
func ifsAround(n int, v voxml.Verb) voxml.Verb {
	for range n {
		v = voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(v)}
	}
	return v
}

func paying(pay voxml.Pay, nouns ...voxml.PayNoun) voxml.Response {
	pay.Output, pay.Nouns = "p", nouns
	return response(pay)
}

func prompt(step voxml.PromptFor) voxml.Prompt {
	return voxml.Prompt{For: step, Verbs: []voxml.PromptVerb{voxml.Say{Text: "Hi"}}}
}

// severities has the severity of each rule.
var severities = func() map[string]voxml.Severity {
	m := map[string]voxml.Severity{}
	for _, c := range checks {
		m[c.rule] = c.severity
	}
	return m
}()

// expected completes paths of findings of a rule. A path that is followed by a
// space and the name of a rule is one of a finding of that.
func expected(rule string, paths []string) []string {
	want := make([]string, 0, len(paths))
	for _, path := range paths {
		of := rule
		if i := strings.LastIndex(path, " "); i >= 0 && severities[path[i+1:]] != "" {
			path, of = path[:i], path[i+1:]
		}
		want = append(want, fmt.Sprintf("%s: %s (%s)", severities[of], path, of))
	}
	return want
}

// found returns findings without their messages.
func found(findings []voxml.Finding) []string {
	got := make([]string, 0, len(findings))
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%s: %s (%s)", f.Severity, f.Path, f.Rule))
	}
	return got
}

// sentence is what a message looks like: it goes on after the path, and has no
// full stop.
var sentence = regexp.MustCompile(`^\S+( \S+)* \S*[^\s.]$`)

// TestCheck shows each rule with what it objects to, and what not:
//
//	go test ./voxml -run 'TestCheck$' -v
func TestCheck(t *testing.T) {
	for _, c := range checks {
		t.Run(c.rule, func(t *testing.T) {
			require.NotEmpty(t, c.breaches)
			for _, b := range c.breaches {
				findings := b.doc.Check()
				assert.Equal(t, expected(c.rule, b.want), found(findings), "%s", shown(b.doc))
				assert.True(t, slices.ContainsFunc(findings, func(f voxml.Finding) bool { return f.Rule == c.rule }))
				for _, f := range findings {
					assert.Regexp(t, sentence, f.Message)
				}
				assertAsRead(t, b.doc)

				assert.NotEmpty(t, b.clean)
				assert.Empty(t, b.clean.Check(), "%s", shown(b.clean))
				assertAsRead(t, b.clean)

				t.Logf("%s (section %s)\nbroken  %s\n%s\nclean   %s", c.rule, b.section, shown(b.doc), lines(findings), shown(b.clean))
			}
		})
	}
}

// assertAsRead checks that a document has the same findings when it has been
// written and read. There is nothing to compare for one that does not encode.
func assertAsRead(t *testing.T, doc voxml.Response, set ...string) {
	t.Helper()
	b, err := doc.AppendXML(nil)
	if err != nil {
		return
	}
	again, err := voxml.Parse(strings.NewReader(string(b)))
	require.NoError(t, err)
	assert.Equal(t, doc.Check(set...), again.Check(set...), "%s", shown(doc))
}

// shown returns the beginning of a document, as XML if it encodes.
func shown(doc voxml.Response) string {
	text := doc.String()
	if text == "" {
		text = fmt.Sprintf("%#v", doc)
	}
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + " ..."
	}
	return text
}

func lines(findings []voxml.Finding) string {
	all := make([]string, 0, len(findings))
	for _, f := range findings {
		all = append(all, "        "+f.String())
	}
	return strings.Join(all, "\n")
}

// TestCheckTable holds the table of the package comment, the rules in the code
// and those with documents above against each other.
func TestCheckTable(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^\t([a-z-]+) +(error|warning) +(\S.*)$`)
	var table []string
	for _, m := range row.FindAllStringSubmatch(source.Doc.Text(), -1) {
		table = append(table, m[1]+" "+m[2])
		assert.LessOrEqual(t, len(m[3]), 70, "%s", m[1])
	}
	assert.True(t, slices.IsSorted(table), "the table is in the order of the names")

	assert.ElementsMatch(t, rulesInCode(t), table)
	tested := make([]string, 0, len(checks))
	for _, c := range checks {
		tested = append(tested, c.rule+" "+string(c.severity))
	}
	assert.Equal(t, table, tested)
}

// rulesInCode returns name and severity of each rule{...} in rules.go.
func rulesInCode(t *testing.T) (rules []string) {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	require.NoError(t, err)
	words := map[string]voxml.Severity{"SeverityError": voxml.SeverityError, "SeverityWarning": voxml.SeverityWarning}
	ast.Inspect(source, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if typ, ok := literal.Type.(*ast.Ident); !ok || typ.Name != "rule" {
			return true
		}
		require.Len(t, literal.Elts, 2)
		name, err := strconv.Unquote(literal.Elts[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		severity := words[literal.Elts[1].(*ast.Ident).Name]
		require.NotEmpty(t, severity)
		rules = append(rules, name+" "+string(severity))
		return true
	})
	require.NotEmpty(t, rules)
	return rules
}

// TestCheckEnumerations sets each field that has a set of known values to
// another one.
func TestCheckEnumerations(t *testing.T) {
	type known interface{ Known() bool }
	isKnown := reflect.TypeFor[known]()
	list := listed(t)
	tested := 0
	for _, tt := range elements {
		typ := reflect.TypeOf(tt.base)
		names := without(list[tt.name], "#text")
		for i, field := range attributeFields(typ, tt.content) {
			n := reflect.New(typ).Elem()
			n.Set(reflect.ValueOf(tt.base))
			v := n.FieldByIndex(field.Index)
			switch {
			case field.Type.Implements(isKnown):
				v.SetString("other")
			case field.Type.Kind() == reflect.Slice && field.Type.Elem().Implements(isKnown):
				v.Set(reflect.MakeSlice(field.Type, 1, 1))
				v.Index(0).SetString("other")
			default:
				continue
			}
			tested++
			var got []string
			for _, f := range document(n.Interface().(voxml.Node)).Check() {
				if f.Rule == "value" && strings.HasSuffix(f.Path, "."+tt.name+"."+names[i]) {
					got = append(got, f.Path)
				}
			}
			assert.Len(t, got, 1, "%s %s", tt.name, names[i])
		}
	}
	assert.NotZero(t, tested)
}

// TestCheckKeepsText checks that no finding has text of the document in it.
func TestCheckKeepsText(t *testing.T) {
	const secret = `4111 ${s"e'cret`
	docs := []voxml.Response{
		response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: secret}}, Content: ssml.Speech{ssml.Text(secret)}}}}),
		response(voxml.Say{Text: secret + strings.Repeat("x", 3000)}),
		response(voxml.Say{SSML: ssml.Speech{ssml.Trusted(secret + "<")}}),
		response(voxml.Element{Name: "Sip", Attrs: voxml.Attrs{{Name: "a", Value: secret}}, Children: []voxml.Node{voxml.Text(secret)}}),
		response(voxml.Play{URL: "https://" + secret}),
		response(voxml.Pay{ChargeAmount: secret}),
		response(voxml.If{Expression: voxml.Var("a").Equal(secret)}),
		response(voxml.If{Expression: voxml.RawExpr(`${a}=~"` + secret)}),
		response(voxml.If{Expression: voxml.Var("a").Match("4111(")}),
	}
	list := listed(t)
	for _, tt := range elements {
		n, _ := fillStrings(tt.base, tt.content, without(list[tt.name], "#text"), secret)
		docs = append(docs, document(n))
	}
	for _, tt := range texts {
		docs = append(docs, document(tt.node(secret)))
	}
	for _, doc := range docs {
		findings := doc.Check()
		assert.NotEmpty(t, findings, "%#v", doc)
		for _, f := range findings {
			assert.NotContains(t, f.String(), "4111")
			assert.NotContains(t, f.String(), "cret")
		}
	}
}

func TestFindingString(t *testing.T) {
	doc := response(
		voxml.Gather{NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Pause{Length: 90 * time.Second}}},
		voxml.Say{Text: "Hi", Loop: -2},
		voxml.Gather{Action: "/a", NumDigits: 1, FinishOnKey: "#"},
	)
	var got []string
	for _, f := range doc.Check() {
		got = append(got, f.String())
	}
	assert.Equal(t, []string{
		"error: Response[1].Say.loop: -2 is negative (encoding)",
		"warning: Response[0].Gather: loses its input: give it an action or an output (lost-input)",
		"error: Response[0].Gather[0].Pause.length: 1m30s is longer than 1m0s: shorten it (range)",
		"warning: Response[2].Gather: leaves a caller who enters nothing at the end of the document: set actionOnEmptyResult, or put a verb after it (silent-end)",
		"warning: Response[2].Gather.finishOnKey: can end only an empty input, because numDigits is 1 and so the first key completes it: remove one of them (finish-key)",
	}, got)
	assert.Equal(t, "warning: p: m (r)", voxml.Finding{Rule: "r", Severity: voxml.SeverityWarning, Path: "p", Message: "m"}.String())
}

// made returns documents that the generator of FuzzDocument makes.
func made(n int) []voxml.Response {
	docs := make([]voxml.Response, n)
	x := uint32(7)
	for i := range docs {
		b := make([]byte, 200)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		docs[i] = (&source{data: b}).document()
	}
	return docs
}

// TestCheckEncoding checks that what does not encode has all its errors as
// findings, before any others.
func TestCheckEncoding(t *testing.T) {
	tested := 0
	for _, doc := range append(made(2000), bad) {
		_, err := doc.AppendXML(nil)
		errs := leaves(err)
		if len(errs) > 0 {
			tested++
		}
		findings := doc.Check()
		require.GreaterOrEqual(t, len(findings), len(errs))
		for i, f := range findings {
			if i >= len(errs) {
				require.NotContains(t, []string{"encoding", "required"}, f.Rule)
				continue
			}
			want := voxml.Finding{Rule: "encoding", Severity: voxml.SeverityError, Path: errs[i].Path, Message: errs[i].Err.Error()}
			if want.Message == "is required" {
				want.Rule = "required"
			}
			require.Equal(t, want, f)
		}
	}
	assert.Greater(t, tested, 200)
}

// TestCheckSame checks that a document has the same findings each time, and
// when it has been written and read.
func TestCheckSame(t *testing.T) {
	good, findings := 0, 0
	for _, doc := range made(2000) {
		require.Equal(t, doc.Check(), doc.Check())
		if _, err := doc.AppendXML(nil); err != nil {
			continue
		}
		good++
		doc = canonical(t, reflect.ValueOf(doc)).Interface().(voxml.Response)
		findings += len(doc.Check())
		assertAsRead(t, doc)
	}
	assert.Greater(t, good, 200)
	assert.Greater(t, findings, 200)
}

// TestCheckChangesNothing checks that a document is as it was.
func TestCheckChangesNothing(t *testing.T) {
	for _, tt := range golden {
		before := encode(t, tt.doc)
		tt.doc.Check()
		assert.Equal(t, before, encode(t, tt.doc))
	}
}

// Slices can be shared, so a document can contain itself. It is too deep, and
// has no findings but that.
func TestCheckCycles(t *testing.T) {
	nodes, verbs, speech := make([]voxml.Node, 2), make([]voxml.Verb, 2), make(ssml.Speech, 2)
	gathered, dialed, paid := make([]voxml.GatherVerb, 1), make([]voxml.DialNoun, 1), make([]voxml.PayNoun, 1)
	for i := range 2 {
		nodes[i] = voxml.Element{Name: "e", Children: nodes}
		verbs[i] = voxml.Do{Expression: voxml.RawExpr("1==1"), Verbs: verbs}
		speech[i] = ssml.P{Content: speech}
	}
	gathered[0] = voxml.Element{Name: "e", Children: []voxml.Node{voxml.Gather{Verbs: gathered}}}
	dialed[0] = voxml.Element{Name: "e", Children: []voxml.Node{voxml.Dial{Nouns: dialed}}}
	paid[0] = voxml.Element{Name: "e", Children: []voxml.Node{voxml.Pay{Nouns: paid}}}
	for name, doc := range map[string]voxml.Response{
		"Element": response(nodes[0].(voxml.Element)),
		"Do":      verbs,
		"SSML":    response(voxml.Say{SSML: speech}),
		"Gather":  response(voxml.Gather{Verbs: gathered}),
		"Dial":    response(voxml.Dial{Nouns: dialed}),
		"Pay":     response(voxml.Pay{Nouns: paid}),
	} {
		t.Run(name, func(t *testing.T) {
			findings := doc.Check()
			require.NotEmpty(t, findings)
			for _, f := range findings {
				require.Equal(t, "encoding", f.Rule)
				require.Equal(t, "is nested more than 100 deep", f.Message)
			}
		})
	}
}

// An Element that is refused can contain itself, too.
func TestCheckRefusedCycles(t *testing.T) {
	cycle := func(name string) []voxml.Node {
		kids := make([]voxml.Node, 1)
		kids[0] = voxml.Element{Name: name, Children: kids}
		return kids
	}
	speech := func(name string) ssml.Speech {
		s := make(ssml.Speech, 1)
		s[0] = ssml.Element{Name: name, Content: s}
		return s
	}
	for name, doc := range map[string]voxml.Response{
		"the name of a type":        response(voxml.Element{Name: "Say", Children: cycle("X")}),
		"the names of types":        response(voxml.Element{Name: "Say", Children: cycle("Say")}),
		"no name":                   response(voxml.Element{Name: "a b", Children: cycle("X")}),
		"no names":                  response(voxml.Element{Name: "a b", Children: cycle("c d")}),
		"a name deeper":             response(voxml.Element{Name: "X", Children: cycle("")}),
		"in a Gather":               response(voxml.Gather{Action: "/a", Verbs: []voxml.GatherVerb{voxml.Element{Name: "Say", Children: cycle("X")}}}),
		"in a Pay":                  response(voxml.Pay{Action: "/a", Nouns: []voxml.PayNoun{voxml.Element{Name: "Prompt", Children: cycle("Prompt")}}}),
		"SSML":                      response(voxml.Say{SSML: speech("break")}),
		"SSML, no name":             response(voxml.Say{SSML: speech("a b")}),
		"SSML, in what has no name": response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "1", Content: speech("x")}}}),
		"SSML, beside a text":       response(voxml.Say{Text: "Hi", SSML: speech("x")}),
		"SSML, in what is refused":  response(voxml.Element{Name: "X", Children: []voxml.Node{voxml.Element{Name: "Say", Children: []voxml.Node{voxml.Say{SSML: speech("x")}}}}}),
	} {
		t.Run(name, func(t *testing.T) {
			findings := doc.Check()
			require.NotEmpty(t, findings)
			require.LessOrEqual(t, len(findings), 100)
			for _, f := range findings {
				require.Equal(t, "encoding", f.Rule)
			}
			_, err := doc.AppendXML(nil)
			require.Len(t, leaves(err), len(findings))
		})
	}
}

// TestCheckSet checks what the variables of earlier documents change.
func TestCheckSet(t *testing.T) {
	const unset = "Response[0].If.expression unset-variable"
	reads := func(variables ...string) voxml.Response {
		x := voxml.Var(variables[0]).Equal("1")
		for _, name := range variables[1:] {
			x = x.Or(voxml.Var(name).Equal("1"))
		}
		return response(voxml.If{Expression: x, Verbs: response(voxml.Hangup{})})
	}
	for _, tt := range []struct {
		doc  voxml.Response
		set  []string
		want []string
	}{
		{reads("tries"), nil, []string{unset}},
		{reads("tries"), []string{}, []string{unset}},
		{reads("tries"), []string{""}, []string{unset}},
		{reads("tries"), []string{"tries"}, nil},
		{reads("tries"), []string{"language", "tries"}, nil},
		{reads("tries"), []string{"try", "Tries"}, []string{unset}},
		{reads("tries"), []string{"tries.digits"}, []string{unset}},
		{reads("tries", "language"), []string{"language"}, []string{unset}},
		{reads("tries", "language"), []string{"language", "tries"}, nil},
		{reads("menu.digits"), []string{"menu.digits"}, nil},
		{reads("menu.digits", "menu.status"), []string{"menu.digits"}, []string{unset}},
		{reads("menu.digits", "menu.status"), []string{"menu"}, nil},
		{reads("menu.digits"), []string{"men", "digits"}, []string{unset}},
		{reads("do.n"), nil, []string{unset}},
		{fromXML(`<Set output="a"/><If expression="${a}==${b}"><Hangup/></If>`), []string{"b"}, nil},
		{fromXML(`<Set output="a"/><If expression="${a}==${b}"><Hangup/></If>`), []string{"a"}, []string{"Response[1].If.expression unset-variable"}},
		// Whatever has set it earlier, nothing in the Do does.
		{fromXML(`<Do expression="${more}==1" maxLoops="3"><Pause/></Do>`), []string{"more"}, []string{"Response[0].Do.expression constant-loop"}},
		{fromXML(`<Do expression="${more}==1 || ${do.n}==0" maxLoops="3"><Pause/></Do>`), []string{"more"}, nil},
		{response(voxml.Say{}), []string{"a"}, []string{"Response[0].Say empty"}},
	} {
		assert.Equal(t, expected("", tt.want), found(tt.doc.Check(tt.set...)), "%s %q", shown(tt.doc), tt.set)
	}
}

// TestCheckSpace checks that white space around content that is no text is
// reported.
func TestCheckSpace(t *testing.T) {
	for _, tt := range []struct {
		content, path string
	}{
		{"<Dial>\n\t+14025550100\n</Dial>", "Response[0].Dial.Number"},
		{"<Dial><Number>1</Number><Number>2 </Number></Dial>", "Response[0].Dial[1].Number.Number"},
		{"<Connect><Flow>\r\n" + flowID + "</Flow></Connect>", "Response[0].Connect[0].Flow.ID"},
		{"<Play> a.mp3</Play>", "Response[0].Play.URL"},
		{"<Redirect>\n\t/a\n</Redirect>", "Response[0].Redirect.URL"},
	} {
		doc := fromXML(tt.content)
		var got []string
		for _, f := range doc.Check() {
			assert.Equal(t, tt.path, f.Path)
			if strings.Contains(f.Message, "white space around") {
				got = append(got, f.String())
			}
		}
		assert.Equal(t, []string{"warning: " + tt.path + ": has white space around it, which the platform probably ignores: remove it (white-space)"}, got)
		assertAsRead(t, doc)
	}
	// White space alone is nothing.
	for _, tt := range []struct {
		content, path string
	}{
		{"<Dial> </Dial>", "Response[0].Dial.Number"},
		{"<Dial><Number>\n</Number></Dial>", "Response[0].Dial[0].Number.Number"},
		{"<Connect><Flow>\t</Flow></Connect>", "Response[0].Connect[0].Flow.ID"},
		{"<Play> </Play>", "Response[0].Play.URL"},
		{"<Redirect>\n\t\n</Redirect>", "Response[0].Redirect.URL"},
	} {
		assert.Equal(t, expected("required", []string{tt.path}), found(fromXML(tt.content).Check()), "%s", tt.content)
	}
	// In a text it is welcome.
	assert.Empty(t, fromXML("<Say> Hi </Say><Set output='a'> 1 </Set>").Check())
}

// What is no node does not keep the rest from being checked.
func TestCheckForeign(t *testing.T) {
	var noSay *voxml.Say
	doc := response(
		nil, noSay, &voxml.Gather{}, &voxml.Hangup{},
		voxml.Gather{Action: "/a", Verbs: []voxml.GatherVerb{nil, &voxml.Pause{}}},
		voxml.Dial{Nouns: []voxml.DialNoun{nil, (*voxml.Number)(nil)}},
		voxml.Pay{Output: "p", Nouns: []voxml.PayNoun{nil, &voxml.Prompt{}, &voxml.Parameter{}}},
		voxml.Say{SSML: ssml.Speech{nil, &ssml.Break{}, (*ssml.P)(nil)}},
		voxml.Element{Name: "e", Children: []voxml.Node{nil, (*voxml.Element)(nil)}},
		voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(nil, &voxml.If{})},
		voxml.Say{},
	)
	assert.Equal(t, expected("encoding", []string{
		"Response[0]", "Response[1].Say", "Response[2].Gather", "Response[3].Hangup",
		"Response[4].Gather[0]", "Response[4].Gather[1].Pause",
		"Response[5].Dial[0]", "Response[5].Dial[1].Number",
		"Response[6].Pay[0]", "Response[6].Pay[1].Prompt", "Response[6].Pay[2].Parameter",
		"Response[7].Say[0]", "Response[7].Say[1].Break", "Response[7].Say[2].P",
		"Response[8].e[0]", "Response[8].e[1].Element",
		"Response[9].If[0]", "Response[9].If[1].If",
		"Response[8].e unknown", "Response[10].Say empty",
	}), found(doc.Check()))
}

func TestCheckBounds(t *testing.T) {
	t.Run("elements", func(t *testing.T) {
		many := make(voxml.Response, 0, voxml.MaxElements+1)
		for range voxml.MaxElements {
			many = append(many, voxml.Say{})
		}
		findings := many.Check()
		require.Len(t, findings, 1000)
		assert.Equal(t, "Response[999].Say", findings[999].Path)

		findings = append(many, voxml.Say{}).Check()
		assert.Equal(t, []string{"error: Response[10000].Say (encoding)"}, found(findings))
	})
	t.Run("depth", func(t *testing.T) {
		doc := response(ifsAround(voxml.MaxDepth-1, voxml.Say{}))
		assert.Equal(t, []string{"warning: Response" + strings.Repeat("[0].If", voxml.MaxDepth-1) + "[0].Say (empty)"}, found(doc.Check()))
	})
	t.Run("wide and deep", func(t *testing.T) {
		var doc voxml.Response
		for i := range voxml.MaxElements / voxml.MaxDepth {
			x := voxml.RawExpr("${do.n}!=3")
			if i < 10 {
				x = voxml.RawExpr("${b}==1")
			}
			var v voxml.Verb = voxml.Set{Output: "a"}
			for range voxml.MaxDepth - 1 {
				v = voxml.Do{Expression: x, MaxLoops: 3, Verbs: response(v)}
			}
			doc = append(doc, v)
		}
		assert.Len(t, doc.Check("b"), 10*(voxml.MaxDepth-1), "one for each Do whose expression is constant")
	})
	t.Run("errors", func(t *testing.T) {
		for n, others := range map[int]int{1: 1, 99: 99, 100: 0, 1000: 0} {
			doc := make(voxml.Response, n)
			for i := range doc {
				doc[i] = voxml.Say{Loop: -1}
			}
			counts := map[string]int{}
			for _, f := range doc.Check() {
				counts[f.Rule]++
			}
			assert.Equal(t, min(n, 100), counts["encoding"], "%d", n)
			assert.Equal(t, others, counts["empty"], "%d", n)
		}
	})
	t.Run("findings", func(t *testing.T) {
		for n, want := range map[int]int{900: 999, 901: 1000, 902: 1000, 5000: 1000} {
			doc := make(voxml.Response, n, n+99)
			for i := range doc {
				doc[i] = voxml.Say{}
			}
			for range 99 {
				doc = append(doc, voxml.Say{Text: "Hi", Loop: -1})
			}
			findings := doc.Check()
			require.Len(t, findings, want, "%d", n)
			assert.Equal(t, "encoding", findings[98].Rule)
			assert.Equal(t, "Response[0].Say", findings[99].Path)
			assert.Equal(t, fmt.Sprintf("Response[%d].Say", want-100), findings[want-1].Path)
		}
	})
	t.Run("variables of an expression", func(t *testing.T) {
		var text strings.Builder
		for i := range 1200 {
			fmt.Fprintf(&text, "||${v%d}==1", i)
		}
		doc := response(voxml.If{Expression: voxml.RawExpr(text.String()[2:] + "||${v1}==2"), Verbs: response(voxml.Hangup{})})
		findings := doc.Check()
		require.Len(t, findings, 1000)
		assert.Equal(t, "reads v999, which nothing in this document sets: if an earlier one does, name it to Check", findings[999].Message)
	})
	t.Run("size", func(t *testing.T) {
		doc := response(voxml.Say{}, voxml.Say{Text: strings.Repeat("x", voxml.MaxSize)})
		assert.Equal(t, []string{"error: Response (encoding)"}, found(doc.Check()))
	})
	t.Run("empty", func(t *testing.T) {
		assert.Empty(t, voxml.Response(nil).Check())
		assert.Empty(t, voxml.Response{}.Check())
	})
}
