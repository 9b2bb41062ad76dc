package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"hallway/app/hall/halltest"
	"hallway/app/hall/server"
	"hallway/app/journey"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/sim"
	"hallway/idreader"
	"hallway/idreader/sam"
	readersim "hallway/idreader/sam/sim"
	papersim "hallway/printer/escpos/sim"
)

// marked is the invented citizen whose traces are looked for.
var marked = idreader.Person{
	Kind: idreader.Resident, Name: "欧阳试验", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1949, Month: 12, Day: 31},
	Address: "北京市东城区标记路77号", Number: "110101194912310032", Issuer: "北京市公安局东城分局",
	ValidFrom: idreader.Date{Year: 2015, Month: 3, Day: 1}, LongTerm: true,
}

const markedPhone = "13912345678"

// A terminal is everything of the program but its window: the visit, the store,
// the drivers on their ports, and a person's hands.
type terminal struct {
	*testing.T
	parts  *parts
	card   *readersim.Reader
	paper  *papersim.Printer
	log    bytes.Buffer
	cancel func()

	mu sync.Mutex
	m  journey.Model
	do func([]journey.Command)
}

// Write takes the log.
func (k *terminal) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.log.Write(p)
}

// startTerminal starts a terminal that keeps its files in dir.
func startTerminal(t *testing.T, dir, hall string) *terminal {
	t.Helper()
	k := &terminal{T: t, card: readersim.New(readersim.Options{})}
	model, err := papersim.LoadModel("generic-cn-80")
	if err != nil {
		t.Fatal(err)
	}
	k.paper = papersim.New(papersim.Options{Model: model})
	k.paper.SetPaper(1_000_000)
	file := filepath.Join(dir, "kiosk.toml")
	text := fmt.Sprintf("terminal = %q\ndata = \"data\"\n[hall]\nurl = %q\ntoken = %q\n[reader]\nport = %q\nbaud = 115200\n[printer]\nport = %q\n[disk]\nreserve_mb = 16\n",
		halltest.Terminal, hall, halltest.Token, k.plug(dir, "reader", k.card.Serve), k.plug(dir, "printer", k.paper.Serve))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if k.parts, err = open(t.Context(), file, filepath.Join(dir, "trace.jsonl"), k, shipped); err != nil {
		t.Fatal(err)
	}
	k.parts.log = slog.New(slog.NewTextHandler(k, &slog.HandlerOptions{Level: slog.LevelDebug}))
	k.parts.timing = sam.Timing{Idle: 5 * time.Millisecond, Probe: 5 * time.Millisecond}
	k.run()
	return k
}

// plug serves a simulated device on a pseudo-terminal.
func (k *terminal) plug(dir, name string, serve func(context.Context, io.ReadWriter) error) string {
	k.Helper()
	pty, err := sim.OpenPTY(filepath.Join(dir, name))
	if err != nil {
		k.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- serve(context.Background(), pty) }()
	k.Cleanup(func() {
		if err := pty.Close(); err != nil {
			k.Error(err)
		}
		if err := <-done; err != nil {
			k.Error(err)
		}
	})
	return pty.Name()
}

// run joins the parts as the program does, without a window.
func (k *terminal) run() {
	p := k.parts
	k.m = journey.Start(p.setup(), time.Now())
	life, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	runner := journey.NewRunner(p.fit(life, &group, k.send))
	k.mu.Lock()
	k.do = runner.Do
	k.mu.Unlock()
	group.Go(func() { p.outbox.Run(life) })
	group.Go(func() { p.ports.Run(life) })
	group.Go(func() { drivers.KeepJournal(life, p.history, filepath.Join(p.config.Data, drivers.JournalFile), p.log) })
	group.Go(func() { p.follow(life, k.send) })
	group.Go(func() {
		for devices.Pause(life, 20*time.Millisecond) == nil {
			k.send(journey.Tick{Now: time.Now()})
		}
	})
	k.cancel = sync.OnceFunc(func() {
		runner.Close()
		cancel()
		group.Wait()
		if err := p.close(); err != nil {
			k.Error(err)
		}
	})
	k.Cleanup(k.cancel)
}

func (k *terminal) send(m journey.Msg) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var todo []journey.Command
	k.m, todo = journey.Update(k.m, m)
	if k.do != nil {
		k.do(todo)
	}
}

// press waits until each control can be pressed, and presses it.
func (k *terminal) press(ids ...string) {
	k.Helper()
	for _, id := range ids {
		k.until(id, func(s journey.Screen) bool { return s.Enabled(id) })
		k.send(journey.Press{Control: id, Op: k.parts.ids()})
	}
}

func (k *terminal) until(what string, ok func(journey.Screen) bool) {
	k.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		k.mu.Lock()
		s := journey.View(k.m)
		reached := ok(s)
		k.mu.Unlock()
		if reached {
			return
		}
		if time.Now().After(deadline) {
			k.Fatalf("%s never came; screen %s says %q", what, s.ID, s.Banner.Key)
		}
	}
}

func (k *terminal) on(id journey.ScreenID) {
	k.Helper()
	k.until(string(id), func(s journey.Screen) bool { return s.ID == id })
}

// file files an application with the citizen's card and waits for the slip.
func (k *terminal) file() {
	k.Helper()
	k.press("tile.application", "item."+halltest.ItemFree)
	k.on(journey.Card)
	card, err := readersim.Encode(marked)
	if err != nil {
		k.Fatal(err)
	}
	k.card.Lay(card)
	k.press("do.continue")
	for _, c := range markedPhone {
		k.press("key." + string(c))
	}
	k.press("do.ok", "choice.ltd", "do.skip", "do.submit")
	k.on(journey.Accepted)
	k.until("the hall's answer", func(journey.Screen) bool { return k.m.Visit.Accepted.Delivered })
	k.until("slip", func(s journey.Screen) bool { return s.Banner.Key == "print.done" })
	if _, printed := k.paper.Take(); !printed {
		k.Fatal("the slip is not there")
	}
	k.card.Lift()
	k.press("do.finish")
	k.on(journey.Home)
}

// traces are the forms in which the citizen could be found again.
func traces(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for name, s := range map[string]string{"number": string(marked.Number), "name": marked.Name, "address": marked.Address, "phone": markedPhone} {
		all[name+" in UTF-8"] = []byte(s)
		for encoding, e := range map[string]interface{ Bytes([]byte) ([]byte, error) }{
			"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(),
			"UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(),
			"GBK":      simplifiedchinese.GBK.NewEncoder(),
		} {
			b, err := e.Bytes([]byte(s))
			if err != nil {
				t.Fatal(err)
			}
			all[name+" in "+encoding] = b
		}
	}
	return all
}

// search looks for the citizen in every file below dir.
func search(t *testing.T, dir string) (found []string, files int) {
	t.Helper()
	needles := traces(t)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for what, needle := range needles {
			if bytes.Contains(b, needle) {
				found = append(found, what+" in "+path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found, files
}

// A hundred citizens file an application. What is left on the terminal, in its
// store, its logs, its traces and the folder of temporary files, names none of
// them, neither while the program runs nor after it ended. The hall has every
// application, so it was they who were not found.
func TestAHundredVisitsLeaveNoTraceOfTheCitizen(t *testing.T) {
	dir := t.TempDir()
	temporary := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temporary)
	w := halltest.New(t)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ts := httptest.NewServer(s.Handler())
	t.Cleanup(ts.Close)
	k := startTerminal(t, dir, ts.URL)
	k.until("hall", func(s journey.Screen) bool { return s.Enabled("tile.application") })
	for range 100 {
		k.file()
	}
	if found, files := search(t, dir); len(found) > 0 || files < 4 {
		t.Errorf("%d files while the program runs:\n%s", files, strings.Join(found, "\n"))
	}
	k.cancel()
	if found, _ := search(t, dir); len(found) > 0 {
		t.Errorf("after its end:\n%s", strings.Join(found, "\n"))
	}
	for what, needle := range traces(t) {
		if bytes.Contains(k.log.Bytes(), needle) {
			t.Errorf("%s in the log", what)
		}
	}
	if !strings.Contains(k.log.String(), "device answers") {
		t.Error("the log that was searched is not the program's")
	}
	for what, needle := range traces(t) {
		if err := os.WriteFile(filepath.Join(temporary, "control"), append([]byte("x"), needle...), 0o600); err != nil {
			t.Fatal(err)
		}
		if found, _ := search(t, dir); !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, what) }) {
			t.Errorf("%s is not found where it was put", what)
		}
	}
}
