package port_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/devices"
	"hallway/devices/port"
	"hallway/devices/sim"
)

// parse reads a Spec that has no mistakes.
func parse(t *testing.T, text string) port.Spec {
	t.Helper()
	s, err := port.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFindGivesTheOnePortThatIsMeant(t *testing.T) {
	for _, c := range []struct{ tree, spec, id string }{
		{"kiosk", "usb:1-1.3:1.0", "hid:1-1.3:1.0"},
		{"kiosk", "usb:1-2:1.1", "hid:1-2:1.1"},
		{"kiosk", "uart:ttyS1", "serial:ttyS1"},
		{"kiosk", "id:0400:c35a", "usb:1-1.5:1.0"},
		{"replugged", "id:0400:c35a", "usb:1-1.5:1.0"},
		{"kiosk", "id:04b8:0202:K5KA000001", "lp:1-1.4:1.0"},
		{"kiosk", "id:0c2e:0b61/1", "hid:1-2:1.1"},
		{"kiosk", "id:0c2e:0b61:18080B41B2/2", "serial:1-2:1.2"},
		{"twins", "usb:1-1.10:1.0", "serial:1-1.10:1.0"},
		{"twins", "id:0403:6001:A9%2F2%20%231", "serial:1-4:1.0"},
		{"board", "usb:1-1:1.0", "serial:1-1:1.0"},
		{"board", "usb:1-1:1.0+2", "serial:1-1:1.0+2"},
	} {
		got, err := port.Find(list(t, captured(t, c.tree)), parse(t, c.spec))
		if err != nil || got.ID != c.id {
			t.Errorf("%s %s: %s, %v", c.tree, c.spec, got.ID, err)
		}
	}
}

func TestFindTakesTheTransportThatTheCallerCanOpen(t *testing.T) {
	all := list(t, captured(t, "kiosk"))
	s := parse(t, "id:0c2e:0b61") // a scanner with keyboard, HID POS and serial
	if p, err := port.Find(all, s, port.Serial); err != nil || p.ID != "serial:1-2:1.2" {
		t.Errorf("serial: %v, %v", p, err)
	}
	_, err := port.Find(all, s, port.HID, port.USB)
	if !errors.Is(err, devices.ErrAmbiguous) {
		t.Errorf("two HID interfaces: %v", err)
	}
	_, err = port.Find(all, s, port.LP)
	if !errors.Is(err, devices.ErrAbsent) || !strings.Contains(err.Error(), "only hid:1-2:1.0, hid:1-2:1.1, serial:1-2:1.2 matches, [lp]") {
		t.Errorf("no printer: %v", err)
	}
}

func TestTwoPortsThatMatchAreNeverGuessed(t *testing.T) {
	all := list(t, captured(t, "twins"))
	_, err := port.Find(all, parse(t, "id:1a86:7523"))
	if !errors.Is(err, port.ErrAmbiguous) || errors.Is(err, devices.ErrAbsent) {
		t.Errorf("class: %v", err)
	}
	for _, part := range []string{"serial:1-1.2:1.0, serial:1-1.10:1.0", "name one by its USB path, such as usb:1-1.2:1.0"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
	board := list(t, captured(t, "board"))
	if _, err := port.Find(board, parse(t, "id:9710:7840")); !errors.Is(err, port.ErrAmbiguous) {
		t.Errorf("four lines: %v", err)
	}
}

func TestPortThatIsNotPluggedInIsAbsent(t *testing.T) {
	all := list(t, captured(t, "kiosk"))
	for _, s := range []string{"usb:1-1.9:1.0", "usb:1-1.2:1.0+1", "uart:ttyS2", "id:0400:c35b", "id:0400:c35a:X", "id:0400:c35a/1", "/dev/there-is-no-such-node"} {
		if p, err := port.Find(all, parse(t, s)); !errors.Is(err, devices.ErrAbsent) || p.ID != "" {
			t.Errorf("%s: %v, %v", s, p, err)
		}
	}
	if _, err := port.Find(all, port.Spec{}); err == nil || !strings.Contains(err.Error(), "use ") {
		t.Errorf("no port: %v", err)
	}
}

func TestPathLeadsToItsPortThroughLinks(t *testing.T) {
	r := tree(t, "kiosk")
	all := list(t, r)
	nodes := []string{"ttyUSB0", "hidraw0", "usb/lp0", "bus/usb/001/008", "bus/usb/001/009"}
	for _, n := range nodes {
		touch(t, filepath.Join(r.Dev, n))
	}
	link := filepath.Join(t.TempDir(), "idreader")
	if err := os.Symlink(filepath.Join(r.Dev, "ttyUSB0"), link); err != nil {
		t.Fatal(err)
	}
	for path, id := range map[string]string{
		link: "serial:1-1.2:1.0", r.Dev + "/hidraw0": "hid:1-1.3:1.0",
		r.Dev + "/usb/lp0": "lp:1-1.4:1.0", r.Dev + "/bus/usb/001/008": "usb:1-1.5:1.0",
	} {
		if p, err := port.Find(all, parse(t, path)); err != nil || p.ID != id {
			t.Errorf("%s: %v, %v", path, p, err)
		}
	}
	if _, err := port.Find(all, parse(t, r.Dev+"/bus/usb/001/009")); !errors.Is(err, port.ErrAmbiguous) {
		t.Errorf("node of a device with three ports: %v", err)
	}
	plain := filepath.Join(t.TempDir(), "file")
	touch(t, plain)
	if _, err := port.Find(all, parse(t, plain)); !errors.Is(err, devices.ErrAbsent) || !strings.Contains(err.Error(), "is no device") {
		t.Errorf("plain file: %v", err)
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPseudoTerminalAndAddressAreFoundWithoutAList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tty")
	tty, err := sim.OpenPTY(path)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	p, err := port.Find(nil, parse(t, path))
	if err != nil || p.Transport != port.Serial || !strings.HasPrefix(p.Node, "/dev/pts/") || p.Access() != nil {
		t.Errorf("%+v, %v, %v", p, err, p.Access())
	}
	if _, err := port.Find(nil, parse(t, path), port.HID); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("as HID: %v", err)
	}
	p, err = port.Find(nil, parse(t, "tcp:192.0.2.7:9100"))
	if err != nil || p.Transport != port.TCP || p.ID != "tcp:192.0.2.7:9100" || p.Access() != nil {
		t.Errorf("%+v, %v, %v", p, err, p.Access())
	}
	for _, p := range []port.Port{p} {
		if s := port.Suggest(p, nil); s.String() != p.ID {
			t.Errorf("%v suggests %v", p, s)
		}
	}
}

func TestSuggestionFindsItsPortAlone(t *testing.T) {
	for _, c := range []struct{ tree, id, spec, byID string }{
		{"kiosk", "serial:ttyS0", "uart:ttyS0", "uart:ttyS0"},
		{"kiosk", "serial:1-1.2:1.0", "usb:1-1.2:1.0", "id:1a86:7523"},
		{"kiosk", "hid:1-2:1.1", "usb:1-2:1.1", "id:0c2e:0b61/1"},
		{"kiosk", "serial:1-2:1.2", "usb:1-2:1.2", "id:0c2e:0b61"},
		{"twins", "serial:1-1.2:1.0", "usb:1-1.2:1.0", "usb:1-1.2:1.0"},
		{"twins", "serial:1-4:1.0", "usb:1-4:1.0", "id:0403:6001:A9%2F2%20%231"},
		{"board", "serial:1-1:1.0+3", "usb:1-1:1.0+3", "usb:1-1:1.0+3"},
	} {
		all := list(t, captured(t, c.tree))
		p := find(t, all, c.id)
		if s := port.Suggest(p, all); s.String() != c.spec {
			t.Errorf("%s: %v", c.id, s)
		}
		if s := port.Suggest(p, all, port.ByID); s.String() != c.byID {
			t.Errorf("%s by id: %v", c.id, s)
		}
	}
	for _, name := range []string{"kiosk", "twins", "board"} {
		all := list(t, captured(t, name))
		for _, p := range all {
			s := parse(t, port.Suggest(p, all, port.ByID).String())
			if got, err := port.Find(all, s, p.Transport); err != nil || got.ID != p.ID {
				t.Errorf("%s suggests %v, which finds %v, %v", p, s, got, err)
			}
		}
	}
}
