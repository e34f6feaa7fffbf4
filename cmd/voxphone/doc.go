// Voxphone is a telephone in the terminal. It calls a voice app the way the
// platform does, shows what a caller hears, and lets you press keys and speak:
// no telephone, no public URL, no account.
//
//	voxphone [-flag ...] [URL]
//
// Without a URL it calls the demo that is built in, the phone menu of
// examples/ivr. With one it calls the app that you are writing:
//
//	go run ./cmd/voxphone
//	go run ./cmd/voxphone http://127.0.0.1:8080/voice
//
// A URL without a scheme uses http. Flags may come before or after it.
// Time is simulated: nothing has to be waited for, and each line begins with
// the minutes and seconds that a real call would have taken so far.
//
// # What to type
//
// Whenever the app waits for somebody, voxphone says for what, and you type a
// line. What does not fit is explained, and you are asked again.
//
//	12#                  press keys: 0 to 9, * and #, all of an input on one line
//	two tickets, please  say something, recognized with a confidence of 0.9
//	(an empty line)      stay silent; while it rings, nobody answers; while
//	                     two people talk, the dialed party hangs up
//	/say 12              say something that would be keys or a command
//	/speak 12s           speak for a time, to a recording or a dialed party
//	/speak 12s #         … then press keys; else silence ends the recording
//	/speak 12s /hangup   … then hang up
//	/answer              the dialed party answers. If it is asked something
//	                     before it is connected, you type its keys and words
//	/answer 30s          … the two talk, and the dialed party hangs up. Asked
//	                     something, it stays silent
//	/noanswer            nobody answers
//	/busy                the dialed party is busy
//	/fail                the dialed party cannot be reached
//	/wait 8s             time passes, as long as the app waits; then, for
//	                     example, /hangup: the caller has let it ring for 8s
//	/hangup              the caller hangs up
//	/vars                show the variables of the call
//	/help                show this list
//
// Where several numbers are dialed, the four commands of the dialed party take
// the number that is meant, after the time if there is one: "/answer 30s
// +14025550123". Without it, the first answers, or none does.
//
// The end of the input hangs up, too, as does a line of more than 1 MiB. So
// does Ctrl-C, even while the app leaves a request unanswered: that is given up,
// and the app is still told what it would be told of a caller who hangs up, once
// and for at most 3 seconds each. A second Ctrl-C ends voxphone at once.
//
// # What is shown
//
// What the caller hears and what becomes of the call, but no requests: -v shows
// them, with the parameters that are new or have changed, and the documents. A
// request that fails is always shown, with the first lines of the answer. Lines
// that begin with "check:" say what Response.Check of package voxml finds in a
// document, those with "note:" that the app took only a part of what was typed.
//
// Text of the app cannot control the terminal: characters that are not
// printable are replaced. Colors are used in a terminal only, and not if
// NO_COLOR is set or TERM is dumb. Without a terminal at both ends there are no
// prompts, and each line that is typed is repeated after ">", so that the output
// reads as a transcript:
//
//	printf '1\n\nhello\n' | voxphone
//
// Keys pressed at a Pay are shown as their number only. The terminal shows
// them while they are typed; voxphone takes the line back then. Still, use test
// numbers, such as 4111111111111111, which is good, and 4000000000000002, which
// every payment connector refuses.
//
// # Every path through an app
//
// With -explore voxphone makes all calls that differ, and does at each place what
// callers do: they press and say what prompts announce, something else, or
// nothing; they leave messages, pay, and hang up; dialed parties answer, are busy,
// or do not answer. It shows a map of the app: where a call waits, and what
// follows each move. After the map come the findings: what callers will suffer,
// such as a menu without an end or a call that ends without a word. Each has the
// shortest call that shows it, as lines to type and as statements of a test:
//
//	voxphone -explore http://127.0.0.1:8080/voice
//	voxphone -explore -sample zip=68102 -format mermaid http://127.0.0.1:8080/weather
//
// An app is called some hundred times, so one that is not on this computer
// needs -yes. Phone numbers are not really dialed, and no card is charged; what
// the app does by itself, it does.
//
//	-explore         make all calls that differ. The flags of the call count
//	-sample NAME=INPUT
//	                 keys or words that nobody can guess, such as a customer
//	                 number, for the Gather whose Output is NAME, without digits
//	                 at its end, or whose Action ends with it; may be repeated
//	-format FORMAT   text, or json (for programs; its "version" changes if a field
//	                 does), or mermaid (a picture that many editors draw).
//	                 Default: text
//	-fail SEVERITY   the exit code is 1 if there is a finding that is at least as
//	                 serious: error, warning, note. Default: error
//	-scripts DIR     write a small set of calls that makes every move as scripts
//	-yes             explore an app that is not on this computer
//
// # Flags
//
// Who calls:
//
//	-from NUMBER     the caller's number. Default: +14025550100. With -from ""
//	                 the caller withholds it, and no From is sent
//	-to NUMBER       the number that is called. Default: +14025550199
//	-city NAME       the caller's city, FromCity. Default: unknown
//	-sid ID          the CallSid. Default: random
//	-var NAME=VALUE  a variable that is set when the call begins; may be
//	                 repeated
//	-nested          send variables as nested JSON. Default: flat
//	-param NAME=VALUE  another parameter of each webhook; may be repeated
//	-H "NAME: VALUE" a header of the requests to the host that is called; may be
//	                 repeated
//	-method METHOD   how the first document is requested, get or post.
//	                 Default: post
//	-at TIME         when the call begins, for the times in webhooks, such as
//	                 2025-12-24T23:30:00Z. Default: 2025-01-01T12:00:00Z
//	-timeout TIME    how long an app at a URL has to answer. A request without
//	                 an answer is sent again. Default: 15s
//	-retries N       how often a request is sent again, 0 to 10. Default: 3
//
// Calls that the app has placed:
//
//	-outbound        the Direction is outbound-api, and you answer the call
//	-answered-by WHO what has answered it, AnsweredBy: human_residence,
//	                 human_business, machine_start and others
//	-unanswered WHY  nobody answers it: busy, no-answer or failed
//	-status URL      is told how the call ended; relative to the URL called
//
// Each of the last three implies -outbound.
//
// The session:
//
//	-v               show each request and document; the log of the demo goes
//	                 to standard error
//	-record FILE     save the call as a script. It replaces FILE when the call
//	                 is over, however it ended. Only you can read it
//	-script FILE     play a script
//	-h               show a summary
//
// # Scripts
//
// A script is a call in a text file: a regression test for any app, in any
// language. -record writes one; writing one by hand is as easy. This is one for
// the demo:
//
//	# Nobody answers at the sales desk.
//	$ voxphone -from +14025550142 -city "NEW YORK"
//	answered
//	hears "Thank you for calling from New York."
//	...
//	hears "To leave a message, press 3 ..."
//	> 1
//	hears "One moment, please."
//	dials +14025550123
//	> /noanswer
//	dial ended: no-answer
//	hears "Nobody ... leave a message after the tone."
//	beep
//	> /speak 12s #
//	recorded 12s
//	hears "Thank you for your message. Goodbye."
//	ended: the app hung up
//
// Each line is one moment of the call. Spaces around it do not count.
//
//	# text      A comment. It is skipped, as are empty lines.
//	$ voxphone  The first line may have the flags and the URL of the call. A
//	            value with spaces is in double quotes, within which a
//	            backslash works as in a string of Go. What the command line
//	            says counts for more. -script and -record cannot stand here.
//	> text      What the person types, see above; ">" alone is an empty line.
//	            It is typed when the app waits for somebody, and has to fit.
//	            Only "> /hangup" is done at once, at its place: the caller
//	            may hang up while the app speaks.
//	...         Alone on a line: any number of lines, or none, up to the first
//	            one that is like the next line of the script, or up to when
//	            the app waits if that is one to be typed.
//	text        A line that voxphone shows, with or without its time, which
//	            is not compared. The rest is, exactly; "..." within the
//	            line means any text, and "\..." three dots.
//	hears /re/  A Say with a match of this regular expression, anywhere in its
//	            text. The voice is not compared.
//	! line      From here to the next line that is typed, no line is like this
//	            one: ! hears "Sorry..." or ! warning: ...
//	? line      The line may be missing.
//	let n = "re"  A Say with a match of this regular expression. It sets the
//	            variable n.
//	include f   The lines of another file take the place of this one. Its name
//	            is relative to this file. It has no line with $.
//
// Lines after a let can use its variable: ${n} is what its groups have matched,
// all together, or the whole match if it has no groups; ${n.2} is the second
// group; ${n.1 + n.2} adds numbers. The text ${ is written \${.
//
//	let sum = "What is (\d) plus (\d)"
//	> ${sum.1 + sum.2}
//	let code = "Your code is (\d), (\d), (\d)"
//	> ${code}
//
// Function Scripts of package voxtest plays scripts in a Go test, and rewrites
// those that the app no longer fits.
//
// What voxphone shows, and a script expects, is one of these; what is in
// parentheses is left out where there is nothing to say:
//
//	answered                                    by the first verb that does
//	hears "One moment." (Polly.Amy, 2 times)    a Say
//	plays https://example.com/a.mp3             a Play
//	tones 12w3                                  a Play with digits
//	pause (1s)
//	beep                                        before a recording
//	recorded 12s                                or: recorded (failed)
//	dials +14025550111, +14025550112
//	whispers Call from voxhook (to +14025550111)
//	connected +14025550111
//	dial ended: completed (after 30s)           or busy, no-answer, failed, canceled
//	entered payment card number (ok)            or the mistake
//	payment 9.50 usd (by Default)               or: (refused by Default)
//	history Gather (full)
//	warning: ...                                what the app should not do
//	check: ...                                  what is wrong with a document
//	note: ...                                   what of your line was not taken
//	ended: the app hung up                      or another end
//
// If what comes before a line does not matter, put "..." before it.
//
// Requests and answers are not compared, even if -v or a failure shows them, and
// neither are /vars and /help. Lines with "check:" and "note:" are.
//
// When a script ends before the call, the caller hangs up, and what comes then
// is not compared. When the call goes another way than the script, the caller
// hangs up, too, and voxphone prints the line of the script, what it wants, what
// it got and what to change, and exits with 1.
//
// -record writes the CallSid down, since an app may depend on it. In URLs it
// masks user names, passwords, and parameters whose names say that they are
// secrets, such as token or signature. It does so with parameters of -param, and
// with all values of -H. Put them in by hand, or give them on the command line.
//
// Of keys and words it writes only what cannot be the number of a card or an
// account, and the well-known test numbers. At a Pay that is a test number or a
// part of one, a routing number, and what belongs to a test card. Elsewhere it
// is up to 11 digits, up to 6 once there was a Pay, and up to 2 once a number
// was left out; and no line that makes a card number together with the lines
// before it. In place of the others there is a comment, and the script cannot
// be played until you have put keys in. There is one in place of text that is
// not printable, too. A card number in what the app says becomes "...".
//
// The place of the recordings, which is another one in every run, is written as
// https://recordings.example.com, and compared as such.
//
// # Recordings
//
// While a URL is called, voxphone serves the recordings of the call, silence of
// the right length, at a port of 127.0.0.1 of its own. The app can fetch them
// by their RecordingUrl until the call is over, if it runs on this computer.
//
// # Exit codes
//
//	0  the call ended in a regular way: somebody hung up, the document ended,
//	   the app refused the call or connected it to a Flow, or nobody answered
//	1  the call went another way than the script; with -explore, there are
//	   findings as serious as -fail says
//	2  wrong usage, or a file that cannot be read or written
//	3  the app failed, with -explore at its first document, and no script
//	   differs: no answer in time, no
//	   2xx status, no VoXML, or a loop. This is so even if a script expects it
//
// "go run" turns all of these but 0 into 1. Where they matter, build voxphone:
//
//	go build -o voxphone ./cmd/voxphone
//
// A notification that fails is shown, and repeated, but ends no call and is no
// failure.
//
// # What it does not do
//
// It does not speak and it does not listen: speech is text. It cannot interrupt
// a prompt, other than by Ctrl-C; a call of package voxtest does, and is shorter
// then. It does what the documentation of the platform says, and where that is
// silent the plainest thing: package voxtest lists what.
package main
