package devicestest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/devices/sim"
)

// A bell is a simulated device with two messages: 's' asks for its status, 'r'
// rings. It answers each with itself and a digit: 1 when it is muffled.
type bell struct {
	mu      sync.Mutex
	rung    int
	muffled bool
}

func (b *bell) Serve(ctx context.Context, line io.ReadWriter) error {
	return sim.Serve(ctx, line, func(p []byte) error {
		for _, c := range p {
			if c != 's' && c != 'r' {
				continue
			}
			if _, err := line.Write([]byte{c, b.take(c)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bell) take(c byte) byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c == 'r' {
		b.rung++
	}
	if b.muffled {
		return '1'
	}
	return '0'
}

func (b *bell) set(muffled bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.muffled = muffled
}

func (b *bell) times() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rung
}

// A ringer is the driver of a bell, with at most one thing wrong.
type ringer struct {
	conn  devices.Conn
	turn  chan struct{}
	wrong string
	once  sync.Once
}

const answerLimit = 200 * time.Millisecond

func openRinger(ctx context.Context, conn devices.Conn, wrong string) (devices.Device, error) {
	d := &ringer{conn: conn, turn: make(chan struct{}, 1), wrong: wrong}
	switch wrong {
	case "leaks":
		go func() { _, _ = conn.Read(context.Background(), make([]byte, 1)); select {} }()
	case "slow":
		time.Sleep(3 * time.Second)
	}
	if _, err := d.Check(ctx); err != nil {
		if wrong != "abandons" {
			err = errors.Join(err, conn.Close())
		}
		return nil, err
	}
	return d, nil
}

func (d *ringer) Identity() devices.Identity { return devices.Identity{Model: "bell"} }

func (d *ringer) Check(ctx context.Context) ([]devices.Condition, error) {
	message := byte('s')
	if d.wrong == "loud" {
		message = 'r'
	}
	_, answer, err := d.ask(ctx, message)
	if err == nil && answer == '1' && d.wrong != "blind" {
		return []devices.Condition{{Code: "muffled"}}, nil
	}
	return nil, err
}

// ring rings the bell and says what became of it.
func (d *ringer) ring(ctx context.Context) (devices.Outcome, error) {
	sent, _, err := d.ask(ctx, 'r')
	switch {
	case err == nil:
		return devices.Done, nil
	case d.wrong == "denies" && errors.Is(err, devices.ErrGone):
	case sent && d.wrong != "liar":
		return devices.Unknown, err
	}
	return devices.NotDone, err
}

// ask sends one message and waits for its answer, after dropping what came
// late.
func (d *ringer) ask(ctx context.Context, message byte) (sent bool, digit byte, err error) {
	if err := ctx.Err(); err != nil && d.wrong != "eager" {
		return false, 0, err
	}
	if d.wrong == "eager" {
		ctx = context.WithoutCancel(ctx)
	}
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	limited, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	if _, err := d.conn.Write(limited, []byte{message}); err != nil {
		return true, 0, d.class(ctx, err)
	}
	answer := make([]byte, 0, 64)
	for buf := make([]byte, 16); ; {
		n, err := d.conn.Read(limited, buf)
		if answer = append(answer, buf[:n]...); err != nil {
			return true, 0, d.class(ctx, err)
		}
		if d.wrong == "gullible" {
			return true, '0', nil
		}
		for i := 0; i+1 < len(answer); i++ {
			if answer[i] == message && (answer[i+1] == '0' || answer[i+1] == '1') {
				return true, answer[i+1], nil
			}
		}
	}
}

// class turns the end of the driver's own limit into silence.
func (d *ringer) class(ctx context.Context, err error) error {
	switch {
	case d.wrong == "nameless":
		return errors.New("something failed")
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("bell: %w", devices.ErrSilent)
	}
	return err
}

func (d *ringer) Close() error {
	if d.wrong == "holds" {
		return nil
	}
	err := d.conn.Close()
	if d.wrong == "once" {
		d.once.Do(func() { err = errors.Join(err, nil) })
		d.wrong = "closed"
		return err
	}
	if d.wrong == "closed" {
		return devices.ErrClosed
	}
	return err
}

func bells(wrong string) devicestest.Suite {
	return devicestest.Suite{
		New: func() devicestest.Sim { return &bell{} },
		Open: func(ctx context.Context, conn devices.Conn) (devices.Device, error) {
			return openRinger(ctx, conn, wrong)
		},
		Command: func(ctx context.Context, d devices.Device) error {
			_, err := d.(*ringer).ring(ctx)
			return err
		},
		Outcome: func(ctx context.Context, d devices.Device) (devices.Outcome, error) { return d.(*ringer).ring(ctx) },
		State:   func(s devicestest.Sim) string { return fmt.Sprint(s.(*bell).times()) },
		Conditions: []devicestest.Condition{{
			Condition: devices.Condition{Code: "muffled"},
			Set:       func(s devicestest.Sim) { s.(*bell).set(true) },
			Clear:     func(s devicestest.Sim) { s.(*bell).set(false) },
		}},
	}
}

// wrongVariable names the mistake of the driver that a child process tests.
const wrongVariable = "DEVICESTEST_WRONG"

func TestADriverWithoutMistakesPasses(t *testing.T) { bells(os.Getenv(wrongVariable)).Run(t) }

// TestEveryMistakeOfADriverIsFound runs the suite on drivers with one mistake
// each, in child processes whose failure is the success.
func TestEveryMistakeOfADriverIsFound(t *testing.T) {
	for wrong, found := range map[string]string{
		"slow":     "IdentifiesAndChecks",
		"loud":     "CheckLeavesNoTrace",
		"blind":    "Reports/muffled",
		"once":     "ClosedDeviceRefuses",
		"holds":    "ClosedDeviceRefuses",
		"eager":    "EndedContextSendsNothing",
		"liar":     "CancelledCommandTellsTheTruth",
		"denies":   "UnplugAtEveryByte/[0-9]+",
		"nameless": "SilentDeviceIsSilent",
		"gullible": "GarbledAnswersAreNotBelieved",
		"abandons": "SilentDeviceIsSilent",
		"leaks":    "(IdentifiesAndChecks|ReopensWithoutLeaks)",
	} {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestADriverWithoutMistakesPasses$/^memory$/^"+strings.SplitN(strings.Trim(found, "()"), "/", 2)[0]+"$", "-test.timeout=120s", "-test.v")
			child.Env = append(os.Environ(), wrongVariable+"="+wrong)
			if strings.Contains(found, "|") {
				child.Args[1] = "-test.run=^TestADriverWithoutMistakesPasses$/^memory$"
			}
			text, err := child.CombinedOutput()
			var failed *exec.ExitError
			if !errors.As(err, &failed) {
				t.Fatalf("the mistake is not found: %v\n%.2000s", err, text)
			}
			if !regexp.MustCompile(`(?m)--- FAIL: TestADriverWithoutMistakesPasses/memory/` + found + ` |panic: deadlock`).Match(text) {
				t.Errorf("not found where it is looked for, %s:\n%.3000s", found, text)
			}
		})
	}
}
