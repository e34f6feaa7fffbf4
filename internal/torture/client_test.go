package torture

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// secrets holds parts of requests that no refusal, error or log may repeat.
var secrets = []string{"4111111111111111", "14025559999"}

const (
	// formType is the header line of a form.
	formType = "Content-Type: application/x-www-form-urlencoded\r\n"

	// ringing is the form of an incoming call, with secrets.
	ringing = "CallSid=1&CallStatus=ringing&From=%2B14025559999&Card=4111111111111111"
)

// call returns ringing with another CallSid.
func call(sid string) string { return strings.Replace(ringing, "=1", "="+sid, 1) }

// post returns a request with a form in its body.
func post(body string) string { return request("POST /voice", formType, body) }

// request returns a request. The argument line has the method and the target,
// and headers has whole header lines.
func request(line, headers, body string) string {
	if body != "" || strings.HasPrefix(line, "POST") {
		headers += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
	}
	return line + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body
}

// A client is a client with one connection.
type client struct {
	*net.TCPConn
	r *bufio.Reader
}

// dial connects a client.
func (s *server) dial(t *testing.T) *client {
	t.Helper()
	s.update(func() { s.dialed++ })
	conn, err := net.DialTimeout("tcp", s.addr, patience)
	require.NoError(t, err)
	c := &client{conn.(*net.TCPConn), bufio.NewReader(conn)}
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	return c
}

// send writes the pieces, each in its own segment. The server may close the
// connection meanwhile.
func (c *client) send(pieces ...string) error {
	for _, piece := range pieces {
		if _, err := io.WriteString(c, piece); err != nil {
			return err
		}
	}
	return nil
}

// An answer is a complete response.
type answer struct {
	status int
	header http.Header
	body   string
}

// read reads the answer to a request with the given method.
func (c *client) read(method string) (answer, error) {
	resp, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		return answer{}, fmt.Errorf("no answer: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(body)}, err
}

// good sends a valid request and checks that greet answers it.
func (c *client) good(t *testing.T) {
	t.Helper()
	require.NoError(t, c.send(post(call("1"))))
	got, err := c.read("POST")
	require.NoError(t, err)
	got.check(t, "POST", 200)
	assert.Equal(t, greeting("1"), got.body)
}

// ended checks that the server has closed the connection and sent nothing
// more.
func (c *client) ended(t *testing.T) {
	t.Helper()
	rest, err := io.ReadAll(c.r)
	assert.Empty(t, string(rest), "the server sent more than expected")
	assert.False(t, errors.Is(err, os.ErrDeadlineExceeded), "the connection is still open")
}

// isDocument reports whether the answer is a document.
func (a answer) isDocument() bool { return a.header.Get("Content-Type") == "application/xml" }

// isRefusal reports whether the answer is an error status from the Handler, not
// from net/http.
func (a answer) isRefusal() bool { return a.header.Get("X-Content-Type-Options") != "" }

// check checks the properties of every answer to a request with the given
// method, and its status unless status is 0.
func (a answer) check(t *testing.T, method string, status int) {
	t.Helper()
	if status != 0 {
		assert.Equal(t, status, a.status, "status")
	}
	noSecret(t, fmt.Sprint(a.header))
	switch {
	case a.isDocument():
		assert.Equal(t, 200, a.status, "status of a document")
		_, err := voxml.Parse(strings.NewReader(a.body))
		assert.NoError(t, err)
		assert.Equal(t, strconv.Itoa(len(a.body)), a.header.Get("Content-Length"))
	case a.status < 300:
		assert.Empty(t, a.body, "a successful answer must be a document or empty")
	case a.isRefusal():
		text := http.StatusText(a.status) + "\n"
		if method == "HEAD" {
			text = ""
		}
		assert.Equal(t, text, a.body)
		assert.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
		assert.Equal(t, "text/plain; charset=utf-8", a.header.Get("Content-Type"))
		if a.status == http.StatusMethodNotAllowed {
			assert.Equal(t, "GET, POST", a.header.Get("Allow"))
		}
	default:
		noSecret(t, a.body)
	}
}

func noSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range secrets {
		if i := strings.Index(text, secret); i >= 0 {
			assert.Fail(t, "the text contains a secret", "%q", text[max(0, i-300):min(len(text), i+100)])
		}
	}
}
