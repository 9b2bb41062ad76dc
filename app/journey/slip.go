package journey

import (
	"hallway/app/hall/catalogue"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/idreader"
	"hallway/printer"
	"hallway/printer/ticket"
)

// slip is the paper of the result on the screen. It never carries more of the
// person than a masked name.
func (m Model) slip() (operation.ID, printer.Document) {
	lang := string(m.Visit.Lang)
	switch m.Place().Screen {
	case Ticket:
		return m.Visit.Ticket.Op, m.queueSlip().Document(lang)
	case Accepted:
		return m.Visit.Accepted.Op, m.receiptSlip().Document(lang)
	case OrderLodged:
		return m.Visit.Lodged.Op, m.orderSlip().Document(lang)
	}
	return m.Visit.Booking.Op, m.bookingSlip().Document(lang)
}

func (m Model) queueSlip() ticket.Queue {
	t, item := m.Visit.Ticket, m.known()
	return ticket.Queue{
		Hall: nameOf(m.Hall.Name), Number: t.Number, Service: nameOf(item.Name), Area: nameOf(m.pool(item).Area),
		Windows: m.windows(item), Ahead: t.Ahead, WaitFrom: t.WaitFrom, WaitTo: t.WaitTo, Offline: t.Offline, Known: t.Known,
		IssuedAt: t.IssuedAt.In(m.zone()), Terminal: m.Setup.Terminal, Link: t.Link,
	}
}

func (m Model) receiptSlip() ticket.Receipt {
	a := m.Visit.Accepted
	return ticket.Receipt{
		Hall: nameOf(m.Hall.Name), Number: a.Receipt, Item: nameOf(m.known().Name), Person: m.maskedName(),
		At: a.At.In(m.zone()), Delivered: a.Delivered, Ref: a.ServerRef, Terminal: m.Setup.Terminal, Link: a.Receipt,
	}
}

func (m Model) bookingSlip() ticket.Booking {
	b, item := m.Visit.Booking, m.known()
	return ticket.Booking{
		Hall: nameOf(m.Hall.Name), Number: b.Receipt, Item: nameOf(item.Name), Area: nameOf(m.pool(item).Area),
		Start: b.Slot.Start.In(m.zone()), End: b.Slot.End.In(m.zone()), Person: m.maskedName(), Request: !b.Confirmed,
		At: m.Now.In(m.zone()), Terminal: m.Setup.Terminal, Link: b.Receipt,
	}
}

func (m Model) orderSlip() ticket.Order {
	o, d := m.Visit.Lodged, m.Visit.Draft
	subject, _ := m.goods().Subject(d.Subject)
	kind := "kiosk.order.kind." + string(d.Kind)
	due := o.Due
	if !due.IsZero() {
		due = due.In(m.zone())
	}
	return ticket.Order{
		Hall: nameOf(m.Hall.Name), Number: o.Number, Secret: groupCode(o.Secret.Reveal("print on the slip")),
		Kind: ticket.Name{Zh: text.T(text.ZhHans, kind), En: text.T(text.En, kind)}, Subject: nameOf(subject.Name),
		At: o.At.In(m.zone()), Due: due, Delivered: o.Delivered, Terminal: m.Setup.Terminal, Link: o.Link.Reveal("print on the slip"),
	}
}

// known is the chosen item; one that left the catalogue meanwhile is known by
// its code alone.
func (m Model) known() (i catalogue.Item) {
	i, ok := m.item()
	if !ok {
		i.Name = text.Local{text.ZhHans: m.Visit.Item}
	}
	return i
}

// windows are the numbers of the windows that serve an item.
func (m Model) windows(i catalogue.Item) []string {
	var all []string
	for _, w := range m.goods().WindowsOf(i.Pool) {
		all = append(all, w.ID)
	}
	return all
}

func (m Model) maskedName() string {
	return idreader.MaskName(m.Visit.Person.Reveal("masked on the slip").DisplayName())
}

func nameOf(l text.Local) ticket.Name { return ticket.Name{Zh: l[text.ZhHans], En: l[text.En]} }
