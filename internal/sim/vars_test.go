package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

// Protocol, section 2.3.
func TestVars(t *testing.T) {
	for _, tt := range []struct {
		name         string
		vars         voxhook.Vars
		flat, nested string
	}{
		{"none", nil, "", ""},
		{"empty", voxhook.Vars{}, "", ""},
		{"plain", voxhook.Vars{"b": "2", "a": "1"}, `{"a":"1","b":"2"}`, `{"a":"1","b":"2"}`},
		{"empty value", voxhook.Vars{"a": ""}, `{"a":""}`, `{"a":""}`},
		{"groups", voxhook.Vars{"g.digits": "1", "g.speech": "x", "h": "2"}, `{"g.digits":"1","g.speech":"x","h":"2"}`, `{"g":{"digits":"1","speech":"x"},"h":"2"}`},
		{"deep", voxhook.Vars{"a.b.c": "1", "a.d": "2"}, `{"a.b.c":"1","a.d":"2"}`, `{"a":{"b":{"c":"1"},"d":"2"}}`},
		{"variable and group", voxhook.Vars{"a": "1", "a.b": "2", "a.b.c": "3"}, `{"a":"1","a.b":"2","a.b.c":"3"}`, `{"a":"1","a.b":"2","a.b.c":"3"}`},
		{"variable and group in a group", voxhook.Vars{"g.a": "1", "g.a.b": "2", "g.a.b.c": "3"}, `{"g.a":"1","g.a.b":"2","g.a.b.c":"3"}`, `{"g":{"a":"1","a.b":"2","a.b.c":"3"}}`},
		{"neighbours", voxhook.Vars{"a": "1", "a-b": "2", "ab.c": "3", "a.b": "4"}, `{"a":"1","a-b":"2","a.b":"4","ab.c":"3"}`, `{"a":"1","a-b":"2","a.b":"4","ab":{"c":"3"}}`},
		{"odd names", voxhook.Vars{"_c.d": "1", "a..b": "2", ".x": "3", "y.": "4"}, `{".x":"3","_c.d":"1","a..b":"2","y.":"4"}`, `{"":{"x":"3"},"_c":{"d":"1"},"a":{"":{"b":"2"}},"y":{"":"4"}}`},
		{"very deep", voxhook.Vars{"a.b.c.d.e.f.g.h.i": "1"}, `{"a.b.c.d.e.f.g.h.i":"1"}`, `{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h.i":"1"}}}}}}}}`},
		{"text", voxhook.Vars{"a": "é \"&=\n"}, `{"a":"é \"\u0026=\n"}`, `{"a":"é \"\u0026=\n"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for nested, want := range map[bool]string{false: tt.flat, true: tt.nested} {
				c := begin(t, app{}, func(cfg *sim.Config) { cfg.Webhook.Vars, cfg.NestedVars = tt.vars, nested })
				x := exchanges(c)[0]
				require.Equal(t, want, x.Form.Get("Vars"))
				require.Equal(t, want != "", x.Form.Has("Vars"))
				require.Len(t, c.Vars(), len(tt.vars))

				got := read(t, x).Webhook().Vars
				require.Len(t, got, len(tt.vars))
				for name, value := range tt.vars {
					require.Equal(t, value, got[name], name)
				}
			}
		})
	}
}

// A call sends its variables until the last of them is unset.
func TestVarsOfDocuments(t *testing.T) {
	for nested, want := range map[bool]string{false: `|{"a":"1","g.digits":"2"}|{"g.digits":"2"}|`, true: `|{"a":"1","g":{"digits":"2"}}|{"g":{"digits":"2"}}|`} {
		c := begin(t, app{
			"/":     `<Set output="a">1</Set><Gather output="g" action="/more"/>`,
			"/more": `<Unset output="a"/><Redirect>/b</Redirect>`,
			"/b":    `<Unset output="g"/><Redirect>/c</Redirect>`,
		}, func(cfg *sim.Config) { cfg.NestedVars = nested })
		play(t, c, "press 2#")
		require.Equal(t, want, sent("/", "Vars")(c)+"|"+sent("/more", "Vars")(c)+"|"+sent("/b", "Vars")(c)+"|"+sent("/c", "Vars")(c))
		require.False(t, last(c, "/c").Form.Has("Vars"))
		require.Nil(t, c.Vars())
	}
}
