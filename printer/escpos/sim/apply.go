package sim

import (
	"fmt"
	"strconv"
	"strings"

	"hallway/devices/sim"
)

var _ sim.Applier = (*Printer)(nil)

// Directives returns the names that [Printer.Apply] obeys, for the check of a
// fault script.
func Directives() []string {
	return []string{"paper", "cover", "cutter", "head", "power", "line", "mouth"}
}

// Apply carries out one directive of a fault script:
//
//	paper=out | paper=low | paper=full | paper=MM   millimetres left on the roll
//	paper=row:N                                     rows of dots left on the roll
//	cover=open | cover=closed
//	cutter=jam | cutter=ok
//	head=hot | head=ok
//	power=off | power=on
//	line=off | line=on       offline without a cause, as by the panel's button
//	mouth=stuck | mouth=ok   the presenter cannot draw a ticket back
//
// When it happens and for how long is the business of the script's runner.
func (p *Printer) Apply(d sim.Directive) error {
	on, known := map[string]bool{
		"cover=open": true, "cover=closed": false, "cutter=jam": true, "cutter=ok": false,
		"head=hot": true, "head=ok": false, "power=on": true, "power=off": false,
		"line=off": true, "line=on": false, "mouth=stuck": true, "mouth=ok": false,
	}[d.Name+"="+d.Value]
	switch {
	case d.For > 0 || len(d.Args) > 0:
		return fmt.Errorf("fault script: %s=%s lasts until it is changed; say what follows, such as for=5s then=closed", d.Name, d.Value)
	case d.Name == "paper" && strings.HasPrefix(d.Value, "row:"):
		n, err := strconv.ParseUint(strings.TrimPrefix(d.Value, "row:"), 10, 20)
		if err != nil {
			return fmt.Errorf("fault script: paper=%s, want row: and a number of rows", d.Value)
		}
		p.SetRows(int(n))
		return nil
	case d.Name == "paper":
		mm, err := paperOf(d.Value)
		if err != nil {
			return err
		}
		p.SetPaper(mm)
		return nil
	case !known:
		return fmt.Errorf("fault script: the printer does not know %s=%s", d.Name, d.Value)
	}
	switch d.Name {
	case "cover":
		p.SetCover(on)
	case "cutter":
		p.SetCutterJam(on)
	case "head":
		p.SetHeadHot(on)
	case "power":
		p.SetPower(on)
	case "line":
		p.SetOffline(on)
	case "mouth":
		p.SetMouthStuck(on)
	}
	return nil
}

func paperOf(value string) (int, error) {
	if mm, ok := map[string]int{"out": 0, "low": nearEnd / 2, "full": newRoll}[value]; ok {
		return mm, nil
	}
	mm, err := strconv.Atoi(value)
	if err != nil || mm < 0 || mm > newRoll {
		return 0, fmt.Errorf("fault script: paper=%s, want out, low, full or 0 to %d mm", value, newRoll)
	}
	return mm, nil
}
