package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hallway/devices/sim"
	"hallway/idreader/sam"
)

// Directives are the names of the directives that [Reader.Apply] carries out,
// beside those of the line.
var Directives = []string{"card", "answer", "sw"}

var _ sim.Applier = (*Reader)(nil)

var commandWords = map[string]sam.Command{
	"reset": sam.CmdReset, "status": sam.CmdStatus, "id": sam.CmdID, "find": sam.CmdFind,
	"select": sam.CmdSelect, "read": sam.CmdRead, "management": sam.CmdManagement,
	"newest": sam.CmdNewest, "fingerprint": sam.CmdFingerprint,
}

// Apply carries out a directive of a fault script:
//
//	card=1                         # lay one of AllSpecimens; card=off lifts it
//	answer=silent cmd=read times=3 # also: garbled, cut, junk, right (end all faults)
//	answer=late by=1500ms cmd=find # later by that time
//	sw=41 cmd=read for=10s         # answer this status
//
// cmd is reset, status, id, find, select, read, management, newest or
// fingerprint; without it every command is touched. times says how often, once when neither times nor for is
// given. An unknown word is an error.
func (r *Reader) Apply(d sim.Directive) error {
	if d.Name == "card" {
		return r.applyCard(d)
	}
	f := Fault{Times: 1}
	if d.For > 0 {
		f.Times, f.Until = -1, time.Now().Add(d.For)
	}
	for key, value := range d.Args {
		var err error
		var known bool
		switch key {
		case "cmd":
			if f.Command, known = commandWords[value]; !known {
				err = fmt.Errorf("unknown command %q", value)
			}
		case "times":
			f.Times, err = strconv.Atoi(value)
		case "by":
			f.Late, err = time.ParseDuration(value)
		default:
			err = fmt.Errorf("unknown setting %q", key)
		}
		if err != nil {
			return fmt.Errorf("%s=%s: %w", d.Name, d.Value, err)
		}
	}
	return r.applyFault(d, f)
}

func (r *Reader) applyFault(d sim.Directive, f Fault) error {
	switch d.Name + "=" + d.Value {
	case "answer=right":
		r.ClearFaults()
		return nil
	case "answer=silent":
		f.Silent = true
	case "answer=late":
		if f.Late <= 0 {
			return fmt.Errorf("answer=late needs by=, such as by=1500ms")
		}
	case "answer=garbled":
		f.Garble = true
	case "answer=cut":
		f.Cut = 1
	case "answer=junk":
		f.Junk = []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x55, 0x55}
	default:
		sw, err := strconv.ParseUint(d.Value, 16, 8)
		if d.Name != "sw" || err != nil || sw == 0 {
			return fmt.Errorf("%s=%s: use one of answer=silent, late, garbled, cut, junk, right or sw=41", d.Name, d.Value)
		}
		f.Status = sam.SW(sw)
	}
	r.Inject(f)
	return nil
}

func (r *Reader) applyCard(d sim.Directive) error {
	all := AllSpecimens()
	n, err := strconv.Atoi(d.Value)
	switch {
	case d.For > 0 || len(d.Args) > 0:
		return fmt.Errorf("card=%s takes no settings but at", d.Value)
	case d.Value == "off":
		r.Lift()
	case err != nil || n < 1 || n > len(all):
		return fmt.Errorf("card=%s: use off or 1 to %d: %s", d.Value, len(all), strings.Join(names(all), ", "))
	default:
		r.Lay(all[n-1].Card)
	}
	return nil
}

func names(all []Specimen) []string {
	list := make([]string, len(all))
	for i, s := range all {
		list[i] = s.What
	}
	return list
}
