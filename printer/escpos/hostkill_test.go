package escpos

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"hallway/devices"
	"hallway/devices/tcpport"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

// The environment of the program that is killed: the printer's address, the
// journal's file, the attempt, and which entry of the journal ends the program,
// counted from 1, before or behind its storing.
const (
	killAddress = "HALLWAY_KILL_ADDRESS"
	killJournal = "HALLWAY_KILL_JOURNAL"
	killAttempt = "HALLWAY_KILL_ATTEMPT"
	killEntry   = "HALLWAY_KILL_ENTRY"
	killBehind  = "HALLWAY_KILL_BEHIND"
)

// victim prints one ticket and is killed on its way. It returns the exit code
// of a program that lived.
func victim() int {
	j, err := printertest.OpenJournal(os.Getenv(killJournal))
	if err != nil {
		return complain(err)
	}
	at, _ := strconv.Atoi(os.Getenv(killEntry))
	entries := 0
	count := func(string) {
		if entries++; entries == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if j.Before = count; os.Getenv(killBehind) != "" {
		j.Before, j.After = nil, count
	}
	profile, err := printer.LoadProfile("epson-tm-t82")
	if err != nil {
		return complain(err)
	}
	ctx := context.Background()
	conn, err := tcpport.Open(ctx, os.Getenv(killAddress))
	if err != nil {
		return complain(err)
	}
	p, err := Open(ctx, conn, profile, j)
	if err != nil {
		return complain(err)
	}
	attempt, _ := strconv.Atoi(os.Getenv(killAttempt))
	r := p.Print(ctx, printertest.Numbered(attempt))
	fmt.Print(r.Outcome)
	return complain(errors.Join(p.Close(), j.Close()))
}

func complain(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestHostKilledAtEveryStepOfTheJournal ends the printing program with SIGKILL
// before and behind every entry of its journal, starts it again, and lets a
// person decide as the journal says.
func TestHostKilledAtEveryStepOfTheJournal(t *testing.T) {
	entries := 0
	for _, behind := range []bool{false, true} {
		for at := 1; ; at++ {
			if killed := kill(t, at, behind); !killed {
				entries = at - 1
				break
			}
		}
	}
	if entries < 6 {
		t.Errorf("only %d entries: intend, sending, sent, printed, cut, conclude are expected", entries)
	}
}

// kill runs one case and reports whether the program was killed.
func kill(t *testing.T, at int, behind bool) bool {
	t.Helper()
	p := load(t, "epson-tm-t82")
	c := clerk{T: t, profile: p, paper: sim.New(sim.Options{Model: sim.ModelOf(p)})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file := filepath.Join(t.TempDir(), "journal")

	first, killed := program(t, c.paper, l, file, 1, at, behind)
	papers := printertest.Papers(c.paper)
	j, err := printertest.OpenJournal(file)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := j.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	intended := len(j.Intents) > 0
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if !killed && first != outcome.String() {
		t.Errorf("the program said %q, its journal %s", first, outcome)
	}
	printertest.Judge(t, devices.Unknown, papers)
	if outcome == devices.Done && intended {
		printertest.Judge(t, outcome, papers)
		return killed
	}
	attempt := 2 // unknown: a person prints again, marked
	if !intended {
		attempt = 1 // not one byte has left
	}
	second, _ := program(t, c.paper, l, file, attempt, 0, false)
	papers = append(papers, printertest.Papers(c.paper)...)
	if second != devices.Done.String() {
		t.Errorf("entry %d: the second print is %q", at, second)
	}
	printertest.Judge(t, devices.Done, papers)
	return killed
}

// program runs the program with the printer behind it, and returns what it said.
func program(t *testing.T, paper *sim.Printer, l net.Listener, file string, attempt, at int, behind bool) (said string, killed bool) {
	t.Helper()
	served := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			err = paper.Serve(context.Background(), conn)
			_ = conn.Close()
		}
		served <- err
	}()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killAddress+"="+l.Addr().String(), killJournal+"="+file,
		killAttempt+"="+strconv.Itoa(attempt), killEntry+"="+strconv.Itoa(at))
	if behind {
		cmd.Env = append(cmd.Env, killBehind+"=1")
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		killed = exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
	}
	if err != nil && !killed {
		t.Fatalf("%v: %s", err, errs.String())
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	return string(out), killed
}
