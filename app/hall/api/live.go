package api

import "hallway/app/text"

// Lights of lines and of the hall, also for the public page.
const (
	Green  = "green"  // a newcomer is served soon
	Yellow = "yellow" // a newcomer waits longer
	Red    = "red"    // a newcomer waits very long, or nobody can be called
)

// Kinds of alarms.
const (
	AlarmWait   = "wait"   // somebody has waited Value seconds
	AlarmLine   = "line"   // Value people wait
	AlarmNobody = "nobody" // Value people wait and no window serves them
	AlarmIdle   = "idle"   // an open window has called nobody for Value seconds while people wait
)

// Live is how a hall stands now. Times are unix ms.
type Live struct {
	Day         string       `json:"day"`
	Time        int64        `json:"time"`
	Light       string       `json:"light"` // the worst of the pools'
	Pools       []LivePool   `json:"pools"`
	Windows     []LiveWindow `json:"windows"`
	Alarms      []Alarm      `json:"alarms"`
	Emergencies []Emergency  `json:"emergencies"`
}

// LivePool is one waiting line.
type LivePool struct {
	Pool     string     `json:"pool"`
	Name     text.Local `json:"name"`
	Waiting  int        `json:"waiting"`
	Longest  int        `json:"longest_s"` // how long the first of them has waited
	Windows  int        `json:"windows"`   // that call people of it now
	WaitFrom int        `json:"wait_from"` // of a newcomer, minutes; -1 when nobody can be called
	WaitTo   int        `json:"wait_to"`
	Light    string     `json:"light"`
}

// LiveWindow is one window.
type LiveWindow struct {
	Window string     `json:"window"`
	Name   text.Local `json:"name"`
	Open   bool       `json:"open"`
	Clerk  string     `json:"clerk,omitempty"` // staff number
	Pause  string     `json:"pause,omitempty"` // its reason
	Number string     `json:"number,omitempty"`
	State  string     `json:"state,omitempty"` // of the ticket
	Since  int64      `json:"since,omitempty"` // of the ticket's state, or of doing nothing
}

// An Alarm is something to act on.
type Alarm struct {
	Kind   string `json:"kind"`
	Pool   string `json:"pool,omitempty"`
	Window string `json:"window,omitempty"`
	Value  int    `json:"value"`
}

// An Emergency is a clerk's silent call for help.
type Emergency struct {
	Window string `json:"window"`
	Clerk  string `json:"clerk"`
	Since  int64  `json:"since"`
}

// Traffic is what everybody may know of how busy the hall is.
type Traffic struct {
	Light string        `json:"light"`
	Time  int64         `json:"time"` // unix ms
	Pools []PoolTraffic `json:"pools"`
}

// PoolTraffic is one waiting line of Traffic.
type PoolTraffic struct {
	Pool     string     `json:"pool"`
	Name     text.Local `json:"name"`
	Light    string     `json:"light"`
	Waiting  int        `json:"waiting"`
	WaitFrom int        `json:"wait_from"` // of a newcomer, minutes; -1 when nobody can be called
	WaitTo   int        `json:"wait_to"`
}

// Report is what a service day was like. Durations are seconds.
type Report struct {
	Day      string         `json:"day"`
	Time     int64          `json:"time"`
	Issued   int            `json:"issued"`
	States   map[string]int `json:"states"`   // queue.State; the sum is Issued
	Groups   []Group        `json:"groups"`   // by hall, pool, service, lane, hour, window and clerk
	Promises []Promise      `json:"promises"` // by pool
	Chosen   []Reason       `json:"chosen"`   // calls out of order
	Reasons  []Reason       `json:"reasons"`  // everything else that clerks gave a reason for
}

// Group is the figures of one window, clerk, service and so on.
type Group struct {
	By      string  `json:"by"`
	Key     string  `json:"key"`
	Tickets int     `json:"tickets"`
	Served  int     `json:"served"`
	Wait    Figures `json:"wait"`
	Way     Figures `json:"way"`
	Service Figures `json:"service"`
}

// Figures describe many durations, in seconds.
type Figures struct {
	Median  int `json:"median"`
	P90     int `json:"p90"`
	Longest int `json:"longest"`
}

// Promise says how good the estimates of a pool were.
type Promise struct {
	Pool        string `json:"pool"`
	Tickets     int    `json:"tickets"`
	Within      int    `json:"within"`         // called within the range that they were told
	MedianError int    `json:"median_error_s"` // from the middle of the range
}

// Reason is one thing that a clerk gave a reason for.
type Reason struct {
	Kind   string `json:"kind"`
	Number string `json:"number,omitempty"`
	Ticket string `json:"-"`
	Window string `json:"window,omitempty"`
	Actor  string `json:"actor"`
	Reason string `json:"reason"`
	At     int64  `json:"at"`
}
