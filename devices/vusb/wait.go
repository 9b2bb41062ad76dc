//go:build linux && kernel

package vusb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hallway/devices"
)

// device returns the folder of a device or interface in sysfs.
func device(name string) string { return "/sys/bus/usb/devices/" + name }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// step lies between two looks at sysfs.
const step = 2 * time.Millisecond

// until polls done for as long as a test is patient.
func until(done func() bool) bool {
	for end := time.Now().Add(patience); !done(); time.Sleep(step) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// Wait ends the test unless done becomes true in time. what completes the
// sentence "timed out waiting for".
func Wait(t testing.TB, what string, done func() bool) {
	t.Helper()
	if !until(done) {
		t.Fatalf("timed out waiting for %s", what)
	}
}

// Ready waits until the kernel has configured the device.
func (p *Plugged) Ready(t testing.TB) {
	t.Helper()
	Wait(t, p.path+" to be configured", func() bool { return exists(device(p.Interface(0))) })
}

// Gone waits until the kernel has forgotten the device.
func (p *Plugged) Gone(t testing.TB) {
	t.Helper()
	Wait(t, p.path+" to go", func() bool { return !exists(device(p.path)) })
}

// Node is [Plugged.Find] for a test, which ends when no node appears.
func (p *Plugged) Node(t testing.TB, subsystem string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	node, err := p.Find(ctx, subsystem)
	if err != nil {
		t.Fatal(err)
	}
	return node
}

// Find waits until ctx ends for a node that a class driver makes of the device,
// and returns its path. subsystem is the class in sysfs: "tty", "usbmisc" for
// printers, "hidraw" or "input" for the event node. A device that is unplugged
// is [devices.ErrAbsent] at once.
func (p *Plugged) Find(ctx context.Context, subsystem string) (string, error) {
	for {
		if !p.there() {
			return "", fmt.Errorf("virtual USB: %s node of %s: %w", subsystem, p.path, devices.ErrAbsent)
		}
		if node := p.find(subsystem); node != "" {
			return node, nil
		}
		if err := devices.Pause(ctx, step); err != nil {
			return "", fmt.Errorf("virtual USB: %s node of %s: %w", subsystem, p.path, err)
		}
	}
}

// Configured waits until ctx ends for the kernel to configure the device, which
// is when its interfaces can be claimed. A device that is unplugged is
// [devices.ErrAbsent] at once.
func (p *Plugged) Configured(ctx context.Context) error {
	for !exists(device(p.Interface(0))) {
		if !p.there() {
			return fmt.Errorf("virtual USB: %s: %w", p.path, devices.ErrAbsent)
		}
		if err := devices.Pause(ctx, step); err != nil {
			return fmt.Errorf("virtual USB: %s is not configured: %w", p.path, err)
		}
	}
	return nil
}

func (p *Plugged) there() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conn != nil
}

// find returns the node of the device's entry in a class, or "".
func (p *Plugged) find(subsystem string) string {
	all, _ := filepath.Glob("/sys/class/" + subsystem + "/*")
	for _, entry := range all {
		at, err := filepath.EvalSymlinks(entry)
		if err != nil || !strings.Contains(at, "/"+p.path+"/") {
			continue
		}
		if node := devName(at); node != "" && exists(node) {
			return node
		}
	}
	return ""
}

// devName returns the path that the uevent file of a folder in sysfs names.
func devName(dir string) string {
	text, _ := os.ReadFile(dir + "/uevent")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "DEVNAME="); ok {
			return "/dev/" + name
		}
	}
	return ""
}

// USBNode waits for the device's node of usbfs and returns its path, such as
// "/dev/bus/usb/001/002".
func (p *Plugged) USBNode(t testing.TB) string {
	t.Helper()
	p.Ready(t)
	node := devName(device(p.path))
	Wait(t, "usbfs node of "+p.path, func() bool { return node != "" && exists(node) })
	return node
}

// Number returns the device's number on its bus, which grows with each Replug.
func (p *Plugged) Number(t testing.TB) int {
	t.Helper()
	p.Ready(t)
	text, err := os.ReadFile(device(p.path) + "/devnum")
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
