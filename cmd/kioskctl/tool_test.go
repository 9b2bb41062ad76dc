package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/cmd/program"
	"hallway/idreader"
	"hallway/idreader/sam"
)

// A screen is what the program writes, to be read while it runs.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes output.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String returns all output so far.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// A tool is one command of the program that runs.
type tool struct {
	*testing.T
	out   *screen
	input *io.PipeWriter
	ended chan error
}

func begin(t *testing.T, args ...string) *tool {
	t.Helper()
	stdin, input := io.Pipe()
	k := &tool{t, &screen{}, input, make(chan error, 1)}
	m := &Main{Streams: program.Streams{Stdin: stdin, Stdout: k.out, Stderr: k.out, Exit: func(int) {}}}
	if err := m.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	go func() { k.ended <- errors.Join(m.Run(t.Context()), m.Close()) }()
	t.Cleanup(func() { input.Close() })
	return k
}

// end waits for the end of the command and returns what it said.
func (k *tool) end() (string, error) {
	k.Helper()
	select {
	case err := <-k.ended:
		return k.out.String(), err
	case <-time.After(patience):
		k.Fatalf("does not end: %s", k.out)
		return "", nil
	}
}

func (k *tool) expect(text string) {
	k.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(k.out.String(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			k.Fatalf("never said %q: %s", text, k.out)
		}
	}
}

func (k *tool) say(line string) {
	k.Helper()
	if _, err := fmt.Fprintln(k.input, line); err != nil {
		k.Fatal(err)
	}
}

const token = "token-of-the-terminal-0123456789"

// terminal writes the configuration of a terminal with a simulated reader and
// printer.
func terminal(t *testing.T) (file string, reader, printer *run) {
	t.Helper()
	dir := t.TempDir()
	reader = start(t, "reader", "--pty", filepath.Join(dir, "reader"))
	printer = start(t, "printer", "--pty", filepath.Join(dir, "printer"))
	file = filepath.Join(dir, "kiosk.toml")
	text := fmt.Sprintf("terminal = \"012\"\ndata = %q\n[hall]\nurl = \"http://hall.test\"\ntoken = %q\n[reader]\nport = %q\n[printer]\nport = %q\n",
		dir, token, reader.port, printer.port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, reader, printer
}

func TestCheckSaysHowEveryDeviceIsAndWhatToDo(t *testing.T) {
	file, _, printer := terminal(t)
	out, err := begin(t, "check", "--kiosk", file).end()
	if err != nil || strings.Count(out, "works") != 2 || !strings.Contains(out, "05.03-20120101-0001234567-0000000089") {
		t.Errorf("%v\n%s", err, out)
	}
	printer.say("cover open")
	for deadline := time.Now().Add(patience); err == nil && time.Now().Before(deadline); {
		out, err = begin(t, "check", "--kiosk", file).end()
	}
	if err == nil || !strings.Contains(out, "cover-open") || !strings.Contains(out, "Close the cover.") {
		t.Errorf("%v\n%s", err, out)
	}
	printer.say("unplug")
	out, err = begin(t, "check", "--kiosk", file).end()
	if err == nil || !strings.Contains(out, "port is not there") || !strings.Contains(out, "check cable and power") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTestPrintsAPage(t *testing.T) {
	file, _, printer := terminal(t)
	out, err := begin(t, "test", "printer", "--kiosk", file).end()
	if err != nil || !strings.Contains(out, "test page: done") {
		t.Errorf("%v\n%s", err, out)
	}
	printer.expect("ticket finished, 1 to take")
	if _, err := begin(t, "test", "scanner", "--kiosk", file).end(); err == nil || !strings.Contains(err.Error(), "[reader printer]") {
		t.Errorf("a device that is not configured: %v", err)
	}
}

func TestWalkThroughTheReader(t *testing.T) {
	file, reader, _ := terminal(t)
	k := begin(t, "walk", "reader", "--kiosk", file)
	k.expect("Lay a card")
	reader.say("lay 1")
	k.expect("Lift it.")
	reader.say("lift")
	out, err := k.end()
	if err != nil || !strings.Contains(out, "张*, 110***********0032") || !strings.Contains(out, "reader passed") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestWalkThroughThePrinter(t *testing.T) {
	file, _, printer := terminal(t)
	k := begin(t, "walk", "printer", "--kiosk", file)
	for _, s := range []struct{ told, do string }{
		{"Open the cover.", "cover open"}, {"Close the cover.", "cover close"}, {"Take the paper out", "paper 0"}, {"Put the paper back", "paper 80000"},
	} {
		k.expect(s.told)
		printer.say(s.do)
	}
	k.expect("Did a whole page come out")
	k.say("perhaps")
	k.say("y")
	if out, err := k.end(); err != nil || strings.Count(out, "The device says so.") != 4 || !strings.Contains(out, "printer passed") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestProbeFindsWhoIsOnAPort(t *testing.T) {
	_, reader, printer := terminal(t)
	if out, err := begin(t, "probe", reader.port).end(); err != nil || !strings.Contains(out, "reader at 115200 answers: SAM 05.03") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := begin(t, "probe", printer.port, "--baud", "19200").end()
	if err != nil || !strings.Contains(out, "reader at 19200: ") || !strings.Contains(out, "printer at 19200 answers") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRecordingIsPlayedBack(t *testing.T) {
	file, _, printer := terminal(t)
	rec := filepath.Join(t.TempDir(), "printer.rec")
	k := begin(t, "record", "printer", "--kiosk", file, "--out", rec, "--bytes")
	k.expect("conditions []")
	printer.say("cover open")
	k.expect("cover-open")
	k.say("cover opened by hand")
	k.say("quit")
	if _, err := k.end(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(rec)
	if err != nil || !strings.Contains(string(text), "cover opened by hand") {
		t.Errorf("%v\n%s", err, text)
	}
	if out, err := begin(t, "replay", rec).end(); err != nil || !strings.Contains(out, "cover-open") {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
}

// What a card says is not in a recording of its reading, with bytes or without.
func TestRecordingOfACardNamesNobody(t *testing.T) {
	file, reader, _ := terminal(t)
	for _, more := range [][]string{nil, {"--bytes"}} {
		rec := filepath.Join(t.TempDir(), "reader.rec")
		k := begin(t, append([]string{"record", "reader", "--kiosk", file, "--out", rec}, more...)...)
		reader.say("lay 1")
		k.expect("card read")
		reader.say("lift")
		k.expect("card removed")
		k.say("quit")
		if _, err := k.end(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(rec)
		if err != nil {
			t.Fatal(err)
		}
		card := fmt.Sprintf("% X", []byte("1\x001\x000\x001\x00"))
		if strings.Contains(string(text), card) || strings.Contains(string(text), "张") {
			t.Errorf("%v: the recording names the citizen", more)
		}
		if read := fmt.Sprintf("% X", sam.Encode(nil, sam.CmdRead[:])); more != nil && !strings.Contains(string(text), read) {
			t.Errorf("the command to read is not recorded:\n%s", text)
		}
	}
}

func TestBundleHoldsNoSecret(t *testing.T) {
	file, _, _ := terminal(t)
	archive := filepath.Join(t.TempDir(), "bundle.tar.gz")
	if out, err := begin(t, "bundle", "--kiosk", file, "--out", archive).end(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names[h.Name] = string(b)
		if strings.Contains(string(b), token) {
			t.Errorf("%s holds the token", h.Name)
		}
	}
	if !strings.Contains(names["bundle/config.toml"], "terminal = \"012\"") || !strings.Contains(names["bundle/check.txt"], "works") {
		t.Errorf("got %q", names)
	}
}

// A trace of a reader is explained frame by frame; who is on the card is shown
// only when that is asked for.
func TestCardDecodeMasksUnlessRevealed(t *testing.T) {
	p := idreader.Person{
		Kind: idreader.Resident, Name: "张三丰", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1949, Month: 12, Day: 31},
		Address: "北京市东城区示例路1号院", Number: "110101194912310032", Issuer: "北京市公安局东城分局",
		ValidFrom: idreader.Date{Year: 2015, Month: 3, Day: 1}, LongTerm: true,
	}
	text, err := sam.EncodeText(p)
	if err != nil {
		t.Fatal(err)
	}
	body := append([]byte{0, 0, 0x90, 1, 0, 4, 0}, text...)
	trace := sam.Encode([]byte("noise"), []byte{0, 0, 0x9F, 0, 0, 0, 0})
	trace = sam.Encode(trace, append(body, make([]byte, 1024)...))
	file := filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(file, trace, 0o600); err != nil {
		t.Fatal(err)
	}
	const rest = `,"issuer":"北京市公安局东城分局","valid_from":"2015-03-01","valid_to":"long-term","warnings":`
	for _, c := range []struct {
		args []string
		want []string
	}{
		{nil, []string{`"name":"张*"`, `"number":"110***********0032"`}},
		{[]string{"--reveal"}, []string{`"name":"张三丰"`, `"number":"110101194912310032"`, `"address":"北京市东城区示例路1号院"`}},
	} {
		out, err := begin(t, append([]string{"card", "decode", file}, c.args...)...).end()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out, "\n")
		if len(lines) != 4 || lines[0] != `{"frame":"noise","bytes":5}` || !strings.HasPrefix(lines[1], `{"frame":"status","sw":"9f"`) {
			t.Fatalf("got %s", out)
		}
		for _, want := range append(c.want, `{"frame":"read","sw":"90",`, `"kind":"resident"`, `"sex":"male","ethnicity":"汉","birth":"1949-12-31"`, rest) {
			if !strings.Contains(lines[2], want) {
				t.Errorf("%v: no %s in %s", c.args, want, lines[2])
			}
		}
		if c.args == nil && (strings.Contains(out, "三丰") || strings.Contains(out, "示例路") || strings.Contains(out, "19491231")) {
			t.Errorf("not masked: %s", out)
		}
	}
}

// Every input can be walked before a configuration names it.
func TestWalkThroughInputsThatNobodyConfigured(t *testing.T) {
	for _, c := range []struct {
		driver, sim  string
		told, do     string
		said, answer string
	}{
		{"scanner", "scanner", "Hold any QR code", "hold 0417-012-261123-0093-7", "A code of 22 characters", ""},
		{"document", "document", "Swipe a passport", "swipe 1", "Read: TD3 of UTO", ""},
		{"rater", "rater", "Press the keys", "press satisfied", "pressed: satisfied", "quit"},
		{"keypad", "keypad", "Press every key", "press recall", "key: recall", "y"},
		{"display", "window", "888", "", "every segment lit?", "n"},
	} {
		t.Run(c.driver, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.sim, "--pty", filepath.Join(t.TempDir(), c.sim))
			k := begin(t, "walk", c.driver, "--port", s.port)
			k.expect(c.told)
			if c.do != "" {
				s.say(c.do)
			}
			k.expect(c.said)
			switch c.answer {
			case "quit": // the box is asked until nobody presses for half a minute
				return
			case "y":
				k.expect("Was that every key")
				k.say("y")
			case "n":
				k.say("n")
				if out, err := k.end(); err == nil {
					t.Errorf("a display that is dark passes: %s", out)
				}
				return
			}
			if out, err := k.end(); err != nil || !strings.Contains(out, c.driver+" passed") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestPrinterThatNobodyKnowsGetsAProfile(t *testing.T) {
	s := start(t, "printer", "--pty", filepath.Join(t.TempDir(), "printer"), "--model", "tm-t82iii")
	out, err := begin(t, "printer", "detect", s.port).end()
	if err != nil || !strings.Contains(out, "epson-tm-t82") {
		t.Errorf("%v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "mine.toml")
	if out, err := begin(t, "printer", "profile", s.port, "--id", "mine", "--out", file).end(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = begin(t, "printer", "test", s.port, "--profile", file).end(); err != nil || !strings.Contains(out, "test page: done") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = begin(t, "printer", "probe", s.port, "--profile", file).end(); err != nil || !strings.Contains(out, "text.charset") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestEveryDocumentIsRendered(t *testing.T) {
	all, err := filepath.Glob(filepath.Join("..", "..", "printer", "testdata", "*.json"))
	if err != nil || len(all) < 14 {
		t.Fatalf("%d documents, %v", len(all), err)
	}
	dir := t.TempDir()
	begins := map[string]string{"epson-tm-t88": "\x1b@\x1c&", "star-line": "\x1b@\x1b\x1eE\x00"}
	for i, d := range all {
		bin, png, profile := filepath.Join(dir, "t.bin"), filepath.Join(dir, "t.png"), []string{"epson-tm-t88", "star-line"}[i%2]
		out, err := begin(t, "ticket", "render", "--profile", profile, "--out", bin, "--png", png, d).end()
		if err != nil {
			t.Errorf("%v\n%s", err, out)
			continue
		}
		if b, err := os.ReadFile(bin); err != nil || !strings.HasPrefix(string(b), begins[profile]) {
			t.Errorf("%s for %s begins with % X, %v", d, profile, b[:min(len(b), 8)], err)
		}
		for _, f := range []string{bin, png} {
			if b, err := os.ReadFile(f); err != nil || len(b) < 100 {
				t.Errorf("%s: %d bytes, %v", f, len(b), err)
			}
			if err := os.Remove(f); err != nil {
				t.Error(err)
			}
		}
	}
}
