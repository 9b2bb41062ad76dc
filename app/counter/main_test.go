package counter

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/app/hall/api"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	noon    = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	errAway = errors.New("connection reset")
)

func refusal(code string) error { return &operation.Refusal{Code: code} }

// script gives messages to a model and returns it with the commands of the
// last message.
func script(m Model, msgs ...Msg) (Model, []Command) {
	var do []Command
	for _, msg := range msgs {
		m, do = Update(m, msg)
	}
	return m, do
}

func press(control string) Press { return Press{Control: control, ID: operation.ID("id-" + control)} }

// presses are the presses of controls, one after another.
func presses(controls ...string) []Msg {
	var all []Msg
	for _, c := range controls {
		all = append(all, press(c))
	}
	return all
}

// opened is a window at which clerk 1001 has signed in.
func opened(t *testing.T, state api.Counter) Model {
	t.Helper()
	m, do := script(Start("3", text.ZhHans, noon), presses("key.1", "key.0", "key.0", "key.1", CtlSignIn, "key.2", "key.4", "key.6", "key.8", CtlSignIn)...)
	if len(do) != 1 || do[0] != (SignIn{Sitting: m.Sitting, Clerk: "1001", PIN: "2468"}) {
		t.Fatalf("sign-in led to %+v", do)
	}
	m, _ = Update(m, Entered{Sitting: m.Sitting, Counter: state})
	if !m.Signed {
		t.Fatal("not signed in")
	}
	return m
}

func idle(seq int64) api.Counter {
	return api.Counter{Window: "3", Clerk: "1001", Waiting: 4, Seq: seq, Time: noon.UnixMilli()}
}

func with(number string, s queue.State, seq int64) api.Counter {
	c := idle(seq)
	c.Ticket = &api.CounterTicket{Number: number, State: string(s), Calls: 1,
		Service:  text.Local{text.ZhHans: "企业设立登记", text.En: "Company registration"},
		IssuedAt: noon.Add(-25 * time.Minute).UnixMilli(), CalledAt: noon.UnixMilli()}
	return c
}

// button finds a button of the screen.
func button(t *testing.T, s Screen, id string) Button {
	t.Helper()
	for _, b := range append(s.Do, s.Keys...) {
		if b.ID == id {
			return b
		}
	}
	t.Fatalf("screen %s has no button %s", s.ID, id)
	return Button{}
}

func sequence() func() operation.ID {
	n := 0
	return func() operation.ID {
		n++
		return operation.ID(fmt.Sprint("id-", n))
	}
}
