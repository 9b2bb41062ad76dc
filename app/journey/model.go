package journey

import (
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// ScreenID names a screen.
type ScreenID string

// The screens.
const (
	Home     ScreenID = "home"
	Audience ScreenID = "audience"  // for a company or for oneself
	Classes  ScreenID = "classes"   // classes of services
	Items    ScreenID = "items"     // services of a class
	Card     ScreenID = "card"      // lay the identity card
	Busy     ScreenID = "busy"      // the terminal works
	Ticket   ScreenID = "ticket"    // the number
	Form     ScreenID = "form"      // what the card filled in
	Field    ScreenID = "field"     // one question of the form
	Review   ScreenID = "review"    // check before sending
	Accepted ScreenID = "accepted"  // the application is safe
	Days     ScreenID = "days"      // bookable days
	Times    ScreenID = "times"     // bookable times of a day
	Phone    ScreenID = "phone"     // telephone for the booking
	Confirm  ScreenID = "confirm"   // check before booking
	Booked   ScreenID = "booked"    // booking or request is safe
	Progress ScreenID = "progress"  // by card or by receipt
	Receipt  ScreenID = "receipt"   // type a receipt number
	Cases    ScreenID = "cases"     // how things stand
	Sorry    ScreenID = "sorry"     // it was not possible; says why and what to do
	TakeCard ScreenID = "take_card" // the card still lies in the reader
	Idle     ScreenID = "idle"      // is somebody there; stands before the present screen
)

// Flow is what the citizen came for.
type Flow string

// The flows.
const (
	FlowNumber      Flow = "number"
	FlowApplication Flow = "application"
	FlowBooking     Flow = "booking"
	FlowProgress    Flow = "progress"
)

// Setup is what a terminal's configuration says. It never changes.
type Setup struct {
	Terminal string
	Lang     text.Lang     // of the home screen
	Idle     time.Duration // without a touch until the visit ends
	Warn     time.Duration // before that, the screen asks
	Rows     int           // choices on one page of a list, at least 1
	Fuzzy    bool          // pinyin of speakers who do not tell z from zh, n from l and so on
}

// Hall is what the terminal knows of its hall.
type Hall struct {
	Name      text.Local
	Online    bool
	Catalogue *catalogue.Catalogue // nil until the hall was reached once; never changed
	Zone      *time.Location       // nil is UTC
}

// Model is everything that a terminal's screen depends on. It is a value.
type Model struct {
	Setup   Setup
	Now     time.Time
	Hall    Hall
	Reader  devices.State
	Printer devices.State
	Scanner devices.State // Disabled when none is fitted
	Look    Look
	Slot    Slot
	Visits  int // counts visits; answers for an earlier one are dropped
	Visit   Visit
}

// Slot is what is known of the card reader's surface.
type Slot struct {
	Poll  int  // counts armings; events of an earlier one are dropped
	Armed bool // the reader looks for cards
	Lying bool // a card lies there
	Owner int  // the visit in which it was laid, 0 for none
	Again time.Time
}

// Look is what is known of the scanner's look for codes.
type Look struct {
	Count int  // of looks; codes of an earlier one are dropped
	On    bool // the scanner looks
}

// A Place is a screen in the way that the citizen went.
type Place struct {
	Screen ScreenID
	Page   int // of a list
	Step   int // question of a form, from 0
}

// Visit is everything that belongs to one citizen.
type Visit struct {
	Lang     text.Lang
	Path     []Place // empty at home; the last is shown. Never changed in place
	Seen     time.Time
	Flow     Flow
	Audience catalogue.Audience
	Class    string // code
	Item     string // code
	Reading  bool   // the card is being read
	Person   idreader.Secret[idreader.Person]
	Typed    idreader.Secret[map[string]string] // answers by name; never changed in place
	Entry    idreader.Secret[string]            // what the keyboard typed
	Board    idreader.Secret[board]             // the keyboard, with what waits for a choice
	Writing  Keys                               // layout that the citizen chose for texts, "" for none
	Large    bool                               // large type on the keyboard
	Slots    operation.Slots
	Day      string // chosen day, 2006-01-02 in the hall's zone
	Chosen   operation.Slot
	Work     Work
	Notice   Notice
	Ticket   operation.Ticket
	Accepted operation.Accepted
	Booking  operation.Booking
	Cases    operation.Cases
	Print    Print
}

// Work is what the terminal does for the visit while the screen is [Busy].
type Work struct {
	Op     operation.ID // "" when nothing is under way
	Since  time.Time
	Commit bool // something is being stored; the visit cannot be left
	Key    string
}

// A Notice is a sentence of package text with its parameters.
type Notice struct {
	Key  string // "" for none
	Args []any
	Tone Tone
}

// Print is what is known of the visit's paper.
type Print struct {
	Job     printer.JobID // "" when none was asked for
	Attempt int
	Running bool
	Outcome devices.Outcome
	Reason  printer.Reason
}

// Start is the model of a terminal before its first visit.
func Start(s Setup, now time.Time) Model {
	s.Rows = max(1, s.Rows)
	return Model{Setup: s, Now: now, Visits: 1, Visit: Visit{Lang: s.Lang}}
}

// Place returns the shown place, the idle question aside.
func (m Model) Place() Place {
	if n := len(m.Visit.Path); n > 0 {
		return m.Visit.Path[n-1]
	}
	return Place{Screen: Home}
}

// zone is the hall's zone.
func (m Model) zone() *time.Location {
	if m.Hall.Zone == nil {
		return time.UTC
	}
	return m.Hall.Zone
}
