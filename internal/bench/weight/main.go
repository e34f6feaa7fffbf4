// Weight prints the cost of a minimal program that answers one call, with only
// net/http, with voxhook, and with the twiml package of twilio-go. Run it in
// the module's directory:
//
//	go run ./weight
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("weight: ")
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "program\tpackages\tnot in the standard library\tbinary\tcold build\t")
	for _, name := range []string{"empty", "voxhook", "twiml"} {
		if err := weigh(t, name); err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
	if err := t.Flush(); err != nil {
		log.Fatal(err)
	}
}

// weigh builds a program with an empty cache and prints its row.
func weigh(t *tabwriter.Writer, name string) error {
	pkg := "./weight/" + name
	list, err := exec.Command("go", "list", "-deps", "-f", "{{.Standard}}", pkg).Output()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "weight")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "program")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, pkg)
	build.Env = append(os.Environ(), "GOCACHE="+filepath.Join(dir, "cache"))
	start := time.Now()
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	took := time.Since(start)
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	others := strings.Count(string(list), "false") - 1 // without the program itself
	fmt.Fprintf(t, "%s\t%d\t%d\t%.1f MB\t%.0f s\t\n", name, strings.Count(string(list), "\n"), others, float64(info.Size())/1e6, took.Seconds())
	return nil
}
