package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"hallway/app/hall/client"
	"hallway/app/outbox"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/tcpport"
	"hallway/printer"
	"hallway/printer/driver"
	"hallway/printer/escpos/sim"
)

// The environment of the terminal that is killed: its data folder, the
// printer's address, the attempt, and which call of the journal ends the
// program, counted from 1, before or behind its storing.
const (
	killData    = "HALLWAY_KILL_DATA"
	killAddress = "HALLWAY_KILL_ADDRESS"
	killAttempt = "HALLWAY_KILL_ATTEMPT"
	killCall    = "HALLWAY_KILL_CALL"
	killBehind  = "HALLWAY_KILL_BEHIND"
)

func TestMain(m *testing.M) {
	if os.Getenv(killData) != "" {
		os.Exit(victim())
	}
	os.Exit(m.Run())
}

const killProfile = "epson-tm-t82"

// victim prints the slip of one operation with the terminal's own store as its
// journal, and prints the outcome.
func victim() int {
	r, err := printSlip(context.Background())
	if errors.Is(r.Err, printer.ErrPrinted) {
		fmt.Print("printed before")
	} else {
		fmt.Print(r.Outcome)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func printSlip(ctx context.Context) (r printer.Result, err error) {
	p := &parts{log: slog.New(slog.DiscardHandler)}
	p.outbox, err = openKilled(ctx, os.Getenv(killData))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	profile, err := printer.LoadProfile(killProfile)
	if err != nil {
		return r, err
	}
	conn, err := tcpport.Open(ctx, os.Getenv(killAddress))
	if err != nil {
		return r, err
	}
	call, _ := strconv.Atoi(os.Getenv(killCall))
	d, err := driver.Open(ctx, conn, profile, &deadly{ledger: p.outbox.Journal().(ledger), at: call, behind: os.Getenv(killBehind) != ""})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	job, err := reprint(ctx, p.outbox, printer.Job{ID: killJob(os.Getenv(killAttempt)), Doc: printer.Document{Template: "ticket", Lang: "zh-Hans", Blocks: []printer.Block{
		printer.Text{Text: "排队号 A012", Scale: 2}, printer.Text{Text: "last line"}, printer.Cut{},
	}}})
	if err != nil {
		return r, err
	}
	return drivers.Paper{Driver: d, Profile: profile}.Print(ctx, job), nil
}

// killJob is an attempt of the operation whose slip is printed.
func killJob(attempt string) printer.JobID { return printer.JobID("op-7-" + attempt) }

func openKilled(ctx context.Context, dir string) (*outbox.Terminal, error) {
	return outbox.Open(ctx, outbox.Options{
		Dir: dir, Terminal: "012", Hall: client.New("http://127.0.0.1:1", "token-of-terminal-012", nil), ReserveMB: 1,
	})
}

type ledger interface {
	printer.Ledger
	printer.History
}

// deadly is a journal that ends the program at one of its calls.
type deadly struct {
	ledger
	at, calls int
	behind    bool
}

func (d *deadly) around(store func() error) error {
	d.calls++
	if d.calls == d.at && !d.behind {
		die()
	}
	err := store()
	if d.calls == d.at {
		die()
	}
	return err
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func (d *deadly) Intend(ctx context.Context, id printer.JobID) error {
	return d.around(func() error { return d.ledger.Intend(ctx, id) })
}

func (d *deadly) Step(ctx context.Context, s printer.Step) error {
	return d.around(func() error { return d.ledger.Step(ctx, s) })
}

func (d *deadly) Conclude(ctx context.Context, id printer.JobID, r printer.Result) error {
	return d.around(func() error { return d.ledger.Conclude(ctx, id, r) })
}

// TestB4TerminalKilledAtEveryStepOfASlip ends the terminal with SIGKILL before and
// behind every call of the journal in its store, starts it again and has it
// print the same slip: there is never a second one, and a slip that the store
// calls done is on the paper whole. A slip that was begun and not concluded is
// unknown in the store, for ever; when a person prints it again, it carries the
// mark and the count of a reprint.
func TestB4TerminalKilledAtEveryStepOfASlip(t *testing.T) {
	for behind, done := range map[string]int{"": 0, "behind": 1} {
		stored := map[devices.Outcome]int{}
		calls := 0
		for at := 1; ; at++ {
			outcome, begun, killed := killAt(t, at, behind)
			if !killed {
				break
			}
			if calls = at; begun {
				stored[outcome]++
			}
		}
		if calls < 6 {
			t.Errorf("only %d calls: intend, sending, sent, printed, cut, conclude are expected", calls)
		}
		if stored[devices.Done] != done || stored[devices.Unknown] != calls-1 || len(stored) != 1+done {
			t.Errorf("killed %s %d calls, the store holds %v", behind, calls, stored)
		}
	}
}

// killAt runs one case. It returns what the store holds of a job that was begun
// before the program was killed.
func killAt(t *testing.T, at int, behind string) (stored devices.Outcome, begun, killed bool) {
	t.Helper()
	profile, err := printer.LoadProfile(killProfile)
	if err != nil {
		t.Fatal(err)
	}
	paper := sim.New(sim.Options{Model: sim.ModelOf(profile)})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = paper.Serve(context.Background(), c) // ends with the program
			c.Close()
		}
	}()
	defer func() { l.Close(); <-served }()
	dir := t.TempDir()
	env := []string{killData + "=" + dir, killAddress + "=" + l.Addr().String()}
	first := append(env[:2:2], killAttempt+"=1")

	_, killed = runVictim(t, append(first, fmt.Sprint(killCall, "=", at), killBehind+"="+behind))
	stored = lastOf(t, dir)
	again, _ := runVictim(t, first)
	begun = again == "printed before"
	slips := whole(paper)
	switch {
	case slips > 1:
		t.Errorf("killed at call %d %s: %d slips of one job", at, behind, slips)
	case (again == devices.Done.String() || stored == devices.Done && begun) && slips != 1:
		t.Errorf("killed at call %d %s: done, and %d slips", at, behind, slips)
	case again != devices.Done.String() && !begun:
		t.Errorf("killed at call %d %s: the second start says %q", at, behind, again)
	case !killed && (!begun || slips != 1):
		t.Errorf("not killed: %q, %d slips", again, slips)
	}
	if begun && lastOf(t, dir) != stored {
		t.Errorf("killed at call %d %s: the store held %s, and %s behind the second start", at, behind, stored, lastOf(t, dir))
	}
	person(t, paper, append(env, killAttempt+"=2"), 1)
	if at == 1 { // the count goes on; once is enough to see it
		person(t, paper, append(env, killAttempt+"=3"), 2)
	}
	return stored, begun, killed
}

// lastOf is what the store holds of the job that was begun last.
func lastOf(t *testing.T, dir string) devices.Outcome {
	t.Helper()
	o, err := openKilled(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	last, err := o.Journal().(ledger).Last(t.Context())
	if err := errors.Join(err, o.Close()); err != nil {
		t.Fatal(err)
	}
	return last
}

// person has the slip printed once more, which must say that it is the n-th
// reprint.
func person(t *testing.T, paper *sim.Printer, env []string, n int) {
	t.Helper()
	for ok := true; ok; _, ok = paper.Take() { // what was printed before is taken away
	}
	if said, _ := runVictim(t, env); said != devices.Done.String() {
		t.Fatalf("reprint %d is %q", n, said)
	}
	last := ""
	for _, s := range paper.Tickets() {
		if strings.Contains(s.Text, "last line") {
			last += strings.Join(strings.Fields(s.Text), " ")
		}
	}
	if want := fmt.Sprintf("排队号 A012 补打第%d次 last line", n); last != want {
		t.Errorf("reprint %d says %q, want %q", n, last, want)
	}
}

// whole counts the slips with their last line.
func whole(paper *sim.Printer) (n int) {
	for _, s := range paper.Tickets() {
		n += strings.Count(s.Text, "last line")
	}
	return n
}

// runVictim runs the terminal to its end.
func runVictim(t *testing.T, env []string) (said string, killed bool) {
	t.Helper()
	p := exec.CommandContext(t.Context(), os.Args[0])
	p.Env = append(os.Environ(), env...)
	var complaint strings.Builder
	p.Stderr = &complaint
	out, err := p.Output()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return "", true
	}
	if err != nil {
		t.Fatalf("the terminal ended with %v: %s", err, complaint.String())
	}
	return string(out), false
}
