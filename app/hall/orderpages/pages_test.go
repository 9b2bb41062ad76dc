package orderpages_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hallway/app/config"
	"hallway/app/hall/halltest"
	"hallway/app/hall/order"
	"hallway/app/hall/orderpages"
	"hallway/app/hall/server"
	"hallway/app/operation"
)

// desk is a hall whose pages are served as the program serves them.
type desk struct {
	*halltest.World
	t   *testing.T
	url string
}

func newDesk(t *testing.T, change ...func(*config.Hall)) desk {
	t.Helper()
	w := halltest.New(t, change...)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ts := httptest.NewServer(s.Handler())
	t.Cleanup(func() { ts.CloseClientConnections(); ts.Close() })
	return desk{w, t, ts.URL}
}

// lodge registers an order and leads it to a state the usual way.
func (d desk) lodge(k order.Kind, to order.State) string {
	d.t.Helper()
	r := d.Submit(d.Envelope(operation.OrderLodge, halltest.OrderBody(k, halltest.Person(1))))
	if r.Order == nil {
		d.t.Fatalf("%+v", r.Problem)
	}
	b := d.as(halltest.OrderClerk)
	unit := d.as(halltest.UnitClerk)
	for _, step := range []struct {
		state order.State
		by    browser
		event string
		form  url.Values
	}{
		{order.Assigned, b, "assign", url.Values{"to": {"MSA"}}}, {order.Accepted, unit, "accept", nil}, {order.InProgress, unit, "start", nil},
		{order.Answered, unit, "answer", url.Values{"text": {"已修好"}}}, {order.Closed, b, "close", url.Values{"outcome": {"solved"}}},
	} {
		if to == order.Registered {
			break
		}
		if status, body := step.by.act(r.Order.Number, step.event, step.form); status != http.StatusSeeOther {
			d.t.Fatalf("%s: %d %s", step.event, status, body)
		}
		if step.state == to {
			break
		}
	}
	return r.Order.Number
}

// browser is somebody's browser; it does not follow redirects.
type browser struct {
	d desk
	c *http.Client
}

func (d desk) browser() browser {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return browser{d, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser in which a clerk is signed in.
func (d desk) as(clerk string) browser {
	d.t.Helper()
	b := d.browser()
	if status, body := b.post("/orders/signin", url.Values{"clerk": {clerk}, "pin": {halltest.PIN}}); status != http.StatusSeeOther {
		d.t.Fatalf("sign-in of %s: %d %s", clerk, status, body)
	}
	return b
}

func (b browser) do(r *http.Request) (int, string) {
	b.d.t.Helper()
	resp, err := b.c.Do(r)
	if err != nil {
		b.d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.d.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func (b browser) get(path string) (int, string) {
	b.d.t.Helper()
	r, err := http.NewRequestWithContext(b.d.t.Context(), http.MethodGet, b.d.url+path, nil)
	if err != nil {
		b.d.t.Fatal(err)
	}
	return b.do(r)
}

func (b browser) post(path string, form url.Values, header ...string) (int, string) {
	b.d.t.Helper()
	r, err := http.NewRequestWithContext(b.d.t.Context(), http.MethodPost, b.d.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.do(r)
}

var hidden = regexp.MustCompile(`(?:name="|data-)(id|version)(?:" value)?="([^"]+)"`)

// act posts an action on the order as the page shows it; a page without forms
// posts one of its own making.
func (b browser) act(number, event string, form url.Values) (int, string) {
	b.d.t.Helper()
	send := url.Values{"id": {string(b.d.NewID())}, "version": {"1"}}
	_, page := b.get("/orders/o/" + number)
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		send.Set(m[1], m[2])
	}
	for k, v := range form {
		send[k] = v
	}
	return b.post("/orders/o/"+number+"/"+event, send)
}

// whole is a form with everything that any event needs.
var whole = url.Values{"to": {"MSA"}, "text": {"because"}, "days": {"2"}, "outcome": {"solved"}}

// Every role at every page and every operation, on an order in the state that
// the operation needs. 303 is done, 401 asks for a sign-in, 403 may not, 404
// shows nothing that is another's.
func TestEveryRoleAtEveryPageAndOperation(t *testing.T) {
	roles := []string{"", halltest.OrderClerk, halltest.UnitClerk, halltest.OtherUnitClerk, halltest.OrderLeader}
	d := newDesk(t)
	report := d.lodge(order.Report, order.Assigned)
	var who []browser
	for _, clerk := range roles {
		if clerk == "" {
			who = append(who, d.browser())
		} else {
			who = append(who, d.as(clerk))
		}
	}
	for _, row := range []struct {
		path string
		want [5]int
	}{
		{"/orders", [5]int{401, 200, 200, 200, 200}},
		{"/orders?show=ended", [5]int{401, 200, 200, 200, 200}},
		{"/orders/leaders", [5]int{401, 403, 403, 403, 200}},
		{"/orders/hall", [5]int{401, 403, 403, 403, 200}},
		{"/orders/hall/day", [5]int{401, 403, 403, 403, 200}},
		{"/orders/hall/day.csv", [5]int{401, 403, 403, 403, 200}},
		{"/orders/hall/day.json?day=2026-11-23", [5]int{401, 403, 403, 403, 200}},
		{"/orders/hall/day?day=soon", [5]int{401, 403, 403, 403, 422}},
		{"/orders/o/" + report, [5]int{401, 200, 200, 404, 200}},
		{"/orders/o/0417-012-261123-9999-0", [5]int{401, 404, 404, 404, 404}},
	} {
		for i, b := range who {
			status, body := b.get(row.path)
			if status != row.want[i] {
				t.Errorf("%s for %q: %d, want %d", row.path, roles[i], status, row.want[i])
			}
			if i == 0 && strings.Contains(body, report) {
				t.Errorf("%s shows an order to nobody", row.path)
			}
		}
	}
	for _, row := range []struct {
		event string
		state order.State
		want  [5]int
	}{
		{"assign", order.Registered, [5]int{401, 303, 404, 404, 303}},
		{"accept", order.Assigned, [5]int{401, 403, 303, 404, 403}},
		{"start", order.Accepted, [5]int{401, 403, 303, 404, 403}},
		{"answer", order.InProgress, [5]int{401, 403, 303, 404, 403}},
		{"return", order.Assigned, [5]int{401, 403, 303, 404, 403}},
		{"extend", order.Assigned, [5]int{401, 403, 403, 404, 303}},
		{"urge", order.Assigned, [5]int{401, 403, 403, 404, 403}},
		{"withdraw", order.Assigned, [5]int{401, 403, 403, 404, 403}},
		{"close", order.Answered, [5]int{401, 303, 403, 404, 403}},
		{"reopen", order.Answered, [5]int{401, 303, 403, 404, 403}},
		{"nonsense", order.Assigned, [5]int{401, 409, 409, 404, 409}},
	} {
		for i, b := range who {
			number := d.lodge(order.Complaint, row.state)
			if status, _ := b.act(number, row.event, whole); status != row.want[i] {
				t.Errorf("%s by %q: %d, want %d", row.event, roles[i], status, row.want[i])
			}
		}
	}
}

func TestWhoReportsStaysUnknownToTheUnit(t *testing.T) {
	d := newDesk(t)
	number := d.lodge(order.Report, order.Assigned)
	for clerk, sees := range map[string]bool{halltest.UnitClerk: false, halltest.OrderClerk: true, halltest.OrderLeader: true} {
		_, body := d.as(clerk).get("/orders/o/" + number)
		for _, personal := range []string{halltest.Person(1).Name, "13800001234"} {
			if strings.Contains(body, personal) != sees {
				t.Errorf("%s sees %s: %v", clerk, personal, !sees)
			}
		}
		if strings.Contains(body, halltest.Person(1).Number) || strings.Contains(body, halltest.Secret) {
			t.Errorf("%s sees the citizen number or the secret", clerk)
		}
	}
}

func TestPostsFromElsewhereAndOldPagesChangeNothing(t *testing.T) {
	d := newDesk(t)
	number := d.lodge(order.Help, order.Registered)
	b := d.as(halltest.OrderClerk)
	form := url.Values{"id": {string(d.NewID())}, "version": {"1"}, "to": {"MSA"}}
	if status, _ := b.post("/orders/o/"+number+"/assign", form, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("a post from another site: %d", status)
	}
	if status, _ := b.post("/orders/o/"+number+"/assign", form, "Origin", "http://evil.example"); status != http.StatusForbidden {
		t.Errorf("a post from another origin: %d", status)
	}
	for range 2 { // a double press
		if status, body := b.post("/orders/o/"+number+"/assign", form); status != http.StatusSeeOther {
			t.Fatalf("%d %s", status, body)
		}
	}
	form.Set("id", string(d.NewID()))
	if status, body := b.post("/orders/o/"+number+"/assign", form); status != http.StatusConflict || !strings.Contains(body, "诉求") {
		t.Errorf("acted on an old page: %d", status)
	}
	if status, _ := b.post("/orders/signin", url.Values{"x": {strings.Repeat("x", 64<<10)}}); status == http.StatusSeeOther {
		t.Error("a huge form signs in")
	}
}

func TestRefusedAnswerIsNotLost(t *testing.T) {
	d := newDesk(t)
	number := d.lodge(order.Help, order.InProgress)
	long := strings.Repeat("长", 1001)
	status, body := d.as(halltest.UnitClerk).act(number, "answer", url.Values{"text": {long}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, long) {
		t.Errorf("status %d, the text is lost: %v", status, !strings.Contains(body, long))
	}
}

func TestWrongPINsLockAndWindowClerksHaveNoDesk(t *testing.T) {
	d := newDesk(t)
	b := d.browser()
	for i, want := range []int{401, 401, 401, 401, 401, 429} {
		if status, _ := b.post("/orders/signin", url.Values{"clerk": {halltest.OrderClerk}, "pin": {"0000"}}); status != want {
			t.Errorf("try %d: %d, want %d", i, status, want)
		}
	}
	if status, _ := b.post("/orders/signin", url.Values{"clerk": {halltest.Clerk}, "pin": {halltest.PIN}}); status != http.StatusForbidden {
		t.Errorf("a clerk without a role: %d", status)
	}
	in := d.as(halltest.OrderLeader)
	if status, _ := in.post("/orders/signout", nil); status != http.StatusSeeOther {
		t.Error("no sign-out")
	}
	if status, _ := in.get("/orders"); status != http.StatusUnauthorized {
		t.Errorf("after signing out: %d", status)
	}
}

func TestPhoneSeesTheOrderOnlyWithItsCode(t *testing.T) {
	d := newDesk(t)
	number := d.lodge(order.Help, order.Answered)
	b := d.browser()
	status, body := b.get("/o")
	if status != http.StatusOK || !strings.Contains(body, `name="secret"`) {
		t.Fatalf("%d", status)
	}
	status, body = b.post("/o", url.Values{"number": {number}, "secret": {"7Q2M 9XKD"}})
	if status != http.StatusOK || !strings.Contains(body, "已修好") || strings.Contains(body, "13800001234") || strings.Contains(body, halltest.Person(1).Name) {
		t.Errorf("%d %s", status, body)
	}
	for i, want := range []int{404, 404, 404, 404, 404, 423} {
		if status, body := b.post("/o", url.Values{"number": {number}, "secret": {"00000000"}}); status != want || strings.Contains(body, "已修好") {
			t.Errorf("try %d: %d, want %d", i, status, want)
		}
	}
}

func TestPagesForbidScriptsOfOthersAndCaches(t *testing.T) {
	d := newDesk(t)
	for _, path := range []string{orderpages.PathDesk, orderpages.PathSlip} {
		resp, err := http.Get(d.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		h := resp.Header
		if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
	resp, err := d.browser().c.PostForm(d.url+"/orders/signin", url.Values{"clerk": {halltest.OrderClerk}, "pin": {halltest.PIN}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if c := resp.Header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") || !strings.Contains(c, "Path=/orders") {
		t.Errorf("cookie %s", c)
	}
}

func TestEveryPageSpeaksBothLanguagesWithoutAMissingWord(t *testing.T) {
	d := newDesk(t)
	var numbers []string
	for _, s := range []order.State{order.Registered, order.Assigned, order.Accepted, order.InProgress, order.Answered, order.Closed} {
		numbers = append(numbers, d.lodge(order.Complaint, s))
	}
	b := d.as(halltest.OrderLeader)
	for _, lang := range []string{"zh-Hans", "en"} {
		paths := []string{"/orders", "/orders?show=ended", "/orders/leaders", "/orders/o/none"}
		for _, n := range numbers {
			paths = append(paths, "/orders/o/"+n)
		}
		for _, path := range paths {
			_, body := b.get(path)
			if !strings.Contains(body, `lang="`+lang+`"`) || strings.Contains(body, "[desk.") || strings.Contains(body, "[kiosk.") || strings.Contains(body, "[refusal.") {
				t.Errorf("%s in %s lacks words", path, lang)
			}
		}
		b.post("/orders/lang", nil)
	}
}
