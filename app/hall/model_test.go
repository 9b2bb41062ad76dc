package hall_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
	"hallway/queue"
	"hallway/queue/queuetest"
)

var modelActions = map[string]queue.EventKind{
	api.ActionNext: queue.Call, api.ActionRecall: queue.Recall, api.ActionStart: queue.Start, api.ActionMiss: queue.Miss, api.ActionFinish: queue.Finish,
	api.ActionReturn: queue.Return, api.ActionHold: queue.Hold, api.ActionResume: queue.Resume, api.ActionRequeue: queue.Requeue,
	api.ActionTransfer: queue.Transfer, api.ActionPrioritise: queue.Prioritise, api.ActionCancel: queue.Cancel, api.ActionRejoin: queue.Rejoin,
	api.ActionUndo: queue.Undo, api.ActionCall: queue.CallChosen,
}

// naming are the actions that name a ticket.
var naming = []string{
	api.ActionResume, api.ActionRequeue, api.ActionPrioritise, api.ActionCancel, api.ActionRejoin, api.ActionUndo, api.ActionCall,
}

// Random histories end as in a hall where people stand in one row. Histories
// are the same at every run; a failure names its seed.
func TestRandomHistoriesMatchTheObviousHall(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { playHistory(t, rand.New(rand.NewPCG(seed, 2))) })
	}
}

// sameRules are the limits that the hall and the model have.
func sameRules(c *config.Hall) {
	c.Calling = config.Calling{MaxRejoins: 2, Rejoin: 30, RejoinBehind: 3, Undo: 5, Return: 5, Cooldown: 60}
}

// randomCommand is a command that may or may not be possible.
func randomCommand(r *rand.Rand, actions, numbers []string) api.CounterCommand {
	q := api.CounterCommand{Action: actions[r.IntN(len(actions))]}
	if len(numbers) > 0 && slices.Contains(naming, q.Action) {
		q.Number = numbers[r.IntN(len(numbers))]
	}
	switch q.Action {
	case api.ActionTransfer:
		q.Pool, q.Back, q.Reason = []string{"registration", "social"}[r.IntN(2)], r.IntN(2) == 0, "sent on"
	case api.ActionPrioritise:
		q.Lane, q.Reason = string(queue.Lanes[r.IntN(3)]), "asked"
	case api.ActionHold, api.ActionCancel, api.ActionCall, api.ActionReturn:
		q.Reason = "asked"
	}
	return q
}

func playHistory(t *testing.T, r *rand.Rand) {
	w := halltest.New(t, sameRules)
	m := queuetest.Model{Windows: map[queue.WindowID][]queue.PoolID{}, Policy: queue.DefaultPolicy, Rules: queue.Rules{
		MaxRejoins: 2, RejoinWithin: 30 * time.Minute, UndoWithin: 5 * time.Minute, ReturnWithin: 5 * time.Minute, Cooldown: time.Minute,
	}}
	m.Policy.MaxWait, m.Policy.EarlyCall = [3]time.Duration{}, 0
	tokens := map[queue.WindowID]string{}
	for _, v := range w.Catalogue.Windows {
		if len(m.Windows) == 5 {
			break
		}
		for _, p := range v.Pools {
			m.Windows[queue.WindowID(v.ID)] = append(m.Windows[queue.WindowID(v.ID)], queue.PoolID(p))
		}
		tokens[queue.WindowID(v.ID)] = signIn(t, w, v.ID)
	}
	windows := make([]queue.WindowID, 0, len(tokens))
	for id := range tokens {
		windows = append(windows, id)
	}
	slices.Sort(windows)
	actions := append([]string{
		api.ActionNext, api.ActionNext, api.ActionNext, api.ActionStart, api.ActionStart, api.ActionStart, api.ActionRecall, api.ActionMiss,
		api.ActionFinish, api.ActionReturn, api.ActionHold, api.ActionTransfer,
	}, naming...)
	var numbers []string
	for step := range 160 {
		// Of two people who come in one millisecond nobody is the first.
		w.Clock.Add(time.Millisecond + time.Duration(r.IntN(3))*time.Second)
		if r.IntN(3) == 0 {
			numbers = append(numbers, come(w, &m, r, step)...)
			continue
		}
		at, q := windows[r.IntN(len(windows))], randomCommand(r, actions, numbers)
		q.CommandID = string(w.NewID())
		if r.IntN(20) == 0 {
			w.Restart(sameRules)
		}
		c, err := w.Desk.Command(t.Context(), tokens[at], q)
		_, refused := errors.AsType[*operation.Refusal](err)
		if err != nil && !refused {
			t.Fatalf("step %d, %+v at %s: %v", step, q, at, err)
		}
		may := m.Do(queuetest.Command{
			Kind: modelActions[q.Action], Window: at, Actor: halltest.Clerk, Now: w.Clock.Now(), Number: queue.Number(q.Number), Reason: q.Reason,
			Pool: queue.PoolID(q.Pool), Target: queue.WindowID(q.Window), Back: q.Back, Lane: queue.Lane(q.Lane),
		})
		if may == refused {
			t.Fatalf("step %d, %+v at %s: %v, want allowed %v", step, q, at, err, may)
		}
		if !refused {
			compare(t, step, c, &m)
		}
	}
	compareBoard(t, w, &m)
}

// come lets a person take a number. Pool social has five numbers.
func come(w *halltest.World, m *queuetest.Model, r *rand.Rand, step int) []string {
	item := halltest.ItemFree
	if r.IntN(4) == 0 {
		item = halltest.ItemCard
	}
	a := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(item, halltest.Person(step))))
	if a.Status == operation.Applied {
		pool := queue.PoolID("registration")
		if item == halltest.ItemCard {
			pool = "social"
		}
		m.Come(queue.Number(a.Ticket.Number), pool, queue.Normal, w.Clock.Now().Truncate(time.Millisecond))
		return []string{a.Ticket.Number}
	}
	return nil
}

func compare(t *testing.T, step int, c api.Counter, m *queuetest.Model) {
	t.Helper()
	var number queue.Number
	var state queue.State
	if p := m.At(queue.WindowID(c.Window)); p != nil {
		number, state = p.Number, p.State
	}
	var got api.CounterTicket
	if c.Ticket != nil {
		got = *c.Ticket
	}
	if got.Number != string(number) || got.State != string(state) {
		t.Fatalf("step %d: window %s has %q %s, want %q %s", step, c.Window, got.Number, got.State, number, state)
	}
	waiting := 0
	for _, p := range c.Pools {
		waiting += m.Waiting(queue.PoolID(p))
	}
	if c.Waiting != waiting {
		t.Fatalf("step %d: %d wait for window %s, want %d", step, c.Waiting, c.Window, waiting)
	}
}

func compareBoard(t *testing.T, w *halltest.World, m *queuetest.Model) {
	t.Helper()
	b, err := w.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range b.Windows {
		number := ""
		if p := m.At(queue.WindowID(e.Window)); p != nil {
			number = string(p.Number)
		}
		if e.Number != number {
			t.Errorf("the board shows %q at window %s, want %q", e.Number, e.Window, number)
		}
	}
	missed := m.Missed()
	for i, n := range b.Missed {
		if string(missed[i]) != n {
			t.Errorf("missed %v, want %v", b.Missed, missed)
			break
		}
	}
	if len(b.Missed) != min(len(missed), 12) {
		t.Errorf("%d missed numbers, want %d", len(b.Missed), len(missed))
	}
}
