package voxml

import (
	"net/netip"
	"net/url"
	"strings"
)

// url checks a URL without white space around it. If webhook is true, the
// platform sends a webhook to the URL; otherwise it is the URL of an audio
// file.
func (k *checker) url(field, s string, webhook bool) {
	if s == "" {
		return
	}
	k.expansion(field, s)
	if k.escapedTwice(field, s) {
		return // other rules would report its & and ; again
	}
	u, fault := parseURL(s)
	switch {
	case fault != "":
		k.report(ruleURL, field, fault)
	case u.Host == "" && isHostPath(u.Path):
		k.report(ruleURLScheme, field, "has no scheme, so the platform takes the host as part of the path: write https:// in front of it")
	case webhook && !isForm(u.RawQuery):
		k.report(ruleURLQuery, field, "has a query that is not a form, which servers may reject: write %25 for a percent sign and %3B for a semicolon")
	case u.Host != "":
		k.host(field, u, webhook)
	}
}

// parseURL parses a URL that is relative, http or https. For other URLs, it
// returns what is wrong.
func parseURL(s string) (u *url.URL, fault string) {
	u, err := url.Parse(s)
	switch {
	case hasPort(s):
		return nil, "has no scheme: write https:// in front of it"
	case err != nil, strings.ContainsAny(s, " \t\r\n"):
		return nil, "is not a valid URL: percent-encode spaces and other characters that URLs cannot contain"
	case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		return nil, "is neither relative nor an http or https URL: write https://host/path, or /path"
	case u.Scheme != "" && u.Hostname() == "":
		return nil, "has a scheme but no host: write https://host/path, or /path"
	}
	return u, ""
}

// host checks the scheme and the host of a URL.
func (k *checker) host(field string, u *url.URL, webhook bool) {
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if isExample(name) {
		return
	}
	plain, public := webhook && u.Scheme == "http", isPublic(name)
	switch {
	case plain && !public:
		k.report(ruleURLHost, field, "is not https, and the platform cannot reach its host: use https and a public host name")
	case plain:
		k.report(ruleURLHost, field, "is not https, which the platform requires: write https://")
	case !public:
		k.report(ruleURLHost, field, "has a host that the platform cannot reach: use a public host name")
	}
}

// isForm reports whether a query is form-encoded.
func isForm(query string) bool {
	if strings.Contains(query, ";") {
		return false
	}
	for {
		i := strings.IndexByte(query, '%')
		if i < 0 {
			return true
		}
		if len(query) < i+3 || !isHex(query[i+1]) || !isHex(query[i+2]) {
			return false
		}
		query = query[i+3:]
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// hasPort reports whether s begins with a host and a port, like
// example.com:8080/a, but not like tel:911 or mailto:1@example.com.
func hasPort(s string) bool {
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	host, port, ok := strings.Cut(s[:end], ":")
	if !ok || !isDigits(port) || len(port) > len("65535") || host == "" {
		return false
	}
	return strings.Contains(host, ".") || strings.EqualFold(host, "localhost") || end < len(s)
}

// isHostPath reports whether a relative path begins with a host: with an IP
// address, or with a domain name that is unlikely to be a file or directory. It
// is false for a.mp3, v1.2/a and menu.php/a.
func isHostPath(path string) bool {
	first, _, more := strings.Cut(path, "/")
	first = strings.ToLower(first)
	if _, err := netip.ParseAddr(first); err == nil {
		return true
	}
	if len(first) > 253 { // the longest host name
		return false
	}
	labels := strings.Split(first, ".")
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	last := labels[len(labels)-1]
	switch {
	case len(labels) == 1:
		return first == "localhost" || more && (first == "http" || first == "https") // a colon is missing
	case labels[0] == "www":
		return true
	case more && len(last) == 2: // a country
		return !strings.ContainsAny(last, "0123456789") && !isExtension(last)
	}
	switch last { // common domains that are not file extensions
	case "ai", "app", "biz", "cloud", "co", "com", "dev", "example", "info", "io", "net", "online", "org", "site", "tech", "test", "us", "xyz":
		return true
	}
	return false
}

// isLabel reports whether s can be a label of a host name.
func isLabel(s string) bool {
	return s != "" && len(s) < 64 && s[0] != '-' && isAlphanumeric(strings.ReplaceAll(s, "-", "0"))
}

// isExtension reports whether two letters are a file extension of programs.
func isExtension(s string) bool {
	switch s {
	case "do", "js", "pl", "py", "rb", "sh", "ts":
		return true
	}
	return false
}

// isExample reports whether a host is reserved for documentation and tests: the
// names of RFC 2606 and RFC 6761, the addresses of RFC 5737 and RFC 3849.
func isExample(name string) bool {
	for _, domain := range []string{"example", "example.com", "example.net", "example.org", "test"} {
		if isIn(name, domain) {
			return true
		}
	}
	return isInNets(name, exampleNets)
}

// isPublic reports whether a host can be reached from the Internet, judging by
// its name or address. The unreachable names are those of RFC 6761, RFC 6762
// with its appendix G, and RFC 8375.
func isPublic(name string) bool {
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.IsGlobalUnicast() && !addr.IsPrivate() && !isInNets(name, sharedNets)
	}
	if !strings.Contains(name, ".") {
		return false
	}
	for _, domain := range []string{"localhost", "invalid", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa"} {
		if isIn(name, domain) {
			return false
		}
	}
	return true
}

// isIn reports whether a host is a domain or inside it.
func isIn(name, domain string) bool {
	rest, ok := strings.CutSuffix(name, domain)
	return ok && (rest == "" || strings.HasSuffix(rest, "."))
}

var (
	exampleNets = nets("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
	sharedNets  = nets("100.64.0.0/10") // RFC 6598
)

func nets(prefixes ...string) (all []netip.Prefix) {
	for _, p := range prefixes {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

func isInNets(name string, nets []netip.Prefix) bool {
	addr, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	for _, n := range nets {
		if n.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
