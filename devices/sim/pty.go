package sim

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// A PTY is a Line on a pseudo-terminal, which programs open as a serial port.
// It keeps the program's end open itself, so that programs may come and go.
type PTY struct {
	socket
	link string

	plugging sync.Mutex
	program  *os.File // the program's end; nil while unplugged
}

var _ Line = (*PTY)(nil)

// OpenPTY makes a pseudo-terminal and, unless link is "", a symbolic link to it
// with a name that stays the same when it is plugged in again. A link that is
// there already is replaced; any other file is an error.
func OpenPTY(link string) (*PTY, error) {
	p := &PTY{link: link}
	if err := p.Replug(); err != nil {
		return nil, err
	}
	return p, nil
}

// Name returns the link, or the path of the program's end when there is no link.
func (p *PTY) Name() string {
	if p.link != "" {
		return p.link
	}
	p.plugging.Lock()
	defer p.plugging.Unlock()
	if p.program == nil {
		return ""
	}
	return p.program.Name()
}

// Replug makes a fresh pseudo-terminal under the same link. It does nothing
// while the line is plugged in.
func (p *PTY) Replug() error {
	p.plugging.Lock()
	defer p.plugging.Unlock()
	if p.program != nil {
		return nil
	}
	device, program, err := pair()
	if err != nil {
		return err
	}
	if p.link != "" {
		if err := relink(program.Name(), p.link); err != nil {
			return errors.Join(err, program.Close(), device.Close())
		}
	}
	if _, ok := p.plug(device); !ok {
		var unlinked error
		if p.link != "" {
			unlinked = unlink(program.Name(), p.link)
		}
		return errors.Join(os.ErrClosed, unlinked, program.Close(), device.Close())
	}
	p.program = program
	return nil
}

// Unplug hangs the line up and takes the link away. It does nothing while the
// line is unplugged.
func (p *PTY) Unplug() error {
	device, _ := p.plug(nil)
	return p.remove(device)
}

// Close ends the line for good and takes the link away.
func (p *PTY) Close() error { return p.remove(p.shut()) }

// remove closes both ends.
func (p *PTY) remove(device handle) error {
	p.plugging.Lock()
	defer p.plugging.Unlock()
	var errs []error
	if p.program != nil {
		if p.link != "" {
			errs = append(errs, unlink(p.program.Name(), p.link))
		}
		errs = append(errs, p.program.Close())
		p.program = nil
	}
	if device != nil {
		errs = append(errs, device.Close())
	}
	return errors.Join(errs...)
}

// Baud returns the speed that the program has set, in bits a second.
func (p *PTY) Baud() (int, error) {
	p.plugging.Lock()
	defer p.plugging.Unlock()
	if p.program == nil {
		return 0, fmt.Errorf("speed of %s: unplugged", p.link)
	}
	speed := 0
	err := withFD(p.program, func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
		if err == nil {
			speed = int(t.Ospeed)
		}
		return err
	})
	return speed, err
}

// pair returns both ends of a new pseudo-terminal in raw mode.
func pair() (device, program *os.File, err error) {
	device, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("make a pseudo-terminal: %w", err)
	}
	number := 0
	err = withFD(device, func(fd int) error {
		if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return err
		}
		var err error
		number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		return err
	})
	if err == nil {
		program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	}
	if err == nil {
		if err = withFD(program, raw); err != nil {
			_ = program.Close()
		}
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make a pseudo-terminal: %w", err), device.Close())
	}
	return device, program, nil
}

// raw switches echo and translation off, so that bytes written before a program
// opens the port do not come back.
func raw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cflag |= unix.CS8 | unix.CREAD | unix.CLOCAL
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

func withFD(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = do(int(fd)) })
	return errors.Join(err, failed)
}

// relink makes link point to target in one step.
func relink(target, link string) error {
	info, err := os.Lstat(link)
	if err == nil && info.Mode()&os.ModeSymlink == 0 {
		return fmt.Errorf("link %s: a file of this name exists, choose another name", link)
	}
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		return fmt.Errorf("link %s: %w", link, err)
	}
	fresh := fmt.Sprintf("%s.%d", link, os.Getpid())
	if err := os.Symlink(target, fresh); err != nil {
		return fmt.Errorf("link %s: %w", link, err)
	}
	if err := os.Rename(fresh, link); err != nil {
		return errors.Join(fmt.Errorf("link %s: %w", link, err), os.Remove(fresh))
	}
	return nil
}

// unlink removes link unless it points elsewhere by now.
func unlink(target, link string) error {
	if to, err := os.Readlink(link); err != nil || to != target {
		return nil
	}
	return os.Remove(link)
}
