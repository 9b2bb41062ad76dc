package config

import "net/url"

// Counter is the file of one service window.
type Counter struct {
	Window  string      `toml:"window" example:"3" doc:"Number on the window's sign, as in the hall's catalogue."`
	Lang    string      `toml:"lang" default:"zh-Hans" oneof:"zh-Hans|en" doc:"Language of the screen."`
	Hall    CounterHall `toml:"hall" doc:"The hall that this window belongs to."`
	Screen  Screen      `toml:"screen" default:"" doc:"The screen."`
	Display Display     `toml:"display" default:"" doc:"Display above the window."`
	Voice   VoiceRef    `toml:"voice" default:"" doc:"The loudspeakers that speak the calls of this window."`
	Keypad  Keypad      `toml:"keypad" default:"" doc:"Keypad beside the clerk; it may share the display's port."`
}

// VoiceRef says where the voice tells how it is.
type VoiceRef struct {
	URL string `toml:"url" default:"" example:"http://192.168.10.5:8419/east" doc:"Address of the voice's status with the name of the zone. Empty: the window does not show whether the voice speaks."`
}

func (v VoiceRef) check(r *Report) {
	u, err := url.Parse(v.URL)
	if v.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(u.Path) < 2) {
		r.Add("voice.url", "%q is not an address with a zone, such as http://192.168.10.5:8419/east", v.URL)
	}
}

// CounterHall says where the hall is; a window proves itself by its clerk's
// sign-in.
type CounterHall struct {
	URL string `toml:"url" example:"http://192.168.10.2:8417" doc:"Address of the hall without a path."`
}

// Check reports what the tags cannot say.
func (c *Counter) Check(r *Report) {
	if c.Window == "" || len(c.Window) > 8 {
		r.Add("window", "%q is not a window, use the number on its sign, such as \"3\"", c.Window)
	}
	r.checkURL("hall.url", c.Hall.URL)
	c.Display.check(r)
	c.Voice.check(r)
	if c.Display.Port == "" || c.Display.Port != c.Keypad.Port {
		return
	}
	if c.Display.Type != TypeFF68 {
		r.Add("display.port", "%q is the keypad's port, whose bus carries only displays of type ff68; give the panel a port of its own", c.Display.Port)
	} else if c.Keypad.Type != "bus" {
		r.Add("keypad.port", "%q is the display's port, name the port of the pad", c.Keypad.Port)
	}
	if baud := c.Display.Bus().Baud; baud != c.Keypad.Baud {
		r.Add("keypad.baud", "%d differs from the display's %d on the same port, use one speed", c.Keypad.Baud, baud)
	}
}

func (d Display) check(r *Report) {
	if d.Type == TypeFF68 && (d.Address < 1 || d.Address > 254) {
		r.Add("display.address", "%d is no address of the counter bus, use 1 to 254", d.Address)
	}
	if (d.Type == TypeFile) != (d.Profile != "") {
		r.Add("display.profile", "belongs to the type file, and that type to it; give both or none")
	}
	if d.Type == TypeFF68 && (d.Call != "" || d.Idle != "") {
		r.Add("display.call", "and idle are not for type ff68, which has a layout of its own; remove them")
	}
	if d.Baud != 0 && d.Baud < 300 {
		r.Add("display.baud", "%d is not 300 to 921600, nor 0 for the usual speed", d.Baud)
	}
}

// LoadCounter reads a window's file.
func LoadCounter(path string) (Counter, error) {
	var c Counter
	err := Load(path, &c)
	return c, err
}
