package order

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hallway/app/hall/workday"
)

var zone = time.FixedZone("CST", 8*3600)

// monday is Monday, 23 November 2026, 10:00; no holiday is near.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, zone)

func rules(t testing.TB) Rules {
	t.Helper()
	c, err := workday.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return Rules{
		Days:     map[Kind]int{Consultation: 2, Help: 2, Complaint: 7, Report: 7, Suggestion: 7},
		MaxExtra: 10, ReturnDays: 2, MaxBounces: 2, WordDays: 5,
		Office: workday.Office{Calendar: c, Zone: zone, Open: 9 * time.Hour, Close: 17*time.Hour + 30*time.Minute},
	}
}

// in is an order that came to a state the usual way.
func in(s State) Order {
	o := Order{Kind: Help, State: s, Unit: "hrss", RegisteredAt: monday, ClockAt: monday, Days: 2, AssignedAt: monday, Version: 7}
	switch s {
	case Registered, Returned:
		o.Unit, o.AssignedAt = Desk, time.Time{}
	case Answered:
		o.AnsweredAt = monday
	case Closed:
		o.AnsweredAt, o.ClosedAt, o.Outcome = monday, monday, NoWord
	case Withdrawn:
		o.ClosedAt = monday
	}
	if s == Returned {
		o.Bounces = 1
	}
	return o
}

// event is a whole event of a kind.
func event(k EventKind, r Role) Event {
	return Event{Kind: k, Role: r, Unit: "hrss", To: "edu", Text: "because", Days: 3, Outcome: Solved}
}

var roles = []Role{Citizen, Clerk, Worker, Leader, Clock}

// The table of testdata is the specification that people read: for every state
// and event, who may let it happen and what state it leads to.
func TestEveryStateEventAndRole(t *testing.T) {
	r := rules(t)
	var b strings.Builder
	for _, s := range States() {
		for _, k := range EventKinds() {
			line := map[State][]string{}
			for _, role := range roles {
				e := event(k, role)
				if role == Clock {
					e.Outcome = NoWord
				}
				now := monday.Add(time.Hour)
				if k == Close && role == Clock {
					now = monday.AddDate(0, 0, 14)
				}
				next, err := Apply(in(s), e, now, r)
				if err != nil {
					if next != in(s) {
						t.Errorf("%s by %s in %s is refused and changes the order", k, role, s)
					}
					continue
				}
				if next.Version != 8 {
					t.Errorf("%s in %s: version %d", k, s, next.Version)
				}
				line[next.State] = append(line[next.State], string(role))
			}
			cell := "-"
			for to, who := range line {
				cell = fmt.Sprintf("%s by %s", to, strings.Join(who, ", "))
			}
			if len(line) > 1 {
				t.Errorf("%s in %s leads to %v", k, s, line)
			}
			fmt.Fprintf(&b, "%-12s %-9s %s\n", s, k, cell)
		}
	}
	want, err := os.ReadFile(filepath.Join("testdata", "matrix.txt"))
	if err != nil || string(want) != b.String() {
		t.Errorf("testdata/matrix.txt is not what the rules do (%v):\n%s", err, &b)
	}
}

func TestAllowedIsWhatApplyLetsHappen(t *testing.T) {
	r := rules(t)
	for _, s := range States() {
		for _, role := range roles {
			for _, k := range EventKinds() {
				e := event(k, role)
				now := monday.Add(time.Hour)
				if role == Clock {
					e.Outcome, now = NoWord, monday.AddDate(0, 0, 14)
				}
				_, err := Apply(in(s), e, now, r)
				if got := slices.Contains(in(s).Allowed(role), k); got != (err == nil) {
					t.Errorf("%s by %s in %s: allowed %v, Apply says %v", k, role, s, got, err)
				}
			}
		}
	}
}

func do(t testing.TB, o Order, now time.Time, r Rules, events ...Event) Order {
	t.Helper()
	for _, e := range events {
		next, err := Apply(o, e, now, r)
		if err != nil {
			t.Fatalf("%s in %s: %v", e.Kind, o.State, err)
		}
		o = next
	}
	return o
}

func refused(t testing.TB, o Order, e Event, now time.Time, r Rules, want error) {
	t.Helper()
	if _, err := Apply(o, e, now, r); !errors.Is(err, want) {
		t.Errorf("%s by %s in %s: %v, want %v", e.Kind, e.Role, o.State, err, want)
	}
}

func TestTwoReturnsThenALeaderAssignsForGood(t *testing.T) {
	r := rules(t)
	o := New(Complaint, monday, r)
	for range 2 {
		o = do(t, o, monday, r, event(Assign, Clerk), Event{Kind: Return, Role: Worker, Unit: "edu", Text: "not ours"})
	}
	if o.Bounces != 2 || o.Unit != Desk {
		t.Fatalf("%+v", o)
	}
	refused(t, o, event(Assign, Clerk), monday, r, ErrLeader)
	o = do(t, o, monday, r, event(Assign, Leader))
	if !o.Fixed {
		t.Error("assigned for good is not noted")
	}
	back := Event{Kind: Return, Role: Worker, Unit: "edu", Text: "still not ours"}
	refused(t, o, back, monday, r, ErrFixed)
	if o.ClockAt != monday || !o.Due(r.Office).Equal(New(Complaint, monday, r).Due(r.Office)) {
		t.Error("bouncing moved the clock")
	}
}

func TestReturnNeedsAReasonAndItsTime(t *testing.T) {
	r := rules(t)
	o := do(t, New(Help, monday, r), monday, r, event(Assign, Clerk))
	back := Event{Kind: Return, Role: Worker, Unit: "edu", Text: "not ours"}
	refused(t, o, Event{Kind: Return, Role: Worker, Unit: "edu", Text: " "}, monday, r, ErrReason)
	refused(t, o, Event{Kind: Return, Role: Worker, Unit: "tax", Text: "not ours"}, monday, r, ErrUnit)
	last := time.Date(2026, 11, 25, 17, 30, 0, 0, zone)
	do(t, o, last, r, back)
	refused(t, o, back, last.Add(time.Second), r, ErrLate)
}

func TestExtensionIsOnceInTimeWithReasonAndLimit(t *testing.T) {
	r := rules(t)
	o := in(InProgress)
	more := Event{Kind: Extend, Role: Leader, Days: 3, Text: "expert needed"}
	refused(t, o, Event{Kind: Extend, Role: Leader, Days: 3}, monday, r, ErrReason)
	refused(t, o, Event{Kind: Extend, Role: Leader, Days: 11, Text: "x"}, monday, r, ErrLimit)
	refused(t, o, Event{Kind: Extend, Role: Leader, Days: 0, Text: "x"}, monday, r, ErrLimit)
	refused(t, o, more, o.Due(r.Office), r, ErrLate)
	long := do(t, o, monday, r, more)
	if want := time.Date(2026, 11, 30, 17, 30, 0, 0, zone); !long.Due(r.Office).Equal(want) {
		t.Errorf("due %v, want %v", long.Due(r.Office), want)
	}
	refused(t, long, more, monday, r, ErrOnce)
}

func TestUrgingCountsAndRestartsNothing(t *testing.T) {
	r := rules(t)
	o := do(t, in(Accepted), monday, r, event(Urge, Citizen), event(Urge, Citizen))
	if o.Urges != 2 || !o.Due(r.Office).Equal(in(Accepted).Due(r.Office)) || o.State != Accepted {
		t.Errorf("%+v", o)
	}
}

func TestReopeningIsOnceAndStartsASecondClock(t *testing.T) {
	r := rules(t)
	o := in(Answered)
	refused(t, o, Event{Kind: Close, Role: Citizen, Outcome: Unsolved}, monday, r, ErrState)
	thursday := monday.AddDate(0, 0, 3)
	o = do(t, o, thursday, r, event(Reopen, Citizen))
	if want := time.Date(2026, 11, 30, 17, 30, 0, 0, zone); !o.Due(r.Office).Equal(want) || o.Unit != "hrss" || o.RegisteredAt != monday {
		t.Errorf("due %v, want %v; %+v", o.Due(r.Office), want, o)
	}
	worker := func(k EventKind) Event { return Event{Kind: k, Role: Worker, Unit: "hrss", Text: "second answer"} }
	o = do(t, o, thursday, r, worker(Accept), worker(Start), worker(Answer))
	refused(t, o, event(Reopen, Citizen), thursday, r, ErrOnce)
	if o = do(t, o, thursday, r, Event{Kind: Close, Role: Citizen, Outcome: Unsolved}); o.Outcome != Unsolved {
		t.Errorf("%+v", o)
	}
}

func TestSilenceClosesAfterFiveWorkingDaysAndIsNoPraise(t *testing.T) {
	r := rules(t)
	o := in(Answered)
	quiet := Event{Kind: Close, Role: Clock, Outcome: NoWord}
	last := time.Date(2026, 11, 30, 17, 30, 0, 0, zone)
	refused(t, o, quiet, last.Add(-time.Second), r, ErrLate)
	refused(t, o, Event{Kind: Close, Role: Clock, Outcome: Solved}, last, r, ErrRole)
	refused(t, o, Event{Kind: Close, Role: Citizen, Outcome: NoWord}, last, r, ErrLate)
	if o = do(t, o, last, r, quiet); o.Outcome != NoWord {
		t.Errorf("%+v", o)
	}
	do(t, o, last, r, event(Reopen, Citizen))
}

func TestLightsChangeAtFiftyEightyAndAHundredPercent(t *testing.T) {
	r := rules(t)
	o := New(Help, monday, r)
	for i, want := range []Light{Yellow, Orange, Red} {
		reached, _ := r.Office.Reached(o.ClockAt, o.Days, Warnings[i])
		before := []Light{Green, Yellow, Orange}[i]
		if got, was := o.Light(r.Office, reached), o.Light(r.Office, reached.Add(-time.Second)); got != want || was != before {
			t.Errorf("%d %% at %v: %s, a second before %s", Warnings[i], reached, got, was)
		}
	}
	if o.Due(r.Office) != time.Date(2026, 11, 25, 17, 30, 0, 0, zone) || in(Answered).Light(r.Office, monday.AddDate(1, 0, 0)) != Off {
		t.Error("wrong due time, or a light that burns after the answer")
	}
}

func TestLateAnswerStaysLate(t *testing.T) {
	r := rules(t)
	o := do(t, in(InProgress), monday.AddDate(0, 0, 7), r, event(Answer, Worker))
	if !o.Late || o.Spent(r.Office, monday.AddDate(0, 0, 30)) != 100 {
		t.Errorf("%+v", o)
	}
	if o = do(t, o, monday.AddDate(0, 0, 8), r, event(Reopen, Clerk)); !o.Late {
		t.Error("reopening forgives")
	}
}

// Whatever happens in whatever order: an order has an owner, its clock never
// goes back and is lengthened only by the one extension or the one reopening,
// and limits hold.
func TestNoClockIsLostAndNoOrderIsWithoutAnOwner(t *testing.T) {
	r := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		o := New(rapid.SampledFrom(Kinds()).Draw(t, "kind"), monday, r)
		now, reopened := monday, 0
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "minutes")) * time.Minute)
			e := Event{
				Kind: rapid.SampledFrom(EventKinds()).Draw(t, "event"), Role: rapid.SampledFrom(roles).Draw(t, "role"),
				Unit: rapid.SampledFrom([]Unit{"edu", "hrss"}).Draw(t, "unit"), To: rapid.SampledFrom([]Unit{"edu", "hrss", Desk, ""}).Draw(t, "to"),
				Text: rapid.SampledFrom([]string{"", "because"}).Draw(t, "text"), Days: rapid.IntRange(-1, 12).Draw(t, "days"),
				Outcome: rapid.SampledFrom([]Outcome{"", Solved, Unsolved, NoWord}).Draw(t, "outcome"),
			}
			next, err := Apply(o, e, now, r)
			if err != nil {
				if next != o {
					t.Fatalf("refused %s changed %+v to %+v", e.Kind, o, next)
				}
				continue
			}
			if e.Kind == Reopen {
				reopened++
			}
			before, after := o.Due(r.Office), next.Due(r.Office)
			switch {
			case next.Unit == "" || next.State != Withdrawn && (next.State == Registered || next.State == Returned) != (next.Unit == Desk):
				t.Fatalf("%s leads to the owner %q in %s", e.Kind, next.Unit, next.State)
			case next.RegisteredAt != monday || next.Days != o.Days:
				t.Fatalf("%s changed what never changes: %+v", e.Kind, next)
			case after.Before(before), e.Kind != Extend && e.Kind != Reopen && !after.Equal(before):
				t.Fatalf("%s moved the due time from %v to %v", e.Kind, before, after)
			case next.Bounces > r.MaxBounces, reopened > 1, next.State.Running() && !next.ClosedAt.IsZero():
				t.Fatalf("%s breaks a limit: %+v", e.Kind, next)
			case next.State == Closed && next.Outcome == "":
				t.Fatalf("closed without an outcome")
			}
			o = next
		}
	})
}
