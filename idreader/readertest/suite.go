// Package readertest is what every reader of identity cards must do, whatever
// its protocol: fill in a [Suite] and call Run. A simulated reader stands behind
// the driver, and the suite lays cards on it, snatches them and spoils the line.
// What a driver must do as a device is in package devicestest.
//
// After each test nothing of the card may stand in a log line, an error or an
// event as it is printed; see [Leaks].
package readertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/idreader"
)

// A Bench is an open driver and the simulated reader behind it.
type Bench struct {
	Reader idreader.Reader
	// Looks returns how many commands the reader has got so far.
	Looks func() int
	// Lay lays the card of Suite.Person on the reader, Lift takes it away.
	Lay, Lift func()
	// Snatch lays the card, and takes it away in the middle of being read.
	Snatch func()
	// Spoil makes the checksum wrong of every answer with card data, until Heal.
	Spoil, Heal func()
	// CutPhoto lays a card whose photo is only half there; nil when the driver
	// has no photo.
	CutPhoto func()
	// Unplug takes the reader away.
	Unplug func()
}

// A Suite is a driver to be tested.
type Suite struct {
	// Person is who is on the card.
	Person idreader.Person
	// Open opens the driver, which logs all it has to say, on a fresh reader
	// without a card. It closes both at the test's end.
	Open func(t *testing.T, log *slog.Logger) Bench
	// Same is how soon a card may come back and count as never gone.
	Same time.Duration
	// Virtual is set when nothing but memory lies between driver and reader. The
	// tests then run under the false clock of testing/synctest.
	Virtual bool
}

// Run tests the driver.
func (s Suite) Run(t *testing.T) {
	for _, c := range []struct {
		name string
		test func(*presentation)
	}{
		{"NoCardIsQuiet", noCard},
		{"ReadsTheCardOnce", readsOnce},
		{"ReadsTheSameCardAgain", readsAgain},
		{"SnatchedCardGivesNoPerson", snatched},
		{"WrongChecksumGivesNoPerson", spoilt},
		{"EndsWithItsContext", ends},
		{"UnpluggedReaderIsGone", unplugged},
		{"CutPhotoIsMarked", cutPhoto},
	} {
		s.test(t, c.name, c.test)
	}
}

func (s Suite) test(t *testing.T, name string, f func(*presentation)) {
	run := func(t *testing.T) {
		p := &presentation{T: t, suite: s}
		p.Bench = s.Open(t, slog.New(slog.NewJSONHandler(&p.said, &slog.HandlerOptions{Level: slog.LevelDebug - 8})))
		f(p)
		p.stop()
		if fields := Leaks(p.said.bytes(), s.Person); len(fields) > 0 {
			t.Errorf("logs, errors and events show %v", fields)
		}
	}
	t.Run(name, func(t *testing.T) {
		if s.Virtual {
			synctest.Test(t, run)
		} else {
			run(t)
		}
	})
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// A presentation is a driver that is armed when a test needs it.
type presentation struct {
	*testing.T
	Bench
	suite Suite
	said  notes

	events chan idreader.Event
	done   chan error // holds the end of Poll
	cancel context.CancelFunc
}

// arm lets the reader poll.
func (p *presentation) arm() {
	ctx, cancel := context.WithCancel(context.Background())
	p.events, p.done, p.cancel = make(chan idreader.Event, 1000), make(chan error, 1), cancel
	go func() {
		p.done <- p.Reader.Poll(ctx, func(e idreader.Event) {
			p.said.note(e)
			p.events <- e
		})
	}()
}

// stop disarms the reader and returns the events that nobody asked for.
func (p *presentation) stop() (rest []idreader.Event) {
	p.Helper()
	if p.cancel == nil {
		return nil
	}
	p.cancel()
	if err := p.end(); err != nil {
		p.Errorf("poll: %v", err)
	}
	for len(p.events) > 0 {
		rest = append(rest, <-p.events)
	}
	return rest
}

// end waits for the end of Poll.
func (p *presentation) end() error {
	p.Helper()
	defer func() { p.cancel(); p.cancel = nil }()
	select {
	case err := <-p.done:
		p.said.note(err)
		return err
	case <-time.After(patience):
		p.Fatal("poll does not end")
		return nil
	}
}

// expect waits for events of these types and returns the last. An event that
// is no Read has no person.
func (p *presentation) expect(types ...idreader.EventType) (e idreader.Event) {
	p.Helper()
	for _, want := range types {
		select {
		case e = <-p.events:
		case err := <-p.done:
			p.done <- err
			p.Fatalf("poll ended with %v, want %s", err, want)
		case <-time.After(patience):
			p.Fatalf("no event, want %s", want)
		}
		if e.Type != want {
			p.Fatalf("got %s (%s), want %s", e.Type, e.Fault, want)
		}
		if e.Person.Present() != (e.Type == idreader.Read) {
			p.Errorf("event %s, person there: %v", e.Type, e.Person.Present())
		}
	}
	return e
}

// read expects that the card is read, and compares it.
func (p *presentation) read() idreader.Person {
	p.Helper()
	e := p.expect(idreader.Present, idreader.Read)
	got, want := e.Person.Reveal("test of the reader"), p.suite.Person
	same := got.Name == want.Name && got.NameEn == want.NameEn && got.Number == want.Number &&
		got.Birth == want.Birth && got.Sex == want.Sex && got.Address == want.Address
	if !same {
		p.Error("the person read is not the one on the card")
	}
	if e.Kind != got.Kind {
		p.Errorf("kind %q of a %q card", e.Kind, got.Kind)
	}
	return got
}

// looked waits until the reader got n more commands.
func (p *presentation) looked(n int) {
	p.Helper()
	n += p.Looks()
	for deadline := time.Now().Add(patience); p.Looks() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			p.Fatal("the reader is not asked any more")
		}
	}
}

// quiet demands that nothing happened.
func (p *presentation) quiet() {
	p.Helper()
	if len(p.events) > 0 {
		p.Fatalf("unasked event %s", (<-p.events).Type)
	}
}

// notes are everything that a driver made public.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write takes log lines.
func (n *notes) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(b)
}

// note prints v in every way.
func (n *notes) note(v any) {
	text := fmt.Sprintf("%v\n%+v\n%#v\n%s\n%q\n%x\n", v, v, v, v, v, v)
	if b, err := json.Marshal(v); err == nil {
		text += string(b) + "\n"
	}
	slog.New(slog.NewTextHandler(n, nil)).Info("noted", "value", v)
	_, _ = n.Write([]byte(text))
}

func (n *notes) bytes() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return bytes.Clone(n.text.Bytes())
}

func noCard(p *presentation) {
	p.arm()
	p.looked(5)
	p.quiet()
	if rest := p.stop(); len(rest) > 0 {
		p.Errorf("without a card: %s", rest[0].Type)
	}
}

func readsOnce(p *presentation) {
	p.arm()
	p.looked(1)
	p.Lay()
	p.read()
	p.looked(6)
	p.quiet()
	p.Lift()
	p.expect(idreader.Removed)
	p.looked(5)
	p.quiet()
}

func readsAgain(p *presentation) {
	p.arm()
	for range 3 {
		p.Lay()
		p.read()
		p.Lift()
		p.expect(idreader.Removed)
		time.Sleep(p.suite.Same + time.Nanosecond)
	}
}

func snatched(p *presentation) {
	p.arm()
	p.Snatch()
	if e := p.expect(idreader.Present, idreader.Failed); e.Fault != idreader.FaultMoved {
		p.Errorf("fault %q, want %q", e.Fault, idreader.FaultMoved)
	}
	p.expect(idreader.Removed)
	p.Lay()
	p.read()
}

func spoilt(p *presentation) {
	p.arm()
	p.Spoil()
	p.Lay()
	if e := p.expect(idreader.Present, idreader.Failed); e.Fault != idreader.FaultGarbled {
		p.Errorf("fault %q, want %q", e.Fault, idreader.FaultGarbled)
	}
	p.Heal()
	p.Lift()
	p.expect(idreader.Removed)
	p.Lay()
	p.read()
}

// ends disarms the reader at each stage of a presentation.
func ends(p *presentation) {
	for stage := range 4 {
		p.arm()
		switch stage {
		case 1:
			p.Lay()
			p.expect(idreader.Present)
		case 2:
			p.read() // the card lies there from before
		case 3:
			p.read()
			p.Lift()
			p.expect(idreader.Removed)
		}
		p.stop()
	}
}

func unplugged(p *presentation) {
	p.arm()
	p.Lay()
	p.read()
	p.Unplug()
	if err := p.end(); !errors.Is(err, devices.ErrGone) {
		p.Errorf("poll: %v, want ErrGone", err)
	}
}

func cutPhoto(p *presentation) {
	if p.CutPhoto == nil {
		p.Log("the driver has no photo")
		return
	}
	p.arm()
	p.CutPhoto()
	if person := p.read(); person.Photo != nil || !slices.Contains(person.Warnings, idreader.WarnPhoto) {
		p.Errorf("photo there: %v, warnings %v", person.Photo != nil, person.Warnings)
	}
}
