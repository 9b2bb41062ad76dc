package queue

import (
	"errors"
	"time"
)

// EventKind says what happens to a ticket.
type EventKind string

// The events.
const (
	Issue        EventKind = "issue"         // the ticket comes into being
	Call         EventKind = "call"          // a window calls it by the pick rule
	CallChosen   EventKind = "call_chosen"   // a window calls it out of order
	Recall       EventKind = "recall"        // its window announces it again
	Start        EventKind = "start"         // the person is at the window
	Miss         EventKind = "miss"          // the called person did not come
	Rejoin       EventKind = "rejoin"        // a missed person is back
	Return       EventKind = "return"        // the call was wrong: back to its place
	Hold         EventKind = "hold"          // the window lays it aside
	Resume       EventKind = "resume"        // a window takes it up again
	Requeue      EventKind = "requeue"       // what was laid aside waits in line again
	Transfer     EventKind = "transfer"      // to another pool or window
	Prioritise   EventKind = "prioritise"    // to another lane
	ChangeItem   EventKind = "change_item"   // the person wants another service of the pool
	Finish       EventKind = "finish"        // the person was served
	Undo         EventKind = "undo"          // Finish, Miss or Cancel was a mistake
	Cancel       EventKind = "cancel"        // the citizen or staff give it up
	Expire       EventKind = "expire"        // the day ended
	Voided       EventKind = "void"          // it should never have been issued
	Reprint      EventKind = "reprint"       // the slip is printed again
	AutoFinished EventKind = "finish_closed" // the day ended while the person was at the window
)

// An Event happens to one ticket. Fields that a kind does not name are empty.
type Event struct {
	Kind     EventKind
	Window   WindowID  // of everything that a window does
	Actor    string    // who does it, such as "clerk 1001"
	Leader   bool      // the actor may do what only leaders may
	Reason   string    // needed by CallChosen, Hold, Prioritise, Cancel, Voided, Reprint, and by a late Return
	Pool     PoolID    // of Transfer; of Finish when the visit goes on there
	Service  string    // of ChangeItem and Transfer; of Finish when the visit goes on
	Target   WindowID  // of Transfer: the only window that may call it; "" = any
	ReturnTo WindowID  // of Transfer: window to which the person comes back when served there; "" = none
	Lane     Lane      // of Prioritise
	Until    time.Time // of Hold
	Place    time.Time // of Rejoin: its new EffectiveAt, see RejoinPlace
}

// Rules are the limits that differ between halls. A zero limit is no limit,
// except where the field says otherwise.
type Rules struct {
	MaxCalls    int           // announcements of one call, the first included
	RecallAfter time.Duration // from one announcement to the next
	MissAfter   time.Duration // from the first announcement to Miss
	MissCalls   int           // announcements before Miss

	RejoinWithin time.Duration // from Miss to Rejoin
	MaxRejoins   int           // of one ticket
	UndoWithin   time.Duration // from the mistake to Undo
	ReturnWithin time.Duration // from Call to a Return without a reason
	Cooldown     time.Duration // for which the window that returned a ticket does not get it again; 0 = none
	HoldShared   bool          // any window may resume what another one laid aside
	MaxReprints  int           // of one ticket
	Carry        time.Duration // by which the next stop of a visit counts as having waited already; 0 = none
}

// Reasons why an event is refused. The ticket stays as it was.
var (
	ErrTransition = errors.New("the ticket's state does not allow this")
	ErrWindow     = errors.New("the ticket is at another window")
	ErrTooSoon    = errors.New("the calling rules want more time or calls first")
	ErrTooLate    = errors.New("the time for this is over")
	ErrCalls      = errors.New("the ticket was called as often as the rules allow")
	ErrLimit      = errors.New("this was done as often as the rules allow")
	ErrReason     = errors.New("a reason is needed")
	ErrRight      = errors.New("only who made the mistake, or a leader, may undo it")
	ErrEvent      = errors.New("the event is incomplete")
)
