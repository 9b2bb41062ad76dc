package panel_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	devsim "hallway/devices/sim"
	"hallway/queue"
	"hallway/queue/display/displaytest"
	"hallway/queue/display/panel"
	"hallway/queue/display/panel/sim"
)

const address = 5

// speed is that of the ports of package devicestest.
const speed = 115200

func load(t testing.TB, name string) panel.Profile {
	t.Helper()
	p, err := panel.Load(name)
	if wrong := os.Getenv(wrongVariable); err == nil && wrong != "" {
		p, err = panel.ParseProfile([]byte(mistakes[wrong].profile))
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wrongVariable names the mistake of the profile that a child process tests.
const wrongVariable = "PANELTEST_WRONG"

// mistakes are profiles of numeric4 with one mistake each, and the test that
// finds it.
var mistakes = map[string]struct{ profile, found string }{
	"sum":     {"show = '@a {addr:u8} {number:u16be} {xor8:from=a}'\nclear = '@a {addr:u8} 00 00 {sum8:from=a}'", "ShowsWhatIsAsked"},
	"order":   {"show = '@a {addr:u8} {number:u16le} {sum8:from=a}'\nclear = '@a {addr:u8} 00 00 {sum8:from=a}'", "ShowsWhatIsAsked"},
	"address": {"show = '@a 06 {number:u16be} {sum8:from=a}'\nclear = '@a {addr:u8} 00 00 {sum8:from=a}'", "ShowsWhatIsAsked"},
	"bright":  {"show = '@a {addr:u8} {number:u16be} {sum8:from=a}'\nclear = '@a {addr:u8} 00 08 {sum8:from=a}'", "CloseIsDark"},
}

func TestEveryMistakeOfAProfileIsFound(t *testing.T) {
	for wrong, m := range mistakes {
		t.Run(wrong, func(t *testing.T) {
			devicestest.FindsMistake(t, wrongVariable, wrong, "TestEveryProfileShowsWhatAPersonMustSee/numeric4/memory/"+m.found)
		})
	}
}

func simulated(t testing.TB, name string) *sim.Panel {
	t.Helper()
	s, err := sim.New(sim.Options{Type: name, Address: address})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// window opens the panel of a profile as that of a window.
func window(p panel.Profile, o panel.LineOptions) func(context.Context, devices.Conn) (*panel.Window, error) {
	return func(ctx context.Context, conn devices.Conn) (*panel.Window, error) {
		return panel.OpenWindow(ctx, panel.OpenLine(conn, o), p, panel.WindowOptions{Address: address, Window: "3"})
	}
}

// picture is what a person must see of a number on a panel.
func picture(p panel.Profile) func(queue.Number) string {
	return func(n queue.Number) string {
		if p.Glyphs() != panel.GlyphsDigits {
			return string(n)
		}
		digits := strings.TrimLeft(string(n), "ABC")
		if strings.Contains(p.Title, "LED8") {
			return digits // noughts before a number are lit
		}
		return strings.TrimLeft(digits, "0")
	}
}

// TestEveryProfileShowsWhatAPersonMustSee runs every profile against a decoder
// that knows nothing of it. A decoder that finds a mistake in the bytes fails
// the test.
func TestEveryProfileShowsWhatAPersonMustSee(t *testing.T) {
	for _, name := range panel.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, name)
			p.Baud = speed
			open := window(p, panel.LineOptions{})
			displaytest.Suite{
				New: func() devicestest.Sim {
					s := simulated(t, name)
					t.Cleanup(func() {
						if err := errors.Join(s.Errors()...); err != nil {
							t.Error(err)
						}
					})
					return s
				},
				Open:    func(ctx context.Context, conn devices.Conn) (displaytest.Display, error) { return open(ctx, conn) },
				Seen:    func(s devicestest.Sim) string { return s.(*sim.Panel).Text() },
				Picture: picture(p),
			}.Run(t, devicestest.Memory(), devicestest.PTY(), devicestest.TCP())
		})
	}
}

// suite is what every profile must do as a device.
func suite(t testing.TB, name string) devicestest.Suite {
	p := load(t, name)
	p.Baud = speed
	open := window(p, panel.LineOptions{})
	return devicestest.Suite{
		New: func() devicestest.Sim { return simulated(t, name) },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			w, err := open(ctx, conn)
			if err != nil {
				return nil, err
			}
			return w, nil
		},
		Command: func(ctx context.Context, d devices.Device) error { return d.(*panel.Window).Show(ctx, "A012") },
		State:   func(s devicestest.Sim) string { return s.(*sim.Panel).Text() },
		Mute:    p.Answer == "",
	}
}

// TestPanelsAreDevices runs one panel of each kind on every transport.
func TestPanelsAreDevices(t *testing.T) {
	for _, name := range []string{"numeric4", "modbus", "onbon", "alpha"} {
		t.Run(name, func(t *testing.T) { suite(t, name).Run(t) })
	}
}

// TestEveryProfileIsADevice runs the others in memory.
func TestEveryProfileIsADevice(t *testing.T) {
	for _, name := range panel.Names() {
		t.Run(name, func(t *testing.T) { suite(t, name).On(devicestest.Memory()).Run(t) })
	}
}

// What a panel answers, and what a bad line adds to it, leads to a sentence or
// to nothing.
func TestBadAnswersOfAPanelAreFaultsAndBadLinesAreNot(t *testing.T) {
	for _, c := range []struct {
		habit string
		echo  bool
		want  error
	}{
		{"answer=ok", false, nil},
		{"noise=on", false, nil},
		{"echo=on", true, nil},
		{"answer=silent", false, devices.ErrSilent},
		{"answer=garbled", false, devices.ErrSilent},
		{"answer=late", false, devices.ErrSilent},
		{"answer=wrong", false, devices.ErrSilent},
		{"answer=exception", false, devices.ErrProtocol},
		{"echo=on; answer=silent", true, devices.ErrSilent},
	} {
		t.Run(c.habit, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulated(t, "modbus")
				conn, _ := devicestest.Memory().Connect(t, s)
				if c.echo {
					behave(t, s, "echo=on")
				}
				w, err := window(load(t, "modbus"), panel.LineOptions{Echo: c.echo})(t.Context(), conn)
				if err != nil {
					t.Fatal(err)
				}
				defer w.Close()
				behave(t, s, c.habit)
				if err := w.Show(t.Context(), "A012"); !errors.Is(err, c.want) {
					t.Errorf("show: %v, want %v", err, c.want)
				}
				if _, err := w.Check(t.Context()); !errors.Is(err, c.want) {
					t.Errorf("check: %v, want %v", err, c.want)
				}
				time.Sleep(3 * time.Second) // a late answer is over
				behave(t, s, "answer=ok")
				if err := w.Show(t.Context(), "A013"); err != nil || s.Text() != "13" {
					t.Errorf("a good panel again: %v, shows %q", err, s.Text())
				}
			})
		})
	}
}

func behave(t *testing.T, s *sim.Panel, script string) {
	t.Helper()
	all, err := devsim.ParseScript(script)
	for _, d := range all {
		err = errors.Join(err, s.Apply(d))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A fresh Alpha sign has no string B: without the profile's set-up it shows
// nothing, and says so.
func TestSignWithoutItsSetupShowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := panel.ParseProfile([]byte(`show = "00*5 01 5A {addr:hex2} @a 02 47 42 {text:ascii} 03 {sum16hex:from=a} 04"
clear = "00*5 01 5A {addr:hex2} @a 02 47 42 03 {sum16hex:from=a} 04"`))
		if err != nil {
			t.Fatal(err)
		}
		s := simulated(t, "alpha")
		conn, _ := devicestest.Memory().Connect(t, s)
		w, err := window(p, panel.LineOptions{})(t.Context(), conn)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := w.Show(t.Context(), "A012"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s.Text() != "" || len(s.Errors()) == 0 {
			t.Errorf("shows %q, complains %v", s.Text(), s.Errors())
		}
	})
}

// The set-up ends what another program left behind.
func TestSetupEndsTheModeOfAnotherProgram(t *testing.T) {
	for kind, left := range map[string]string{"dmd": "\x1F\x03left behind by another", "cd5220": "\x1BQAleft behind\r"} {
		synctest.Test(t, func(t *testing.T) {
			s := simulated(t, kind)
			conn, _ := devicestest.Memory().Connect(t, s)
			if _, err := conn.Write(t.Context(), []byte(left)); err != nil {
				t.Fatal(err)
			}
			w, err := window(load(t, kind), panel.LineOptions{})(t.Context(), conn)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			for _, n := range []queue.Number{"A012", "B7777"} {
				if err := w.Show(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if s.Text() != string(n) {
					t.Errorf("%s shows %q, want %s", kind, s.Text(), n)
				}
			}
		})
	}
}
