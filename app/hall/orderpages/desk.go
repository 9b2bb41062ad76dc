package orderpages

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"hallway/app/hall"
	"hallway/app/hall/order"
	"hallway/app/operation"
	"hallway/app/text"
)

// signedIn returns the page of who is signed in. Otherwise it answers with the
// sign-in page and reports false.
func (s *server) signedIn(w http.ResponseWriter, r *http.Request) (page, bool) {
	p := page{words: s.wordsOf(r)}
	token := ""
	if c, err := r.Cookie(cookieSignIn); err == nil {
		token = c.Value
	}
	if token == "" && r.Method == http.MethodGet {
		s.askPIN(w, p, http.StatusUnauthorized, "")
		return p, false
	}
	var err error
	if p.Staff, err = s.Orders.Staff(r.Context(), token); err != nil {
		status, sentence := s.problem(p.Lang, err)
		s.askPIN(w, p, status, sentence)
		return p, false
	}
	return p, true
}

// askPIN shows the sign-in page.
func (s *server) askPIN(w http.ResponseWriter, p page, status int, problem string) {
	p.Title, p.Problem = p.T("signin"), problem
	s.render(w, status, "signin.html", p)
}

func (s *server) signIn(w http.ResponseWriter, r *http.Request) {
	token, err := s.Orders.SignIn(r.Context(), r.PostFormValue("clerk"), r.PostFormValue("pin"))
	if err != nil {
		p := page{words: s.wordsOf(r)}
		status, sentence := s.problem(p.Lang, err)
		s.askPIN(w, p, status, sentence)
		return
	}
	s.setCookie(w, cookieSignIn, token, 0)
	http.Redirect(w, r, PathDesk, http.StatusSeeOther)
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(cookieSignIn); err == nil {
		if err := s.Orders.SignOut(r.Context(), c.Value); err != nil {
			s.Log.Error("sign-out failed", "err", err)
		}
	}
	s.setCookie(w, cookieSignIn, "", -1)
	http.Redirect(w, r, PathDesk, http.StatusSeeOther)
}

func (s *server) changeLang(w http.ResponseWriter, r *http.Request) {
	s.setCookie(w, cookieLang, string(s.wordsOf(r).Lang.Other()), 365*24*3600)
	http.Redirect(w, r, PathDesk, http.StatusSeeOther)
}

func (s *server) setCookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: PathDesk, MaxAge: age, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode})
}

// perPage is how many orders one page of the list holds.
const perPage = 50

type listPage struct {
	page
	Ended      bool
	Lines      []hall.Line
	All        int
	At, Pages  int // from 1
	Prev, Next int // 0 for none
	Overdue    int
	Urged      int
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	p, ok := s.signedIn(w, r)
	if !ok {
		return
	}
	v := listPage{page: p, Ended: r.URL.Query().Get("show") == "ended"}
	lines, err := s.Orders.List(r.Context(), p.Staff, v.Ended)
	if err != nil {
		s.fail(w, p, err)
		return
	}
	v.Title, v.All = p.T("list"), len(lines)
	for _, l := range lines {
		if l.Light == order.Red {
			v.Overdue++
		}
		if l.Urges > 0 && l.State.Running() {
			v.Urged++
		}
	}
	v.Pages = max(1, (len(lines)+perPage-1)/perPage)
	at, _ := strconv.Atoi(r.URL.Query().Get("page"))
	v.At = min(max(1, at), v.Pages)
	v.Lines = lines[(v.At-1)*perPage : min(len(lines), v.At*perPage)]
	if v.At > 1 {
		v.Prev = v.At - 1
	}
	if v.At < v.Pages {
		v.Next = v.At + 1
	}
	s.render(w, http.StatusOK, "list.html", v)
}

type orderPage struct {
	page
	hall.Sheet
	ID    string      // of the next action
	Units []unitEntry // that an order can be assigned to, the likeliest first
	Draft string      // text that was refused
}

// unitEntry is one choice of a form.
type unitEntry struct{ Code, Name string }

// CanDo reports whether the page offers an event.
func (p orderPage) CanDo(k string) bool { return slices.Contains(p.Can, order.EventKind(k)) }

func (s *server) order(w http.ResponseWriter, r *http.Request) {
	p, ok := s.signedIn(w, r)
	if !ok {
		return
	}
	if done := order.EventKind(r.URL.Query().Get("done")); slices.Contains(order.EventKinds(), done) {
		p.Done = p.T("done", p.Event(string(done)))
	}
	s.showOrder(w, r, p, http.StatusOK, "")
}

// showOrder shows the order of the address.
func (s *server) showOrder(w http.ResponseWriter, r *http.Request, p page, status int, draft string) {
	sheet, err := s.Orders.Order(r.Context(), p.Staff, r.PathValue("number"))
	if err != nil {
		s.fail(w, p, err)
		return
	}
	p.Title = sheet.Number
	s.render(w, status, "order.html", orderPage{page: p, Sheet: sheet, ID: string(s.Orders.NewID()), Units: s.units(p, sheet), Draft: draft})
}

// units are the departments, first the one that the subject or the citizen
// names.
func (s *server) units(p page, sheet hall.Sheet) []unitEntry {
	likely := sheet.Wish
	if x, ok := s.goods.Subject(sheet.Subject); ok {
		likely = x.Department
	}
	var all []unitEntry
	for _, d := range s.goods.Departments {
		u := unitEntry{d.Code, d.Name.In(p.Lang)}
		if d.Code == likely {
			all = slices.Insert(all, 0, u)
		} else {
			all = append(all, u)
		}
	}
	return all
}

// act carries out the form of an order's page.
func (s *server) act(w http.ResponseWriter, r *http.Request) {
	p, ok := s.signedIn(w, r)
	if !ok {
		return
	}
	number, kind := r.PathValue("number"), order.EventKind(r.PathValue("event"))
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	days, _ := strconv.Atoi(r.PostFormValue("days"))
	text := normal(r.PostFormValue("text"))
	err := s.Orders.Act(r.Context(), p.Staff, number, hall.Action{ID: r.PostFormValue("id"), Version: version, Event: order.Event{
		Kind: kind, To: order.Unit(r.PostFormValue("to")), Text: text, Days: days, Outcome: order.Outcome(r.PostFormValue("outcome"))}})
	if err != nil {
		s.refused(w, r, p, err, text)
		return
	}
	// Who bounced an order or worked for the desk may not see it any more.
	if _, err := s.Orders.Order(r.Context(), p.Staff, number); err != nil {
		http.Redirect(w, r, PathDesk, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, PathDesk+"/o/"+number+"?done="+string(kind), http.StatusSeeOther)
}

// refused shows the order with the reason, and what was typed.
func (s *server) refused(w http.ResponseWriter, r *http.Request, p page, err error, draft string) {
	var status int
	if status, p.Problem = s.problem(p.Lang, err); status == http.StatusNotFound || status == http.StatusInternalServerError {
		s.fail(w, p, err)
		return
	}
	s.showOrder(w, r, p, status, draft)
}

// normal is a typed text with the line ends that forms do not send.
func normal(s string) string {
	out := make([]rune, 0, len(s))
	for _, c := range s {
		if c != '\r' {
			out = append(out, c)
		}
	}
	return string(out)
}

// fail shows why there is nothing to show.
func (s *server) fail(w http.ResponseWriter, p page, err error) {
	var status int
	status, p.Problem = s.problem(p.Lang, err)
	p.Title = p.T("sorry")
	s.render(w, status, "problem.html", p)
}

type leadersPage struct {
	page
	hall.Figures
}

func (s *server) leaders(w http.ResponseWriter, r *http.Request) {
	p, ok := s.signedIn(w, r)
	if !ok {
		return
	}
	f, err := s.Orders.Figures(r.Context(), p.Staff)
	if err != nil {
		s.fail(w, p, err)
		return
	}
	p.Title = p.T("leaders")
	s.render(w, http.StatusOK, "leaders.html", leadersPage{p, f})
}

// slipPage is what a phone shows of a citizen's order.
type slipPage struct {
	words
	Own     words // Chinese, the same as the embedded
	Both    words // English, which stands below
	Problem string
	Found   bool
	Order   operation.Order
	At, Due string
}

// Words say how the order stands.
func (p slipPage) Words(w words) string {
	if p.Order.Outcome != "" {
		return text.T(w.Lang, "kiosk.order.closed."+p.Order.Outcome)
	}
	return text.T(w.Lang, "kiosk.order.state."+p.Order.State)
}

// slip asks for number and code, or shows the order that they open.
func (s *server) slip(w http.ResponseWriter, r *http.Request) {
	v := slipPage{words: words{s, text.ZhHans}, Own: words{s, text.ZhHans}, Both: words{s, text.En}}
	if r.Method != http.MethodPost {
		s.render(w, http.StatusOK, "slip.html", v)
		return
	}
	secret, _ := operation.ParseCode(r.PostFormValue("secret"))
	o, err := s.Slip(r.Context(), r.PostFormValue("number"), secret)
	if err != nil {
		status, sentence := s.problem(text.ZhHans, err)
		_, english := s.problem(text.En, err)
		v.Problem = sentence + " " + english
		s.render(w, status, "slip.html", v)
		return
	}
	v.Found, v.Order = true, o
	v.At, v.Due = v.Time(time.UnixMilli(o.RegisteredAt)), v.Time(time.UnixMilli(o.Due))
	s.render(w, http.StatusOK, "slip.html", v)
}
