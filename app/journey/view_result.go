package journey

import (
	"strings"
	"time"
)

// viewTicket shows the number. The banner tells what became of the paper.
func (m Model) viewTicket(s *Screen) {
	t, item := m.Visit.Ticket, m.known()
	s.Title = item.Name.In(m.Visit.Lang)
	s.Result = Result{Label: m.t("kiosk.ticket"), Number: t.Number, QR: t.Link, QRNote: m.t("kiosk.ticket.scan")}
	add := func(key, value string) {
		if value != "" {
			s.Result.Facts = append(s.Result.Facts, Fact{m.t(key), value})
		}
	}
	if t.Ahead >= 0 && !t.Offline {
		add("kiosk.fact.ahead", m.t("kiosk.people", t.Ahead))
		add("kiosk.fact.wait", m.wait(t.WaitFrom, t.WaitTo))
	}
	add("kiosk.fact.area", m.pool(item).Area.In(m.Visit.Lang))
	add("kiosk.fact.windows", strings.Join(m.windows(item), m.t("kiosk.comma")))
	add("kiosk.fact.issued", t.IssuedAt.In(m.zone()).Format("15:04"))
	switch {
	case t.Offline:
		s.Result.Mark = m.banner(Notice{Key: "kiosk.ticket.offline", Tone: Caution})
	case t.Known:
		s.Result.Mark = m.banner(Notice{Key: "kiosk.ticket.known", Tone: Info})
	}
	m.viewPaper(s)
}

func (m Model) wait(from, to int) string {
	switch {
	case from < 0 || to < from:
		return ""
	case from == to:
		return m.t("kiosk.minutes", to)
	}
	return m.t("kiosk.minutes.range", from, to)
}

// viewPaper tells what became of the slip and offers to try again.
func (m Model) viewPaper(s *Screen) {
	p := m.Visit.Print
	s.Banner = m.banner(p.notice())
	if p.again() {
		s.Buttons = append(s.Buttons, Button{ID: "do.print", Icon: "printer", Label: m.t("print.again")})
	}
	s.Buttons = append(s.Buttons, Button{ID: "do.finish", Icon: "home", Label: m.t("kiosk.finish"), Tone: Main})
}

func (m Model) viewAccepted(s *Screen) {
	a := m.Visit.Accepted
	s.Title = m.known().Name.In(m.Visit.Lang)
	s.Result = Result{Label: m.t("kiosk.accepted.number"), Number: a.Receipt, Receipt: true,
		Mark: m.banner(Notice{Key: "kiosk.accepted.stored", Tone: Caution}),
		Facts: []Fact{
			{m.t("kiosk.fact.at"), a.At.In(m.zone()).Format("2006-01-02 15:04")},
			{m.t("kiosk.fact.days"), m.workingDays(m.known().PledgeDays)},
		}}
	if a.Delivered {
		s.Result.Mark = m.banner(Notice{Key: "kiosk.accepted.delivered", Tone: Good})
	}
	m.viewPaper(s)
}

func (m Model) viewBooked(s *Screen) {
	b := m.Visit.Booking
	s.Title = m.known().Name.In(m.Visit.Lang)
	s.Result = Result{Label: m.t("kiosk.booked.number"), Number: b.Receipt, Receipt: true,
		Mark:  m.banner(Notice{Key: "kiosk.booked.request", Tone: Caution}),
		Facts: m.bookingFacts(b.Slot.Start.In(m.zone()), m.span(b.Slot))}
	if area := m.pool(m.known()).Area.In(m.Visit.Lang); area != "" {
		s.Result.Facts = append(s.Result.Facts, Fact{m.t("kiosk.fact.area"), area})
	}
	if b.Confirmed {
		s.Result.Mark = m.banner(Notice{Key: "kiosk.booked.sure", Tone: Good})
	}
	m.viewPaper(s)
}

func (m Model) bookingFacts(start time.Time, span string) []Fact {
	return []Fact{{m.t("kiosk.fact.date"), m.date(start)}, {m.t("kiosk.fact.time"), span}}
}
