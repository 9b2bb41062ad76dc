package port_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/port"
)

// lines writes a list with a line for each port: ID, node below /dev, driver,
// the node that opening opens.
func lines(r port.Root, all []port.Port) (text []string) {
	short := strings.NewReplacer(r.Dev+"/", "")
	for _, p := range all {
		text = append(text, short.Replace(fmt.Sprintf("%s %s %s %s", p.ID, p.Node, p.Driver, p.Opens())))
	}
	return text
}

func TestListNamesEachPortOnceForEachTransport(t *testing.T) {
	for name, want := range map[string][]string{
		"kiosk": {
			"serial:ttyS0 ttyS0 serial ttyS0",
			"serial:ttyS1 ttyS1 serial ttyS1",
			"serial:1-1.2:1.0 ttyUSB0 ch341 ttyUSB0",
			"hid:1-1.3:1.0 hidraw0 usbhid bus/usb/001/006",
			"lp:1-1.4:1.0 usb/lp0 usblp usb/lp0",
			"usb:1-1.5:1.0   bus/usb/001/008",
			"hid:1-2:1.0 hidraw1 usbhid bus/usb/001/009",
			"hid:1-2:1.1 hidraw2 usbhid bus/usb/001/009",
			"serial:1-2:1.2 ttyACM0 cdc_acm ttyACM0",
		},
		"twins": {
			"serial:1-1.2:1.0 ttyUSB0 ch341 ttyUSB0",
			"serial:1-1.10:1.0 ttyUSB1 ch341 ttyUSB1",
			"serial:1-3:1.0 ttyUSB2 ftdi_sio ttyUSB2",
			"serial:1-4:1.0 ttyUSB3 ftdi_sio ttyUSB3",
		},
		"board": {
			"serial:ttyAMA0 ttyAMA0 uart-pl011 ttyAMA0",
			"serial:ttyHS0 ttyHS0 qcom_geni_serial ttyHS0",
			"serial:ttymxc1 ttymxc1 imx-uart ttymxc1",
			"serial:1-1:1.0 ttyUSB0 mos7840 ttyUSB0",
			"serial:1-1:1.0+1 ttyUSB1 mos7840 ttyUSB1",
			"serial:1-1:1.0+2 ttyUSB2 mos7840 ttyUSB2",
			"serial:1-1:1.0+3 ttyUSB3 mos7840 ttyUSB3",
			"usb:1-2:1.0   bus/usb/001/003",
			"hid:1-3:1.0   bus/usb/001/004",
			"usb:1-4:1.0  usbfs bus/usb/001/005",
		},
	} {
		r := captured(t, name)
		if diff := cmp.Diff(want, lines(r, list(t, r))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestPortTellsAllThatSysfsSaysOfItsInterface(t *testing.T) {
	r := captured(t, "kiosk")
	want := port.Port{
		ID: "usb:1-1.5:1.0", Transport: port.USB,
		USB: &port.Interface{
			Path: "1-1.5", Interface: "1-1.5:1.0", Vendor: 0x0400, Product: 0xC35A, Name: "USBIDR", Class: 0xFF,
			Bus: 1, Device: 8, Node: r.Dev + "/bus/usb/001/008", Speed: "12",
			Endpoints: []port.Endpoint{{0x02, "Bulk", 64}, {0x06, "Bulk", 64}, {0x81, "Bulk", 64}, {0x85, "Bulk", 64}},
		},
	}
	got := find(t, list(t, r), want.ID)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if e := got.USB.Endpoints; e[0].In() || !e[2].In() {
		t.Errorf("directions of %v", e)
	}
	if text := got.String(); text != "usb:1-1.5:1.0 0400:c35a USBIDR" {
		t.Error(text)
	}
	pos := find(t, list(t, r), "hid:1-2:1.1")
	if u := pos.USB; u.Number != 1 || u.Serial != "18080B41B2" || u.Maker != "Honeywell Imaging & Mobility" {
		t.Errorf("%+v", u)
	}
}

func TestReplugKeepsTheIDsAndChangesTheNumbers(t *testing.T) {
	r, later := captured(t, "kiosk"), captured(t, "replugged")
	before, after := list(t, r), list(t, later)
	for i := range before {
		if before[i].ID != after[i].ID {
			t.Errorf("%s became %s", before[i].ID, after[i].ID)
		}
	}
	p := find(t, after, "serial:1-1.2:1.0")
	if p.USB.Device != 12 || filepath.Base(p.Node) != "ttyUSB1" {
		t.Errorf("replugged converter: %v, %+v", p, p.USB)
	}
}

func TestReportDescriptorComesFromTheKernelsHIDDriver(t *testing.T) {
	r := tree(t, "kiosk")
	all := list(t, r)
	b, err := r.ReportDescriptor(find(t, all, "hid:1-2:1.0"))
	if err != nil || len(b) == 0 || b[0] != 0x05 {
		t.Errorf("keyboard: % x, %v", b, err)
	}
	if _, err := r.ReportDescriptor(find(t, all, "serial:ttyS0")); err == nil {
		t.Error("a UART has a report descriptor")
	}
	board := tree(t, "board")
	if _, err := board.ReportDescriptor(find(t, list(t, board), "hid:1-3:1.0")); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("without driver: %v", err)
	}
	file, err := filepath.Glob(r.Sys + "/bus/usb/devices/1-2:1.0/0003:*/report_descriptor")
	if err != nil || len(file) != 1 {
		t.Fatal(file, err)
	}
	for _, size := range []int{0, 4097} {
		if err := os.WriteFile(file[0], make([]byte, size), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := r.ReportDescriptor(find(t, all, "hid:1-2:1.0")); !errors.Is(err, devices.ErrProtocol) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestDeviceWithoutItsNumbersLeavesNoHalfEntry(t *testing.T) {
	r := tree(t, "kiosk")
	for _, file := range []string{"1-1.5/idVendor", "1-1.5/devnum", "1-1.5/busnum", "1-1.5:1.0/bInterfaceClass", "1-1.5:1.0/bInterfaceProtocol"} {
		path := filepath.Join(r.Sys, "bus/usb/devices", file)
		if err := os.Rename(path, path+" away"); err != nil {
			t.Fatal(err)
		}
		if all := list(t, r); len(all) != 8 {
			t.Errorf("without %s: %v", file, all)
		}
		if err := os.Rename(path+" away", path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInterfaceWhoseDeviceIsGoneIsLeftOut(t *testing.T) {
	r := tree(t, "kiosk")
	for _, name := range []string{"1-1.2", "1-1.4", "1-2"} { // the class entries stay
		if err := os.Remove(filepath.Join(r.Sys, "bus/usb/devices", name)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"serial:ttyS0 ttyS0 serial ttyS0", "serial:ttyS1 ttyS1 serial ttyS1",
		"hid:1-1.3:1.0 hidraw0 usbhid bus/usb/001/006", "usb:1-1.5:1.0   bus/usb/001/008"}
	if diff := cmp.Diff(want, lines(r, list(t, r))); diff != "" {
		t.Error(diff)
	}
}

func TestListWithoutSysfsSaysSo(t *testing.T) {
	_, err := port.Root{Sys: t.TempDir()}.List()
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "no sysfs at") {
		t.Error(err)
	}
	if all := list(t, emptyTree(t)); len(all) != 0 {
		t.Errorf("nothing plugged in: %v", all)
	}
}

// hostile are contents that no kernel writes.
var hostile = []string{
	"", "\x00", "\xFF\xFE\xFD", "-1", "99999999999999999999", "0x0400", "..", "/", "../../etc/passwd", "\n\n\n",
	"\x1B[2J\x07red", strings.Repeat("9", 1<<20), strings.Repeat("漢", 5000), "\"quote\", RUN+=\"x\"",
}

func TestHostileSysfsGivesWholeEntriesOrNone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	r := tree(t, "kiosk")
	files := files(t, r.Sys)
	for range 200 {
		var mend []func()
		for _, i := range random.Perm(len(files))[:8] {
			mend = append(mend, spoil(t, files[i], random))
		}
		for _, p := range list(t, r) {
			checkWhole(t, r, p)
		}
		for _, f := range slices.Backward(mend) {
			f()
		}
	}
	if all := list(t, r); len(all) != 9 {
		t.Errorf("the tree was not mended: %v", all)
	}
}

func FuzzSysfs(f *testing.F) {
	for i, content := range hostile {
		f.Add(uint16(i), []byte(content))
	}
	r := tree(f, "kiosk")
	files := files(f, r.Sys)
	f.Fuzz(func(t *testing.T, n uint16, content []byte) {
		path := files[int(n)%len(files)]
		if err := errors.Join(os.Rename(path, path+" away"), os.WriteFile(path, content, 0o644)); err != nil {
			t.Fatal(err)
		}
		for _, p := range list(t, r) {
			checkWhole(t, r, p)
		}
		if err := os.Rename(path+" away", path); err != nil {
			t.Fatal(err)
		}
	})
}

// files returns the files and links of a tree.
func files(t testing.TB, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// spoil puts something else in the place of a file or link. mend undoes it.
func spoil(t *testing.T, path string, random *rand.Rand) (mend func()) {
	t.Helper()
	if err := os.Rename(path, path+" away"); err != nil {
		t.Fatal(err)
	}
	var err error
	switch random.IntN(5) {
	case 0: // gone
	case 1:
		err = os.Mkdir(path, 0o755)
	case 2:
		err = unix.Mkfifo(path, 0o644) // opening it for reading waits for a writer
	case 3:
		err = os.Symlink(path, path) // a loop
	default:
		err = os.WriteFile(path, []byte(hostile[random.IntN(len(hostile))]), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(os.RemoveAll(path), os.Rename(path+" away", path)); err != nil {
			t.Fatal(err)
		}
	}
}

// checkWhole fails unless all that a port says fits together.
func checkWhole(t *testing.T, r port.Root, p port.Port) {
	t.Helper()
	if p.ID == "" || p.Opens() == "" || !strings.HasPrefix(p.Opens(), r.Dev+"/") || (p.USB == nil) == (p.UART == "") {
		t.Errorf("half a port: %+v", p)
	}
	if u := p.USB; u != nil {
		said := u.Serial + u.Maker + u.Name + u.Speed + p.Driver
		if strings.ContainsAny(said, "\x00\x1B\n") || len([]rune(u.Serial)) > 126 {
			t.Errorf("not fit for a screen: %+v", u)
		}
	}
	s := port.Suggest(p, []port.Port{p}, port.ByID)
	if again, err := port.Parse(s.String()); err != nil || again != s {
		t.Errorf("%v does not come back: %v, %v", s, again, err)
	}
	_, _ = r.ReportDescriptor(p)
}

// big makes a tree of n converters, readers, printers and HID devices.
func big(t testing.TB, n int) port.Root {
	t.Helper()
	r := emptyTree(t)
	var text strings.Builder
	for i := range n {
		path := fmt.Sprintf("1-%d.%d", i/16+1, i%16+1)
		at := "sys/devices/usb1/" + path
		class := []string{"ff", "03"}[i%2]
		fmt.Fprintf(&text, "@ %s\nbusnum = 1\ndevnum = %d\nidVendor = 1a86\nidProduct = 7523\nspeed = 12\nproduct = Device\nserial = %d\n", at, i+2, i)
		fmt.Fprintf(&text, "@ %s/%s:1.0\nbInterfaceNumber = 00\nbInterfaceClass = %s\nbInterfaceSubClass = 00\nbInterfaceProtocol = 00\n", at, path, class)
		for _, e := range []string{"81", "02"} {
			fmt.Fprintf(&text, "@ %s/%s:1.0/ep_%s\nbEndpointAddress = %s\ntype = Bulk\nwMaxPacketSize = 0040\n", at, path, e, e)
		}
		fmt.Fprintf(&text, "@ sys/bus/usb/devices\n%s -> ../../../devices/usb1/%s\n%s:1.0 -> ../../../devices/usb1/%s/%s:1.0\n", path, path, path, path, path)
	}
	if err := unpack(filepath.Dir(r.Sys), text.String()); err != nil {
		t.Fatal(err)
	}
	return r
}

func BenchmarkList60(b *testing.B) {
	r := big(b, 60)
	if n := len(list(b, r)); n != 60 {
		b.Fatalf("%d ports", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.List(); err != nil {
			b.Fatal(err)
		}
	}
}
