package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/internal/sim"
)

// exploreFlags are the values of -explore and its flags.
type exploreFlags struct {
	on           bool
	yes          bool
	format, fail string
	scripts      string
	samples      map[string][]string
	ignore       []*regexp.Regexp
}

// define adds the flags to f.
func (x *exploreFlags) define(f *flag.FlagSet) {
	f.BoolVar(&x.on, "explore", x.on, "")
	f.BoolVar(&x.yes, "yes", x.yes, "")
	f.StringVar(&x.format, "format", x.format, "")
	f.StringVar(&x.fail, "fail", x.fail, "")
	f.StringVar(&x.scripts, "scripts", x.scripts, "")
	f.Func("sample", "", func(text string) error {
		name, input, ok := strings.Cut(text, "=")
		if !ok || name == "" || input == "" {
			return errors.New("write name=input")
		}
		if x.samples == nil {
			x.samples = map[string][]string{}
		}
		x.samples[name] = append(x.samples[name], input)
		return nil
	})
	f.Func("ignore", "", func(text string) error {
		r, err := regexp.Compile(text)
		if err == nil {
			x.ignore = append(x.ignore, r)
		}
		return err
	})
}

// checkExplore returns an error if the flags of -explore are wrong.
func (o *options) checkExplore() error {
	x := o.explore
	switch {
	case !x.on && (x.yes || x.format != "" || x.fail != "" || x.scripts != "" || x.samples != nil || x.ignore != nil):
		return errors.New("-sample, -ignore, -format, -fail, -scripts and -yes need -explore: add it, or remove them")
	case !x.on:
		return nil
	case o.script != "" || o.record != "":
		return errors.New("-explore makes its own calls: remove -script and -record")
	case !slices.Contains([]string{"", "text", "json", "mermaid"}, x.format):
		return errors.New("-format must be text, json or mermaid")
	case !slices.Contains([]string{"", "error", "warning", "note"}, x.fail):
		return errors.New("-fail must be error, warning or note")
	case !x.yes && !isLocal(o.URL):
		return errors.New("the URL is not on this computer, and exploring it makes some hundred calls: add -yes if the app is yours")
	}
	return nil
}

// isLocal reports whether a URL is on this computer. An empty URL, the demo,
// is.
func isLocal(text string) bool {
	u, err := url.Parse(text)
	if err != nil || text == "" || u.Hostname() == "localhost" {
		return err == nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}

// A guard sends requests only to this computer and to the host of the URL that
// is called. Documents may name other hosts, which the flag -yes does not cover.
type guard struct {
	host string
	send http.RoundTripper
}

func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != g.host && !isLocal(r.URL.String()) {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, errors.New("not sent to " + r.URL.Host + ": -explore only calls this computer and the host of the URL")
	}
	return g.send.RoundTrip(r)
}

func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Host
}

// exploreApp explores an app and returns the exit code.
func (o *options) exploreApp(ctx context.Context, cfg sim.Config, stdout io.Writer, complain func(error)) int {
	cfg.Context = ctx
	if client, ok := cfg.App.(*http.Client); ok {
		guarded := *client
		guarded.Transport = guard{host: hostOf(cfg.URL), send: client.Transport}
		cfg.App = &guarded
	}
	m, err := explore.Explore(explore.Config{Call: cfg, Samples: o.explore.samples, Ignore: o.explore.ignore})
	if err != nil {
		complain(err)
		return exitUsage
	}
	if why := m.Failed(); why != "" {
		complain(errors.New(why))
		return exitAppFailed
	}
	text := []byte(m.String())
	switch o.explore.format {
	case "json":
		text, err = m.JSON()
	case "mermaid":
		text = []byte(m.Mermaid())
	}
	if err == nil {
		_, err = stdout.Write(text)
	}
	if err == nil && o.explore.scripts != "" {
		o.Sid = "" // each script has the CallSid of its call
		_, err = m.Scripts(o.explore.scripts, o.CommandLine()...)
	}
	if err != nil {
		complain(fmt.Errorf("the map cannot be written: %w", err))
		return exitUsage
	}
	least := explore.Severity(o.explore.fail)
	if least == "" {
		least = explore.Error
	}
	if slices.ContainsFunc(m.Findings, func(f explore.Finding) bool { return f.Severity.AtLeast(least) }) {
		return exitDiffers
	}
	return exitOK
}
