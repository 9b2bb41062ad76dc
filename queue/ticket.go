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
	Missed    State = "missed"    // did not come
	Finished  State = "finished"  // served
	Cancelled State = "cancelled" // by the citizen or staff
	Expired   State = "expired"   // day ended without service
	Void      State = "void"      // wrongly issued or replaced; not in statistics
)

// Final reports whether no event leads out of s.
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

// A Ticket is one person's place in a pool.
type Ticket struct {
	ID          TicketID
	Day         Day
	Pool        PoolID
	Service     string // item code of the catalogue
	Number      Number
	Origin      Origin
	State       State
	Lang        string    // of the slip and the call
	IssuedAt    time.Time // by the hall's clock
	EffectiveAt time.Time // order of service
	Window      WindowID  // of the present or last call
	CalledAt    time.Time // first announcement of the present or last call
	AnnouncedAt time.Time // last announcement
	Calls       int       // announcements of the present call
	Version     int       // grows by one with every change
}
