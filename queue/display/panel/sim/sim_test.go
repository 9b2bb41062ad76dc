package sim

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/sim"
)

var update = flag.Bool("update", false, "write the pictures anew")

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fresh(t testing.TB, kind string, address int) *Panel {
	t.Helper()
	p, err := New(Options{Type: kind, Address: address})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// feed hands a panel bytes without a line and returns what it says.
func (p *Panel) feed(b []byte) (answers []byte) {
	for len(b) > 0 {
		n, answer := p.step(b)
		if n == 0 {
			return answers
		}
		answers, b = append(answers, answer...), b[n:]
	}
	return answers
}

// published are frames of printers-displays.md §14 and what a person reads then.
var published = []struct {
	kind    string
	address int
	frames  string
	text    string
	answer  string
}{
	{"ff68", 3, "FF 68 08 08 68 03 02 0A 0A 0A 00 01 02 26 16", "012", ""},
	{"ff68", 3, "FF 68 08 08 68 03 02 00 00 07 0A 0A 0A 2A 16", "007", ""},
	{"ff68", 3, "FF 68 03 03 68 03 02 05 0A 16", "---\n---", ""},
	{"ff68", 3, "FF 68 02 02 68 03 03 06 16", "", ""},
	{"numeric4", 5, "05 03 E7 EF", "999", ""},
	{"numeric4", 4, "05 03 E7 EF", "", ""},
	{"xunpeng", 0, "3A 00 78 03 01 B6 0A", "888", ""},
	{"led8", 0, "1B 51 41 31 32 33 2E 35 30 0D", "123.50", ""},
	{"modbus", 5, "05 06 00 00 00 0C 88 4B", "12", "05 06 00 00 00 0C 88 4B"},
	{"modbus", 5, "05 06 00 00 03 E7 C8 F4", "999", "05 06 00 00 03 E7 C8 F4"},
	{"modbus", 5, "00 06 00 01 00 05 19 D8", "", ""},
	{"modbus", 6, "05 06 00 00 03 E7 C8 F4", "", ""},
	{"modbus-text", 1, "01 10 00 00 00 02 04 41 30 31 32 73 D9", "A012", "01 10 00 00 00 02 41 C8"},
	{"onbon", 1, "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 35 00 A3 06 01 00 00 00 01 2C 00 00 00 00 00 00 0C 00 10 00 00 00 00 02 00 00 00 00 01 01 01 00 04 00 11 00 00 00 C7 EB 41 30 31 32 BA C5 B5 BD 33 BA C5 B4 B0 BF DA 86 CD 5A", "请A012号到3号窗口", ""},
	{"onbon", 1, "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A", "", ""},
	{"alpha", 5, "00 00 00 00 00 01 5A 30 30 02 41 30 1B 20 62 41 30 31 32 20 2D 3E 20 33 03 30 32 43 35 04", "A012 -> 3", ""},
	{"alpha", 5, "00 00 00 00 00 01 5A 30 30 02 41 30 1B 20 62 1C 32 07 31 41 30 31 32 07 30 03 30 32 41 34 04", "A012", ""},
	{"alpha", 5, "00 00 00 00 00 01 5A 30 35 02 45 24 41 41 55 30 30 34 30 46 46 46 46 42 42 55 30 30 32 30 30 30 30 30 03 30 35 37 43 02 41 41 1B 20 62 10 42 03 30 31 37 36 02 47 42 41 30 31 32 03 30 31 36 32 04", "A012", ""},
	{"alpha", 6, "00 00 00 00 00 01 5A 30 35 02 41 30 1B 20 62 41 03 30 31 35 34 04", "", ""},
	{"cd5220", 0, "1B 40 1B 51 41 41 30 31 32 0D 1B 51 42 33 0D", "A012\n3", ""},
	{"dmd", 0, "1B 40 0B 41 30 31 32 1F 24 01 02 33", "A012\n3", ""},
}

func TestPublishedFramesAreUnderstood(t *testing.T) {
	for _, c := range published {
		p := fresh(t, c.kind, c.address)
		answer := p.feed(unhex(t, c.frames))
		if got := p.Text(); got != c.text {
			t.Errorf("%s shows %q, want %q for %s", c.kind, got, c.text, c.frames)
		}
		if want := unhex(t, c.answer); !bytes.Equal(answer, want) {
			t.Errorf("%s answers % X, want % X", c.kind, answer, want)
		}
		if err := errors.Join(p.Errors()...); err != nil {
			t.Errorf("%s: %v", c.kind, err)
		}
	}
}

// A frame with one wrong bit changes nothing, whatever the type: it is
// complained about, is for another address, or its beginning is not found.
func TestOneWrongBitChangesNothing(t *testing.T) {
	for _, c := range published {
		if c.kind == "cd5220" || c.kind == "dmd" || c.kind == "led8" {
			continue // they have no checksum
		}
		frame := unhex(t, c.frames)
		for i := range len(frame) * 8 {
			broken := bytes.Clone(frame)
			broken[i/8] ^= 1 << (i % 8)
			p := fresh(t, c.kind, c.address)
			p.feed(broken)
			if got := p.Text(); got != "" && !(c.kind == "numeric4" && i/8 == 0) {
				t.Errorf("%s shows %q for % X", c.kind, got, broken)
			}
		}
	}
}

func TestWhatIsNotUnderstoodIsComplainedAbout(t *testing.T) {
	for _, c := range []struct{ kind, bytes, want string }{
		{"numeric4", "05 03 E7 EE", "begins no frame"},
		{"numeric4", "05 FF FF 03", "four digits"},
		{"xunpeng", "3A 09 78 03 01 BF 0A", "colour"},
		{"xunpeng", "3A 00 78 03 01 B6 0B", "wrong frame"},
		{"led8", "1B 51 41 31 32 33 34 35 36 37 38 39 0D", "eight digits"},
		{"led8", "1B 73 35", "lamp"},
		{"led8", "41", "begins no command"},
		{"ff68", "FF 68 03 03 68 03 02 05 0B 16", "sum"},
		{"ff68", "FF 68 08 08 68 05 02 0A 0A 0A 00 01 0B 31 16", "no digit"},
		{"ff68", "FF 68 02 02 68 05 09 0E 16", "no function"},
		{"modbus", "05 06 00 00 00 0C 88 4C", "CRC"},
		{"modbus", "05 03 00 00 00 01 85 8E", "exception 01"},
		{"onbon", "A5 A5 A5 5A", "not 8"},
		{"onbon", "A5 A5 A5 A5 A5 A5 A5 A5 A6 5A", "escape"},
		{"onbon", "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F9 5A", "CRC"},
		{"alpha", "00 00 00 00 00 01 5A 30 35 02 47 42 41 30 31 32 03 30 31 36 32 04", "no such file"},
		{"alpha", "00 00 00 00 00 01 5A 30 30 02 41 30 41 03 30 30 42 37 04", "no mode"},
		{"alpha", "00 00 00 00 00 01 5A 30 30 02 41 30 1B 20 62 03 30 31 31 34 04", "sum"},
		{"alpha", "01 04", "not 5"},
		{"cd5220", "1B 51 41 0D 41", "string mode"},
		{"cd5220", "1B 6C 15 01", "no place"},
		{"cd5220", "1B 99", "no command"},
		{"dmd", "1F 58 05", "not 1 to 4"},
		{"dmd", "1B 51 41 41 0D", "no command"},
	} {
		p := fresh(t, c.kind, 5)
		p.feed(unhex(t, c.bytes))
		if err := errors.Join(p.Errors()...); err == nil || !strings.Contains(err.Error(), c.want) || p.Text() != "" && c.kind != "cd5220" && c.kind != "dmd" {
			t.Errorf("%s, %s: shows %q, complains %v, want %q", c.kind, c.bytes, p.Text(), err, c.want)
		}
	}
}

func TestModbusRefusesWithTheCodesOfTheSpecification(t *testing.T) {
	for _, c := range []struct {
		body []byte
		code byte
	}{
		{[]byte{5, 6, 0, 8, 0, 1}, 2},
		{[]byte{5, 0x10, 0, 7, 0, 2, 4, 0, 0, 0, 0}, 2},
		{[]byte{5, 0x10, 0, 0, 0, 2, 2, 0, 0}, 3},
		{[]byte{5, 0x10, 0, 0, 0, 0, 0}, 3},
	} {
		p := fresh(t, "modbus", 5)
		if got, want := p.feed(sealed(c.body)), sealed([]byte{5, c.body[1] | 0x80, c.code}); !bytes.Equal(got, want) {
			t.Errorf("% X: answer % X, want % X", c.body, got, want)
		}
	}
}

func TestScrollModesMoveWhatIsWritten(t *testing.T) {
	long := "1234567890123456789012345678901234567890X"
	for mode, want := range map[string]string{
		"\x1F\x01": "X2345678901234567890\n12345678901234567890",
		"\x1F\x02": "12345678901234567890\nX",
		"\x1F\x03": "2345678901234567890X",
	} {
		p := fresh(t, "dmd", 0)
		p.feed([]byte(mode + long))
		if got := p.Text(); got != want {
			t.Errorf("mode % X shows %q, want %q", mode, got, want)
		}
	}
}

// served is a panel on a line in memory.
func served(t *testing.T, p *Panel) devices.Conn {
	t.Helper()
	conn, _ := devicestest.Memory().Connect(t, p)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// hear returns what comes within a time.
func hear(t *testing.T, conn devices.Conn, d time.Duration) (all []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	for {
		b := make([]byte, 64)
		n, err := conn.Read(ctx, b)
		all = append(all, b[:n]...)
		if err != nil {
			return all
		}
	}
}

func TestHabitsAreThoseOfABadPanel(t *testing.T) {
	request := "05 06 00 00 00 0C 88 4B"
	for script, want := range map[string]string{
		"answer=silent":            "",
		"answer=garbled":           "05 06 00 00 00 0C 88 5B",
		"answer=wrong":             "06 06 00 00 00 0C 88 78",
		"answer=exception":         "05 86 04 02 62",
		"echo=on":                  request + request,
		"noise=on":                 "00 FF 05 7E" + request,
		"answer=late; answer=ok":   request,
		"echo=on; answer=silent":   request,
		"noise=on; noise=off":      request,
		"answer=late":              "",
		"power=cut; answer=silent": "",
	} {
		t.Run(script, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := fresh(t, "modbus", 5)
				s, err := sim.ParseScript(script)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range s {
					if err := p.Apply(d); err != nil {
						t.Fatal(err)
					}
				}
				conn := served(t, p)
				if _, err := conn.Write(t.Context(), unhex(t, request)); err != nil {
					t.Fatal(err)
				}
				if got := hear(t, conn, time.Second); !bytes.Equal(got, unhex(t, want)) {
					t.Errorf("got % X, want %s", got, want)
				}
				if late := hear(t, conn, time.Second); script == "answer=late" && len(late) != 8 {
					t.Errorf("late comes % X", late)
				}
			})
		})
	}
	p := fresh(t, "modbus", 5)
	if err := p.Apply(sim.Directive{Name: "answer", Value: "rude"}); err == nil {
		t.Error("answer=rude is a directive")
	}
}

func TestPowerCutForgetsAndSilenceEndsAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fresh(t, "numeric4", 5)
		changes := make(chan string, 9)
		p.OnChange(func() { changes <- p.Text() })
		conn := served(t, p)
		for _, piece := range []string{"05 03", "05 03 E7 EF"} {
			if _, err := conn.Write(t.Context(), unhex(t, piece)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if got := <-changes; got != "999" || len(p.Errors()) != 1 {
			t.Errorf("shows %q, complains %v", got, p.Errors())
		}
		p.Reset()
		if got := <-changes; got != "" {
			t.Errorf("without power it shows %q", got)
		}
	})
}

func TestUnknownTypeNamesTheOthers(t *testing.T) {
	if _, err := New(Options{Type: "toaster"}); err == nil || !strings.Contains(err.Error(), "numeric4") {
		t.Errorf("got %v", err)
	}
}

// pictures are looked at, in testdata, and then compared.
var pictures = map[string]string{
	"modbus": "05 06 00 00 03 E7 C8 F4",
	"ff68":   "FF 68 08 08 68 05 02 00 00 07 00 01 02 11 16",
	"dmd":    "1B 40 0B 41 30 31 32 1F 24 01 02 57 69 6E 64 6F 77 20 33",
	"alpha":  "00 00 00 00 00 01 5A 30 30 02 41 30 1B 20 62 41 30 31 32 20 2D 3E 20 33 03 30 32 43 35 04",
}

func TestPicturesAreWhatAPersonSees(t *testing.T) {
	for kind, frames := range pictures {
		p := fresh(t, kind, 5)
		p.feed(unhex(t, frames))
		if err := errors.Join(p.Errors()...); err != nil {
			t.Error(err)
		}
		b, err := p.Picture().PNG(nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", kind+".png")
		if *update {
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		same(t, path, b)
	}
}

// same compares dots, so that another compression is no difference.
func same(t *testing.T, path string, b []byte) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != want.Bounds() {
		t.Fatalf("%s: %v, want %v", path, got.Bounds(), want.Bounds())
	}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			if got.At(x, y) != want.At(x, y) {
				t.Fatalf("%s differs at %d,%d; look at it and run with -update", path, x, y)
			}
		}
	}
}

func FuzzDecoders(f *testing.F) {
	for _, c := range published {
		f.Add(c.kind, unhex(f, c.frames))
	}
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		p, err := New(Options{Type: kind, Address: 5})
		if err != nil {
			return
		}
		for rest := b; len(rest) > 0; {
			n, _ := p.step(rest)
			if n < 0 || n > len(rest) {
				t.Fatalf("%d of %d bytes are used up", n, len(rest))
			}
			if n == 0 {
				break
			}
			rest = rest[n:]
		}
		_ = p.Text()
	})
}
