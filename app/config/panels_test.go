package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const panelsFile = `[hall]
url = "http://192.168.10.2:8417"
[[line]]
type = "modbus"
port = "/dev/ttyS3"
windows = "1=1, 2=2,3=7"
[[line]]
type = "onbon"
port = "tcp:192.168.10.9:5005"
call = "请{number}号"
windows = "4=1"
`

func TestPanelsOfManyWindowsShareALine(t *testing.T) {
	c, err := LoadPanels(write(t, panelsFile))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]PanelOf{{"1", 1}, {"2", 2}, {"3", 7}}, c.Lines[0].Panels()); d != "" || c.Lines[1].Refresh != 30 {
		t.Error(d, c.Lines[1])
	}
}

func TestMistakesOfAFileOfPanelsAreAllSaid(t *testing.T) {
	bad := strings.NewReplacer("3=7", "3=seven", `"4=1"`, `"4=1, 4=2, 5=1"`, "tcp:192.168.10.9:5005", "/dev/ttyS3").Replace(panelsFile)
	_, err := LoadPanels(write(t, bad))
	for _, want := range []string{`"3=seven" is not`, "4=2: the window", "another line's port"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("report %v lacks %q", err, want)
		}
	}
}

func TestLineOfTheCounterBusHasItsAddresses(t *testing.T) {
	ff68 := strings.NewReplacer(`"modbus"`, `"ff68"`).Replace(panelsFile)
	if _, err := LoadPanels(write(t, ff68)); err != nil {
		t.Error(err)
	}
	_, err := LoadPanels(write(t, strings.Replace(ff68, "3=7", "3=255", 1)))
	if err == nil || !strings.Contains(err.Error(), "3=255: an address of the counter bus") {
		t.Error(err)
	}
}

func TestMistakesOfADisplayAreAllSaid(t *testing.T) {
	const head = "window = \"3\"\n[hall]\nurl = \"http://h\"\n"
	for display, want := range map[string]string{
		"address = 0":                      "no address of the counter bus",
		"address = 255":                    "no address of the counter bus",
		"[voice]\nurl = \"http://h:8419\"": "with a zone",
		"type = \"file\"":                  "give both or none",
		"profile = \"p.toml\"":             "give both or none",
		"call = \"{number}\"":              "not for type ff68",
		"type = \"modbus\"\nbaud = 200":    "nor 0 for the usual speed",
		"type = \"modbus\"\nport = \"/dev/ttyS3\"\n[keypad]\nport = \"/dev/ttyS3\"": "give the panel a port of its own",
	} {
		if _, err := LoadCounter(write(t, head+"[display]\n"+display+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", display, err, want)
		}
	}
	if _, err := LoadCounter(write(t, head+"[display]\ntype = \"onbon\"\naddress = 0\ncall = \"请{number}号到{window}号窗口\"\n")); err != nil {
		t.Error(err)
	}
}
