package sim

import (
	"net/url"
	"regexp"
	"strings"
)

// userinfo matches the user name and password of a URL. secretValue matches the
// value of a parameter whose name suggests a secret, except values of one to
// three characters: a parameter named key may be a telephone key. Both also
// match in a URL that is part of the query of another URL.
var (
	userinfo = regexp.MustCompile(`(?i)(//|%2F%2F)[^/\s"'<>?#@&%]+(?:%[0-9a-f]{2}[^/\s"'<>?#@&%]*)*?(@|%40)`)

	// The value excludes punctuation that follows the URL in a sentence.
	secretValue = regexp.MustCompile(`(?i)((?:[?&;]|%3F|%26)(?:` + secretName + `)(?:=|%3D))[^&#\s"'<>]{3,}[^&#\s"'<>.,:;!?)\]]`)
)

const secretName = `[\w.-]*(?:token|secret|passw|signature|credential|apikey|jwt|hmac)[\w.-]*` +
	`|(?:[\w.-]*[_.-])?(?:key|sig|auth|authorization|pass|pwd|mac|session|vh)(?:[_.-][\w.-]*)?`

const mask = "xxxxx"

// withoutSecrets masks the secrets of the URLs in a text.
func withoutSecrets(text string) string {
	if strings.ContainsAny(text, "@%") {
		text = userinfo.ReplaceAllString(text, "${1}"+mask+"${2}")
	}
	if strings.ContainsAny(text, "=%") {
		text = secretValue.ReplaceAllString(text, "${1}"+mask)
	}
	return text
}

// recordingsHost is the host of recordings in texts that must be the same in
// every run.
const recordingsHost = "recordings.example.com"

// Stable replaces the address of the recordings, which may differ from run to
// run, with a fixed address.
func (c *Call) Stable(text string) string {
	base := strings.TrimSuffix(c.cfg.RecordingsURL, "/")
	u, err := url.Parse(base)
	if base == "" || err != nil {
		return text
	}
	const always = "https://" + recordingsHost
	text = strings.ReplaceAll(text, base, always)
	text = strings.ReplaceAll(text, url.QueryEscape(base), url.QueryEscape(always))
	if u.Host != c.first.Host { // otherwise it is the host of the app
		text = strings.ReplaceAll(text, u.Host, recordingsHost)
		text = strings.ReplaceAll(text, url.QueryEscape(u.Host), recordingsHost)
	}
	return text
}
