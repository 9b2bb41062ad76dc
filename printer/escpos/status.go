package escpos

import (
	"hallway/devices"
	"hallway/printer"
)

// The codes of a printer's conditions. All but paper-low are faults.
const (
	CodePaperLow = "paper-low"
	CodePaperOut = "paper-out"
	CodeCover    = "cover-open"
	CodeCutter   = "cutter"
	CodeJam      = "paper-jam"
	CodeHot      = "head-hot"
	CodeBroken   = "printer-error"
	CodeOffline  = "offline"
)

// statusBits are the four answers to DLE EOT 1 to 4.
type statusBits [4]byte

// pushed translates four bytes of automatic status (GS a, "Automatic status
// back") into the answers that DLE EOT would give.
func pushed(b []byte) (s statusBits) {
	move := func(from, mask byte, to int, bits byte) {
		if from&mask != 0 {
			s[to] |= bits
		}
	}
	move(b[0], 0x08, 0, 0x08) // offline
	move(b[0], 0x20, 1, 0x04) // cover
	s[2] = b[1] & 0x6c        // errors stand at the same places
	move(b[2], 0x03, 3, 0x0c) // near end
	move(b[2], 0x0c, 3, 0x60) // end
	return s
}

// conditions reads the bits by the Epson manual, "DLE EOT": n = 1 printer, 2
// cause of offline, 3 cause of error, 4 paper sensor. A printer that is
// offline without a cause that it names gets the code offline.
func (s statusBits) conditions(p printer.Profile) []devices.Condition {
	var out []devices.Condition
	fault := func(on bool, code string) {
		if on {
			out = append(out, devices.Condition{Code: code, Fault: true})
		}
	}
	fault(s[1]&0x04 != 0, CodeCover)
	fault(s[1]&0x20 != 0 || s[3]&0x60 != 0, CodePaperOut)
	fault(s[2]&0x08 != 0, CodeCutter)
	fault(s[2]&0x04 != 0, CodeJam)
	fault(s[2]&0x20 != 0, CodeBroken)
	fault(s[2]&0x40 != 0, CodeHot)
	fault(len(out) == 0 && s[0]&0x08 != 0, CodeOffline)
	// The near-end sensor says nothing about a roll that is not there.
	end := s[1]&0x20 != 0 || s[3]&0x60 != 0
	if near := s[3]&0x0c != 0; near != p.Deviations.NearEndActiveLow && !end {
		out = append(out, devices.Condition{Code: CodePaperLow})
	}
	return out
}
