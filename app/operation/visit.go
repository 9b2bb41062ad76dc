package operation

import (
	"time"

	"hallway/app/text"
	"hallway/idreader"
)

// The types below are what a citizen's visit asks of the terminal and gets
// back at once, whether the hall answers or not. Their implementation is
// package outbox; the asker is package journey.

// TicketRequest asks for a number.
type TicketRequest struct {
	Op      ID
	Service string
	Lang    text.Lang
	Person  idreader.Secret[idreader.Person] // absent when taken without a card
}

// Ticket is a number that is durably stored and may be shown and printed.
type Ticket struct {
	Op       ID
	Number   string
	Offline  bool // out of the terminal's lease: carries a mark
	Known    bool // the person already waited in this pool; this is that ticket
	Day      string
	IssuedAt time.Time
	Ahead    int // -1 unknown
	WaitFrom int // minutes; -1 unknown
	WaitTo   int
	Link     string // what the QR code says; no personal data
}

// ApplicationRequest files an application.
type ApplicationRequest struct {
	Op     ID
	Item   string
	Lang   text.Lang
	Person idreader.Secret[idreader.Person]
	Fields idreader.Secret[map[string]string]
}

// Accepted is an application that is durably stored.
type Accepted struct {
	Op        ID
	Receipt   string
	At        time.Time
	Delivered bool   // the hall has it; ServerRef is its number there
	ServerRef string //
}

// BookingRequest asks for a place in a slot.
type BookingRequest struct {
	Op     ID
	Item   string
	Slot   Slot
	Lang   text.Lang
	Person idreader.Secret[idreader.Person]
	Phone  idreader.Secret[string]
}

// Booking is a booking, or a stored request for one when the hall is away.
type Booking struct {
	Op        ID
	Receipt   string
	Confirmed bool // false: a request, the hall decides later
	Slot      Slot
}

// Slot is one bookable time of an item.
type Slot struct {
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	Free  int       `json:"free"`
}

// Slots are the bookable times of one item.
type Slots struct {
	Slots []Slot
	AsOf  time.Time // when the hall said so
	Live  bool      // the hall answered just now; false: from the terminal's cache
}

// CaseQuery asks how things stand. Exactly one field is set.
type CaseQuery struct {
	Receipt string
	Person  idreader.Secret[idreader.Person]
}

// A Case is one thing that a citizen waits for, without personal data.
type Case struct {
	Receipt string `json:"receipt"`
	Ref     string `json:"ref,omitempty"` // hall's official number
	Item    string `json:"item"`          // item code
	Kind    Kind   `json:"kind"`
	State   string `json:"state"` // "waiting_to_send", "received", "booked", "requested", "rejected"
	At      int64  `json:"at"`    // unix ms of the state
	Start   int64  `json:"start,omitempty"`
}

// Cases answer a CaseQuery.
type Cases struct {
	Cases []Case
	AsOf  time.Time
	Live  bool // false: only what this terminal itself still knows
}

// A Refusal says why the terminal could not do what the citizen asked. Code is
// one of the Code constants; Err is for the technician.
type Refusal struct {
	Code string
	Err  error
}

// Error gives the technician's view: code and cause.
func (r *Refusal) Error() string {
	if r.Err == nil {
		return r.Code
	}
	return r.Code + ": " + r.Err.Error()
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }
