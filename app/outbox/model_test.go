package outbox

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hallway/app/operation"
	"hallway/app/outbox/crashfs"
)

// history is a terminal with a disk that loses power and a hall that comes, goes
// and answers twice, and what citizens were told of it.
type history struct {
	*rig
	t     *testing.T
	disk  *crashfs.Disk
	mail  courier
	told  map[string]operation.Kind // receipts and numbers, with what they are
	press []operation.ApplicationRequest
}

func newHistory(t *testing.T) *history {
	r, d := crashRig(t)
	return &history{rig: r, t: t, disk: d, mail: courier{t: r.Terminal, limit: maxOps}, told: map[string]operation.Kind{}}
}

// promise notes what a citizen was told. Nothing is told twice.
func (h *history) promise(rt *rapid.T, what string, kind operation.Kind) {
	if h.told[what] != "" {
		rt.Fatalf("%s was told twice", what)
	}
	h.told[what] = kind
}

func (h *history) apply(rt *rapid.T) {
	req := operation.ApplicationRequest{Op: h.id(), Item: "A1", Lang: "en", Person: person()}
	a, err := h.Apply(h.t.Context(), req)
	if err != nil {
		return // refused: nothing was promised
	}
	h.promise(rt, a.Receipt, operation.ApplicationSubmit)
	h.press = append(h.press, req)
}

// repeat presses a button again that was pressed before.
func (h *history) repeat(rt *rapid.T) {
	if len(h.press) == 0 {
		rt.Skip("nothing was pressed")
	}
	a, err := h.Apply(h.t.Context(), rapid.SampledFrom(h.press).Draw(rt, "press"))
	if err == nil && h.told[a.Receipt] == "" {
		rt.Fatalf("a repeated press made %s", a.Receipt)
	}
}

func (h *history) take(rt *rapid.T) {
	ticket, err := h.TakeNumber(h.t.Context(), operation.TicketRequest{Op: h.id(), Service: "A1", Lang: "en", Person: person()})
	if err == nil {
		h.promise(rt, ticket.Day+" "+ticket.Number, operation.TicketOffline)
	}
}

func (h *history) book(rt *rapid.T) {
	b, err := h.Book(h.t.Context(), operation.BookingRequest{Op: h.id(), Item: "A2", Lang: "en", Person: person(),
		Slot: operation.Slot{ID: "s1", Start: opened.Add(time.Hour)}})
	if err == nil {
		h.promise(rt, b.Receipt, operation.AppointmentRequest)
	}
}

// hallDoes chooses how the hall answers from now on.
func (h *history) hallDoes(rt *rapid.T) {
	switch rapid.SampledFrom([]string{"answers", "500", "cut before", "cut behind", "portal"}).Draw(rt, "hall") {
	case "answers":
		h.hall.set(fault{})
	case "500":
		h.hall.set(fault{before: onlyOps(status500)})
	case "cut before":
		h.hall.set(fault{before: onlyOps(cut)})
	case "cut behind":
		h.hall.set(fault{after: onlyOps(cut)})
	case "portal":
		h.hall.set(fault{before: func(w http.ResponseWriter, r *http.Request) bool { return portal(w, r) }})
	}
}

func (h *history) deliver(*rapid.T) { h.mail.round(h.t.Context()) }
func (h *history) look(*rapid.T)    { h.Terminal.look(h.t.Context(), 0) }

func (h *history) wait(rt *rapid.T) {
	h.clock.move(time.Duration(rapid.IntRange(1, 3600).Draw(rt, "seconds")) * time.Second)
	h.mail.later = nil
}

// powerCut lets the power go within the next changes and starts again.
func (h *history) powerCut(rt *rapid.T) {
	h.disk.CutAt(rapid.IntRange(1, 120).Draw(rt, "change"))
	for i := 0; i < 40 && !h.disk.Dead(); i++ {
		h.apply(rt)
	}
	h.disk.Cut()
	m := rapid.SampledFrom(crashfs.Modes).Draw(rt, "unsynced")
	h.restartFrom(rt, m, rapid.Uint64().Draw(rt, "seed"))
}

func (h *history) restartFrom(rt *rapid.T, m crashfs.Mode, seed uint64) {
	next, d, err := h.after(h.t, h.disk, m, rand.New(rand.NewPCG(seed, 30)))
	if err != nil {
		rt.Fatalf("the terminal does not start: %v", err)
	}
	h.rig, h.disk = next, d
	h.mail = courier{t: next.Terminal, limit: maxOps}
}

// end brings the hall back, drains, and compares what took effect with what was
// told: everything once, no number at two citizens, equal answers to repeats.
func (h *history) end() error {
	h.hall.set(fault{})
	for i := 0; i < 50 && h.Pending() > 0; i++ {
		h.mail.later = nil
		h.mail.round(h.t.Context())
		h.Terminal.look(h.t.Context(), 0)
	}
	if h.Pending() > 0 {
		return fmt.Errorf("%d still wait: %v", h.Pending(), h.states(h.t))
	}
	h.hall.mu.Lock()
	defer h.hall.mu.Unlock()
	receipts, numbers := map[string]int{}, map[string]int{}
	for _, e := range h.hall.arrived {
		if e.Receipt != "" && !h.hall.replaced[e.ID] {
			receipts[e.Receipt]++
		}
	}
	for _, n := range h.hall.tickets {
		numbers[n]++
	}
	for what, kind := range h.told {
		n := receipts[what]
		if kind == operation.TicketOffline {
			n = numbers[what[len("2006-01-02 "):]]
		}
		if n != 1 {
			return fmt.Errorf("%s %s took effect %d times", kind, what, n)
		}
	}
	for n, times := range numbers {
		if times > 1 {
			return fmt.Errorf("number %s lives %d times", n, times)
		}
	}
	for _, e := range h.hall.arrived { // the answer to a repeat is the first one
		if r := h.hall.ops[e.ID]; r.sha != e.BodySHA256 || r.result.Refused() {
			return fmt.Errorf("operation %s: %+v", e.ID, r)
		}
	}
	return nil
}

// TestT30T31HistoriesOfATerminal runs random histories of one terminal and
// compares their end with what citizens were told.
func TestT30T31HistoriesOfATerminal(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if err := checks.Value.Set(fmt.Sprint(rounds(12, 1000))); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := checks.Value.Set(before); err != nil {
			t.Error(err)
		}
	}()
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(t)
		rt.Repeat(map[string]func(*rapid.T){
			"apply": h.apply, "again": h.repeat, "number": h.take, "book": h.book, "hall": h.hallDoes,
			"deliver": h.deliver, "look": h.look, "wait": h.wait, "power cut": h.powerCut,
		})
		if err := h.end(); err != nil {
			rt.Fatal(err)
		}
		_ = h.Close() // its power may be gone
	})
}

// TestT30TheModelFindsALostOperation is the control of T30: a history in which an
// accepted operation vanishes does not pass.
func TestT30TheModelFindsALostOperation(t *testing.T) {
	h := newHistory(t)
	a := h.mustApply(t)
	h.told[a.Receipt] = operation.ApplicationSubmit
	if _, err := h.store.writer.Exec(`UPDATE op SET state = 'replaced', body = NULL`); err != nil {
		t.Fatal(err)
	}
	h.store.pending.Store(0)
	if err := h.end(); err == nil {
		t.Error("nothing was missed")
	}
}
