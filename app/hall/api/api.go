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
	PathCases     = "/v1/cases/query"  // POST CasesRequest, CasesResponse
	PathOrders    = "/v1/orders/query" // POST OrdersRequest, OrdersResponse
	PathWaiting   = "/v1/waiting"      // GET WaitingResponse
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

// The actions of a counter.
const (
	ActionNext    = "next"    // call the next ticket; a ticket being served is finished first
	ActionRecall  = "recall"  // announce the called ticket again
	ActionMiss    = "miss"    // called person did not come
	ActionStart   = "start"   // person is at the window
	ActionFinish  = "finish"  // person was served
	ActionSignOut = "signout" // close the window
)

// CounterCommand asks for one action. The same CommandID gets the same answer
// and has no second effect.
type CounterCommand struct {
	CommandID string `json:"command_id"` // UUIDv7
	Action    string `json:"action"`
}

// Counter is the state of one window.
type Counter struct {
	Window  string         `json:"window"`
	Name    text.Local     `json:"name"`
	Clerk   string         `json:"clerk"` // name; "" when closed
	Pools   []string       `json:"pools"`
	Ticket  *CounterTicket `json:"ticket,omitempty"`
	Waiting int            `json:"waiting"` // in this window's pools
	Seq     int64          `json:"seq"`     // of the last event that is in this state
	Time    int64          `json:"time"`
}

// CounterTicket is the ticket at a window.
type CounterTicket struct {
	Number   string     `json:"number"`
	State    string     `json:"state"` // queue.Called or queue.Serving
	Service  text.Local `json:"service"`
	IssuedAt int64      `json:"issued_at"`
	CalledAt int64      `json:"called_at"`
	Calls    int        `json:"calls"`
	Offline  bool       `json:"offline"`
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
