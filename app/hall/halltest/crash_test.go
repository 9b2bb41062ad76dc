package halltest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/halltest"
	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/operation"
	"hallway/devices/devicestest"
)

// crashes is how often the server is crashed: a few times in every run, 500
// times with HALLWAY_SOAK set.
func crashes() int {
	if os.Getenv("HALLWAY_SOAK") != "" {
		return 500
	}
	return 8
}

// A sender is a terminal that repeats what was not settled, as an outbox does.
type sender struct {
	nodes []*halltest.World
	turn  int // which node is asked next
}

// deliver sends an operation until a node has settled it. A hall that never
// does is given up.
func (s *sender) deliver(e operation.Envelope) (r operation.Result) {
	for range 500 {
		s.turn++
		if r = s.nodes[s.turn%len(s.nodes)].Submit(e); r.Status != operation.Retry {
			return r
		}
		time.Sleep(time.Millisecond)
	}
	return r
}

// A settled operation is what its terminal was told.
type settled struct {
	envelope operation.Envelope
	result   operation.Result
}

// The database is crashed again and again while terminals take numbers and
// book places at two nodes. Every operation takes effect exactly once: it is
// answered alike ever after, no number is given twice, no slot has more people
// than places, and events have no gap.
func TestT22_CrashesOfTheDatabaseUnderLoad(t *testing.T) {
	server, nodes := postgrestest.Shared(t), twoNodes(t)
	slots, err := nodes[0].Intake.Slots(t.Context(), halltest.ItemFree)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var mu sync.Mutex
	var all []settled
	var wg sync.WaitGroup
	for k := range 12 {
		wg.Go(func() {
			s := sender{nodes, k}
			for n := 0; n < 60; n++ { // 720 of 799 numbers at most
				select {
				case <-stop:
					return
				default:
				}
				e := nodes[0].Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
				if n%3 == 0 {
					e = nodes[0].Envelope(operation.AppointmentBook, operation.BookingBody{
						Item: halltest.ItemFree, Slot: slots.Slots[n/3].ID, Lang: "en", Holder: *halltest.Person(k),
					})
				}
				r := s.deliver(e)
				mu.Lock()
				all = append(all, settled{e, r})
				mu.Unlock()
				time.Sleep(time.Duration(crashes()) * 20 * time.Millisecond) // work for as long as there are crashes
			}
		})
	}
	r := rand.New(rand.NewPCG(22, 1))
	for range crashes() {
		time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
		server.Crash(t)
		server.Restart(t)
	}
	close(stop)
	wg.Wait()
	checkSettled(t, nodes, all)
}

// The test above finds a hall that lets an operation take effect again.
func TestT22_FindsAHallThatForgets(t *testing.T) {
	devicestest.FindsMistake(t, mistake, "forgets", "TestT22_CrashesOfTheDatabaseUnderLoad")
}

// checkSettled checks what terminals were told against what the hall knows.
func checkSettled(t *testing.T, nodes []*halltest.World, all []settled) {
	t.Helper()
	numbers, taken, tickets := map[string]bool{}, map[string]int{}, 0
	for i, s := range all {
		switch {
		case s.result.Ticket != nil:
			tickets++
			if n := s.result.Ticket.Number; numbers[n] {
				t.Errorf("number %s was given twice", n)
			} else {
				numbers[n] = true
			}
		case s.result.Booking != nil:
			taken[s.result.Booking.Slot]++
		}
		again := nodes[i%2].Submit(s.envelope)
		if effectOf(again) != effectOf(s.result) || again.Status != operation.Duplicate && again.Status != operation.Rejected {
			t.Errorf("an operation got %s %s, and later %s %s", s.result.Status, effectOf(s.result), again.Status, effectOf(again))
		}
	}
	for n := 1; n <= tickets; n++ {
		if !numbers[fmt.Sprintf("A%03d", n)] {
			t.Errorf("number A%03d was lost", n)
		}
	}
	var events int64
	if err := nodes[0].Store.Read(t.Context(), func(tx *store.Tx) (err error) {
		if events, err = tx.LastOf(store.EventSequence); err != nil {
			return err
		}
		free, err := tx.Free(halltest.ItemFree, "2026-11-23", halltest.Start)
		for slot, n := range taken {
			if n > 3 || free[slot] != 3-n {
				t.Errorf("slot %s has %d people and %d free places of 3", slot, n, free[slot])
			}
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if events != int64(tickets) {
		t.Errorf("%d events of %d tickets", events, tickets)
	}
	t.Logf("%d operations, %d numbers, %d crashes", len(all), tickets, crashes())
}

// effectOf names what an operation made.
func effectOf(r operation.Result) string {
	switch {
	case r.Ticket != nil:
		return r.Ticket.Number
	case r.Booking != nil:
		return r.Booking.Slot + " " + r.Booking.State
	case r.Problem != nil:
		return r.Problem.Code
	}
	return ""
}
