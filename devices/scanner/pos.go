package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"hallway/devices"
	"hallway/devices/hidinput"
)

// The usages of a HID scanner: HID Usage Tables 1.5, section 25, and for the
// count, which Honeywell adds, Generic Desktop.
const (
	usageScanner   hidinput.Usage = 0x008C0002 // application
	usageAIM       hidinput.Usage = 0x008C00FB // first of three
	usageData      hidinput.Usage = 0x008C00FE
	usageContinued hidinput.Usage = 0x008C00FF
	usageCount     hidinput.Usage = 0x0001003B
)

// A Place is where a report keeps something: Size bits from bit Offset behind
// the report id. Size 0 means that the report does not have it.
type Place struct{ Offset, Size int }

// A Layout is where a HID scanner's report keeps its fields.
type Layout struct {
	Report    byte // id of the report with codes
	Numbered  bool // reports begin with their id
	Data      Place
	Count     Place    // bytes of Data that are used; without it zeros at the end are none
	Continued Place    // not 0: the code goes on in the next report
	AIM       [3]Place // characters of the AIM identifier
}

// Honeywell is the layout of Honeywell and Youjie scanners, as their reports of
// 64 bytes show it; for ports that cannot read the report descriptor.
var Honeywell = Layout{
	Report: 2, Numbered: true,
	Count: Place{0, 8}, AIM: [3]Place{{8, 8}, {16, 8}, {24, 8}}, Data: Place{32, 56 * 8}, Continued: Place{62 * 8, 1},
}

// ErrLayout is wrapped by errors of descriptors without a place for codes.
var ErrLayout = errors.New("report descriptor of no HID scanner, switch the scanner to USB HID POS mode")

// ParseLayout finds the layout in a report descriptor. Its errors wrap
// [ErrLayout] or [hidinput.ErrDescriptor].
func ParseLayout(descriptor []byte) (Layout, error) {
	d, err := hidinput.ParseDescriptor(descriptor)
	if err != nil {
		return Layout{}, err
	}
	for _, f := range d.Fields {
		at, ok := place(f, usageData)
		if !ok || f.Application != usageScanner {
			continue
		}
		l := Layout{Report: f.Report, Numbered: d.Numbered, Data: at}
		i, _ := f.Index(usageData)
		l.Data.Size = (f.Count - i) * f.Size
		if f.Size != 8 || l.Data.Offset%8 != 0 {
			return Layout{}, fmt.Errorf("%w: data of report %d are not bytes", ErrLayout, f.Report)
		}
		l.complete(d)
		return l, nil
	}
	return Layout{}, ErrLayout
}

// complete finds the other fields of the report.
func (l *Layout) complete(d hidinput.Descriptor) {
	for _, f := range d.Fields {
		if f.Kind != hidinput.Input || f.Report != l.Report {
			continue
		}
		if at, ok := place(f, usageCount); ok {
			l.Count = at
		}
		if at, ok := place(f, usageContinued); ok {
			l.Continued = at
		}
		for i := range l.AIM {
			if at, ok := place(f, usageAIM+hidinput.Usage(i)); ok {
				l.AIM[i] = at
			} else if at, ok := place(f, usageAIM); ok && len(f.Usages) == 1 && i < f.Count {
				l.AIM[i] = Place{at.Offset + i*f.Size, f.Size} // one usage for all three
			}
		}
	}
}

// place returns where f keeps usage u.
func place(f hidinput.Field, u hidinput.Usage) (Place, bool) {
	i, ok := f.Index(u)
	if !ok || f.Kind != hidinput.Input || f.Size > 32 {
		return Place{}, false
	}
	return Place{f.Offset + i*f.Size, f.Size}, true
}

// read returns the value at p, and false when the report ends before. A place
// that the report does not have holds 0.
func (p Place) read(report []byte) (int, bool) {
	v, ok := hidinput.Bits(report, p.Offset, p.Size)
	return int(v), ok
}

// OpenPOS reads codes from the reports of a HID scanner, each one Read of conn,
// after it has switched it on by Options.Enable. The Scanner owns conn from now
// on; when OpenPOS fails, conn is closed.
func OpenPOS(ctx context.Context, conn devices.Conn, o Options) (*Scanner, error) {
	o = o.filled()
	if o.Layout == nil {
		o.Layout = &Honeywell
	}
	if err := enable(ctx, conn, o); err != nil {
		return nil, errors.Join(fmt.Errorf("scanner: switch on: %w", err), conn.Close())
	}
	return open(conn, &pos{buffer: newBuffer(o), layout: *o.Layout}, o), nil
}

func enable(ctx context.Context, conn devices.Conn, o Options) error {
	if len(o.Enable) == 0 {
		return nil
	}
	err := errors.ErrUnsupported
	if o.Feature != nil {
		err = o.Feature(ctx, conn, o.Enable)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		o.Log.Warn("port cannot send the feature report that switches the scanner on")
		return nil
	}
	return err
}

// pos takes reports of a HID scanner.
type pos struct {
	buffer
	layout Layout
}

// Feed takes one report.
func (s *pos) Feed(report []byte, whole func([]byte)) {
	if s.layout.Numbered {
		if len(report) == 0 || report[0] != s.layout.Report {
			return
		}
		report = report[1:]
	}
	data, ok := s.part(report)
	more, known := s.layout.Continued.read(report)
	s.damaged = s.damaged || !ok || !known
	if !known {
		return // whether the code ends here is lost, too
	}
	if !s.Begun() || len(s.code()) == 0 {
		s.identify(report)
	}
	s.add(data...)
	if more == 0 {
		s.flush(whole)
	}
}

// part returns the bytes of the code in one report.
func (s *pos) part(report []byte) ([]byte, bool) {
	from, room := s.layout.Data.Offset/8, s.layout.Data.Size/8
	if from+room > len(report) {
		return nil, false
	}
	data := report[from : from+room]
	if s.layout.Count.Size == 0 {
		return bytes.TrimRight(data, "\x00"), true
	}
	n, ok := s.layout.Count.read(report)
	if !ok || n > room {
		return nil, false
	}
	return data[:n], true
}

// identify keeps the AIM identifier, when the report has one.
func (s *pos) identify(report []byte) {
	var aim [aimLen]byte
	for i, p := range s.layout.AIM {
		v, _ := p.read(report)
		aim[i] = byte(v)
	}
	if isAIM(aim[:]) {
		copy(s.data, aim[:])
	}
}

// Quiet gives up a code whose next report did not come.
func (s *pos) Quiet(whole func([]byte)) {
	s.damaged = true
	s.flush(whole)
}
