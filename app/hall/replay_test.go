package hall_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// announcements are what displays and voice do for the events, one line each.
func announcements(events []store.Happening, tickets map[queue.TicketID]queue.Ticket) []byte {
	var b bytes.Buffer
	for _, e := range events {
		switch queue.EventKind(e.Kind) {
		case queue.Call, queue.CallChosen, queue.Recall:
			t := tickets[e.Ticket]
			fmt.Fprintf(&b, "%d %s %s %s %s\n", e.Seq, t.Number, e.Window, t.Lang, e.Pick)
		}
	}
	return b.Bytes()
}

// What a hall recorded, with everything that clerks do, leads to the same
// tickets and the same announcements when it is played again.
func TestRecordedHourReplays(t *testing.T) {
	const people = 120
	w := halltest.New(t, sameRules, func(c *config.Hall) {
		c.Lanes = config.Lanes{PriorityTurns: 2, BookedTurns: 2, NormalTurns: 1, NormalWait: 60, PriorityWait: 10}
	})
	day := w.Today()
	r := rand.New(rand.NewPCG(120, 1))
	var tokens []string
	for i := range 8 {
		tokens = append(tokens, signIn(t, w, fmt.Sprint(i+1)))
	}
	actions := append([]string{
		api.ActionNext, api.ActionNext, api.ActionNext, api.ActionNext, api.ActionStart, api.ActionStart, api.ActionStart, api.ActionStart, api.ActionFinish,
		api.ActionRecall, api.ActionMiss, api.ActionReturn, api.ActionHold, api.ActionTransfer, api.ActionVoid,
	}, naming...)
	var taken []string
	var numbers int
	for numbers < people {
		w.Clock.Add(time.Duration(1+r.IntN(4)) * time.Second)
		if r.IntN(3) == 0 {
			a := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil)))
			if a.Status != operation.Applied {
				t.Fatalf("number %d: %+v", numbers, a.Problem)
			}
			numbers++
			taken = append(taken[max(0, len(taken)-40):], a.Ticket.Number)
			continue
		}
		for range 4 {
			try(t, w, tokens[r.IntN(len(tokens))], randomCommand(r, actions, taken))
		}
	}
	from, to, err := queue.DayRange(day, time.FixedZone("CST", 8*3600), 4*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var events []store.Happening
	recorded := map[queue.TicketID]queue.Ticket{}
	err = w.Store.Read(t.Context(), func(tx *store.Tx) error {
		if events, err = tx.Events(from, to); err != nil {
			return err
		}
		all, err := tx.DayTickets(day)
		for _, v := range all {
			recorded[v.ID] = v.Ticket
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Replay(events)
	if err != nil {
		t.Fatal(err)
	}
	if len(again) != people || len(recorded) != people {
		t.Fatalf("%d tickets recorded, %d played again", len(recorded), len(again))
	}
	for id, want := range recorded {
		if again[id] != want {
			t.Errorf("ticket %s\nagain    %+v\nrecorded %+v", want.Number, again[id], want)
		}
	}
	a, b := announcements(events, recorded), announcements(events, again)
	if len(a) == 0 || !bytes.Equal(a, b) {
		t.Errorf("%d bytes of announcements were recorded, %d come of the replay", len(a), len(b))
	}
	events[len(events)/2].To = "lost"
	if _, err := w.Replay(events); err == nil {
		t.Error("a falsified event is played again without a word")
	}
}
