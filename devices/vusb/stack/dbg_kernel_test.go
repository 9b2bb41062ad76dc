//go:build linux && kernel

package stack_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices/lpport"
	"hallway/devices/vusb"
)

func TestDbg(t *testing.T) {
	d := vusb.NewPrinter(vusb.Identity{Vendor: 0x04B8, Product: 0x0E28}, "MFG:x;")
	p := vusb.Plug(t, d)
	go func() {
		b := make([]byte, 256)
		for {
			n, err := d.Read(b)
			if err != nil {
				return
			}
			d.Write(b[:n])
		}
	}()
	t.Cleanup(func() { d.Close() })
	node := p.Node(t, "usbmisc")
	b := make([]byte, 1<<20)
	unix.Klogctl(5, b)
	for i := range 600 {
		c, err := lpport.Open(t.Context(), node)
		if err != nil {
			t.Fatal(i, err)
		}
		for range 4 {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
			t0 := time.Now()
			n, err := c.Write(ctx, []byte{0x10, 4, 1})
			if err != nil {
				cancel()
				t.Log(i, n, err, time.Since(t0), d.Waiting(2), d.Waiting(0x81), d.Waiting(0), d.Passed(2), d.Passed(0x81))
				tasks, _ := filepath.Glob("/proc/self/task/*")
				for _, k := range tasks {
					s, _ := os.ReadFile(k + "/stack")
					w, _ := os.ReadFile(k + "/wchan")
					t.Logf("%s %s\n%s", k, w, s)
				}
				t.Log(string(b[:runtime.Stack(b, true)]))
				n, _ := unix.Klogctl(3, b)
				t.Log(string(b[:n]))
				t.FailNow()
			}
			got := 0
			for got < 3 {
				n, err := c.Read(ctx, b)
				if err != nil {
					t.Log(i, "read", err, d.Waiting(2), d.Waiting(0x81), d.Waiting(0), d.Passed(2), d.Passed(0x81))
					n, _ := unix.Klogctl(3, b)
					t.Log(string(b[:n]))
					t.FailNow()
				}
				got += n
			}
			cancel()
		}
		if i%3 == 0 {
			c.Write(t.Context(), []byte{1})
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
