package scanner

import (
	"context"
	"log/slog"
	"time"

	"hallway/devices"
	"hallway/devices/intake"
)

// Options are the habits of a scanner. The zero Options suit one as it comes.
type Options struct {
	// Suffix is what ends a code of a serial scanner or a keyboard; the zero
	// Suffix is any line end or silence.
	Suffix Suffix
	// Prefix is what a serial scanner sends before each code, such as 02 for
	// STX. A code without it is dropped as damaged.
	Prefix []byte
	// AIM is set for a serial scanner that sends the AIM identifier, such as
	// "]Q1" for QR, before each code (ISO/IEC 15424). It is not part of the
	// code then. HID scanners send it in a field of its own.
	AIM bool
	// Limit is the longest code in bytes; 0 = 4096. Longer ones are dropped. A
	// QR code holds at most 2,953 bytes.
	Limit int
	// Gap is the silence that ends a code; 0 = 300 ms.
	Gap time.Duration
	// Burst is the longest time between two keys of one code of a grabbed
	// keyboard; 0 = 50 ms, which no hand keeps up.
	Burst time.Duration
	// Shortest is how many characters a code of a keyboard has at least; 0 = 4.
	// Fewer are keys that somebody pressed.
	Shortest int
	// Layout is where a HID scanner's report keeps its fields; nil = [Honeywell].
	Layout *Layout
	// Enable is a feature report that switches a HID scanner on, its id first,
	// such as [HoneywellOn]. It is sent once, by Feature; empty = nothing.
	Enable []byte
	// Feature sends a feature report through a port: hidport.SetFeature, which
	// this package does not import because it needs cgo. Without it, and when it
	// returns errors.ErrUnsupported, Enable is not sent.
	Feature func(ctx context.Context, port devices.Conn, report []byte) error
	// Arm and Disarm are sent when codes are wanted and when they are not any
	// more, for scanners that light up on command; empty = nothing. Serial:
	// [TriggerOn] and [TriggerOff]. HID: a whole output report.
	Arm, Disarm []byte
	// Own reports whether a code is one of the house's own. nil = none is. It
	// must not keep data.
	Own func(data []byte) bool
	// Log gets lengths and counts, never codes; nil = nowhere.
	Log *slog.Logger
}

// HoneywellOn is the feature report that switches scanners of Honeywell and
// Youjie (vendors 0C2E and 23D0) on in HID POS mode.
var HoneywellOn = []byte{0xFE, 0x01}

// The commands of Honeywell serial scanners that begin and end reading. The
// second byte of TriggerOff is UNCONFIRMED.
var (
	TriggerOn  = []byte{0x16, 0x54, 0x0D}
	TriggerOff = []byte{0x16, 0x55, 0x0D}
)

const (
	limit    = 4096
	burst    = 50 * time.Millisecond
	shortest = 4
)

// filled returns o with defaults in place of zeros.
func (o Options) filled() Options {
	if o.Limit <= 0 {
		o.Limit = limit
	}
	if o.Burst <= 0 {
		o.Burst = burst
	}
	if o.Shortest <= 0 {
		o.Shortest = shortest
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Own == nil {
		o.Own = func([]byte) bool { return false }
	}
	return o
}

// A Scan is one code that was held up.
type Scan struct {
	Code Code
	AIM  string // identifier of the kind of code, such as "]Q1"; "" when unknown
	Own  bool   // one of the house's own, by Options.Own
}

// A Scanner is an open scanner. Its methods may be called from any goroutine.
type Scanner struct {
	in *intake.Intake
	o  Options
}

var _ devices.Device = (*Scanner)(nil)

// OpenSerial reads codes from a stream of bytes: a serial port or a TCP
// connection. The Scanner owns conn from now on.
func OpenSerial(conn devices.Conn, o Options) *Scanner {
	o = o.filled()
	return open(conn, &serial{buffer: newBuffer(o), o: o}, o)
}

// OpenBoot reads codes from boot keyboard reports, each one Read of conn. The
// Scanner owns conn from now on.
func OpenBoot(conn devices.Conn, o Options) *Scanner {
	o = o.filled()
	return open(conn, &boot{typist: newTypist(o)}, o)
}

// OpenKeyboard reads codes from the events of a keyboard that was opened by
// hidinput.OpenKeyboard. The Scanner owns conn from now on.
func OpenKeyboard(conn devices.Conn, o Options) *Scanner {
	o = o.filled()
	return open(conn, &keyboard{typist: newTypist(o)}, o)
}

func open(conn devices.Conn, a intake.Assembler, o Options) *Scanner {
	return &Scanner{o: o, in: intake.Open(conn, a, intake.Options{
		Name: "scanner", Gap: o.Gap, Room: max(o.Limit, 512), Arm: o.Arm, Disarm: o.Disarm, Log: o.Log,
	})}
}

// Identity is empty: a scanner does not say who it is in the ways used here.
func (s *Scanner) Identity() devices.Identity { return devices.Identity{} }

// Check returns the error of the port, or [devices.ErrNoStatus].
func (s *Scanner) Check(ctx context.Context) ([]devices.Condition, error) {
	return nil, s.in.Check(ctx)
}

// Close closes the port and ends Poll. It may be called twice.
func (s *Scanner) Close() error { return s.in.Close() }

// Poll calls emit with each code that is held up until ctx ends; then it
// returns nil. An error of package devices says that the scanner itself failed.
// emit runs on Poll's goroutine. Who keeps a Code wipes it.
func (s *Scanner) Poll(ctx context.Context, emit func(Scan)) error {
	return s.in.Poll(ctx, func(message []byte) {
		aim, data := message[:aimLen], message[aimLen:]
		scan := Scan{Code: NewCode(data), Own: s.o.Own(data)}
		if aim[0] != 0 {
			scan.AIM = string(aim)
		}
		emit(scan)
	})
}
