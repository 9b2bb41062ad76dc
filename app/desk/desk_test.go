package desk

import (
	"bytes"
	"context"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/devices/serialport"
	"hallway/idreader"
	"hallway/idreader/sam"
	readersim "hallway/idreader/sam/sim"
	"hallway/printer"
	"hallway/printer/escpos"
	"hallway/queue/display"
)

// within bounds everything that a test waits for.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// set opens a desk in a folder of its own, before a hall that says hello, and
// serves it until the test ends.
func set(t *testing.T, change func(*Config)) (*Desk, Config) {
	t.Helper()
	hall := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	t.Cleanup(hall.Close)
	dir := t.TempDir()
	c := Config{
		Network: Network{Listen: "127.0.0.1:0", Hall: strings.TrimPrefix(hall.URL, "http://")},
		Reader:  Reader{Link: filepath.Join(dir, "dev", "reader")},
		Printer: Printer{Link: filepath.Join(dir, "dev", "printer"), Profile: "epson-tm-t82", RollMM: 20000, Tickets: filepath.Join(dir, "tickets")},
		Counter: Counter{Link: filepath.Join(dir, "dev", "counter"), Display: 1, Keypad: 2},
	}
	if change != nil {
		change(&c)
	}
	d, err := Open(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		if _, err := os.Lstat(c.Reader.Link); err == nil {
			t.Error("the reader's link is still there")
		}
	})
	return d, c
}

func open(t *testing.T, link string, baud int) devices.Conn {
	t.Helper()
	conn, err := serialport.Open(within(t, 10*time.Second), link, baud)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// polled polls the reader in the background and returns its events.
func polled(t *testing.T, c Config) <-chan idreader.Event {
	t.Helper()
	ctx := within(t, 30*time.Second)
	s, err := sam.Open(ctx, open(t, c.Reader.Link, 115200), sam.Options{Baud: 115200})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	events, ended := make(chan idreader.Event, 16), make(chan error, 1)
	go func() { ended <- s.Poll(ctx, func(e idreader.Event) { events <- e }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Poll: %v", err)
		}
		s.Close()
	})
	return events
}

// next takes the next event that is no mere sign of a card.
func next(t *testing.T, events <-chan idreader.Event) idreader.Event {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case e := <-events:
			if e.Type != idreader.Present {
				return e
			}
		case <-late:
			t.Fatal("the reader noticed nothing")
		}
	}
}

func TestCardOnTheDeskIsReadByTheTrueDriver(t *testing.T) {
	d, c := set(t, nil)
	events := polled(t, c)
	specimen := readersim.Specimens()[0]
	d.Reader.Lay(specimen.Card)
	e := next(t, events)
	if e.Type != idreader.Read || e.Person.Reveal("test").Name != specimen.Name {
		t.Fatalf("event %+v", e)
	}
	d.Reader.Lift()
	if e := next(t, events); e.Type != idreader.Removed {
		t.Errorf("event %+v after the card was lifted", e)
	}
}

func TestBrushedCardIsGoneBeforeItIsRead(t *testing.T) {
	d, c := set(t, nil)
	events := polled(t, c)
	d.Brush(readersim.Specimens()[1].Card)
	if e := next(t, events); e.Type != idreader.Failed || e.Fault != idreader.FaultMoved {
		t.Fatalf("event %+v, want that the card moved", e)
	}
	if d.Reader.Laid() {
		t.Error("the card still lies there")
	}
	if e := next(t, events); e.Type != idreader.Removed {
		t.Fatalf("event %+v, want that the card is gone", e)
	}
	d.Reader.Lay(readersim.Specimens()[1].Card)
	if e := next(t, events); e.Type != idreader.Read {
		t.Fatalf("event %+v, want that a card that stays is read", e)
	}
}

// journal intends everything.
type journal struct{}

func (journal) Intend(context.Context, printer.JobID) error                   { return nil }
func (journal) Conclude(context.Context, printer.JobID, printer.Result) error { return nil }

func TestEveryTicketBecomesAPicture(t *testing.T) {
	d, c := set(t, nil)
	ctx := within(t, 60*time.Second)
	profile, err := printer.LoadProfile(c.Printer.Profile)
	if err != nil {
		t.Fatal(err)
	}
	p, err := escpos.Open(ctx, open(t, c.Printer.Link, 115200), profile, journal{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, id := range []printer.JobID{"a.1", "b.1"} {
		doc := printer.Document{Template: "test", Lang: "zh-Hans", Blocks: []printer.Block{printer.Text{Text: "您的号码 A012"}, printer.Cut{}}}
		if r := p.Print(ctx, printer.Job{ID: id, Doc: doc}); r.Outcome != devices.Done {
			t.Fatalf("%s: %+v", id, r)
		}
		d.Printer.Take()
	}
	for _, name := range []string{"0001.png", "0002.png"} {
		b, err := os.ReadFile(filepath.Join(c.Printer.Tickets, name))
		if err != nil {
			t.Fatal(err)
		}
		if img, err := png.Decode(bytes.NewReader(b)); err != nil || img.Bounds().Dx() < 576 || img.Bounds().Dy() < 100 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := filepath.Glob(filepath.Join(c.Printer.Tickets, "*")); err != nil || len(all) != 2 {
		t.Errorf("%d files for two tickets, %v", len(all), err)
	}
}

func TestDisplayAndKeypadShareOneLine(t *testing.T) {
	d, c := set(t, nil)
	ctx := within(t, 20*time.Second)
	bus := ff68.NewPort(func(ctx context.Context) (devices.Conn, error) { return serialport.Open(ctx, c.Counter.Link, 9600) }, ff68.Options{})
	shown := make(chan struct{}, 16)
	d.Display.OnChange(func() { shown <- struct{}{} })
	line, err := bus.Line(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w, err := display.Open(ctx, line, display.Options{Address: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if line, err = bus.Line(ctx); err != nil {
		t.Fatal(err)
	}
	pressed := make(chan keypad.Key, 4)
	k, err := keypad.Open(line, keypad.Options{Address: 2}, func(key keypad.Key) { pressed <- key })
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if err := w.Show(ctx, "A012"); err != nil {
		t.Fatal(err)
	}
	if err := d.Keypad.Press(keypad.KeyNext); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"display", "keypad"} {
		select {
		case <-shown:
			if ticket, _ := d.Display.Shown(); ticket != "012" {
				t.Errorf("display shows %q", ticket)
			}
		case key := <-pressed:
			if key != keypad.KeyNext {
				t.Errorf("key %q", key)
			}
		case <-ctx.Done():
			t.Fatalf("%s: nothing came", what)
		}
	}
}

func TestScriptOfAPortReachesItsDevice(t *testing.T) {
	d, _ := set(t, func(c *Config) { c.Printer.Script = "cover=open; paper=out" })
	if !d.Printer.Cover() || d.Printer.Paper() != 0 {
		t.Errorf("cover open %v, %d mm of paper", d.Printer.Cover(), d.Printer.Paper())
	}
}

func TestWrongDeskLeavesNothingOpen(t *testing.T) {
	for _, change := range []func(*Config){
		func(c *Config) { c.Printer.Profile = "nosuch" },
		func(c *Config) { c.Counter.Script = "paper=out" }, // a counter has no paper
		func(c *Config) { c.Network.Listen = "256.0.0.1:1" },
	} {
		dir := t.TempDir()
		c := Config{Network: Network{Listen: "127.0.0.1:0"}, Reader: Reader{Link: filepath.Join(dir, "r")},
			Printer: Printer{Link: filepath.Join(dir, "p"), Profile: "epson-tm-t82"}, Counter: Counter{Link: filepath.Join(dir, "c"), Display: 1, Keypad: 2}}
		change(&c)
		if d, err := Open(c, slog.New(slog.DiscardHandler)); err == nil {
			d.Close()
			t.Errorf("desk %+v was opened", c)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%d links are left, %v", len(left), err)
		}
	}
}
