// Package ssml holds the speech markup of a Say: pauses, emphasis, other
// languages, how a number is read.
//
// A [Speech] is text and tags in order, each tag a struct:
//
//	voxml.Say{SSML: ssml.Speech{
//		ssml.Text("Your code is "),
//		ssml.SayAs{InterpretAs: ssml.Digits, Content: ssml.Speech{ssml.Text("4711")}},
//		ssml.Break{Time: 500 * time.Millisecond},
//		ssml.Text("Thank you."),
//	}}
//
// # Tags
//
// There is one type for each tag that the platform's speech engines share,
// and for two of Amazon Polly. A zero field leaves its attribute out. Not
// every voice takes every tag: [Whispered] and [Newscaster] need a Polly
// voice that can do them. A tag without a type, or with an attribute that
// its type has no field for, is an [Element].
//
// # Trust
//
// [Text] and attribute values are always escaped: text that looks like a tag
// is spoken as it is. Only [Trusted] is written as it is. It must be well
// formed, so it cannot end the Say around it, but its author decides what is
// spoken and how. Never make one of anything that a caller said.
//
// # What this package does not do
//
// It has the types only: package voxml encodes, parses and checks them. It
// does not know which voice takes which tag, and does not check what only
// the speech engine can check, such as a phonetic spelling.
//
// Definitions: Speech Synthesis Markup Language 1.1,
// https://www.w3.org/TR/speech-synthesis11/, and Amazon Polly, supported
// SSML tags, https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html.
package ssml
