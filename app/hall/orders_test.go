package hall_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
	"hallway/app/hall/order"
	"hallway/app/operation"
)

// orderWorld is a hall with its order desk.
type orderWorld struct {
	*halltest.World
	t *testing.T
}

// Short names of what the order desk speaks of.
type (
	orderStaff   = hall.Staff
	orderAction  = hall.Action
	orderFigures = hall.UnitFigures
)

func codeOf(err error) string {
	if r, ok := errors.AsType[*operation.Refusal](err); ok {
		return r.Code
	}
	return ""
}

// lodge lodges an order and returns its number.
func (w orderWorld) lodge(k order.Kind, p *operation.Holder) string {
	w.t.Helper()
	r := w.Submit(w.Envelope(operation.OrderLodge, halltest.OrderBody(k, p)))
	if r.Status != operation.Applied || r.Order == nil || r.Order.State != string(order.Registered) {
		w.t.Fatalf("not lodged: %+v, %+v", r, r.Problem)
	}
	return r.Order.Number
}

// ask asks as a terminal does.
func (w orderWorld) ask(q operation.OrderQuestion, change ...func(*api.OrdersRequest)) ([]operation.Order, error) {
	w.t.Helper()
	key, err := operation.GenerateKey()
	if err != nil {
		w.t.Fatal(err)
	}
	q.Reply = key.Public().Bytes()
	sealed, err := operation.SealOrderQuestion(w.Keys.Seal.Public(), q)
	if err != nil {
		w.t.Fatal(err)
	}
	req := api.OrdersRequest{Suite: operation.SuiteHPKE1, Key: w.Keys.Seal.Public().ID(), Question: sealed}
	for _, c := range change {
		c(&req)
	}
	a, err := w.Intake.Orders(w.t.Context(), halltest.Terminal, req)
	if err != nil {
		return nil, err
	}
	all, err := operation.OpenOrders(key, a.Answer)
	if err != nil {
		w.t.Fatal(err)
	}
	return all, nil
}

func (w orderWorld) mustAsk(number string) operation.Order {
	w.t.Helper()
	all, err := w.ask(operation.OrderQuestion{Number: number, Secret: halltest.Secret})
	if err != nil || len(all) != 1 {
		w.t.Fatalf("%+v, %v", all, err)
	}
	return all[0]
}

// act does something as the citizen with the secret.
func (w orderWorld) act(k operation.Kind, number string, solved bool) operation.Result {
	w.t.Helper()
	return w.Submit(w.Envelope(k, operation.OrderActBody{Number: number, Secret: halltest.Secret, Solved: solved}))
}

// as returns who a clerk is after signing in.
func (w orderWorld) as(clerk string) orderStaff {
	w.t.Helper()
	token, err := w.Orders.SignIn(w.t.Context(), clerk, halltest.PIN)
	if err != nil {
		w.t.Fatal(err)
	}
	who, err := w.Orders.Staff(w.t.Context(), token)
	if err != nil {
		w.t.Fatal(err)
	}
	return who
}

// at lets a clerk act on the order as it stands.
func (w orderWorld) at(clerk, number string, e order.Event) error {
	w.t.Helper()
	s, err := w.Orders.Order(w.t.Context(), w.as(clerk), number)
	if err != nil {
		return err
	}
	return w.Orders.Act(w.t.Context(), w.as(clerk), number, orderAction{ID: string(w.NewID()), Version: s.Version, Event: e})
}

func (w orderWorld) mustAt(clerk, number string, events ...order.Event) {
	w.t.Helper()
	for _, e := range events {
		if err := w.at(clerk, number, e); err != nil {
			w.t.Fatalf("%s by %s: %v", e.Kind, clerk, err)
		}
	}
}

func newOrderWorld(t *testing.T) orderWorld { return orderWorld{World: halltest.New(t), t: t} }

var (
	toMSA   = order.Event{Kind: order.Assign, To: "MSA"}
	accept  = order.Event{Kind: order.Accept}
	begin   = order.Event{Kind: order.Start}
	replied = order.Event{Kind: order.Answer, Text: "路灯已修好。"}
)

func TestAnOrderIsLodgedOnceWithItsDueTimeFromThePress(t *testing.T) {
	w := newOrderWorld(t)
	e := w.Envelope(operation.OrderLodge, halltest.OrderBody(order.Help, nil))
	w.Clock.Add(30 * time.Hour) // the terminal was offline
	first := w.Submit(e)
	// Pressed Monday 10:00; two working days later is Wednesday 17:30.
	want := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC).UnixMilli()
	if first.Status != operation.Applied || first.Order.Due != want || first.Order.Number != e.Receipt {
		t.Fatalf("%+v, %+v", first, first.Order)
	}
	if again := w.Submit(e); again.Status != operation.Duplicate || again.Order.Number != first.Order.Number {
		t.Errorf("delivered again: %+v", again)
	}
	o := w.mustAsk(e.Receipt)
	if o.State != "registered" || o.RegisteredAt != halltest.Start.UnixMilli() || o.Subject != "lamps" || o.Unit != "" || strings.Join(o.Can, " ") != "urge withdraw" {
		t.Errorf("%+v", o)
	}
}

func TestWhatCannotBeAnOrderIsRefused(t *testing.T) {
	w := newOrderWorld(t)
	for name, spoil := range map[string]func(*operation.OrderBody){
		"kind":    func(b *operation.OrderBody) { b.Kind = "wish" },
		"subject": func(b *operation.OrderBody) { b.Subject = "moon" },
		"unit":    func(b *operation.OrderBody) { b.Unit = "moon" },
		"nothing": func(b *operation.OrderBody) { b.Subject, b.Text = "", " " },
		"long":    func(b *operation.OrderBody) { b.Text = strings.Repeat("长", 1001) },
		"control": func(b *operation.OrderBody) { b.Text = "a\x00b" },
		"secret":  func(b *operation.OrderBody) { b.Secret = "1234" },
		"phone":   func(b *operation.OrderBody) { b.Phone = "one" },
		"holder":  func(b *operation.OrderBody) { b.Holder = &operation.Holder{Name: "x", Number: "1"} },
	} {
		b := halltest.OrderBody(order.Help, nil)
		spoil(&b)
		if r := w.Submit(w.Envelope(operation.OrderLodge, b)); r.Problem == nil || r.Problem.Code != operation.CodeValidation {
			t.Errorf("%s: %+v", name, r)
		}
	}
	taken := w.lodge(order.Help, nil)
	r := w.Submit(w.Envelope(operation.OrderLodge, halltest.OrderBody(order.Help, nil), func(e *operation.Envelope) { e.Receipt = taken }))
	if r.Problem == nil || r.Problem.Code != operation.CodeValidation {
		t.Errorf("a number twice: %+v", r)
	}
}

func TestFiveWrongSecretsLockNumberAndTerminal(t *testing.T) {
	w := newOrderWorld(t)
	number, other := w.lodge(order.Help, halltest.Person(1)), w.lodge(order.Help, nil)
	for i := range 5 {
		if _, err := w.ask(operation.OrderQuestion{Number: number, Secret: fmt.Sprintf("0000000%d", i)}); codeOf(err) != operation.CodeWrongSecret {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	for _, n := range []string{number, other} {
		if _, err := w.ask(operation.OrderQuestion{Number: n, Secret: halltest.Secret}); codeOf(err) != operation.CodeOrderLocked {
			t.Errorf("%s opens while it or its terminal is locked: %v", n, err)
		}
	}
	if _, err := w.Intake.OrderByPhone(t.Context(), number, halltest.Secret); codeOf(err) != operation.CodeOrderLocked {
		t.Errorf("the number opens elsewhere: %v", err)
	}
	if o, err := w.Intake.OrderByPhone(t.Context(), other, halltest.Secret); err != nil || o.Number != other {
		t.Errorf("another number is locked everywhere: %v", err)
	}
	if all, err := w.ask(operation.OrderQuestion{Holder: halltest.Person(1)}); err != nil || len(all) != 1 {
		t.Errorf("the card does not open it meanwhile: %v, %v", all, err)
	}
	if r := w.act(operation.OrderUrge, number, false); r.Status != operation.Retry {
		t.Errorf("an urge is lost because somebody guessed: %+v", r)
	}
	w.Clock.Add(10*time.Minute + time.Second)
	if o := w.mustAsk(number); o.Number != number {
		t.Error("still locked after ten minutes")
	}
}

func TestWrongNumberAndWrongSecretLookAlike(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Help, nil)
	nobody := operation.Receipt{Centre: "0417", Terminal: "012", Day: "2026-11-23", Seq: 4711}.String()
	_, a := w.ask(operation.OrderQuestion{Number: number, Secret: "00000000"})
	_, b := w.ask(operation.OrderQuestion{Number: nobody, Secret: halltest.Secret})
	if a == nil || b == nil || a.Error() != b.Error() {
		t.Errorf("%v and %v", a, b)
	}
	_, c := w.ask(operation.OrderQuestion{Number: number, Holder: halltest.Person(1)})
	if codeOf(c) != operation.CodeWrongSecret {
		t.Errorf("a card opens an order that was lodged without one: %v", c)
	}
	for name, q := range map[string]operation.OrderQuestion{
		"no secret": {Number: number}, "nothing": {}, "no number": {Number: "12", Secret: halltest.Secret}, "both": {Number: number, Secret: halltest.Secret, Holder: halltest.Person(1)},
	} {
		if _, err := w.ask(q); codeOf(err) != operation.CodeValidation {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.ask(operation.OrderQuestion{Number: number, Secret: halltest.Secret}, func(r *api.OrdersRequest) { r.Question = r.Question[1:] }); codeOf(err) != operation.CodeMalformed {
		t.Errorf("a spoilt question: %v", err)
	}
}

func TestTheWholeWayOfAnOrder(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Complaint, halltest.Person(1))
	w.mustAt(halltest.OrderClerk, number, toMSA)
	w.mustAt(halltest.UnitClerk, number, order.Event{Kind: order.Return, Text: "不属我局"})
	w.mustAt(halltest.OrderClerk, number, toMSA)
	if r := w.act(operation.OrderUrge, number, false); r.Status != operation.Applied {
		t.Fatalf("%+v, %+v", r, r.Problem)
	}
	before := w.mustAsk(number)
	w.mustAt(halltest.OrderLeader, number, order.Event{Kind: order.Extend, Days: 3, Text: "需专家鉴定"})
	w.mustAt(halltest.UnitClerk, number, accept, begin, replied)
	o := w.mustAsk(number)
	if o.State != "answered" || o.Answer != replied.Text || o.Urges != 1 || o.Unit != "MSA" || o.Due <= before.Due || strings.Join(o.Can, " ") != "close reopen" {
		t.Errorf("%+v", o)
	}
	if r := w.act(operation.OrderFollowUp, number, false); r.Order == nil || r.Order.State != "reopened" {
		t.Fatalf("the answer did not help: %+v, %+v", r, r.Problem)
	}
	w.mustAt(halltest.UnitClerk, number, accept, begin, order.Event{Kind: order.Answer, Text: "再次修好。"})
	if r := w.act(operation.OrderFollowUp, number, true); r.Order == nil || r.Order.State != "closed" {
		t.Fatalf("%+v, %+v", r, r.Problem)
	}
	if r := w.act(operation.OrderWithdraw, number, false); r.Problem == nil || r.Problem.Code != operation.CodeOrderState {
		t.Errorf("a closed order is withdrawn: %+v", r)
	}
	s, err := w.Orders.Order(t.Context(), w.as(halltest.OrderLeader), number)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, e := range s.Steps {
		steps = append(steps, e.Kind+" "+e.Actor)
	}
	want := "register terminal 012, assign clerk 2001, return clerk 3001, assign clerk 2001, urge terminal 012, extend clerk 9001, accept clerk 3001, " +
		"start clerk 3001, answer clerk 3001, reopen terminal 012, accept clerk 3001, start clerk 3001, answer clerk 3001, close terminal 012"
	if got := strings.Join(steps, ", "); got != want || s.Steps[2].Text != "不属我局" {
		t.Errorf("steps\n%s, want\n%s", got, want)
	}
	f, err := w.Orders.Figures(t.Context(), w.as(halltest.OrderLeader))
	if err != nil || len(f.Units) == 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, u := range f.Units {
		if u.Unit == "MSA" && (u.Bounced != 1 || u.Reopened != 1 || u.Open != 0) {
			t.Errorf("%+v", u)
		}
	}
}

func TestAfterASecondTimeTheOrderClosesUnsolved(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Help, nil)
	w.mustAt(halltest.OrderClerk, number, toMSA)
	w.mustAt(halltest.UnitClerk, number, accept, begin, replied)
	w.act(operation.OrderFollowUp, number, false)
	w.mustAt(halltest.UnitClerk, number, accept, begin, replied)
	w.act(operation.OrderFollowUp, number, false)
	if o := w.mustAsk(number); o.State != "closed" || o.Outcome != "unsolved" || len(o.Can) != 0 {
		t.Errorf("%+v", o)
	}
}

func TestSilenceClosesAnAnsweredOrderByItself(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Help, nil)
	w.mustAt(halltest.OrderClerk, number, toMSA)
	w.mustAt(halltest.UnitClerk, number, accept, begin, replied)
	for _, wait := range []struct {
		d    time.Duration
		want string
	}{{7 * 24 * time.Hour, "answered"}, {8 * time.Hour, "closed"}, {time.Hour, "closed"}} {
		w.Clock.Add(wait.d)
		if err := w.CloseOrders(t.Context()); err != nil {
			t.Fatal(err)
		}
		if o := w.mustAsk(number); o.State != wait.want || o.State == "closed" && o.Outcome != "no_word" {
			t.Errorf("after %v more: %+v", wait.d, o)
		}
	}
}

func TestRolesSeeAndDoOnlyWhatIsTheirs(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Report, halltest.Person(1))
	if err := w.at(halltest.UnitClerk, number, accept); codeOf(err) != api.CodeNotFound {
		t.Errorf("a unit sees what the desk has: %v", err)
	}
	w.mustAt(halltest.OrderClerk, number, toMSA)
	if err := w.at(halltest.OtherUnitClerk, number, accept); codeOf(err) != api.CodeNotFound {
		t.Errorf("another unit sees it: %v", err)
	}
	for clerk, hidden := range map[string]bool{halltest.UnitClerk: true, halltest.OrderClerk: false, halltest.OrderLeader: false} {
		s, err := w.Orders.Order(t.Context(), w.as(clerk), number)
		if err != nil || s.Hidden != hidden || (s.Name == "") != hidden || (s.Phone == "") != hidden || s.Text != "路灯不亮" {
			t.Errorf("%s: %+v, %v", clerk, s, err)
		}
	}
	for clerk, e := range map[string]order.Event{
		halltest.OrderClerk:  accept,
		halltest.OrderLeader: begin,
		halltest.UnitClerk:   {Kind: order.Extend, Days: 2, Text: "x"},
	} {
		if err := w.at(clerk, number, e); codeOf(err) == "" {
			t.Errorf("%s may %s: %v", clerk, e.Kind, err)
		}
	}
	if _, err := w.Orders.Figures(t.Context(), w.as(halltest.OrderClerk)); codeOf(err) != api.CodeNoRole {
		t.Errorf("a clerk sees the leaders' figures: %v", err)
	}
	for clerk, n := range map[string]int{halltest.UnitClerk: 1, halltest.OtherUnitClerk: 0, halltest.OrderLeader: 1} {
		if l, err := w.Orders.List(t.Context(), w.as(clerk), false); err != nil || len(l) != n {
			t.Errorf("%s sees %d orders, %v", clerk, len(l), err)
		}
	}
}

func TestAnActionIsDoneOnceAndOnlyOnWhatWasSeen(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Help, nil)
	clerk := w.as(halltest.OrderClerk)
	a := orderAction{ID: string(w.NewID()), Version: 1, Event: toMSA}
	for range 3 {
		if err := w.Orders.Act(t.Context(), clerk, number, a); err != nil {
			t.Fatal(err)
		}
	}
	s, err := w.Orders.Order(t.Context(), clerk, number)
	if err != nil || s.Version != 2 || len(s.Steps) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if err := w.Orders.Act(t.Context(), clerk, number, orderAction{ID: string(w.NewID()), Version: 1, Event: toMSA}); codeOf(err) != api.CodeOrderChanged {
		t.Errorf("acted on an old sight: %v", err)
	}
	a.Event = accept
	if err := w.Orders.Act(t.Context(), clerk, number, a); codeOf(err) != api.CodeCommandMismatch {
		t.Errorf("one id, two actions: %v", err)
	}
	if err := w.Orders.Act(t.Context(), clerk, number, orderAction{ID: string(w.NewID()), Version: 2, Event: order.Event{Kind: order.Assign, To: "moon"}}); codeOf(err) != operation.CodeValidation {
		t.Errorf("assigned to nobody: %v", err)
	}
}

func TestSignInsOfTheOrderDeskEndByThemselves(t *testing.T) {
	w := newOrderWorld(t)
	if _, err := w.Orders.SignIn(t.Context(), halltest.Clerk, halltest.PIN); codeOf(err) != api.CodeNoRole {
		t.Errorf("a clerk without a role signs in: %v", err)
	}
	if _, err := w.Orders.SignIn(t.Context(), halltest.OrderClerk, "0000"); codeOf(err) != api.CodeWrongPIN {
		t.Errorf("a wrong PIN: %v", err)
	}
	token, err := w.Orders.SignIn(t.Context(), halltest.OrderClerk, halltest.PIN)
	if err != nil {
		t.Fatal(err)
	}
	for range 12 * 6 {
		w.Clock.Add(9*time.Minute + 50*time.Second)
		if _, err := w.Orders.Staff(t.Context(), token); err != nil {
			t.Fatal("a sign-in that is used ends: ", err)
		}
	}
	w.Clock.Add(13 * time.Minute)
	if _, err := w.Orders.Staff(t.Context(), token); codeOf(err) != api.CodeSignedOut {
		t.Errorf("a sign-in lasts longer than half a day: %v", err)
	}
	fresh, _ := w.Orders.SignIn(t.Context(), halltest.OrderClerk, halltest.PIN)
	w.Clock.Add(16 * time.Minute)
	if _, err := w.Orders.Staff(t.Context(), fresh); codeOf(err) != api.CodeSignedOut {
		t.Errorf("a desk that was left stays open: %v", err)
	}
	again, _ := w.Orders.SignIn(t.Context(), halltest.OrderClerk, halltest.PIN)
	if err := w.Orders.SignOut(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Orders.Staff(t.Context(), again); codeOf(err) != api.CodeSignedOut {
		t.Errorf("signed out and still in: %v", err)
	}
	if _, err := w.Orders.Staff(t.Context(), "guess"); codeOf(err) != api.CodeUnauthorized {
		t.Errorf("an unknown token: %v", err)
	}
}

func TestOverdueComesFirstThenUrgedThenByDueTime(t *testing.T) {
	w := newOrderWorld(t)
	slow, plain := w.lodge(order.Complaint, nil), w.lodge(order.Suggestion, nil)
	late := w.lodge(order.Help, nil)
	w.act(operation.OrderUrge, plain, false)
	w.Clock.Add(4 * 24 * time.Hour)
	l, err := w.Orders.List(t.Context(), w.as(halltest.OrderClerk), false)
	if err != nil || len(l) != 3 {
		t.Fatal(l, err)
	}
	if l[0].Number != late || l[0].Light != order.Red || l[1].Number != plain || l[2].Number != slow || l[2].Light != order.Yellow {
		t.Errorf("%s %s, %s, %s %s", l[0].Number, l[0].Light, l[1].Number, l[2].Number, l[2].Light)
	}
	f, err := w.Orders.Figures(t.Context(), w.as(halltest.OrderLeader))
	if err != nil || len(f.Overdue) != 1 || f.Units[0] != (orderFigures{Unit: order.Desk, Open: 3, Warned: 3, Near: 1, Overdue: 1}) {
		t.Errorf("%+v, %v", f, err)
	}
	w.act(operation.OrderWithdraw, slow, false)
	if l, err := w.Orders.List(t.Context(), w.as(halltest.OrderClerk), true); err != nil || len(l) != 1 || l[0].Number != slow {
		t.Errorf("ended: %v, %v", l, err)
	}
}

// What citizens and units write is nowhere in the hall's folder in the clear.
func TestOrdersAtRestAreSealed(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Help, halltest.Person(1))
	w.mustAt(halltest.OrderClerk, number, toMSA)
	w.mustAt(halltest.UnitClerk, number, accept, begin, replied)
	files, err := os.ReadDir(w.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(w.Dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"路灯不亮", "13800001234", "张三丰", "19491231", halltest.Secret, replied.Text} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s holds %s", f.Name(), secret)
			}
		}
	}
}

// Many clerks press at the same moment: one of them assigns, the others are
// told that the order changed, and nothing happens twice.
func TestManyHandsAtOneOrderDoOneThing(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Help, nil)
	who := w.as(halltest.OrderClerk)
	results := make(chan string, 16)
	for range cap(results) {
		id := string(w.NewID())
		go func() {
			results <- codeOf(w.Orders.Act(t.Context(), who, number, orderAction{ID: id, Version: 1, Event: toMSA}))
		}()
	}
	done := 0
	for range cap(results) {
		switch c := <-results; c {
		case "":
			done++
		case api.CodeOrderChanged:
		default:
			t.Errorf("told %q", c)
		}
	}
	s, err := w.Orders.Order(t.Context(), who, number)
	if err != nil || done != 1 || len(s.Steps) != 2 || s.Version != 2 {
		t.Errorf("%d assigned it; %d steps, version %d, %v", done, len(s.Steps), s.Version, err)
	}
}

func TestLeadersAreToldOfAYearWithoutHolidays(t *testing.T) {
	w := newOrderWorld(t)
	if f, err := w.Orders.Figures(t.Context(), w.as(halltest.OrderLeader)); err != nil || f.Unknown != 0 {
		t.Errorf("in November: %d, %v", f.Unknown, err)
	}
	w.Clock.Add(14 * 24 * time.Hour)
	if f, err := w.Orders.Figures(t.Context(), w.as(halltest.OrderLeader)); err != nil || f.Unknown != 2027 {
		t.Errorf("in December: %d, %v", f.Unknown, err)
	}
}

// What the hall knows of orders outlives a restart.
func TestOrdersOutliveARestart(t *testing.T) {
	w := newOrderWorld(t)
	number := w.lodge(order.Complaint, halltest.Person(1))
	w.mustAt(halltest.OrderClerk, number, toMSA)
	before := w.mustAsk(number)
	w.Restart()
	if after := w.mustAsk(number); after.State != before.State || after.Due != before.Due {
		t.Errorf("%+v, before %+v", after, before)
	}
	w.mustAt(halltest.UnitClerk, number, accept, begin, replied)
}
