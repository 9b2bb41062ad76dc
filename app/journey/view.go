package journey

import (
	"math"
	"time"

	"hallway/app/operation"
	"hallway/app/text"
)

// View says what the screen of a model shows.
func View(m Model) Screen {
	s := m.frame()
	if m.asks() {
		m.viewIdle(&s)
		return s
	}
	s.ID = m.Place().Screen
	s.Help = m.help()
	s.Banner = m.banner(m.Visit.Notice)
	views[s.ID](m, &s)
	return s
}

// views fill in the screens.
var views = map[ScreenID]func(Model, *Screen){
	Home: Model.viewHome, Audience: Model.viewAudience, Classes: Model.viewClasses, Items: Model.viewItems,
	Card: Model.viewCard, Busy: Model.viewBusy, Ticket: Model.viewTicket, Form: Model.viewForm, Field: Model.viewField,
	Review: Model.viewReview, Accepted: Model.viewAccepted, Days: Model.viewDays, Times: Model.viewTimes,
	Phone: Model.viewPhone, Confirm: Model.viewConfirm, Booked: Model.viewBooked, Progress: Model.viewProgress,
	Receipt: Model.viewReceipt, Cases: Model.viewCases, Sorry: Model.viewSorry, TakeCard: Model.viewTakeCard,
	Orders: Model.viewOrders, OrderSubjects: Model.viewOrderSubjects, OrderUnits: Model.viewOrderUnits, OrderText: Model.viewOrderText,
	OrderPhone: Model.viewOrderPhone, OrderReview: Model.viewOrderReview, OrderLodged: Model.viewOrderLodged, OrderFind: Model.viewOrderFind,
	OrderNumber: Model.viewOrderNumber, OrderSecret: Model.viewOrderSecret, OrderList: Model.viewOrderList, OrderState: Model.viewOrderState,
	OrderSure: Model.viewOrderSure,
}

func (m Model) frame() Screen {
	now := m.Now.In(m.zone())
	clock := m.t("kiosk.date", int(now.Month()), now.Day(), m.weekday(now)) + "  " + now.Format("15:04")
	if m.Visit.Lang == text.En {
		clock = now.Format("Mon 2 Jan  15:04")
	}
	name := m.Hall.Name.In(m.Visit.Lang)
	if name == "" {
		name = m.t("kiosk.hall")
	}
	return Screen{Lang: m.Visit.Lang, Hall: name, Terminal: m.t("kiosk.terminal", m.Setup.Terminal), Clock: clock}
}

// t is the message of a key in the visit's language.
func (m Model) t(key string, args ...any) string { return text.T(m.Visit.Lang, key, args...) }

var weekdayKeys = [...]string{"kiosk.day.0", "kiosk.day.1", "kiosk.day.2", "kiosk.day.3", "kiosk.day.4", "kiosk.day.5", "kiosk.day.6"}

func (m Model) weekday(t time.Time) string { return m.t(weekdayKeys[t.Weekday()]) }

// date is a day with its weekday, as people write it.
func (m Model) date(t time.Time) string {
	if m.Visit.Lang == text.En {
		return t.Format("Mon 2 Jan 2006")
	}
	return m.t("kiosk.date", int(t.Month()), t.Day(), m.weekday(t))
}

func (m Model) banner(n Notice) Banner {
	if n.Key == "" {
		return Banner{}
	}
	return Banner{Key: n.Key, Text: m.t(n.Key, n.Args...), Tone: n.Tone}
}

// help is the band at the bottom of the present screen.
func (m Model) help() Help {
	h := Help{Seconds: -1, Lang: &Button{ID: "lang", Icon: "globe", Label: text.T(m.Visit.Lang.Other(), "kiosk.language"), Tone: Quiet}}
	if m.Place().Screen != Home {
		busy := m.Visit.Work.Commit
		h.Back = &Button{ID: "nav.back", Icon: "back", Label: m.t("kiosk.back"), Tone: Quiet, Off: busy}
		h.Home = &Button{ID: "nav.home", Icon: "home", Label: m.t("kiosk.home"), Tone: Quiet, Off: busy}
	}
	if m.final() {
		h.Back = nil
	}
	if m.begun() && m.Visit.Work.Op == "" {
		h.Seconds = int(math.Ceil(max(0, m.left().Seconds())))
		h.Countdown = m.t("kiosk.left", h.Seconds)
	}
	return h
}

func (m Model) viewIdle(s *Screen) {
	s.ID, s.Picture = Idle, "clock"
	s.Help = m.help()
	s.Help.Back, s.Help.Home = nil, nil
	s.Title, s.Lead = m.t("kiosk.idle"), m.t("kiosk.idle.lead")
	s.Buttons = []Button{
		{ID: "idle.leave", Icon: "home", Label: m.t("kiosk.idle.leave")},
		{ID: "idle.stay", Label: m.t("kiosk.idle.stay"), Tone: Main},
	}
}

func (m Model) viewHome(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.welcome"), m.t("kiosk.welcome.lead")
	off := m.Hall.Catalogue == nil
	tile := func(f Flow, icon string, off bool) Tile {
		return Tile{ID: "tile." + string(f), Icon: icon, Title: m.t("kiosk.flow." + string(f)), Note: m.t("kiosk.flow." + string(f) + ".note"), Off: off}
	}
	s.Tiles = []Tile{tile(FlowNumber, "ticket", off), tile(FlowApplication, "form", off),
		tile(FlowBooking, "calendar", off), tile(FlowProgress, "progress", off), tile(FlowOrder, "speech", off)}
	s.Banner = m.banner(m.homeNotice())
}

// homeNotice is the most important fact about the terminal itself.
func (m Model) homeNotice() Notice {
	switch {
	case m.Hall.Catalogue == nil:
		return Notice{Key: "refusal." + operation.CodeNotEnrolled, Tone: Bad}
	case m.Slot.Lying:
		return Notice{Key: "card.left", Tone: Caution}
	case !m.Hall.Online:
		return Notice{Key: "kiosk.offline", Tone: Caution}
	case !m.Printer.Usable():
		return Notice{Key: "kiosk.no_paper", Tone: Caution}
	}
	return Notice{}
}

func (m Model) viewSorry(s *Screen) {
	s.Title, s.Picture = m.t("kiosk.sorry"), "warning"
	s.Buttons = []Button{
		{ID: "do.retry", Label: m.t("kiosk.retry")},
		{ID: "do.finish", Icon: "home", Label: m.t("kiosk.home"), Tone: Main},
	}
}

func (m Model) viewBusy(s *Screen) {
	s.Title, s.Lead, s.Picture = m.t(m.Visit.Work.Key), m.t("kiosk.busy.lead"), "clock"
}

func (m Model) viewTakeCard(s *Screen) {
	s.Title, s.Lead, s.Picture = m.t("card.take"), m.t("card.take.lead"), "card"
	s.Help.Home, s.Help.Lang.Off = nil, false
	s.Buttons = []Button{{ID: "do.finish", Icon: "home", Label: m.t("kiosk.home")}}
}

func (m Model) viewCases(s *Screen) {
	s.Title = m.t("kiosk.cases")
	c := m.Visit.Cases
	if !c.Live {
		s.Banner = m.banner(Notice{Key: "kiosk.cases.cached", Tone: Caution})
	}
	s.Buttons = []Button{{ID: "do.finish", Icon: "home", Label: m.t("kiosk.finish"), Tone: Main}}
	if len(c.Cases) == 0 {
		s.Lead, s.Picture = m.t("kiosk.cases.none"), "search"
		return
	}
	from, to := m.page(len(c.Cases), max(1, m.Setup.Rows-1), s)
	for _, one := range c.Cases[from:to] {
		s.Cases = append(s.Cases, m.caseLine(one))
	}
}

var caseTones = map[string]Tone{
	"received": Info, "booked": Good, "rejected": Bad, "requested": Caution, "waiting_to_send": Caution, "cancelled": Info, "cancelled_late": Info,
	"cancelled_hall": Bad, "rescheduled": Info, "no_show": Caution,
}

func (m Model) caseLine(c operation.Case) CaseLine {
	title := c.Item
	if i, ok := m.itemOf(c.Item); ok {
		title = i.Name.In(m.Visit.Lang)
	}
	state := m.t("kiosk.case.unknown")
	if _, ok := caseTones[c.State]; ok {
		state = m.t("kiosk.case." + c.State)
	}
	at := time.UnixMilli(c.At).In(m.zone()).Format("2006-01-02 15:04")
	if c.Start > 0 {
		start := time.UnixMilli(c.Start).In(m.zone())
		at = m.t("kiosk.case.for", m.date(start), start.Format("15:04"))
	}
	return CaseLine{Title: title, State: state, At: at, Receipt: c.Receipt, Tone: caseTones[c.State]}
}

// page says which of n lines are on the present page and fills in the pager.
func (m Model) page(n, rows int, s *Screen) (from, to int) {
	pages := max(1, (n+rows-1)/rows)
	at := min(m.Place().Page, pages-1)
	s.Pager = Pager{at, pages, m.t("kiosk.page", at+1, pages), m.t("kiosk.page.prev"), m.t("kiosk.page.next")}
	return at * rows, min(n, (at+1)*rows)
}
