package journey

import (
	"slices"

	"hallway/app/hall/order"
	"hallway/app/operation"
	"hallway/idreader"
)

// The screens of help orders.
const (
	Orders        ScreenID = "orders"         // kinds of orders, and how mine stands
	OrderSubjects ScreenID = "order_subjects" // prepared subjects
	OrderUnits    ScreenID = "order_units"    // departments, when no subject fits
	OrderText     ScreenID = "order_text"     // in own words
	OrderPhone    ScreenID = "order_phone"    // telephone for questions
	OrderReview   ScreenID = "order_review"   // check before lodging
	OrderLodged   ScreenID = "order_lodged"   // the order is safe
	OrderFind     ScreenID = "order_find"     // by card, or by slip
	OrderNumber   ScreenID = "order_number"   // scan the slip, or type its number
	OrderSecret   ScreenID = "order_secret"   // type its code
	OrderList     ScreenID = "order_list"     // several orders of one card
	OrderState    ScreenID = "order_state"    // how one stands, and what can be done
	OrderSure     ScreenID = "order_sure"     // really withdraw
)

// The flows of help orders.
const (
	FlowOrder       Flow = "order"        // lodge one
	FlowOrderStatus Flow = "order_status" // see how one stands
)

// The names under which answers about orders are kept.
const (
	orderText   = "order.text"
	orderPhone  = "order.phone"
	orderNumber = "order.number"
	orderSecret = "order.secret"
)

// OrderDraft is the order that the citizen is about to lodge.
type OrderDraft struct {
	Kind    order.Kind
	Subject string // code, "" for none
	Unit    string // department that the citizen named, "" for none
}

// maxOrderText is how much can be typed at a terminal, in characters.
const maxOrderText = 200

type (
	// OrderStored answers [Lodge].
	OrderStored struct {
		Visit int
		Op    operation.ID
		Order operation.LodgedOrder
		Err   error
	}
	// OrdersLoaded answers [LoadOrders].
	OrdersLoaded struct {
		Visit  int
		Op     operation.ID
		Orders operation.Orders
		Err    error
	}
	// OrderActed answers [ActOnOrder].
	OrderActed struct {
		Visit int
		Op    operation.ID
		Acted operation.OrderActed
		Err   error
	}
	// Lodge lodges a help order: OrderStored.
	Lodge struct {
		Visit   int
		Request operation.OrderRequest
	}
	// LoadOrders asks how orders stand: OrdersLoaded.
	LoadOrders struct {
		Visit int
		Op    operation.ID
		Query operation.OrderQuery
	}
	// ActOnOrder urges, withdraws or says whether the answer helped: OrderActed.
	ActOnOrder struct {
		Visit int
		Act   operation.OrderAct
	}
)

func (OrderStored) msg()    {}
func (OrdersLoaded) msg()   {}
func (OrderActed) msg()     {}
func (Lodge) command()      {}
func (LoadOrders) command() {}
func (ActOnOrder) command() {}

// chooseOrder follows a choice on the way to lodging an order.
func (m Model) chooseOrder(kind, name string) Model {
	switch kind {
	case "order":
		return m.beginOrder(name)
	case "subject":
		m.Visit.Draft.Subject, m.Visit.Draft.Unit = name, ""
		return m.push(Place{Screen: OrderText})
	case "unit":
		m.Visit.Draft.Subject, m.Visit.Draft.Unit = "", name
		return m.push(Place{Screen: OrderText})
	case "found":
		i := slices.IndexFunc(m.orders(), func(o operation.Order) bool { return o.Number == name })
		m.Visit.Found = max(0, i)
		return m.push(Place{Screen: OrderState})
	}
	m.Visit.Draft.Subject, m.Visit.Draft.Unit = "", ""
	if name == "subject" { // another subject
		return m.push(Place{Screen: OrderUnits})
	}
	return m.push(Place{Screen: OrderText}) // the citizen does not know the department
}

// beginOrder starts an order of a kind, or the way to one that was lodged.
func (m Model) beginOrder(name string) Model {
	if name == "status" {
		m.Visit.Flow = FlowOrderStatus
		return m.push(Place{Screen: OrderFind})
	}
	m.Visit.Flow, m.Visit.Draft = FlowOrder, OrderDraft{Kind: order.Kind(name)}
	if len(m.goods().SubjectsOf(m.Visit.Draft.Kind)) > 0 {
		return m.push(Place{Screen: OrderSubjects})
	}
	return m.push(Place{Screen: OrderUnits})
}

// orderKept goes on when an answer about an order was typed.
func (m Model) orderKept(op operation.ID) (Model, []Command) {
	switch m.Place().Screen {
	case OrderText:
		return m.push(Place{Screen: OrderPhone}), nil
	case OrderPhone:
		return m.askCard(op)
	case OrderNumber:
		return m.orderNumbered()
	}
	secret, ok := operation.ParseCode(m.typed(orderSecret))
	if !ok {
		m.Visit.Notice = Notice{Key: "kiosk.entry.code", Tone: Bad}
		return m, nil
	}
	m.setTyped(orderSecret, secret)
	return m.loadOrders(op)
}

// orderNumbered goes on to the code when the number can be one.
func (m Model) orderNumbered() (Model, []Command) {
	r, err := operation.ParseReceipt(m.typed(orderNumber))
	if err != nil {
		m.Visit.Notice = Notice{Key: "kiosk.entry.receipt", Tone: Bad}
		return m, nil
	}
	m.setTyped(orderNumber, r.String())
	return m.push(Place{Screen: OrderSecret}), nil
}

// orderScanned takes the code of a slip. One with a number alone leads to the
// question for the secret.
func (m Model) orderScanned(code string, op operation.ID) (Model, []Command) {
	if number, secret, ok := operation.ParseOrderLink(code); ok {
		m.setTyped(orderNumber, number)
		m.setTyped(orderSecret, secret)
		return m.loadOrders(op)
	}
	if r, err := operation.ParseReceipt(code); err == nil {
		m.setTyped(orderNumber, r.String())
		return m.push(Place{Screen: OrderSecret}), nil
	}
	m.Visit.Notice = Notice{Key: "kiosk.scan.foreign", Tone: Bad}
	return m, nil
}

// lodge lodges the order.
func (m Model) lodge(op operation.ID) (Model, []Command) {
	d := m.Visit.Draft
	m = m.work(op, "kiosk.busy.order", true)
	return m, []Command{Lodge{m.Visits, operation.OrderRequest{
		Op: op, Kind: string(d.Kind), Subject: d.Subject, Unit: d.Unit, Lang: m.Visit.Lang, Person: own(m.Visit.Person),
		Text: idreader.Conceal(m.typed(orderText)), Phone: idreader.Conceal(m.typed(orderPhone))}}}
}

func (m Model) orderStored(s OrderStored) (Model, []Command) {
	if s.Err != nil {
		return m.sorry(refusal(s.Err)), nil
	}
	m.Visit.Lodged = s.Order
	return m.result(OrderLodged)
}

// proof is what shows that an order is the citizen's.
func (m Model) proof() operation.OrderQuery {
	if m.Visit.Person.Present() {
		return operation.OrderQuery{Person: own(m.Visit.Person)}
	}
	return operation.OrderQuery{Number: m.typed(orderNumber), Secret: idreader.Conceal(m.typed(orderSecret))}
}

// loadOrders asks how the citizen's orders stand.
func (m Model) loadOrders(op operation.ID) (Model, []Command) {
	m = m.work(op, "kiosk.busy.orders", false)
	return m, []Command{LoadOrders{m.Visits, op, m.proof()}}
}

// orders are what was found.
func (m Model) orders() []operation.Order { return m.Visit.Orders.Orders.Reveal(show) }

// found is the order on the screen.
func (m Model) found() operation.Order {
	all := m.orders()
	if m.Visit.Found >= len(all) {
		return operation.Order{}
	}
	return all[m.Visit.Found]
}

// ordersLoaded shows the one order, or the list. An order that was shown before
// it changed is shown again.
func (m Model) ordersLoaded(l OrdersLoaded) Model {
	if l.Err != nil {
		return m.sorry(refusal(l.Err))
	}
	before := m.found().Number
	m.Visit.Orders.Orders.Wipe()
	m.Visit.Orders, m.Visit.Found = l.Orders, 0
	all := m.orders()
	if len(all) == 0 {
		return m.sorry(Notice{Key: "kiosk.order.none", Tone: Caution})
	}
	m.Visit.Work = Work{}
	n := min(m.indexOf(OrderList), m.indexOf(OrderState), len(m.Visit.Path)-1)
	m.Visit.Path = m.Visit.Path[:n:n]
	m = m.touched()
	if len(all) > 1 {
		m = m.push(Place{Screen: OrderList})
	}
	i := slices.IndexFunc(all, func(o operation.Order) bool { return o.Number == before })
	if len(all) == 1 || i >= 0 {
		m.Visit.Found = max(0, i)
		m = m.push(Place{Screen: OrderState})
	}
	return m
}

// acts are the buttons that do something with an order.
var acts = map[string]operation.Kind{
	"urge": operation.OrderUrge, "sure": operation.OrderWithdraw, "solved": operation.OrderFollowUp, "unsolved": operation.OrderFollowUp,
}

// actOnOrder does what the button says with the order on the screen.
func (m Model) actOnOrder(name string, op operation.ID) (Model, []Command) {
	a := operation.OrderAct{Op: op, Kind: acts[name], Number: m.found().Number, By: m.proof(), Solved: name == "solved"}
	m.Visit.Acted = name
	m = m.work(op, "kiosk.busy.order", true)
	return m, []Command{ActOnOrder{m.Visits, a}}
}

// actedNotices say what was done.
var actedNotices = map[string]string{
	"urge": "kiosk.order.urged", "sure": "kiosk.order.withdrawn", "solved": "kiosk.order.thanks", "unsolved": "kiosk.order.again",
}

// orderActed shows the order as it is now. Without a hall what was done is safe
// and nothing more can be done with the order that is shown.
func (m Model) orderActed(a OrderActed) (Model, []Command) {
	if a.Err != nil {
		return m.sorry(refusal(a.Err)), nil
	}
	if a.Acted.Delivered {
		m.Visit.Notice = Notice{Key: actedNotices[m.Visit.Acted], Tone: Good}
		return m.loadOrders(a.Op)
	}
	m.Visit.Notice = Notice{Key: "kiosk.order.stored", Tone: Caution}
	all := slices.Clone(m.orders())
	all[m.Visit.Found].Can = nil
	m.Visit.Orders.Orders = idreader.Conceal(all)
	m.Visit.Work = Work{}
	n := m.indexOf(OrderState)
	m.Visit.Path = m.Visit.Path[:n:n]
	return m.push(Place{Screen: OrderState}).touched(), nil
}
