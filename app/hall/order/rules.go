package order

import (
	"errors"
	"fmt"

	"hallway/app/hall/workday"
)

// Rules are what differs between halls.
type Rules struct {
	Days       map[Kind]int // working days until the answer is due, at least 1
	MaxExtra   int          // working days that an extension may add
	ReturnDays int          // working days in which a unit may return an order
	MaxBounces int          // returns, then a leader assigns for good
	WordDays   int          // working days in which the citizen may say whether the answer helped
	Office     workday.Office
}

// Usual are the rules of the mission: 2 working days for questions and help, 7
// for the rest, at most 2 returns, each within 2 working days (a rule of
// Shandong's 12345), an extension of at most 10 working days (Shandong). Five
// working days for the citizen's word are this program's own choice.
func Usual(o workday.Office) Rules {
	return Rules{
		Days:     map[Kind]int{Consultation: 2, Help: 2, Complaint: 7, Report: 7, Suggestion: 7},
		MaxExtra: 10, ReturnDays: 2, MaxBounces: 2, WordDays: 5, Office: o,
	}
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

// Check reports rules that no order could follow.
func (r Rules) Check() error {
	for _, k := range Kinds() {
		if r.Days[k] < 1 {
			return fmt.Errorf("order: %s has %d working days, at least 1 is needed", k, r.Days[k])
		}
	}
	if r.MaxExtra < 0 || r.ReturnDays < 0 || r.MaxBounces < 0 || r.WordDays < 1 || r.Office.Close <= r.Office.Open {
		return errors.New("order: a limit is below nothing, or the office closes before it opens")
	}
	return nil
}
