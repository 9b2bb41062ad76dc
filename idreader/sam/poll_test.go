package sam_test

import (
	"testing"
	"time"

	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"

	"github.com/google/go-cmp/cmp"
)

func TestEverySpecimenIsReadOnceAndItsRemovalSeen(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for _, split := range []int{0, 1, 7, 64} {
			b := newBench(t, w, sim.Options{Split: split}, brisk())
			p := b.poll()
			for _, s := range sim.AllSpecimens() {
				reads := b.reader.Asked(sam.CmdRead)
				b.reader.Lay(s.Card)
				e := p.expect(idreader.Present, idreader.Read)
				got := e.Person.Reveal("test")
				if got.DisplayName() != s.Name || e.Kind != got.Kind || len(got.Warnings) != 0 {
					t.Errorf("split %d, %s: name right: %v, kind %s, warnings %v", split, s.What, got.DisplayName() == s.Name, e.Kind, got.Warnings)
				}
				b.asked(sam.CmdManagement, 5)
				b.reader.Lift()
				p.expect(idreader.Removed)
				if n := b.reader.Asked(sam.CmdRead) - reads; n != 1 {
					t.Errorf("split %d, %s: read %d times", split, s.What, n)
				}
			}
			if rest, err := p.stop(); err != nil || len(rest) != 0 {
				t.Errorf("split %d: poll ended with %v and events %v", split, err, rest)
			}
		}
	})
}

func TestStatusesOfACardBecomeWhatTheCitizenCanDo(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for _, c := range []struct {
			command sam.Command
			status  sam.SW
			fault   idreader.Fault
			tries   int
		}{
			{sam.CmdSelect, sam.SWSelect, idreader.FaultMoved, 3},
			{sam.CmdRead, sam.SWRead, idreader.FaultMoved, 3},
			{sam.CmdRead, sam.SWRandom, idreader.FaultMoved, 3},
			{sam.CmdRead, sam.SWCardRefused, idreader.FaultRefused, 3},
			{sam.CmdRead, sam.SWModuleRefuse, idreader.FaultRefused, 3},
			{sam.CmdRead, sam.SWVerify, idreader.FaultRefused, 3},
			{sam.CmdRead, sam.SWNoItem, idreader.FaultRefused, 3},
			{sam.CmdRead, sam.SWKind, idreader.FaultKind, 3},
			{sam.CmdRead, sam.SWSum, idreader.FaultGarbled, 3},
			{sam.CmdRead, sam.SWLength, idreader.FaultGarbled, 3},
			{sam.CmdRead, sam.SWOther, idreader.FaultRefused, 3},
			{sam.CmdRead, 0x77, idreader.FaultRefused, 3},
		} {
			b := newBench(t, w, sim.Options{}, brisk())
			p := b.poll()
			b.reader.Inject(sim.Fault{Command: c.command, Status: c.status, Times: -1})
			b.reader.Lay(sim.Specimens()[0].Card)
			if e := p.expect(idreader.Present, idreader.Failed); e.Fault != c.fault || e.Person.Present() {
				t.Errorf("%v, SW %02X: fault %s, want %s", c.command, byte(c.status), e.Fault, c.fault)
			}
			b.looked(4) // lies there: not tried again
			// A card that cannot be selected may be another one: it is tried twice.
			if n := b.reader.Asked(c.command); n != c.tries && (c.command != sam.CmdSelect || n > 2*c.tries) {
				t.Errorf("%v, SW %02X: tried %d times, want %d", c.command, byte(c.status), n, c.tries)
			}
			b.reader.ClearFaults()
			b.reader.Lift()
			p.expect(idreader.Removed)
			b.reader.Lay(sim.Specimens()[0].Card)
			p.expect(idreader.Present, idreader.Read)
		}
	})
}

func TestCardIsReadAtTheThirdAttempt(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for name, f := range map[string]sim.Fault{
			"moved":         {Command: sam.CmdRead, Status: sam.SWRead},
			"refused":       {Command: sam.CmdRead, Status: sam.SWCardRefused},
			"not selected":  {Command: sam.CmdSelect, Status: sam.SWSelect},
			"damaged":       {Command: sam.CmdRead, Garble: true},
			"cut":           {Command: sam.CmdRead, Cut: 100},
			"silent":        {Command: sam.CmdRead, Silent: true},
			"select silent": {Command: sam.CmdSelect, Silent: true},
		} {
			b := newBench(t, w, sim.Options{}, brisk())
			f.Times = 2
			b.reader.Inject(f)
			b.reader.Lay(sim.Specimens()[1].Card)
			e := b.poll().expect(idreader.Present, idreader.Read)
			if e.Person.Reveal("test").Name != sim.Specimens()[1].Name {
				t.Errorf("%s: wrong person", name)
			}
		}
	})
}

func TestDamagedAnswersEndInGarbled(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for name, f := range map[string]sim.Fault{
			"flipped bit": {Garble: true}, "cut": {Cut: 1}, "silent": {Silent: true},
		} {
			b := newBench(t, w, sim.Options{}, brisk())
			f.Command, f.Times = sam.CmdRead, -1
			b.reader.Inject(f)
			b.reader.Lay(sim.Specimens()[0].Card)
			if e := b.poll().expect(idreader.Present, idreader.Failed); e.Fault != idreader.FaultGarbled {
				t.Errorf("%s: fault %s", name, e.Fault)
			}
		}
	})
}

func TestJunkBeforeAnAnswerIsPassedOver(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		b.reader.Inject(sim.Fault{Times: -1, Junk: []byte("\xAA\xAA\xAA\x96\x69\x00\x02\xFF noise \xAA\xAA\xAA\x96")})
		b.reader.Lay(sim.Specimens()[2].Card)
		p := b.poll()
		p.expect(idreader.Present, idreader.Read)
		b.reader.Lift()
		p.expect(idreader.Removed)
	})
}

func TestCardTakenAwayWhileItIsReadGivesNoPartialPerson(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{RF: 100 * time.Millisecond}, brisk())
		p := b.poll()
		b.reader.Lay(sim.Specimens()[0].Card)
		b.asked(sam.CmdRead, 1)
		b.reader.Lift()
		if e := p.expect(idreader.Present, idreader.Failed); e.Fault != idreader.FaultMoved || e.Person.Present() {
			t.Errorf("fault %s, person %v", e.Fault, e.Person.Present())
		}
		p.expect(idreader.Removed)
	})
}

func TestCardsOfAnotherKindAreNamedAndNotRetried(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBenchWith(t, w, sim.Options{}, sam.Options{Timing: brisk(), Kinds: []idreader.Kind{idreader.Resident, idreader.Foreigner2023}})
		p := b.poll()
		unknown := sim.FromText([256]byte(put(encode(t, invented()), 248, "Q")))
		for i, c := range []struct {
			card sim.Card
			kind idreader.Kind
		}{{sim.Permits()[0].Card, idreader.Residence}, {sim.Permits()[2].Card, idreader.Foreigner2017}, {unknown, ""}} {
			b.reader.Lay(c.card)
			e := p.expect(idreader.Present, idreader.Failed)
			if e.Fault != idreader.FaultKind || e.Kind != c.kind || e.Person.Present() || b.reader.Asked(sam.CmdRead) != i+1 {
				t.Errorf("fault %s, kind %s, read %d times", e.Fault, e.Kind, b.reader.Asked(sam.CmdRead))
			}
			b.reader.Lift()
			p.expect(idreader.Removed)
		}
		b.reader.Lay(sim.Permits()[3].Card)
		if e := p.expect(idreader.Present, idreader.Read); e.Kind != idreader.Foreigner2023 {
			t.Errorf("kind %s", e.Kind)
		}
	})
}

func TestOneMissedLookIsNotARemoval(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{}, brisk())
		p := b.poll()
		b.reader.Lay(sim.Specimens()[0].Card)
		p.expect(idreader.Present, idreader.Read)
		for range 3 {
			b.reader.Inject(sim.Fault{Command: sam.CmdManagement, Status: sam.SWRead})
			b.asked(sam.CmdManagement, 4)
		}
		if rest, err := p.stop(); len(rest) != 0 || err != nil {
			t.Errorf("events %v, error %v", rest, err)
		}
	})
}

func TestRemovalIsSeenWithoutManagementInfo(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for _, status := range []sam.SW{sam.SWUnknown, sam.SWOther} {
			b := newBench(t, w, sim.Options{}, brisk())
			b.reader.Inject(sim.Fault{Command: sam.CmdManagement, Status: status, Times: -1})
			p := b.poll()
			for range 2 {
				b.reader.Lay(sim.Specimens()[0].Card)
				p.expect(idreader.Present, idreader.Read)
				b.asked(sam.CmdFind, 4)
				b.reader.Lift()
				p.expect(idreader.Removed)
			}
			if n := b.reader.Asked(sam.CmdManagement); n != 1 {
				t.Errorf("SW %02X: management info asked %d times, want once", byte(status), n)
			}
		}
	})
}

// A module that finds a card only once reports it removed early, but must not
// read it twice.
func TestModuleThatFindsACardOnceReadsItOnce(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b := newBench(t, w, sim.Options{NoManagement: true, FindOnce: true}, brisk())
		p := b.poll()
		b.reader.Lay(sim.Specimens()[0].Card)
		p.expect(idreader.Present, idreader.Read, idreader.Removed)
		b.asked(sam.CmdFind, 5)
		if rest, err := p.stop(); len(rest) != 0 || err != nil {
			t.Errorf("events %v, error %v", rest, err)
		}
	})
}

func TestSameCardComingBackAtOnceIsTheSamePresentation(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		timing := brisk()
		timing.Same = time.Minute
		b := newBench(t, w, sim.Options{}, timing)
		p := b.poll()
		cards := sim.Specimens()
		b.reader.Lay(cards[0].Card)
		p.expect(idreader.Present, idreader.Read)
		b.reader.Lift()
		p.expect(idreader.Removed)
		b.reader.Lay(cards[0].Card)
		b.asked(sam.CmdManagement, 3)
		b.reader.Lift()
		b.asked(sam.CmdFind, 3)
		b.reader.Lay(cards[1].Card)
		if e := p.expect(idreader.Present, idreader.Read); e.Person.Reveal("test").Name != cards[1].Name {
			t.Error("another card within the time was not read")
		}
		b.reader.Lift()
		p.expect(idreader.Removed)
	})
}

func TestPersonOnTheWireIsThePersonInTheEvent(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		want := invented()
		card, err := sim.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, w, sim.Options{}, brisk())
		b.reader.Lay(card)
		if d := cmp.Diff(want, b.poll().expect(idreader.Present, idreader.Read).Person.Reveal("test")); d != "" {
			t.Error(d)
		}
	})
}
