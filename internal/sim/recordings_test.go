package sim_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// The URL in a webhook leads to a recording of the right length.
func TestRecordings(t *testing.T) {
	server := httptest.NewServer(sim.Recordings())
	defer server.Close()
	for _, tt := range []struct {
		doc, script       string
		channels, seconds int
	}{
		{`<Record action="/a"/>`, "speak 3s", 1, 3},
		{`<Record action="/a"/>`, "silence", 1, 0},
		{`<Dial action="/a" record="record-from-answer-dual">+1402</Dial>`, "answer; talk 1500ms", 2, 2},
	} {
		for _, base := range []string{server.URL, server.URL + "/"} {
			c := begin(t, app{"/": tt.doc}, func(cfg *sim.Config) { cfg.RecordingsURL = base })
			play(t, c, tt.script)
			resp, err := http.Get(sent("/a", "RecordingUrl")(c))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, http.StatusOK, resp.StatusCode)
			require.Equal(t, "audio/wav", resp.Header.Get("Content-Type"))
			require.EqualValues(t, len(body), resp.ContentLength)

			size, channels := uint32(8000*tt.channels*tt.seconds), uint16(tt.channels)
			want := []byte("RIFF")
			want = binary.LittleEndian.AppendUint32(want, 36+size)
			want = append(want, "WAVEfmt \x10\x00\x00\x00\x01\x00"...) // 16 bytes of PCM format
			want = binary.LittleEndian.AppendUint16(want, channels)
			want = binary.LittleEndian.AppendUint32(want, 8000)
			want = binary.LittleEndian.AppendUint32(want, 8000*uint32(channels))
			want = binary.LittleEndian.AppendUint16(want, channels)
			want = append(want, "\x08\x00data"...)
			want = binary.LittleEndian.AppendUint32(want, size)
			require.Equal(t, append(want, bytes.Repeat([]byte{0x80}, int(size))...), body)
		}
	}
}

func TestRecordingsRefuse(t *testing.T) {
	for request, status := range map[string]int{
		"HEAD seconds=3&channels=1":                  200,
		"HEAD seconds=172800&channels=2":             200,
		"POST seconds=3&channels=1":                  405,
		"GET ":                                       404,
		"GET seconds=3":                              404,
		"GET seconds=x&channels=1":                   404,
		"GET seconds=-1&channels=1":                  404,
		"GET seconds=172801&channels=1":              404,
		"GET seconds=9223372036854775807&channels=1": 404,
		"GET seconds=3&channels=0":                   404,
		"GET seconds=3&channels=3":                   404,
	} {
		method, query, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		sim.Recordings().ServeHTTP(w, httptest.NewRequest(method, "/r.wav?"+query, nil))
		require.Equal(t, status, w.Code, request)
		if status == http.StatusOK {
			require.Zero(t, w.Body.Len())
			require.NotEmpty(t, w.Header().Get("Content-Length"))
		}
	}
}
