package queue

import (
	"slices"
	"strings"
	"time"
)

// Lane is the part of a pool that a ticket waits in.
type Lane string

// The lanes, in the order in which equals are served.
const (
	Priority Lane = "U" // whom the law serves first
	Booked   Lane = "A" // with an appointment, checked in in time
	Normal   Lane = "N" // everyone else
)

// Lanes are all lanes in their order.
var Lanes = [...]Lane{Priority, Booked, Normal}

// Known reports whether l is one of Lanes.
func (l Lane) Known() bool { return slices.Contains(Lanes[:], l) }

// index is the place of l in Lanes. A ticket without a lane is in Normal.
func (l Lane) index() int {
	if i := slices.Index(Lanes[:], l); i >= 0 {
		return i
	}
	return len(Lanes) - 1
}

// A Policy says how the lanes of a hall take turns. Arrays follow Lanes.
type Policy struct {
	Weight    [len(Lanes)]int           // turns that a lane gets, 1 to 9
	MaxWait   [len(Lanes)]time.Duration // waits from here on are served before all turns; 0 = never
	EarlyCall time.Duration             // booked people are called from here on before their time
	RejoinN   int                       // people of the lane that a returned person lets pass
}

// DefaultPolicy is two turns for priority and booked people to one for
// everyone else, until somebody has waited too long.
var DefaultPolicy = Policy{
	Weight:    [...]int{2, 2, 1},
	MaxWait:   [...]time.Duration{10 * time.Minute, 15 * time.Minute, 60 * time.Minute},
	EarlyCall: 10 * time.Minute,
	RejoinN:   3,
}

// A Credit is what each lane is owed, in the order of Lanes.
type Credit [len(Lanes)]int

// Credits are kept by the set of pools between whose people a window chooses,
// so that windows with the same pools share their turns. The key comes from
// TurnKey.
type Credits map[string]Credit

// TurnKey names a set of pools.
func TurnKey(pools []PoolID) string {
	names := make([]string, len(pools))
	for i, p := range pools {
		names[i] = string(p)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "+")
}

// turn chooses a lane of those that are not empty by smooth weighted rotation:
// each gets its weight, the one that is owed most pays what all got.
func (c *Credit) turn(p Policy, empty func(lane int) bool, forced int) int {
	best, sum := forced, 0
	for i := range Lanes {
		if empty(i) {
			c[i] = 0
			continue
		}
		c[i] += p.Weight[i]
		sum += p.Weight[i]
		if best < 0 || forced < 0 && c[i] > c[best] {
			best = i
		}
	}
	c[best] -= sum
	return best
}
