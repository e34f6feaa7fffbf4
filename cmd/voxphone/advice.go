package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// advice says what to do about an app that failed, or returns "". The app had
// timeout to answer.
func advice(c *sim.Call, timeout time.Duration) string {
	if c.End().Why == sim.Looped {
		return c.End().Text + ": let it wait for the caller, or hang up"
	}
	x := c.End().Exchange
	switch {
	case x == nil: // the last line of the call is enough
		return ""
	case x.Status == 0:
		return unreachable(x, timeout)
	case x.Status == http.StatusNotFound && strings.Trim(x.URL.Path, "/") == "":
		return fmt.Sprintf("%s has nothing at its root: add the path of the app to the URL, such as /voice", x.URL.Host)
	case x.Status == http.StatusNotFound:
		return fmt.Sprintf("%s has nothing at %s: check the path", x.URL.Host, x.URL.EscapedPath())
	case x.Status == http.StatusMethodNotAllowed:
		other := "get"
		if x.Method == http.MethodGet {
			other = "post"
		}
		return fmt.Sprintf("the app does not accept %s at %s: try -method %s, or change the Method of the verb that names the URL", x.Method, cmp.Or(x.URL.EscapedPath(), "/"), other)
	case x.Status/100 == 3:
		return "redirects are not followed: call the URL that the app redirects to; often it only adds a slash at the end"
	case x.Status/100 == 5:
		return "the app failed: its log should say why"
	case x.Status/100 != 2:
		return "the app refused the request: its log should say why"
	}
	return fmt.Sprintf("the answer of %s is not VoXML: see its first lines above, and check that this is the URL of a voice app", x.URL)
}

// unreachable says what to do about a request that got no answer.
func unreachable(x *sim.Exchange, timeout time.Duration) string {
	var name *net.DNSError
	var late net.Error
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(x.Err, &name):
		return fmt.Sprintf("host %s does not exist: check the URL", x.URL.Hostname())
	case errors.As(x.Err, &late) && late.Timeout():
		return fmt.Sprintf("%s did not answer within %v", x.URL.Host, timeout)
	case refused(x.Err):
		return fmt.Sprintf("nothing listens at %s: start your program, or check the port", x.URL.Host)
	case errors.As(x.Err, &record), strings.Contains(x.Err.Error(), http.ErrSchemeMismatch.Error()):
		return "the port does not use TLS: call http:// instead of https://"
	case errors.As(x.Err, &cert):
		return fmt.Sprintf("this computer does not trust the certificate of %s: call http://, or use a certificate that it trusts", x.URL.Host)
	}
	return fmt.Sprintf("%s closed the connection without an answer: its log should say why", x.URL.Host)
}

// refused reports whether nothing listened at the address of the request.
func refused(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial" && !dial.Timeout()
}
