package serialport

import (
	"errors"
	"fmt"
	"os"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// Mode is how a serial port is set up. The zero value of every field but Baud is
// what most devices want.
type Mode struct {
	Baud   int    // bits a second
	Bits   int    // data bits, 5 to 8; 0 = 8
	Parity Parity // None
	Stop   Stop   // One
	Flow   Flow   // NoFlow
	// DTR and RTS are the first states of the two lines. When either is not
	// Default the port must have modem lines, which a pseudo-terminal has not;
	// the other one is then high. With flow RTSCTS the kernel moves RTS on.
	DTR, RTS Level
}

// Parity is the check bit behind the data bits.
type Parity uint8

// The parities.
const (
	None Parity = iota
	Odd
	Even
	Mark
	Space
)

// Stop is the number of stop bits.
type Stop uint8

// The stop bits. OneAndAHalf goes with 5 data bits only, on ports that can.
const (
	One Stop = iota
	OneAndAHalf
	Two
)

// Level is the state of a line.
type Level uint8

// The levels. Default is what opening makes of the line: high.
const (
	Default Level = iota
	Low
	High
)

// Flow is how the device holds the program up when its buffer is full. A Write
// then waits until its context ends.
type Flow uint8

const (
	// NoFlow sends without looking: a buffer that overflows loses bytes.
	NoFlow Flow = iota
	// RTSCTS stops when the device lowers CTS. The UART or its driver does it
	// between two bytes, or at the end of its FIFO (16 bytes in a 16550); what
	// a USB converter does is its own affair.
	RTSCTS
	// DTRDSR stops when the device, through its DTR wire, lowers DSR, as most
	// receipt printers are set. Kernels know no such flow control: this package
	// looks at DSR before each piece of 64 bytes, when the piece before has
	// left the kernel. A printer must take 64 bytes and the FIFO of the port
	// after it lowered the line. Converters that keep bytes to themselves add
	// those, up to 4 KB; how many is UNCONFIRMED for each of them.
	DTRDSR
	// XONXOFF stops at byte 0x13 from the device and goes on at 0x11. Both
	// bytes are taken out of what is read, so answers that may contain them, as
	// binary status does, arrive damaged; what is written passes unchanged. The
	// program itself never sends them to hold the device up.
	XONXOFF
)

// check finds what no port can do.
func (m Mode) check() error {
	var errs []error
	if m.Baud <= 0 {
		errs = append(errs, fmt.Errorf("speed of %d bits a second, use one such as 9600", m.Baud))
	}
	if m.Bits != 0 && (m.Bits < 5 || m.Bits > 8) {
		errs = append(errs, fmt.Errorf("%d data bits, use 5 to 8", m.Bits))
	}
	if m.Parity > Space || m.Stop > Two || m.Flow > XONXOFF || m.DTR > High || m.RTS > High {
		errs = append(errs, fmt.Errorf("parity %d, stop %d, flow %d, DTR %d or RTS %d is none of the package's constants", m.Parity, m.Stop, m.Flow, m.DTR, m.RTS))
	}
	return errors.Join(errs...)
}

// library returns the mode as go.bug.st/serial wants it. Its zero values mean
// other things than they say, so every field is set.
func (m Mode) library() *serial.Mode {
	out := &serial.Mode{
		BaudRate: m.Baud, DataBits: m.Bits,
		Parity:   [...]serial.Parity{serial.NoParity, serial.OddParity, serial.EvenParity, serial.MarkParity, serial.SpaceParity}[m.Parity],
		StopBits: [...]serial.StopBits{serial.OneStopBit, serial.OnePointFiveStopBits, serial.TwoStopBits}[m.Stop],
	}
	if m.Bits == 0 {
		out.DataBits = 8
	}
	if m.DTR != Default || m.RTS != Default {
		out.InitialStatusBits = &serial.ModemOutputBits{DTR: m.DTR != Low, RTS: m.RTS != Low}
	}
	return out
}

// setFlow sets what the library cannot, after it has set the rest.
func setFlow(data *os.File, f Flow) error {
	if f == NoFlow {
		return nil
	}
	var failed error
	err := withFD(data, func(fd int) {
		if f == DTRDSR {
			_, failed = unix.IoctlGetInt(fd, unix.TIOCMGET)
			return
		}
		var t *unix.Termios
		if t, failed = unix.IoctlGetTermios(fd, unix.TCGETS2); failed != nil {
			return
		}
		if f == RTSCTS {
			t.Cflag |= unix.CRTSCTS
		} else {
			t.Iflag |= unix.IXON
			t.Cc[unix.VSTART], t.Cc[unix.VSTOP] = 0x11, 0x13
		}
		failed = unix.IoctlSetTermios(fd, unix.TCSETS2, t)
	})
	if errors.Is(failed, unix.ENOTTY) || errors.Is(failed, unix.EINVAL) {
		return fmt.Errorf("this port has no modem lines, choose another flow control: %w", errors.ErrUnsupported)
	}
	return errors.Join(err, failed)
}
