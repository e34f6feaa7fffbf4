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

// advice says what to do about an app that has failed, or "". The app had so
// much time to answer.
func advice(c *sim.Call, timeout time.Duration) string {
	if c.End().Why == sim.Looped {
		return c.End().Text + ": it has to wait for the caller, or to hang up"
	}
	x := c.End().Exchange
	switch {
	case x == nil: // the last line of the call says it all
		return ""
	case x.Status == 0:
		return unreachable(x, timeout)
	case x.Status == http.StatusNotFound && strings.Trim(x.URL.Path, "/") == "":
		return fmt.Sprintf("nothing answers at the root of %s: the URL needs the path of the app, such as /voice", x.URL.Host)
	case x.Status == http.StatusNotFound:
		return fmt.Sprintf("nothing answers %s at %s: check the path", x.URL.EscapedPath(), x.URL.Host)
	case x.Status == http.StatusMethodNotAllowed:
		other := "get"
		if x.Method == http.MethodGet {
			other = "post"
		}
		return fmt.Sprintf("the app does not take %s at %s: try -method %s, or the Method of the verb that names it", x.Method, cmp.Or(x.URL.EscapedPath(), "/"), other)
	case x.Status/100 == 3:
		return "redirects are not followed: call the URL that the app redirects to; often a slash at the end makes the difference"
	case x.Status/100 == 5:
		return "the app failed: its log should say why"
	case x.Status/100 != 2:
		return "the app refuses the request: its log should say why"
	}
	return fmt.Sprintf("the answer of %s is not VoXML, see its first lines above: check that this is the URL of a voice app", x.URL)
}

// unreachable says what to do about a request that got no answer.
func unreachable(x *sim.Exchange, timeout time.Duration) string {
	var name *net.DNSError
	var late net.Error
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(x.Err, &name):
		return fmt.Sprintf("there is no host named %s: check the URL", x.URL.Hostname())
	case errors.As(x.Err, &late) && late.Timeout():
		return fmt.Sprintf("%s did not answer in %v", x.URL.Host, timeout)
	case refused(x.Err):
		return fmt.Sprintf("nothing listens at %s: start your program, or check the port", x.URL.Host)
	case errors.As(x.Err, &record), strings.Contains(x.Err.Error(), http.ErrSchemeMismatch.Error()):
		return "no TLS at that port: call http:// instead of https://"
	case errors.As(x.Err, &cert):
		return fmt.Sprintf("this computer does not trust the certificate of %s: call http://, or use a certificate that it trusts", x.URL.Host)
	}
	return fmt.Sprintf("%s broke the connection off: its log should say why", x.URL.Host)
}

// refused reports whether nothing listened at the address of a request.
func refused(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial" && !dial.Timeout()
}
