package config

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hallway/app/text"
)

func write(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.toml")
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExamplesLoad(t *testing.T) {
	for kind, c := range map[string]Config{"kiosk": new(Kiosk), "counter": new(Counter), "hall": new(Hall), "panels": new(Panels), "voice": new(Voice)} {
		text, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		if err := Load(write(t, text), c); err != nil {
			t.Errorf("%s: %v\n%s", kind, err, text)
		}
		for line := range strings.Lines(text) {
			if len([]rune(line)) > 130 {
				t.Errorf("%s: line is too long to read: %s", kind, line)
			}
		}
	}
	if _, err := Example("fridge"); err == nil {
		t.Error("an unknown kind has an example")
	}
}

func TestMissingKeysTakeTheirDocumentedDefaults(t *testing.T) {
	path := write(t, `
terminal = "012"
data = "state"
[hall]
url = "http://127.0.0.1:8417"
token = "0123456789abcdef"
[printer]
port = "/dev/ttyS2"
`)
	k, err := LoadKiosk(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Kiosk{
		Terminal: "012",
		Data:     filepath.Join(filepath.Dir(path), "state"),
		Lang:     "zh-Hans",
		Hall:     HallRef{URL: "http://127.0.0.1:8417", Token: "0123456789abcdef"},
		Reader:   Reader{Link: "auto"},
		Printer:  Printer{Port: "/dev/ttyS2", Baud: 115200, Flow: "none", Profile: "generic-cn-80", Roll: 80},
		Scanner:  Scanner{Baud: 9600, Suffix: "any"},
		Session:  Session{Idle: 60, Warn: 15},
		Disk:     Disk{ReserveMB: 256},
	}
	if k != want {
		t.Errorf("got %#v\nwant %#v", k, want)
	}
}

func TestEveryMistakeIsReportedWithItsLine(t *testing.T) {
	_, err := LoadKiosk(write(t, `terminal = 12
lang = "fr"
colour = "red"
[hall]
url = "hall.example"
token = "short"
[screen]
width = "wide"
scale = 99.0
[session]
idle_s = 20
warn_s = 30
[reader]
baud = 1.5
[[disk]]
reserve_mb = 1
`))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		":1: terminal: is a number, put it in quotes",
		":1: data: missing",
		`:2: lang: "fr" is not known, use one of zh-Hans, en`,
		":3: colour: unknown key",
		":5: hall.url:",
		":6: hall.token: is shorter than 16",
		":8: screen.width: is a text, write a number without quotes",
		":9: screen.scale: 99 is out of range, use 0 to 8",
		":12: session.warn_s: 30 seconds is not less",
		":14: reader.baud: is not a whole number",
		": disk: is not a block, write [disk]",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("report lacks %q", want)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 11 {
		t.Errorf("%d mistakes reported, want 11", n)
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestMistakesInRepeatedBlocksNameTheirLine(t *testing.T) {
	_, err := LoadHall(write(t, `id = "0417"
public_url = "http://h"
data = "d"
name = { zh-Hans = "厅", en = "Hall", x = 3 }
open = "17:00"
close = "9:00"
[[terminals]]
id = "012"
token = "0123456789abcdef"
[[terminals]]
id = "012"
token = "0123456789abcdef"
[[clerks]]
number = "1001"
name = "王芳"
pin_hash = "x"
[[clerks]]
number = "ten"
name = ""
pin_hash = ""
`))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		":4: name.x: is not a text",
		`:6: close: "9:00" is not a time`,
		`:11: terminals.1.id: "012" stands twice`,
		":12: terminals.1.token: is another terminal's token",
		`:18: clerks.1.number: "ten" is not a staff number`,
		":19: clerks.1.name: is empty",
		":20: clerks.1.pin_hash: is empty",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("report lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestBrokenTOMLNamesItsLine(t *testing.T) {
	_, err := LoadKiosk(write(t, "terminal = \"012\"\nlang = = 1\n"))
	if err == nil || !strings.Contains(err.Error(), "f.toml:2: not TOML") {
		t.Errorf("got %v", err)
	}
}

func TestSharedBusNeedsOneSpeed(t *testing.T) {
	const file = `window = "3"
[hall]
url = "http://h"
[display]
port = "/dev/ttyUSB0"
[keypad]
port = "/dev/ttyUSB0"
`
	for _, address := range []string{"1", "2"} { // a pad with a display of its own has one address
		if _, err := LoadCounter(write(t, file+"address = "+address+"\n")); err != nil {
			t.Error(err)
		}
	}
	if _, err := LoadCounter(write(t, file+"address = 2\nbaud = 19200\n")); err == nil {
		t.Error("one port has two speeds")
	}
	if _, err := LoadCounter(write(t, file+"type = \"usb\"\n")); err == nil || !strings.Contains(err.Error(), "keypad.port") {
		t.Errorf("a pad on USB has the port of the bus: %v", err)
	}
}

func TestDevicesOfATerminalDoNotShareAPort(t *testing.T) {
	_, err := LoadKiosk(write(t, `terminal = "012"
data = "state"
[hall]
url = "http://h"
token = "0123456789abcdef"
[reader]
port = "uart:ttyS1"
[scanner]
port = "uart:ttyS1"
`))
	if err == nil || !strings.Contains(err.Error(), `scanner.port: "uart:ttyS1" is the port of reader.port already`) {
		t.Errorf("got %v", err)
	}
}

func TestWrongFilesAreRefused(t *testing.T) {
	if _, err := LoadKiosk(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a missing file loads")
	}
	if _, err := LoadKiosk(write(t, strings.Repeat("#", maxFile+1))); err == nil {
		t.Error("a file without end loads")
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	h := Hall{Terminals: []Terminal{{ID: "012", Token: "sesame"}}}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "hall", h, "token", h.Terminals[0].Token)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "hall", h, "token", h.Terminals[0].Token)
	out := log.String() + fmt.Sprintf("%v %+v %#v %s %q %x", h, h, h, h.Terminals[0].Token, h.Terminals[0].Token, h.Terminals[0].Token)
	if strings.Contains(out, "sesame") || strings.Contains(out, fmt.Sprintf("%x", "sesame")) {
		t.Error(out)
	}
}

func TestWrittenFilesReadBackAsTheSame(t *testing.T) {
	text, err := Example("hall")
	if err != nil {
		t.Fatal(err)
	}
	first, err := LoadHall(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	first.Clerks[0].Name = "a \"quoted\"\n\\ name\u007f"
	first.Terminals = append(first.Terminals, Terminal{ID: "013", Token: "fedcba9876543210"})
	var b strings.Builder
	if err := Write(&b, &first); err != nil {
		t.Fatal(err)
	}
	second, err := LoadHall(write(t, b.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if d := cmp.Diff(first, second); d != "" {
		t.Error(d)
	}
}

// Nonsense of the largest size is read to its end in the time of one pass, not
// of one pass a line.
func TestLargeNonsenseIsReportedToItsEnd(t *testing.T) {
	var keys strings.Builder
	n := 0
	for ; keys.Len() < maxFile/4; n++ {
		fmt.Fprintf(&keys, "k%d=1\n", n)
	}
	for what, text := range map[string]string{
		"deep key":     strings.Repeat("a.", maxFile/8) + "a=1",
		"deep list":    "a=" + strings.Repeat("[", maxFile/4),
		"many blocks":  strings.Repeat("[[terminals]]\n", maxFile/64),
		"unknown keys": keys.String(),
	} {
		err := parse("f", "/", []byte(text), new(Hall))
		if err == nil {
			t.Errorf("%s: accepted", what)
		}
		if what == "unknown keys" && !strings.Contains(err.Error(), fmt.Sprintf("f:%d: k%d: unknown key", n, n-1)) {
			t.Error("the last unknown key is not reported at its line")
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, kind := range []string{"kiosk", "counter", "hall"} {
		text, err := Example(kind)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(text))
	}
	f.Add([]byte("terminals = [{id = \"1\"}, 3]\nname.en = 1\nhall = [[1]]\nscreen.scale = nan"))
	f.Add([]byte("[[clerks]]\n[clerks.x]\na=1979-05-27T07:32:00Z\n[[clerks.y]]\n[a]\n\"\"=0x7fffffffffffffff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var h Hall
		if parse("f", "/d", b, &h) == nil {
			var out bytes.Buffer
			if err := Write(&out, &h); err != nil {
				t.Fatal(err)
			}
			var again Hall
			if err := parse("f", "/d", out.Bytes(), &again); err != nil {
				t.Fatalf("written file is refused: %v\n%s", err, out.Bytes())
			}
			if d := cmp.Diff(h, again); d != "" {
				t.Fatal(d)
			}
		}
		var k Kiosk
		var c Counter
		_, _ = parse("f", "/d", b, &k), parse("f", "/d", b, &c)
	})
}

// B32: what differs between halls is data. Three hundred halls of different
// hours, rules and staff are files of one program.
func TestB32ThreeHundredHallsAreFiles(t *testing.T) {
	for i := range 300 {
		h := Hall{
			ID: fmt.Sprintf("%04d", i), Zone: "Asia/Shanghai", Listen: fmt.Sprintf(":%d", 8000+i), PublicURL: "http://hall.example",
			Name: text.Local{text.ZhHans: fmt.Sprintf("第%d街道便民服务中心", i), text.En: fmt.Sprintf("Street centre %d", i)}, Data: "/var/lib/hall",
		}
		Defaults(&h)
		h.Open, h.Close = TimeOfDay(i%12*60), TimeOfDay((i%12+i%11)*60)
		h.Calling.MaxCalls, h.Calling.RecallAfter, h.Calling.HoldShared = i%4, i%20, i%2 == 0
		h.Lanes.NormalWait, h.Lanes.PriorityTurns, h.Lanes.PriorityAge = i%90, 1+i%9, i%100
		h.Numbers = Numbers{OpenHours: i%2 == 0, StopBefore: i % 60, ByMinutes: i%3 == 0}
		for n := range 1 + i%20 {
			h.Terminals = append(h.Terminals, Terminal{ID: fmt.Sprintf("%03d", n), Token: Secret(fmt.Sprintf("token-of-terminal-%03d", n))})
			h.Clerks = append(h.Clerks, Clerk{Number: fmt.Sprint(1000 + n), Name: "王芳", PINHash: "x", Leader: n == 0})
		}
		var b bytes.Buffer
		if err := Write(&b, &h); err != nil {
			t.Fatal(err)
		}
		got, err := LoadHall(write(t, b.String()))
		if err != nil {
			t.Fatalf("hall %d: %v", i, err)
		}
		if d := cmp.Diff(h, got); d != "" {
			t.Fatalf("hall %d: %s", i, d)
		}
	}
}
