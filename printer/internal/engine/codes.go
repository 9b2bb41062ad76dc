package engine

import (
	"hallway/devices"
	"hallway/printer"
)

// CodePaperLow is the one condition of a printer that is no fault. The codes of
// faults are those of [printer.Reason].
const CodePaperLow = "paper-low"

// Fault returns the condition that stands for a reason.
func Fault(r printer.Reason) devices.Condition {
	return devices.Condition{Code: string(r), Fault: true}
}
