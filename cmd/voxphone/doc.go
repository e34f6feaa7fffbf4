// Voxphone is a phone in the terminal. It calls a voice app the way the
// platform does, prints what the caller hears, and lets you type the caller's
// keys and words. You need no telephone, no public URL and no account.
//
//	voxphone [-flag ...] [URL]
//
// Without a URL, it calls the built-in demo, the phone menu of examples/ivr.
// With a URL, it calls your own app, in any language:
//
//	go run ./cmd/voxphone
//	go run ./cmd/voxphone http://127.0.0.1:8080/voice
//
// A URL without a scheme uses http. If the app needs a login, write it in the
// URL, as in http://user:password@host/voice, or use the flag -H. Flags may come
// before or after the URL. Time is simulated: you never have to wait, and each
// line begins with the minutes and seconds that have passed in the call.
//
// # What to type
//
// When the app waits for someone, voxphone says what the app waits for, and you
// type a line. If the line does not fit, voxphone says why and asks again.
//
//	12#                  press keys: 0 to 9, * and #, all of an input on one line
//	two tickets, please  say something, recognized with a confidence of 0.9
//	(an empty line)      stay silent; while it rings, no one answers; while two
//	                     people talk, the dialed party hangs up
//	/say 12              say something that looks like keys or a command
//	/speak 12s           speak for a time, to a recording or a dialed party
//	/speak 12s #         … then press keys; otherwise silence ends the recording
//	/speak 12s /hangup   … then hang up
//	/answer              the dialed party answers. If a document asks it
//	                     something first, you type its keys and words
//	/answer 30s          … talks for a time, and hangs up. If a document asks it
//	                     something first, it stays silent
//	/noanswer            no one answers
//	/busy                the dialed party is busy
//	/fail                the dialed party cannot be reached
//	/wait 8s             let time pass while the app waits. If /hangup follows
//	                     while it rings, the caller has let it ring for 8s
//	/hangup              the caller hangs up
//	/vars                show the variables of the call
//	/help                show this list
//
// If the app dials several numbers, add one of them to /answer, /noanswer,
// /busy or /fail, after the time if there is one: "/answer 30s +14025550123".
// Without a number, /answer is for the first party, and the others are for all
// parties.
//
// The caller also hangs up at the end of the input, after a line of more than 1
// MiB, and when you press Ctrl-C. If the app has not answered a request yet,
// Ctrl-C gives up that request. The app still receives the webhooks that follow
// when a caller hangs up. Each is sent once and may take at most 3 seconds. A
// second Ctrl-C ends voxphone at once.
//
// # What is shown
//
// Voxphone shows what the caller hears and what happens in the call. With -v,
// it also shows the requests, with the parameters that are new or have changed,
// and the documents. A request that fails is always shown, with the first lines
// of the answer. Lines with "check:" are findings of Response.Check of package
// voxml in a document. Lines with "note:" say that the app accepted only a part
// of what you typed.
//
// Text of the app cannot control the terminal: characters that are not
// printable are replaced. Colors are used only in a terminal, and not if
// NO_COLOR is set or TERM is dumb. If the input or the output is not a
// terminal, there are no prompts, and each typed line is repeated after ">", so
// that the output reads as a transcript:
//
//	printf '1\n\nhello\n' | voxphone
//
// Voxphone shows only how many keys were pressed at a Pay. The terminal shows
// the keys while you type them; voxphone then erases the line. Still, use test
// numbers. 4111111111111111 is accepted, and every payment connector declines
// 4000000000000002.
//
// # Every path through an app
//
// With -explore, voxphone calls the app again and again, until it has tried
// everything that callers can do. At each point, it presses and says what the
// prompts announce, something else, or nothing. Callers leave messages, pay,
// and hang up. Dialed parties answer, are busy, or do not answer.
//
// Voxphone then prints a map of the app: where a call waits, and what follows
// each move: "…, then …" if the move is repeated, and "… or, with other
// variables, …" if the result depends on variables. After the map come the
// findings. These are problems for callers, such as a menu without an end or a
// call that ends without a word. Each finding has the shortest call that shows
// it, as lines to type and as statements of a test:
//
//	voxphone -explore http://127.0.0.1:8080/voice
//	voxphone -explore -sample zip=68102 -format mermaid http://127.0.0.1:8080/weather
//
// A warning says if the map is incomplete: an input cannot be guessed, answers
// differ from call to call, or a limit was reached (2,000 states, 20 moves of
// one call, 10,000 calls, 60 seconds). Generated ids and the tokens of package
// voxauth may differ.
//
// Exploring makes some hundred calls, so an app that is not on this computer
// needs -yes. Requests go only to this computer and to the host of the URL.
// Voxphone dials no real phone and charges no real card, but everything that the
// app does itself is real.
//
//	-explore         explore the app, with the flags of the call
//	-sample NAME=INPUT
//	                 keys or words that cannot be guessed, such as a customer
//	                 number. They are used at each Gather whose Output is NAME,
//	                 or NAME and a number, such as zip2, or whose Action has
//	                 NAME as the last part of its path; may be repeated
//	-ignore REGEXP   ignore matches of this regular expression in texts,
//	                 documents and URLs, such as the time of day. The map shows
//	                 … instead; may be repeated
//	-format FORMAT   text, json (for programs; "version" changes when a field
//	                 does), or mermaid (a diagram that many editors can draw).
//	                 Default: text
//	-fail SEVERITY   the exit code is 1 if a finding is at least this serious:
//	                 error, warning or note. Default: error
//	-scripts DIR     write a small set of calls that together make every move,
//	                 as scripts
//	-yes             explore an app that is not on this computer
//
// # Flags
//
// The call:
//
//	-from NUMBER     the caller's number. Default: +14025550100. With -from "",
//	                 the caller withholds it, and no From is sent
//	-to NUMBER       the called number. Default: +14025550199
//	-city NAME       the caller's city, FromCity. Default: unknown
//	-sid ID          the CallSid. Default: random
//	-var NAME=VALUE  a variable that is set when the call begins; may be
//	                 repeated
//	-nested          send variables as nested JSON. Default: flat
//	-param NAME=VALUE  another parameter of each webhook; may be repeated
//	-H "NAME: VALUE" a header of the requests to the host of the URL; may be
//	                 repeated. A login in the URL is sent to that URL and to
//	                 URLs relative to it; an Authorization of -H overrides it
//	-method METHOD   the method of the first request, get or post.
//	                 Default: post
//	-at TIME         when the call begins, for the times in webhooks, such as
//	                 2025-12-24T23:30:00Z. Default: 2025-01-01T12:00:00Z
//	-timeout TIME    how long an app at a URL may take to answer. A request
//	                 without an answer is sent again. Default: 15s
//	-retries N       how often a failed request is sent again, 0 to 10.
//	                 Default: 3
//
// Calls that the app places:
//
//	-outbound        Direction is outbound-api, and you answer the call
//	-answered-by WHO what answers the call, AnsweredBy: human_residence,
//	                 human_business, machine_start and others
//	-unanswered WHY  no one answers the call: busy, no-answer or failed
//	-status URL      the URL that is notified of the end of the call; relative
//	                 to the called URL
//
// Each of the last three implies -outbound.
//
// The session:
//
//	-v               show each request and document; the log of the demo goes
//	                 to standard error
//	-record FILE     save the call as a script. FILE is replaced when the call
//	                 is over, however it ended. Only you can read the file
//	-script FILE     play a script
//	-h               show a summary
//
// # Scripts
//
// A script is a call in a text file: a regression test for any app, in any
// language. Record one with -record, or write it by hand. This script is for
// the demo:
//
//	# No one answers at the sales desk.
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
// Each line is one moment of the call. Spaces around a line are ignored.
//
//	# text      A comment. Comments and empty lines are ignored.
//	$ voxphone  The first line may have the flags and the URL of the call. Put
//	            values with spaces in double quotes, where backslashes work
//	            as in a Go string. The command line overrides this line.
//	            The flags -script and -record are not allowed here.
//	> text      The person types text, see above; ">" alone is an empty line.
//	            It is typed when the app waits for someone, and must fit.
//	            Only "> /hangup" is done at once, in its place: the caller
//	            may hang up while the app speaks.
//	...         Alone on a line: any number of lines, or none, up to the first
//	            line that matches the next line of the script. If that is a
//	            typed line, up to the point where the app waits.
//	text        A line that voxphone shows, with or without its time. The time
//	            is not compared. The rest must be equal, except that "..."
//	            in the line matches any text; write "\..." for three dots.
//	hears /re/  A Say with a match of this regular expression anywhere in its
//	            text. The voice is not compared.
//	! line      No line matches this one before the next typed line:
//	            ! hears "Sorry..." or ! warning: ...
//	? line      The line may be missing.
//	let n = "re"  A Say with a match of this regular expression. The variable n
//	            is set to the match.
//	include f   The lines of the file f replace this line. Its name is relative
//	            to this file. The file must not have a line that begins with $.
//
// Lines after a let can use its variable. ${n} is the text of all groups
// joined, or the whole match if the expression has no groups. ${n.2} is the
// second group, and ${n.1 + n.2} is a sum of numbers. Write \${ for the text
// ${.
//
//	let sum = "What is (\d) plus (\d)"
//	> ${sum.1 + sum.2}
//	let code = "Your code is (\d), (\d), (\d)"
//	> ${code}
//
// The function Scripts of package voxtest plays scripts in a Go test. It can
// also rewrite scripts that no longer match the app.
//
// Voxphone shows these lines, and scripts expect them. Parts in parentheses
// appear only if they apply:
//
//	answered                                    by the first verb that answers
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
//	warning: ...                                a mistake of the app
//	check: ...                                  a finding in a document
//	note: ...                                   the app accepted only a part of your line
//	ended: the app hung up                      or another end
//
// If the lines before a line do not matter, write "..." before it.
//
// Requests and answers are not compared, even if -v or a failure shows them.
// The output of /vars and /help is not compared either. Lines with "check:" and
// "note:" are compared.
//
// If a script ends before the call, the caller hangs up, and the rest of the
// call is not compared. If the call differs from the script, the caller hangs
// up. Voxphone then prints the line of the script, what it wants, what it got,
// and what to change, and exits with 1.
//
// A script that -record writes contains the CallSid, because the app may depend
// on it. In URLs, user names, passwords, and parameters with the names of
// secrets, such as token or signature, are masked. So are parameters of -param
// with such names, and all values of -H. Add these by hand, or give them on the
// command line.
//
// The flag -record writes keys and words only if they cannot be the number of a
// card or an account, or if they are a well-known test number. At a Pay, it
// writes test numbers and parts of them, routing numbers, and the details of
// test cards. Elsewhere, it writes numbers of up to 11 digits, but only up to 6
// digits after a Pay, and only up to 2 digits after it has left out a number.
// If lines form a card number together, it writes none of them. A comment
// replaces what was left out, and the script cannot be played until you replace
// the comment with keys. A comment also replaces text that is not printable. A
// card number in the text of the app becomes "...".
//
// The server of the recordings is different in every run. Scripts write and
// compare it as https://recordings.example.com.
//
// # Recordings
//
// When it calls a URL, voxphone serves the recordings of the call on its own
// port of 127.0.0.1: silence of the right length. An app on this computer can
// fetch them from their RecordingUrl until the call is over.
//
// # Exit codes
//
//	0  the call ended normally: someone hung up, the document ended, the app
//	   refused the call or connected it to a Flow, or no one answered
//	1  the call differs from the script; with -explore, a finding is at least
//	   as serious as -fail says
//	2  the usage is wrong, or a file cannot be read or written
//	3  the app failed (with -explore, at its first document), and no script
//	   differs: no answer in time, no 2xx status, no VoXML, or a loop. This
//	   also applies if the script expects the failure
//
// The command "go run" exits with 1 for all of these except 0. If the exit code
// matters, build voxphone:
//
//	go build -o voxphone ./cmd/voxphone
//
// A notification that fails is shown and repeated. It neither ends the call nor
// changes the exit code.
//
// # What it does not do
//
// Voxphone does not speak or listen: speech is text. You cannot interrupt a
// prompt, except with Ctrl-C. In a test with package voxtest, callers do, so
// the same call is shorter. Voxphone follows the platform's documentation.
// Where that is silent, it works as package voxtest describes.
package main
