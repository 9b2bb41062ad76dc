package hall_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
	"hallway/queue"
	"hallway/queue/queuetest"
)

var modelActions = map[string]queue.EventKind{
	api.ActionNext: queue.Call, api.ActionRecall: queue.Recall, api.ActionStart: queue.Start, api.ActionMiss: queue.Miss, api.ActionFinish: queue.Finish,
}

// Random histories end as in a hall where people stand in one row. Histories
// are the same at every run; a failure names its seed.
func TestRandomHistoriesMatchTheObviousHall(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { playHistory(t, rand.New(rand.NewPCG(seed, 2))) })
	}
}

func playHistory(t *testing.T, r *rand.Rand) {
	w := halltest.New(t)
	m := queuetest.Model{Windows: map[queue.WindowID][]queue.PoolID{}}
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
	actions := []string{api.ActionNext, api.ActionNext, api.ActionStart, api.ActionStart, api.ActionRecall, api.ActionMiss, api.ActionFinish}
	for step := range 80 {
		// Of two people who come in one millisecond nobody is the first.
		w.Clock.Add(time.Millisecond + time.Duration(r.IntN(3))*time.Second)
		if r.IntN(3) == 0 {
			come(w, &m, r, step)
			continue
		}
		at, action := windows[r.IntN(len(windows))], actions[r.IntN(len(actions))]
		c, err := w.Desk.Command(t.Context(), tokens[at], api.CounterCommand{CommandID: string(w.NewID()), Action: action})
		refusal, refused := errors.AsType[*operation.Refusal](err)
		if err != nil && (!refused || refusal.Code != api.CodeBadTransition) {
			t.Fatalf("step %d, %s at %s: %v", step, action, at, err)
		}
		if may := m.Do(at, modelActions[action]); may == refused {
			t.Fatalf("step %d, %s at %s: refused %v, want %v", step, action, at, refused, !may)
		}
		if !refused {
			compare(t, step, c, &m)
		}
	}
	compareBoard(t, w, &m)
}

// come lets a person take a number. Pool social has five numbers.
func come(w *halltest.World, m *queuetest.Model, r *rand.Rand, step int) {
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
		m.Come(queue.Number(a.Ticket.Number), pool)
	}
}

func compare(t *testing.T, step int, c api.Counter, m *queuetest.Model) {
	t.Helper()
	number, state := m.At(queue.WindowID(c.Window))
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
		if number, _ := m.At(queue.WindowID(e.Window)); e.Number != string(number) {
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
