package program

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// keepMemoryPrivate keeps what citizens' cards say out of core files, and other
// processes of the same user from reading it.
func keepMemoryPrivate() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("switch core files off: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("keep memory private: %w", err)
	}
	return nil
}
