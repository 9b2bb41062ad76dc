package outbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"hallway/devices"
)

// lockDir takes the exclusive lock of a data folder, which ends when the file
// is closed or the program dies. A folder that another program holds gives an
// error that wraps [devices.ErrBusy].
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("outbox: lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("outbox: lock %s: %w", f.Name(), err)
		}
		return nil, fmt.Errorf("outbox: %s: %w (process %s); stop it, or give this terminal another data folder", dir, devices.ErrBusy, lockedBy(f))
	}
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintf(f, "%d\n", os.Getpid()) // only for the message above
	}
	return f, nil
}

// lockedBy reads which process holds the lock.
func lockedBy(f *os.File) string {
	var b [20]byte
	n, _ := f.ReadAt(b[:], 0)
	if n == 0 {
		return "unknown"
	}
	return strings.TrimSpace(string(b[:n]))
}
