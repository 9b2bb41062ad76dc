package operation

// Holder is the person an operation is for, as far as the hall needs it.
type Holder struct {
	Name   string `json:"name"`
	Number string `json:"number"` // citizen number, 18 characters
}

// TicketBody asks for a number.
type TicketBody struct {
	Service string  `json:"service"` // item code
	Lang    string  `json:"lang"`
	Code    string  `json:"code"` // 8 random characters that open the ticket's status page
	Holder  *Holder `json:"holder,omitempty"`
	// Stops are the item codes that the visit goes on to, in order, at most 8.
	Stops []string `json:"stops,omitempty"`
}

// OfflineTicketBody reports a number that the terminal gave out of its lease.
type OfflineTicketBody struct {
	TicketBody
	Lease  string `json:"lease"`
	Day    string `json:"day"`
	Number string `json:"number"`
}

// VoidBody says why a number that may have been made is worth nothing.
type VoidBody struct {
	Reason string `json:"reason"` // "terminal restarted before the number was shown"
}

// ApplicationBody is a filed application.
type ApplicationBody struct {
	Item   string            `json:"item"`
	Lang   string            `json:"lang"`
	Holder Holder            `json:"holder"`
	Fields map[string]string `json:"fields"` // form field name to value
}

// BookingBody asks for a place in a slot.
type BookingBody struct {
	Item   string `json:"item"`
	Slot   string `json:"slot"`
	Lang   string `json:"lang"`
	Holder Holder `json:"holder"`
	Phone  string `json:"phone,omitempty"`
	// Persons come together, at most what the item allows; 0 is one.
	Persons int `json:"persons,omitempty"`
	// Hold is the hold that keeps the places, "" without one.
	Hold ID `json:"hold,omitempty"`
	// Instead is the receipt number of a booking of the same person that this
	// one takes the place of.
	Instead string `json:"instead,omitempty"`
}

// CancelBody gives a booking up.
type CancelBody struct {
	Receipt string `json:"receipt"` // of the booking
	Holder  Holder `json:"holder"`
}

// TicketAnswer is the ticket that the hall made or knows.
type TicketAnswer struct {
	ID       string `json:"id"`
	Day      string `json:"day"`
	Number   string `json:"number"`
	Ahead    int    `json:"ahead"`             // people before this one
	WaitFrom int    `json:"wait_from"`         // minutes; -1 when no window serves the pool
	WaitTo   int    `json:"wait_to"`           // minutes
	IssuedAt int64  `json:"issued_at"`         // unix ms, hall's clock
	Booked   int64  `json:"booked,omitempty"`  // start of the person's booking, unix ms
	Arrival  string `json:"arrival,omitempty"` // with Booked: queue.Arrival, why the booking does not count
}

// BookingAnswer is what became of a booking or a request for one.
type BookingAnswer struct {
	State string `json:"state"` // "booked", "requested", "cancelled" or "cancelled_late"
	Slot  string `json:"slot"`
	Start int64  `json:"start"` // unix ms
}
