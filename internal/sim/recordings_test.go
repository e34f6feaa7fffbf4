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

// The URL in a webhook leads to the recording, of its length.
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

			size := 8000 * tt.channels * tt.seconds
			require.Len(t, body, 44+size)
			require.Equal(t, "RIFF", string(body[:4]))
			require.EqualValues(t, 36+size, binary.LittleEndian.Uint32(body[4:]))
			require.Equal(t, "WAVEfmt ", string(body[8:16]))
			require.EqualValues(t, tt.channels, binary.LittleEndian.Uint16(body[22:]))
			require.EqualValues(t, 8000, binary.LittleEndian.Uint32(body[24:]))
			require.EqualValues(t, 8000*tt.channels, binary.LittleEndian.Uint32(body[28:]))
			require.EqualValues(t, tt.channels, binary.LittleEndian.Uint16(body[32:]))
			require.EqualValues(t, 8, binary.LittleEndian.Uint16(body[34:]))
			require.EqualValues(t, size, binary.LittleEndian.Uint32(body[40:]))
			require.Equal(t, size, bytes.Count(body[44:], []byte{0x80}))
		}
	}
	c := begin(t, app{"/": `<Record action="/a"/>`})
	play(t, c, "speak 3s")
	require.True(t, strings.HasPrefix(sent("/a", "RecordingUrl")(c), "https://recordings.example.com/"))
}

func TestRecordingsRefuse(t *testing.T) {
	for _, tt := range []struct {
		method, query string
		status        int
	}{
		{"HEAD", "seconds=3&channels=1", 200},
		{"HEAD", "seconds=172800&channels=2", 200},
		{"POST", "seconds=3&channels=1", 405},
		{"GET", "", 404},
		{"GET", "seconds=3", 404},
		{"GET", "seconds=x&channels=1", 404},
		{"GET", "seconds=-1&channels=1", 404},
		{"GET", "seconds=172801&channels=1", 404},
		{"GET", "seconds=9223372036854775807&channels=1", 404},
		{"GET", "seconds=3&channels=0", 404},
		{"GET", "seconds=3&channels=3", 404},
	} {
		w := httptest.NewRecorder()
		sim.Recordings().ServeHTTP(w, httptest.NewRequest(tt.method, "/r.wav?"+tt.query, nil))
		require.Equal(t, tt.status, w.Code, tt.query)
		if tt.method == http.MethodHead {
			require.Zero(t, w.Body.Len())
			require.NotEmpty(t, w.Header().Get("Content-Length"))
		}
	}
}
