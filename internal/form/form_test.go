package form_test

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/form"
)

type pair struct{ Name, Value string }

func parse(text string) ([]pair, error) {
	return form.Append([]pair(nil), []byte(text), form.Limits{})
}

func TestAppend(t *testing.T) {
	for text, want := range map[string][]pair{
		"":              {},
		"&&":            {},
		"a":             {{"a", ""}},
		"a=":            {{"a", ""}},
		"=a":            {{"", "a"}},
		"=":             {{"", ""}},
		"a=b=c":         {{"a", "b=c"}},
		"&a=1&&b=2&":    {{"a", "1"}, {"b", "2"}},
		"b=2&a=1&b=3":   {{"b", "2"}, {"a", "1"}, {"b", "3"}},
		"f=%2B14&t=+14": {{"f", "+14"}, {"t", " 14"}},
		"Speech+Result=caf%C3%A9+%e2%82%ac%26%3D%3b": {{"Speech Result", "café €&=;"}},
		"a=\x00\xff%ff": {{"a", "\x00\xff\xff"}},
	} {
		got, err := parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestAppendRefuses(t *testing.T) {
	for text, offset := range map[string]int{
		"a=1&b=%zz": 6, "a=1&b=x%": 7, "a=1&b=%4": 6, "a=1&%g0=2": 4, "%41%2=x": 3, "a=1&b=%%41": 6, "a=1;b=2": 3, "a=1&;": 4,
	} {
		before := []pair{{"x", "y"}}
		got, err := form.Append(before, []byte(text), form.Limits{})
		var syntax *form.SyntaxError
		require.ErrorAs(t, err, &syntax, text)
		assert.Equal(t, offset, syntax.Offset, text)
		assert.Equal(t, strings.Contains(text, ";"), errors.Is(err, form.ErrSemicolon), text)
		assert.Equal(t, strings.Contains(text, "%"), errors.Is(err, form.ErrEscape), text)
		assert.Equal(t, before, got, "Append must not return a partial result")
		assert.NotContains(t, err.Error(), text)
	}
}

func TestAppendLimits(t *testing.T) {
	many := strings.Repeat("a=1&", form.DefaultPairs)
	long := "a=" + strings.Repeat("x", form.DefaultBytes-2)
	for _, tt := range []struct {
		text   string
		before int
		limits form.Limits
		want   error
	}{
		{many, 0, form.Limits{}, nil},
		{many + "b", 0, form.Limits{}, form.ErrPairs},
		{many, 1, form.Limits{}, form.ErrPairs}, // pairs already in dst count
		{strings.Repeat("&", 2*form.DefaultPairs), 0, form.Limits{}, nil},
		{long, 0, form.Limits{}, nil},
		{long + "x", 0, form.Limits{}, form.ErrBytes},
		{"a&b&c", 0, form.Limits{Bytes: 5, Pairs: 3}, nil},
		{"a&b&c", 0, form.Limits{Bytes: 5, Pairs: 2}, form.ErrPairs},
		{"a&b&c", 0, form.Limits{Bytes: 4, Pairs: 3}, form.ErrBytes},
		{many, 0, form.Limits{Bytes: -1, Pairs: -1}, nil},
	} {
		got, err := form.Append(make([]pair, tt.before), []byte(tt.text), tt.limits)
		require.ErrorIs(t, err, tt.want)
		if err != nil {
			assert.Len(t, got, tt.before)
		}
	}
}

func TestRead(t *testing.T) {
	broken := errors.New("connection lost")
	for _, tt := range []struct {
		text  string
		then  error
		size  int64
		limit int64
		want  error
	}{
		{"a=1", io.EOF, 3, 0, nil},
		{"a=1&b=2", io.EOF, -1, 0, nil},
		{"", io.EOF, 0, 0, nil},
		{strings.Repeat("x", 5000), io.EOF, -1, 0, nil},
		{"abc", io.EOF, -1, 3, nil},
		{"", errors.New("must not be read"), 4, 3, form.ErrBytes},
		{"abcd", io.EOF, -1, 3, form.ErrBytes},
		{"abcd", io.EOF, 1, 3, form.ErrBytes},
		{"a", broken, -1, 0, broken},
	} {
		for _, wrap := range []func(io.Reader) io.Reader{iotest.HalfReader, iotest.OneByteReader, iotest.DataErrReader} {
			body := wrap(io.MultiReader(strings.NewReader(tt.text), iotest.ErrReader(tt.then)))
			got, err := form.Read(body, tt.size, form.Limits{Bytes: tt.limit})
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.want == nil, string(got) == tt.text && err == nil)
		}
	}
}

// FuzzAppend compares Append with url.ParseQuery. Both must return the same
// values, or both must fail.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{
		"", "&", "=", "a", "a=b", "a=b&a=c", "a=%41", "a=%4", "%=1", "a;b", "a=+%2B+", "a==b", "%e4%f6=\xff", "a=%C3%A9&=&==",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, wantErr := url.ParseQuery(text)
		got, err := parse(text)
		if errors.Is(err, form.ErrBytes) || errors.Is(err, form.ErrPairs) {
			t.Skip("over the limits")
		}
		if wantErr != nil {
			require.Error(t, err)
			require.Empty(t, got)
			return
		}
		require.NoError(t, err)
		values := url.Values{}
		for _, p := range got {
			values.Add(p.Name, p.Value)
		}
		require.Equal(t, want, values)
	})
}

// BenchmarkAppend compares parsing a text in place with parsing a copy.
func BenchmarkAppend(b *testing.B) {
	text := []byte("CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&From=%2B14025550100&To=%2B14025550199&CallerName=JANE+DOE&FromCity=OMAHA")
	body := make([]byte, len(text))
	pairs := make([]pair, 0, 8)
	for name, own := range map[string]func() []byte{
		"in place": func() []byte { return body }, "copied": func() []byte { return bytes.Clone(body) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				copy(body, text) // the pairs of the last round are no longer used
				if got, err := form.Append(pairs[:0], own(), form.Limits{}); err != nil || len(got) != 5 {
					b.Fatal(got, err)
				}
			}
		})
	}
}
