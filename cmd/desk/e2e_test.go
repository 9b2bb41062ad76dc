package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"hallway/app/config"
	"hallway/app/desk/stage"
)

func TestNumberIsTheSameOnPaperHallWallPageAndLED(t *testing.T) {
	a := perform(t, t.TempDir())
	known := a.Papers()
	a.Browse("number", "R0403")
	a.LayCard("card.0")
	a.SeeBanner(a.Kiosk, "ticket", "print.done")
	paper := a.Ticket(known)
	a.step("take a number with a card")
	number := a.scan(paper)
	if got := a.ask("SELECT number, state, origin FROM ticket"); !slices.Equal(got, []string{number + " waiting online"}) {
		t.Fatalf("the hall has %q, the paper says %s", got, number)
	}

	a.SignIn()
	a.Do("call", func(ctx context.Context) error { return a.Counter.Press(ctx, stage.KeyF1) })
	a.SeeOn(a.Counter, "do.start")
	a.step("call with the keyboard")
	a.eventually("number on the LED", func() bool {
		ticket, _, err := a.LED()
		return err == nil && ticket == number[len(number)-3:]
	})
	if b := a.board(); len(b.Calls) != 1 || b.Calls[0].Number != number || b.Calls[0].Window != a.Layout.Counter.Window {
		t.Errorf("the event stream says %+v, the paper %s", b.Calls, number)
	}
	if page := a.page(a.Layout.Board()); !strings.Contains(page, number) {
		t.Errorf("the wall page does not show %s", number)
	}

	a.Tap(a.Desk, "pad.start")
	a.SeeOn(a.Counter, "do.finish")
	a.Tap(a.Desk, "pad.finish")
	a.SeeOn(a.Counter, "do.signout")
	a.step("serve with the keypad")
	if got := a.ask("SELECT number, state FROM ticket"); !slices.Equal(got, []string{number + " finished"}) {
		t.Errorf("the hall has %q", got)
	}
	a.Do("sign out", func(ctx context.Context) error { return a.Counter.Press(ctx, stage.KeyF1+8) })
	a.See(a.Counter, "signin")
	a.step("sign out with the keyboard")
	a.eventually("dark LED", func() bool {
		ticket, waiting, err := a.LED()
		return err == nil && ticket+waiting == "      "
	})
}

func TestApplicationFiledWhileTheHallIsStoppedArrivesOnce(t *testing.T) {
	dir := t.TempDir()
	a := perform(t, dir)
	a.Browse("application", "R0403")
	a.LayCard("card.0")
	a.See(a.Kiosk, "form")
	a.Do("stop the hall", func(context.Context) error { return a.StopHall() })
	a.Tap(a.Kiosk, "do.continue")
	a.See(a.Kiosk, "field")
	a.Fill(a.Kiosk, stage.Answer{Digits: "19900000000"})
	a.writeAddress()
	a.SeeOn(a.Kiosk, "choice.home")
	a.Tap(a.Kiosk, "choice.home")
	a.See(a.Kiosk, "review")
	a.Tap(a.Kiosk, "do.submit")
	a.SeeBanner(a.Kiosk, "accepted", "print.done")
	a.Leave(true, true)
	a.step("file an application while the hall is stopped")
	if got := a.ask("SELECT item FROM application"); len(got) != 0 {
		t.Fatalf("a stopped hall has %q", got)
	}
	a.Do("start the hall", a.StartHall)
	a.step("start the hall again")
	a.eventually("the application in the hall's database", func() bool {
		return slices.Equal(a.ask("SELECT item, state FROM application"), []string{"R0403 received"})
	})

	if got := a.filed()["stay"]; got != "天津和平区 8号" {
		t.Errorf("the address arrived as %q", got)
	}

	a.Browse("booking", "R0403")
	a.LayCard("card.0")
	a.See(a.Kiosk, "days")
	a.TapFirst(a.Kiosk, "day.")
	a.See(a.Kiosk, "times")
	a.TapFirst(a.Kiosk, "slot.")
	a.See(a.Kiosk, "phone")
	a.Tap(a.Kiosk, "do.skip")
	a.See(a.Kiosk, "confirm")
	a.Tap(a.Kiosk, "do.book")
	a.SeeBanner(a.Kiosk, "booked", "print.done")
	a.Leave(true, true)
	a.step("book")
	if got := a.ask("SELECT item, state FROM booking"); !slices.Equal(got, []string{"R0403 booked"}) {
		t.Errorf("the hall has bookings %q", got)
	}
	if got := a.ask("SELECT item, state FROM application"); !slices.Equal(got, []string{"R0403 received"}) {
		t.Errorf("the hall has applications %q", got)
	}
}

// A line that is cut, a server that fails and a page of somebody else all end
// in a marked number that arrives once the line is back, in order of time.
func TestNumbersGivenOutWithoutTheHallArriveOnceAndInOrder(t *testing.T) {
	a := perform(t, t.TempDir())
	numbers := []string{a.takeOpen()}
	for _, way := range []string{"cut", "failing", "portal"} {
		a.Tap(a.Desk, "net."+way)
		a.SeeBanner(a.Kiosk, "home", "kiosk.offline")
		a.step("network " + way)
		numbers = append(numbers, a.takeOpen())
	}
	want := []string{numbers[0] + " waiting online"}
	if got := a.ask("SELECT number, state, origin FROM ticket"); !slices.Equal(got, want) {
		t.Fatalf("before the line is back the hall has %q", got)
	}
	a.Tap(a.Desk, "net.pass")
	a.step("network back")
	for _, n := range numbers[1:] {
		want = append(want, n+" waiting offline")
	}
	query := "SELECT number, state, origin FROM ticket ORDER BY effective_at, issued_at"
	a.eventually("every number in the hall's database", func() bool { return len(a.ask(query)) >= len(want) })
	if got := a.ask(query); !slices.Equal(got, want) {
		t.Errorf("the hall has %q, the papers say %q", got, want)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(numbers))); len(unique) != len(numbers) {
		t.Errorf("a number was given out twice: %q", numbers)
	}
}

func TestTroubleAtTheKioskEndsInASentence(t *testing.T) {
	a := perform(t, t.TempDir())
	a.Browse("number", "R0403")
	a.See(a.Kiosk, "card")
	a.Tap(a.Desk, "reader.brush")
	a.SeeBanner(a.Kiosk, "card", "card.moved")
	a.step("card taken away while it is read")

	a.Tap(a.Desk, "printer.empty")
	a.SeeOn(a.Desk, "printer.fill")
	a.layAgain("card.0")
	a.SeeBanner(a.Kiosk, "ticket", "print.paper-out")
	a.step("no paper before printing")
	known := a.Papers()
	a.Tap(a.Desk, "printer.fill")
	a.SeeOn(a.Desk, "printer.empty")
	a.Tap(a.Kiosk, "do.print")
	a.SeeBanner(a.Kiosk, "ticket", "print.done")
	paper := a.Ticket(known)
	a.step("print again with a new roll")
	number := a.scan(paper)
	a.Leave(true, true)
	a.step("leave")
	if got := a.ask("SELECT number FROM ticket"); !slices.Equal(got, []string{number}) {
		t.Errorf("the hall has %q, the paper says %s", got, number)
	}
}

func TestCoverOpenedWhilePrintingIsNeverTakenForDone(t *testing.T) {
	dir := t.TempDir()
	l, err := stage.Lay(dir, stage.Arrange(stage.VirtualSize, false))
	if err != nil {
		t.Fatal(err)
	}
	// The head of the ticket is on paper by then, its end is not.
	l.Desk.Printer.Script = "cover=open at=in:1500"
	f, err := os.Create(l.Config("desk"))
	if err != nil {
		t.Fatal(err)
	}
	if err := config.Write(f, &l.Desk); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	a := perform(t, dir)
	a.Browse("number", "R0401")
	a.See(a.Kiosk, "card")
	a.Tap(a.Kiosk, "do.without")
	var banner string
	a.Do("see what became of the paper", func(ctx context.Context) error {
		line, err := a.Kiosk.Line(ctx, "the end of printing", func(l stage.Line) bool {
			return l.Screen == "ticket" && l.Banner != "" && l.Banner != "print.running"
		})
		banner = line.Banner
		return err
	})
	a.step("cover opened while printing")
	if banner != "print.unknown" && banner != "print.cover-open" {
		t.Errorf("the sentence is %s", banner)
	}
	if got := a.Papers(); len(got) != 0 {
		t.Errorf("a printer with its cover open gave out %q", got)
	}
	if got := a.ask("SELECT state FROM ticket"); !slices.Equal(got, []string{"waiting"}) {
		t.Errorf("the number on the screen is not valid: %q", got)
	}
}

// A second start finds the data of the first, and no program of the first is
// left over.
func TestSecondRunFindsItsData(t *testing.T) {
	dir := t.TempDir()
	var first string
	t.Run("first", func(t *testing.T) { first = perform(t, dir).takeOpen() })
	a := perform(t, dir)
	second := a.takeOpen()
	if got := a.ask("SELECT number FROM ticket ORDER BY number"); !slices.Equal(got, []string{first, second}) || first == second {
		t.Errorf("the hall has %q, the papers say %s and %s", got, first, second)
	}
}
