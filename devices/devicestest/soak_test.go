package devicestest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	padsim "hallway/devices/keypad/sim"
	"hallway/idreader"
	"hallway/idreader/sam"
	samsim "hallway/idreader/sam/sim"
	"hallway/printer"
	"hallway/printer/escpos"
	papersim "hallway/printer/escpos/sim"
)

// TestSoakUnderAFalseClock covers minutes of plugging and unplugging in
// seconds, on lines in memory.
func TestSoakUnderAFalseClock(t *testing.T) {
	d := devicestest.SoakTime(t, 8*time.Minute)
	devicestest.Soak(t, d, seed(), reader(devicestest.Memory()), pad(devicestest.Memory()), paper(t, devicestest.Memory()))
}

// TestSoakOnRealPorts runs for seconds, and as long as HALLWAY_SOAK says.
func TestSoakOnRealPorts(t *testing.T) {
	d := devicestest.SoakTime(t, 4*time.Second)
	devicestest.Soak(t, d, seed(), reader(devicestest.PTY()), pad(devicestest.PTY()), paper(t, devicestest.PTY()), reader(devicestest.TCP()), paper(t, devicestest.TCP()))
}

// seed is the same for every short soak, and another for every long one, which
// prints it when it fails.
func seed() uint64 {
	if os.Getenv(devicestest.SoakVariable) == "" {
		return 11
	}
	return uint64(time.Now().UnixNano())
}

var errRead = errors.New("card was read")

// reader is a card reader with a card on it; its command reads the card.
func reader(on devicestest.Transport) devicestest.Member {
	timing := sam.Timing{
		Answer: 400 * time.Millisecond, Card: 400 * time.Millisecond, Rest: 100 * time.Millisecond,
		Quiet: 20 * time.Millisecond, Idle: 3 * time.Millisecond, Probe: 3 * time.Millisecond,
		Reset: 5 * time.Millisecond, Same: time.Nanosecond,
	}
	return devicestest.Member{Name: "reader on " + on.Name, On: on, Suite: devicestest.Suite{
		New: func() devicestest.Sim {
			r := samsim.New(samsim.Options{})
			r.Lay(samsim.Specimens()[0].Card)
			return r
		},
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return sam.Open(ctx, conn, sam.Options{Timing: timing})
		},
		Command: func(ctx context.Context, d devices.Device) error {
			reading, done := context.WithCancelCause(ctx)
			defer done(nil)
			err := d.(*sam.Session).Poll(reading, func(e idreader.Event) {
				if e.Type == idreader.Read {
					done(errRead)
				}
			})
			if err == nil && !errors.Is(context.Cause(reading), errRead) {
				err = context.Cause(reading)
			}
			return err
		},
	}}
}

// paper is a receipt printer; its command prints a ticket.
func paper(t *testing.T, on devicestest.Transport) devicestest.Member {
	t.Helper()
	profile, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		t.Fatal(err)
	}
	ticket := printer.Document{Template: "ticket", Blocks: []printer.Block{printer.Text{Text: "A012"}, printer.Cut{}}}
	var mu sync.Mutex
	jobs := 0
	print := func(ctx context.Context, d devices.Device) (devices.Outcome, error) {
		mu.Lock()
		jobs++
		id := printer.JobID(fmt.Sprint("op/", jobs))
		mu.Unlock()
		r := d.(*escpos.Printer).Print(ctx, printer.Job{ID: id, Doc: ticket})
		return r.Outcome, r.Err
	}
	condition := func(code string, set func(p *papersim.Printer, on bool)) devicestest.Condition {
		return devicestest.Condition{
			Condition: devices.Condition{Code: code, Fault: true},
			Set:       func(s devicestest.Sim) { set(s.(*roll).Printer, true) },
			Clear:     func(s devicestest.Sim) { set(s.(*roll).Printer, false) },
		}
	}
	return devicestest.Member{Name: "printer on " + on.Name, On: on, Suite: devicestest.Suite{
		New: func() devicestest.Sim {
			return newRoll(papersim.New(papersim.Options{Model: papersim.ModelOf(profile)}))
		},
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return escpos.Open(ctx, conn, profile, nil)
		},
		Command: func(ctx context.Context, d devices.Device) error {
			_, err := print(ctx, d)
			return err
		},
		Outcome: print,
		Conditions: []devicestest.Condition{
			condition(escpos.CodeCover, (*papersim.Printer).SetCover),
			condition(escpos.CodePaperOut, func(p *papersim.Printer, out bool) { p.SetPaper(map[bool]int{true: 0, false: 80_000}[out]) }),
		},
	}, Effects: func(s devicestest.Sim) int { return int(s.(*roll).tickets.Load()) }}
}

// A roll is a printer whose tickets are taken as they come.
type roll struct {
	*papersim.Printer
	tickets atomic.Int32
}

func newRoll(p *papersim.Printer) *roll {
	r := &roll{Printer: p}
	p.OnChange(func() {
		for len(p.Tickets()) > 0 {
			if _, ok := p.Take(); ok {
				r.tickets.Add(1)
			}
		}
	})
	return r
}

// A pad on a line of its own; its command makes the pad beep.
type ownPad struct {
	*keypad.Keypad
	line *ff68.Line
}

func pad(on devicestest.Transport) devicestest.Member {
	const address = 7
	return devicestest.Member{Name: "keypad on " + on.Name, On: on, Suite: devicestest.Suite{
		New: func() devicestest.Sim { return padsim.New(padsim.Options{Address: address}) },
		Open: func(_ context.Context, conn devices.Conn) (devices.Device, error) {
			line := ff68.Open(conn, ff68.Options{})
			k, err := keypad.Open(line, keypad.Options{Address: address}, func(keypad.Key) {})
			return ownPad{k, line}, err
		},
		Command: func(ctx context.Context, d devices.Device) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := d.(ownPad).line.Err(); err != nil {
				return err
			}
			return d.(ownPad).line.Send(ctx, ff68.Frame{Addr: address, Func: 3})
		},
		Mute: true,
	}}
}
