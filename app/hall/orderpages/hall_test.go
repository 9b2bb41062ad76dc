package orderpages_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/browsertest"
	"hallway/app/hall/halltest"
	"hallway/queue"
)

// busyHall is a morning at windows 3 and 4: one person served, one at a window,
// two waiting for long, one called out of order, and an emergency.
func busyHall(t *testing.T) desk {
	d := newDesk(t, func(c *config.Hall) { c.Alarms = config.Alarms{Wait: 20, Line: 30, Idle: 10} })
	tokens := map[string]string{}
	for _, w := range []string{"3", "4"} {
		r, err := d.Desk.SignIn(t.Context(), api.SignInRequest{Window: w, Clerk: halltest.Clerk, PIN: halltest.PIN})
		if err != nil {
			t.Fatal(err)
		}
		tokens[w] = r.Token
	}
	do := func(window string, q api.CounterCommand) {
		t.Helper()
		q.CommandID = string(d.NewID())
		if _, err := d.Desk.Command(t.Context(), tokens[window], q); err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		d.Clock.Add(90 * time.Second)
	}
	for range 5 {
		d.Take(halltest.ItemFree, nil)
	}
	do("3", api.CounterCommand{Action: api.ActionNext})
	do("3", api.CounterCommand{Action: api.ActionStart})
	do("3", api.CounterCommand{Action: api.ActionFinish})
	do("3", api.CounterCommand{Action: api.ActionCall, Number: "A005", Reason: "needs_help"})
	do("4", api.CounterCommand{Action: api.ActionPause, Reason: "meal"})
	do("4", api.CounterCommand{Action: api.ActionEmergency})
	d.Clock.Add(20 * time.Minute)
	return d
}

func TestFiguresOfADayAreExported(t *testing.T) {
	d := busyHall(t)
	b := d.as(halltest.OrderLeader)
	_, body := b.get("/orders/hall/day.json")
	var r api.Report
	if err := json.Unmarshal([]byte(body), &r); err != nil || r.Issued != 5 || r.States[string(queue.Finished)] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	_, body = b.get("/orders/hall/day.csv?day=2026-11-23")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\xef\xbb\xbf"))).ReadAll()
	if err != nil || len(rows) < 8 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	found := false
	for _, row := range rows {
		if row[1] == "window" && row[2] == "3" {
			found = row[3] == "1" && row[11] == "90"
		}
	}
	if !found {
		t.Errorf("window 3 is wrong in\n%s", body)
	}
	if _, body = b.get("/orders/hall/day.json?day=2026-11-22"); !strings.Contains(body, `"issued":0`) {
		t.Errorf("a day without tickets: %s", body)
	}
}

func TestManagersPagesInARealBrowser(t *testing.T) {
	d := busyHall(t)
	p := person{browsertest.Start(t).Open("about:blank", 1280, 1100), t}
	p.signIn(d.url, halltest.OrderLeader)
	p.visit(d.url+"/orders/hall", "lines", "document.querySelector('#pools')")
	p.Picture("managers-live.png")
	if got := p.texts("[data-alarm]"); got != "企业登记：有人已等候 29:00 分钟" {
		t.Errorf("alarms: %s", got)
	}
	if got := p.texts("[data-emergency]"); !strings.Contains(got, "4 号窗口紧急求助") {
		t.Errorf("emergency: %s", got)
	}
	if got := p.texts("tr[data-window='3'] td:nth-child(3), tr[data-window='4'] td:nth-child(4)"); got != "A005 | 暂停：用餐" {
		t.Errorf("windows: %s", got)
	}
	p.visit(d.url+"/orders/hall/day", "figures", "document.querySelector('[data-by=window]')")
	p.Picture("managers-day.png")
	if got := p.texts("#chosen td:nth-child(2), #chosen td:nth-child(5)"); got != "A005 | 急需帮助" {
		t.Errorf("out of order: %s", got)
	}
	p.submit("header form:last-child button", nil, "English", "document.documentElement.lang === 'en'")
	p.visit(d.url+"/orders/hall", "lines", "document.querySelector('#pools')")
	p.Picture("managers-live-en.png")
}
