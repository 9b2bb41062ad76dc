package ipp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long tests wait for another program.
const patience = 20 * time.Second

// eventually polls until ok or fails the test.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("waited %v for %s", patience, what)
		}
		if err := devices.Pause(t.Context(), 20*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
}

// judge is ippeveprinter of Debian's cups-ipp-utils, the reference printer of
// IPP Everywhere.
type judge struct {
	client *Client
	spool  string
}

// startJudge runs one that hands every sheet to the shell script.
func startJudge(t *testing.T, script string, options ...string) judge {
	t.Helper()
	dir := t.TempDir()
	command := filepath.Join(dir, "print.sh")
	if err := os.WriteFile(command, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o700); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-k", "-d", spool, "-p", port, "-c", command, "-f", "application/pdf"}, options...)
	args = append(args, "Hallway "+port)
	if !listens(t, port, start(t, nil, "ippeveprinter", args...)) {
		// It ends without DNS-SD, for which it asks avahi on the system bus.
		if !listens(t, port, start(t, []string{privateBus(t)}, "ippeveprinter", args...)) {
			t.Fatal("ippeveprinter (Debian packages cups-ipp-utils, avahi-daemon, dbus) does not start")
		}
	}
	c, err := NewClient("ipp://localhost:"+port+"/ipp/print", "kiosk", nil)
	if err != nil {
		t.Fatal(err)
	}
	return judge{c, spool}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// process is a program that the test started.
type process struct {
	ended chan struct{}
	said  *bytes.Buffer // read after ended
}

// start runs a program until the test ends.
func start(t *testing.T, env []string, name string, args ...string) process {
	t.Helper()
	cmd := exec.Command(name, args...)
	p := process{make(chan struct{}), &bytes.Buffer{}}
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = p.said, p.said
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; install the Debian packages cups-ipp-utils, avahi-daemon and dbus", err)
	}
	go func() {
		_ = cmd.Wait() // killed below, or it says why in its output
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		<-p.ended
		if t.Failed() {
			t.Logf("%s said:\n%s", name, p.said)
		}
	})
	return p
}

// listens waits until the port is open; it is false when the program ended.
func listens(t *testing.T, port string, p process) (open bool) {
	t.Helper()
	eventually(t, "port "+port, func() bool {
		select {
		case <-p.ended:
			return true
		default:
		}
		conn, err := net.Dial("tcp", "localhost:"+port)
		if err != nil {
			return false
		}
		open = true
		return conn.Close() == nil
	})
	return open
}

// bus is held by the test that runs avahi.
var bus sync.Mutex

// privateBus starts a bus and avahi for the test and returns the environment
// that points to them.
func privateBus(t *testing.T) string {
	t.Helper()
	bus.Lock() // avahi runs once on a machine
	t.Cleanup(bus.Unlock)
	dir, err := os.MkdirTemp("", "bus") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "socket")
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	start(t, nil, "dbus-daemon", "--nofork", "--nopidfile", "--config-file="+write("bus.conf", fmt.Sprintf(busConfig, socket)))
	eventually(t, "the bus", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	env := "DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + socket
	start(t, []string{env}, "avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "-f", write("avahi.conf", avahiConfig))
	eventually(t, "avahi", func() bool {
		ask := exec.Command("dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.Avahi", "/", "org.freedesktop.Avahi.Server.GetState")
		ask.Env = append(os.Environ(), env)
		out, err := ask.Output()
		return err == nil && strings.Contains(string(out), "int32 2") // AVAHI_SERVER_RUNNING
	})
	return env
}

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
`

const avahiConfig = `[server]
host-name=hallway
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
`

// spooled returns the sheets that the judge took.
func (j judge) spooled(t *testing.T) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(j.spool, "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

// within is a context that no question of a test may outlive.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
