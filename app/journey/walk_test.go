package journey_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// step does one random thing that can happen to a terminal.
func step(t *rapid.T, r *journeytest.Rig) {
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		r.Wait(time.Duration(rapid.IntRange(1, 70).Draw(t, "seconds")) * time.Second)
	case 1:
		card(t, r)
	case 2, 3:
		answer(t, r)
	case 4:
		world(t, r)
	default:
		ids := r.View().IDs()
		slices.Sort(ids)
		r.Press(rapid.SampledFrom(ids).Draw(t, "press"))
	}
}

func card(t *rapid.T, r *journeytest.Rig) {
	switch rapid.SampledFrom([]string{"lay", "lift", "fault", "fail"}).Draw(t, "card") {
	case "lay":
		r.Lay()
	case "lift":
		r.Lift()
	case "fault":
		r.Card(idreader.Event{Type: idreader.Present})
		r.Card(idreader.Event{Type: idreader.Failed, Fault: idreader.FaultMoved})
	case "fail":
		r.Send(journey.ReaderFailed{Poll: r.M.Slot.Poll, Err: devices.ErrGone})
	}
}

// answer answers the oldest command, well or badly.
func answer(t *rapid.T, r *journeytest.Rig) {
	if len(r.Sent) == 0 {
		return
	}
	c := r.Sent[0]
	r.Sent = r.Sent[1:]
	m := journeytest.Reply(c)
	if m == nil || rapid.Bool().Draw(t, "good") {
		if m != nil {
			r.Send(m)
		}
		return
	}
	err := &operation.Refusal{Code: rapid.SampledFrom([]string{operation.CodeStore, operation.CodeSlotFull, operation.CodeHallAway, operation.CodeNoLease}).Draw(t, "code")}
	switch m := m.(type) {
	case journey.NumberTaken:
		m.Err = err
		r.Send(m)
	case journey.Filed:
		m.Err = err
		r.Send(m)
	case journey.PlaceBooked:
		m.Err = err
		r.Send(m)
	case journey.SlotsLoaded:
		m.Err = err
		r.Send(m)
	case journey.CasesLoaded:
		m.Err = err
		r.Send(m)
	case journey.OrderStored:
		m.Err = err
		r.Send(m)
	case journey.OrdersLoaded:
		m.Err = err
		if rapid.Bool().Draw(t, "other state") {
			m.Err, m.Orders = nil, rapid.SampledFrom([]operation.Orders{journeytest.Orders("answered"), journeytest.TwoOrders(), {Live: true}}).Draw(t, "orders")
		}
		r.Send(m)
	case journey.OrderActed:
		m.Err = err
		if rapid.Bool().Draw(t, "stored") {
			m.Err, m.Acted.Delivered = nil, false
		}
		r.Send(m)
	case journey.Printed:
		m.Result = printer.Result{Outcome: devices.Outcome(rapid.IntRange(0, 2).Draw(t, "outcome")), Reason: printer.ReasonCover}
		r.Send(m)
	}
}

// world changes what is around the terminal.
func world(t *rapid.T, r *journeytest.Rig) {
	h := journeytest.Hall()
	h.Online = rapid.Bool().Draw(t, "online")
	if rapid.IntRange(0, 9).Draw(t, "empty") == 0 {
		h.Catalogue = nil
	}
	r.Send(journey.HallChanged{Hall: h})
	states := []devices.State{devices.Disabled, devices.Absent, devices.Faulted, devices.Ready}
	r.Send(journey.DeviceChanged{Kind: devices.Printer, State: rapid.SampledFrom(states).Draw(t, "printer")})
	r.Send(journey.DeviceChanged{Kind: devices.IDReader, State: rapid.SampledFrom(states).Draw(t, "reader")})
}

// longest is the longest time that a visit can go on without a touch: the
// store that hangs, twice the idle time, and the card that is asked for.
const longest = 20*time.Second + 2*time.Minute + 30*time.Second + time.Second

func home(r *journeytest.Rig) bool {
	return r.View().ID == journey.Home && r.View().Help.Countdown == ""
}

// From every state that can be reached, the home button, the back button and
// doing nothing lead out, every sentence exists, and home knows nobody.
func TestEveryStateLeadsOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := journeytest.New(journeytest.Setup())
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			step(t, r)
			check(t, r)
		}
		out(t, *r, "nothing", func(r *journeytest.Rig) { r.Wait(longest) })
		out(t, *r, "home", func(r *journeytest.Rig) {
			r.Wait(21 * time.Second) // until nothing is being stored
			r.Press("idle.leave", "nav.home", "do.finish")
		})
		out(t, *r, "back", func(r *journeytest.Rig) {
			r.Wait(21 * time.Second)
			for range 30 {
				r.Press("idle.stay", "nav.back")
			}
			r.Press("nav.home", "do.finish")
		})
	})
}

func out(t *rapid.T, r journeytest.Rig, how string, leave func(*journeytest.Rig)) {
	t.Helper()
	r.Sent = nil
	from := r.View().ID
	leave(&r)
	if r.View().ID != journey.Home {
		t.Fatalf("from %s, %s leads to %s", from, how, r.View().ID)
	}
	r.Wait(longest)
	if !home(&r) {
		t.Fatalf("from %s, %s leaves a visit open", from, how)
	}
}

// check looks at one screen.
func check(t *rapid.T, r *journeytest.Rig) {
	s := r.View()
	all := fmt.Sprintf("%+v", s)
	if strings.Contains(all, "[kiosk.") || strings.Contains(all, "[card.") || strings.Contains(all, "[print.") || strings.Contains(all, "[refusal.") {
		t.Fatalf("%s shows a key: %s", s.ID, all)
	}
	if s.ID == journey.Home && (strings.Contains(all, "张三丰") || strings.Contains(all, "示例路")) {
		t.Fatalf("home knows somebody: %s", all)
	}
	if s.Help.Lang == nil {
		t.Fatalf("%s has no other language", s.ID)
	}
	if s.ID != journey.Home && s.ID != journey.Busy && s.Help.Countdown == "" {
		t.Fatalf("%s has no countdown", s.ID)
	}
	if r.M.Visit.Work.Op != "" && r.M.Place().Screen != journey.Busy {
		t.Fatalf("%s waits for an answer", s.ID)
	}
}

func TestControlsOfAScreenHaveDifferentIDs(t *testing.T) {
	for _, shot := range journeytest.Shots() {
		r := start(t)
		shot.Go(r)
		seen := map[string]bool{}
		for _, id := range r.View().IDs() {
			if seen[id] {
				t.Errorf("%s has two controls %s", shot.Name, id)
			}
			seen[id] = true
		}
	}
}

func TestPressOfWhatIsNotThereChangesNothing(t *testing.T) {
	for _, shot := range journeytest.Shots() {
		r := start(t)
		shot.Go(r)
		before := r.View()
		sent := len(r.Sent)
		r.Press("tile.nothing", "do.nothing", "item.sb-nothing", "key.§", "page.next.x", "", ".")
		if !reflect.DeepEqual(r.View(), before) || len(r.Sent) != sent {
			t.Errorf("%s changed", shot.Name)
		}
	}
}
