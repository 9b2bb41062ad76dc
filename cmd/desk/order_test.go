package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hallway/app/desk/stage"
	"hallway/app/operation"
)

// lodge lodges a call for help about noise with taps on the screen and returns
// number and secret as the code on the paper says them.
func (a *act) lodge() (number, secret string) {
	a.t.Helper()
	known := a.Papers()
	a.See(a.Kiosk, "home")
	a.Tap(a.Kiosk, "tile.order")
	a.See(a.Kiosk, "orders")
	a.Tap(a.Kiosk, "order.help")
	a.See(a.Kiosk, "order_subjects")
	a.Pick(a.Kiosk, "subject.sub-noise")
	a.See(a.Kiosk, "order_text")
	a.Tap(a.Kiosk, "keys.letters")
	a.Keys(a.Kiosk, "a1")
	a.Tap(a.Kiosk, "do.ok")
	a.See(a.Kiosk, "order_phone")
	a.Tap(a.Kiosk, "do.skip")
	a.See(a.Kiosk, "card")
	a.Tap(a.Kiosk, "do.without")
	a.See(a.Kiosk, "order_review")
	a.Tap(a.Kiosk, "do.lodge")
	a.SeeBanner(a.Kiosk, "order_lodged", "print.done")
	paper := a.Ticket(known)
	a.step("lodge an order")
	number, secret, ok := operation.ParseOrderLink(a.code(paper))
	if !ok {
		a.t.Fatalf("the code on the slip says %q", a.code(paper))
	}
	a.Leave(true, false)
	a.step("leave")
	return number, secret
}

// staff is a member of staff before the hall's pages.
type staff struct {
	a *act
	c *http.Client
}

func (a *act) staff(clerk string) staff {
	a.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	s := staff{a, &http.Client{Jar: jar}}
	a.t.Cleanup(s.c.CloseIdleConnections)
	s.post("/orders/signin", url.Values{"clerk": {clerk}, "pin": {stage.DemoPIN}})
	return s
}

// post posts a form and returns the page that follows.
func (s staff) post(path string, form url.Values) string {
	s.a.t.Helper()
	resp, err := s.c.PostForm(s.a.Layout.Hall.PublicURL+path, form)
	if err != nil {
		s.a.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.a.t.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
	return string(body)
}

var hiddenField = regexp.MustCompile(`name="(id|version)" value="([^"]+)"`)

// act does something on the page of an order.
func (s staff) act(number, event string, form url.Values) {
	s.a.t.Helper()
	resp, err := s.c.Get(s.a.Layout.Hall.PublicURL + "/orders/o/" + number)
	if err != nil {
		s.a.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.a.t.Fatal(err)
	}
	for _, m := range hiddenField.FindAllStringSubmatch(string(body), -1) {
		form.Set(m[1], m[2])
	}
	s.post("/orders/o/"+number+"/"+event, form)
}

// open finds an order by what its slip says, typed on the screen.
func (a *act) open(number, secret string) {
	a.t.Helper()
	a.See(a.Kiosk, "home")
	a.Tap(a.Kiosk, "tile.order")
	a.See(a.Kiosk, "orders")
	a.Tap(a.Kiosk, "order.status")
	a.See(a.Kiosk, "order_find")
	a.Tap(a.Kiosk, "by.order")
	a.See(a.Kiosk, "order_number")
	a.Keys(a.Kiosk, strings.ReplaceAll(number, "-", ""))
	a.Tap(a.Kiosk, "do.ok")
	a.See(a.Kiosk, "order_secret")
	a.Keys(a.Kiosk, strings.ToUpper(secret))
	a.Tap(a.Kiosk, "do.ok")
}

// The true programs: kiosk with taps and paper, hall with its pages, and back
// to the kiosk, first with the line, then without.
func TestAnOrderGoesFromTheKioskToTheDeskAndBack(t *testing.T) {
	a := perform(t, t.TempDir())
	number, secret := a.lodge()
	query := "SELECT order_no, kind, subject, state, unit FROM help_order ORDER BY registered_at"
	if got := a.ask(query); !slices.Equal(got, []string{number + " help sub-noise registered *desk"}) {
		t.Fatalf("the hall has %q", got)
	}
	a.staff(stage.DemoOrderClerk).act(number, "assign", url.Values{"to": {"approval"}})
	a.open(number, secret)
	a.See(a.Kiosk, "order_state")
	a.Tap(a.Kiosk, "do.urge")
	a.SeeBanner(a.Kiosk, "order_state", "kiosk.order.urged")
	a.Tap(a.Kiosk, "do.finish")
	a.step("urge")
	unit := a.staff(stage.DemoUnitClerk)
	unit.act(number, "accept", url.Values{})
	unit.act(number, "start", url.Values{})
	unit.act(number, "answer", url.Values{"text": {"已到现场处理。"}})
	a.open(number, secret)
	a.SeeBanner(a.Kiosk, "order_state", "kiosk.order.ask")
	a.Tap(a.Kiosk, "do.solved")
	a.SeeBanner(a.Kiosk, "order_state", "kiosk.order.thanks")
	a.Tap(a.Kiosk, "do.finish")
	a.step("say that it helped")
	if got := a.ask("SELECT state, outcome, urges FROM help_order"); !slices.Equal(got, []string{"closed solved 1"}) {
		t.Errorf("the hall has %q", got)
	}
}

func TestAnOrderLodgedWhileTheHallIsStoppedArrivesOnceWithTheTimeOfThePress(t *testing.T) {
	a := perform(t, t.TempDir())
	a.Do("stop the hall", func(context.Context) error { return a.StopHall() })
	a.SeeBanner(a.Kiosk, "home", "kiosk.offline")
	number, secret := a.lodge()
	a.open(number, secret)
	a.SeeBanner(a.Kiosk, "order_state", "kiosk.order.waiting")
	a.Tap(a.Kiosk, "do.finish")
	a.step("see that it waits")
	a.Do("start the hall", a.StartHall)
	a.step("start the hall again")
	a.eventually("the order in the hall's database", func() bool {
		return slices.Equal(a.ask("SELECT order_no, state FROM help_order"), []string{number + " registered"})
	})
	if got := a.ask("SELECT count(*) FROM help_order o JOIN op_log l ON l.op_id = o.op_id WHERE o.registered_at = l.lodged_at AND o.registered_at < l.received_at"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("the clock did not start at the press: %q", got)
	}
	a.open(number, secret)
	a.SeeBanner(a.Kiosk, "order_state", "")
	a.Tap(a.Kiosk, "do.finish")
	a.step("see it at the hall")
}
