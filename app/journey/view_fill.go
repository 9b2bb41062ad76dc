package journey

import (
	"strings"

	"hallway/app/hall/catalogue"
	"hallway/app/ime"
	"hallway/idreader"
)

// viewForm shows what the card filled in.
func (m Model) viewForm(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.form"), m.t("kiosk.form.lead")
	person := m.Visit.Person.Reveal(show)
	s.Summary.Title = m.known().Name.In(m.Visit.Lang)
	for _, f := range m.known().Form {
		if v := prefill(f, person, m.Visit.Lang); v != "" {
			s.Summary.Facts = append(s.Summary.Facts, Fact{f.Label.In(m.Visit.Lang), masked(f, v)})
		}
	}
	if person.Photo != nil {
		s.Summary.Photo = person.Photo
	}
	s.Buttons = []Button{{ID: "do.continue", Label: m.t("kiosk.continue"), Tone: Main}}
}

// masked hides what the citizen knows by heart from those who look over the
// shoulder.
func masked(f catalogue.FormField, v string) string {
	if f.From == "number" {
		return idreader.IDNumber(v).Masked()
	}
	return v
}

// viewField asks one question.
func (m Model) viewField(s *Screen) {
	f, ok := m.question()
	if !ok {
		return
	}
	label := f.Label.In(m.Visit.Lang)
	s.Title, s.Lead = label, m.known().Name.In(m.Visit.Lang)
	s.Step = Step{m.Place().Step + 1, len(m.questions()) + 1}
	if f.Type == "choice" {
		from, to := m.page(len(f.Choices), m.Setup.Rows, s)
		for _, c := range f.Choices[from:to] {
			s.Choices = append(s.Choices, Choice{ID: "choice." + c.Value, Title: c.Label.In(m.Visit.Lang), Chosen: m.typed(f.Name) == c.Value})
		}
		if !f.Required {
			s.Buttons = []Button{{ID: "do.skip", Label: m.t("kiosk.skip")}}
		}
		return
	}
	m.viewEntry(s, m.hint(formEntry(f)))
	switch s.Entry.Keys {
	case DateKeys:
		s.Entry.Text = m.dated(s.Entry.Text)
	case Identity:
		s.Entry.Text = grouped(s.Entry.Text, 6, 8, 4)
	case PhoneKey:
		s.Entry.Text = groupPhone(s.Entry.Text)
	}
}

// hint is what an empty line says.
func (m Model) hint(e entry) string {
	switch {
	case e.keys != "":
		return m.t("kiosk.entry.hint." + string(e.keys))
	case e.kind == ime.Person:
		return m.t("kiosk.entry.hint.person")
	case e.kind == ime.Place:
		return m.t("kiosk.entry.hint.place")
	}
	return m.t("kiosk.entry.hint.text")
}

// groupPhone sets the spaces of a telephone number while it is typed: a mobile
// number is 138 0000 1234. A landline's area code has no fixed length.
func groupPhone(s string) string {
	if strings.HasPrefix(s, "1") {
		return grouped(s, 3, 4, 4, phoneMax)
	}
	return s
}

func (m Model) viewPhone(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.phone"), m.t("kiosk.phone.lead")
	m.viewEntry(s, m.t("kiosk.phone.hint"))
	s.Entry.Text = groupPhone(s.Entry.Text)
}

func (m Model) viewReceipt(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.receipt"), m.t("kiosk.receipt.lead")
	if m.Scanner.Usable() {
		s.Lead = m.t("kiosk.receipt.scan")
	}
	m.viewEntry(s, "0417-012-261123-0093-7")
	s.Entry.Text = groupReceipt(s.Entry.Text)
}

// groupReceipt sets the dashes of a receipt number while it is typed.
func groupReceipt(digits string) string {
	var parts []string
	for _, n := range []int{4, 3, 6, 4, 1} {
		if len(digits) == 0 {
			break
		}
		n = min(n, len(digits))
		parts, digits = append(parts, digits[:n]), digits[n:]
	}
	return strings.Join(parts, "-")
}

// viewReview shows every answer before it is sent.
func (m Model) viewReview(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.review"), m.t("kiosk.review.lead")
	s.Summary.Title = m.known().Name.In(m.Visit.Lang)
	person := m.Visit.Person.Reveal(show)
	for _, f := range m.known().Form {
		v := prefill(f, person, m.Visit.Lang)
		if v == "" {
			v = m.choiceLabel(f, m.typed(f.Name))
		}
		if v == "" {
			v = m.t("kiosk.empty")
		}
		s.Summary.Facts = append(s.Summary.Facts, Fact{f.Label.In(m.Visit.Lang), masked(f, v)})
	}
	s.Buttons = []Button{{ID: "do.submit", Label: m.t("kiosk.submit"), Tone: Main}}
}

func (m Model) choiceLabel(f catalogue.FormField, value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Label.In(m.Visit.Lang)
		}
	}
	return value
}

// viewConfirm shows the booking before it is made.
func (m Model) viewConfirm(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.confirm"), m.t("kiosk.confirm.lead")
	s.Summary.Title = m.known().Name.In(m.Visit.Lang)
	s.Summary.Facts = m.bookingFacts(m.Visit.Chosen.Start.In(m.zone()), m.span(m.Visit.Chosen))
	add := func(key, value string) {
		if value != "" {
			s.Summary.Facts = append(s.Summary.Facts, Fact{m.t(key), value})
		}
	}
	add("kiosk.fact.person", m.Visit.Person.Reveal(show).DisplayName())
	add("kiosk.fact.phone", maskPhone(m.typed(phoneAnswer)))
	add("kiosk.fact.area", m.pool(m.known()).Area.In(m.Visit.Lang))
	if s.Banner.Key == "" {
		s.Banner = m.slotsBanner()
	}
	s.Buttons = []Button{{ID: "do.book", Label: m.t("kiosk.book"), Tone: Main}}
}

// maskPhone hides the middle of a telephone number: 138****1234.
func maskPhone(s string) string {
	if len(s) < 8 {
		return s
	}
	return s[:3] + strings.Repeat("*", len(s)-7) + s[len(s)-4:]
}
