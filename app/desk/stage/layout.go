package stage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"

	"hallway/app/config"
	"hallway/app/desk"
	"hallway/app/hall"
	"hallway/app/text"
)

// The clerk of the demonstration.
const (
	DemoClerk      = "1001"
	DemoOrderClerk = "2001" // of the order desk
	DemoUnitClerk  = "3001" // of the approval bureau
	DemoLeader     = "9001"
	DemoPIN        = "2468"
)

// The terminal and the window of the demonstration.
const (
	demoTerminal = "012"
	demoWindow   = "9"
	demoProfile  = "epson-tm-t82" // proves with GS ( H that a ticket was printed
)

// A Layout is the working folder of one stage: configuration, data, device
// ports, traces and logs.
type Layout struct {
	Dir     string
	Hall    config.Hall
	Kiosk   config.Kiosk
	Counter config.Counter
	Desk    desk.Config
}

// Path returns a path inside the folder.
func (l *Layout) Path(elem ...string) string {
	return filepath.Join(append([]string{l.Dir}, elem...)...)
}

// Config is the configuration file of a program.
func (l *Layout) Config(program string) string { return l.Path(program + ".toml") }

// TraceFile is the trace file of a program.
func (l *Layout) TraceFile(program string) string { return l.Path("trace", program+".jsonl") }

// Board is the address of the hall's wall page.
func (l *Layout) Board() string { return l.Hall.PublicURL + "/board" }

// Tickets is the folder with pictures of every piece of paper.
func (l *Layout) Tickets() string { return l.Desk.Printer.Tickets }

// Lay writes the configuration of every program into dir for windows at
// places. What is there already stays: data, tokens, and addresses that are
// still free. Only one stage can use a folder at a time; Lay cannot see
// another one and the programs refuse to share their stores.
func Lay(dir string, places Places) (*Layout, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("lay out %s: %w", dir, err)
	}
	l := &Layout{Dir: abs}
	for _, d := range []string{"hall", "kiosk", "dev", "log", "trace", "tickets"} {
		if err := os.MkdirAll(l.Path(d), 0o700); err != nil {
			return nil, fmt.Errorf("lay out %s: %w", dir, err)
		}
	}
	if err := l.hall(); err != nil {
		return nil, fmt.Errorf("lay out the hall: %w", err)
	}
	if err := l.desk(places); err != nil {
		return nil, fmt.Errorf("lay out the desk: %w", err)
	}
	l.kiosk(places)
	l.counter(places)
	return l, l.write()
}

// hall keeps the hall's file when there is one.
func (l *Layout) hall() error {
	var err error
	if l.Hall, err = config.LoadHall(l.Config("hall")); errors.Is(err, fs.ErrNotExist) {
		hash, err := hall.HashPIN(rand.Reader, DemoPIN)
		if err != nil {
			return err
		}
		l.Hall = config.Hall{
			ID: "0417", Zone: "Asia/Shanghai", DayChange: 4 * 60, Open: 9 * 60, Close: 17 * 60, SlotDays: 5, LeaseSize: 10,
			Name:   text.Local{text.ZhHans: "东城区政务服务中心", text.En: "Dongcheng Government Service Centre"},
			Data:   l.Path("hall"),
			Clerks: demoClerks(config.Secret(hash)),
		}
		config.Defaults(&l.Hall)
	} else if err != nil {
		return err
	}
	if l.terminal() < 0 {
		l.Hall.Terminals = append(l.Hall.Terminals, config.Terminal{ID: demoTerminal, Token: config.Secret(rand.Text())})
	}
	l.Hall.Listen, err = freeAddress(l.Hall.Listen, "")
	l.Hall.PublicURL = "http://" + l.Hall.Listen
	return err
}

// demoClerks are the staff of the demonstration, all with the same PIN.
func demoClerks(hash config.Secret) []config.Clerk {
	return []config.Clerk{
		{Number: DemoClerk, Name: "王芳", PINHash: hash},
		{Number: DemoOrderClerk, Name: "李娜", PINHash: hash, Orders: "desk"},
		{Number: DemoUnitClerk, Name: "赵强", PINHash: hash, Orders: "unit", Unit: "approval"},
		{Number: DemoLeader, Name: "周敏", PINHash: hash, Orders: "leader", Leader: true},
	}
}

// terminal is the index of the demonstration's terminal in the hall's file.
func (l *Layout) terminal() int {
	return slices.IndexFunc(l.Hall.Terminals, func(t config.Terminal) bool { return t.ID == demoTerminal })
}

func (l *Layout) desk(p Places) error {
	old, err := desk.Load(l.Config("desk"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	listen, err := freeAddress(old.Network.Listen, l.Hall.Listen)
	l.Desk = desk.Config{
		Lang:    string(text.ZhHans),
		Screen:  screen(p.Desk.Dx(), p.Desk.Dy()),
		Network: desk.Network{Listen: listen, Hall: l.Hall.Listen},
		Reader:  desk.Reader{Link: l.Path("dev", "reader"), Script: old.Reader.Script},
		Printer: desk.Printer{Link: l.Path("dev", "printer"), Script: old.Printer.Script, Profile: demoProfile, RollMM: 20000, Tickets: l.Path("tickets")},
		Counter: desk.Counter{Link: l.Path("dev", "counter"), Script: old.Counter.Script, Display: 1, Keypad: 2},
	}
	return err
}

func (l *Layout) kiosk(p Places) {
	l.Kiosk = config.Kiosk{
		Terminal: demoTerminal, Data: l.Path("kiosk"), Lang: string(text.ZhHans),
		Hall:    config.HallRef{URL: "http://" + l.Desk.Network.Listen, Token: l.Hall.Terminals[l.terminal()].Token},
		Screen:  screen(p.Kiosk.Dx(), p.Kiosk.Dy()),
		Reader:  config.Reader{Port: l.Desk.Reader.Link, Baud: 115200, Link: "auto"},
		Printer: config.Printer{Port: l.Desk.Printer.Link, Baud: 115200, Flow: "none", Profile: demoProfile, Roll: 80},
		Scanner: config.Scanner{Baud: 9600, Suffix: "any"},
		Session: config.Session{Idle: 60, Warn: 15},
		Disk:    config.Disk{ReserveMB: 64},
	}
}

func (l *Layout) counter(p Places) {
	link := l.Desk.Counter
	l.Counter = config.Counter{
		Window: demoWindow, Lang: string(text.ZhHans),
		Hall:    config.CounterHall{URL: "http://" + l.Desk.Network.Listen},
		Screen:  screen(p.Counter.Dx(), p.Counter.Dy()),
		Display: config.Display{Type: config.TypeFF68, Port: link.Link, Baud: 9600, Address: link.Display, Refresh: 30},
		Keypad:  config.Keypad{Type: "bus", Port: link.Link, Baud: 9600, Address: link.Keypad, Echo: true, Keys: map[string]string{}},
	}
}

func screen(w, h int) config.Screen { return config.Screen{Width: w, Height: h} }

// write writes every file anew, whole or not at all.
func (l *Layout) write() error {
	for name, c := range map[string]config.Config{"hall": &l.Hall, "desk": &l.Desk, "kiosk": &l.Kiosk, "counter": &l.Counter} {
		if err := replace(l.Config(name), func(w io.Writer) error { return config.Write(w, c) }); err != nil {
			return fmt.Errorf("write configuration of %s: %w", name, err)
		}
	}
	return nil
}

// replace writes a file beside path and renames it.
func replace(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// freeAddress returns addr when nobody listens there, else a free address of
// this machine other than taken, on which nobody listens yet.
func freeAddress(addr, taken string) (string, error) {
	for _, try := range []string{addr, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"} {
		if try == "" || try == taken {
			continue
		}
		l, err := net.Listen("tcp", try)
		if err != nil {
			continue
		}
		l.Close()
		if free := l.Addr().String(); free != taken {
			return free, nil
		}
	}
	return "", errors.New("no free TCP port on this machine")
}
