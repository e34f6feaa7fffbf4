package voxml_test

import (
	"go/constant"
	"go/types"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// messages returns the messages of the findings of one rule.
func messages(doc voxml.Response, rule string) (all []string) {
	for _, f := range doc.Check() {
		if f.Rule == rule {
			all = append(all, f.Message)
		}
	}
	return all
}

// TestCheckAttributeNames checks that each attribute of each element is
// suggested to a program that writes it in other letters.
func TestCheckAttributeNames(t *testing.T) {
	list := listed(t)
	for _, tt := range elements {
		for _, name := range without(list[tt.name], "#text") {
			n := reflect.New(reflect.TypeOf(tt.base)).Elem()
			n.Set(reflect.ValueOf(tt.base))
			attrs := voxml.Attrs{{Name: strings.ToUpper(name), Value: "1"}}
			n.FieldByName("Attrs").Set(reflect.ValueOf(attrs))
			assert.Contains(t, messages(document(n.Interface().(voxml.Node)), "unknown"),
				"is not a documented attribute of this element: did you mean "+name+"?", "%s %s", tt.name, name)
		}
	}
}

// TestCheckElementNames checks that each element is suggested to a program
// that writes it in other letters.
func TestCheckElementNames(t *testing.T) {
	for _, tt := range elements {
		doc := response(voxml.Element{Name: strings.ToLower(tt.name)})
		assert.Equal(t, []string{"is not a documented element: did you mean " + tt.name + "?"}, messages(doc, "unknown"))
	}
}

// TestCheckKnownValues checks that each documented value is suggested to a
// program that writes it in other letters.
func TestCheckKnownValues(t *testing.T) {
	constants := map[string][]string{} // by type
	scope := compiled(t)[0].Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && c.Exported() && c.Val().Kind() == constant.String {
			constants[c.Type().String()] = append(constants[c.Type().String()], constant.StringVal(c.Val()))
		}
	}
	tested := 0
	for _, tt := range elements {
		typ := reflect.TypeOf(tt.base)
		for i := range typ.NumField() {
			field := typ.Field(i)
			of, list := field.Type, false
			if of.Kind() == reflect.Slice {
				of, list = of.Elem(), true
			}
			for _, value := range constants[of.PkgPath()+"."+of.Name()] {
				n := reflect.New(typ).Elem()
				n.Set(reflect.ValueOf(tt.base))
				v := n.Field(i)
				if list {
					v.Set(reflect.MakeSlice(field.Type, 1, 1))
					v = v.Index(0)
				}
				v.SetString(otherCase(value))
				tested++
				outcome := ""
				if of == reflect.TypeFor[voxml.Method]() { // which voxphone takes as meant
					outcome = ", so the platform probably takes it as " + value
				}
				assert.Contains(t, messages(document(n.Interface().(voxml.Node)), "letter-case"),
					"differs from "+value+" only in letter case"+outcome+": write "+value, "%s %s", tt.name, field.Name)
			}
		}
	}
	assert.Greater(t, tested, 100)
}

// TestCheckAdvice checks the values that findings name.
func TestCheckAdvice(t *testing.T) {
	gather := func(language string) voxml.Response {
		return response(voxml.Gather{Output: "a", Input: voxml.InputSpeech, Language: language})
	}
	say := func(voice, language string) voxml.Response {
		return response(voxml.Say{Text: "Hi", Voice: voice, Language: language})
	}
	attr := func(n voxml.Gather, name string) voxml.Response {
		n.Output, n.Attrs = "a", voxml.Attrs{{Name: name, Value: "1"}}
		return response(n)
	}
	for _, tt := range []struct {
		section string
		doc     voxml.Response
		rule    string
		advice  string // how the message ends
	}{
		{"4 Gather language", gather("es-US"), "value", ": use es or es-419"},
		{"4 Gather language", gather("spanish"), "value", ": use es or es-419"},
		{"4 Gather language", gather("de_DE"), "value", ": use de"},
		{"4 Gather language", gather("cmn-CN"), "value", ": use zh-CN or zh-TW"},
		{"4 Gather language", gather("nb-NO"), "value", ": use no"},
		{"4 Gather language", gather("en"), "value", ": use en-AU, en-GB, en-IN, en-NZ or en-US"},
		{"4 Gather language", gather("pt-br"), "letter-case", ": write pt-BR"},
		{"4 Gather language", gather("cy-GB"), "value", ": use one listed in the comment of Gather.Language"},
		{"4 Pay language", response(voxml.Pay{Output: "a", Language: "es-419"}), "value", ": use es-ES, es-MX or es-US"},
		{"4 Pay language", response(voxml.Pay{Output: "a", Language: "German"}), "value", ": use de-DE"},
		{"4 Say language", say("", "spanish"), "language", ": use one such as es-US, es-MX or es-ES"},
		{"4 Say language", say("", "en_GB"), "language", ": use one such as en-GB"},
		{"4 Say language", say("", "Norwegian"), "language", ": use one such as nb-NO"},
		{"4 Say language", say("", "es-US"), "voice", ", such as Polly.Lupe"},
		{"4 Say language", say("Joanna", "es-MX"), "voice", ", such as Polly.Mia"},
		{"4 Say language", say("", "es-AR"), "voice", ", such as Polly.Lupe"},
		{"4 Say language", say("", "cy-GB"), "voice", ": set voice to one that speaks it"},
		{"4 Say language", say("", "fr"), "voice", ", such as Polly.Lea"},
		{"4 Say voice", say("Pollu.Lupe", ""), "voice", ": did you mean Polly?"},
		{"4 Say voice", say("google.en-US-Wavenet-A", ""), "voice", ": did you mean Google?"},
		{"4 Say voice", say("Azure.Jenny", ""), "voice", ": use Polly, Deepgram or Google"},
		{"4 Say voice", say("alice", ""), "voice", ": use one such as Polly.Joanna"},
		{"4 Gather", attr(voxml.Gather{}, "numdigits"), "unknown", ": did you mean numDigits?"},
		{"4 Gather", attr(voxml.Gather{}, "numDigist"), "unknown", ": did you mean numDigits?"},
		{"4 Gather", attr(voxml.Gather{}, "digits"), "unknown", ": did you mean numDigits?"},
		{"4 Gather", attr(voxml.Gather{}, "speech-timeout"), "unknown", ": did you mean speechTimeout?"},
		{"4 Gather", attr(voxml.Gather{}, "hints"), "unknown", ": check its spelling, or remove it"},
		{"4 Gather", attr(voxml.Gather{}, strings.Repeat("numDigits", 10)), "unknown", ": check its spelling, or remove it"},
		{"4", response(voxml.Element{Name: "Redirct"}), "unknown", ": did you mean Redirect?"},
		{"4", response(voxml.Element{Name: "HangUp"}), "unknown", ": did you mean Hangup?"},
		{"4", response(voxml.Element{Name: "Conference"}), "unknown", ": check its spelling, or remove it"},
		{"4", response(voxml.Element{Name: "Sip"}), "unknown", ": check its spelling, or remove it"},
		{"4", response(voxml.Element{Name: "Stop"}), "unknown", ": check its spelling, or remove it"},
		{"4 Dial record", response(voxml.Dial{Number: "1", Action: "/a", Record: "record-from-answered"}), "value", ": did you mean record-from-answer?"},
		{"4 Dial method", response(voxml.Dial{Number: "1", Action: "/a", Method: "get"}), "letter-case", ": write GET"},
		{"4 Dial method", response(voxml.Dial{Number: "1", Action: "/a", Method: " get"}), "letter-case", ": write GET"},
		{"4 Dial method", response(voxml.Dial{Number: "1", Action: "/a", Method: "GET "}), "white-space", ": remove it"},
		{"4 Dial method", response(voxml.Dial{Number: "1", Action: "/a", Method: "PUT"}), "value", ": use GET or POST"},
		{"4 Gather", response(voxml.Gather{Output: "a", Verbs: []voxml.GatherVerb{voxml.Element{Name: "Hangup"}}}), "nesting", "in Gather: move it out"},
		{"4 Dial", response(voxml.Element{Name: "Number"}), "nesting", "in Response: move it into a Dial"},
		{"4 Connect", response(voxml.Element{Name: "x-y", Children: []voxml.Node{voxml.Element{Name: "Flow"}}}, voxml.Element{Name: "Flow"}), "nesting", "in Response: move it into a Connect"},
		{"4 Pay", response(voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(voxml.Element{Name: "Prompt"})}), "nesting", "in If: move it into a Pay"},
		{"4 Pay", response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "Parameter"}}}), "nesting", "in Say: move it into a Pay"},
		{"4 Gather input", response(voxml.Gather{Output: "a", Input: "speech dtmf"}), "value", ": did you mean dtmf speech?"},
		{"4 Reject reason", response(voxml.Reject{Reason: "reject"}), "value", ": did you mean rejected?"},
	} {
		got := messages(tt.doc, tt.rule)
		require.Len(t, got, 1, "%s: %s", tt.section, shown(tt.doc))
		assert.True(t, strings.HasSuffix(got[0], tt.advice), "%s: %s\n%s", tt.section, shown(tt.doc), got[0])
	}
}

// TestCheckTime checks that no regular expression keeps Check busy. Without a
// bound, some of these documents take more than 10 seconds.
func TestCheckTime(t *testing.T) {
	for _, tt := range hostiles {
		if !strings.Contains(tt.name, "pattern") && !strings.Contains(tt.name, "Ifs") {
			continue
		}
		doc, start := tt.doc(), time.Now()
		doc.Check()
		assert.Less(t, time.Since(start), 2*time.Second, tt.name)
	}
}
