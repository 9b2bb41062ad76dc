package hall

import (
	"context"
	"maps"
	"slices"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/order"
	"hallway/app/hall/store"
	"hallway/app/operation"
)

// figuresFor is the time that counts of what happened cover.
const figuresFor = 90 * 24 * time.Hour

// HolidaysAhead is how early the holidays of a year must be known, so that no
// deadline of an order that is lodged now is wrong: an extended complaint takes
// 17 working days.
const HolidaysAhead = 31 * 24 * time.Hour

// UnitFigures are the figures of one unit, [order.Desk] among them.
type UnitFigures struct {
	Unit     order.Unit
	Open     int // with a running clock, now
	Warned   int // of these, half or more of the time is spent
	Near     int // of these, four fifths or more
	Overdue  int // of these, all of it
	Bounced  int // orders that it returned
	Reopened int // orders whose answer did not help
	Late     int // answers after the due time
}

// Figures are what leaders look at.
type Figures struct {
	Since   time.Time // for Bounced, Reopened and Late
	Units   []UnitFigures
	Overdue []Line // now, the longest overdue first
	Unknown int    // year into which deadlines reach and whose holidays are not known, 0 for none
}

// Figures returns the leaders' figures; other roles are refused with
// CodeNoRole.
func (o *Orders) Figures(ctx context.Context, who Staff) (f Figures, err error) {
	if who.Role != order.Leader {
		return f, &operation.Refusal{Code: api.CodeNoRole}
	}
	f.Since = o.Now().Add(-figuresFor)
	if year := o.Now().In(o.zone).Add(HolidaysAhead).Year(); !o.Calendar.Knows(year) {
		f.Unknown = year
	}
	var open []store.HelpOrder
	var counts, late []store.UnitCount
	err = o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if open, err = tx.OpenOrders(""); err != nil {
			return err
		}
		if counts, err = tx.CountOrderEvents(f.Since); err != nil {
			return err
		}
		late, err = tx.CountLateAnswers(f.Since)
		return err
	})
	by := map[order.Unit]*UnitFigures{}
	f.Overdue = o.countOpen(by, open)
	countEvents(by, slices.Concat(counts, late))
	for _, u := range slices.Sorted(maps.Keys(by)) {
		f.Units = append(f.Units, *by[u])
	}
	return f, err
}

func unitOf(by map[order.Unit]*UnitFigures, u order.Unit) *UnitFigures {
	if by[u] == nil {
		by[u] = &UnitFigures{Unit: u}
	}
	return by[u]
}

// countOpen counts running orders and returns those that are overdue.
func (o *Orders) countOpen(by map[order.Unit]*UnitFigures, open []store.HelpOrder) (overdue []Line) {
	for _, row := range open {
		l := o.line(row)
		if l.Light == order.Off {
			continue
		}
		u := unitOf(by, row.Unit)
		u.Open++
		if l.Light != order.Green {
			u.Warned++
		}
		if l.Light == order.Orange || l.Light == order.Red {
			u.Near++
		}
		if l.Light == order.Red {
			u.Overdue++
			overdue = append(overdue, l)
		}
	}
	return overdue
}

func countEvents(by map[order.Unit]*UnitFigures, counts []store.UnitCount) {
	for _, c := range counts {
		switch c.Kind {
		case string(order.Return):
			unitOf(by, c.Unit).Bounced += c.N
		case string(order.Reopen):
			unitOf(by, c.Unit).Reopened += c.N
		case "late":
			unitOf(by, c.Unit).Late += c.N
		}
	}
}
