package hall_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/operation"
)

// B1: a thousand numbers that are taken side by side are 1 to 1000, without a
// gap and none twice.
func TestB1NumbersTakenSideBySideHaveNoGapAndNoRepeat(t *testing.T) {
	c := halltest.Catalogue()
	c.Pools[0].Last, c.Pools[0].OfflineFrom, c.Pools[0].OfflineTo = 1500, 1501, 1999
	w := halltest.NewWith(t, c)
	three := signIn(t, w, "3")
	const rounds, clients, each = 10, 20, 5
	var taken []string
	for range rounds {
		got := make([][]string, clients)
		var g sync.WaitGroup
		for i := range got {
			g.Go(func() {
				for range each {
					r := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil)))
					if r.Ticket != nil {
						got[i] = append(got[i], r.Ticket.Number)
					}
				}
			})
		}
		g.Wait()
		for _, n := range slices.Concat(got...) { // a short line keeps the test quick
			must(t, w, three, api.CounterCommand{Action: api.ActionCancel, Number: n, Reason: "counted"})
			taken = append(taken, n)
		}
	}
	seen := map[string]bool{}
	for _, n := range taken {
		seen[n] = true
	}
	for n := 1; n <= rounds*clients*each; n++ {
		if !seen[fmt.Sprintf("A%04d", n)] {
			t.Fatalf("number %d is missing of %d", n, len(seen))
		}
	}
	if len(seen) != rounds*clients*each {
		t.Errorf("%d different numbers", len(seen))
	}
}

// B2: the first number of an empty day is the first of the range.
func TestB2FirstNumberOfADayIsTheFirstOfItsRange(t *testing.T) {
	c := halltest.Catalogue()
	c.Pools[0].First = 101
	w := halltest.NewWith(t, c)
	for range 2 {
		for _, want := range []string{"A101", "A102"} {
			if got := w.Take(halltest.ItemFree, nil).Number; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		w.Clock.Add(24 * time.Hour)
	}
}

// B13: what screens show outlives the program.
func TestB13RestartKeepsWhatIsCalled(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	command(t, w, three, api.ActionNext)
	command(t, w, three, api.ActionMiss)
	command(t, w, three, api.ActionNext)
	show := func() string {
		b, err := w.Board(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%+v", b)
	}
	before := show()
	w.Restart()
	if after := show(); after != before || !strings.Contains(before, "A002") || !strings.Contains(before, "[A001]") {
		t.Errorf("before %s\nafter  %s", before, after)
	}
}

// B14: a ticket of yesterday that nobody ended does not keep its person from
// taking one today.
func TestB14OpenTicketOfYesterdayBlocksNobody(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, halltest.Person(1))
	r := w.Submit(w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, halltest.Person(1))))
	expect(t, "again on the same day", r, operation.Rejected, operation.CodeAlreadyWaiting)
	w.Clock.Add(24 * time.Hour)
	w.Take(halltest.ItemFree, halltest.Person(1))
}

// B21: what everybody may ask holds numbers and windows, nothing that leads to
// a person or opens a ticket's page.
func TestB21PublicAnswersLeadToNobody(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	w.Take(halltest.ItemFree, halltest.Person(1))
	command(t, w, three, api.ActionNext)
	board, err := w.Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	traffic, err := w.Traffic(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := w.Waiting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{"abcd2345", "张三丰", "110101", halltest.Clerk, "王芳", halltest.Terminal + `"`}
	for _, v := range []any{board, traffic, waiting, w.Info()} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range secrets {
			if strings.Contains(string(b), s) {
				t.Errorf("%T holds %q: %s", v, s, b)
			}
		}
	}
}
