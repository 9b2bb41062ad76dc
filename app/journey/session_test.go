package journey_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/text"
	"hallway/devices"
	"hallway/idreader"
)

func TestIdleAsksAndEnds(t *testing.T) {
	r := start(t)
	r.Press("tile.number")
	r.Wait(44 * time.Second)
	on(t, r, journey.Audience, "")
	r.Wait(time.Second)
	on(t, r, journey.Idle, "")
	r.Press("idle.stay")
	on(t, r, journey.Audience, "")
	r.Wait(50 * time.Second)
	r.Send(journey.Touched{})
	on(t, r, journey.Audience, "")
	r.Wait(60 * time.Second)
	on(t, r, journey.Home, "")
}

func TestTypingGetsTwiceTheTime(t *testing.T) {
	r := start(t)
	r.Press("tile.progress", "by.receipt")
	r.Wait(100 * time.Second)
	on(t, r, journey.Receipt, "")
	r.Wait(20 * time.Second)
	on(t, r, journey.Home, "")
}

func TestPrintedResultStaysThirtySecondsAndUnprintedAMinute(t *testing.T) {
	for name, want := range map[string]time.Duration{"ticket": 30 * time.Second, "ticket-offline-paper-out": time.Minute} {
		for _, shot := range journeytest.Shots() {
			if shot.Name != name {
				continue
			}
			r := start(t)
			shot.Go(r)
			r.Lift()
			r.Wait(want - time.Second)
			if id := r.View().ID; id != journey.Ticket {
				t.Errorf("%s: %s a second before the end", name, id)
			}
			r.Wait(time.Second)
			if id := r.View().ID; id != journey.Home {
				t.Errorf("%s: %s after %v", name, id, want)
			}
		}
	}
}

func TestLanguageOfTheHomeScreenReturns(t *testing.T) {
	r := start(t)
	r.Press("lang")
	if r.View().Lang != text.En || r.View().Help.Countdown == "" {
		t.Error("no English, or no countdown back")
	}
	r.Wait(time.Minute)
	if r.View().Lang != text.ZhHans || r.View().Help.Countdown != "" {
		t.Error("the next citizen finds the language of the last one")
	}
}

// Whatever happened, an ended visit leaves a visit like the first, and its
// person, answers and entries are overwritten.
func TestEndedVisitLeavesNothing(t *testing.T) {
	for _, shot := range journeytest.Shots() {
		r := start(t)
		fresh := r.M.Visit
		shot.Go(r)
		old := r.M.Visit
		r.Lift()
		r.Wait(5 * time.Minute)
		if !reflect.DeepEqual(r.M.Visit, fresh) {
			t.Errorf("%s: the visit afterwards is %+v", shot.Name, r.M.Visit)
		}
		if old.Person.Reveal("test").Name != "" || len(old.Typed.Reveal("test")) != 0 || old.Entry.Reveal("test") != "" {
			t.Errorf("%s: personal data outlived the visit", shot.Name)
		}
		if s := fmt.Sprintf("%+v", r.View()); strings.Contains(s, "张三丰") || strings.Contains(s, "19491231") {
			t.Errorf("%s: the home screen tells who was there", shot.Name)
		}
	}
}

func TestModelPrintsNoPersonalData(t *testing.T) {
	for _, shot := range journeytest.Shots() {
		r := start(t)
		shot.Go(r)
		r.M.Hall.Catalogue = nil
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			s := fmt.Sprintf(verb, r.M)
			for _, secret := range []string{"张三丰", "19491231", "13800001234", "示例路"} {
				if strings.Contains(s, secret) {
					t.Errorf("%s: %s of the model shows %s", shot.Name, verb, secret)
				}
			}
		}
	}
}

func TestCardLeftInTheReaderIsAskedForAndNeverTakenForAnotherVisit(t *testing.T) {
	r := start(t)
	r.Press(toCard...)
	r.Lay()
	r.Answer()
	r.Press("do.finish")
	on(t, r, journey.TakeCard, "")
	r.Wait(30 * time.Second)
	on(t, r, journey.Home, "card.left")
	r.Press(toCard...)
	on(t, r, journey.Card, "card.left")
	late := idreader.Conceal(journeytest.Citizen())
	r.Card(idreader.Event{Type: idreader.Read, Person: late})
	on(t, r, journey.Card, "card.left")
	if late.Reveal("test").Name != "" {
		t.Error("the stranger's data was kept")
	}
	r.Lift()
	on(t, r, journey.Card, "")
	r.Lay()
	on(t, r, journey.Busy, "")
}

func TestLiftedCardEndsTheReminder(t *testing.T) {
	r := start(t)
	r.Press(toCard...)
	r.Lay()
	r.Answer()
	r.Press("do.finish")
	r.Lift()
	on(t, r, journey.Home, "")
	if _, ok := journeytest.Take[journey.Disarm](r); !ok || r.M.Slot.Armed {
		t.Error("the reader stays armed at home")
	}
}

func TestReaderThatFailsIsTriedAgainAndCardlessServicesGoOn(t *testing.T) {
	r := start(t)
	r.Press("tile.number", "audience.resident", "class.insurance", "item.sb-query")
	first := take[journey.Arm](t, r)
	r.Send(journey.ReaderFailed{Poll: first.Poll, Err: devices.ErrSilent})
	on(t, r, journey.Card, "card.reader.optional")
	r.Wait(2 * time.Second)
	second := take[journey.Arm](t, r)
	if second.Poll == first.Poll {
		t.Error("events of the failed arming would count")
	}
	r.Send(journey.CardSeen{Poll: first.Poll, Event: idreader.Event{Type: idreader.Present}})
	if r.M.Visit.Reading {
		t.Error("an event of the failed arming counted")
	}
	r.Press("do.without")
	on(t, r, journey.Busy, "")
}

func TestReaderThatIsAwaySaysSo(t *testing.T) {
	r := start(t)
	r.Send(journey.DeviceChanged{Kind: devices.IDReader, State: devices.Absent})
	r.Press(toCard...)
	on(t, r, journey.Card, "card.reader")
}
