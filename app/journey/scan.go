package journey

import (
	"hallway/app/operation"
)

// scan lets the scanner look for codes exactly while the present screen takes
// one.
func (m Model) scan() (Model, []Command) {
	wanted := m.takesCode() && m.Scanner.Usable()
	if wanted == m.Look.On {
		return m, nil
	}
	m.Look.On = wanted
	if !wanted {
		return m, []Command{StopScan{}}
	}
	m.Look.Count++
	return m, []Command{Scan{m.Look.Count}}
}

// takesCode reports whether the present screen takes a code.
func (m Model) takesCode() bool {
	return m.Place().Screen == Receipt || m.Place().Screen == OrderNumber
}

// codeScanned takes a receipt's code in place of its digits. Any other code is
// somebody's secret: it is forgotten unread.
func (m Model) codeScanned(c CodeScanned) (Model, []Command) {
	defer c.Code.Wipe()
	if c.Look != m.Look.Count || !m.Look.On || !m.takesCode() {
		return m, nil
	}
	m = m.touched()
	m.Visit.Notice = Notice{}
	if m.Place().Screen == OrderNumber {
		return m.orderScanned(c.Code.Reveal("slip before the scanner"), c.Op)
	}
	r, err := operation.ParseReceipt(c.Code.Reveal("receipt before the scanner"))
	if err != nil {
		m.Visit.Notice = Notice{Key: "kiosk.scan.foreign", Tone: Bad}
		return m, nil
	}
	return m.loadCases(c.Op, operation.CaseQuery{Receipt: r.String()})
}
