package journey_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"hallway/app/hall/order"
	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/devices"
	"hallway/idreader"
)

func TestAnOrderIsDraftedCheckedLodgedAndPrinted(t *testing.T) {
	r := start(t)
	r.Press("tile.order", "order.complaint", "subject.noise")
	on(t, r, journey.OrderText, "")
	r.Press("keys.letters")
	r.Type("night")
	r.Press("do.ok")
	r.Type("138")
	r.Press("do.ok")
	on(t, r, journey.OrderPhone, "kiosk.entry.phone")
	r.Type("00001234")
	r.Press("do.ok")
	on(t, r, journey.Card, "")
	r.Lay()
	on(t, r, journey.OrderReview, "")
	r.Press("do.lodge", "do.lodge")
	c := take[journey.Lodge](t, r)
	q := c.Request
	if q.Kind != "complaint" || q.Subject != "noise" || q.Unit != "" || q.Text.Reveal("test") != "night" || q.Phone.Reveal("test") != "13800001234" ||
		q.Person.Reveal("test").Name != "张三丰" || q.Op == "" {
		t.Errorf("%+v", q)
	}
	r.Send(journeytest.Reply(c))
	on(t, r, journey.OrderLodged, "print.running")
	p := take[journey.PrintSlip](t, r)
	paper := p.Job.Doc
	if paper.Template != "order" {
		t.Errorf("prints %s", paper.Template)
	}
	s := r.View().Result
	if s.Number != journeytest.OrderNumber || s.QR != journeytest.OrderLink || s.Facts[0].Value != "7Q2M 9XKD" || s.Facts[1].Value != "12月2日 星期三 17:30" {
		t.Errorf("%+v", s)
	}
}

func TestWithoutASubjectTheDepartmentIsAskedAndATextNeeded(t *testing.T) {
	r := start(t)
	r.Press("tile.order", "order.complaint", "other.subject")
	on(t, r, journey.OrderUnits, "")
	r.Press("unit.edu")
	on(t, r, journey.OrderText, "")
	if r.View().Enabled("do.skip") || r.View().Enabled("do.ok") {
		t.Error("an order without a subject and without a text")
	}
	r.Press("keys.letters")
	r.Type("x")
	r.Press("do.ok", "do.skip", "do.without")
	on(t, r, journey.OrderReview, "")
	r.Press("do.lodge")
	if c := take[journey.Lodge](t, r); c.Request.Unit != "edu" || c.Request.Subject != "" || c.Request.Person.Present() || c.Request.Phone.Reveal("test") != "" {
		t.Errorf("%+v", c.Request)
	}
	r = start(t)
	r.Press("tile.order", "order.help", "other.unit")
	on(t, r, journey.OrderText, "")
}

func TestChoosingAnotherSubjectForgetsTheFirst(t *testing.T) {
	r := start(t)
	r.Press("tile.order", "order.complaint", "subject.noise", "nav.back", "other.subject", "unit.edu")
	r.Press("keys.letters")
	r.Type("x")
	r.Press("do.ok", "do.skip", "do.without", "do.lodge")
	if c := take[journey.Lodge](t, r); c.Request.Subject != "" || c.Request.Unit != "edu" {
		t.Errorf("%+v", c.Request)
	}
}

func TestASlipBeforeTheScannerOpensTheOrder(t *testing.T) {
	r := start(t)
	r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
	r.Press("tile.order", "order.status", "by.order")
	take[journey.Scan](t, r)
	secret := scan(r, r.M.Look.Count, "https://example.com/pay?token=1")
	on(t, r, journey.OrderNumber, "kiosk.scan.foreign")
	if secret.Reveal("test") != "" {
		t.Error("somebody's code is kept")
	}
	scan(r, r.M.Look.Count, journeytest.OrderLink)
	c := take[journey.LoadOrders](t, r)
	if c.Query.Number != journeytest.OrderNumber || c.Query.Secret.Reveal("test") != journeytest.OrderSecret || c.Query.Person.Present() {
		t.Errorf("%+v", c.Query)
	}
	r.Send(journeytest.Reply(c))
	on(t, r, journey.OrderState, "")
}

func TestAReceiptsCodeLeadsToTheQuestionForTheSecret(t *testing.T) {
	r := start(t)
	r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
	r.Press("tile.order", "order.status", "by.order")
	scan(r, r.M.Look.Count, journeytest.OrderNumber)
	on(t, r, journey.OrderSecret, "")
}

func TestNumberAndSecretAreCheckedBeforeTheHallIsAsked(t *testing.T) {
	r := start(t)
	r.Press("tile.order", "order.status", "by.order")
	r.Type("041701226112300954")
	r.Press("do.ok")
	on(t, r, journey.OrderNumber, "kiosk.entry.receipt")
	r.Press("key.back")
	r.Type("3")
	r.Press("do.ok")
	r.Type("7Q2")
	r.Press("do.ok")
	on(t, r, journey.OrderSecret, "kiosk.entry.code")
	r.Type("M9XKD")
	r.Press("do.ok")
	c := take[journey.LoadOrders](t, r)
	r.Send(journey.OrdersLoaded{Visit: c.Visit, Op: c.Op, Err: &operation.Refusal{Code: operation.CodeWrongSecret}})
	on(t, r, journey.Sorry, "refusal.wrong_secret")
	r.Press("do.retry")
	on(t, r, journey.OrderSecret, "")
}

func TestUrgingAndWithdrawingGoThroughTheOutboxAndShowTheOrderAgain(t *testing.T) {
	r := start(t)
	journeytest.ShowOrder(r, "in_progress")
	on(t, r, journey.OrderState, "")
	r.Press("do.urge", "do.urge")
	a := take[journey.ActOnOrder](t, r)
	if a.Act.Kind != operation.OrderUrge || a.Act.Number != journeytest.OrderNumber || a.Act.By.Secret.Reveal("test") != journeytest.OrderSecret {
		t.Errorf("%+v", a.Act)
	}
	r.Send(journeytest.Reply(a))
	r.Send(journeytest.Reply(take[journey.LoadOrders](t, r)))
	on(t, r, journey.OrderState, "kiosk.order.urged")
	r.Press("do.withdraw")
	on(t, r, journey.OrderSure, "")
	r.Press("do.retry")
	on(t, r, journey.OrderState, "")
	r.Press("do.withdraw", "do.sure")
	if a := take[journey.ActOnOrder](t, r); a.Act.Kind != operation.OrderWithdraw {
		t.Errorf("%+v", a.Act)
	}
}

func TestWithoutAHallAnActIsSafeAndNotOfferedAgain(t *testing.T) {
	r := start(t)
	journeytest.ShowOrder(r, "in_progress")
	r.Press("do.urge")
	a := take[journey.ActOnOrder](t, r)
	r.Send(journey.OrderActed{Visit: a.Visit, Op: a.Act.Op})
	on(t, r, journey.OrderState, "kiosk.order.stored")
	if s := r.View(); s.Enabled("do.urge") || s.Enabled("do.withdraw") || !s.Enabled("do.finish") {
		t.Error("the act is offered again")
	}
}

func TestTheCitizenSaysWhetherTheAnswerHelped(t *testing.T) {
	for button, solved := range map[string]bool{"do.solved": true, "do.unsolved": false} {
		r := start(t)
		journeytest.ShowOrder(r, "answered")
		on(t, r, journey.OrderState, "kiosk.order.ask")
		if s := r.View(); s.Enabled("do.urge") || !strings.Contains(s.Summary.Text, "责令施工单位") {
			t.Errorf("%+v", s.Summary)
		}
		r.Press(button)
		if a := take[journey.ActOnOrder](t, r); a.Act.Kind != operation.OrderFollowUp || a.Act.Solved != solved {
			t.Errorf("%s: %+v", button, a.Act)
		}
	}
}

func TestACardOpensTheListOfItsOrders(t *testing.T) {
	r := start(t)
	r.Press("tile.order", "order.status", "by.card")
	on(t, r, journey.Card, "")
	if r.View().Enabled("do.without") {
		t.Error("orders of a card without a card")
	}
	r.Lay()
	c := take[journey.LoadOrders](t, r)
	if !c.Query.Person.Present() || c.Query.Number != "" {
		t.Errorf("%+v", c.Query)
	}
	r.Send(journey.OrdersLoaded{Visit: c.Visit, Op: c.Op, Orders: journeytest.TwoOrders()})
	on(t, r, journey.OrderList, "")
	r.Press("found.0417-012-261102-0012-4")
	if s := r.View(); s.Lead != "已办结：已解决" {
		t.Errorf("shows %q", s.Lead)
	}
	r.Press("nav.back", "found."+journeytest.OrderNumber, "do.urge")
	a := take[journey.ActOnOrder](t, r)
	if !a.Act.By.Person.Present() || a.Act.By.Secret.Present() {
		t.Errorf("proved by %+v", a.Act.By)
	}
	r.Send(journeytest.Reply(a))
	again := take[journey.LoadOrders](t, r)
	r.Send(journey.OrdersLoaded{Visit: again.Visit, Op: again.Op, Orders: journeytest.TwoOrders()})
	on(t, r, journey.OrderState, "kiosk.order.urged")
	r.Press("nav.back")
	on(t, r, journey.OrderList, "")
}

func TestACardWithoutOrdersIsTold(t *testing.T) {
	r := start(t)
	r.Press("tile.order", "order.status", "by.card")
	r.Lay()
	c := take[journey.LoadOrders](t, r)
	r.Send(journey.OrdersLoaded{Visit: c.Visit, Op: c.Op, Orders: operation.Orders{Live: true}})
	on(t, r, journey.Sorry, "kiosk.order.none")
}

func TestEveryStateOfAnOrderHasItsPlainWords(t *testing.T) {
	var states []string
	for _, s := range order.States() {
		states = append(states, "kiosk.order.state."+string(s))
	}
	for _, o := range []order.Outcome{order.Solved, order.Unsolved, order.NoWord} {
		states = append(states, "kiosk.order.closed."+string(o))
	}
	for _, k := range order.Kinds() {
		states = append(states, "kiosk.order.kind."+string(k), "kiosk.order.about."+string(k))
	}
	for _, key := range append(states, "kiosk.order.state.waiting_to_send") {
		if !text.Has(key) {
			t.Errorf("%s has no words", key)
		}
	}
}

func TestAnEndedVisitForgetsOrdersAndSecrets(t *testing.T) {
	r := start(t)
	journeytest.DraftOrder(r)
	r.Press("do.without", "do.lodge")
	r.Answer()
	lodged := r.M.Visit.Lodged
	r.Press("do.finish")
	journeytest.ShowOrder(r, "answered")
	found := r.M.Visit.Orders
	r.Press("nav.home")
	if lodged.Secret.Reveal("test") != "" || lodged.Link.Reveal("test") != "" || len(found.Orders.Reveal("test")) != 0 {
		t.Error("secret, link or answer outlive the visit")
	}
}

// orderDesk answers and remembers what it was asked.
type orderDesk struct {
	request operation.OrderRequest
	query   operation.OrderQuery
	act     operation.OrderAct
}

func (d *orderDesk) Lodge(_ context.Context, r operation.OrderRequest) (operation.LodgedOrder, error) {
	d.request = r
	return journeytest.Lodged(r.Op), nil
}

func (d *orderDesk) Orders(_ context.Context, q operation.OrderQuery) (operation.Orders, error) {
	d.query = q
	return journeytest.Orders("answered"), nil
}

func (d *orderDesk) ActOnOrder(_ context.Context, a operation.OrderAct) (operation.OrderActed, error) {
	d.act = a
	return operation.OrderActed{Op: a.Op}, nil
}

func TestSecretsOfOrderCommandsAreWipedWhenTheyAreDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &orderDesk{}
		in := &inbox{}
		run := journey.NewRunner(journey.Ports{Orders: d, Send: in.send, Log: slog.New(slog.DiscardHandler)})
		by := operation.OrderQuery{Secret: idreader.Conceal("7q2m9xkd"), Person: idreader.Conceal(journeytest.Citizen())}
		run.Do([]journey.Command{journey.Lodge{Visit: 1, Request: operation.OrderRequest{Op: "a", Text: idreader.Conceal("x"), Phone: idreader.Conceal("1"), Person: idreader.Conceal(journeytest.Citizen())}}})
		synctest.Wait()
		run.Do([]journey.Command{journey.LoadOrders{Visit: 1, Op: "b", Query: by}})
		synctest.Wait()
		run.Do([]journey.Command{journey.ActOnOrder{Visit: 1, Act: operation.OrderAct{Op: "c", By: by}}})
		synctest.Wait()
		run.Close()
		if d.request.Text.Reveal("test") != "" || d.request.Phone.Reveal("test") != "" || d.request.Person.Reveal("test").Name != "" ||
			d.query.Secret.Reveal("test") != "" || d.act.By.Person.Reveal("test").Name != "" {
			t.Error("what a command owned outlives it")
		}
		if got := in.all(); got != "journey.OrderStored journey.OrdersLoaded journey.OrderActed" {
			t.Errorf("answers %s", got)
		}
	})
}
