//go:build linux && kernel

package vusb

// Keyboard is a boot keyboard, as numeric keypads and most scanners are one. A
// Read on its line gives the byte of its lamps: bit 0 is Num Lock.
type Keyboard struct{ *HID }

// keyboardReports is the report descriptor of a boot keyboard (USB HID 1.11,
// appendix B.1).
var keyboardReports = []byte{
	0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, // generic desktop, keyboard
	0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, // modifiers
	0x95, 0x01, 0x75, 0x08, 0x81, 0x01, // a byte that is always 0
	0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, // lamps
	0x95, 0x01, 0x75, 0x03, 0x91, 0x01,
	0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, // six keys
	0xC0,
}

// NewKeyboard returns a keyboard on which no key is down.
func NewKeyboard(id Identity) *Keyboard {
	return &Keyboard{NewHID(id, HIDOptions{Descriptor: keyboardReports, In: 8, Packet: 8, Boot: 1})}
}

// Press presses and lets go of keys one after another, each a usage of page 7
// (HID Usage Tables 1.5, 10): 0x59 is 1 of the number pad, 0x58 its Enter.
func (k *Keyboard) Press(usages ...byte) error {
	for _, u := range usages {
		for _, report := range [][]byte{{0, 0, u}, {}} {
			if _, err := k.Write(report); err != nil {
				return err
			}
		}
	}
	return nil
}

// Scanner is a bar-code scanner of usage page 8C with the report layout that
// Honeywell's have: id 2, count, three AIM bytes, 56 data bytes, symbology, 0,
// and bit 0 of the last byte when the code goes on in the next report.
type Scanner struct{ *HID }

// scannerReports is a descriptor of that layout (HID Point of Sale Usage Tables
// 1.02, 4), constructed for tests.
var scannerReports = []byte{
	0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, // bar code scanner
	0x85, scanReport,
	0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, // bytes
	0x05, 0x01, 0x09, 0x3B, 0x95, 0x01, 0x81, 0x02, // byte count
	0x05, 0x8C, 0x09, 0xFB, 0x81, 0x02, 0x09, 0xFC, 0x81, 0x02, 0x09, 0xFD, 0x81, 0x02, // AIM
	0x09, 0xFE, 0x95, scanData, 0x82, 0x02, 0x01, // decoded data, buffered bytes
	0x06, 0x66, 0xFF, 0x09, 0x04, 0x95, 0x01, 0x81, 0x02, // symbology, a vendor's page
	0x95, 0x01, 0x81, 0x01, // a byte that is always 0
	0x05, 0x8C, 0x25, 0x01, 0x75, 0x01, 0x09, 0xFF, 0x81, 0x02, // continued
	0x75, 0x07, 0x81, 0x01,
	0xC0,
}

const (
	scanReport = 2
	scanData   = 56
	scanLen    = 64
)

// NewScanner returns a scanner that has read nothing.
func NewScanner(id Identity) *Scanner {
	return &Scanner{NewHID(id, HIDOptions{Descriptor: scannerReports, In: scanLen})}
}

// Scan sends a code: aim is its symbology, such as "]Q1" for a QR code.
func (s *Scanner) Scan(aim, code string) error {
	for first := true; first || code != ""; first = false {
		n := min(len(code), scanData)
		report := make([]byte, scanLen)
		report[0], report[1] = scanReport, byte(n)
		copy(report[2:5], aim)
		copy(report[5:], code[:n])
		if code = code[n:]; code != "" {
			report[scanLen-1] = 1
		}
		if _, err := s.Write(report); err != nil {
			return err
		}
	}
	return nil
}
