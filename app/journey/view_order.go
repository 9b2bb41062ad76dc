package journey

import (
	"slices"
	"strings"
	"time"

	"hallway/app/hall/order"
	"hallway/app/operation"
)

// orderIcons are the drawings of the kinds.
var orderIcons = map[order.Kind]string{
	order.Consultation: "info", order.Help: "social", order.Complaint: "warning", order.Report: "safety", order.Suggestion: "speech",
}

func (m Model) viewOrders(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.orders"), m.t("kiosk.orders.lead")
	for _, k := range order.Kinds() {
		s.Tiles = append(s.Tiles, Tile{ID: "order." + string(k), Icon: orderIcons[k], Title: m.kindName(string(k)), Note: m.t("kiosk.order.about." + string(k))})
	}
	s.Tiles = append(s.Tiles, Tile{ID: "order.status", Icon: "progress", Title: m.t("kiosk.order.status"), Note: m.t("kiosk.order.status.note")})
}

func (m Model) kindName(kind string) string { return m.t("kiosk.order.kind." + kind) }

func (m Model) viewOrderSubjects(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.order.subjects"), m.kindName(string(m.Visit.Draft.Kind))
	all := m.goods().SubjectsOf(m.Visit.Draft.Kind)
	from, to := m.page(len(all), max(1, m.Setup.Rows-1), s)
	for _, x := range all[from:to] {
		d, _ := m.goods().Department(x.Department)
		s.Choices = append(s.Choices, Choice{ID: "subject." + x.Code, Title: x.Name.In(m.Visit.Lang), Note: d.Name.In(m.Visit.Lang), Chosen: x.Code == m.Visit.Draft.Subject})
	}
	s.Choices = append(s.Choices, Choice{ID: "other.subject", Title: m.t("kiosk.order.other"), Note: m.t("kiosk.order.other.note")})
}

func (m Model) viewOrderUnits(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.order.units"), m.kindName(string(m.Visit.Draft.Kind))
	all := m.goods().Departments
	from, to := m.page(len(all), max(1, m.Setup.Rows-1), s)
	for _, d := range all[from:to] {
		s.Choices = append(s.Choices, Choice{ID: "unit." + d.Code, Title: d.Name.In(m.Visit.Lang), Chosen: d.Code == m.Visit.Draft.Unit})
	}
	s.Choices = append(s.Choices, Choice{ID: "other.unit", Title: m.t("kiosk.order.unit.unknown"), Note: m.t("kiosk.order.unit.unknown.note")})
}

func (m Model) viewOrderText(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.order.text"), m.t("kiosk.order.text.lead")
	if m.Visit.Draft.Subject != "" {
		s.Lead = m.t("kiosk.order.text.optional", m.subjectName(m.Visit.Draft.Subject))
	}
	m.viewEntry(s, m.t("kiosk.order.text.hint"))
}

func (m Model) viewOrderPhone(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.phone"), m.t("kiosk.order.phone.lead")
	m.viewEntry(s, m.t("kiosk.phone.hint"))
}

// subjectName is a prepared subject's name; one that left the catalogue is
// known by its code.
func (m Model) subjectName(code string) string {
	if x, ok := m.goods().Subject(code); ok {
		return x.Name.In(m.Visit.Lang)
	}
	return code
}

// unitName is a department's name, or where an order without one is.
func (m Model) unitName(code string) string {
	if d, ok := m.goods().Department(code); ok {
		return d.Name.In(m.Visit.Lang)
	}
	return m.t("kiosk.order.desk")
}

func (m Model) viewOrderReview(s *Screen) {
	d := m.Visit.Draft
	s.Title, s.Lead = m.t("kiosk.review"), m.t("kiosk.order.review.lead")
	s.Summary.Title = m.kindName(string(d.Kind))
	add := func(key, value string) {
		if value != "" {
			s.Summary.Facts = append(s.Summary.Facts, Fact{m.t(key), value})
		}
	}
	add("kiosk.order.fact.subject", m.subjectName(d.Subject))
	unit := d.Unit
	if x, ok := m.goods().Subject(d.Subject); ok {
		unit = x.Department
	}
	add("kiosk.order.fact.unit", m.unitName(unit))
	add("kiosk.order.fact.text", m.typed(orderText))
	add("kiosk.fact.phone", maskPhone(m.typed(orderPhone)))
	if m.Visit.Person.Present() {
		add("kiosk.order.fact.person", m.maskedName())
	}
	s.Buttons = []Button{{ID: "do.lodge", Label: m.t("kiosk.order.submit"), Tone: Main}}
}

func (m Model) viewOrderLodged(s *Screen) {
	o := m.Visit.Lodged
	s.Title = m.kindName(string(m.Visit.Draft.Kind))
	s.Result = Result{Label: m.t("kiosk.order.number"), Number: o.Number, Receipt: true, QR: o.Link.Reveal(show), QRNote: m.t("kiosk.order.scan"),
		Mark: m.banner(Notice{Key: "kiosk.order.lodged.stored", Tone: Caution})}
	add := func(key, value string) { s.Result.Facts = append(s.Result.Facts, Fact{m.t(key), value}) }
	add("kiosk.order.fact.secret", groupCode(o.Secret.Reveal(show)))
	if !o.Due.IsZero() {
		add("kiosk.order.fact.due", m.moment(o.Due))
	}
	if o.Delivered {
		s.Result.Mark = m.banner(Notice{Key: "kiosk.order.lodged.sent", Tone: Good})
	}
	m.viewPaper(s)
}

// moment is a day with its weekday and a time, as people write it.
func (m Model) moment(t time.Time) string {
	t = t.In(m.zone())
	return m.date(t) + " " + t.Format("15:04")
}

// groupCode writes a secret in two groups of capitals, as on the slip.
func groupCode(secret string) string {
	s := strings.ToUpper(secret)
	if len(s) > 4 {
		s = s[:4] + " " + s[4:]
	}
	return s
}

func (m Model) viewOrderFind(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.order.find"), m.t("kiosk.order.find.lead")
	s.Tiles = []Tile{
		{ID: "by.order", Icon: "receipt", Title: m.t("kiosk.order.find.slip"), Note: m.t("kiosk.order.find.slip.note")},
		{ID: "by.card", Icon: "card", Title: m.t("kiosk.progress.card"), Note: m.t("kiosk.order.find.card.note")},
	}
}

func (m Model) viewOrderNumber(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.receipt"), m.t("kiosk.order.number.lead")
	if m.Scanner.Usable() {
		s.Lead = m.t("kiosk.order.number.scan")
	}
	m.viewEntry(s, "0417-012-261123-0093-7")
	s.Entry.Text = groupReceipt(strings.ReplaceAll(s.Entry.Text, "-", ""))
}

func (m Model) viewOrderSecret(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.order.secret"), m.t("kiosk.order.secret.lead")
	m.viewEntry(s, "7Q2M9XKD")
	s.Entry.Text = strings.ToUpper(s.Entry.Text)
}

func (m Model) viewOrderList(s *Screen) {
	s.Title, s.Lead = m.t("kiosk.order.list"), m.t("kiosk.order.list.lead")
	all := m.orders()
	from, to := m.page(len(all), m.Setup.Rows, s)
	for _, o := range all[from:to] {
		s.Choices = append(s.Choices, Choice{ID: "found." + o.Number, Title: m.orderTitle(o), Note: m.stateWords(o), Mark: o.Number})
	}
}

func (m Model) orderTitle(o operation.Order) string {
	if o.Kind == "" {
		return m.t("kiosk.order.status")
	}
	title := m.kindName(o.Kind)
	if o.Subject != "" {
		title += m.t("kiosk.order.colon") + m.subjectName(o.Subject)
	}
	return title
}

// stateWords say in plain words how an order stands.
func (m Model) stateWords(o operation.Order) string {
	if o.State == string(order.Closed) && o.Outcome != "" {
		return m.t("kiosk.order.closed." + o.Outcome)
	}
	return m.t("kiosk.order.state." + o.State)
}

// answerRoom is how much of an answer one page shows, in half Chinese
// characters.
const answerRoom = 200

func (m Model) viewOrderState(s *Screen) {
	o := m.found()
	s.Title, s.Lead = m.t("kiosk.order.status"), m.stateWords(o)
	s.Summary.Title = m.orderTitle(o)
	s.Summary.Facts = m.orderFacts(o)
	if s.Banner.Key == "" {
		s.Banner = m.orderBanner(o)
	}
	if o.Answer != "" {
		pages := chunks(o.Answer, answerRoom)
		from, _ := m.page(len(pages), 1, s)
		s.Summary.Head, s.Summary.Text = m.t("kiosk.order.answer"), pages[from]
	}
	s.Buttons = m.orderButtons(o)
}

// orderBanner is the most important fact about an order.
func (m Model) orderBanner(o operation.Order) Banner {
	switch {
	case !m.Visit.Orders.Live:
		return m.banner(Notice{Key: "kiosk.order.waiting", Tone: Caution})
	case o.Overdue:
		return m.banner(Notice{Key: "kiosk.order.overdue", Tone: Bad})
	case o.State == string(order.Answered):
		return m.banner(Notice{Key: "kiosk.order.ask", Tone: Info})
	}
	return Banner{}
}

// orderFacts are what is to know of an order; beside an answer there is room
// for the most important ones only.
func (m Model) orderFacts(o operation.Order) []Fact {
	facts := []Fact{{m.t("kiosk.order.number"), o.Number}}
	add := func(key string, value string) { facts = append(facts, Fact{m.t(key), value}) }
	if o.RegisteredAt > 0 && o.Answer == "" {
		add("kiosk.order.fact.at", m.moment(time.UnixMilli(o.RegisteredAt)))
	}
	if o.Due > 0 && order.State(o.State).Running() {
		add("kiosk.order.fact.due", m.moment(time.UnixMilli(o.Due)))
	}
	if o.Kind != "" {
		add("kiosk.order.fact.unit", m.unitName(o.Unit))
	}
	if o.Urges > 0 && o.Answer == "" {
		add("kiosk.order.fact.urges", m.t("kiosk.order.times", o.Urges))
	}
	return facts
}

// orderButtons are what the citizen may do with an order.
func (m Model) orderButtons(o operation.Order) []Button {
	var all []Button
	can := func(k order.EventKind) bool { return slices.Contains(o.Can, string(k)) }
	if can(order.Withdraw) {
		all = append(all, Button{ID: "do.withdraw", Label: m.t("kiosk.order.withdraw")})
	}
	if can(order.Urge) {
		all = append(all, Button{ID: "do.urge", Label: m.t("kiosk.order.urge")})
	}
	if can(order.Close) || can(order.Reopen) {
		all = append(all, Button{ID: "do.unsolved", Label: m.t("kiosk.order.unsolved")})
	}
	if can(order.Close) {
		all = append(all, Button{ID: "do.solved", Label: m.t("kiosk.order.solved")})
	}
	return append(all, Button{ID: "do.finish", Icon: "home", Label: m.t("kiosk.finish"), Tone: Main})
}

func (m Model) viewOrderSure(s *Screen) {
	s.Title, s.Lead, s.Picture = m.t("kiosk.order.sure"), m.t("kiosk.order.sure.lead"), "warning"
	s.Buttons = []Button{
		{ID: "do.sure", Label: m.t("kiosk.order.withdraw")},
		{ID: "do.retry", Label: m.t("kiosk.order.keep"), Tone: Main},
	}
}

// chunks cuts a text into parts that are at most room wide: a letter counts
// once, a Chinese character twice. A part ends behind a space or a stop when
// there is one in its second half.
func chunks(s string, room int) []string {
	var all []string
	for r := []rune(s); len(r) > 0; {
		n := fitting(r, room)
		all, r = append(all, strings.TrimSpace(string(r[:n]))), r[n:]
	}
	return all
}

// fitting is how many characters of r make the next part.
func fitting(r []rune, room int) int {
	n := 0
	for ; n < len(r) && room > 0; n++ {
		room--
		if r[n] > 0x2E7F {
			room--
		}
	}
	for cut := n; n < len(r) && cut > n/2; cut-- {
		if strings.ContainsRune(" \n。；，", r[cut-1]) {
			return cut
		}
	}
	return n
}
