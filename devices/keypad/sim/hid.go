package sim

import (
	"io"
	"sync"

	"hallway/devices/hidinput"
	"hallway/devices/keypad"
	"hallway/devices/sim"
)

// A HID is a simulated numeric pad on USB: it writes a boot keyboard report for
// each change of its keys. All methods may be called from any goroutine.
type HID struct {
	table keypad.Table

	mu   sync.Mutex
	line io.Writer
	down [6]byte
}

var _ sim.Applier = (*HID)(nil)

// NewHID returns a pad that writes reports to line, with the keys of table; nil
// is keypad.DefaultHIDTable.
func NewHID(line io.Writer, table keypad.Table) *HID {
	if table == nil {
		table = keypad.DefaultHIDTable()
	}
	return &HID{table: table, line: line}
}

// Press presses a key and lets it go. The error names the keys that the pad
// has, or is that of the line.
func (h *HID) Press(key keypad.Key) error {
	code, ok := h.table.Code(key)
	if !ok {
		return noKey(key, h.table)
	}
	return h.Strike(code[0])
}

// Strike presses keys by their usages, one upon the other, and lets them go. More
// than six at once roll over, as on a true pad.
func (h *HID) Strike(usages ...byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, u := range usages {
		if i == len(h.down) {
			over := [6]byte{}
			for j := range over {
				over[j] = hidinput.KeyRollover
			}
			if err := h.report(over); err != nil {
				return err
			}
			break
		}
		h.down[i] = u
		if err := h.report(h.down); err != nil {
			return err
		}
	}
	h.down = [6]byte{}
	return h.report(h.down)
}

// report writes one report.
func (h *HID) report(down [6]byte) error {
	_, err := h.line.Write(append(make([]byte, 2), down[:]...))
	return err
}

// Apply knows one directive of a fault script: "press=next" presses a key.
func (h *HID) Apply(d sim.Directive) error { return apply(d, h.Press) }
