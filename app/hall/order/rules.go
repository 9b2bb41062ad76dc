package order

import (
	"errors"

	"hallway/app/hall/workday"
)

// Rules are what differs between halls. The limits of returns and of the
// extension follow Shandong's 12345: at most 2 returns, each within 2 working
// days, and at most 10 working days more. Five working days for the citizen's
// word are this program's own choice.
type Rules struct {
	Days       map[Kind]int // working days until the answer is due, at least 1
	MaxExtra   int          // working days that an extension may add
	ReturnDays int          // working days in which a unit may return an order
	MaxBounces int          // returns, then a leader assigns for good
	WordDays   int          // working days in which the citizen may say whether the answer helped
	Office     workday.Office
}

// Errors of [Apply]. Nothing was changed.
var (
	ErrState  = errors.New("the order's state does not allow it")
	ErrRole   = errors.New("this role may not do it")
	ErrUnit   = errors.New("the order belongs to another unit")
	ErrReason = errors.New("a reason or text is missing")
	ErrOnce   = errors.New("it was done once already")
	ErrLate   = errors.New("the time for it is over")
	ErrFixed  = errors.New("a leader assigned the order for good")
	ErrLimit  = errors.New("it is more than the rules allow")
	ErrLeader = errors.New("after so many returns only a leader assigns")
)
