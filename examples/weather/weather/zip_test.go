package weather

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReadZip(t *testing.T) {
	for speech, want := range map[string]string{
		"six eight one zero two":        "68102",
		"Six, eight, one, oh, two.":     "68102",
		"68102":                         "68102",
		"6 8 1 0 2":                     "68102",
		"681 02":                        "68102",
		"It's six eight 1 O two, okay?": "68102",
		"zero two one zero eight":       "02108",
		"three four five seven nine":    "34579",
		"6810":                          "",
		"681022":                        "",
		"six eight one zero":            "",
		"sixteen":                       "",
		"٦٨١٠٢":                         "",
		"\xff":                          "",
		"":                              "",
	} {
		assert.Equal(t, want, readZip("", speech), "%q", speech)
	}
	for keys, want := range map[string]string{"68102": "68102", "02108": "02108", "6810": "", "681022": "", "6810*": "", "*68102": "", "٦٨١": ""} {
		assert.Equal(t, want, readZip(keys, "one two three four five"), "%q", keys)
	}
}

func TestReports(t *testing.T) {
	for zip, report := range reports {
		assert.Equal(t, zip, readZip(zip, ""))
		assert.Empty(t, tell(zip, 1).Check(), zip)
		assert.NotEmpty(t, report)
	}
}
