package journey

import (
	"fmt"

	"hallway/devices"
	"hallway/printer"
)

// numberTaken shows the stored number and prints it.
func (m Model) numberTaken(n NumberTaken) (Model, []Command) {
	if n.Err != nil {
		return m.sorry(refusal(n.Err)), nil
	}
	m.Visit.Ticket = n.Ticket
	return m.result(Ticket)
}

// result shows a screen that ends the visit, and prints its slip.
func (m Model) result(s ScreenID) (Model, []Command) {
	m.Visit.Work = Work{}
	m = m.replace(Place{Screen: s}).touched()
	return m.print()
}

// NotFitted is why nothing is printed at a terminal without printer.
const NotFitted printer.Reason = "not-fitted"

// maxPrints is how often one slip is tried. A printer that failed three times
// needs a person.
const maxPrints = 3

// print prints the slip of the result on the screen. An attempt that may have
// come out is never repeated.
func (m Model) print() (Model, []Command) {
	p := &m.Visit.Print
	if m.Printer == devices.Disabled {
		*p = Print{Outcome: devices.NotDone, Reason: NotFitted}
		return m, nil
	}
	op, doc := m.slip()
	p.Attempt++
	p.Job = printer.JobID(fmt.Sprintf("%s-%d", op, p.Attempt))
	p.Running = true
	return m, []Command{PrintSlip{m.Visits, printer.Job{ID: p.Job, Doc: doc}}}
}

func (m Model) printed(p Printed) Model {
	if p.Visit != m.Visits || p.Job != m.Visit.Print.Job {
		return m
	}
	m.Visit.Print.Running = false
	m.Visit.Print.Outcome, m.Visit.Print.Reason = p.Result.Outcome, p.Result.Reason
	return m.touched()
}

// again reports whether the slip may be tried once more.
func (p Print) again() bool {
	return !p.Running && p.Outcome == devices.NotDone && p.Job != "" && p.Attempt < maxPrints
}

// notice is the sentence about the paper.
func (p Print) notice() Notice {
	switch {
	case p.Running:
		return Notice{Key: "print.running", Tone: Info}
	case p.Outcome == devices.Done:
		return Notice{Key: "print.done", Tone: Good}
	case p.Outcome == devices.Unknown:
		return Notice{Key: "print.unknown", Tone: Caution}
	case p.Reason == printer.ReasonNone:
		return Notice{Key: "print." + string(printer.ReasonOffline), Tone: Caution}
	}
	return Notice{Key: "print." + string(p.Reason), Tone: Caution}
}
