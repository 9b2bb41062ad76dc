package main

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/cmd/drivers"
	"hallway/devices/port"
	"hallway/queue/display/panel"
)

// panelAt opens a panel of a type on a simulator's port.
func panelAt(t *testing.T, r *run, kind string, o panel.WindowOptions) *panel.Window {
	t.Helper()
	p, err := panel.Load(kind)
	if err != nil {
		t.Fatal(err)
	}
	w, err := panel.OpenWindow(t.Context(), panel.OpenLine(r.open(), panel.LineOptions{}), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestPanelSaysWhatItsDriverShowsAndDrawsIt(t *testing.T) {
	dir := t.TempDir()
	r := start(t, "panel", "--type", "onbon", "--pty", filepath.Join(dir, "panel"), "--address", "7")
	w := panelAt(t, r, "onbon", panel.WindowOptions{Address: 7, Window: "3", Call: "{number}到{window}号", Idle: "等候{waiting}人"})
	if err := w.Show(t.Context(), "A012"); err != nil {
		t.Error(err)
	}
	r.expect("panel shows [A012到3号]")
	if err := w.Waiting(t.Context(), 15); err != nil {
		t.Error(err)
	}
	r.expect("panel shows [等候15人]")
	file := filepath.Join(dir, "seen.png")
	r.say("picture " + file)
	r.expect("picture in")
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := png.Decode(f); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	r.expect("panel shows []")
}

func TestPanelMisbehavesWhenTold(t *testing.T) {
	r := start(t, "panel", "--type", "modbus", "--pty", filepath.Join(t.TempDir(), "panel"), "--address", "7")
	w := panelAt(t, r, "modbus", panel.WindowOptions{Address: 7})
	for fault, want := range map[string]string{"answer=silent": "no answer", "answer=wrong": "no answer", "answer=exception": "exception 04"} {
		r.say("fault " + fault)
		r.say("help") // which is answered when the fault is there
		r.expect("unplug")
		if err := w.Show(t.Context(), "A012"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", fault, err, want)
		}
	}
	r.say("fault answer=ok")
	r.say("help")
	r.expect("unplug")
	if err := w.Show(t.Context(), "A013"); err != nil {
		t.Error(err)
	}
	r.expect("panel shows [13]")
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// Two windows share a line; the panel of one is not there, which keeps nothing
// from the other.
func TestPanelsOfALineFollowTheHall(t *testing.T) {
	dir := t.TempDir()
	r := start(t, "panel", "--type", "modbus", "--pty", filepath.Join(dir, "line"), "--address", "2")
	url, command := voiceHall(t)
	file := filepath.Join(dir, "panels.toml")
	text := fmt.Sprintf("[hall]\nurl = %q\n[[line]]\ntype = \"modbus\"\nport = %q\nwindows = \"1=1, 3=2\"\n", url, r.port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	k := begin(t, "panels", "--config", file)
	k.expect("panel of window 3 is ready")
	k.expect("Following")
	command(api.ActionNext)
	r.expect("panel shows [1]")
	command(api.ActionStart)
	command(api.ActionFinish)
	r.expect("panel shows []")
	command(api.ActionNext)
	r.expect("panel shows [2]")
}

func TestDisplaysOfTheCounterBusFollowTheHallToo(t *testing.T) {
	dir := t.TempDir()
	r := start(t, "window", "--address", "2", "--pty", filepath.Join(dir, "line"))
	url, command := voiceHall(t)
	file := filepath.Join(dir, "panels.toml")
	text := fmt.Sprintf("[hall]\nurl = %q\n[[line]]\ntype = \"ff68\"\nport = %q\nwindows = \"1=1, 3=2\"\n", url, r.port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	begin(t, "panels", "--config", file).expect("Following")
	command(api.ActionNext)
	r.expect("ticket [001] waiting [   ]")
	command(api.ActionStart)
	command(api.ActionFinish)
	r.expect("ticket [   ] waiting [001]")
}

// The window's own program drives a panel of every type through its file.
func TestEveryTypeOfTheCountersFileOpensItsPanel(t *testing.T) {
	for _, kind := range panel.Names() {
		dir := t.TempDir()
		r := start(t, "panel", "--type", kind, "--pty", filepath.Join(dir, "panel"))
		file := filepath.Join(dir, "counter.toml")
		text := fmt.Sprintf("window = \"3\"\n[hall]\nurl = \"http://h\"\n[display]\ntype = %q\nport = %q\n", kind, r.port)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		k := begin(t, "test", "display", "--counter", file)
		if said, err := k.end(); err != nil || !strings.Contains(said, "888") {
			t.Errorf("%s: %s, %v", kind, said, err)
		}
		r.expect("888]")
		r.expect("panel shows []")
	}
}

// A make that nobody has built in is a file.
func TestPanelOfAFileIsDriven(t *testing.T) {
	dir := t.TempDir()
	r := start(t, "panel", "--type", "numeric4", "--pty", filepath.Join(dir, "panel"), "--address", "9")
	file := filepath.Join(dir, "counter.toml")
	for name, text := range map[string]string{
		"panel.toml": `title = "Four bytes of another make"
show = "@a 09 {number:u16be} {sum8:from=a}"
clear = "@a 09 00 00 {sum8:from=a}"
`,
		"counter.toml": fmt.Sprintf("window = \"3\"\n[hall]\nurl = \"http://h\"\n[display]\ntype = \"file\"\nprofile = \"panel.toml\"\nport = %q\n", r.port),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if said, err := begin(t, "test", "display", "--counter", file).end(); err != nil {
		t.Errorf("%s, %v", said, err)
	}
	r.expect("panel shows [888]")
}

func TestWrongPanelsAreSaidBeforeAnythingIsOpened(t *testing.T) {
	c := config.Counter{Window: "3", Display: config.Display{Type: "toaster"}}
	if err := drivers.ValidateCounter("f", c); err == nil || !strings.Contains(err.Error(), "modbus-text") {
		t.Errorf("an unknown type: %v", err)
	}
	c.Display = config.Display{Type: "alpha", Call: "请{number}"}
	if err := drivers.ValidateCounter("f", c); err == nil || !strings.Contains(err.Error(), "only ASCII") {
		t.Errorf("Chinese on a panel without: %v", err)
	}
	c.Display = config.Display{Type: "modbus", Call: "A{number}"}
	if err := drivers.ValidateCounter("f", c); err == nil || !strings.Contains(err.Error(), "only digits") {
		t.Errorf("letters on a panel without: %v", err)
	}
	c.Display = config.Display{Type: config.TypeFile, Profile: filepath.Join(t.TempDir(), "none")}
	if err := drivers.ValidateCounter("f", c); err == nil || !strings.Contains(err.Error(), "display.profile") {
		t.Errorf("a profile that is not there: %v", err)
	}
	if _, _, err := drivers.NewPorts(port.Root{}, nil).Above("3", c.Display, nil); err == nil {
		t.Error("and it opens")
	}
}

// The manual names every type that there is.
func TestTheManualNamesEveryTypeOfPanel(t *testing.T) {
	doc := config.Keys(config.Display{})[0].Doc
	for _, name := range panel.Names() {
		if !strings.Contains(doc, name) {
			t.Errorf("display.type does not name %s", name)
		}
	}
}
