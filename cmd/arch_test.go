package cmd

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rule forbids packages under one of From to depend on packages under one of
// To, directly or through others unless Direct is set.
type rule struct {
	From, To []string
	Except   []string // packages under From that the rule spares
	Direct   bool
	Why      string
}

const fyne = "fyne.io/fyne/v2"

var rules = []rule{
	{From: []string{"hallway/devices"}, To: []string{"hallway/idreader", "hallway/printer", "hallway/queue", "hallway/app", "hallway/cmd", fyne},
		Why: "devices knows ports and life cycles; receipts, cards, halls and screens stand above it"},
	{From: []string{"hallway/queue"}, To: []string{"hallway/idreader", "hallway/printer", "hallway/app", "hallway/cmd", fyne, "database/sql", "net/http"},
		Why: "queue is rules only; who stores, prints or shows them is the caller's choice"},
	{From: []string{"hallway/idreader"}, To: []string{"hallway/printer", "hallway/queue", "hallway/app", "hallway/cmd", fyne, "database/sql", "net/http"},
		Why: "a card reader knows persons and bytes, nothing of halls and screens"},
	{From: []string{"hallway/printer"}, To: []string{"hallway/idreader", "hallway/queue", "hallway/app", "hallway/cmd", fyne, "database/sql"},
		Why: "a printer knows documents and bytes, nothing of halls and screens"},
	{From: []string{"hallway/printer"}, Except: []string{"hallway/printer/ipp"}, To: []string{"net/http"},
		Why: "only IPP is spoken over HTTP"},
	{From: []string{"hallway/app"}, To: []string{"hallway/cmd"},
		Why: "programs join parts; parts do not know programs"},
	{From: []string{"hallway/app/journey"}, To: []string{fyne, "database/sql", "net/http"},
		Why: "a visit is tested as a script of messages, without widgets, stores and networks"},
	{From: []string{"hallway/app/kiosk", "hallway/app/counter"}, To: []string{"database/sql", "net/http"}, Direct: true,
		Why: "screens show a view model; stores and networks are behind the journey"},
	{From: []string{"hallway/app/outbox"}, To: []string{"hallway/app/hall/store", "hallway/app/hall/server", "hallway/app/kiosk", "hallway/app/counter", fyne},
		Why: "the terminal's store and the hall's store do not know each other, nor widgets"},
	{From: []string{"hallway/app/hall"}, To: []string{"hallway/app/outbox", "hallway/app/kiosk", "hallway/app/counter", "hallway/app/journey", fyne},
		Why: "the hall is a service without a screen of its own"},
	{From: []string{"hallway/app"}, Except: []string{"hallway/app/desk", "hallway/app/technician"}, To: drivers,
		Why: "app reaches devices through interfaces of its own that cmd joins; only the technician's screens and the desk of simulated devices may import drivers"},
	{From: []string{"hallway/cmd/hall", "hallway/cmd/kioskctl"}, To: []string{fyne},
		Why: "hall and kioskctl run on machines without a display"},
}

// drivers are the packages that speak a device's bytes or open its port.
var drivers = []string{
	"hallway/idreader/sam", "hallway/idreader/samtrace", "hallway/idreader/mrz", "hallway/printer/escpos", "hallway/printer/star", "hallway/printer/driver", "hallway/queue/display",
	"hallway/devices/serialport", "hallway/devices/tcpport", "hallway/devices/hidport", "hallway/devices/usbport", "hallway/devices/lpport",
	"hallway/devices/port", "hallway/devices/trace", "hallway/devices/sim", "hallway/devices/vusb",
	"hallway/devices/ff68", "hallway/devices/keypad", "hallway/devices/rater", "hallway/devices/scanner", "hallway/devices/hidinput",
}

// transports are third-party libraries that exactly one package may import.
var transports = map[string]string{
	"go.bug.st/serial":        "hallway/devices/serialport",
	"github.com/karalabe/hid": "hallway/devices/hidport",
	"github.com/jezek/xgb":    "hallway/app/desk/stage",
	"github.com/go-gl/glfw":   "hallway/app/kiosk/shell",
	"github.com/jackc/pgx/v5": "hallway/app/hall/store/postgres",
}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Standard   bool
}

func TestImportArrowsPointDown(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, r := range rules {
			if !under(p.ImportPath, r.From) || under(p.ImportPath, r.Except) {
				continue
			}
			deps := p.Deps
			if r.Direct {
				deps = p.Imports
			}
			for _, d := range deps {
				if under(d, r.To) {
					t.Errorf("%s depends on %s, but %s", p.ImportPath, d, r.Why)
				}
			}
		}
	}
}

func TestOneTransportLibraryEach(t *testing.T) {
	for _, p := range listPackages(t) {
		for lib, owner := range transports {
			for _, i := range p.Imports {
				if under(i, []string{lib}) && p.ImportPath != owner {
					t.Errorf("%s imports %s, but only %s may", p.ImportPath, lib, owner)
				}
			}
		}
	}
}

// under reports whether path is one of roots or lies below one.
func under(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return path == root || strings.HasPrefix(path, root+"/")
	})
}

// listPackages returns every package of the module.
func listPackages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps,Standard", "hallway/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if under(p.ImportPath, []string{"hallway"}) {
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		t.Fatalf("go list found only %d packages of the module", len(all))
	}
	return all
}
