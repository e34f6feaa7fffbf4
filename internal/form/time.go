package form

import (
	"strings"
	"time"
)

// zones holds the zone names of RFC 2822, section 4.3, and others in common
// use. Any other name is an error, because time.Parse would treat it as UTC.
var zones = map[string]string{
	"Z": "+0000", "UT": "+0000", "UTC": "+0000", "GMT": "+0000", "ETC/UTC": "+0000",
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

// layouts holds the formats of date and clock that Time accepts. The zone is
// parsed separately.
var layouts = [...]string{
	"2006-01-02T15:04:05", "2006-01-02T15:04",
	"Mon, 2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04",
	"2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
	"Mon,2 Jan 2006 15:04:05", "Mon,2 Jan 2006 15:04",
	"Mon, 2 Jan 06 15:04:05", "Mon, 2 Jan 06 15:04",
	"2 Jan 06 15:04:05", "2 Jan 06 15:04",
}

// Time parses a time in the format of RFC 3339 or RFC 2822. It also accepts a
// clock without seconds, a space in place of the T, a zone in parentheses, zone
// names such as UTC, EST and Etc/UTC, and a plus that arrived as a space. The
// result is in UTC, in the years 1 to 9999.
func Time(s string) (time.Time, error) {
	if len(s) > 64 {
		return time.Time{}, ErrTime
	}
	clock, zone := splitZone(strings.TrimSpace(s))
	if offset, ok := zones[strings.ToUpper(zone)]; ok {
		zone = offset
	}
	if len(zone) == len("+00:00") && zone[3] == ':' {
		zone = zone[:3] + zone[4:]
	}
	if len(zone) != len("+0000") || zone[1:3] > "23" || zone[3:] > "59" {
		return time.Time{}, ErrTime
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout+"-0700", clock+zone)
		if err != nil {
			continue
		}
		t = t.UTC()
		if year := t.Year(); year < 1 || year > 9999 {
			return time.Time{}, ErrTime
		}
		return t, nil
	}
	return time.Time{}, ErrTime
}

// splitZone splits a time into date and clock, and zone. It puts a T after the
// date of RFC 3339. The zone is a name, or an offset with its sign.
func splitZone(s string) (clock, zone string) {
	if i := strings.LastIndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s, zone = strings.TrimRight(s[:i], " "), s[i+1:len(s)-1]
	}
	const date = len("2006-01-02")
	i := 0 // where the zone begins
	if len(s) > date && s[4] == '-' {
		if !strings.ContainsRune("Tt ", rune(s[date])) {
			return s, ""
		}
		s = s[:date] + "T" + s[date+1:]
		if i = strings.IndexAny(s[date+1:], "+-Zz "); i > 0 {
			i += date + 1
		}
	} else if colon := strings.IndexByte(s, ':'); colon > 0 {
		if i = strings.IndexByte(s[colon:], ' '); i > 0 {
			i += colon
		}
	}
	if i <= 0 {
		return s, zone
	}
	clock, zone = s[:i], s[i:]
	if named := strings.TrimLeft(zone, " "); named != "" && (named[0] < '0' || named[0] > '9') {
		return clock, named
	}
	return clock, "+" + strings.TrimLeft(zone, " ") // the plus arrived as a space
}
