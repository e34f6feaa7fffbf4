package voxml_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// What Parse objects to. That of the scanner is held against its source by
// TestParseErrorsComplete.
const (
	isAfterRoot   = "there is something after the root element"
	isAmp         = `"&" does not start a reference: write "&amp;"`
	isAttrValue   = "an attribute has no value in quotes"
	isCDATA       = "a CDATA section has no end"
	isCDATAEnd    = `"]]>" is not allowed in text: write "]]&gt;"`
	isChar        = "XML does not allow this character"
	isComment     = "a comment has no end"
	isDash        = `"--" is not allowed in a comment`
	isDeclaration = "the XML declaration is malformed"
	isDTD         = "document type declarations are not allowed"
	isEncoding    = `the encoding is not UTF-8: write encoding="UTF-8"`
	isEndTag      = "the end tag does not fit the start tag"
	isEntity      = "only the entities amp, lt, gt, quot and apos are allowed"
	isLess        = `"<" is not allowed in an attribute: write "&lt;"`
	isMarkup      = `"<" does not start a tag: write "&lt;"`
	isName        = "an attribute has a name that XML does not allow"
	isNoRoot      = "there is no root element"
	isOpen        = "the document ends before the end tag of the element"
	isPI          = "processing instructions are not allowed"
	isSpace       = "there is no space before an attribute"
	isTag         = `a tag has no closing ">"`
	isText        = "there is text outside the root element"
	isTwice       = "an attribute occurs twice"
	isUTF8        = "is not valid UTF-8"

	isFlag      = "must be true or false"
	isLarge     = "is too large"
	isNoKey     = "must be keys, or empty if no key ends the input"
	isNoWord    = "is only white space: leave it out"
	isNumber    = "must be a whole number above 0"
	isRoot      = "the root element is not Response"
	isRootAttrs = "cannot have attributes: remove them"
	isStray     = "has text where none is allowed"
	isDecimal   = `is not a decimal number such as "9.50"`
	isDeep      = "is nested more than 100 levels deep"
	isMany      = "exceeds the limit of 10000 elements in a document"
	isLong      = "is longer than 1048576 bytes"
	isAttrs     = "has more than 100 attributes without a field"
)

// secret stands for what must be in no message.
const secret = "4111111111111111"

// refusals has documents in which a ^ is before each place that is wrong. The
// errors are in the order of the places.
var refusals = []struct {
	section, name, in string
	want              []string
}{
	// The parts of a document.
	{"4", "nothing", "^", []string{"Response: " + isNoRoot}},
	{"4", "space", " \r\n\t^", []string{"Response: " + isNoRoot}},
	{"4", "comment", "<!-- " + secret + " -->^", []string{"Response: " + isNoRoot}},
	{"4", "declaration", "<?xml version='1.0'?>\n^", []string{"Response: " + isNoRoot}},
	{"4", "text", "^" + secret, []string{"Response: " + isText}},
	{"4", "text before the root", "\n^x<Response/>", []string{"Response: " + isText}},
	{"4", "text after the root", "<Response/> ^" + secret, []string{"Response: " + isText}},
	{"4", "reference after the root", "<Response/>^&#32;", []string{"Response: " + isText}},
	{"4", "other white space after the root", "<Response/>^\u00a0", []string{"Response: " + isText}},
	{"4", "second mark", "\uFEFF^\uFEFF<Response/>", []string{"Response: " + isText}},
	{"4", "UTF-16", "^\xff\xfe<\x00R\x00", []string{"Response: " + isText}},
	{"4", "NUL after the root", "<Response/>^\x00", []string{"Response: " + isText}},
	{"4", "second root", "<Response/>\n^<Response/>", []string{"Response: " + isAfterRoot}},
	{"4", "end tag after the root", "<Response/>^</Response>", []string{"Response: " + isAfterRoot}},
	{"4", "CDATA after the root", "<Response/>^<![CDATA[]]>", []string{"Response: " + isAfterRoot}},
	{"4", "CDATA before the root", "^<![CDATA[]]><Response/>", []string{"Response: " + isMarkup}},
	{"4", "end tag before the root", "^</Response>", []string{"Response: " + isMarkup}},
	{"4", "comment after the root", "<Response/>^<!-- ", []string{"Response: " + isComment}},
	{"4", "document type", "^<!DOCTYPE Response><Response/>", []string{"Response: " + isDTD}},
	{"4", "entities", "<?xml version='1.0'?>^<!DOCTYPE r [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><Response>&b;</Response>",
		[]string{"Response: " + isDTD}},
	{"4", "document type in the root", "<Response>^<!DOCTYPE Response></Response>", []string{"Response: " + isDTD}},
	{"4", "document type in text", "<Response><Say>a^<!DOCTYPE b></Say></Response>", []string{"Response[0].Say: " + isDTD}},
	{"4", "document type after the root", "<Response/>^<!DOCTYPE Response>", []string{"Response: " + isDTD}},
	{"4", "document type of HTML", "^<!doctype html><html/>", []string{"Response: " + isMarkup}},
	{"4", "instruction", "^<?xml-stylesheet href='" + secret + "'?><Response/>", []string{"Response: " + isPI}},
	{"4", "instruction in text", "<Response><Say>a^<?php b ?></Say></Response>", []string{"Response[0].Say: " + isPI}},
	{"4", "instruction in the root", "<Response>^<?xml version='1.0'?></Response>", []string{"Response: " + isPI}},
	{"4", "instruction after the root", "<Response/>^<?a?>", []string{"Response: " + isPI}},
	{"4", "declaration after space", " ^<?xml version='1.0'?><Response/>", []string{"Response: the XML declaration is not at the start"}},
	{"4", "declaration after a comment", "<!---->^<?xml version='1.0'?><Response/>", []string{"Response: the XML declaration is not at the start"}},
	{"4", "declaration twice", "<?xml version='1.0'?>^<?xml version='1.0'?><Response/>", []string{"Response: " + "the XML declaration is not at the start"}},
	{"4", "declaration of nothing", "^<?xml ?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration without version", "^<?xml encoding='UTF-8'?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration with version 2", "<?xml ^version='2.0'?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration with version 1.", "<?xml ^version='1.'?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration with version 1.x", "<?xml ^version='1.x'?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration with standalone", "<?xml version='1.0' ^standalone='Yes'?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration with another attribute", "<?xml version='1.0' ^lang='en'?><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration that ends as a tag", "^<?xml version='1.0'><Response/>", []string{"Response: " + isDeclaration}},
	{"4", "declaration that does not end", "^<?xml version='1.0'", []string{"Response: " + isDeclaration}},
	{"4", "declaration without quotes", "<?xml ^version=1.0?><Response/>", []string{"Response: " + isAttrValue}},
	{"4", "declaration without space", "<?xml version='1.0'^encoding='UTF-8'?><Response/>", []string{"Response: " + isSpace}},
	{"4", "version twice", "<?xml version='1.0' ^version='1.0'?><Response/>", []string{"Response: " + isTwice}},
	{"4", "encoding", "<?xml version='1.0' ^encoding='UTF-16'?><Response/>", []string{"Response: " + isEncoding}},
	{"4", "encoding UTF-16", "<?xml version='1.0' ^encoding=\"UTF-16\" standalone='no'?><Response/>", []string{"Response: " + isEncoding}},
	{"4", "root", "<?xml version='1.0'?>\n^<Request><Say>" + secret + "</Say></Request>", []string{"Response: " + isRoot}},
	{"4", "root in other case", "^<response/>", []string{"Response: " + isRoot}},
	{"4", "root with prefix", "^<v:Response xmlns:v='https://example.com/v'/>", []string{"Response: " + isRoot}},
	{"4", "root that is a verb", "^<Say>" + secret + "</Say>", []string{"Response: " + isRoot}},
	{"4", "root with attributes", "<Response xmlns='x' ^version='" + secret + "' xml:lang='en' ^xmlnsx=''/>",
		[]string{"Response: " + isRootAttrs, "Response: " + isRootAttrs}},

	// Tags.
	{"4", "open root", "<Response>^", []string{"Response: " + isOpen}},
	{"4", "open verb", "<Response><Answer/><Say>" + secret + "^", []string{"Response[1].Say: " + isOpen}},
	{"4", "open condition", "<Response><If expression='1==1'><Do expression='1==1'>\n^", []string{"Response[0].If[0].Do: " + isOpen}},
	{"4", "open tag of speech", "<Response><Say>a<p>b<s>c^", []string{"Response[0].Say[1].p[1].s: " + isOpen}},
	{"4", "root is half a tag", "^<Response", []string{"Response: " + isTag}},
	{"4", "half a tag", "<Response>^<Say voice='" + secret + "'", []string{"Response: " + isTag}},
	{"4", "half an empty tag", "<Response>^<Say/", []string{"Response: " + isTag}},
	{"4", "space in an empty tag", "<Response>^<Say/ ></Response>", []string{"Response: " + isTag}},
	{"4", "question mark in a tag", "<Response>^<Say?></Response>", []string{"Response: " + isTag}},
	{"4", "half an end tag", "<Response><Say>^</Say", []string{"Response[0].Say: " + isTag}},
	{"4", "end tag with an attribute", "<Response><Say>^</Say x='1'></Response>", []string{"Response[0].Say: " + isTag}},
	{"4", "empty end tag with slash", "<Response><Say>^</Say/></Response>", []string{"Response[0].Say: " + isTag}},
	{"4", "less-than sign", "<Response><Say>1 ^< 2</Say></Response>", []string{"Response[0].Say: " + isMarkup}},
	{"4", "less-than sign at the end", "<Response>^<", []string{"Response: " + isMarkup}},
	{"4", "no name", "<Response>^<></Response>", []string{"Response: " + isMarkup}},
	{"4", "digit as name", "<Response>^<1/></Response>", []string{"Response: " + isMarkup}},
	{"4", "two prefixes", "<Response>^<a:b:c/></Response>", []string{"Response: " + isMarkup}},
	{"4", "no comment", "<Response>^<!- x --></Response>", []string{"Response: " + isMarkup}},
	{"4", "no CDATA", "<Response><Say>^<![cdata[x]]></Say></Response>", []string{"Response[0].Say: " + isMarkup}},
	{"4", "name that is not UTF-8", "<Response>^<S\xff/></Response>", []string{"Response: " + isMarkup}},
	{"4", "end tag of another element", "<Response><Say>" + secret + "^</Pause></Response>", []string{"Response[0].Say: " + isEndTag}},
	{"4", "end tag in other case", "<Response><Say>^</say></Response>", []string{"Response[0].Say: " + isEndTag}},
	{"4", "end tag without name", "<Response><Say>^</></Response>", []string{"Response[0].Say: " + isEndTag}},
	{"4", "end tag with space", "<Response>^</ Response>", []string{"Response: " + isEndTag}},
	{"4", "end tag with a longer name", "<Response>^</Response1>", []string{"Response: " + isEndTag}},
	{"4", "end tags crosswise", "<Response><If expression='1==1'><Say>x^</If></Say></Response>", []string{"Response[0].If[0].Say: " + isEndTag}},

	// Attributes.
	{"4", "no value", "<Response><Say ^voice/></Response>", []string{"Response: " + isAttrValue}},
	{"4", "no quotes", "<Response><Say ^voice=" + secret + "/></Response>", []string{"Response: " + isAttrValue}},
	{"4", "no value at the end", "<Response><Say ^voice=", []string{"Response: " + isAttrValue}},
	{"4", "half a value", "<Response><Say ^voice='" + secret, []string{"Response: " + isAttrValue}},
	{"4", "other quotes", "<Response><Say ^voice=\u201cx\u201d/></Response>", []string{"Response: " + isAttrValue}},
	{"4", "attribute twice", "<Response><Say voice='a' x='b' ^voice='" + secret + "'/></Response>", []string{"Response: " + isTwice}},
	{"4", "no space", "<Response><Say voice='a'^language='b'/></Response>", []string{"Response: " + isSpace}},
	{"4", "attribute without name", "<Response><Say ^='x'/></Response>", []string{"Response: " + isName}},
	{"4", "attribute with a bad name", "<Response><Say ^1a='x'/></Response>", []string{"Response: " + isName}},
	{"4", "attribute with two prefixes", "<Response><Say ^a:b:c='x'/></Response>", []string{"Response: " + isName}},
	{"4", "less-than sign in an attribute", "<Response><Say voice='a^<b'/></Response>", []string{"Response: " + isLess}},
	{"4", "value with the wrong end", "<Response><Say voice='" + secret + "\">^</Say></Response>", []string{"Response: " + isLess}},

	// References.
	{"4", "ampersand", "<Response><Say>AT^& T</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "ampersand at the end", "<Response><Say>" + secret + "^&", []string{"Response[0].Say: " + isAmp}},
	{"4", "ampersand in a URL", "<Response><Redirect>/voice?a=1^&b=" + secret + "</Redirect></Response>", []string{"Response[0].Redirect: " + isAmp}},
	{"4", "ampersand in an attribute", "<Response><Gather action='?a=1^&b=2'/></Response>", []string{"Response: " + isAmp}},
	{"4", "no semicolon", "<Response><Say>^&amp </Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "semicolon alone", "<Response><Say>^&;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "reference without digits", "<Response><Say>^&#;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "reference without hexadecimal digits", "<Response><Say>^&#x;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "hexadecimal digits in a decimal reference", "<Response><Say>^&#3C;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "capital X", "<Response><Say>^&#X3C;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "sign in a reference", "<Response><Say>^&#+60;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "very long reference", "<Response><Say>^&#" + strings.Repeat("0", 40) + "60;</Say></Response>", []string{"Response[0].Say: " + isAmp}},
	{"4", "entity of HTML", "<Response><Say>a^&nbsp;b</Say></Response>", []string{"Response[0].Say: " + isEntity}},
	{"4", "entity in capitals", "<Response><Say>^&AMP;</Say></Response>", []string{"Response[0].Say: " + isEntity}},
	{"4", "entity in an attribute", "<Response><Say voice='^&e" + secret + ";'/></Response>", []string{"Response: " + isEntity}},

	// Characters.
	{"4", "NUL", "<Response><Say>a^\x00</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "control character in an attribute", "<Response><Say voice='^\x1b'/></Response>", []string{"Response: " + isChar}},
	{"4", "control character in a comment", "<Response><!-- ^\x0c --></Response>", []string{"Response: " + isChar}},
	{"4", "control character in CDATA", "<Response><Say><![CDATA[^\x01]]></Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "no character", "<Response><Say>^\uFFFE</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "reference to NUL", "<Response><Say>^&#0;</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "reference to a control character", "<Response><Say voice='^&#x1F;'/></Response>", []string{"Response: " + isChar}},
	{"4", "reference to a surrogate", "<Response><Say>^&#xD83D;&#xDE00;</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "reference to no character", "<Response><Say>^&#xFFFF;</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "reference above Unicode", "<Response><Say>^&#x110000;</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "reference far above Unicode", "<Response><Say>^&#" + secret + ";</Say></Response>", []string{"Response[0].Say: " + isChar}},
	{"4", "not UTF-8", "<Response><Say>na^\xefve</Say></Response>", []string{"Response[0].Say: " + isUTF8}},
	{"4", "not UTF-8 in an attribute", "<Response><Say voice=\"^\xff\"/></Response>", []string{"Response: " + isUTF8}},
	{"4", "not UTF-8 in a comment", "<!-- ^\xfc --><Response/>", []string{"Response: " + isUTF8}},
	{"4", "not UTF-8 in CDATA", "<Response><Say><![CDATA[^\xed\xa0\x80]]></Say></Response>", []string{"Response[0].Say: " + isUTF8}},
	{"4", "half a character", "<Response><Say>^\xe4\xb8", []string{"Response[0].Say: " + isUTF8}},

	// Comments and CDATA sections.
	{"4", "half a comment", "<Response>^<!-- " + secret + " -></Response>", []string{"Response: " + isComment}},
	{"4", "short comment", "<Response>^<!--></Response>", []string{"Response: " + isComment}},
	{"4", "half a comment before the root", "^<!-- <Response/>", []string{"Response: " + isComment}},
	{"4", "dashes in a comment", "<Response><Say>a<!-- b ^-- c --></Say></Response>", []string{"Response[0].Say: " + isDash}},
	{"4", "three dashes", "<Response><!-- a ^---></Response>", []string{"Response: " + isDash}},
	{"4", "half a CDATA section", "<Response><Say>a^<![CDATA[" + secret + "]]</Say></Response>", []string{"Response[0].Say: " + isCDATA}},
	{"4", "end of CDATA in text", "<Response><Say>]^]]></Say></Response>", []string{"Response[0].Say: " + isCDATAEnd}},
	{"4", "end of CDATA twice", "<Response><Say><![CDATA[a]]>^]]></Say></Response>", []string{"Response[0].Say: " + isCDATAEnd}},

	// Text where there can be none.
	{"4", "text in Response", "<Response>^" + secret + "</Response>", []string{"Response: " + isStray}},
	{"4", "text after a verb", "<Response><Answer/>\n\t ^Hi <Hangup/></Response>", []string{"Response: " + isStray}},
	{"4", "text in Response as CDATA", "<Response>^<![CDATA[x]]></Response>", []string{"Response: " + isStray}},
	{"4", "text in Response as reference", "<Response> ^&#x41;</Response>", []string{"Response: " + isStray}},
	{"4", "other white space in Response", "<Response>^\u00a0<Answer/></Response>", []string{"Response: " + isStray}},
	{"4", "text around verbs", "<Response>^a<Answer/>^b<Hangup/>^c</Response>",
		[]string{"Response: " + isStray, "Response: " + isStray, "Response: " + isStray}},
	{"4 Answer", "text in Answer", "<Response><Answer>^now</Answer></Response>", []string{"Response[0].Answer: " + isStray}},
	{"4 Answer", "text in Hangup", "<Response><Hangup> ^now</Hangup></Response>", []string{"Response[0].Hangup: " + isStray}},
	{"4 Connect", "text in Connect", "<Response><Connect>^" + secret + "</Connect></Response>", []string{"Response[0].Connect: " + isStray}},
	{"4 Connect", "text around Flow", "<Response><Connect>^a<Flow>f</Flow> ^b</Connect></Response>",
		[]string{"Response[0].Connect: " + isStray, "Response[0].Connect: " + isStray}},
	{"4 Dial", "text before Number", "<Response><Dial> ^" + secret + "<Number>1</Number></Dial></Response>", []string{"Response[0].Dial: " + isStray}},
	{"4 Dial", "text after Number", "<Response><Dial><Number>1</Number>^2<Number>3</Number></Dial></Response>", []string{"Response[0].Dial: " + isStray}},
	{"4 Dial", "text around Number", "<Response><Dial>^1<Number>2</Number>\n^3</Dial></Response>",
		[]string{"Response[0].Dial: " + isStray, "Response[0].Dial: " + isStray}},
	{"4 Gather", "text in Gather", "<Response><Gather>^Press 1.<Say>Hi</Say></Gather></Response>", []string{"Response[0].Gather: " + isStray}},
	{"4 Pause", "text in Pause", "<Response><Pause>^5</Pause></Response>", []string{"Response[0].Pause: " + isStray}},
	{"4 Pay", "text in Pay", "<Response><Pay>^" + secret + "</Pay></Response>", []string{"Response[0].Pay: " + isStray}},
	{"4 Pay", "text in Prompt", "<Response><Pay><Prompt for='postal-code'>^Hi</Prompt></Pay></Response>", []string{"Response[0].Pay[0].Prompt: " + isStray}},
	{"4 Pay", "text in Parameter", "<Response><Pay><Parameter name='a'>^b</Parameter></Pay></Response>", []string{"Response[0].Pay[0].Parameter: " + isStray}},
	{"4 Record", "text in Record", "<Response><Record>^x</Record></Response>", []string{"Response[0].Record: " + isStray}},
	{"4 Reject", "text in Reject", "<Response><Reject>^busy</Reject></Response>", []string{"Response[0].Reject: " + isStray}},
	{"4 Set", "text in Unset", "<Response><Unset output='a'>^1</Unset></Response>", []string{"Response[0].Unset: " + isStray}},
	{"4 If", "text in If", "<Response><If expression='1==1'><Say>a</Say>^b</If></Response>", []string{"Response[0].If: " + isStray}},
	{"4 Do", "text in Do", "<Response><Do expression='1==1'>^a</Do></Response>", []string{"Response[0].Do: " + isStray}},

	// Places.
	{"4", "place among comments", "<Response><Answer/><!-- a --> <Pause/><!-- b --><Say ^loop='0'/></Response>", []string{"Response[2].Say.loop: " + isNumber}},
	{"4", "place among texts", "<Response><Room>a<b/>c<Say ^loop='0'/></Room></Response>", []string{"Response[0].Room[3].Say.loop: " + isNumber}},
	{"4", "place in an Element", "<Response><Connect> <Flow ^resume='x'>f</Flow><Stream/></Connect></Response>", []string{"Response[0].Connect[1].Flow.resume: " + isFlag}},
	{"4", "place in a later Flow", "<Response><Connect><a/> <Flow ^resume='x'>f</Flow></Connect></Response>", []string{"Response[0].Connect[2].Flow.resume: " + isFlag}},
	{"4", "place in what holds too much", "<Response><Hangup> <a><Say ^loop='0'/>^&b;</a></Hangup></Response>",
		[]string{"Response[0].Hangup[1].a[0].Say.loop: " + isNumber, "Response[0].Hangup[1].a: " + isEntity}},
	{"4", "text where the element holds too much", "<Response><Hangup loop='0'>a<Gather>^b</Gather></Hangup></Response>",
		[]string{"Response[0].Hangup[1].Gather: " + isStray}},
	{"4", "place in speech", "<Response><Say>a<p><s/><s>b<break/>^&c;</s></p></Say></Response>", []string{"Response[0].Say[1].p[1].s: " + isEntity}},
	{"4", "place with a long name", "<Response><" + strings.Repeat("é", 40) + ">^&;", []string{"Response[0]." + strings.Repeat("é", 32) + "…: " + isAmp}},
	{"4", "several errors", `<Response>
	<Say ^loop="0" voice="` + secret + `">Hi</Say>
	^Hi
	<Gather ^numDigits="-1" ^timeout="soon">^x<Pause ^length="0"/><Hangup length="0"/></Gather>
	<If expression="1==1"><Dial ^hangupOnStar="yes">1</Dial></If>
	<Hangup>^a</Hangup>
	<Say>^&x;</Say>
	<Say loop="0"/>
</Response>`, []string{
		"Response[0].Say.loop: " + isNumber,
		"Response: " + isStray,
		"Response[1].Gather.numDigits: " + isNumber,
		"Response[1].Gather.timeout: " + isNumber,
		"Response[1].Gather: " + isStray,
		"Response[1].Gather[0].Pause.length: " + isNumber,
		"Response[2].If[0].Dial.hangupOnStar: " + isFlag,
		"Response[3].Hangup: " + isStray,
		"Response[4].Say: " + isEntity,
	}},
}

// marked returns what is left of a document without its marks, and the
// message of each error.
func marked(s string, want []string) (doc, message string) {
	parts := strings.Split(s, "^")
	var lines []string
	for i, w := range want {
		before := strings.TrimPrefix(strings.Join(parts[:i+1], ""), "\uFEFF")
		line := strings.Count(before, "\n") + 1
		column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
		lines = append(lines, fmt.Sprintf("voxml: line %d, column %d: %s", line, column, w))
	}
	return strings.Join(parts, ""), strings.Join(lines, "\n")
}

// refuse checks that a document with marks has those errors.
func refuse(t *testing.T, in string, want ...string) {
	t.Helper()
	require.Equal(t, strings.Count(in, "^"), len(want), "marks of %q", in)
	text, message := marked(in, want)
	doc, err := voxml.Parse(strings.NewReader(text))
	require.EqualError(t, err, message, "%q", text)
	leftOut := true
	for _, e := range leaves(err) {
		assert.ErrorIs(t, err, e.Err)
		leftOut = leftOut && slices.Contains(isLeftOut, e.Err.Error())
	}
	if leftOut {
		rest, err := voxml.Parse(strings.NewReader(markedAttr.ReplaceAllString(in, "")))
		require.NoError(t, err, "%q", in)
		require.NotNil(t, doc, "%q", text)
		assert.Equal(t, rest, doc, "%q", text)
	} else {
		assert.Nil(t, doc)
	}
	assert.NotContains(t, message, secret)
}

// isLeftOut are the errors for which an attribute is left out, and no more.
var isLeftOut = []string{isFlag, isNumber, isLarge, isNoKey, isNoWord, isDecimal}

// markedAttr is an attribute with a mark.
var markedAttr = regexp.MustCompile(`\^[A-Za-z]+=('[^']*'|"[^"]*")`)

func TestParseErrors(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			refuse(t, tt.in, tt.want...)
		})
	}
}

// TestParseErrorsComplete checks that each error that the scanner can give is
// in a row.
func TestParseErrorsComplete(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("..", "internal", "xmlscan", "scan.go"))
	require.NoError(t, err)
	found := regexp.MustCompile("\terr[A-Za-z0-9]+ *= errors.New\\(([\"`])(.*)[\"`]\\)\n").FindAllSubmatch(src, -1)
	require.Len(t, found, strings.Count(string(src), "errors.New(")-3) // the limits
	var all []string
	for _, tt := range refusals {
		all = append(all, tt.want...)
	}
	for _, m := range found {
		assert.Contains(t, strings.Join(all, "\n")+"\n", ": "+string(m[2])+"\n")
	}
}

// TestParseValues tries values that do not fit, at every attribute of each
// kind.
func TestParseValues(t *testing.T) {
	numbers := []string{
		"", " ", "soon", secret + "x", "0", "00", "-1", "+5", "1.5", "1,5", " 1", "1 ", "1 2", "0x1", "1e3", "1_000", "5s", "٣", "１", "&#9;1", "true",
	}
	large := []string{"9223372036854775808", "99999999999999999999999", "0000099999999999999999999"}
	longer := append([]string{"9223372037", secret, "9223372036854775807"}, large...)
	for _, tt := range []struct {
		section, in string // the value stands for the %s
		path        string
		bad         map[string][]string
	}{
		{"4 Dial", "<Dial ^answerOnBridge='%s'>1</Dial>", "Dial.answerOnBridge", nil},
		{"4 Dial", "<Dial ^hangupOnStar='%s'>1</Dial>", "Dial.hangupOnStar", nil},
		{"4 Gather", "<Gather ^actionOnEmptyResult='%s'/>", "Gather.actionOnEmptyResult", nil},
		{"4 Gather", "<Gather ^profanityFilter='%s'/>", "Gather.profanityFilter", nil},
		{"4 Connect", "<Connect><Flow ^resume='%s'>f</Flow></Connect>", "Connect[0].Flow.resume", nil},
		{"4 Pay", "<Pay ^postalCode='%s'/>", "Pay.postalCode", nil},
		{"4 Pay", "<Pay ^securityCode='%s'/>", "Pay.securityCode", nil},
		{"4 Pay", "<Pay><Prompt for='postal-code' ^requireMatchingInputs='%s'/></Pay>", "Pay[0].Prompt.requireMatchingInputs", nil},
		{"4 Record", "<Record ^playBeep='%s'/>", "Record.playBeep", nil},

		{"4 Gather", "<Gather ^numDigits='%s'/>", "Gather.numDigits", map[string][]string{isNumber: numbers, isLarge: large}},
		{"4 Do", "<Do expression='1==1' ^maxLoops='%s'/>", "Do.maxLoops", map[string][]string{isNumber: numbers, isLarge: large}},
		{"4 Say", "<Say ^loop='%s'>Hi</Say>", "Say.loop", map[string][]string{isNumber: numbers, isLarge: large}},
		{"4 Play", "<Play ^loop='%s'>a.mp3</Play>", "Play.loop", map[string][]string{isNumber: numbers, isLarge: large}},
		{"4 Pay", "<Pay ^maxAttempts='%s'/>", "Pay.maxAttempts", map[string][]string{isNumber: numbers, isLarge: large}},
		{"4 Pay", "<Pay ^minPostalCodeLength='%s'/>", "Pay.minPostalCodeLength", map[string][]string{isNumber: numbers, isLarge: large}},

		{"4 Dial", "<Dial ^timeout='%s'>1</Dial>", "Dial.timeout", map[string][]string{isNumber: numbers, isLarge: longer}},
		{"4 Dial", "<Dial ^timeLimit='%s'>1</Dial>", "Dial.timeLimit", map[string][]string{isNumber: numbers, isLarge: longer}},
		{"4 Gather", "<Gather ^timeout='%s'/>", "Gather.timeout", map[string][]string{
			isNumber: append([]string{"auto"}, numbers...), isLarge: longer,
		}},
		{"4 Gather", "<Gather ^speechTimeout='%s'/>", "Gather.speechTimeout", map[string][]string{
			isNumber: append([]string{"Auto", "auto ", "never"}, numbers...), isLarge: longer,
		}},
		{"4 Pause", "<Pause ^length='%s'/>", "Pause.length", map[string][]string{isNumber: numbers, isLarge: longer}},
		{"4 Pay", "<Pay ^timeout='%s'/>", "Pay.timeout", map[string][]string{isNumber: numbers, isLarge: longer}},
		{"4 Record", "<Record ^timeout='%s'/>", "Record.timeout", map[string][]string{ // 0 is never
			isNumber: append([]string{"auto", "never"}, without(numbers, "0")...), isLarge: longer,
		}},
		{"4 Record", "<Record ^maxLength='%s'/>", "Record.maxLength", map[string][]string{isNumber: numbers, isLarge: longer}},

		{"4 Gather", "<Gather ^finishOnKey='%s'/>", "Gather.finishOnKey", map[string][]string{isNoKey: {"none"}}},
		{"4 Record", "<Record ^finishOnKey='%s'/>", "Record.finishOnKey", map[string][]string{isNoKey: {"none"}}},
		{"4 Pay", "<Pay ^chargeAmount='%s'/>", "Pay.chargeAmount", map[string][]string{isDecimal: {
			" ", "1,50", "-1", "+1", "$1", ".5", "5.", ".", "1.2.3", "1e3", " 1", "1 ", "ten", secret + "x", "٣", "1 000", "NaN",
		}}},
		{"4 Pay", "<Pay><Prompt for='postal-code' ^attempt='%s'/></Pay>", "Pay[0].Prompt.attempt", map[string][]string{
			isNumber: {"0", "x", "-1", "1 x", "1 2 0", "1,2", "+1", "1.0", secret + "x", "x y z"}, isLarge: append([]string{"1 99999999999999999999"}, large...),
		}},
	} {
		if tt.bad == nil {
			tt.bad = map[string][]string{isFlag: {"", " ", "True", "TRUE", "yes", "1", "0", " true", "false ", secret, "t", "tru&#0101;e"}}
		}
		t.Run(tt.section+" "+tt.path, func(t *testing.T) {
			for message, values := range tt.bad {
				for _, value := range values {
					in := fmt.Sprintf("<Response>\n<Answer/>"+tt.in+"</Response>", value)
					refuse(t, in, "Response[1]."+tt.path+": "+message)
				}
			}
		})
	}
}

// TestParseErrorPlaces has the messages in full. Columns count characters.
func TestParseErrorPlaces(t *testing.T) {
	for _, tt := range []struct{ section, name, in, want string }{
		{"4", "one line", `<Response><Pause length="0"/></Response>`,
			"voxml: line 1, column 18: Response[0].Pause.length: must be a whole number above 0"},
		{"4", "Cyrillic before", "<Response>\n  <Say>Привет</Say><Pause length=\"0\"/>\n</Response>",
			"voxml: line 2, column 27: Response[1].Pause.length: must be a whole number above 0"},
		{"4", "Chinese on an earlier line", "<Response>\n<Say>中文</Say>\n<Say>中文</Say><Pause length='0'/></Response>",
			"voxml: line 3, column 21: Response[2].Pause.length: must be a whole number above 0"},
		{"4", "emoji in an attribute", `<Response><Gather hints="😀😀" timeout="soon"/></Response>`,
			"voxml: line 1, column 30: Response[0].Gather.timeout: must be a whole number above 0"},
		{"4", "vowel signs", "<Response><Say>हि</Say>x</Response>",
			"voxml: line 1, column 24: Response: has text where none is allowed"},
		{"4", "tabs", "<Response>\n\t\t<Say\tloop='0'/></Response>",
			"voxml: line 2, column 8: Response[0].Say.loop: must be a whole number above 0"},
		{"4", "mark", "\uFEFF<Response><Say loop='0'/></Response>",
			"voxml: line 1, column 16: Response[0].Say.loop: must be a whole number above 0"},
		{"4", "mark and lines", "\uFEFF<?xml version='1.0'?>\n<Response>\n</Request>",
			"voxml: line 3, column 1: Response: the end tag does not fit the start tag"},
		{"4", "CR LF", "<Response>\r\n\r\n <Say loop='0'/>\r\n</Response>",
			"voxml: line 3, column 7: Response[0].Say.loop: must be a whole number above 0"},
		{"4", "attribute on its own line", "<Response>\n<Gather\n  action='/a'\n  timeout='5s'\n/></Response>",
			"voxml: line 4, column 3: Response[0].Gather.timeout: must be a whole number above 0"},
		{"4", "value over lines", "<Response>\n<Gather hints='a\nb\nc' timeout='5s'/></Response>",
			"voxml: line 4, column 4: Response[0].Gather.timeout: must be a whole number above 0"},
		{"4", "end of the document", "<Response>\n\n",
			"voxml: line 3, column 1: Response: the document ends before the end tag of the element"},
		{"4", "bytes that are no characters", "<Response><Say>é\xff</Say></Response>",
			"voxml: line 1, column 17: Response[0].Say: is not valid UTF-8"},
		{"4", "comment and CDATA over lines", "<Response><!--\n\n--><Say><![CDATA[\n]]></Say>\nx</Response>",
			"voxml: line 5, column 1: Response: has text where none is allowed"},
		{"4", "lines of errors", "<Response>\n<Say loop='0'/>é<Say loop='-1'/>\n\n<Pay chargeAmount='1,50'/></Response>",
			"voxml: line 2, column 6: Response[0].Say.loop: must be a whole number above 0\n" +
				"voxml: line 2, column 16: Response: has text where none is allowed\n" +
				"voxml: line 2, column 22: Response[1].Say.loop: must be a whole number above 0\n" +
				"voxml: line 4, column 6: Response[2].Pay.chargeAmount: is not a decimal number such as \"9.50\""},
		// Within one element the order is that of the documentation.
		{"4 Gather", "attributes in another order", "<Response><Gather timeout='x'\nnumDigits='y'>z</Gather></Response>",
			"voxml: line 1, column 19: Response[0].Gather.timeout: must be a whole number above 0\n" +
				"voxml: line 2, column 1: Response[0].Gather.numDigits: must be a whole number above 0\n" +
				"voxml: line 2, column 15: Response[0].Gather: has text where none is allowed"},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			_, err := voxml.Parse(strings.NewReader(tt.in))
			require.EqualError(t, err, tt.want)
		})
	}
}

// TestParseLeftOut reads a document of another program whose values do not fit.
func TestParseLeftOut(t *testing.T) {
	doc, err := voxml.Parse(strings.NewReader(`<?xml version="1.0" encoding="us-ascii"?>
<Response>
	<Gather numDigits="" timeout="7"><Say loop="0">Hi</Say></Gather>
	<Record playBeep="True" maxLength="60"/>
	<Pay postalCode="no" chargeAmount="1,50" validCardTypes=" " timeout="5s"><Prompt for="postal-code" attempt="1 x"/></Pay>
	<Record finishOnKey="none" timeout="-1"/>
</Response>`))
	assert.Equal(t, voxml.Response{
		voxml.Gather{Timeout: 7 * time.Second, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Hi"}}},
		voxml.Record{MaxLength: time.Minute},
		voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: voxml.PromptForPostalCode}}},
		voxml.Record{},
	}, doc)
	var paths []string
	for _, e := range leaves(err) {
		paths = append(paths, e.Path)
	}
	assert.Equal(t, []string{
		"Response[0].Gather.numDigits", "Response[0].Gather[0].Say.loop", "Response[1].Record.playBeep", "Response[2].Pay.postalCode",
		"Response[2].Pay.chargeAmount", "Response[2].Pay.validCardTypes", "Response[2].Pay.timeout", "Response[2].Pay[0].Prompt.attempt",
		"Response[3].Record.finishOnKey", "Response[3].Record.timeout",
	}, paths)
}

func TestParseErrorValue(t *testing.T) {
	_, err := voxml.Parse(strings.NewReader("<Response>\n<If expression='1==1'><Say loop='0'/></If></Response>"))
	e, ok := err.(*voxml.Error)
	require.True(t, ok, "one error is not joined: %T", err)
	assert.Equal(t, "Response[0].If[0].Say.loop", e.Path)
	assert.Equal(t, 2, e.Line)
	assert.Equal(t, 28, e.Column)
	require.EqualError(t, e.Err, isNumber)

	_, err = voxml.Parse(strings.NewReader("<Response>x<Say loop='0'/></Response>"))
	require.Len(t, leaves(err), 2)
	var first *voxml.Error
	require.ErrorAs(t, fmt.Errorf("template: %w", err), &first)
	assert.Equal(t, "Response", first.Path)
	assert.Equal(t, 1, first.Line)
	assert.Equal(t, 11, first.Column)
}

// TestParseManyErrors checks that the first hundred errors are reported.
func TestParseManyErrors(t *testing.T) {
	for _, tt := range []struct {
		name, before, bad, after string
		number, want             int
		last                     string
	}{
		{"99", "", "<Say loop='0'/>\n", "", 99, 99, "voxml: line 99, column 6: Response[98].Say.loop: " + isNumber},
		{"100", "", "<Say loop='0'/>\n", "", 100, 100, "voxml: line 100, column 6: Response[99].Say.loop: " + isNumber},
		{"101", "", "<Say loop='0'/>\n", "", 101, 100, "voxml: line 100, column 6: Response[99].Say.loop: " + isNumber},
		{"5000", "", "<Say loop='0'/>\n", "", 5000, 100, "voxml: line 100, column 6: Response[99].Say.loop: " + isNumber},
		{"syntax after 99", "", "<Say loop='0'/>\n", "&", 99, 100, "voxml: line 100, column 1: Response: " + isAmp},
		{"syntax after 100", "", "<Say loop='0'/>\n", "&", 100, 100, "voxml: line 100, column 6: Response[99].Say.loop: " + isNumber},
		{"texts", "", "x\n<Answer/>", "", 200, 100, "voxml: line 100, column 10: Response: " + isStray},
		{"Flows", "<Connect>\n", "<Flow resume='x'/>\n", "</Connect>", 200, 100, "voxml: line 101, column 7: Response[0].Connect[199].Flow.resume: " + isFlag},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := voxml.Parse(strings.NewReader("<Response>" + tt.before + strings.Repeat(tt.bad, tt.number) + tt.after + "</Response>"))
			require.Error(t, err)
			assert.Equal(t, strings.HasPrefix(tt.name, "syntax") || tt.name == "texts", doc == nil)
			all := leaves(err)
			require.Len(t, all, tt.want)
			require.EqualError(t, all[len(all)-1], tt.last)
		})
	}
}

// failure returns the one error of a document that is refused.
func failure(t *testing.T, text string) *voxml.Error {
	t.Helper()
	doc, err := voxml.Parse(strings.NewReader(text))
	require.Error(t, err)
	require.Nil(t, doc)
	all := leaves(err)
	require.Len(t, all, 1)
	return all[0]
}

func TestParseMaxSize(t *testing.T) {
	for _, tt := range []struct{ name, before, pad, after string }{
		{"text", "<Response><Say>", "x", "</Say></Response>"},
		{"space after the root", "<Response/>", "\n", ""},
		{"space before the root", "", " ", "<Response/>"},
		{"comment", "<Response><!--", ".", "--></Response>"},
		{"attribute", "<Response><Gather hints='", "x", "'/></Response>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.before + strings.Repeat(tt.pad, voxml.MaxSize-len(tt.before)-len(tt.after)) + tt.after
			require.Len(t, text, voxml.MaxSize)
			_, err := voxml.Parse(strings.NewReader(text))
			require.NoError(t, err)

			e := failure(t, tt.before+tt.pad+text[len(tt.before):])
			require.EqualError(t, e, "voxml: Response: "+isLong)
			assert.Zero(t, e.Line)
			assert.Zero(t, e.Column)
		})
	}
}

func TestParseMaxDepth(t *testing.T) {
	for _, tt := range []struct {
		name, before, open, close, after string
		number                           int // that fits
	}{
		{"If", "", "<If expression='1==1'>", "</If>", "", 100},
		{"unknown", "", "<x>", "</x>", "", 100},
		{"misplaced", "<Gather>", "<Gather>", "</Gather>", "</Gather>", 99},
		{"speech", "<Say>", "<p>", "</p>", "</Say>", 99},
		{"unknown speech", "<Gather><Say>", "<x>", "</x>", "</Say></Gather>", 98},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nested := func(n int) string {
				return "<Response>" + tt.before + strings.Repeat(tt.open, n) + strings.Repeat(tt.close, n) + tt.after + "</Response>"
			}
			doc, err := voxml.Parse(strings.NewReader(nested(tt.number)))
			require.NoError(t, err)
			_, err = doc.AppendXML(nil)
			require.NoError(t, err)

			e := failure(t, nested(tt.number+1))
			require.EqualError(t, e.Err, isDeep)
			assert.Equal(t, 1, e.Line)
			assert.Equal(t, len("<Response>"+tt.before)+tt.number*len(tt.open)+1, e.Column)
			require.EqualError(t, failure(t, nested(30_000)).Err, isDeep)
		})
	}
	t.Run("inside what holds no elements", func(t *testing.T) {
		require.EqualError(t, failure(t, "<Response><Set output='a'>"+strings.Repeat("<b>", 50_000)).Err, isDeep)
	})
}

func TestParseMaxElements(t *testing.T) {
	for _, tt := range []struct {
		name, before, one, after string
		number                   int // that fits
	}{
		{"verbs", "", "<Hangup/>", "", 10_000},
		{"children", "<Room>", "<b/>", "</Room>", 9_999},
		{"speech", "<Say>", "<break/>", "</Say>", 9_999},
		{"pairs", "", "<If expression='1==1'><Say>Hi</Say></If>", "", 5_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			many := func(n int) string {
				return "<Response>" + tt.before + strings.Repeat(tt.one, n) + tt.after + "</Response>"
			}
			doc, err := voxml.Parse(strings.NewReader(many(tt.number)))
			require.NoError(t, err)
			_, err = doc.AppendXML(nil)
			require.NoError(t, err)

			e := failure(t, many(tt.number+1))
			require.EqualError(t, e.Err, isMany)
			assert.Equal(t, 1, e.Line)
			assert.Equal(t, len("<Response>"+tt.before)+tt.number*len(tt.one)+1, e.Column)
		})
	}
}

func TestParseMaxAttrs(t *testing.T) {
	attrs := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d='%s'", i, secret)
		}
		return b.String()
	}
	pay := ` action="/a" method="GET" bankAccountType="x" chargeAmount="1" currency="usd" description="d" input="dtmf" language="en"
		maxAttempts="1" minPostalCodeLength="1" output="o" paymentConnector="c" paymentMethod="m" postalCode="true" securityCode="true"
		statusCallback="/s" statusCallbackMethod="GET" timeout="1" tokenType="t" validCardTypes="visa" history="full"`
	for _, tt := range []struct{ name, before, after, path string }{
		{"verb", "<Response><Hangup", "/></Response>", "Response[0].Hangup.Attrs"},
		{"verb with all its attributes", "<Response><Pay" + pay, "/></Response>", "Response[0].Pay.Attrs"},
		{"noun", "<Response><Dial><Number", ">1</Number></Dial></Response>", "Response[0].Dial[0].Number.Attrs"},
		{"unknown element", "<Response><Room", "/></Response>", "Response[0].Room.Attrs"},
		{"misplaced element", "<Response><Gather><Hangup", "/></Gather></Response>", "Response[0].Gather[0].Hangup.Attrs"},
		{"unknown tag", "<Response><Say><b", "/></Say></Response>", "Response[0].Say[0].b"},
		{"tag", "<Response><Say>a<p", "/></Say></Response>", "Response[0].Say[1].p"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := voxml.Parse(strings.NewReader(tt.before + attrs(100) + tt.after))
			require.NoError(t, err)
			_, err = doc.AppendXML(nil)
			require.NoError(t, err)

			e := failure(t, tt.before+attrs(101)+tt.after)
			require.EqualError(t, e.Err, isAttrs)
			assert.Equal(t, tt.path, e.Path)
			require.EqualError(t, failure(t, tt.before+attrs(5_000)+tt.after).Err, isAttrs)
			assert.NotContains(t, e.Error(), secret)
		})
	}
}

func TestParseReaderFails(t *testing.T) {
	broken := errors.New("broken pipe")
	for name, r := range map[string]io.Reader{
		"at once":            iotest.ErrReader(broken),
		"in the document":    io.MultiReader(strings.NewReader("<Response>"), iotest.ErrReader(broken)),
		"after the document": io.MultiReader(strings.NewReader("<Response/>"), iotest.ErrReader(broken)),
		"with data":          iotest.DataErrReader(io.MultiReader(strings.NewReader("<Response/>"), iotest.ErrReader(broken))),
		"after an error":     io.MultiReader(strings.NewReader("<Request/>"), iotest.ErrReader(broken)),
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := voxml.Parse(r)
			require.EqualError(t, err, "voxml: cannot read the document: broken pipe")
			require.ErrorIs(t, err, broken)
			assert.Nil(t, doc)
		})
	}
}

// A counted reader has twice as much as a document may be long, and counts
// what is read.
type counted struct{ n int }

func (r *counted) Read(b []byte) (int, error) {
	b = b[:min(len(b), 2*voxml.MaxSize-r.n)]
	if len(b) == 0 {
		return 0, io.EOF
	}
	for i := range b {
		b[i] = ' '
	}
	r.n += len(b)
	return len(b), nil
}

func TestParseReadsNoMore(t *testing.T) {
	var r counted
	doc, err := voxml.Parse(&r)
	require.EqualError(t, err, "voxml: Response: "+isLong)
	assert.Nil(t, doc)
	assert.Equal(t, voxml.MaxSize+1, r.n)
}

// hostileShapes are documents that are made long by repeating a part.
var hostileShapes = func() []hostileShape {
	var attrs strings.Builder
	for i := range 100 {
		fmt.Fprintf(&attrs, " a%d='&lt;x&gt;'", i)
	}
	return []hostileShape{
		{"elements", "<Response>", "<Hangup/>", "</Response>", 1000},
		{"attributes", "<Response>", "<a" + attrs.String() + "/>", "</Response>", 50},
		{"texts", "<Response><Room>", "a<b/>", "</Room></Response>", 900},
		{"entities", "<Response><Say>", "&amp;", "</Say></Response>", 10_000},
		{"references", "<Response><Say>", "&#x1F600;", "</Say></Response>", 10_000},
		{"entities in an attribute", "<Response><Say voice='", "&quot;", "'/></Response>", 10_000},
		{"lines in an attribute", "<Response><Say voice='", "\n", "'/></Response>", 10_000},
		{"comments", "<Response>", "<!---->", "</Response>", 10_000},
		{"comments in text", "<Response><Say>", "a<!-- -->", "</Say></Response>", 10_000},
		{"comments before the root", "", "<!-- -->\n", "<Response/>", 10_000},
		{"half a comment", "<Response><!--", "<!- - >", "", 10_000},
		{"CDATA", "<Response><Say>", "<![CDATA[]]>", "</Say></Response>", 8_000},
		{"CDATA in text", "<Response><Say>", "a<![CDATA[b]]>", "</Say></Response>", 7_000},
		{"half a CDATA section", "<Response><Say><![CDATA[", "]] >", "", 20_000},
		{"brackets", "<Response><Say>", "]", "</Say></Response>", 50_000},
		{"line ends", "<Response><Say>", "\r\n", "</Say></Response>", 40_000},
		{"Chinese", "<Response><Say>", "中", "</Say></Response>", 30_000},
		{"speech", "<Response><Say>", "a<break time='1s'/>", "</Say></Response>", 900},
		{"speech that does not fit", "<Response><Say>", "<break time='soon' x='1'/>", "</Say></Response>", 900},
		{"nested speech that does not fit", "<Response><Say>", strings.Repeat("<p x='1'>", 90) + "a" + strings.Repeat("</p>", 90), "</Say></Response>", 11},
		{"nested conditions", "<Response>", strings.Repeat("<If expression='1==1'>", 90) + strings.Repeat("</If>", 90), "</Response>", 11},
		{"one nest", "<Response>", "<x>", "", 10},
		{"nest that is too deep", "<Response>", "<x>", "", 20_000},
		{"errors", "<Response>", "<Say loop='0'/>", "</Response>", 1000},
		{"errors in other order", "<Response>", "<Gather timeout='x' numDigits='y'/>\n", "</Response>", 1000},
		{"errors after a long line", "<Response><!--", "é", "-->" + strings.Repeat("<Say loop='0'/>", 100) + "</Response>", 50_000},
		{"errors in text", "<Response>", "x<Hangup/>", "</Response>", 1000},
		{"elements where there are none", "<Response><Hangup>", "<a/>x", "</Hangup></Response>", 900},
		{"verbs with elements where there are none", "<Response>", "<Hangup a='&lt;'><a/></Hangup>", "</Response>", 400},
		{"Flows", "<Response><Connect>", "<Flow/>", "</Connect></Response>", 900},
		{"nested Flows", "<Response>", strings.Repeat("<Connect><Flow>", 45) + "<a/>" + strings.Repeat("</Flow></Connect>", 45), "</Response>", 11},
		{"words", "<Response><Pay validCardTypes='", "visa ", "'/></Response>", 10_000},
		{"numbers", "<Response><Pay><Prompt for='postal-code' attempt='", "1 ", "'/></Pay></Response>", 10_000},
	}
}()

// A hostileShape is a document with a part that can be repeated.
type hostileShape struct {
	name, before, one, after string
	number                   int // of a document that is small
}

func (s hostileShape) document(n int) string {
	return s.before + strings.Repeat(s.one, n) + s.after
}

// TestParseLinear checks that ten times the input takes about ten times the
// memory, in pieces and in bytes, whatever is in it.
func TestParseLinear(t *testing.T) {
	for _, tt := range hostileShapes {
		t.Run(tt.name, func(t *testing.T) {
			cost := func(n int) (pieces, size float64) {
				text := []byte(tt.document(n))
				require.Less(t, len(text), voxml.MaxSize)
				run := func() { _, _ = voxml.Parse(bytes.NewReader(text)) }
				pieces = testing.AllocsPerRun(1, run)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				run()
				runtime.ReadMemStats(&after)
				return pieces, float64(after.TotalAlloc - before.TotalAlloc)
			}
			pieces, size := cost(tt.number)
			pieces10, size10 := cost(10 * tt.number)
			assert.LessOrEqual(t, pieces10, 12*pieces)
			assert.LessOrEqual(t, size10, 20*size) // slices grow in steps
		})
	}
}
