package config

import (
	"fmt"
	"net"
	"time"

	"hallway/app/text"
)

// Hall is the file of one hall.
type Hall struct {
	ID        string     `toml:"id" example:"0417" doc:"Number of the hall in its city, four digits. It begins every receipt number."`
	Name      text.Local `toml:"name" example:"zh-Hans=东城区政务服务中心|en=Dongcheng District Government Service Centre" doc:"Name on pages and slips, by language."`
	Zone      string     `toml:"zone" default:"Asia/Shanghai" doc:"IANA time zone of the hall."`
	Listen    string     `toml:"listen" default:":8417" doc:"Address that the hall answers on, as host:port; an empty host is every address."`
	PublicURL string     `toml:"public_url" example:"http://192.168.10.2:8417" doc:"Address that citizens' phones reach; QR codes begin with it."`
	Data      string     `toml:"data" path:"true" example:"/var/lib/hallway/hall" doc:"Folder of the database and of the hall's keys."`
	Catalogue string     `toml:"catalogue" default:"" path:"true" doc:"File of the hall's own catalogue. Empty: the sample catalogue."`
	DayChange TimeOfDay  `toml:"day_change" default:"04:00" doc:"When the service day changes and numbers begin anew."`
	Open      TimeOfDay  `toml:"open" default:"09:00" doc:"Start of the first bookable time."`
	Close     TimeOfDay  `toml:"close" default:"17:00" doc:"End of the last bookable time."`
	SlotDays  int        `toml:"slot_days" default:"5" min:"1" max:"60" doc:"Working days that can be booked, from the next day on."`
	LeaseSize int        `toml:"lease_size" default:"10" min:"1" max:"200" doc:"Numbers in a block that a terminal may give out while the hall is away."`
	Calling   Calling    `toml:"calling" default:"" doc:"Limits of calling. 0 is no limit."`
	Orders    Orders     `toml:"orders" default:"" doc:"Help orders. Days are working days."`
	Terminals []Terminal `toml:"terminals" default:"" doc:"A terminal that belongs to the hall. Repeat the block for each."`
	Clerks    []Clerk    `toml:"clerks" default:"" doc:"A member of the counter staff. Repeat the block for each."`
}

// Calling holds the limits of calling that differ between halls.
type Calling struct {
	MaxCalls    int `toml:"max_calls" default:"0" min:"0" max:"99" doc:"How often one ticket may be announced, the first time included."`
	RecallAfter int `toml:"recall_after_s" default:"0" min:"0" max:"600" doc:"Seconds between two announcements of a ticket."`
	MissAfter   int `toml:"miss_after_s" default:"0" min:"0" max:"600" doc:"Seconds that a person has to come before the ticket can be missed."`
	MissCalls   int `toml:"miss_calls" default:"0" min:"0" max:"99" doc:"Announcements before the ticket can be missed."`
}

// Terminal is one terminal that the hall lets in.
type Terminal struct {
	ID    string `toml:"id" example:"012" doc:"Number of the terminal, three digits."`
	Token Secret `toml:"token" example:"change-me-change-me-change-me-12" doc:"Token of the terminal, at least 16 characters."`
}

// Clerk is one person who may sign in at a window.
type Clerk struct {
	Number  string `toml:"number" example:"1001" doc:"Staff number, digits."`
	Name    string `toml:"name" example:"王芳" doc:"Name as colleagues see it."`
	PINHash Secret `toml:"pin_hash" example:"made by: hall pin" doc:"Hash of the clerk's PIN; the command 'hall pin' makes one."`
	Orders  string `toml:"orders" default:"" oneof:"|desk|unit|leader" doc:"Role in help orders: of the order desk, of a unit, or a leader. Empty: none."`
	Unit    string `toml:"unit" default:"" doc:"Code of the clerk's department in the catalogue, with orders = \"unit\"."`
}

// Location returns the hall's time zone. Check has proved that it exists; a
// Hall that was not loaded gets UTC for an unknown zone.
func (h *Hall) Location() *time.Location {
	l, err := time.LoadLocation(h.Zone)
	if err != nil {
		return time.UTC
	}
	return l
}

// Check reports what the tags cannot say.
func (h *Hall) Check(r *Report) {
	if m := h.Calling; m.MaxCalls > 0 && m.MissCalls > m.MaxCalls {
		r.Add("calling.miss_calls", "%d announcements are more than max_calls allows, use a smaller number", m.MissCalls)
	}
	if !digits(h.ID, 4) {
		r.Add("id", "%q is not a hall number, use four digits such as \"0417\"", h.ID)
	}
	if h.Name[text.ZhHans] == "" || h.Name[text.En] == "" {
		r.Add("name", "is incomplete, give zh-Hans and en")
	}
	if _, err := time.LoadLocation(h.Zone); err != nil || h.Zone == "" || h.Zone == "Local" {
		r.Add("zone", "%q is not a time zone, use an IANA name such as \"Asia/Shanghai\"", h.Zone)
	}
	if _, _, err := net.SplitHostPort(h.Listen); err != nil {
		r.Add("listen", "%q is not an address, use host:port such as \":8417\"", h.Listen)
	}
	r.checkURL("public_url", h.PublicURL)
	if h.Close <= h.Open {
		r.Add("close", "%s is not after open, use a later time", h.Close)
	}
	h.checkTerminals(r)
	h.checkClerks(r)
	h.checkOrders(r)
}

// checkTerminals reports wrong and repeated terminals.
func (h *Hall) checkTerminals(r *Report) {
	ids, tokens := map[string]bool{}, map[Secret]bool{}
	for i, t := range h.Terminals {
		at := fmt.Sprintf("terminals.%d.", i)
		if !digits(t.ID, 3) {
			r.Add(at+"id", "%q is not a terminal number, use three digits such as \"012\"", t.ID)
		}
		if ids[t.ID] {
			r.Add(at+"id", "%q stands twice, remove one block", t.ID)
		}
		if tokens[t.Token] {
			r.Add(at+"token", "is another terminal's token, give each its own")
		}
		r.checkToken(at+"token", t.Token)
		ids[t.ID], tokens[t.Token] = true, true
	}
}

// checkClerks reports wrong and repeated clerks.
func (h *Hall) checkClerks(r *Report) {
	seen := map[string]bool{}
	for i, c := range h.Clerks {
		at := fmt.Sprintf("clerks.%d.", i)
		if n := len(c.Number); n < 1 || n > 12 || !digits(c.Number, n) {
			r.Add(at+"number", "%q is not a staff number, use 1 to 12 digits", c.Number)
		}
		if seen[c.Number] {
			r.Add(at+"number", "%q stands twice, remove one block", c.Number)
		}
		if c.Name == "" {
			r.Add(at+"name", "is empty, write the clerk's name")
		}
		seen[c.Number] = true
	}
}

// LoadHall reads a hall's file.
func LoadHall(path string) (Hall, error) {
	var h Hall
	err := Load(path, &h)
	return h, err
}
