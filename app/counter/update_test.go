package counter

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hallway/app/hall/api"
	"hallway/app/text"
	"hallway/devices"
	"hallway/queue"
)

func TestWrongPINKeepsTheNumberAndForgetsThePIN(t *testing.T) {
	m, _ := script(Start("3", text.En, noon), presses("key.7", CtlSignIn, "key.9", CtlSignIn)...)
	m, _ = Update(m, Entered{Sitting: m.Sitting, Err: refusal(api.CodeWrongPIN)})
	if m.Signed || m.Clerk != "7" || m.PIN != "" || !m.OnPIN || m.Notice.Key != "counter.refusal.wrong_pin" {
		t.Errorf("model %+v", m)
	}
	m, _ = script(m, press("key.8"), press(CtlSignIn))
	m, _ = Update(m, Entered{Sitting: m.Sitting, Err: errAway})
	if m.Notice.Key != "counter.away" {
		t.Errorf("a hall that is away gives notice %q", m.Notice.Key)
	}
}

func TestTypingGoesToOneFieldAndIsBounded(t *testing.T) {
	m := Start("3", text.ZhHans, noon)
	for range 40 {
		m, _ = Update(m, press("key.5"))
	}
	m, _ = script(m, presses(CtlBack, CtlPIN, "key.1", "key.2", CtlBack, CtlClerk, CtlBack)...)
	if len(m.Clerk) != maxClerk-2 || m.PIN != "1" {
		t.Errorf("clerk %q, PIN %q", m.Clerk, m.PIN)
	}
	if m, _ = script(m, press(CtlClear)); m.Clerk != "" {
		t.Errorf("clear left %q", m.Clerk)
	}
}

func TestEachStateOffersItsActionsAlone(t *testing.T) {
	for _, c := range []struct {
		state   api.Counter
		on      []string
		primary string
	}{
		{idle(1), []string{CtlNext, CtlSignOut}, CtlNext},
		{with("A001", queue.Called, 1), []string{CtlRecall, CtlMiss, CtlStart}, CtlStart},
		{with("A001", queue.Serving, 1), []string{CtlNext, CtlFinish}, CtlFinish},
	} {
		m := opened(t, c.state)
		s := View(m)
		for _, b := range s.Do {
			if want := slices.Contains(c.on, b.ID); b.Enabled != want {
				t.Errorf("%+v: %s enabled is %v", c.state.Ticket, b.ID, b.Enabled)
			}
			if want := b.ID == c.primary; b.Primary != want {
				t.Errorf("%+v: %s primary is %v", c.state.Ticket, b.ID, b.Primary)
			}
		}
		_, do := Update(m, press(CtlPrimary))
		if len(do) != 1 || do[0].(Send).Command.Action != c.primary[len("do."):] {
			t.Errorf("Enter led to %+v, want %s", do, c.primary)
		}
	}
}

func TestDoublePressSendsOneCommand(t *testing.T) {
	m, do := Update(opened(t, idle(1)), press(CtlNext))
	if len(do) != 1 || do[0].(Send).Command.CommandID != "id-"+CtlNext {
		t.Fatalf("first press led to %+v", do)
	}
	m, do = script(m, press(CtlNext), press(CtlPrimary), press(CtlSignOut))
	if len(do) != 0 {
		t.Errorf("a press while the hall works led to %+v", do)
	}
	m, _ = Update(m, Answered{Sitting: m.Sitting, ID: "id-" + CtlNext, Counter: with("A001", queue.Called, 2)})
	if s := View(m); s.Desk.Number != "A001" || !button(t, s, CtlStart).Enabled {
		t.Errorf("screen %+v", s.Desk)
	}
}

func TestAnswerOfAnotherCommandOrSittingIsDropped(t *testing.T) {
	m, _ := Update(opened(t, idle(1)), press(CtlNext))
	for _, a := range []Answered{
		{Sitting: m.Sitting, ID: "another", Counter: with("B009", queue.Called, 9)},
		{Sitting: m.Sitting - 1, ID: "id-" + CtlNext, Counter: with("B009", queue.Called, 9)},
	} {
		if after, _ := Update(m, a); after.Counter.Ticket != nil || after.Pending.Action == "" {
			t.Errorf("answer %+v was taken", a)
		}
	}
}

func TestLostCommandStopsTheWindowUntilTheHallTellsTheState(t *testing.T) {
	m, _ := Update(opened(t, idle(1)), press(CtlNext))
	m, do := Update(m, Answered{Sitting: m.Sitting, ID: "id-" + CtlNext, Err: errAway})
	if len(do) != 1 || do[0] != (Ask{m.Sitting}) {
		t.Errorf("lost command led to %+v, want a question for the state", do)
	}
	s := View(m)
	if !m.Stale() || s.Banner.Key != "counter.unknown" || s.Link.OK || button(t, s, CtlNext).Enabled {
		t.Errorf("stale %v, banner %q", m.Stale(), s.Banner.Key)
	}
	m, _ = Update(m, Told{Sitting: m.Sitting, Counter: with("A001", queue.Called, 2)})
	if m.Stale() || !button(t, View(m), CtlStart).Enabled {
		t.Error("the window stays closed although the hall told the state")
	}
}

func TestRefusedCommandSaysWhyAndAsksForTheState(t *testing.T) {
	m, _ := Update(opened(t, with("A001", queue.Called, 1)), press(CtlMiss))
	m, do := Update(m, Answered{Sitting: m.Sitting, ID: "id-" + CtlMiss, Err: refusal(api.CodeTooSoon)})
	if m.Notice.Key != "counter.refusal.too_soon" || len(do) != 1 || m.Stale() {
		t.Errorf("notice %q, commands %+v, stale %v", m.Notice.Key, do, m.Stale())
	}
	m, _ = Update(m, Told{Sitting: m.Sitting, Counter: m.Counter})
	m, _ = Update(m, press(CtlMiss))
	m, _ = Update(m, Answered{Sitting: m.Sitting, ID: "id-" + CtlMiss, Err: refusal("brand_new")})
	if m.Notice.Key != "counter.refused" || m.Notice.Args[0] != "brand_new" {
		t.Errorf("unknown code gives %+v", m.Notice)
	}
}

func TestStateIsOldAfterTenSecondsAndNeverShownAsFresh(t *testing.T) {
	m := opened(t, with("A001", queue.Serving, 5))
	m, do := Update(m, Tick{noon.Add(askEvery)})
	if len(do) != 1 {
		t.Fatalf("after %v the hall is asked %d times", askEvery, len(do))
	}
	m, _ = script(m, Told{Sitting: m.Sitting, Err: errAway}, Tick{noon.Add(freshFor + time.Second)})
	s := View(m)
	if !s.Desk.Stale || s.Link.OK || s.Banner.Key != "counter.stale" || !s.Banner.Bad {
		t.Errorf("desk %+v, link %+v, banner %+v", s.Desk, s.Link, s.Banner)
	}
	for _, b := range s.Do {
		if b.Enabled {
			t.Errorf("%s is on although the state is old", b.ID)
		}
	}
	if after, do := Update(m, press(CtlFinish)); len(do) != 0 || after.Pending.Action != "" {
		t.Error("a press on an old state was sent")
	}
	m, _ = Update(m, Told{Sitting: m.Sitting, Counter: with("A001", queue.Serving, 5)})
	if View(m).Desk.Stale {
		t.Error("state stays old although the hall confirmed it")
	}
}

func TestOlderStateNeverReplacesANewerOne(t *testing.T) {
	m := opened(t, with("A002", queue.Called, 7))
	m, _ = Update(m, Told{Sitting: m.Sitting, Counter: with("A001", queue.Serving, 6)})
	if m.Counter.Ticket.Number != "A002" {
		t.Error("an older state replaced a newer one")
	}
}

func TestEventOfTheHallAsksOnce(t *testing.T) {
	m := opened(t, idle(5))
	if _, do := Update(m, Moved{5}); len(do) != 0 {
		t.Error("an event that is known led to a question")
	}
	m, do := Update(m, Moved{6})
	if len(do) != 1 {
		t.Fatal("a new event led to no question")
	}
	if _, do = Update(m, Moved{7}); len(do) != 0 {
		t.Error("a second question was asked while one is open")
	}
}

func TestEndedSignInLeadsToTheSignInScreen(t *testing.T) {
	m := opened(t, idle(1))
	m, _ = Update(m, DeviceChanged{devices.Display, devices.Ready})
	m, _ = Update(m, Told{Sitting: m.Sitting, Err: refusal(api.CodeSignedOut)})
	s := View(m)
	if m.Signed || s.ID != "signin" || s.Banner.Key != "counter.refusal.signed_out" || m.Counter.Clerk != "" || LampOf(m) != dark {
		t.Errorf("screen %s, banner %+v", s.ID, s.Banner)
	}
	if m.Display != devices.Ready {
		t.Error("the display's health was forgotten")
	}
	if after, _ := Update(m, Told{Sitting: m.Sitting - 1, Counter: idle(3)}); after.Signed {
		t.Error("a late answer signed in again")
	}
}

func TestSignOutNeedsAFreeWindowAndLeavesNothing(t *testing.T) {
	if _, do := Update(opened(t, with("A001", queue.Serving, 1)), press(CtlSignOut)); len(do) != 0 {
		t.Error("signed out with a person at the window")
	}
	m, _ := Update(opened(t, idle(1)), press(CtlSignOut))
	m, _ = Update(m, Answered{Sitting: m.Sitting, ID: "id-" + CtlSignOut})
	if m.Signed || m.Clerk != "" || m.PIN != "" || View(m).Banner.Key != "counter.signed_out" {
		t.Errorf("model %+v", m)
	}
}

func TestNobodyWaitingIsSaid(t *testing.T) {
	m, _ := Update(opened(t, idle(1)), press(CtlNext))
	m, _ = Update(m, Answered{Sitting: m.Sitting, ID: "id-" + CtlNext, Counter: idle(2)})
	if b := View(m).Banner; b.Key != "counter.nobody" || b.Bad {
		t.Errorf("banner %+v", b)
	}
}

func TestLanguageSwitchesEverywhereAndKeepsTheWork(t *testing.T) {
	m := opened(t, with("A001", queue.Called, 1))
	zh := View(m)
	m, _ = Update(m, press(CtlLang))
	en := View(m)
	if en.Lang != text.En || zh.Desk.Service == en.Desk.Service || en.Desk.Number != "A001" {
		t.Errorf("screens %+v and %+v", zh.Desk, en.Desk)
	}
}

func TestLampFollowsTheWindow(t *testing.T) {
	closed := Start("3", text.ZhHans, noon)
	called := opened(t, with("A012", queue.Called, 1))
	lost := called
	lost.Now = noon.Add(lampFor + time.Second)
	for _, c := range []struct {
		name string
		m    Model
		want Lamp
	}{
		{"closed", closed, dark},
		{"idle", opened(t, idle(1)), Lamp{Waiting: 4}},
		{"called", called, Lamp{Number: "A012", Waiting: -1}},
		{"serving", opened(t, with("A012", queue.Serving, 1)), Lamp{Number: "A012", Waiting: -1}},
		{"hall away for a minute", lost, dark},
	} {
		if got := LampOf(c.m); got != c.want {
			t.Errorf("%s: lamp %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Whatever is pressed and answered in whatever order, at most one command is
// under way, a stale state sends nothing, and typed digits never show.
func TestAnyHistoryKeepsTheRules(t *testing.T) {
	controls := []string{CtlNext, CtlRecall, CtlMiss, CtlStart, CtlFinish, CtlSignOut, CtlPrimary, CtlLang, CtlClerk,
		CtlPIN, CtlBack, CtlClear, CtlSignIn, "key.0", "key.9", "key.", "key.x", "do.", "", "nonsense"}
	states := []queue.State{"", queue.Called, queue.Serving}
	rapid.Check(t, func(t *rapid.T) {
		m, open := Start("3", text.ZhHans, noon), 0
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			c := idle(rapid.Int64Range(0, 9).Draw(t, "seq"))
			if s := rapid.SampledFrom(states).Draw(t, "state"); s != "" {
				c = with(fmt.Sprintf("A%03d", i), s, c.Seq)
			}
			err := rapid.SampledFrom([]error{nil, nil, errAway, refusal(api.CodeBadTransition), refusal(api.CodeSignedOut)}).Draw(t, "err")
			stale, sitting := m.Stale(), m.Sitting-rapid.IntRange(0, 1).Draw(t, "late")
			msg := rapid.SampledFrom([]Msg{
				press(rapid.SampledFrom(controls).Draw(t, "control")),
				Tick{m.Now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "s")) * time.Second)},
				Entered{sitting, c, err}, Told{sitting, c, err}, Answered{sitting, m.Pending.CommandID, c, err}, Moved{c.Seq},
			}).Draw(t, "msg")
			was := m
			next, do := Update(m, msg)
			m = next
			for _, d := range do {
				send, ok := d.(Send)
				if !ok {
					continue
				}
				if open++; stale || was.Pending.Action != "" || !was.Signed || send.Command != m.Pending {
					t.Fatalf("%+v on %+v sent %+v", msg, was, send)
				}
			}
			s := View(m)
			if m.Signed && (m.Clerk != "" || m.PIN != "") || !m.Signed && LampOf(m) != dark || s.Desk.Stale != (m.Signed && m.Stale()) {
				t.Fatalf("after %+v: %+v", msg, m)
			}
		}
	})
}
