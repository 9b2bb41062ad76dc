package desk

import (
	"net"

	"hallway/app/config"
)

// Config is the file of one desk.
type Config struct {
	Lang    string        `toml:"lang" default:"zh-Hans" oneof:"zh-Hans|en" doc:"Language of the window."`
	Screen  config.Screen `toml:"screen" default:"" doc:"The screen."`
	Network Network       `toml:"network" doc:"The line between the terminals and their hall."`
	Reader  Reader        `toml:"reader" doc:"Simulated identity card reader."`
	Printer Printer       `toml:"printer" doc:"Simulated receipt printer."`
	Counter Counter       `toml:"counter" doc:"Simulated display and keypad of the service window."`
}

// Network is a TCP proxy before the hall.
type Network struct {
	Listen string `toml:"listen" example:"127.0.0.1:8418" doc:"Address that the terminals call their hall."`
	Hall   string `toml:"hall" example:"127.0.0.1:8417" doc:"Address of the hall."`
}

// Reader is the port of the simulated card reader.
type Reader struct {
	Link   string `toml:"link" path:"true" example:"dev/reader" doc:"Path that becomes a link to the reader's port."`
	Script string `toml:"script" default:"" doc:"Fault script of the line, such as 'garble rate=1/1000 seed=7'."`
}

// Printer is the port of the simulated receipt printer.
type Printer struct {
	Link    string `toml:"link" path:"true" example:"dev/printer" doc:"Path that becomes a link to the printer's port."`
	Script  string `toml:"script" default:"" doc:"Fault script of the line and the printer, such as 'paper=out at=byte:300'."`
	Profile string `toml:"profile" default:"epson-tm-t82" doc:"Profile of the printer that is simulated."`
	RollMM  int    `toml:"roll_mm" default:"20000" min:"0" max:"100000" doc:"Millimetres of paper on a full roll."`
	Tickets string `toml:"tickets" path:"true" default:"" doc:"Folder that gets a PNG of every piece of paper that was cut. Empty: none."`
}

// Counter is the port of the counter's bus with a display and a keypad on it.
type Counter struct {
	Link    string `toml:"link" path:"true" example:"dev/counter" doc:"Path that becomes a link to the port that display and keypad share."`
	Script  string `toml:"script" default:"" doc:"Fault script of the line."`
	Display int    `toml:"display" default:"1" min:"1" max:"254" doc:"Address of the display on the bus."`
	Keypad  int    `toml:"keypad" default:"2" min:"1" max:"254" doc:"Address of the keypad on the bus."`
}

// Check reports what the tags cannot say.
func (c *Config) Check(r *config.Report) {
	for key, addr := range map[string]string{"network.listen": c.Network.Listen, "network.hall": c.Network.Hall} {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			r.Add(key, "%q is not an address, use host:port such as \"127.0.0.1:8418\"", addr)
		}
	}
	links := map[string]string{}
	for _, l := range [][2]string{{"reader.link", c.Reader.Link}, {"printer.link", c.Printer.Link}, {"counter.link", c.Counter.Link}} {
		if l[1] == "" {
			r.Add(l[0], "is empty, name a path")
		} else if first, twice := links[l[1]]; twice {
			r.Add(l[0], "is the path of %s, too; give each device its own", first)
		}
		links[l[1]] = l[0]
	}
}

// Load reads a desk's file.
func Load(path string) (Config, error) {
	var c Config
	err := config.Load(path, &c)
	return c, err
}
