package journey

import (
	"time"

	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// Msg is something that happened.
type Msg interface{ msg() }

// The messages.
type (
	// Tick tells the time, about once a second.
	Tick struct{ Now time.Time }
	// Press is a touch of a control. Op becomes the id of the operation when
	// the press leads to one.
	Press struct {
		Control string
		Op      operation.ID
	}
	// Touched is a touch of a place without control.
	Touched struct{}
	// Keyed is a key of a keyboard that is plugged in, or of a scanner that
	// acts as one: a character, "back", "space" or "enter". Op becomes the id
	// of the operation when the key leads to one.
	Keyed struct {
		Key string
		Op  operation.ID
	}
	// CardSeen is an event of the armed reader. Op becomes the id of the
	// operation when the card leads to one.
	CardSeen struct {
		Poll  int
		Event idreader.Event
		Op    operation.ID
	}
	// ReaderFailed ends an arming: the reader itself failed.
	ReaderFailed struct {
		Poll int
		Err  error
	}
	// CodeScanned is a code that the scanner read while it looked for one. Op
	// becomes the id of the operation when the code leads to one.
	CodeScanned struct {
		Look int
		Code idreader.Secret[string]
		Op   operation.ID
	}
	// HallChanged says what the terminal now knows of its hall.
	HallChanged struct{ Hall Hall }
	// DeviceChanged says how a device stands.
	DeviceChanged struct {
		Kind  devices.Kind
		State devices.State
	}
	// NumberTaken answers [TakeNumber].
	NumberTaken struct {
		Visit  int
		Op     operation.ID
		Ticket operation.Ticket
		Err    error
	}
	// Filed answers [Apply].
	Filed struct {
		Visit    int
		Op       operation.ID
		Accepted operation.Accepted
		Err      error
	}
	// PlaceBooked answers [Book].
	PlaceBooked struct {
		Visit   int
		Op      operation.ID
		Booking operation.Booking
		Err     error
	}
	// SlotsLoaded answers [LoadSlots].
	SlotsLoaded struct {
		Visit int
		Op    operation.ID
		Slots operation.Slots
		Err   error
	}
	// CasesLoaded answers [LoadCases].
	CasesLoaded struct {
		Visit int
		Op    operation.ID
		Cases operation.Cases
		Err   error
	}
	// Printed answers [PrintSlip].
	Printed struct {
		Visit  int
		Job    printer.JobID
		Result printer.Result
	}
)

func (Tick) msg()          {}
func (Press) msg()         {}
func (Touched) msg()       {}
func (Keyed) msg()         {}
func (CardSeen) msg()      {}
func (ReaderFailed) msg()  {}
func (CodeScanned) msg()   {}
func (HallChanged) msg()   {}
func (DeviceChanged) msg() {}
func (NumberTaken) msg()   {}
func (Filed) msg()         {}
func (PlaceBooked) msg()   {}
func (SlotsLoaded) msg()   {}
func (CasesLoaded) msg()   {}
func (Printed) msg()       {}

// A Command is an effect that Update asks for. A command owns the secrets in
// it: they are copies, and whoever carries it out wipes them afterwards.
type Command interface{ command() }

// The commands. Each ends in the message named beside it.
type (
	// Arm lets the reader look for cards: CardSeen, ReaderFailed. It ends an
	// earlier arming.
	Arm struct{ Poll int }
	// Disarm ends the arming.
	Disarm struct{}
	// Scan lets the scanner look for codes: CodeScanned. It ends an earlier
	// look.
	Scan struct{ Look int }
	// StopScan ends the look.
	StopScan struct{}
	// TakeNumber asks for a number: NumberTaken.
	TakeNumber struct {
		Visit   int
		Request operation.TicketRequest
	}
	// Apply files an application: Filed.
	Apply struct {
		Visit   int
		Request operation.ApplicationRequest
	}
	// Book asks for a place in a slot: PlaceBooked.
	Book struct {
		Visit   int
		Request operation.BookingRequest
	}
	// LoadSlots asks for the bookable times of an item: SlotsLoaded.
	LoadSlots struct {
		Visit int
		Op    operation.ID
		Item  string
	}
	// LoadCases asks how things stand: CasesLoaded.
	LoadCases struct {
		Visit int
		Op    operation.ID
		Query operation.CaseQuery
	}
	// PrintSlip prints a document once: Printed.
	PrintSlip struct {
		Visit int
		Job   printer.Job
	}
)

func (Arm) command()        {}
func (Disarm) command()     {}
func (Scan) command()       {}
func (StopScan) command()   {}
func (TakeNumber) command() {}
func (Apply) command()      {}
func (Book) command()       {}
func (LoadSlots) command()  {}
func (LoadCases) command()  {}
func (PrintSlip) command()  {}
