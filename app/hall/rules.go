package hall

import (
	"cmp"
	"time"

	"hallway/app/config"
	"hallway/queue"
)

// rulesOf are the limits of calling as the rules take them.
func rulesOf(c config.Calling) queue.Rules {
	return queue.Rules{
		MaxCalls: c.MaxCalls, RecallAfter: seconds(c.RecallAfter), MissAfter: seconds(c.MissAfter), MissCalls: c.MissCalls,
		RejoinWithin: minutes(c.Rejoin), MaxRejoins: c.MaxRejoins, UndoWithin: minutes(c.Undo), ReturnWithin: minutes(c.Return),
		Cooldown: seconds(c.Cooldown), HoldShared: c.HoldShared, MaxReprints: c.MaxReprints, Carry: minutes(c.Carry),
	}
}

// policyOf is how lanes take turns. A lane without turns has those of the
// default, for a lane that nobody calls would wait for ever.
func policyOf(l config.Lanes, rejoinBehind int) queue.Policy {
	d := queue.DefaultPolicy
	return queue.Policy{
		Weight:    [...]int{cmp.Or(l.PriorityTurns, d.Weight[0]), cmp.Or(l.BookedTurns, d.Weight[1]), cmp.Or(l.NormalTurns, d.Weight[2])},
		MaxWait:   [...]time.Duration{minutes(l.PriorityWait), minutes(l.BookedWait), minutes(l.NormalWait)},
		EarlyCall: minutes(l.Early),
		RejoinN:   rejoinBehind,
	}
}

// bookingRulesOf are the limits of appointments as the rules take them.
func bookingRulesOf(b config.Booking, l config.Lanes) queue.BookingRules {
	const day = 24 * time.Hour
	return queue.BookingRules{
		HoldFor: minutes(b.Hold), CancelBefore: minutes(b.CancelBefore), CoolFrom: minutes(b.CoolFrom), CoolTo: minutes(b.CoolTo),
		CheckIn: minutes(l.CheckIn), Late: minutes(l.Late), NoShow: minutes(b.NoShow), Misses: b.Misses,
		MissesIn: time.Duration(b.MissesDays) * day, LockedFor: time.Duration(b.LockedDays) * day, MaxOpen: b.MaxOpen,
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
