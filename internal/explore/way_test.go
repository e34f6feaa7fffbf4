package explore_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Results of a repeated move follow each other. Results that depend on
// variables are alternatives, unless they are the end of another result, seen
// from a later try.
func TestWays(t *testing.T) {
	// Three tries. A caller who was silent before is greeted.
	m := explored(t, app(`/voice <Gather action="/menu" numDigits="1" actionOnEmptyResult="true"><Say>Press 1.</Say></Gather>
/menu?Digits=1 {sales}
/menu?Digits= <Say>Nothing heard.</Say><Set output="last">silence</Set><Redirect>/count</Redirect>
/menu <If expression="${last}=='silence'"><Say>There you are.</Say></If><Set output="last">key</Set><Say>Wrong.</Say><Redirect>/count</Redirect>
/count <If expression="${n}=='2'">{bye}</If><If expression="${n}=='1'"><Set output="n">2</Set><Redirect>/voice</Redirect></If><Set output="n">1</Set><Redirect>/voice</Redirect>`), nil)
	assert.Contains(t, m.String(), `
  1           "Sales." hangs up
  2–9 0 *     "Wrong." again, 2 times, then "Wrong. Goodbye." hangs up`+
		` or, with other variables, "There you are. Wrong." again, then "Wrong. Goodbye." hangs up`+
		` or, with other variables, "There you are. Wrong. Goodbye." hangs up
  #, silence  "Nothing heard." again, 2 times, then "Nothing heard. Goodbye." hangs up
`)

	// Guests confirm their choice, members do not.
	m = explored(t, app(`/voice <Gather action="/who" numDigits="1"><Say>If you are a guest, press 1. If you are a member, press 2.</Say></Gather>{bye}
/who?Digits=1 <Set output="who">guest</Set><Redirect>/menu</Redirect>
/who?Digits=2 <Set output="who">member</Set><Redirect>/menu</Redirect>
/who {bye}
/menu <Gather action="/chosen" numDigits="1"><Say>Press 1.</Say></Gather>{bye}
/chosen?Digits=1 <If expression="${who}=='guest'"><Set output="who">sure</Set><Say>Once more.</Say><Redirect>/menu</Redirect></If>{sales}
/chosen <If expression="${who}=='member'"><Say>Dear member.</Say></If>{bye}`), nil)
	assert.Contains(t, m.String(), `
  1           "Once more." again, then "Sales." hangs up or, with other variables, "Sales." hangs up
  2–9 0 *     "Goodbye." hangs up or, with other variables, "Dear member. Goodbye." hangs up
  #, silence  "Goodbye." hangs up
`)

	// Guests have one try less. That is not another result.
	m = explored(t, app(`/voice <Gather action="/who" numDigits="1"><Say>If you are a guest, press 1. If you are a member, press 2.</Say></Gather>{bye}
/who?Digits=1 <Set output="n">1</Set><Redirect>/menu</Redirect>
/who <Redirect>/menu</Redirect>
/menu <Gather action="/count" numDigits="1"><Say>Press a key.</Say></Gather>{bye}
/count <If expression="${n}=='2'">{bye}</If><If expression="${n}=='1'"><Set output="n">2</Set><Redirect>/menu</Redirect></If><Set output="n">1</Set><Redirect>/menu</Redirect>`), nil)
	assert.Contains(t, m.String(), `
  1–9 0 *     again, 2 times, then "Goodbye." hangs up
`)
}
