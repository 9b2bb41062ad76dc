package halltest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/halltest"
	"hallway/app/hall/server"
	"hallway/app/hall/store"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/app/operation"
	"hallway/devices/devicestest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mistake names the mistake that this process makes on purpose.
const mistake = "HALLWAY_NODES_MISTAKE"

// mistakes are changes of the database that a hall must not survive unnoticed.
var mistakes = map[string]string{
	// Every node has a turn of its own: what looks like the row of writers is a
	// view, which nobody can hold.
	"own turns": `
		ALTER TABLE writer RENAME TO held_by_nobody;
		CREATE VIEW writer AS SELECT true AS one, 0::bigint AS generation;
		CREATE FUNCTION pretend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
		CREATE TRIGGER pretend INSTEAD OF UPDATE ON writer FOR EACH ROW EXECUTE FUNCTION pretend();`,
	// Answers are not found again.
	"forgets": `
		ALTER TABLE op_log RENAME TO written_and_not_read;
		CREATE VIEW op_log AS SELECT * FROM written_and_not_read WHERE false;
		CREATE FUNCTION pretend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
		CREATE TRIGGER pretend INSTEAD OF INSERT ON op_log FOR EACH ROW EXECUTE FUNCTION pretend();`,
}

// twoNodes are two nodes of a hall with 32 windows, and the mistake that this
// process is told to make.
func twoNodes(t *testing.T) []*halltest.World {
	t.Helper()
	url := postgrestest.New(t)
	nodes := halltest.NodesAt(t, url, 2, 32)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), mistakes[os.Getenv(mistake)]); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return nodes
}

// A crowd is what happens in a hall while its test runs.
type crowd struct {
	t       *testing.T
	nodes   []*halltest.World
	people  int
	mu      sync.Mutex
	numbers map[string]bool   // that kiosks gave out
	calls   map[string]string // number to the window that called it
	done    chan struct{}     // closed when everybody was called
}

// took notes a number.
func (c *crowd) took(number string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.numbers[number] {
		c.t.Errorf("number %s was given twice", number)
	}
	c.numbers[number] = true
}

// called notes a call.
func (c *crowd) called(number, window string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.calls[number]; ok {
		c.t.Errorf("%s is called at %s and at %s", number, at, window)
	}
	if c.calls[number] = window; len(c.calls) == c.people {
		close(c.done)
	}
}

// command sends a command to both nodes at once, as a counter does whose first
// node does not answer: both must give one answer.
func (c *crowd) command(token, action string) api.Counter {
	q := api.CounterCommand{CommandID: string(c.nodes[0].NewID()), Action: action}
	var answers [2]api.Counter
	var errs [2]error
	var wg sync.WaitGroup
	for i, n := range c.nodes {
		wg.Go(func() { answers[i], errs[i] = n.Desk.Command(context.Background(), token, q) })
	}
	wg.Wait()
	if d := cmp.Diff(answers[0], answers[1]); d != "" || errs[0] != nil || errs[1] != nil {
		c.t.Errorf("%s gets %v and %v: %s", action, errs[0], errs[1], d)
	}
	return answers[0]
}

// serve lets a window call people until all were called. A window without work
// waits for its node to notice a change, wherever it is made.
func (c *crowd) serve(window, token string, n *halltest.World) {
	for !c.t.Failed() {
		changed := n.Watch()
		b, err := n.Waiting(context.Background())
		if err != nil {
			c.t.Error(err)
			return
		}
		if b.Waiting["registration"] > 0 {
			if a := c.command(token, api.ActionNext); a.Ticket != nil {
				c.called(a.Ticket.Number, window)
				c.command(token, api.ActionStart)
				continue
			}
		}
		select {
		case <-c.done:
			return
		case <-changed:
		case <-time.After(5 * time.Second): // a test that failed ends
		}
	}
}

// Two nodes on one database: 32 windows call while 12 kiosks give numbers, and
// every operation and command reaches both nodes at once. No number is given
// twice, no ticket is called at two windows, no call is lost.
func TestB3_TwoNodesOnOneDatabase(t *testing.T) {
	const kiosks, each, windows = 12, 6, 32
	nodes := twoNodes(t)
	c := &crowd{t: t, nodes: nodes, people: kiosks * each, numbers: map[string]bool{}, calls: map[string]string{}, done: make(chan struct{})}
	var wg sync.WaitGroup
	for w := 1; w <= windows; w++ {
		r, err := nodes[w%2].Desk.SignIn(t.Context(), api.SignInRequest{Window: fmt.Sprint(w), Clerk: halltest.Clerk, PIN: halltest.PIN})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { c.serve(fmt.Sprint(w), r.Token, nodes[w%2]) })
	}
	for k := range kiosks {
		wg.Go(func() {
			for range each {
				e := nodes[k%2].Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, nil))
				var both [2]operation.Result
				var pair sync.WaitGroup
				for i, n := range nodes {
					pair.Go(func() { both[i] = n.Submit(e) })
				}
				pair.Wait()
				if both[0].Ticket == nil || both[1].Ticket == nil || both[0].Ticket.Number != both[1].Ticket.Number || both[0].Status == both[1].Status {
					t.Errorf("one operation got %+v and %+v", both[0], both[1])
					return
				}
				c.took(both[0].Ticket.Number)
			}
		})
	}
	wg.Wait()
	for i := 1; i <= c.people; i++ {
		if n := fmt.Sprintf("A%03d", i); !c.numbers[n] || c.calls[n] == "" {
			t.Errorf("%s: given %v, called at %q", n, c.numbers[n], c.calls[n])
		}
	}
	seesAll(t, nodes, c)
}

// seesAll checks that both nodes show the last state, and that events have no
// gap: one for every sign-in, number, call, start and finish.
func seesAll(t *testing.T, nodes []*halltest.World, c *crowd) {
	t.Helper()
	var boards [2]api.Board
	for i, n := range nodes {
		b, err := n.Board(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		boards[i] = b
	}
	if d := cmp.Diff(boards[0], boards[1]); d != "" {
		t.Error("the nodes do not show the same:", d)
	}
	serving := 0
	for _, w := range boards[0].Windows {
		if w.Number != "" {
			serving++
		}
		if w.Number != "" && c.calls[w.Number] != w.Window {
			t.Errorf("the board shows %s at %s, it was called at %q", w.Number, w.Window, c.calls[w.Number])
		}
	}
	if want := int64(32 + 4*c.people - serving); boards[0].Seq != want || boards[0].Waiting != 0 {
		t.Errorf("%d events, want %d; %d wait", boards[0].Seq, want, boards[0].Waiting)
	}
}

// The test above finds a hall whose nodes take turns each for itself.
func TestB3_FindsALockInsideOneProcess(t *testing.T) {
	devicestest.FindsMistake(t, mistake, "own turns", "TestB3_TwoNodesOnOneDatabase")
}

// 200 people want one slot with three places, at two nodes: three get one.
func TestB17_PlacesOfASlotOnTwoNodes(t *testing.T) {
	nodes := twoNodes(t)
	r, err := nodes[0].Intake.Slots(t.Context(), halltest.ItemFree)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	count := map[string]int{}
	var wg sync.WaitGroup
	for person := range 200 {
		wg.Go(func() {
			e := nodes[person%2].Envelope(operation.AppointmentBook, operation.BookingBody{
				Item: halltest.ItemFree, Slot: r.Slots[5].ID, Lang: "en", Holder: *halltest.Person(person),
			})
			got := nodes[person%2].Submit(e)
			mu.Lock()
			defer mu.Unlock()
			if got.Problem != nil {
				count[got.Problem.Code]++
			} else {
				count[string(got.Status)]++
			}
		})
	}
	wg.Wait()
	if count["applied"] != 3 || count[operation.CodeSlotFull] != 197 {
		t.Errorf("%v", count)
	}
}

// Two people who book the same two slots in opposite order, again and again,
// never wait for each other for ever.
func TestB19_SlotsInOppositeOrderOnTwoNodes(t *testing.T) {
	const rounds = 12
	nodes := halltest.Nodes(t, 2, 8)
	slots := [2]store.Slot{}
	for i := range slots {
		slots[i] = store.Slot{ID: fmt.Sprint("s", i), Item: "i", Day: "2026-11-24", Start: halltest.Start, End: halltest.Start.Add(time.Hour), Capacity: rounds}
	}
	var wg sync.WaitGroup
	for i := range 2 * rounds {
		wg.Go(func() {
			err := nodes[i%2].Store.Write(t.Context(), func(tx *store.Tx) error {
				for _, s := range []store.Slot{slots[i%2], slots[1-i%2]} {
					if _, err := tx.TakePlace(s, false, halltest.Start); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := nodes[0].Store.Read(t.Context(), func(tx *store.Tx) error {
		free, err := tx.Free("i", "2026-11-24", halltest.Start)
		if d := cmp.Diff(map[string]int{"s0": 0, "s1": 0}, free); d != "" {
			t.Error(d)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// A screen that follows one node shows what happens at the other. The beat is
// so long that only a change brings a new board.
func TestStreamOfOneNodeShowsTheOther(t *testing.T) {
	nodes := halltest.Nodes(t, 2, 8)
	s := server.New(server.Options{Hall: nodes[1].Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Beat: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	ts := httptest.NewServer(s.Handler())
	defer func() {
		cancel()
		<-ended
		ts.Close()
	}()
	hall := client.New(ts.URL, "", ts.Client())
	defer hall.Close()
	seen := 0
	for b, err := range hall.Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if b.Waiting < seen {
			continue
		}
		if seen == 3 {
			break
		}
		nodes[0].Take(halltest.ItemFree, nil)
		seen++
	}
}
