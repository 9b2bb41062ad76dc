package operation

// ID is an operation's permanent id: a UUIDv7 in text.
type ID string

// Kind says what an operation asks for.
type Kind string

// The kinds. The body of each is the type named beside it.
const (
	TicketIssue        Kind = "ticket.issue"        // TicketBody: a number, made by the hall
	TicketOffline      Kind = "ticket.offline"      // OfflineTicketBody: a number out of a lease
	TicketVoid         Kind = "ticket.void"         // VoidBody: nobody ever saw the number of Replaces
	ApplicationSubmit  Kind = "application.submit"  // ApplicationBody
	AppointmentBook    Kind = "appointment.book"    // BookingBody: a place in a slot, now
	AppointmentRequest Kind = "appointment.request" // BookingBody: the wish for a place; the hall decides
	AppointmentCancel  Kind = "appointment.cancel"  // CancelBody: the citizen gives a booking up
	OrderLodge         Kind = "order.lodge"         // OrderBody: a help order
	OrderUrge          Kind = "order.urge"          // OrderActBody
	OrderWithdraw      Kind = "order.withdraw"      // OrderActBody
	OrderFollowUp      Kind = "order.follow_up"     // OrderActBody: whether the answer helped
)

// An Envelope carries one operation from terminal to hall.
//
// Replaces names an operation of the same terminal that this one takes the
// place of. The hall undoes the effect of the replaced operation when it has
// one, and remembers it as replaced when it arrives later.
type Envelope struct {
	ID         ID     `json:"op_id"`
	Seq        int64  `json:"seq"`            // per terminal, from 1, no gaps
	Kind       Kind   `json:"kind"`           //
	Schema     int    `json:"schema"`         // version of the body's shape, 1
	Terminal   string `json:"terminal"`       // id in the terminal's configuration
	DeviceTime int64  `json:"device_time"`    // unix ms, the terminal's clock at the press
	HallOffset int64  `json:"hall_offset_ms"` // hall minus terminal, as last measured
	Receipt    string `json:"receipt_no,omitempty"`
	Replaces   ID     `json:"replaces,omitempty"`
	BodySHA256 string `json:"body_sha256"` // lower-case hex over Body
	Suite      string `json:"suite"`       // SuiteHPKE1
	Key        string `json:"key"`         // id of the hall's key that Body is sealed to
	Body       []byte `json:"body"`        // sealed; base64 in JSON
}

// Status is what became of a delivered operation.
type Status string

// The statuses. Applied, Duplicate and Rejected settle an operation.
const (
	Applied   Status = "applied"   // took effect now
	Duplicate Status = "duplicate" // took effect before; the stored answer is repeated
	Rejected  Status = "rejected"  // refused for ever; Problem says why
	Retry     Status = "retry"     // not processed; deliver again later
)

// A Result is the hall's answer to one operation. Only an answer that names
// the operation and has a known status counts; anything else is "not
// delivered".
type Result struct {
	ID         ID             `json:"op_id"`
	Status     Status         `json:"status"`
	ServerRef  string         `json:"server_ref,omitempty"` // the hall's official number
	ReceivedAt int64          `json:"received_at"`          // unix ms, hall's clock
	LodgedAt   int64          `json:"lodged_at"`            // unix ms, press time by the hall's clock
	Problem    *Problem       `json:"problem,omitempty"`
	Ticket     *TicketAnswer  `json:"ticket,omitempty"`
	Booking    *BookingAnswer `json:"booking,omitempty"`
	Order      *OrderAnswer   `json:"order,omitempty"`
}

// Settled reports whether the operation needs no further delivery.
func (r Result) Settled() bool {
	return r.Status == Applied || r.Status == Duplicate || r.Status == Rejected
}

// A Problem says why an operation was refused, RFC 9457 shaped.
type Problem struct {
	Code   string `json:"code"` // see the Code constants
	Detail string `json:"detail,omitempty"`
}

// The codes of problems and refusals. Every code has a sentence for the
// citizen ("refusal.<code>") and one for the technician
// ("refusal.<code>.tech") in package text.
const (
	CodeMalformed      = "malformed"       // envelope or body cannot be read
	CodeOpMismatch     = "op_mismatch"     // same id, other bytes
	CodeValidation     = "validation"      // a field is missing or wrong
	CodeUnknownService = "unknown_service" // item is not in the hall's catalogue
	CodeSlotFull       = "slot_full"       // no place left in the slot
	CodeSlotUnknown    = "slot_unknown"    // slot does not exist or has begun
	CodeAlreadyBooked  = "already_booked"  // same person, same day, same item
	CodeAlreadyWaiting = "already_waiting" // same person waits in this pool; Result.Ticket is that ticket
	CodeBookingLocked  = "booking_locked"  // too many appointments were missed
	CodeTooManyOpen    = "too_many_open"   // the person has as many bookings as one may have
	CodeBookingUnknown = "booking_unknown" // no such booking, or it is over
	CodeClosed         = "closed"          // the hall gives out no numbers at this hour
	CodeRangeFull      = "range_full"      // the pool's numbers of the day are used up
	CodeReplaced       = "replaced"        // another operation took its place
	CodeWrongSecret    = "wrong_secret"    // no order has this number and secret
	CodeOrderLocked    = "order_locked"    // too many wrong secrets; ten minutes, or the card
	CodeOrderState     = "order_state"     // the order has come too far, or is at its end
	CodeNotEnrolled    = "not_enrolled"    // terminal never reached its hall: no key, no catalogue
	CodeNoLease        = "no_lease"        // hall away and no leased number left
	CodeDiskLow        = "disk_low"        // storing cannot be promised
	CodeStore          = "store"           // the store refused the transaction
	CodeHallAway       = "hall_away"       // needs the hall, which does not answer
)
