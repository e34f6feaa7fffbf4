package ssml_test

import (
	"fmt"
	"time"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

func Example() {
	say := voxml.Say{SSML: ssml.Speech{
		ssml.Text("Your code is "),
		ssml.SayAs{InterpretAs: ssml.Digits, Content: ssml.Speech{ssml.Text("4711")}},
		ssml.Break{Time: 500 * time.Millisecond},
		ssml.Text("Thank you."),
	}}
	fmt.Println(voxml.Response{say})
	// Output: <Response><Say>Your code is <say-as interpret-as="digits">4711</say-as><break time="500ms"/>Thank you.</Say></Response>
}

func ExampleSpeech_Text() {
	speech := ssml.Speech{
		ssml.Text("Call "),
		ssml.Sub{Alias: "the World Wide Web Consortium", Content: ssml.Speech{ssml.Text("W3C")}},
		ssml.Break{Time: time.Second},
		ssml.Text(" now."),
	}
	fmt.Println(speech.Text())
	// Output: Call W3C now.
}

func ExampleTrusted() {
	// Your own markup is used as markup. Text from a caller is spoken as it is.
	name := "Bob <break time='10s'/>"
	fmt.Println(voxml.Response{voxml.Say{SSML: ssml.Speech{
		ssml.Trusted("<emphasis>Hello</emphasis> "),
		ssml.Text(name),
	}}})

	// Trusted markup cannot end the Say around it.
	_, err := voxml.Response{voxml.Say{SSML: ssml.Speech{
		ssml.Trusted("Hello</Say><Hangup/><Say>"),
	}}}.AppendXML(nil)
	fmt.Println(err)
	// Output:
	// <Response><Say><emphasis>Hello</emphasis> Bob &lt;break time='10s'/&gt;</Say></Response>
	// voxml: Response[0].Say[0].Trusted: is not well formed at offset 5: the end tag does not match the start tag
}

func ExampleWhispered() {
	fmt.Println(voxml.Response{voxml.Say{Voice: "Polly.Joanna", SSML: ssml.Speech{
		ssml.Text("The password is "),
		ssml.Whispered{Content: ssml.Speech{ssml.Text("swordfish")}},
	}}})
	// Output: <Response><Say voice="Polly.Joanna">The password is <amazon:effect name="whispered">swordfish</amazon:effect></Say></Response>
}

func ExampleProsody() {
	fmt.Println(voxml.Response{voxml.Say{SSML: ssml.Speech{
		ssml.Prosody{Rate: "slow", Volume: "+6dB", Content: ssml.Speech{ssml.Text("Please listen carefully.")}},
	}}})
	// Output: <Response><Say><prosody rate="slow" volume="+6dB">Please listen carefully.</prosody></Say></Response>
}
