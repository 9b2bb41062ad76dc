package serialport

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
)

const (
	// pace is how many bytes go out between two looks at DSR: what a printer
	// must be able to take after it lowered the line. 64 bytes last 5 ms at
	// 115200 and 67 ms at 9600.
	pace = 64
	// dsrStep is how long a writer waits before it looks again.
	dsrStep = 2 * time.Millisecond
)

// paced writes while the device's DSR is high.
type paced struct {
	devices.Conn
	name string
	data *os.File
}

func newPaced(c devices.Conn, name string, data *os.File) *paced { return &paced{c, name, data} }

// Write sends p piece by piece, each when DSR is high and the kernel has sent
// the piece before.
func (c *paced) Write(ctx context.Context, p []byte) (int, error) {
	sent := 0
	for sent < len(p) {
		if err := c.wait(ctx); err != nil {
			return sent, err
		}
		n, err := c.Conn.Write(ctx, p[sent:min(sent+pace, len(p))])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// wait waits until the device wants bytes and none are on their way.
func (c *paced) wait(ctx context.Context) error {
	for {
		ready, err := c.ready()
		if err != nil {
			return fmt.Errorf("%s: write: look at DSR: %w", c.name, err)
		}
		if ready {
			return nil
		}
		if err := devices.Pause(ctx, dsrStep); err != nil {
			return fmt.Errorf("%s: write: the device holds the program up (DSR is low): %w", c.name, err)
		}
	}
}

// ready looks at DSR and at what the kernel still has to send.
func (c *paced) ready() (bool, error) {
	lines, waiting := 0, 0
	var failed error
	err := withFD(c.data, func(fd int) {
		if lines, failed = unix.IoctlGetInt(fd, unix.TIOCMGET); failed == nil {
			waiting, failed = unix.IoctlGetInt(fd, unix.TIOCOUTQ)
		}
	})
	switch {
	case err != nil:
		return false, devices.ErrClosed
	case failed != nil:
		return false, fmt.Errorf("%w: %w", devices.ErrGone, failed)
	}
	return lines&unix.TIOCM_DSR != 0 && waiting == 0, nil
}
