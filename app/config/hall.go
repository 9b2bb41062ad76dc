package config

import (
	"fmt"
	"net"
	"strings"
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
	Database  Secret     `toml:"database" default:"" doc:"Address of a PostgreSQL database that several nodes of the hall share, as postgres://user:password@host/database. All nodes need the same hall.key and person.key in their data folders. Empty: the file hall.db in the data folder."`
	Catalogue string     `toml:"catalogue" default:"" path:"true" doc:"File of the hall's own catalogue. Empty: the sample catalogue."`
	DayChange TimeOfDay  `toml:"day_change" default:"04:00" doc:"When the service day changes and numbers begin anew."`
	Open      TimeOfDay  `toml:"open" default:"09:00" doc:"When the hall opens; start of the first bookable time."`
	Close     TimeOfDay  `toml:"close" default:"17:00" doc:"When the hall closes; end of the last bookable time. The same time as open is a hall that never closes."`
	SlotDays  int        `toml:"slot_days" default:"5" min:"1" max:"60" doc:"Working days that can be booked, from the next day on."`
	LeaseSize int        `toml:"lease_size" default:"10" min:"1" max:"200" doc:"Numbers in a block that a terminal may give out while the hall is away."`
	Calling   Calling    `toml:"calling" default:"" doc:"Limits of calling. 0 is no limit."`
	Lanes     Lanes      `toml:"lanes" default:"" doc:"How priority, booked and other people take turns."`
	Booking   Booking    `toml:"booking" default:"" doc:"Limits of appointments. 0 is no limit."`
	Numbers   Numbers    `toml:"numbers" default:"" doc:"When numbers are given out."`
	Alarms    Alarms     `toml:"alarms" default:"" doc:"When the managers' page raises an alarm. 0 is never."`
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

	Rejoin       int  `toml:"rejoin_min" default:"30" min:"0" max:"600" doc:"Minutes in which a missed person may come back."`
	MaxRejoins   int  `toml:"max_rejoins" default:"2" min:"0" max:"99" doc:"How often one person may come back."`
	RejoinBehind int  `toml:"rejoin_behind" default:"3" min:"0" max:"99" doc:"People whom a person who comes back lets pass; 0 puts them at the end of the line."`
	Undo         int  `toml:"undo_min" default:"5" min:"0" max:"600" doc:"Minutes in which finish, miss and cancel can be taken back."`
	Return       int  `toml:"return_min" default:"5" min:"0" max:"600" doc:"Minutes after a call in which it can be taken back without a reason."`
	Cooldown     int  `toml:"cooldown_s" default:"0" min:"0" max:"3600" doc:"Seconds for which the window that sent a person back does not get the same person again."`
	HoldShared   bool `toml:"hold_shared" default:"false" doc:"Whether any window may take up what another one has laid aside."`
	MaxReprints  int  `toml:"max_reprints" default:"3" min:"0" max:"99" doc:"How often a slip may be printed again."`
	Carry        int  `toml:"carry_min" default:"10" min:"0" max:"240" doc:"Minutes that a visit counts as having waited when it goes on to its next service."`
}

// Lanes says how the parts of a line take turns.
type Lanes struct {
	PriorityTurns int `toml:"priority_turns" default:"2" min:"1" max:"9" doc:"Turns of those whom the law serves first."`
	BookedTurns   int `toml:"booked_turns" default:"2" min:"1" max:"9" doc:"Turns of those with an appointment."`
	NormalTurns   int `toml:"normal_turns" default:"1" min:"1" max:"9" doc:"Turns of everyone else."`
	PriorityWait  int `toml:"priority_wait_min" default:"10" min:"0" max:"600" doc:"Minutes after which a priority person is served before all turns; 0 is never."`
	BookedWait    int `toml:"booked_wait_min" default:"15" min:"0" max:"600" doc:"The same for a booked person, from the booked time on."`
	NormalWait    int `toml:"normal_wait_min" default:"60" min:"0" max:"600" doc:"The same for everyone else."`
	Early         int `toml:"early_min" default:"10" min:"0" max:"120" doc:"Minutes before the booked time from which a booked person may be called."`
	Late          int `toml:"late_min" default:"10" min:"0" max:"120" doc:"Minutes after the booked time until which a booked person keeps the booking's place."`
	CheckIn       int `toml:"check_in_min" default:"60" min:"0" max:"600" doc:"Minutes before the booked time from which a number is one of the booking."`
	PriorityAge   int `toml:"priority_age" default:"0" min:"0" max:"120" doc:"Age from which a person who shows an identity card has priority; 0 is none."`
}

// Booking holds the limits of appointments.
type Booking struct {
	Hold         int `toml:"hold_min" default:"10" min:"1" max:"60" doc:"Minutes for which a chosen time is kept while its form is filled in."`
	CancelBefore int `toml:"cancel_before_min" default:"120" min:"0" max:"10080" doc:"Minutes before the booked time up to which cancelling is in time."`
	CoolFrom     int `toml:"cool_from_min" default:"5" min:"0" max:"1440" doc:"A cancelled time can be booked again after a random time from these minutes."`
	CoolTo       int `toml:"cool_to_min" default:"30" min:"0" max:"1440" doc:"Up to these minutes."`
	NoShow       int `toml:"no_show_min" default:"20" min:"0" max:"1440" doc:"Minutes after the end of the booked time at which the booking counts as missed."`
	Misses       int `toml:"misses" default:"3" min:"0" max:"99" doc:"Missed bookings that cost the right to book; 0 never does."`
	MissesDays   int `toml:"misses_days" default:"90" min:"1" max:"3650" doc:"Days within which they lie."`
	LockedDays   int `toml:"locked_days" default:"30" min:"1" max:"3650" doc:"Days for which the person may take numbers but not book."`
	MaxOpen      int `toml:"max_open" default:"2" min:"0" max:"99" doc:"Bookings that one person may have at a time."`
}

// Alarms says when the managers' page raises an alarm.
type Alarms struct {
	Wait int `toml:"wait_min" default:"40" min:"0" max:"600" doc:"Minutes that a person waits; the public traffic light turns red there and yellow at half of it."`
	Line int `toml:"line" default:"30" min:"0" max:"9999" doc:"People in one line."`
	Idle int `toml:"idle_min" default:"10" min:"0" max:"600" doc:"Minutes for which an open window calls nobody while people wait for it."`
}

// Numbers says when numbers are given out.
type Numbers struct {
	OpenHours  bool `toml:"open_hours" default:"false" doc:"Whether numbers are given out only between open and close."`
	StopBefore int  `toml:"stop_before_min" default:"0" min:"0" max:"480" doc:"Minutes before close at which numbers stop, with open_hours."`
	ByMinutes  bool `toml:"by_minutes" default:"false" doc:"Whether numbers stop when the open windows cannot serve one person more before close, with open_hours."`
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
	Leader  bool   `toml:"leader" default:"false" doc:"Whether the clerk may undo what others did and cancel the bookings of a day."`
	Orders  string `toml:"orders" default:"" oneof:"|desk|unit|leader" doc:"Role in help orders: of the order desk, of a unit, or a leader, who also sees the pages of the hall and its days. Empty: none."`
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
	if d := string(h.Database); d != "" && !strings.HasPrefix(d, "postgres://") && !strings.HasPrefix(d, "postgresql://") {
		r.Add("database", "is not the address of a PostgreSQL database, use postgres://user:password@host/database")
	}
	if h.Close < h.Open {
		r.Add("close", "%s is before open, use a later time, or that of open for a hall that never closes", h.Close)
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
