package voxhook_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

func params(pairs ...string) *voxhook.VoiceWebhook {
	w := new(voxhook.VoiceWebhook)
	for i := 0; i < len(pairs); i += 2 {
		w.Params = append(w.Params, voxhook.Param{Name: pairs[i], Value: pairs[i+1]})
	}
	return w
}

type (
	status  string
	level   int16
	percent float64
	boolean bool
	colour  struct{ name string }
	shout   string
)

var errColour = errors.New("no colour: SECRET")

func (c *colour) UnmarshalText(text []byte) error {
	c.name = string(text)
	if c.name == "SECRET" {
		return errColour
	}
	return nil
}

func (s *shout) UnmarshalText(text []byte) error {
	*s = shout(strings.ToUpper(string(text)))
	return nil
}

func ptr[T any](v T) *T { return &v }

// bad holds the zero value of a type to which the values cannot be converted.
type bad struct{ zero any }

func TestBindTypes(t *testing.T) {
	date := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		want   any
		values []string
	}{
		{"a b", []string{"a b"}},
		{"b", []string{"a", "b"}},
		{"", []string{"b", ""}},
		{"", nil},
		{status("x"), []string{"x"}},
		{-3, []string{"-3"}},
		{0, []string{""}},
		{bad{int8(0)}, []string{"128"}},
		{level(7), []string{"7"}},
		{bad{uint(0)}, []string{"-1"}},
		{uint64(1<<64 - 1), []string{"18446744073709551615"}},
		{0.5, []string{"0.5"}},
		{bad{0.0}, []string{"NaN"}},
		{bad{percent(0)}, []string{"Inf"}},
		{float32(1.5), []string{"1.5"}},
		{bad{float32(0)}, []string{"1e39"}},
		{true, []string{"true"}},
		{bad{false}, []string{"on"}},
		{boolean(true), []string{"1"}},
		{5 * time.Second, []string{"5"}},
		{bad{time.Duration(0)}, []string{"5s"}},
		{date, []string{"2024-02-29T12:00:00Z"}},
		{bad{time.Time{}}, []string{"now"}},
		{voxhook.Vars{"a.b": "c"}, []string{`{"a":{"b":"c"}}`}},
		{netip.IPv6Loopback(), []string{"::1"}},
		{colour{"red"}, []string{"red"}},
		{colour{}, []string{""}},
		{shout("A"), []string{"a"}},
		{bad{(*colour)(nil)}, []string{"SECRET"}},
		{ptr(0), []string{"0"}},
		{(*int)(nil), []string{""}},
		{bad{(*int)(nil)}, []string{"x"}},
		{ptr(status("x")), []string{"x"}},
		{&date, []string{"2024-02-29T12:00:00Z"}},
		{&colour{"red"}, []string{"red"}},
		{[]string{"a,b", "a"}, []string{"a,b", "", "a"}},
		{[]string(nil), []string{""}},
		{[]int{1, 2, 3}, []string{"1,2", "3"}},
		{bad{[]int(nil)}, []string{"1", "x"}},
		{[]level{1, 2}, []string{"1", "2"}},
		{[]*status{ptr(status("a")), ptr(status("b"))}, []string{"a", "b"}},
		{[]time.Duration{time.Second, 2 * time.Second}, []string{"1", "2"}},
		{[]*colour{{"red"}, {"blue"}}, []string{"red", "blue"}},
		{[]shout{"A"}, []string{"a"}},
		{[]voxhook.Vars{{"a": "b"}}, []string{`{"a":"b"}`}},
	} {
		fails := ""
		if b, ok := c.want.(bad); ok {
			c.want, fails = b.zero, fmt.Sprintf("voxhook: parameter V cannot be converted to %T", b.zero)
		}
		w := new(voxhook.VoiceWebhook)
		for _, v := range c.values {
			w.Params = append(w.Params, voxhook.Param{Name: "V", Value: v})
		}
		dst := field(c.want, "")
		err := w.Bind(dst)
		assert.Equal(t, c.want, reflect.ValueOf(dst).Elem().Field(0).Interface(), "%T %q", c.want, c.values)
		if fails == "" {
			assert.NoError(t, err, "%T %q", c.want, c.values)
			continue
		}
		require.EqualError(t, err, fails)
		var param *voxhook.ParamError
		assert.ErrorAs(t, err, &param)
	}
}

// field returns a pointer to a new struct with one field V, which has the type
// of value and a schema tag.
func field(value any, tag string) any {
	f := reflect.StructField{Name: "V", Type: reflect.TypeOf(value)}
	if tag != "" {
		f.Tag = reflect.StructTag(`schema:"` + tag + `"`)
	}
	return reflect.New(reflect.StructOf([]reflect.StructField{f})).Interface()
}

type base struct{ Tenant string }

type localTime time.Time

type Extra struct {
	Queue string `schema:"queue"`
}

func TestBindStructs(t *testing.T) {
	type menu struct {
		Digits string `schema:"digits"`
	}
	type form struct {
		base
		*Extra
		Menu    menu `schema:"menu"`
		Next    *menu
		private string
		secret  struct{ *Extra }
		Skip    string `schema:"-"`
		Func    func()
		CallSid string
	}
	var dst form
	w := params("Tenant", "t", "menu.digits", "1", "Skip", "x", "callsid", "x", "CALLSID", "x", "private", "x", "base.Tenant", "x", "Menu.digits", "x", "menu.Digits", "x")
	require.NoError(t, w.Bind(&dst))
	assert.Equal(t, form{base: base{"t"}, Menu: menu{"1"}}, dst)

	require.NoError(t, params("queue", "q", "Next.digits", "2", "CallSid", "c").Bind(&dst))
	assert.Equal(t, form{base: base{"t"}, Extra: &Extra{"q"}, Menu: menu{"1"}, Next: &menu{"2"}, CallSid: "c"}, dst)
	assert.Empty(t, dst.private)
	assert.Nil(t, dst.secret.Extra)

	// A struct whose UnmarshalText has a value receiver, here from a nil
	// pointer, is bound like any other struct.
	var at struct{ At struct{ *time.Time } }
	require.NoError(t, params("At", "x", "At.Time", "2024-02-29T12:00:00Z").Bind(&at))
	assert.Equal(t, 2024, at.At.Year())
}

// TestBindDeep binds deeply nested fields in a struct that already exists, and
// fields whose names differ only in case.
func TestBindDeep(t *testing.T) {
	type leaf struct{ D, E, F, f int }
	var dst struct{ A struct{ B struct{ C *leaf } } }
	kept := &leaf{F: 3}
	dst.A.B.C = kept
	require.NoError(t, params("A.B.C.D", "1", "A.B.C.E", "2", "A.B.C.f", "x").Bind(&dst))
	assert.Same(t, kept, dst.A.B.C)
	assert.Equal(t, leaf{1, 2, 3, 0}, *kept)

	var cased struct{ CallSid, Callsid string }
	require.NoError(t, params("CallSid", "1", "Callsid", "2").Bind(&cased))
	assert.Equal(t, struct{ CallSid, Callsid string }{"1", "2"}, cased)
}

func TestBindRequired(t *testing.T) {
	type form struct {
		ID   string    `schema:"id,required"`
		Size int16     `schema:"size,required"`
		List []int     `schema:"list,required"`
		Sub  *struct { // a required field of a nil struct
			Time time.Time `schema:"t,required"`
		} `schema:"sub"`
		Idle string `schema:"idle"`
	}
	var dst form
	err := params("idle", "x", "id", "", "size", "").Bind(&dst) // idle begins with id
	require.EqualError(t, err, "voxhook: parameter id is missing\nvoxhook: parameter list is missing\nvoxhook: parameter size is missing\nvoxhook: parameter sub.t is missing")
	require.ErrorIs(t, err, voxhook.ErrMissing)
	var param *voxhook.ParamError
	require.ErrorAs(t, err, &param)
	assert.Equal(t, "id", param.Param)
	assert.Equal(t, "x", dst.Idle)
	require.NoError(t, params("id", "1", "size", "0", "list", "1", "sub.t", "2024-02-29T12:00:00Z").Bind(&dst))
}

func TestBindErrorsHoldNoValue(t *testing.T) {
	var dst struct {
		A int
		B time.Time
		C colour
		D []bool
		E voxhook.Vars
		F string
	}
	dst.A = 7
	err := params("E", "SECRET", "D", "SECRET,SECRET", "C", "SECRET", "B", "SECRET", "A", "SECRET", "F", "ok").Bind(&dst)
	require.EqualError(t, err, `voxhook: parameter A cannot be converted to int
voxhook: parameter B cannot be converted to time.Time
voxhook: parameter C cannot be converted to voxhook_test.colour
voxhook: parameter D cannot be converted to []bool
voxhook: parameter E cannot be converted to voxhook.Vars`)
	require.ErrorIs(t, err, errColour)
	for _, format := range []string{"%v", "%s", "%q"} {
		assert.NotContains(t, fmt.Sprintf(format, err), "SECRET")
	}
	assert.Equal(t, 7, dst.A)
	assert.Equal(t, "ok", dst.F)
}

// TestBindTraps binds parameters on which gorilla/schema 1.4.1 panics,
// allocates 263 MB, overflows the stack, or returns a different result each
// time.
func TestBindTraps(t *testing.T) {
	type item struct{ X string }
	type form struct {
		List    []string
		Item    item
		CallSid string
	}
	for range 100 {
		var dst form
		w := params("List.-1.X", "a", "List.100000.X", "a", "List.0", "a", "Item.0.X", "a", "CALLSID", "x", "CallSid", "a", "callsid", "b",
			strings.Repeat("Item.", 92_000), "a", "F0_", "a", "F1_.0", "a", ".", "a", "", "a")
		require.NoError(t, w.Bind(&dst))
		require.Equal(t, form{CallSid: "a"}, dst)
	}
	var own struct {
		A struct{ X *struct{ Y string } }
		inner
	}
	require.NoError(t, params("Y", "1").Bind(&own), "an unexported embedded struct with a nil pointer")
}

type inner struct {
	deep struct{ *Extra } //lint:ignore U1000 Bind must not descend into it
}

type (
	Node    struct{ Next *Node }
	Tree    struct{ Kids []Tree }
	Ring    struct{ *Ring }
	Left    struct{ Right *Right }
	Right   struct{ Left []*Left }
	City    struct{ Name string }
	Town    struct{ Name string }
	deepest struct {
		F struct {
			G struct{ H struct{ I string } }
		}
	}
	Deep struct {
		A struct {
			B struct {
				C struct{ D struct{ E deepest } }
			}
		}
	}
	deepEmbedded struct {
		A struct {
			B struct {
				C struct {
					D struct {
						E struct {
							F struct{ G struct{ H struct{ City } } }
						}
					}
				}
			}
		}
	}
	byValue map[string]string
)

func (byValue) UnmarshalText([]byte) error { return nil }

func TestBindRefuses(t *testing.T) {
	const not = " is not a pointer to a struct, or is nil"
	for _, c := range []struct {
		dst  any
		want string
	}{
		{nil, "<nil>" + not},
		{struct{}{}, "struct {}" + not},
		{(*City)(nil), "*voxhook_test.City" + not},
		{new(int), "*int" + not},
		{new(*City), "**voxhook_test.City" + not},
		{new(Node), "field Next has type voxhook_test.Node, which contains itself"},
		{new(Tree), "field Kids has type voxhook_test.Tree, which contains itself"},
		{new(Ring), "field Ring has type voxhook_test.Ring, which contains itself"},
		{new(Left), "field Right.Left has type voxhook_test.Left, which contains itself"},
		{new(Deep), "field A.B.C.D.E.F.G.H.I has a name of more than 8 segments"},
		{new(deepEmbedded), "field A.B.C.D.E.F.G.H.City.Name has a name of more than 8 segments"},
		{new(struct{ Menu struct{ Items []City } }), "field Menu.Items is a slice of structs, which cannot be bound"},
		{new(struct{ Items []*City }), "field Items is a slice of structs, which cannot be bound"},
		{field(map[string]int(nil), "m"), "field V has type map[string]int, which cannot be bound"},
		{field((chan int)(nil), "m"), "field V has type chan int, which cannot be bound"},
		{field((func())(nil), "m"), "field V has type func(), which cannot be bound"},
		{new(struct {
			M any `schema:"m"`
		}), "field M has type interface {}, which cannot be bound"},
		{field(byValue(nil), "m"), "field V has type voxhook_test.byValue, which cannot be bound"},
		{field([2]string{}, "m"), "field V has type [2]string, which cannot be bound"},
		{field((**int)(nil), "m"), "field V has type **int, which cannot be bound"},
		{field((*[]int)(nil), "m"), "field V has type *[]int, which cannot be bound"},
		{field("", "menu.digits"), "field V has a dot in its tag; nest a struct instead"},
		{field("", "a,default:x"), "field V has the option default, which is not supported; set the field before Bind"},
		{field(localTime{}, "t"), "field V has type voxhook_test.localTime, which has no field that can be bound"},
		{field([]time.Time(nil), ""), "field V is a slice of structs, which cannot be bound"},
		{field(City{}, "a,required"), "field V is a struct, which cannot be required; make its fields required instead"},
		{new(struct {
			A string `schema:"x"`
			B string `schema:"x"`
		}), "field B has the parameter name x, which field A already has"},
		{new(struct{ *base }), "field base is an embedded pointer to an unexported type, which cannot be set"},
		{new(struct {
			City
			Name string `schema:"other"`
		}), "field City.Name is hidden by another field of the same name"},
		{new(struct {
			City
			Town
		}), "field City.Name is hidden by another field of the same name"},
	} {
		t.Run(fmt.Sprintf("%T", c.dst), func(t *testing.T) {
			err := params("x", "1").Bind(c.dst)
			require.EqualError(t, err, "voxhook: Bind: "+c.want)
			var param *voxhook.ParamError
			assert.False(t, errors.As(err, &param))
		})
	}
}

func TestBindConcurrently(t *testing.T) {
	w := params("V", "1", "CallSid", "c", "a.b", "2")
	var wg sync.WaitGroup
	for _, dst := range []any{new(voxhook.IncomingCall), new(voxhook.PayResult), new(struct{ V []int }), new(struct{ V *status })} {
		wg.Go(func() {
			for range 50 {
				assert.NoError(t, w.Bind(dst))
			}
		})
	}
	wg.Wait()
}

func FuzzBind(f *testing.F) {
	type form struct {
		S    string              `schema:"s"`
		I    int                 `schema:"i"`
		P    *bool               `schema:"p"`
		D    time.Duration       `schema:"d"`
		T    time.Time           `schema:"t"`
		L    []int8              `schema:"l"`
		V    voxhook.Vars        `schema:"v"`
		A    netip.Addr          `schema:"a"`
		F    []float32           `schema:"f"`
		Menu *struct{ D string } `schema:"menu"`
	}
	for _, seed := range [][2]string{
		{"s", "x"}, {"i", "1"}, {"p", "true"}, {"d", "5"}, {"t", "2024-02-29T12:00:00Z"}, {"l", "1,2,,"}, {"l", ","},
		{"v", `{"a":"b"}`}, {"a", "::1%eth0"}, {"f", "1e39,NaN"}, {"menu.D", "1"}, {"S", "x"}, {"F0_", "x"}, {"menu.-1.D", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		var one, two, mixed form
		err := params(name, value).Bind(&one)
		again := params(name, value).Bind(&two)
		require.Equal(t, one, two)
		require.Equal(t, fmt.Sprint(err), fmt.Sprint(again))
		require.Equal(t, fmt.Sprint(err), fmt.Sprint(params("z", "z", name, value).Bind(&mixed)))
		require.Equal(t, one, mixed)

		known := name == "menu.D"
		for i, v := 0, reflect.ValueOf(one); i < v.NumField(); i++ {
			tag := v.Type().Field(i).Tag.Get("schema")
			known = known || name == tag
			require.True(t, v.Field(i).IsZero() || name == tag || tag == "menu" && name == "menu.D", "%q sets %s", name, tag)
		}
		if err != nil {
			var param *voxhook.ParamError
			require.ErrorAs(t, err, &param)
			require.True(t, known && param.Param == name && value != "")
			require.Zero(t, one)
		}
	})
}

func ExampleVoiceWebhook_Bind() {
	// The voice URL is https://example.com/voice?tenant=acme&limit=30.
	w := &voxhook.VoiceWebhook{Params: voxhook.Params{
		{Name: "CallSid", Value: "CA1"}, {Name: "tenant", Value: "acme"}, {Name: "limit", Value: "30"},
	}}
	var own struct {
		Tenant string        `schema:"tenant,required"`
		Limit  time.Duration `schema:"limit"`
	}
	if err := w.Bind(&own); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(own.Tenant, own.Limit)
	// Output: acme 30s
}

func ExampleVars_Bind() {
	vars := voxhook.Vars{"menu.digits": "2", "tries": "3"}
	var result struct {
		Menu struct {
			Digits string `schema:"digits"`
		} `schema:"menu"`
		Tries int `schema:"tries"`
	}
	if err := vars.Bind(&result); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Menu.Digits, result.Tries)
	// Output: 2 3
}

type hex uint8

func (h hex) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%02x", uint8(h)), nil }

func (h *hex) UnmarshalText(text []byte) error {
	_, err := fmt.Sscanf(string(text), "%02x", (*uint8)(h))
	return err
}

type state struct {
	Tries   int           `schema:"tries"`
	Name    string        `schema:"name"`
	Waited  time.Duration `schema:"waited"`
	Since   time.Time     `schema:"since"`
	Score   float64       `schema:"score"`
	Spanish bool          `schema:"es"`
	Level   *level        `schema:"level"`
	Codes   []int         `schema:"codes"`
	Colour  hex           `schema:"colour"`
	Menu    struct {
		Last string `schema:"last"`
	} `schema:"menu"`
	Secret string `schema:"-"`
	hidden int
}

// TestSetVars checks that Bind reads back everything that SetVars stores, and
// that a cleared field does not keep its old value.
func TestSetVars(t *testing.T) {
	full := state{
		Tries: -2, Name: "a b", Waited: 1500 * time.Millisecond, Since: time.Date(2024, 2, 29, 12, 0, 0, 5, time.UTC),
		Score: 0.1, Spanish: true, Level: ptr(level(3)), Codes: []int{1, 2}, Colour: 255, hidden: 1,
	}
	full.Menu.Last = "1"
	for _, want := range []state{full, {}} {
		doc, err := voxhook.SetVars(&want)
		require.NoError(t, err)
		byValue, err := voxhook.SetVars(want)
		require.NoError(t, err)
		assert.Equal(t, doc, byValue)
		vars := voxhook.Vars{"name": "old", "menu.last": "old", "since": "old", "codes": "7", "level": "9"}
		for _, verb := range doc {
			switch v := verb.(type) {
			case voxml.Set:
				vars[v.Output] = v.Value
			case voxml.Unset:
				delete(vars, v.Output)
			}
		}
		_, err = doc.AppendXML(nil)
		require.NoError(t, err)
		var got state
		require.NoError(t, voxhook.Vars(nil).Bind(&got))
		require.Zero(t, got)
		require.NoError(t, vars.Bind(&got))
		want.hidden = 0
		assert.Equal(t, want, got)
	}
	err := voxhook.Vars{"menu.last": "1", "tries": "high"}.Bind(new(state))
	assert.EqualError(t, err, "voxhook: parameter Vars.tries cannot be converted to int")
}

// A loud has MarshalText but not UnmarshalText.
type loud int

func (loud) MarshalText() ([]byte, error) { return []byte("high"), nil }

func TestSetVarsOrder(t *testing.T) {
	type inner struct{ B, A string }
	doc, err := voxhook.SetVars(struct {
		Z int
		inner
		Y *inner
	}{Z: 1, inner: inner{A: "x"}})
	require.NoError(t, err)
	doc2, err := voxhook.SetVars(struct {
		Loud  loud
		Small float32
		At    time.Time
		Never time.Time
		Vars  voxhook.Vars
	}{2, 0.1, time.Date(2024, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600)), time.Time{}, nil})
	require.NoError(t, err)
	assert.Equal(t, `<Response><Set output="Loud">2</Set><Set output="Small">0.1</Set><Set output="At">2024-01-01T00:00:00Z</Set>`+
		`<Unset output="Never"/><Unset output="Vars"/></Response>`, doc2.String())
	assert.Equal(t, `<Response><Set output="Z">1</Set><Unset output="B"/><Set output="A">x</Set>`+
		`<Unset output="Y.B"/><Unset output="Y.A"/></Response>`, doc.String())
}

func TestSetVarsFails(t *testing.T) {
	for _, tt := range []struct {
		src  any
		want string
	}{
		{nil, "<nil> is not a struct or a pointer to one, or is nil"},
		{1, "int is not a struct or a pointer to one, or is nil"},
		{(*state)(nil), "*voxhook_test.state is not a struct or a pointer to one, or is nil"},
		{struct{ D time.Duration }{-1}, "field D is a negative time.Duration, which cannot be stored"},
		{struct{ F float64 }{math.Inf(1)}, "field F is a float that is not finite"},
		{struct{ C colour }{}, "field C has type voxhook_test.colour, which has an UnmarshalText but no MarshalText method"},
		{struct{ S []string }{[]string{"a"}}, "field S has type []string, which cannot be stored in one variable"},
		{struct{ P []*int }{[]*int{nil}}, "field P has a nil element, which cannot be stored"},
		{struct{ A, B []struct{} }{}, "field A is a slice of structs, which cannot be bound"},
		{struct{ T time.Time }{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, "field T is outside the years 1 to 9999"},
		{struct{ A netip.Addr }{netip.IPv6Loopback()}, ""},
		{struct{ N big.Int }{}, ""},
		{&struct{ N *big.Int }{big.NewInt(7)}, ""},
	} {
		_, err := voxhook.SetVars(tt.src)
		if tt.want == "" {
			require.NoError(t, err)
			continue
		}
		assert.EqualError(t, err, "voxhook: SetVars: "+tt.want)
	}
}
