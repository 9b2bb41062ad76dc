package hall

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hallway/app/hall/store"
	"hallway/queue"
)

// A recorder is a hall's day in memory: it lets things happen by the rules and
// records them as the store does.
type recorder struct {
	hall    *Hall
	now     time.Time
	tickets map[queue.TicketID]queue.Ticket
	line    map[queue.TicketID]bool
	windows map[queue.WindowID]queue.TicketID
	turns   queue.Credits
	events  []store.Happening
	said    bytes.Buffer // what displays and voice are given, as it happens
}

// happen lets an event happen, if the rules allow it.
func (r *recorder) happen(t queue.Ticket, e queue.Event, pick queue.PickReason) bool {
	next, err := queue.Apply(t, e, r.now, r.hall.rules)
	if err != nil {
		return false
	}
	window := next.Window
	if window == "" {
		window = e.Window
	}
	h := store.Happening{Seq: int64(len(r.events) + 1), Event: store.Event{
		At: r.now, Ticket: t.ID, Kind: string(e.Kind), From: t.State, To: next.State, Window: window, Actor: e.Actor,
		Pool: next.Pool, Service: next.Service, Reason: e.Reason, Pick: string(pick), Detail: detailOf(next, e),
	}}
	r.events, r.tickets[t.ID] = append(r.events, h), next
	delete(r.line, t.ID)
	if t.State.AtWindow() {
		delete(r.windows, t.Window)
	}
	if next.State == queue.Waiting {
		r.line[t.ID] = true
	}
	if next.State.AtWindow() {
		r.windows[next.Window] = t.ID
	}
	announce(&r.said, h, next)
	return true
}

// announce writes what a call gives to displays and voice.
func announce(b *bytes.Buffer, e store.Happening, t queue.Ticket) {
	switch queue.EventKind(e.Kind) {
	case queue.Call, queue.CallChosen, queue.Recall:
		fmt.Fprintf(b, "%d %s %s %s %d\n", e.Seq, t.Number, e.Window, t.Lang, t.Calls)
	}
}

func (r *recorder) waiting() (out []queue.Ticket) {
	for id := range r.line {
		out = append(out, r.tickets[id])
	}
	return out
}

func (r *recorder) at(w queue.WindowID) (queue.Ticket, bool) {
	id, busy := r.windows[w]
	return r.tickets[id], busy
}

// act lets a window do what a clerk may do.
func (r *recorder) act(rng *rand.Rand, w queue.WindowID) {
	e := queue.Event{Window: w, Actor: "clerk " + string(w), Reason: "asked", Until: r.now.Add(time.Hour), Lane: queue.Lanes[rng.IntN(3)]}
	t, busy := r.at(w)
	if !busy {
		line := queue.NewLine(r.waiting(), queue.DefaultPolicy, r.turns)
		if p, ok := line.Pick(queue.CallerOf(w, "a", "b"), r.now); ok {
			e.Kind = queue.Call
			r.happen(r.tickets[p.Ticket.ID], e, p.Reason)
		}
		return
	}
	kinds := []queue.EventKind{queue.Start, queue.Start, queue.Start, queue.Recall, queue.Miss, queue.Return, queue.Hold}
	if t.State == queue.Serving {
		kinds = []queue.EventKind{queue.Finish, queue.Finish, queue.Finish, queue.Finish, queue.Transfer, queue.Hold}
	}
	e.Kind = kinds[rng.IntN(len(kinds))]
	if e.Kind == queue.Transfer {
		e.Pool, e.ReturnTo = "b", w
	}
	r.happen(t, e, "")
}

// aside does something with a ticket that is at no window.
func (r *recorder) aside(rng *rand.Rand, ids []queue.TicketID) {
	t := r.tickets[ids[rng.IntN(len(ids))]]
	kinds := []queue.EventKind{queue.Rejoin, queue.Resume, queue.Requeue, queue.Cancel, queue.Undo, queue.Prioritise, queue.Reprint, queue.ChangeItem}
	e := queue.Event{
		Kind: kinds[rng.IntN(len(kinds))], Window: t.Window, Actor: t.EndedBy, Leader: true, Reason: "asked", Lane: queue.Lanes[rng.IntN(3)], Service: "other",
		Place: queue.RejoinPlace(t, r.waiting(), 3, r.now),
	}
	if _, busy := r.at(t.Window); busy && (e.Kind == queue.Resume || e.Kind == queue.Undo) {
		return
	}
	r.happen(t, e, "")
}

// A recorded day of 3,000 tickets replays to the same final state and the same
// announcements, byte for byte.
func TestRecordedDayReplays(t *testing.T) {
	rng := rand.New(rand.NewPCG(3000, 1))
	r := &recorder{
		hall: &Hall{rules: queue.Rules{MaxRejoins: 2, UndoWithin: 5 * time.Minute, Cooldown: time.Minute, Carry: 10 * time.Minute}},
		now:  time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), tickets: map[queue.TicketID]queue.Ticket{}, turns: queue.Credits{},
		line: map[queue.TicketID]bool{}, windows: map[queue.WindowID]queue.TicketID{},
	}
	var ids []queue.TicketID
	for len(ids) < 3000 {
		r.now = r.now.Add(time.Duration(rng.IntN(20)) * time.Second)
		if len(ids) == 0 || len(r.line) < 20 {
			id := queue.TicketID(fmt.Sprintf("t%04d", len(ids)))
			r.happen(queue.Ticket{
				ID: id, Day: "2026-11-23", Number: queue.FormatNumber("A", len(ids)+1, 9999), Origin: queue.Online, Lang: []string{"zh-Hans", "en"}[rng.IntN(2)],
				Pool: []queue.PoolID{"a", "b"}[rng.IntN(2)], Service: "s", Lane: queue.Lanes[rng.IntN(3)], IssuedAt: r.now, EffectiveAt: r.now,
			}, queue.Event{Kind: queue.Issue, Actor: "terminal 012"}, "")
			ids = append(ids, id)
		}
		for w := range 8 {
			r.act(rng, queue.WindowID(fmt.Sprint(w+1)))
		}
		r.aside(rng, ids[max(0, len(ids)-100):])
	}
	again, err := r.hall.Replay(r.events)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if again[id] != r.tickets[id] {
			t.Errorf("ticket %s\nagain    %+v\nrecorded %+v", id, again[id], r.tickets[id])
		}
	}
	var said bytes.Buffer
	played := map[queue.TicketID]queue.Ticket{}
	for _, e := range r.events {
		next, err := r.hall.again(played[e.Ticket], e)
		if err != nil {
			t.Fatal(err)
		}
		played[e.Ticket] = next
		announce(&said, e, next)
	}
	if !bytes.Equal(said.Bytes(), r.said.Bytes()) {
		t.Error("the announcements differ")
	}
	states := map[queue.State]int{}
	for _, v := range again {
		states[v.State]++
	}
	t.Logf("%d events, %d bytes of announcements, ends %v", len(r.events), said.Len(), states)
	broken := slices.Clone(r.events)
	broken[len(broken)/2].From = "lost"
	if _, err := r.hall.Replay(broken); err == nil {
		t.Error("a falsified event is played again without a word")
	}
}
