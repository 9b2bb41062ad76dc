package queue

import "time"

// TicketID is a ticket's permanent id: a UUIDv7 in text.
type TicketID string

// Number is what the citizen sees and hears: the pool's prefix and at least
// three digits, such as "A012".
type Number string

// PoolID names a waiting line, such as "registration".
type PoolID string

// WindowID names a service window by the number on its sign, such as "3".
type WindowID string

// Day is a service day of the hall in its own zone, as "2006-01-02".
type Day string

// State is where a ticket stands.
type State string

// The states. Finished, Cancelled, Expired and Void are final.
const (
	Waiting   State = "waiting"   // can be picked
	Called    State = "called"    // assigned to one window and announced
	Serving   State = "serving"   // person is at the window
	OnHold    State = "on_hold"   // laid aside by its window
	Missed    State = "missed"    // did not come
	Finished  State = "finished"  // served
	Cancelled State = "cancelled" // by the citizen or staff
	Expired   State = "expired"   // day ended without service
	Void      State = "void"      // wrongly issued or replaced; not in statistics
)

// AtWindow reports whether a person with a ticket in s is at a window or on the
// way to it.
func (s State) AtWindow() bool { return s == Called || s == Serving }

// Final reports whether no event but Undo leads out of s.
func (s State) Final() bool {
	return s == Finished || s == Cancelled || s == Expired || s == Void
}

// Origin says who made the number.
type Origin string

// The origins.
const (
	Online  Origin = "online"  // the hall, at once
	Offline Origin = "offline" // a terminal, out of its leased block
)

// A Ticket is one person's place in a pool. Its number stays with the person
// through every stop of the visit.
type Ticket struct {
	ID          TicketID
	Day         Day
	Pool        PoolID
	Service     string // item code of the catalogue
	Number      Number
	Origin      Origin
	State       State
	Lane        Lane      // "" is Normal
	Lang        string    // of the slip and the call
	IssuedAt    time.Time // by the hall's clock
	EffectiveAt time.Time // order of service; of a booked person the booked time
	Version     int       // grows by one with every change

	Window      WindowID  // where it is called, served or laid aside, or was served or missed; "" while it waits
	CalledAt    time.Time // first announcement of the present or last call
	AnnouncedAt time.Time // last announcement
	Calls       int       // announcements of the present call
	StartedAt   time.Time // of the present or last service

	Target     WindowID  // only this window may call it; "" = any
	Avoid      WindowID  // this window may not call it until AvoidUntil
	AvoidUntil time.Time //
	ReturnTo   WindowID  // where the person goes back to when served; "" = nowhere
	ReturnPool PoolID    // with ReturnTo
	HoldUntil  time.Time // while it is laid aside
	Rejoins    int       // times it came back after it was missed
	Reprints   int       // slips beside the first

	Before  State     // state before the present one
	EndedAt time.Time // when it was finished, missed, cancelled, expired or made void
	EndedBy string    // actor of the Finish, Miss or Cancel that it is in; "" otherwise
}
