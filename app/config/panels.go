package config

import (
	"strconv"
	"strings"
)

// Panels is the file of the panels of many windows, which one machine drives.
type Panels struct {
	Hall  CounterHall `toml:"hall" doc:"The hall whose calls are shown."`
	Lines []PanelLine `toml:"line" doc:"One pair of wires, or one network port. Repeat the block for each."`
}

// PanelLine is a line that the panels of several windows share.
type PanelLine struct {
	Type    string `toml:"type" example:"modbus" doc:"Type of the panels, as in the counter's file: modbus, modbus-text, numeric4, onbon, ly, alpha, alpha-priority, file, or ff68 for displays of the counter bus on a line without keypads."`
	Profile string `toml:"profile" default:"" path:"true" doc:"With the type file: the panels' profile."`
	Port    string `toml:"port" example:"uart:ttyS3" doc:"Port of the line; 'kioskctl ports' lists them."`
	Baud    int    `toml:"baud" default:"0" min:"0" max:"921600" doc:"Speed in bits a second; 0 is the usual one of the type. Not used over TCP."`
	Echo    bool   `toml:"echo" default:"false" doc:"A two-wire converter hears what it sends."`
	Refresh int    `toml:"refresh_s" default:"30" min:"1" max:"3600" doc:"Seconds until every panel is sent again what it shows."`
	Call    string `toml:"call" default:"" doc:"Text of a called number; {number} and {window} stand for what they say. Empty: the number alone."`
	Idle    string `toml:"idle" default:"" doc:"Text of an open window at which nobody is called; {waiting} stands for the people who wait in the hall. Empty: dark."`
	Windows string `toml:"windows" example:"1=1, 2=2, 3=7" doc:"Windows and the addresses of their panels, WINDOW=ADDRESS."`
}

// A PanelOf is a window and the address of its panel.
type PanelOf struct {
	Window  string
	Address int
}

// maxPanels is how many panels a line may have. At 9600 bits a second they are
// refreshed in about a second.
const maxPanels = 64

// Panels returns the windows of the line. A part that says nothing sensible is
// left out; Check has reported it.
func (l PanelLine) Panels() []PanelOf {
	all, _ := l.panels()
	return all
}

// panels returns the windows of the line and the first part that makes no sense.
func (l PanelLine) panels() (all []PanelOf, bad string) {
	for part := range strings.SplitSeq(l.Windows, ",") {
		window, address, ok := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.ParseUint(address, 10, 8)
		if !ok || err != nil || window == "" || len(window) > 8 {
			if bad == "" {
				bad = strings.TrimSpace(part)
			}
			continue
		}
		all = append(all, PanelOf{window, int(n)})
	}
	return all, bad
}

// Display returns the settings of one panel of the line.
func (l PanelLine) Display(address int) Display {
	return Display{Type: l.Type, Profile: l.Profile, Port: l.Port, Baud: l.Baud, Echo: l.Echo, Refresh: l.Refresh, Call: l.Call, Idle: l.Idle, Address: address}
}

// Check reports what the tags cannot say.
func (c *Panels) Check(r *Report) {
	r.checkURL("hall.url", c.Hall.URL)
	ports, windows := map[string]bool{}, map[string]bool{}
	for i, l := range c.Lines {
		key := "line." + strconv.Itoa(i) + "."
		if ports[l.Port] {
			r.Add(key+"port", "%q is another line's port; put its windows on one line", l.Port)
		}
		ports[l.Port] = true
		if (l.Type == TypeFile) != (l.Profile != "") {
			r.Add(key+"profile", "belongs to the type file, and that type to it; give both or none")
		}
		l.check(r, key, windows)
	}
}

// check reports windows and addresses that stand twice.
func (l PanelLine) check(r *Report, key string, windows map[string]bool) {
	all, bad := l.panels()
	if bad != "" || len(all) > maxPanels {
		r.Add(key+"windows", "%q is not WINDOW=ADDRESS with an address of 0 to 255, or there are more than %d panels", bad, maxPanels)
	}
	addresses := map[int]bool{}
	if l.Type == TypeFF68 && (l.Call != "" || l.Idle != "") {
		r.Add(key+"call", "and idle are not for type ff68, which has a layout of its own; remove them")
	}
	for _, p := range all {
		if windows[p.Window] || addresses[p.Address] {
			r.Add(key+"windows", "%s=%d: the window or the address stands twice", p.Window, p.Address)
		}
		if l.Type == TypeFF68 && (p.Address < 1 || p.Address > 254) {
			r.Add(key+"windows", "%s=%d: an address of the counter bus is 1 to 254", p.Window, p.Address)
		}
		windows[p.Window], addresses[p.Address] = true, true
	}
}

// LoadPanels reads a file of panels.
func LoadPanels(path string) (Panels, error) {
	var c Panels
	err := Load(path, &c)
	return c, err
}
