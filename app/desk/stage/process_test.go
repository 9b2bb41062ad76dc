package stage

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell starts a shell script and waits until it has written "up".
func shell(t *testing.T, l *Launcher, script string) *Process {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	p, err := l.Start(Spec{Name: "script", Path: "/bin/sh", Args: []string{"-c", script}, Log: log, Grace: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop() })
	if err := poll(within(t, 10*time.Second), func() (bool, error) { return strings.Contains(read(t, log), "up"), nil }); err != nil {
		t.Fatalf("the script did not come up: %v", err)
	}
	return p
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// gone waits until no process has the number.
func gone(t *testing.T, pid int) {
	t.Helper()
	err := poll(within(t, 10*time.Second), func() (bool, error) {
		b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		// A zombie whose parent does not collect it is dead, too.
		return err != nil || strings.Contains(string(b), ") Z "), nil
	})
	if err != nil {
		t.Errorf("process %d is still there", pid)
	}
}

func childOf(t *testing.T, p *Process) int {
	t.Helper()
	_, after, ok := strings.Cut(read(t, p.Log), "child ")
	if !ok {
		t.Fatalf("log %q names no child", read(t, p.Log))
	}
	pid, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestStopLetsAProgramEndInOrder(t *testing.T) {
	p := shell(t, launcher(t), `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done`)
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(read(t, p.Log), "bye") {
		t.Error("the program was not asked to end")
	}
}

func TestStopKillsWhatDoesNotEndAndItsChildren(t *testing.T) {
	p := shell(t, launcher(t), `trap '' TERM; sleep 300 & echo child $!; echo up; wait; sleep 300`)
	child := childOf(t, p)
	if err := p.Stop(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("Stop said %v, want that it had to kill", err)
	}
	gone(t, p.PID())
	gone(t, child)
}

func TestChildrenLeftByAProgramThatEndedAreKilled(t *testing.T) {
	p := shell(t, launcher(t), `sleep 300 & echo child $!; echo up; exit 3`)
	child := childOf(t, p)
	var exit *exec.ExitError
	if err := p.Err(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("Err said %v, want exit code 3", err)
	}
	if err := p.Stop(); err == nil {
		t.Error("Stop hid the exit code")
	}
	gone(t, child)
}

func TestProcessesDieWithTheLauncher(t *testing.T) {
	l := NewLauncher()
	log := filepath.Join(t.TempDir(), "log")
	p, err := l.Start(Spec{Name: "script", Path: "/bin/sleep", Args: []string{"300"}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	err = p.Err()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("the child ended with %v, want the kernel to kill it", err)
	}
}

func TestStartSaysWhatIsMissing(t *testing.T) {
	_, err := launcher(t).Start(Spec{Name: "kiosk", Path: "/no/such/kiosk"})
	if err == nil || !strings.Contains(err.Error(), "start kiosk") {
		t.Errorf("error %v does not name the program", err)
	}
}
