package config

// Kiosk is the file of one terminal.
type Kiosk struct {
	Terminal string   `toml:"terminal" example:"012" doc:"Number of this terminal in its hall, three digits. It is part of every receipt number."`
	Data     string   `toml:"data" path:"true" example:"/var/lib/hallway/kiosk" doc:"Folder of everything that this terminal must not lose."`
	Lang     string   `toml:"lang" default:"zh-Hans" oneof:"zh-Hans|en" doc:"Language of the home screen."`
	Hall     HallRef  `toml:"hall" doc:"The hall that this terminal belongs to."`
	Screen   Screen   `toml:"screen" default:"" doc:"The screen."`
	Reader   Reader   `toml:"reader" default:"" doc:"Identity card reader."`
	Printer  Printer  `toml:"printer" default:"" doc:"Receipt printer."`
	Scanner  Scanner  `toml:"scanner" default:"" doc:"Scanner of bar codes and QR codes."`
	Session  Session  `toml:"session" default:"" doc:"When a visit ends by itself."`
	Keyboard Keyboard `toml:"keyboard" default:"" doc:"The on-screen keyboard."`
	Disk     Disk     `toml:"disk" default:"" doc:"Reserve that keeps accepted operations safe."`
}

// HallRef says where the hall is and how a terminal proves itself.
type HallRef struct {
	URL   string `toml:"url" example:"http://192.168.10.2:8417" doc:"Address of the hall without a path."`
	Token Secret `toml:"token" example:"change-me-change-me-change-me-12" doc:"Token of this terminal, the same as in the hall's file. At least 16 characters."`
}

// Screen describes one screen. Zero means: ask the display.
type Screen struct {
	Width       int     `toml:"width" default:"0" min:"0" max:"16384" doc:"Pixels across; 0 takes the whole display."`
	Height      int     `toml:"height" default:"0" min:"0" max:"16384" doc:"Pixels down; 0 takes the whole display."`
	Scale       float64 `toml:"scale" default:"0" min:"0" max:"8" doc:"Size of everything drawn; 0 fits the design to the screen."`
	PixelsPerMM float64 `toml:"pixels_per_mm" default:"0" min:"0" max:"50" doc:"Density of the panel, for touch targets in true millimetres; 0 is unknown."`
}

// Session holds the time limits of a visit.
type Session struct {
	Idle int `toml:"idle_s" default:"60" min:"10" max:"600" doc:"Seconds without a touch after which the visit ends."`
	Warn int `toml:"warn_s" default:"15" min:"3" max:"60" doc:"Seconds before that in which the screen asks whether somebody is still there."`
}

// Keyboard holds how the on-screen keyboard reads pinyin.
type Keyboard struct {
	Fuzzy bool `toml:"fuzzy" default:"false" doc:"Reads z also as zh, c as ch, s as sh, n as l, f as h, an as ang, en as eng, in as ing and the other way round, as many speakers in the south say them."`
}

// Disk holds the reserve of a terminal's disk.
type Disk struct {
	ReserveMB int `toml:"reserve_mb" default:"256" min:"16" max:"1048576" doc:"Free space in MiB below which nothing new is accepted."`
}

// Check reports what the tags cannot say.
func (k *Kiosk) Check(r *Report) {
	if !digits(k.Terminal, 3) {
		r.Add("terminal", "%q is not a terminal number, use three digits such as \"012\"", k.Terminal)
	}
	r.checkURL("hall.url", k.Hall.URL)
	r.checkToken("hall.token", k.Hall.Token)
	r.checkPorts(map[string]string{"reader.port": k.Reader.Port, "printer.port": k.Printer.Port, "scanner.port": k.Scanner.Port})
	if k.Session.Warn >= k.Session.Idle {
		r.Add("session.warn_s", "%d seconds is not less than idle_s, use a smaller number", k.Session.Warn)
	}
}

// LoadKiosk reads a terminal's file.
func LoadKiosk(path string) (Kiosk, error) {
	var k Kiosk
	err := Load(path, &k)
	return k, err
}
