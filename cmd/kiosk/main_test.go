package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/cmd/program"
)

func TestWrongCommandLineAndConfigurationAreSaid(t *testing.T) {
	var out bytes.Buffer
	m := &Main{Streams: program.Streams{Stdout: &out, Stderr: &out, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--konfig", "x"}); err == nil || !strings.Contains(err.Error(), "--konfig") {
		t.Errorf("error %v", err)
	}
	file := filepath.Join(t.TempDir(), "kiosk.toml")
	if err := os.WriteFile(file, []byte("terminal = \"12\"\nspeed = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m = &Main{Streams: program.Streams{Stdout: &out, Stderr: &out, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", file}); err != nil {
		t.Fatal(err)
	}
	err := m.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), file+":1") || !strings.Contains(err.Error(), "speed") {
		t.Errorf("error %v", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// kioskFile writes a configuration of a terminal whose hall and devices are
// not there.
func kioskFile(t *testing.T, dir string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	text, err := config.Example("kiosk")
	if err != nil {
		t.Fatal(err)
	}
	for old, want := range map[string]string{
		"/var/lib/hallway/kiosk": filepath.Join(dir, "data"), "http://192.168.10.2:8417": "http://" + closed,
		"/dev/ttyS1": filepath.Join(dir, "reader"), "/dev/ttyS2": filepath.Join(dir, "printer"), `"generic-80"`: `"generic-cn-80"`,
	} {
		text = strings.ReplaceAll(text, old, want)
	}
	file := filepath.Join(dir, "kiosk.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// display starts a virtual display and returns its name.
func display(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1080x1920x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatalf("%v; install xvfb", err)
	}
	t.Cleanup(func() {
		_ = x.Process.Signal(syscall.SIGTERM)
		_ = x.Wait()
		r.Close()
	})
	w.Close()
	if err := r.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Fscanln(r, &n); err != nil {
		t.Fatalf("Xvfb does not say its display: %v", err)
	}
	return fmt.Sprintf(":%d", n)
}

// leavesNoCore checks that a process that crashes leaves no file with its
// memory.
func leavesNoCore(t *testing.T, pid int) {
	t.Helper()
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil || !regexp.MustCompile(`Max core file size +0 +0 `).Match(limits) {
		t.Errorf("a crash would leave a core file: %v\n%s", err, limits)
	}
}

// The program as citizens meet it after a power cut: no hall, no reader, no
// printer. It shows its home screen over the whole display, says what is
// missing, and ends in order.
func TestKioskStartsAloneAndEndsInOrder(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "kiosk")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	trace := filepath.Join(dir, "trace.jsonl")
	p := exec.Command(bin, "--config", kioskFile(t, dir), "--trace", trace)
	var log bytes.Buffer
	p.Stderr = &log
	p.Env = append(os.Environ(), "DISPLAY="+display(t))
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.Wait() }()
	defer p.Process.Kill()
	const home = `{"screen":"home","lang":"zh-Hans","banner":"refusal.not_enrolled"`
	deadline := time.Now().Add(30 * time.Second)
	for {
		b, _ := os.ReadFile(trace)
		if strings.Contains(string(b), home) && strings.Contains(string(b), `"id":"lang","x":764,"y":1790`) {
			break
		}
		select {
		case err := <-done:
			t.Fatalf("ended at once: %v\n%s", err, &log)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("no home screen: %s\n%s", b, &log)
		}
	}
	leavesNoCore(t, p.Process.Pid)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("ended with %v\n%s", err, &log)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("still there after SIGTERM\n%s", &log)
	}
	if strings.Contains(log.String(), "panic") {
		t.Error(log.String())
	}
}
