// Weight prints what a minimal program costs that answers one call: with
// net/http alone, with voxhook, and with the twiml package of twilio-go. Run
// it in the module's directory:
//
//	go run ./weight
package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

const (
	bench = "github.com/voxhook/voxhook/internal/bench"
	root  = "github.com/voxhook/voxhook"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("weight: ")
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "program\tpackages\tnot of the standard library\tmodules\ttheir download\tbinary\tcold build\t")
	for _, name := range []string{"empty", "voxhook", "twiml"} {
		p, err := weigh(bench + "/weight/" + name)
		if err != nil {
			log.Fatalf("%s: %v", name, err)
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.1f KB\t%.0f KB\t%.1f s\t\n", name, p.packages, p.external, p.modules,
			float64(p.download)/1000, float64(p.binary)/1000, p.build.Seconds())
	}
	if err := t.Flush(); err != nil {
		log.Fatal(err)
	}
}

type program struct {
	packages int // linked, with those of the standard library
	external int // those that are neither of it nor the program itself
	modules  int // that these are from
	download int64
	binary   int64
	build    time.Duration
}

func weigh(pkg string) (p program, err error) {
	list, err := command("go", "list", "-deps", "-f", `{{.Standard}} {{.ImportPath}}{{with .Module}} {{.Path}}{{end}}`, pkg)
	if err != nil {
		return p, err
	}
	var modules []string
	for line := range strings.Lines(list) {
		f := strings.Fields(line)
		p.packages++
		if f[0] == "true" || f[1] == pkg {
			continue
		}
		p.external++
		if len(f) > 2 && !slices.Contains(modules, f[2]) {
			modules = append(modules, f[2])
		}
	}
	p.modules = len(modules)
	for _, m := range modules {
		size, err := download(m)
		if err != nil {
			return p, err
		}
		p.download += size
	}
	p.binary, p.build, err = build(pkg)
	return p, err
}

// download returns the size of the zip file that users of a module load.
func download(module string) (int64, error) {
	if module == root {
		return zipOfRoot()
	}
	out, err := command("go", "mod", "download", "-json", module)
	if err != nil {
		return 0, err
	}
	var m struct{ Zip string }
	if err := json.Unmarshal([]byte(out), &m); err != nil {
		return 0, err
	}
	info, err := os.Stat(m.Zip)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// zipOfRoot packs what git tracks of the root module, without the modules
// inside it.
func zipOfRoot() (int64, error) {
	dir, err := command("go", "list", "-m", "-f", "{{.Dir}}", root)
	if err != nil {
		return 0, err
	}
	dir = strings.TrimSpace(dir)
	list, err := command("git", "-C", dir, "ls-files", "-z")
	if err != nil {
		return 0, err
	}
	files := strings.Split(strings.TrimSuffix(list, "\x00"), "\x00")
	var nested []string
	for _, f := range files {
		if path.Base(f) == "go.mod" && f != "go.mod" {
			nested = append(nested, path.Dir(f)+"/")
		}
	}
	var size counter
	z := zip.NewWriter(&size)
	for _, f := range files {
		if slices.ContainsFunc(nested, func(prefix string) bool { return strings.HasPrefix(f, prefix) }) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f)))
		if err != nil {
			return 0, err
		}
		w, err := z.Create(root + "@v0.0.0/" + f)
		if err != nil {
			return 0, err
		}
		if _, err := w.Write(b); err != nil {
			return 0, err
		}
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return int64(size), nil
}

// build builds a program with an empty cache.
func build(pkg string) (size int64, took time.Duration, err error) {
	dir, err := os.MkdirTemp("", "weight")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "program")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, pkg)
	cmd.Env = append(os.Environ(), "GOCACHE="+filepath.Join(dir, "cache"))
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
	}
	took = time.Since(start)
	info, err := os.Stat(binary)
	if err != nil {
		return 0, 0, err
	}
	return info.Size(), took, nil
}

func command(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w", cmd.Args, err)
	}
	return string(out), nil
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

var _ io.Writer = (*counter)(nil)
