package counter

import (
	"testing"

	"hallway/app/hall/api"
	"hallway/app/text"
	"hallway/queue"
)

// busyDesk serves A001, with somebody in every list.
func busyDesk(t *testing.T) Model {
	c := with("A001", queue.Serving, 3)
	ticket := func(n string, s queue.State, lane queue.Lane) api.CounterTicket {
		return api.CounterTicket{Number: n, State: string(s), Lane: string(lane), Pool: "p"}
	}
	c.Held = []api.CounterTicket{ticket("A009", queue.OnHold, queue.Normal)}
	c.Missed = []api.CounterTicket{ticket("A008", queue.Missed, queue.Normal)}
	for _, n := range []string{"A002", "A003", "A004", "A005", "A006", "A007", "A010"} {
		c.Line = append(c.Line, ticket(n, queue.Waiting, queue.Normal))
	}
	c.Targets = []api.CounterTarget{{Pool: "p", Open: true}, {Pool: "q"}}
	c.Undo = "A000"
	return opened(t, c)
}

// Every way through the menus sends the command that it says, by digits alone.
func TestMenusSendWhatTheySay(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want api.CounterCommand
	}{
		{"hold", []string{CtlHold, "key.2"}, api.CounterCommand{Action: api.ActionHold, Reason: "payment"}},
		{"wrong call", []string{CtlReturn, "key.1"}, api.CounterCommand{Action: api.ActionReturn, Reason: "wrong_call"}},
		{"break", []string{CtlPause, "key.1"}, api.CounterCommand{Action: api.ActionPause, Reason: "meal"}},
		{"send on", []string{CtlTransfer, "key.1", "key.1"}, api.CounterCommand{Action: api.ActionTransfer, Pool: "p"}},
		{"send on and back", []string{CtlTransfer, "key.1", "key.2"}, api.CounterCommand{Action: api.ActionTransfer, Pool: "p", Back: true}},
		{"send to a closed window", []string{CtlTransfer, "key.2", "key.1", "key.3"}, api.CounterCommand{Action: api.ActionTransfer, Pool: "q", Reason: "agreed"}},
		{"put back into the line", []string{CtlList, "key.1", "key.2"}, api.CounterCommand{Action: api.ActionRequeue, Number: "A009"}},
		{"missed person is back", []string{CtlList, "key.2", "key.1"}, api.CounterCommand{Action: api.ActionRejoin, Number: "A008"}},
		{"priority", []string{CtlList, "key.3", "key.2", "key.1"}, api.CounterCommand{Action: api.ActionPrioritise, Number: "A002", Lane: "U", Reason: "elder"}},
		{"given up, on the second page", []string{CtlList, CtlPage, "key.1", "key.3", "key.1"}, api.CounterCommand{Action: api.ActionCancel, Number: "A010", Reason: "left"}},
		{"undo", []string{CtlUndo}, api.CounterCommand{Action: api.ActionUndo}},
		{"help", []string{CtlHelp}, api.CounterCommand{Action: api.ActionEmergency}},
	} {
		m, do := script(busyDesk(t), presses(c.keys...)...)
		if len(do) != 1 {
			t.Errorf("%s: %d commands, menu %q", c.name, len(do), m.Menu.Step)
			continue
		}
		got := do[0].(Send).Command
		if got.CommandID == "" || m.Menu.Step != "" {
			t.Errorf("%s: id %q, menu still asks %q", c.name, got.CommandID, m.Menu.Step)
		}
		got.CommandID = ""
		if got != c.want {
			t.Errorf("%s: sent %+v, want %+v", c.name, got, c.want)
		}
	}
}

// A list does not move under a finger: what is picked is what was shown, also
// when the hall's state changes meanwhile.
func TestOpenListStaysAsItWas(t *testing.T) {
	m, _ := script(busyDesk(t), press(CtlList))
	shown := View(m).Menu.Lines[2].Label
	changed := busyDesk(t).Counter
	changed.Seq += 10
	changed.Held, changed.Missed = nil, nil
	m, _ = Update(m, Told{Sitting: m.Sitting, Counter: changed})
	if got := View(m).Menu.Lines[2].Label; got != shown {
		t.Fatalf("the third line was %q and is %q", shown, got)
	}
	m, _ = script(m, presses("key.3")...)
	if m.Menu.Draft.Number != "A002" {
		t.Errorf("picked %q", m.Menu.Draft.Number)
	}
}

func TestMenuClosesWithoutEffect(t *testing.T) {
	for _, key := range []string{CtlClose, CtlClear} {
		m, do := script(busyDesk(t), presses(CtlTransfer, "key.1", key)...)
		if m.Menu.Step != "" || len(do) != 0 {
			t.Errorf("%s: menu %q, commands %v", key, m.Menu.Step, do)
		}
	}
	m, do := script(busyDesk(t), presses(CtlHold, "key.9", CtlNext, CtlPrimary)...)
	if m.Menu.Step == "" || len(do) != 0 {
		t.Errorf("a key that picks nothing led to %v", do)
	}
}

// Every code that a menu sends has words in every language.
func TestReasonsHaveWords(t *testing.T) {
	for step, codes := range reasons {
		if len(codes) > PerPage || !text.Has("counter.ask."+string(step)) {
			t.Errorf("%s: %d reasons", step, len(codes))
		}
		for _, c := range codes {
			if !text.Has("counter.reason." + c) {
				t.Errorf("%s: reason %s has no words", step, c)
			}
		}
	}
}

// The key of the break ends it, the key for help says that it came.
func TestTogglesMeanTheOpposite(t *testing.T) {
	m := busyDesk(t)
	m.Counter.Pause, m.Counter.Emergency = "meal", true
	for key, want := range map[string]string{CtlPause: api.ActionWork, CtlHelp: api.ActionEmergencyEnd} {
		if _, do := Update(m, press(key)); len(do) != 1 || do[0].(Send).Command.Action != want {
			t.Errorf("%s led to %v, want %s", key, do, want)
		}
	}
}
