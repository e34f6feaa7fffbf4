package sim

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Recordings returns a handler that serves the recordings of simulated calls
// under the URLs in their webhooks: silence of the right length, as WAV files.
// Each URL contains the length, so one handler serves the recordings of all
// calls.
func Recordings() http.Handler { return http.HandlerFunc(serveRecording) }

// RecordingURL returns the URL of a recording if [Recordings] is served at
// base. If base is empty, the URL has a host that does not exist.
func RecordingURL(base, sid string, length time.Duration, channels int) string {
	query := url.Values{
		"seconds":  {strconv.Itoa(int(length / time.Second))},
		"channels": {strconv.Itoa(channels)},
	}
	base = strings.TrimSuffix(cmp.Or(base, "https://"+recordingsHost), "/")
	return base + "/" + url.PathEscape(sid) + ".wav?" + query.Encode()
}

// sampleRate is the rate of telephone audio. A sample is one byte; silence is
// 0x80.
const sampleRate = 8000

func serveRecording(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	length, err := strconv.Atoi(r.FormValue("seconds"))
	channels, err2 := strconv.Atoi(r.FormValue("channels"))
	if err != nil || err2 != nil || length < 0 || time.Duration(length) > 48*time.Hour/time.Second || channels < 1 || channels > 2 {
		http.NotFound(w, r)
		return
	}
	size := int64(length) * int64(channels) * sampleRate
	header := wavHeader(channels, uint32(size))
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Content-Length", strconv.FormatInt(int64(len(header))+size, 10))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(header) // an error means that the client is gone
	_, _ = io.CopyN(w, silence{}, size)
}

// silence reads endless silence.
type silence struct{}

func (silence) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x80
	}
	return len(p), nil
}

// wavHeader returns the header of a WAV file with size bytes of samples.
func wavHeader(channels int, size uint32) []byte {
	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a Buffer never fails
	b.WriteString("RIFF")
	put(36 + size)
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put(uint16(1)) // PCM
	put(uint16(channels))
	put(uint32(sampleRate))
	put(uint32(sampleRate * channels))
	put(uint16(channels))
	put(uint16(8))
	b.WriteString("data")
	put(size)
	return b.Bytes()
}
