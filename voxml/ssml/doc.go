// Package ssml has the types of the speech markup in a Say: pauses, emphasis,
// other languages, how a number is read.
//
// A [Speech] is a list of texts and tags. Each tag is a struct:
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
// There is one type for each tag that all speech engines of the platform
// accept, and for two tags of Amazon Polly. A field with the zero value is not
// written. Not every voice accepts every tag: [Whispered] and [Newscaster] need
// a Polly voice that supports them. Use [Element] for a tag that has no type,
// or for a tag with an attribute that has no field.
//
// # Trust
//
// [Text] and attribute values are always escaped: text that looks like a tag is
// spoken as it is. Only [Trusted] is written unescaped. It must be well formed,
// so it cannot end the Say around it, but it decides what is spoken and how.
// Never build one from anything that a caller said.
//
// # What this package does not do
//
// It only has the types. Package voxml encodes, parses and checks them. Neither
// package knows which voice accepts which tag, or checks what only the speech
// engine can check, such as a phonetic spelling.
//
// The tags are defined in Speech Synthesis Markup Language 1.1,
// https://www.w3.org/TR/speech-synthesis11/, and in the list of tags that
// Amazon Polly supports,
// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html.
package ssml
