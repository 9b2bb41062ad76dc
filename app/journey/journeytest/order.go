package journeytest

import (
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/hall/order"
	"hallway/app/journey"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
)

// OrderNumber and OrderSecret open the order of the invented citizen.
const (
	OrderNumber = "0417-012-261123-0095-3"
	OrderSecret = "7q2m9xkd"
)

// OrderLink is what the code on its slip says.
var OrderLink = operation.OrderLink("http://hall.example", OrderNumber, OrderSecret)

// subjects are prepared for complaints only, so that the other kinds ask for
// the department.
var subjects = []catalogue.Subject{
	{Code: "noise", Kinds: []order.Kind{order.Complaint}, Department: "mkt", Name: local("工地噪声和扬尘", "Noise and dust of building sites")},
	{Code: "goods", Kinds: []order.Kind{order.Complaint}, Department: "mkt", Name: local("商品质量和消费纠纷", "Quality of goods and consumer disputes")},
	{Code: "wages", Kinds: []order.Kind{order.Complaint, order.Report}, Department: "hrss", Name: local("拖欠工资", "Unpaid wages")},
}

// Lodged is an order that the invented hall has registered.
func Lodged(op operation.ID) operation.LodgedOrder {
	return operation.LodgedOrder{Op: op, Number: OrderNumber, Secret: idreader.Conceal(OrderSecret), Link: idreader.Conceal(OrderLink),
		At: Morning, Due: time.Date(2026, 12, 2, 17, 30, 0, 0, Zone), Delivered: true}
}

// can are what a citizen may do in a state.
var can = map[string][]string{"in_progress": {"urge", "withdraw"}, "answered": {"close", "reopen"}}

// Order is the invented citizen's complaint in a state.
func Order(state string) operation.Order {
	o := operation.Order{Number: OrderNumber, Kind: "complaint", Subject: "noise", Unit: "mkt", State: state,
		RegisteredAt: Morning.Add(-72 * time.Hour).UnixMilli(), Due: Morning.Add(55 * time.Hour).UnixMilli(), Urges: 1, Can: can[state]}
	if state == "answered" || state == "closed" {
		o.Answer = "您好，我局已于11月21日到现场检查，责令施工单位停止夜间施工，并安装围挡和喷淋设备。今后每周复查一次。"
	}
	return o
}

// Orders are that order alone, as the hall just said.
func Orders(state string) operation.Orders {
	return operation.Orders{Live: true, AsOf: Morning, Orders: idreader.Conceal([]operation.Order{Order(state)})}
}

// TwoOrders are that order and an older one.
func TwoOrders() operation.Orders {
	older := Order("closed")
	older.Number, older.Kind, older.Subject, older.Outcome = "0417-012-261102-0012-4", "help", "", "solved"
	return operation.Orders{Live: true, AsOf: Morning, Orders: idreader.Conceal([]operation.Order{Order("in_progress"), older})}
}

// ShowOrder finds the citizen's order by its slip, in a state.
func ShowOrder(r *Rig, state string) {
	r.Press("tile.order", "order.status", "by.order")
	r.Type("041701226112300953")
	r.Press("do.ok")
	r.Type("7Q2M9XKD")
	r.Press("do.ok")
	if c, ok := Take[journey.LoadOrders](r); ok {
		r.Send(journey.OrdersLoaded{Visit: c.Visit, Op: c.Op, Orders: Orders(state)})
	}
}

// DraftOrder fills in a complaint up to the card.
func DraftOrder(r *Rig) {
	r.Press("tile.order", "order.complaint", "subject.noise")
	r.Press("keys.letters")
	r.Type("rd8")
	r.Press("do.ok")
	r.Type("13800001234")
	r.Press("do.ok")
}

// orderShots are the screens of help orders.
func orderShots() []Shot {
	long := func(r *Rig) {
		ShowOrder(r, "answered")
		all := []operation.Order{Order("answered")}
		all[0].State, all[0].Can, all[0].Overdue = "reopened", []string{"urge", "withdraw"}, true
		for range 4 {
			all[0].Answer += all[0].Answer
		}
		r.Press("do.unsolved")
		a, _ := Take[journey.ActOnOrder](r)
		r.Send(journey.OrderActed{Visit: a.Visit, Op: a.Act.Op, Acted: operation.OrderActed{Op: a.Act.Op, Delivered: true}})
		c, _ := Take[journey.LoadOrders](r)
		r.Send(journey.OrdersLoaded{Visit: c.Visit, Op: c.Op, Orders: operation.Orders{Live: true, AsOf: Morning, Orders: idreader.Conceal(all)}})
	}
	return []Shot{
		{"orders", func(r *Rig) { r.Press("tile.order") }},
		{"order-subjects", func(r *Rig) { r.Press("tile.order", "order.complaint") }},
		{"order-units", func(r *Rig) { r.Press("tile.order", "order.help") }},
		{"order-text", func(r *Rig) {
			r.Press("tile.order", "order.complaint", "subject.noise")
			r.Type("zaoyin")
			r.Press("cand.0")
		}},
		{"order-phone", func(r *Rig) { r.Press("tile.order", "order.complaint", "subject.noise", "do.skip") }},
		{"order-card", DraftOrder},
		{"order-review", func(r *Rig) { DraftOrder(r); r.Lay() }},
		{"order-lodged", func(r *Rig) { DraftOrder(r); r.Press("do.without", "do.lodge"); r.Answer() }},
		{"order-lodged-offline", func(r *Rig) {
			DraftOrder(r)
			r.Press("do.without", "do.lodge")
			c, _ := Take[journey.Lodge](r)
			o := Lodged(c.Request.Op)
			o.Delivered = false
			r.Send(journey.OrderStored{Visit: c.Visit, Op: o.Op, Order: o})
			r.Answer()
		}},
		{"order-find", func(r *Rig) { r.Press("tile.order", "order.status") }},
		{"order-number", func(r *Rig) { r.Press("tile.order", "order.status", "by.order"); r.Type("0417012") }},
		{"order-number-scanner", func(r *Rig) {
			r.Send(journey.DeviceChanged{Kind: devices.Scanner, State: devices.Ready})
			r.Press("tile.order", "order.status", "by.order")
		}},
		{"order-secret", func(r *Rig) {
			r.Press("tile.order", "order.status", "by.order")
			r.Type("041701226112300953")
			r.Press("do.ok")
			r.Type("7Q2M")
		}},
		{"order-state", func(r *Rig) { ShowOrder(r, "in_progress") }},
		{"order-urged", func(r *Rig) { ShowOrder(r, "in_progress"); r.Press("do.urge"); r.Answer() }},
		{"order-answered", func(r *Rig) { ShowOrder(r, "answered") }},
		{"order-answered-long", long},
		{"order-sure", func(r *Rig) { ShowOrder(r, "in_progress"); r.Press("do.withdraw") }},
		{"order-list", func(r *Rig) {
			r.Press("tile.order", "order.status", "by.card")
			r.Lay()
			c, _ := Take[journey.LoadOrders](r)
			r.Send(journey.OrdersLoaded{Visit: c.Visit, Op: c.Op, Orders: TwoOrders()})
		}},
	}
}
