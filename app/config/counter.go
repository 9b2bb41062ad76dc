package config

// Counter is the file of one service window.
type Counter struct {
	Window  string      `toml:"window" example:"3" doc:"Number on the window's sign, as in the hall's catalogue."`
	Lang    string      `toml:"lang" default:"zh-Hans" oneof:"zh-Hans|en" doc:"Language of the screen."`
	Hall    CounterHall `toml:"hall" doc:"The hall that this window belongs to."`
	Screen  Screen      `toml:"screen" default:"" doc:"The screen."`
	Display Bus         `toml:"display" default:"" doc:"LED display above the window."`
	Keypad  Keypad      `toml:"keypad" default:"" doc:"Keypad beside the clerk; it may share the display's port."`
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
	if c.Display.Port == "" || c.Display.Port != c.Keypad.Port {
		return
	}
	if c.Keypad.Type != "bus" {
		r.Add("keypad.port", "%q is the display's port, name the port of the pad", c.Keypad.Port)
	}
	if c.Display.Baud != c.Keypad.Baud {
		r.Add("keypad.baud", "%d differs from the display's %d on the same port, use one speed", c.Keypad.Baud, c.Display.Baud)
	}
}

// LoadCounter reads a window's file.
func LoadCounter(path string) (Counter, error) {
	var c Counter
	err := Load(path, &c)
	return c, err
}
