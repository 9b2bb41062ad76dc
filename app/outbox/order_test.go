package outbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/operation"
	"hallway/idreader"
)

// secret is the secret of an order that arrived.
func (h *testHall) secret(number string) string {
	for _, e := range h.arrived {
		if e.Kind == operation.OrderLodge && e.Receipt == number {
			return open[operation.OrderBody](h, e).Secret
		}
	}
	return ""
}

// orders answers a question as the hall does; what it refuses it answers with
// nothing.
func (h *testHall) orders(r api.OrdersRequest) any {
	q, err := operation.OpenOrderQuestion(h.key, r.Question)
	if err != nil {
		panic(err)
	}
	key, err := operation.ParsePublicKey(r.Suite, q.Reply)
	if err != nil {
		panic(err)
	}
	found := []operation.Order{{Number: q.Number, State: "answered", Answer: "done", Can: []string{"close"}}}
	if q.Holder != nil {
		found[0].Number = "of " + q.Holder.Number
	}
	sealed, err := operation.SealOrders(key, found)
	if err != nil {
		panic(err)
	}
	return api.OrdersResponse{Answer: sealed, Time: h.now().UnixMilli()}
}

func (r *rig) lodge(t testing.TB, op operation.ID) operation.LodgedOrder {
	t.Helper()
	o, err := r.Lodge(t.Context(), operation.OrderRequest{Op: op, Kind: "help", Subject: "lamps", Lang: "en",
		Text: idreader.Conceal("the lamp is dark"), Phone: idreader.Conceal("13800000000"), Person: person()})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func show(o operation.LodgedOrder) (secret, link string) {
	return o.Secret.Reveal("test"), o.Link.Reveal("test")
}

func TestAnOrderIsSafeWithNumberSecretAndDueTimeWithoutAHall(t *testing.T) {
	r := enrolledRig(t)
	r.hall.set(fault{before: status500})
	op := r.id()
	o := r.lodge(t, op)
	// Lodged Monday 9:00; Tuesday is off by the hall's calendar.
	if due := o.Due.Format("2006-01-02 15:04"); o.Delivered || due != "2026-11-26 17:30" || o.Number != "0417-012-261123-0001-5" {
		t.Errorf("%+v, due %s", o, due)
	}
	secret, link := show(o)
	if n, s, ok := operation.ParseOrderLink(link); !ok || n != o.Number || s != secret || !strings.HasPrefix(link, "http://hall.example/o#") {
		t.Errorf("link %s", link)
	}
	again := r.lodge(t, op)
	if s, l := show(again); again.Number != o.Number || s != "" || l != "" {
		t.Errorf("the same press again: %+v with the secret %q", again, s)
	}
	for _, hidden := range []string{secret, "the lamp is dark", "13800000000", "张三丰"} {
		if strings.Contains(readAll(t, r.opts.Dir), hidden) {
			t.Errorf("the terminal's folder holds %q", hidden)
		}
	}
	waiting, err := r.Orders(t.Context(), operation.OrderQuery{Number: o.Number, Secret: idreader.Conceal("00000000")})
	if all := waiting.Orders.Reveal("test"); err != nil || waiting.Live || len(all) != 1 || all[0].State != "waiting_to_send" || all[0].Kind != "" {
		t.Errorf("%+v, %v", all, err)
	}
	_, err = r.Cases(t.Context(), operation.CaseQuery{Receipt: o.Number})
	wantRefusal(t, err, operation.CodeHallAway) // the number alone opens nothing
	r.restart(t)
	r.hall.set(fault{})
	r.running(t)
	eventually(t, "the order is delivered", func() bool { return r.Pending() == 0 })
	wantStates(t, r, "order.lodge settled")
	if got := r.hall.secret(o.Number); got != secret {
		t.Errorf("the hall has the secret %q, the slip %q", got, secret)
	}
}

func TestAnOrderThatArrivesTellsTheHallsDueTime(t *testing.T) {
	r := enrolledRig(t)
	r.running(t)
	o := r.lodge(t, r.id())
	if !o.Delivered || !o.Due.Equal(opened.Add(48*time.Hour)) {
		t.Errorf("%+v", o)
	}
}

func TestActsOnAnOrderGoThroughTheOutbox(t *testing.T) {
	r := enrolledRig(t)
	stop := r.running(t)
	o := r.lodge(t, r.id())
	act := operation.OrderAct{Op: r.id(), Kind: operation.OrderUrge, Number: o.Number, By: operation.OrderQuery{Secret: o.Secret}}
	for range 2 {
		if a, err := r.ActOnOrder(t.Context(), act); err != nil || a.Op != act.Op {
			t.Errorf("%+v, %v", a, err)
		}
	}
	wrong := operation.OrderAct{Op: r.id(), Kind: operation.OrderWithdraw, Number: o.Number, By: operation.OrderQuery{Secret: idreader.Conceal("00000000")}}
	_, err := r.ActOnOrder(t.Context(), wrong)
	wantRefusal(t, err, operation.CodeWrongSecret)
	stop()
	r.hall.set(fault{before: status500})
	byCard := operation.OrderAct{Op: r.id(), Kind: operation.OrderFollowUp, Number: o.Number, By: operation.OrderQuery{Person: person()}, Solved: true}
	if a, err := r.ActOnOrder(t.Context(), byCard); err != nil || a.Delivered {
		t.Errorf("%+v, %v", a, err)
	}
	wantStates(t, r, "order.lodge settled", "order.urge settled", "order.withdraw settled", "order.follow_up pending body")
}

func TestOrdersAreAskedOfTheHall(t *testing.T) {
	r := enrolledRig(t)
	r.running(t)
	o := r.lodge(t, r.id())
	got, err := r.Orders(t.Context(), operation.OrderQuery{Number: strings.ReplaceAll(o.Number, "-", " "), Secret: o.Secret})
	if all := got.Orders.Reveal("test"); err != nil || !got.Live || len(all) != 1 || all[0].Number != o.Number || all[0].Answer != "done" {
		t.Errorf("%+v, %v", all, err)
	}
	got, err = r.Orders(t.Context(), operation.OrderQuery{Person: person()})
	if all := got.Orders.Reveal("test"); err != nil || len(all) != 1 || all[0].Number != "of 110101194912310016" {
		t.Errorf("%+v, %v", all, err)
	}
	_, err = r.Orders(t.Context(), operation.OrderQuery{Number: "12"})
	wantRefusal(t, err, operation.CodeValidation)
	for code, want := range map[string]string{operation.CodeWrongSecret: operation.CodeWrongSecret, operation.CodeOrderLocked: operation.CodeOrderLocked, "other": operation.CodeHallAway} {
		status := map[string]int{operation.CodeWrongSecret: 404, operation.CodeOrderLocked: 423, "other": 500}[code]
		r.hall.set(fault{before: func(w http.ResponseWriter, req *http.Request) bool {
			if req.URL.Path != api.PathOrders {
				return false
			}
			b, _ := json.Marshal(api.Problem{Status: status, Code: code})
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			_, _ = bytes.NewReader(b).WriteTo(w)
			return true
		}})
		_, err = r.Orders(t.Context(), operation.OrderQuery{Number: o.Number, Secret: o.Secret})
		wantRefusal(t, err, want)
		if code != "other" && !r.Online() {
			t.Errorf("%s makes the hall look away", code)
		}
	}
}
