package journey

import (
	"strconv"
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/operation"
	"hallway/app/text"
)

// maxTiles is how many classes one page holds.
const maxTiles = 10

// maxTimes is how many times of a day one page holds.
const maxTimes = 20

// maxDays is how many bookable days are offered.
const maxDays = 10

func (m Model) viewAudience(s *Screen) {
	s.Title = m.t("kiosk.audience")
	for _, a := range []struct {
		audience catalogue.Audience
		icon     string
	}{{catalogue.Citizens, "person"}, {catalogue.Enterprise, "company"}} {
		v := m
		v.Visit.Audience = a.audience
		key := "kiosk.audience." + string(a.audience)
		s.Tiles = append(s.Tiles, Tile{ID: "audience." + string(a.audience), Icon: a.icon, Title: m.t(key),
			Note: m.t(key + ".note"), Off: len(v.classes()) == 0})
	}
}

func (m Model) viewClasses(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.classes"), m.t("kiosk.audience."+string(m.Visit.Audience))
	all := m.classes()
	from, to := m.page(len(all), maxTiles, s)
	for _, c := range all[from:to] {
		s.Tiles = append(s.Tiles, Tile{ID: "class." + c.Code, Icon: c.Icon, Title: c.Name.In(m.Visit.Lang),
			Note: m.t("kiosk.classes.count", m.offers(c.Code))})
	}
}

func (m Model) viewItems(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.items."+string(m.Visit.Flow)), m.className()
	all := m.items()
	from, to := m.page(len(all), m.Setup.Rows, s)
	for _, i := range all[from:to] {
		c := Choice{ID: "item." + i.Code, Title: i.Name.In(m.Visit.Lang), Note: m.department(i).Name.In(m.Visit.Lang)}
		if i.NeedsCard && m.Visit.Flow == FlowNumber {
			c.Mark = m.t("kiosk.needs_card")
		}
		s.Choices = append(s.Choices, c)
	}
}

func (m Model) className() string {
	for _, c := range m.goods().Classes {
		if c.Code == m.Visit.Class {
			return c.Name.In(m.Visit.Lang)
		}
	}
	return ""
}

// viewCard asks for the card and tells what to bring, so that nobody takes a
// number in vain.
func (m Model) viewCard(s *Screen) {
	item := m.known()
	optional := m.Visit.Flow == FlowNumber && !item.NeedsCard || m.Visit.Flow == FlowOrder
	s.Title, s.Lead, s.Picture = m.t("card.lay"), m.t("card.lay.lead"), "reader"
	if optional {
		s.Lead = m.t("card.lay.optional")
		s.Buttons = []Button{{ID: "do.without", Label: m.t("card.without"), Tone: Main}}
	}
	if m.Visit.Flow == FlowOrder {
		s.Lead, s.Buttons[0].Label = m.t("kiosk.order.card"), m.t("kiosk.order.card.without")
	}
	if m.Visit.Item != "" {
		s.Summary = m.summaryOf(item)
	}
	switch {
	case m.Visit.Reading:
		s.Banner = m.banner(Notice{Key: "card.reading", Tone: Info})
	case m.strange():
		s.Banner = m.banner(Notice{Key: "card.left", Tone: Caution})
	case s.Banner.Key == "" && !m.Reader.Usable():
		s.Banner = m.banner(Notice{Key: "card.reader", Tone: Bad})
	}
	if s.Banner.Key == "card.reader" && optional {
		s.Banner = m.banner(Notice{Key: "card.reader.optional", Tone: Caution})
	}
}

// summaryOf tells what a citizen must know of a service.
func (m Model) summaryOf(i catalogue.Item) Summary {
	lang := m.Visit.Lang
	out := Summary{Title: i.Name.In(lang)}
	add := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, Fact{m.t(key), value})
		}
	}
	add("kiosk.fact.department", m.department(i).Name.In(lang))
	add("kiosk.fact.area", m.pool(i).Area.In(lang))
	add("kiosk.fact.days", m.workingDays(i.PledgeDays))
	add("kiosk.fact.fee", m.fee(i.FeeFen))
	for _, material := range i.Materials {
		out.Lines = append(out.Lines, m.material(material))
	}
	if len(out.Lines) > 0 {
		out.Head, out.More = m.t("kiosk.materials"), m.t("kiosk.materials.more")
	}
	return out
}

func (m Model) workingDays(days int) string {
	if days == 0 {
		return m.t("kiosk.days.now")
	}
	return m.t("kiosk.days", days)
}

func (m Model) fee(fen int) string {
	switch {
	case fen == 0:
		return m.t("kiosk.fee.free")
	case fen%100 == 0:
		return m.t("kiosk.fee", strconv.Itoa(fen/100))
	}
	return m.t("kiosk.fee", strconv.FormatFloat(float64(fen)/100, 'f', 2, 64))
}

func (m Model) material(x catalogue.Material) string {
	name := x.Name.In(m.Visit.Lang)
	if x.Copies == 0 {
		return m.t("kiosk.material.original", name)
	}
	return m.t("kiosk.material.copies", name, x.Copies)
}

func (m Model) viewProgress(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.progress"), m.t("kiosk.progress.lead")
	s.Tiles = []Tile{
		{ID: "by.card", Icon: "card", Title: m.t("kiosk.progress.card"), Note: m.t("kiosk.progress.card.note")},
		{ID: "by.receipt", Icon: "receipt", Title: m.t("kiosk.progress.receipt"), Note: m.t("kiosk.progress.receipt.note")},
	}
}

func (m Model) viewDays(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.booking.day"), m.known().Name.In(m.Visit.Lang)
	if s.Banner.Key == "" {
		s.Banner = m.slotsBanner()
	}
	days := m.days()
	for _, d := range days[:min(len(days), maxDays)] {
		day, err := time.Parse(time.DateOnly, d)
		if err != nil {
			continue
		}
		free := 0
		for _, slot := range m.slotsOf(d) {
			free += slot.Free
		}
		s.Days = append(s.Days, Day{ID: "day." + d, Day: m.shortDay(day), Weekday: m.weekday(day),
			Note: m.places(free), Chosen: d == m.Visit.Day, Off: free == 0})
	}
}

func (m Model) shortDay(t time.Time) string {
	if m.Visit.Lang == text.En {
		return t.Format("2 Jan")
	}
	return m.t("kiosk.date.short", int(t.Month()), t.Day())
}

func (m Model) places(free int) string {
	if free == 0 {
		return m.t("kiosk.booking.full")
	}
	return m.t("kiosk.booking.free", free)
}

func (m Model) viewTimes(s *Screen) {
	slots := m.slotsOf(m.Visit.Day)
	s.Title = m.t("kiosk.booking.time")
	if len(slots) > 0 {
		s.Lead = m.date(slots[0].Start.In(m.zone()))
	}
	if s.Banner.Key == "" {
		s.Banner = m.slotsBanner()
	}
	from, to := m.page(len(slots), maxTimes, s)
	for _, slot := range slots[from:to] {
		s.Times = append(s.Times, Time{ID: "slot." + slot.ID, Text: slot.Start.In(m.zone()).Format("15:04"),
			Note: m.places(slot.Free), Chosen: slot.ID == m.Visit.Chosen.ID, Off: slot.Free == 0})
	}
}

// slotsBanner says that the places were not confirmed by the hall just now.
func (m Model) slotsBanner() Banner {
	if m.Visit.Slots.Live {
		return Banner{}
	}
	return m.banner(Notice{Key: "kiosk.booking.cached", Tone: Caution})
}

// span is a slot's time as people write it.
func (m Model) span(s operation.Slot) string {
	return s.Start.In(m.zone()).Format("15:04") + "–" + s.End.In(m.zone()).Format("15:04")
}
