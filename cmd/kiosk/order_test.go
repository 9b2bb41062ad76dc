package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"hallway/app/hall"
	"hallway/app/hall/halltest"
	"hallway/app/hall/order"
	"hallway/app/hall/server"
	"hallway/app/journey"
	"hallway/app/operation"
	readersim "hallway/idreader/sam/sim"
)

// orderHall is a hall that can be taken away from its terminal.
func orderHall(t *testing.T) (w *halltest.World, url string, away *atomic.Bool) {
	t.Helper()
	w, away = halltest.New(t), &atomic.Bool{}
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ts := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if away.Load() {
			panic(http.ErrAbortHandler)
		}
		s.Handler().ServeHTTP(rw, r)
	}))
	ts.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(func() { ts.CloseClientConnections(); ts.Close() })
	return w, ts.URL, away
}

// lodgeOrder lodges an order with the citizen's card and telephone and returns
// its number and secret as the slip tells them.
func (k *terminal) lodgeOrder() (number, secret string) {
	k.Helper()
	k.press("tile.order", "order.report", "subject.lamps")
	k.press("keys.letters")
	k.typeKeys("dark")
	k.press("do.ok")
	k.typeKeys(markedPhone)
	k.press("do.ok")
	k.on(journey.Card)
	card, err := readersim.Encode(marked)
	if err != nil {
		k.Fatal(err)
	}
	k.card.Lay(card)
	k.press("do.lodge")
	k.on(journey.OrderLodged)
	k.until("slip", func(s journey.Screen) bool { return s.Banner.Key == "print.done" })
	k.mu.Lock()
	lodged := k.m.Visit.Lodged
	number, secret = lodged.Number, lodged.Secret.Reveal("test")
	k.mu.Unlock()
	paper, ok := k.paper.Take()
	if !ok || !strings.Contains(paper.Text, number) || !strings.Contains(paper.Text, strings.ToUpper(secret[:4]+" "+secret[4:])) {
		k.Fatalf("the slip says %q, want %s and %s", paper.Text, number, secret)
	}
	k.card.Lift()
	k.press("do.finish")
	k.on(journey.Home)
	return number, secret
}

func (k *terminal) typeKeys(s string) {
	k.Helper()
	for _, c := range s {
		k.press("key." + string(c))
	}
}

// openOrder finds an order by what its slip says.
func (k *terminal) openOrder(number, secret string) {
	k.Helper()
	k.press("tile.order", "order.status", "by.order")
	k.typeKeys(strings.ReplaceAll(number, "-", ""))
	k.press("do.ok")
	k.typeKeys(strings.ToUpper(secret))
	k.press("do.ok")
	k.on(journey.OrderState)
}

// work does an event at the desk.
func work(t *testing.T, w *halltest.World, clerk, number string, e order.Event) {
	t.Helper()
	token, err := w.Orders.SignIn(t.Context(), clerk, halltest.PIN)
	if err != nil {
		t.Fatal(err)
	}
	who, err := w.Orders.Staff(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Orders.Order(t.Context(), who, number)
	if err == nil {
		err = w.Orders.Act(t.Context(), who, number, hall.Action{ID: string(w.NewID()), Version: s.Version, Event: e})
	}
	if err != nil {
		t.Fatalf("%s: %v", e.Kind, err)
	}
}

// A citizen lodges an order with and without the hall, sees its state, urges,
// reads the answer and says that it did not help. What is left on the terminal
// tells nothing of the person, the matter or the secret.
func TestAnOrderFromTheFirstTouchToTheFollowUpLeavesNoTraceAtTheTerminal(t *testing.T) {
	dir := t.TempDir()
	w, url, away := orderHall(t)
	k := startTerminal(t, dir, url)
	k.until("hall", func(s journey.Screen) bool { return s.Enabled("tile.order") })

	away.Store(true)
	number, secret := k.lodgeOrder()
	if _, err := w.Intake.OrderByPhone(t.Context(), number, secret); err == nil {
		t.Fatal("the hall has the order before it was sent")
	}
	k.openOrder(number, secret)
	k.until("it waits", func(s journey.Screen) bool { return s.Banner.Key == "kiosk.order.waiting" })
	k.press("do.finish")
	away.Store(false)
	k.until("the hall again", func(s journey.Screen) bool { return k.parts.outbox.Pending() == 0 })
	online, other := k.lodgeOrder()
	if online == number || other == secret {
		t.Fatalf("two orders share number or secret: %s %s", online, other)
	}

	work(t, w, halltest.OrderClerk, number, order.Event{Kind: order.Assign, To: "MSA"})
	k.openOrder(number, secret)
	k.press("do.urge")
	k.until("urged", func(s journey.Screen) bool { return s.Banner.Key == "kiosk.order.urged" })
	k.press("do.finish")
	for _, e := range []order.Event{{Kind: order.Accept}, {Kind: order.Start}, {Kind: order.Answer, Text: "路灯已修好。"}} {
		work(t, w, halltest.UnitClerk, number, e)
	}
	k.openOrder(number, secret)
	k.until("the answer", func(s journey.Screen) bool { return strings.Contains(s.Summary.Text, "路灯已修好") })
	k.press("do.unsolved")
	k.until("reopened", func(s journey.Screen) bool { return s.Banner.Key == "kiosk.order.again" })
	k.press("do.finish")
	k.on(journey.Home)
	if o, err := w.Intake.OrderByPhone(t.Context(), number, secret); err != nil || o.State != string(order.Reopened) || o.Urges != 1 {
		t.Errorf("%+v, %v", o, err)
	}

	k.cancel()
	if found, _ := search(t, dir); len(found) > 0 {
		t.Errorf("left of the person:\n%s", strings.Join(found, "\n"))
	}
	files, err := filepath.Glob(filepath.Join(dir, "data", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, hidden := range []string{secret, strings.ToUpper(secret), other, "DARK", "路灯已修好", operation.OrderLink("", number, secret)} {
		for _, f := range append(files, filepath.Join(dir, "trace.jsonl")) {
			if b, err := os.ReadFile(f); err == nil && bytes.Contains(b, []byte(hidden)) {
				t.Errorf("%s holds %q", f, hidden)
			}
		}
		if bytes.Contains(k.log.Bytes(), []byte(hidden)) {
			t.Errorf("the log holds %q", hidden)
		}
	}
}
