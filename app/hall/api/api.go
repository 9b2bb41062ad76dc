package api

import (
	"hallway/app/operation"
	"hallway/app/text"
)

// Paths of the interface.
const (
	PathHall      = "/v1/hall"         // GET Hall
	PathCatalogue = "/v1/catalogue"    // GET catalogue.Catalogue
	PathOps       = "/v1/ops"          // POST SubmitRequest, SubmitResponse
	PathLeases    = "/v1/leases"       // POST LeaseRequest, LeaseResponse
	PathSlots     = "/v1/slots"        // GET ?item=CODE, SlotsResponse
	PathHolds     = "/v1/holds"        // POST HoldRequest, HoldResponse
	PathCases     = "/v1/cases/query"  // POST CasesRequest, CasesResponse
	PathOrders    = "/v1/orders/query" // POST OrdersRequest, OrdersResponse
	PathWaiting   = "/v1/waiting"      // GET WaitingResponse
	PathTraffic   = "/v1/traffic"      // GET Traffic
	PathSignIn    = "/v1/signin"       // POST SignInRequest, SignInResponse
	PathCounter   = "/v1/counter"      // GET Counter; POST CounterCommand, Counter
	PathEvents    = "/v1/events"       // GET server-sent events of Board, ?after=SEQ
	PathBoard     = "/board"           // GET the wall page
	PathTicket    = "/t"               // GET /t/{day}/{number}?k=CODE, a ticket's status page
)

// Hall tells a terminal about its hall.
type Hall struct {
	ID        string     `json:"id"`             // four characters, first part of receipt numbers
	Name      text.Local `json:"name"`           //
	Zone      string     `json:"zone"`           // IANA time zone
	DayChange int        `json:"day_change_min"` // minutes after midnight when the service day changes
	Day       string     `json:"day"`            // present service day
	NextDay   string     `json:"next_day"`
	Time      int64      `json:"time"`       // unix ms
	PublicURL string     `json:"public_url"` // what QR codes begin with
	Suite     string     `json:"suite"`      // of the sealing key
	KeyID     string     `json:"key_id"`
	PublicKey []byte     `json:"public_key"`
	Catalogue string     `json:"catalogue"` // version
	Orders    OrderTerms `json:"orders"`
}

// SubmitRequest delivers 1 to 50 operations.
type SubmitRequest struct {
	Ops []operation.Envelope `json:"ops"`
}

// SubmitResponse answers in the order of the request. The HTTP status is 200
// whenever the batch could be parsed.
type SubmitResponse struct {
	Results []operation.Result `json:"results"`
}

// LeaseRequest asks for a block of numbers for every pool and day named.
// RequestNo makes it repeatable: the same number gets the same blocks.
type LeaseRequest struct {
	RequestNo string   `json:"request_no"`
	Day       string   `json:"day"`
	Pools     []string `json:"pools"`
}

// LeaseResponse holds the blocks; a pool whose range is used up is missing.
type LeaseResponse struct {
	Leases []Lease `json:"leases"`
}

// A Lease is a block of numbers that only one terminal may give out.
type Lease struct {
	ID     string `json:"id"`
	Day    string `json:"day"`
	Pool   string `json:"pool"`
	Prefix string `json:"prefix"`
	From   int    `json:"from"` // first and last number
	To     int    `json:"to"`
}

// SlotsResponse holds the bookable times of one item.
type SlotsResponse struct {
	Slots []operation.Slot `json:"slots"`
	Time  int64            `json:"time"`
}

// HoldRequest keeps a bookable time while its form is filled in, or lets it go.
type HoldRequest struct {
	Hold    string `json:"hold"` // UUIDv7; the same one again changes nothing
	Item    string `json:"item"`
	Slot    string `json:"slot"`
	Persons int    `json:"persons,omitempty"` // 0 = one
	Release bool   `json:"release,omitempty"`
}

// HoldResponse says until when the time is kept.
type HoldResponse struct {
	Until int64 `json:"until"` // unix ms; 0 when it was let go
}

// CasesRequest asks by receipt or by person. Person is a sealed
// operation.Holder, so that a citizen number never travels in the clear.
type CasesRequest struct {
	Receipt string `json:"receipt,omitempty"`
	Suite   string `json:"suite,omitempty"`
	Key     string `json:"key,omitempty"`
	Person  []byte `json:"person,omitempty"`
}

// CasesResponse holds what is known, newest first, at most 20.
type CasesResponse struct {
	Cases []operation.Case `json:"cases"`
	Time  int64            `json:"time"`
}

// WaitingResponse says how many people wait, by pool.
type WaitingResponse struct {
	Waiting map[string]int `json:"waiting"`
}

// SignInRequest signs a clerk in at a window.
type SignInRequest struct {
	Window string `json:"window"`
	Clerk  string `json:"clerk"`
	PIN    string `json:"pin"`
}

// SignInResponse carries the token of the sign-in. A new sign-in at a window
// ends the one before it.
type SignInResponse struct {
	Token   string  `json:"token"`
	Counter Counter `json:"counter"`
}

// The actions of a counter. Those marked N name a ticket by its number.
const (
	ActionNext         = "next"          // call the next ticket; a ticket being served is finished first
	ActionRecall       = "recall"        // announce the called ticket again
	ActionMiss         = "miss"          // called person did not come
	ActionStart        = "start"         // person is at the window
	ActionFinish       = "finish"        // person was served; with Item the visit goes on there
	ActionReturn       = "return"        // wrong call: the person waits again where they were
	ActionHold         = "hold"          // lay the ticket aside, until Until, with Reason
	ActionResume       = "resume"        // N: take up what was laid aside
	ActionRequeue      = "requeue"       // N: let what was laid aside wait in line again
	ActionTransfer     = "transfer"      // N or at the window: to Pool, to Window alone when named, with Back to return here
	ActionCall         = "call"          // N: call out of order, with Reason
	ActionRejoin       = "rejoin"        // N: a missed person is back
	ActionPrioritise   = "prioritise"    // N: to Lane, with Reason
	ActionCancel       = "cancel"        // N: the person gives up, with Reason
	ActionVoid         = "void"          // N: the ticket should not exist, with Reason
	ActionReprint      = "reprint"       // N: the slip is printed again, with Reason
	ActionUndo         = "undo"          // take back finish, miss or cancel: N, or the last of this clerk
	ActionPause        = "pause"         // nobody is called to the window, with Reason
	ActionWork         = "work"          // the pause is over
	ActionEmergency    = "emergency"     // ask for help; only managers see it
	ActionEmergencyEnd = "emergency_end" // help came
	ActionGrant        = "grant"         // give the wish with receipt Number a place from slot Item on
	ActionPardon       = "pardon"        // forgive the missed appointments of who holds receipt Number, with Reason
	ActionCancelDay    = "cancel_day"    // leaders: cancel the bookings of day Number, of Item or of all, with Reason
	ActionSignOut      = "signout"       // close the window
)

// CounterCommand asks for one action. The same CommandID gets the same answer
// and has no second effect.
type CounterCommand struct {
	CommandID string `json:"command_id"` // UUIDv7
	Action    string `json:"action"`
	Number    string `json:"number,omitempty"` // of the ticket that the action is about
	Item      string `json:"item,omitempty"`   // code of a service
	Pool      string `json:"pool,omitempty"`
	Window    string `json:"window,omitempty"`
	Lane      string `json:"lane,omitempty"` // queue.Lane
	Reason    string `json:"reason,omitempty"`
	Until     int64  `json:"until,omitempty"` // unix ms
	Back      bool   `json:"back,omitempty"`
}

// Counter is the state of one window.
type Counter struct {
	Window      string          `json:"window"`
	Name        text.Local      `json:"name"`
	Clerk       string          `json:"clerk"`            // name; "" when closed
	Leader      bool            `json:"leader,omitempty"` // the clerk has a leader's rights
	Pause       string          `json:"pause,omitempty"`  // why nobody is called to the window
	Emergency   bool            `json:"emergency,omitempty"`
	Pools       []string        `json:"pools"`
	Ticket      *CounterTicket  `json:"ticket,omitempty"`
	Waiting     int             `json:"waiting"`          // in this window's pools
	Line        []CounterTicket `json:"line,omitempty"`   // in the order in which this window would call them, at most 20
	Held        []CounterTicket `json:"held,omitempty"`   // laid aside
	Missed      []CounterTicket `json:"missed,omitempty"` // of this window's pools, newest first, at most 12
	Targets     []CounterTarget `json:"targets"`          // the hall's pools
	Undo        string          `json:"undo,omitempty"`   // number whose end the clerk can take back
	Served      int             `json:"served"`           // by the clerk today
	MissedToday int             `json:"missed_today"`     // of the clerk's calls
	Seq         int64           `json:"seq"`              // of the last event that is in this state
	Time        int64           `json:"time"`
}

// CounterTarget is a pool that people can be sent to.
type CounterTarget struct {
	Pool string     `json:"pool"`
	Name text.Local `json:"name"`
	Open bool       `json:"open"` // a window calls people of it now
}

// CounterTicket is a ticket as a counter shows it. Times are unix ms, 0 when
// there is none.
type CounterTicket struct {
	Number      string       `json:"number"`
	State       string       `json:"state"` // queue.State
	Service     text.Local   `json:"service"`
	Pool        string       `json:"pool"`
	Lane        string       `json:"lane"` // queue.Lane
	IssuedAt    int64        `json:"issued_at"`
	CalledAt    int64        `json:"called_at"`
	StartedAt   int64        `json:"started_at,omitempty"`
	HoldUntil   int64        `json:"hold_until,omitempty"`
	RejoinUntil int64        `json:"rejoin_until,omitempty"`
	Calls       int          `json:"calls"`
	Reprints    int          `json:"reprints,omitempty"`
	Offline     bool         `json:"offline"`
	Stops       []text.Local `json:"stops,omitempty"` // services that the visit goes on to
}

// Board is the whole state of the hall's screens after event Seq. Every
// server-sent event carries one, with Seq as its id.
type Board struct {
	Seq     int64        `json:"seq"`
	Day     string       `json:"day"`
	Time    int64        `json:"time"`
	Windows []BoardEntry `json:"windows"` // every window, by number
	Calls   []BoardCall  `json:"calls"`   // called and serving now, newest first
	Missed  []string     `json:"missed"`  // numbers, newest first, at most 12
	Waiting int          `json:"waiting"`
}

// BoardEntry is one window on the board.
type BoardEntry struct {
	Window string     `json:"window"`
	Name   text.Local `json:"name"`
	Open   bool       `json:"open"`
	Number string     `json:"number"` // "" when nobody is called
}

// BoardCall is one called number.
type BoardCall struct {
	Seq    int64  `json:"seq"` // of the announcement; a recall makes a new one
	Number string `json:"number"`
	Window string `json:"window"`
	At     int64  `json:"at"`
}
