package voxml_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/voxhook/voxhook/voxml"
)

// This menu accepts a key or a word.
func ExampleVar() {
	sales := voxml.Var("menu.digits").Equal("1").Or(voxml.Var("menu.speech").Match("(sales|support)"))
	fmt.Println(voxml.Response{
		voxml.Gather{Input: voxml.InputDTMFSpeech, NumDigits: 1, Output: "menu"},
		voxml.If{Expression: sales, Verbs: []voxml.Verb{voxml.Dial{Number: "+14025550100"}}},
	})
	// Output:
	// <Response><Gather input="dtmf speech" numDigits="1" output="menu"/><If expression="${menu.digits}==&quot;1&quot; || ${menu.speech}=~&quot;(sales|support)&quot;"><Dial>+14025550100</Dial></If></Response>
}

// This PIN must be entered twice.
func ExampleVariable_EqualVar() {
	pin, again := voxml.Var("pin.digits"), voxml.Var("again.digits")
	same := pin.EqualVar(again).And(pin.NotEqual(""))
	fmt.Println(same)

	fmt.Println(same.Eval(map[string]string{"pin.digits": "4711", "again.digits": "4712"}))
	// Output:
	// ${pin.digits}==${again.digits} && ${pin.digits}!=""
	// false <nil>
}

func ExampleParseExpr() {
	x, err := voxml.ParseExpr(`${menu.digits} == 1`)
	fmt.Println(x, err)

	_, err = voxml.ParseExpr(`${menu.digits} = 1`)
	fmt.Println(err)
	var e *voxml.ExprError
	if errors.As(err, &e) {
		fmt.Println(e.Offset)
	}
	// Output:
	// ${menu.digits} == 1 <nil>
	// voxml: expression: offset 15: an operator is missing: use ==, !=, =~ or !~
	// 15
}

// RawExpr accepts syntax that this package does not support, for example an
// operator that the platform adds later.
func ExampleRawExpr() {
	adult := voxml.RawExpr(`${age.digits} > "17"`)
	fmt.Println(adult)
	doc := voxml.Response{voxml.Gather{Output: "age"}, voxml.If{Expression: adult, Verbs: []voxml.Verb{voxml.Hangup{}}}}
	fmt.Println(doc.Check()[0])
	// Output:
	// ${age.digits} > "17"
	// error: Response[1].If.expression: cannot be read at offset 14: "<" and ">" are not operators: use ==, !=, =~ or !~ (expression)
}

func ExampleExpr_Eval() {
	outage := voxml.Var("menu.digits").Equal("2").Or(voxml.Var("menu.speech").Match("(?i)outage"))
	fmt.Println(outage.Eval(map[string]string{"menu.speech": "An Outage, I think"}))
	fmt.Println(outage.Eval(nil)) // nothing was entered
	// Output:
	// true <nil>
	// false <nil>
}

// It is safe to compare with a text from a caller. The few texts that cannot be
// quoted are an error. They never change the condition.
func ExampleExpr_Err() {
	for _, said := range []string{`O'Brien`, `" || "1"=="1`, `the "O'Briens"`} {
		x := voxml.Var("again.speech").Equal(said)
		fmt.Println(x, x.Err())
	}
	// Output:
	// ${again.speech}=="O'Brien" <nil>
	// ${again.speech}=='" || "1"=="1' <nil>
	//  compares with a value that contains both kinds of quotes, so it cannot be quoted
}

func ExampleParse() {
	doc, err := voxml.Parse(strings.NewReader(`<?xml version="1.0" encoding="UTF-8"?>
<Response>
	<!-- The main menu. -->
	<Gather action="/voice/menu" numDigits="1" timeout="5">
		<Say>For sales, press 1.</Say>
	</Gather>
	<Redirect>/voice</Redirect>
</Response>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	menu := doc[0].(voxml.Gather)
	fmt.Println("keys:", menu.NumDigits, "wait:", menu.Timeout, "prompts:", len(menu.Verbs))
	fmt.Println(doc)
	// Output:
	// keys: 1 wait: 5s prompts: 1
	// <Response><Gather action="/voice/menu" numDigits="1" timeout="5"><Say>For sales, press 1.</Say></Gather><Redirect>/voice</Redirect></Response>
}

// Parse reports all errors at once, each with its place.
func ExampleParse_errors() {
	_, err := voxml.Parse(strings.NewReader(`<Response>
	<Gather numDigits="0" timeout="soon">Press 1.</Gather>
</Response>`))
	fmt.Println(err)
	// Output:
	// voxml: line 2, column 10: Response[0].Gather.numDigits: must be a whole number above 0
	// voxml: line 2, column 24: Response[0].Gather.timeout: must be a whole number above 0
	// voxml: line 2, column 39: Response[0].Gather: has text where none is allowed
}

// If the only errors are values of attributes, Parse returns the document without
// these attributes.
func ExampleParse_leftOut() {
	doc, err := voxml.Parse(strings.NewReader(`<Response><Say loop="0" voice="Polly.Amy">Hi.</Say></Response>`))
	fmt.Println(err)
	fmt.Println(doc)
	// Output:
	// voxml: line 1, column 16: Response[0].Say.loop: must be a whole number above 0
	// <Response><Say voice="Polly.Amy">Hi.</Say></Response>
}

// Parse keeps elements that have no type in this package.
func ExampleParse_unknown() {
	doc, err := voxml.Parse(strings.NewReader(`<Response><Connect><Stream url="wss://media.example.com/a"/></Connect></Response>`))
	fmt.Println(err)
	fmt.Printf("%T %v\n", doc[0], doc)
	// Output:
	// <nil>
	// voxml.Element <Response><Connect><Stream url="wss://media.example.com/a"/></Connect></Response>
}

// Check finds mistakes in documents that encode without an error.
func ExampleResponse_Check() {
	doc := voxml.Response{
		voxml.Gather{NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1."}}},
		voxml.If{
			Expression: voxml.Var("menu.digits").Equal("1"),
			Verbs:      []voxml.Verb{voxml.Dial{Number: "+14025550100"}},
		},
		voxml.Hangup{},
		voxml.Say{Text: "Goodbye."},
	}
	for _, finding := range doc.Check() {
		fmt.Println(finding)
	}
	// Output:
	// warning: Response[0].Gather: discards the caller's input: set action or output (lost-input)
	// warning: Response[1].If.expression: reads menu.digits, which nothing in this document sets: set it, or pass its name to Check if an earlier document sets it (unset-variable)
	// error: Response[3].Say: can never run, because the Hangup before it always leaves this document: move it and the verbs after it, or remove them (unreachable)
}

// VoXML has no Else. Use the negation of the condition instead.
func ExampleExpr_Not() {
	valid := voxml.Var("pin.digits").Match("^[0-9]{4}$").And(voxml.Var("pin.digits").NotEqual("0000"))
	fmt.Println(valid)
	fmt.Println(valid.Not())
	// Output:
	// ${pin.digits}=~"^[0-9]{4}$" && ${pin.digits}!="0000"
	// ${pin.digits}!~"^[0-9]{4}$" || ${pin.digits}=="0000"
}
