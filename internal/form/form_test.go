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
	tests := []struct {
		text string
		want []pair
	}{
		{"", []pair{}},
		{"&&", []pair{}},
		{"a", []pair{{"a", ""}}},
		{"a=", []pair{{"a", ""}}},
		{"=a", []pair{{"", "a"}}},
		{"=", []pair{{"", ""}}},
		{"a=b=c", []pair{{"a", "b=c"}}},
		{"&a=1&&b=2&", []pair{{"a", "1"}, {"b", "2"}}},
		{"b=2&a=1&b=3", []pair{{"b", "2"}, {"a", "1"}, {"b", "3"}}},
		{"From=%2B14025550100&To=+14025550199", []pair{{"From", "+14025550100"}, {"To", " 14025550199"}}},
		{"Speech+Result=caf%C3%A9+%e2%82%ac%26%3D%3b", []pair{{"Speech Result", "café €&=;"}}},
		{"a=\x00\xff%ff", []pair{{"a", "\x00\xff\xff"}}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := parse(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestAppendRefuses(t *testing.T) {
	tests := []struct {
		text   string
		want   error
		offset int
	}{
		{"a=1&b=%zz", form.ErrEscape, 6},
		{"a=1&b=x%", form.ErrEscape, 7},
		{"a=1&b=%4", form.ErrEscape, 6},
		{"a=1&%g0=2", form.ErrEscape, 4},
		{"%41%2=x", form.ErrEscape, 3},
		{"a=1&b=%%41", form.ErrEscape, 6},
		{"a=1;b=2", form.ErrSemicolon, 3},
		{"a=1&;", form.ErrSemicolon, 4},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			before := []pair{{"x", "y"}}
			got, err := form.Append(before, []byte(tt.text), form.Limits{})
			require.ErrorIs(t, err, tt.want)
			var syntax *form.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, tt.offset, syntax.Offset)
			assert.Equal(t, before, got, "no partial result")
			assert.NotContains(t, err.Error(), tt.text)
		})
	}
}

func TestAppendLimits(t *testing.T) {
	many := strings.Repeat("a=1&", form.DefaultPairs)
	long := "a=" + strings.Repeat("x", form.DefaultBytes-2)
	tests := []struct {
		name   string
		text   string
		before int
		limits form.Limits
		want   error
	}{
		{"default pairs", many, 0, form.Limits{}, nil},
		{"one pair more", many + "b", 0, form.Limits{}, form.ErrPairs},
		{"what is there counts", many, 1, form.Limits{}, form.ErrPairs},
		{"only separators", strings.Repeat("&", 2*form.DefaultPairs), 0, form.Limits{}, nil},
		{"default bytes", long, 0, form.Limits{}, nil},
		{"one byte more", long + "x", 0, form.Limits{}, form.ErrBytes},
		{"limits of one's own", "a&b&c", 0, form.Limits{Bytes: 5, Pairs: 3}, nil},
		{"pairs of one's own", "a&b&c", 0, form.Limits{Bytes: 5, Pairs: 2}, form.ErrPairs},
		{"bytes of one's own", "a&b&c", 0, form.Limits{Bytes: 4, Pairs: 3}, form.ErrBytes},
		{"negative is the default", many, 0, form.Limits{Bytes: -1, Pairs: -1}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := make([]pair, tt.before)
			got, err := form.Append(before, []byte(tt.text), tt.limits)
			require.ErrorIs(t, err, tt.want)
			if err != nil {
				assert.Len(t, got, tt.before)
			}
		})
	}
}

func TestRead(t *testing.T) {
	broken := errors.New("connection lost")
	tests := []struct {
		name  string
		body  io.Reader
		size  int64
		limit int64
		want  string
		err   error
	}{
		{"size known", strings.NewReader("a=1"), 3, 0, "a=1", nil},
		{"size unknown", strings.NewReader("a=1"), -1, 0, "a=1", nil},
		{"byte by byte", iotest.OneByteReader(strings.NewReader("a=1&b=2")), -1, 0, "a=1&b=2", nil},
		{"end with the data", iotest.DataErrReader(strings.NewReader("a=1")), 3, 0, "a=1", nil},
		{"empty", strings.NewReader(""), 0, 0, "", nil},
		{"long", strings.NewReader(strings.Repeat("x", 5000)), -1, 0, strings.Repeat("x", 5000), nil},
		{"at the limit", strings.NewReader("abc"), -1, 3, "abc", nil},
		{"size over the limit", iotest.ErrReader(errors.New("must not be read")), 4, 3, "", form.ErrBytes},
		{"over the limit", strings.NewReader("abcd"), -1, 3, "", form.ErrBytes},
		{"longer than it says", strings.NewReader("abcd"), 1, 3, "", form.ErrBytes},
		{"broken", io.MultiReader(strings.NewReader("a"), iotest.ErrReader(broken)), -1, 0, "", broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := form.Read(tt.body, tt.size, form.Limits{Bytes: tt.limit})
			require.ErrorIs(t, err, tt.err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

// FuzzAppend holds Append to url.ParseQuery: the same values for what that
// accepts, an error for what it rejects.
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

// BenchmarkAppend compares taking the text over with leaving it as it is.
func BenchmarkAppend(b *testing.B) {
	text := []byte("CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&From=%2B14025550100&To=%2B14025550199&CallerName=JANE+DOE&FromCity=OMAHA")
	body := make([]byte, len(text))
	pairs := make([]pair, 0, 8)
	for _, bench := range []struct {
		name string
		text func() []byte
	}{
		{"taken over", func() []byte { return body }},
		{"copied", func() []byte { return bytes.Clone(body) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				copy(body, text) // nobody looks at the pairs of the last round any more
				var err error
				if pairs, err = form.Append(pairs[:0], bench.text(), form.Limits{}); err != nil || len(pairs) != 5 {
					b.Fatal(pairs, err)
				}
			}
		})
	}
}
