package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hallway/printer"
)

// named are printers that answer like a certain model, as far as its manual
// tells: a profile, and what the profile does not say. Names, firmware and
// serial numbers are invented where no manual gives them.
var named = map[string]struct {
	profile string
	change  func(*Model)
}{
	"tm-t82iii": {"epson-tm-t82", func(m *Model) {
		m.Maker, m.Name, m.Serial, m.Firmware, m.Font = "EPSON", "TM-T82III", "X3B7000001", "10.04 ESC/POS", "CHINA GB18030"
		m.Graphics, m.AlignsBits = true, true
	}},
	"tm-t88vi": {"epson-tm-t88", func(m *Model) {
		m.Maker, m.Name, m.Serial, m.Firmware, m.Font = "EPSON", "TM-T88VI", "X4C2000001", "40.51 ESC/POS", "CHINA GB18030"
		m.AlignsBits, m.Places = true, true
	}},
	"generic-cn-80": {"generic-cn-80", func(*Model) {}},
	"generic-cn-58": {"generic-cn-58", func(*Model) {}},
	"vkp80": {"custom-vkp80", func(m *Model) {
		m.Maker, m.Name, m.Serial, m.Firmware = "CUSTOM", "VKP80III", "VKP0000001", "2.00"
	}},
	"bt-t080": {"snbc-bt-t080", func(m *Model) {
		m.Maker, m.Name, m.Serial, m.Firmware = "SNBC", "BT-T080", "T080000001", "FV1.010"
	}},
	"xp-80": {"xprinter-80", func(m *Model) {
		m.Maker, m.Name, m.Serial, m.Firmware = "XPRINTER", "XP-80", "", "1.00"
	}},
	"star-emulation": {"star-escpos", func(m *Model) {
		m.Maker, m.Name, m.Serial, m.Firmware = "Star", "TSP654II", "", "4.0"
	}},
	"star-line":   {"star-line", func(*Model) {}},
	"star-tup":    {"star-tup", func(*Model) {}},
	"writer-only": {"writer-only", func(*Model) {}},
}

// Models lists the names that [LoadModel] knows besides profiles.
func Models() []string { return slices.Sorted(maps.Keys(named)) }

// LoadModel returns the printer of that name, of a shipped profile or of a
// profile's file.
func LoadModel(name string) (Model, error) {
	n, known := named[name]
	if !known {
		n.profile, n.change = name, func(*Model) {}
	}
	p, err := printer.LoadProfile(n.profile)
	if err != nil {
		return Model{}, fmt.Errorf("simulated printer %s: models are %s: %w", name, strings.Join(Models(), ", "), err)
	}
	m := ModelOf(p)
	n.change(&m)
	return m, nil
}
