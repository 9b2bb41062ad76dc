package sam_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
	line "hallway/devices/sim"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"

	"pgregory.net/rapid"
)

// memory is a line without a kernel, for tests under a false clock.
func memory(t testing.TB) (io.ReadWriter, devices.Conn) {
	m := line.NewMemory("memory")
	conn, err := m.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(conn.Close(), m.Close()) })
	return m, conn
}

// A citizen takes a card that could not be read away and lays it down again at
// once. With true times, at every gap that a hand can make.
func TestAFailedCardThatIsLaidAgainIsReadAgain(t *testing.T) {
	for gap := 50 * time.Millisecond; gap <= 800*time.Millisecond; gap += 50 * time.Millisecond {
		for name, c := range map[string]struct {
			o       sim.Options
			fault   sim.Fault
			noticed time.Duration // shortest gap that a module can show
		}{
			"management":    {sim.Options{}, sim.Fault{Command: sam.CmdRead, Status: sam.SWRead}, 0},
			"find only":     {sim.Options{NoManagement: true}, sim.Fault{Command: sam.CmdRead, Status: sam.SWRead}, 310 * time.Millisecond},
			"not selected":  {sim.Options{}, sim.Fault{Command: sam.CmdSelect, Status: sam.SWSelect}, 310 * time.Millisecond},
			"after silence": {sim.Options{}, sim.Fault{Command: sam.CmdRead, Garble: true}, 0},
		} {
			if gap < c.noticed {
				continue
			}
			t.Run(fmt.Sprintf("%s/%v", name, gap), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := newBench(t, memory, c.o, sam.DefaultTiming())
					c.fault.Times = 3
					b.reader.Inject(c.fault)
					p := b.poll()
					b.reader.Lay(sim.Specimens()[0].Card)
					p.expect(idreader.Present, idreader.Failed)
					time.Sleep(1234 * time.Millisecond) // of a false clock: the citizen reads the screen
					b.reader.Lift()
					time.Sleep(gap)
					b.reader.Lay(sim.Specimens()[0].Card)
					p.expect(idreader.Removed, idreader.Present, idreader.Read)
				})
			})
		}
	}
}

// A cable that is out while the reader is armed ends the poll, whatever it was
// doing, with an error after which the supervisor opens the reader again.
func TestACableThatIsOutIsNoticedWhileArmed(t *testing.T) {
	for name, prepare := range map[string]func(*bench, *polling){
		"no card": func(b *bench, _ *polling) { b.asked(sam.CmdFind, 2) },
		"card was read": func(b *bench, p *polling) {
			b.reader.Lay(sim.Specimens()[0].Card)
			p.expect(idreader.Present, idreader.Read)
		},
		"card failed": func(b *bench, p *polling) {
			b.reader.Inject(sim.Fault{Command: sam.CmdRead, Status: sam.SWRead, Times: 3})
			b.reader.Lay(sim.Specimens()[0].Card)
			p.expect(idreader.Present, idreader.Failed)
		},
		"card is read": func(b *bench, _ *polling) {
			b.reader.Lay(sim.Specimens()[0].Card)
			b.asked(sam.CmdRead, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, memory, sim.Options{RF: 500 * time.Millisecond}, sam.DefaultTiming())
				p := b.poll()
				prepare(b, p)
				out := time.Now()
				b.reader.Inject(sim.Fault{Silent: true, Times: -1})
				if err := p.wait(); !errors.Is(err, devices.ErrSilent) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(out); took > 10*time.Second {
					t.Errorf("noticed after %v", took)
				}
				b.reader.ClearFaults()
				if c, err := b.session.Check(t.Context()); err != nil || len(c) != 0 {
					t.Errorf("plugged in again: %v, %v", c, err)
				}
			})
		})
	}
}

// A visit is what a hand does: a card lies for some time, then none does.
type visit struct {
	card      int
	lie, away time.Duration
}

// Whenever cards are laid and lifted, each presentation is told once and in
// order, nobody is read who was not there, and a card that lies long enough is
// read.
func TestEveryPresentationIsToldOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ms := func(from, to int, name string) time.Duration {
			return time.Duration(rapid.IntRange(from, to).Draw(rt, name)) * time.Millisecond
		}
		o := sim.Options{
			RF:           ms(0, 1000, "rf"),
			NoManagement: rapid.Bool().Draw(rt, "no management"),
			FindOnce:     rapid.Bool().Draw(rt, "find once"),
		}
		var visits []visit
		for range rapid.IntRange(1, 6).Draw(rt, "visits") {
			visits = append(visits, visit{rapid.IntRange(0, 2).Draw(rt, "card"), ms(1, 15000, "lie"), ms(1, 5000, "away")})
		}
		var wrong string
		synctest.Test(t, func(t *testing.T) { wrong = play(t, o, visits) })
		if wrong != "" {
			rt.Fatalf("%+v %+v: %s", o, visits, wrong)
		}
	})
}

// longEnough is how long a card must lie to be read for certain: until three
// attempts at the one before have failed, again looks have passed, and it was
// read itself.
const longEnough = 12 * time.Second

// play carries visits out and returns what is wrong with the events.
func play(t *testing.T, o sim.Options, visits []visit) string {
	b := newBench(t, memory, o, sam.DefaultTiming())
	p := b.poll()
	cards := sim.AllSpecimens()
	last, laid, read := "", map[string]int{}, map[string]int{}
	open := idreader.Removed // the event before
	take := func() string {
		for len(p.events) > 0 {
			e := <-p.events
			allowed := map[idreader.EventType][]idreader.EventType{
				idreader.Removed: {idreader.Present}, idreader.Present: {idreader.Read, idreader.Failed},
				idreader.Read: {idreader.Removed}, idreader.Failed: {idreader.Removed},
			}
			if !slices.Contains(allowed[open], e.Type) {
				return fmt.Sprintf("%s after %s", e.Type, open)
			}
			open = e.Type
			if e.Type == idreader.Read {
				last = e.Person.Reveal("test").DisplayName()
				if read[last]++; read[last] > laid[last] {
					return last + " was read more often than laid"
				}
			}
		}
		return ""
	}
	for i, v := range visits {
		card := cards[v.card]
		laid[card.Name]++
		b.reader.Lay(card.Card)
		time.Sleep(v.lie)
		synctest.Wait()
		if wrong := take(); wrong != "" {
			return wrong
		}
		// Without management info a quick exchange of cards cannot be seen.
		seen := i == 0 || !o.NoManagement || visits[i-1].away > 2*time.Second
		if v.lie >= longEnough && seen && last != card.Name {
			return fmt.Sprintf("card %d lies for %v and was not read", i, v.lie)
		}
		b.reader.Lift()
		time.Sleep(v.away)
		synctest.Wait()
	}
	time.Sleep(5 * time.Second)
	synctest.Wait()
	if wrong := take(); wrong != "" {
		return wrong
	}
	if open != idreader.Removed {
		return fmt.Sprintf("the last event is %s", open)
	}
	return ""
}
