package journey_test

import (
	"strings"
	"testing"
	"time"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/printer"
)

func start(t *testing.T) *journeytest.Rig {
	t.Helper()
	if !journeytest.Citizen().Number.Valid() {
		t.Fatal("the invented citizen's number has a wrong check character")
	}
	return journeytest.New(journeytest.Setup())
}

func on(t *testing.T, r *journeytest.Rig, want journey.ScreenID, banner string) {
	t.Helper()
	s := r.View()
	if s.ID != want || s.Banner.Key != banner {
		t.Fatalf("screen %s with banner %q, want %s with %q", s.ID, s.Banner.Key, want, banner)
	}
}

// take returns the oldest command, which must be a C.
func take[C journey.Command](t *testing.T, r *journeytest.Rig) C {
	t.Helper()
	c, ok := journeytest.Take[C](r)
	if !ok {
		t.Fatalf("no %T among %v", c, r.Sent)
	}
	return c
}

var toCard = []string{"tile.number", "audience.resident", "class.insurance", "item.sb-card"}

func TestNumberWithCardIsTakenShownAndPrinted(t *testing.T) {
	r := start(t)
	r.Press(toCard...)
	on(t, r, journey.Card, "")
	if r.View().Enabled("do.without") {
		t.Error("a service that needs a card is offered without one")
	}
	take[journey.Arm](t, r)
	r.Lay()
	on(t, r, journey.Busy, "")
	c := take[journey.TakeNumber](t, r)
	if c.Request.Service != "sb-card" || c.Request.Person.Reveal("test").Name != "张三丰" || c.Request.Op == "" {
		t.Errorf("request %+v", c.Request)
	}
	r.Send(journeytest.Reply(c))
	on(t, r, journey.Ticket, "print.running")
	p := take[journey.PrintSlip](t, r)
	if p.Job.ID != printer.JobID(string(c.Request.Op)+"-1") || p.Job.Doc.Template != "ticket" {
		t.Errorf("job %s, document %s", p.Job.ID, p.Job.Doc.Template)
	}
	r.Send(journeytest.Reply(p))
	on(t, r, journey.Ticket, "print.done")
	if s := r.View(); s.Result.Number != "B017" || s.Result.QR == "" || s.Enabled("do.print") {
		t.Errorf("result %+v", s.Result)
	}
	r.Lift()
	r.Press("do.finish")
	on(t, r, journey.Home, "")
}

func TestNumberWithoutCardWhenTheServiceAllows(t *testing.T) {
	r := start(t)
	r.Press("tile.number", "audience.resident", "class.insurance", "item.sb-query", "do.without")
	if c := take[journey.TakeNumber](t, r); c.Request.Person.Present() {
		t.Error("a person where none was read")
	}
}

func TestApplicationIsPrefilledAskedReviewedAndFiled(t *testing.T) {
	r := start(t)
	r.Press("tile.application", "item.sb-card")
	r.Lay()
	on(t, r, journey.Form, "")
	if f := r.View().Summary.Facts; len(f) != 3 || f[0].Value != "张三丰" || f[1].Value != "110***********0171" {
		t.Errorf("prefilled %v", f)
	}
	r.Press("do.continue")
	r.Type("13800")
	r.Press("do.ok")
	on(t, r, journey.Field, "kiosk.entry.phone")
	r.Type("001234")
	r.Press("do.ok", "choice.post", "do.skip")
	on(t, r, journey.Review, "")
	r.Press("do.submit", "do.submit")
	c := take[journey.Apply](t, r)
	fields := c.Request.Fields.Reveal("test")
	want := map[string]string{"name": "张三丰", "number": "110101194912310171", "address": journeytest.Citizen().Address, "phone": "13800001234", "delivery": "post"}
	for k, v := range want {
		if fields[k] != v {
			t.Errorf("field %s is %q, want %q", k, fields[k], v)
		}
	}
	if len(fields) != len(want) || len(r.Sent) != 0 {
		t.Errorf("fields %v, more commands %v", fields, r.Sent)
	}
	r.Send(journeytest.Reply(c))
	on(t, r, journey.Accepted, "print.running")
}

func TestBackFromAQuestionKeepsItsAnswer(t *testing.T) {
	r := start(t)
	r.Press("tile.application", "item.sb-card")
	r.Lay()
	r.Press("do.continue")
	r.Type("13800001234")
	r.Press("do.ok", "nav.back")
	if got := r.View().Entry.Text; got != "138 0000 1234" {
		t.Errorf("typed %q after back", got)
	}
	r.Press("nav.back", "nav.back")
	on(t, r, journey.Items, "")
	r.Press("item.sb-card")
	on(t, r, journey.Form, "")
}

func TestBookingLeadsFromDayToSlip(t *testing.T) {
	r := start(t)
	r.Press("tile.booking", "item.sb-card")
	r.Lay()
	r.Answer()
	on(t, r, journey.Days, "")
	r.Press("day.2026-11-25", "slot.1125-0930")
	r.Type("13800001234")
	r.Press("do.ok")
	on(t, r, journey.Confirm, "")
	r.Press("do.book")
	c := take[journey.Book](t, r)
	if c.Request.Slot.ID != "1125-0930" || c.Request.Phone.Reveal("test") != "13800001234" {
		t.Errorf("request %+v", c.Request)
	}
	r.Send(journeytest.Reply(c))
	on(t, r, journey.Booked, "print.running")
	if p := take[journey.PrintSlip](t, r); p.Job.Doc.Template != "booking" {
		t.Errorf("slip %s", p.Job.Doc.Template)
	}
}

func TestBookingWithoutTheHallIsARequest(t *testing.T) {
	r := start(t)
	r.Press("tile.booking", "item.sb-card")
	r.Lay()
	l := take[journey.LoadSlots](t, r)
	cached := journeytest.Slots()
	cached.Live = false
	r.Send(journey.SlotsLoaded{Visit: l.Visit, Op: l.Op, Slots: cached})
	on(t, r, journey.Days, "kiosk.booking.cached")
	r.Press("day.2026-11-25", "slot.1125-0930", "do.skip", "do.book")
	c := take[journey.Book](t, r)
	r.Send(journey.PlaceBooked{Visit: c.Visit, Op: c.Request.Op, Booking: operation.Booking{Op: c.Request.Op, Receipt: "0417-012-261123-0094-3", Slot: c.Request.Slot}})
	if s := r.View(); s.Result.Mark.Key != "kiosk.booked.request" {
		t.Errorf("mark %q", s.Result.Mark.Key)
	}
	if p := take[journey.PrintSlip](t, r); p.Job.Doc.Template != "request" {
		t.Errorf("slip %s", p.Job.Doc.Template)
	}
}

func TestFullSlotLeadsBackToFreshDays(t *testing.T) {
	r := start(t)
	r.Press("tile.booking", "item.sb-card")
	r.Lay()
	r.Answer()
	r.Press("day.2026-11-25", "slot.1125-0930", "do.skip", "do.book")
	c := take[journey.Book](t, r)
	r.Send(journey.PlaceBooked{Visit: c.Visit, Op: c.Request.Op, Err: &operation.Refusal{Code: operation.CodeSlotFull}})
	on(t, r, journey.Busy, "refusal.slot_full")
	r.Answer()
	on(t, r, journey.Days, "refusal.slot_full")
	r.Press("nav.back")
	on(t, r, journey.Items, "")
}

func TestProgressByReceiptChecksTheNumber(t *testing.T) {
	r := start(t)
	r.Press("tile.progress", "by.receipt")
	number := operation.Receipt{Centre: "0417", Terminal: "012", Day: "2026-11-23", Seq: 93}.String()
	digits := strings.ReplaceAll(number, "-", "")
	wrong := digits[:17] + string('0'+(digits[17]-'0'+1)%10)
	r.Type(wrong)
	r.Press("do.ok")
	on(t, r, journey.Receipt, "kiosk.entry.receipt")
	r.Press("key.back")
	r.Type(digits[17:])
	if got := r.View().Entry.Text; got != number {
		t.Errorf("shown as %s, want %s", got, number)
	}
	r.Press("do.ok")
	if c := take[journey.LoadCases](t, r); c.Query.Receipt != number || c.Query.Person.Present() {
		t.Errorf("query %+v", c.Query)
	}
}

func TestSecondPressOfAButtonThatLedOnDoesNothing(t *testing.T) {
	for _, shot := range journeytest.Shots() {
		r := start(t)
		shot.Go(r)
		for _, id := range r.View().IDs() {
			if kind, _, _ := strings.Cut(id, "."); kind == "key" || kind == "page" || kind == "lang" || kind == "nav" {
				continue
			}
			twice := *r
			twice.Sent = nil
			twice.Press(id)
			if twice.View().Enabled(id) {
				continue // the screen stays, as for a wrong number
			}
			once := len(twice.Sent)
			twice.Press(id)
			if len(twice.Sent) != once {
				t.Errorf("%s: second %s sent %v", shot.Name, id, twice.Sent[once:])
			}
		}
	}
}

func TestAnswerToAnEndedVisitIsDropped(t *testing.T) {
	r := start(t)
	r.Press("tile.progress", "by.card")
	r.Lay()
	c := take[journey.LoadCases](t, r)
	r.Lift()
	r.Press("nav.home")
	on(t, r, journey.Home, "")
	before := r.View()
	r.Send(journeytest.Reply(c))
	if after := r.View(); after.ID != before.ID || len(r.M.Visit.Cases.Cases) != 0 {
		t.Errorf("cases of an ended visit reached %s", after.ID)
	}
}

func TestVisitCannotBeLeftWhileSomethingIsStored(t *testing.T) {
	r := start(t)
	r.Press(toCard...)
	r.Lay()
	if s := r.View(); s.Enabled("nav.home") || s.Enabled("nav.back") || s.Help.Home == nil {
		t.Error("home or back work while the number is stored")
	}
	r.Wait(21 * time.Second)
	on(t, r, journey.Sorry, "refusal.store")
	r.Press("nav.home")
	on(t, r, journey.TakeCard, "")
}

func TestLanguageChangesEverywhereWithoutLosingTheVisit(t *testing.T) {
	for _, shot := range journeytest.Shots() {
		r := start(t)
		shot.Go(r)
		before := r.View()
		r.Press("lang")
		after := r.View()
		if before.ID == journey.Idle {
			continue // any touch brings the visit back
		}
		if after.ID != before.ID || after.Lang != text.En || after.Title == before.Title && after.Result.Label == before.Result.Label {
			t.Errorf("%s: %s %q became %s %q in %s", shot.Name, before.ID, before.Title, after.ID, after.Title, after.Lang)
		}
		r.Press("lang")
		if again := r.View(); again.Title != before.Title {
			t.Errorf("%s: title %q after two changes, was %q", shot.Name, again.Title, before.Title)
		}
	}
}

func TestSlipsCarryAMaskedNameAndNoNumber(t *testing.T) {
	r := start(t)
	r.Press("tile.application", "item.sb-flex")
	r.Lay()
	r.Press("do.continue")
	r.Type("13800001234")
	r.Press("do.ok", "do.submit")
	r.Send(journeytest.Reply(take[journey.Apply](t, r)))
	doc := take[journey.PrintSlip](t, r).Job.Doc
	masked := false
	for _, b := range doc.Blocks {
		if kv, ok := b.(printer.KeyValue); ok && kv.Value == "张*" {
			masked = true
		}
		for _, secret := range []string{"张三丰", "110101194912310171", "13800001234"} {
			if strings.Contains(strings.Join(words(b), " "), secret) {
				t.Errorf("the slip says %s", secret)
			}
		}
	}
	if !masked {
		t.Error("the slip does not say whose it is")
	}
}

func words(b printer.Block) []string {
	switch b := b.(type) {
	case printer.Text:
		return []string{b.Text}
	case printer.KeyValue:
		return []string{b.Key, b.Value}
	case printer.QR:
		return []string{b.Data}
	}
	return nil
}
