package main

import (
	"context"
	"database/sql"
	"fmt"
	"image"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite" // to look into the hall's database

	"hallway/app/config"
	"hallway/app/desk/stage"
	"hallway/app/hall/api"
	"hallway/app/hall/client"
)

// bin holds the true programs, built from this checkout.
var bin string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "hallway-bin"); err == nil {
		defer os.RemoveAll(bin)
		var out []byte
		build := exec.Command("go", "build", "-o", bin, "hallway/cmd/hall", "hallway/cmd/kiosk", "hallway/cmd/counter", "hallway/cmd/desk")
		if out, err = build.CombinedOutput(); err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the programs:", err)
		return 1
	}
	fyne := goleak.IgnoreCurrent() // Fyne starts a goroutine when it is loaded
	code := m.Run()
	if err := goleak.Find(fyne); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// act is one stage with a person before it, and what stands behind it.
type act struct {
	*stage.Script
	t *testing.T
}

// perform opens a stage in dir on a virtual display and closes it when the
// test ends.
func perform(t *testing.T, dir string) *act {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
	s, err := stage.Open(ctx, stage.Options{Bin: bin, Dir: dir})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	a := &act{s.Script(ctx, nil), t}
	t.Cleanup(func() {
		if t.Failed() {
			a.explain()
		}
		if err := s.Close(); err != nil {
			t.Errorf("end of the stage: %v", err)
		}
		cancel()
	})
	a.SeeOn(a.Kiosk, "tile.number")
	return a
}

// explain prints the logs of the programs, which hold no personal data.
func (a *act) explain() {
	for _, p := range []string{"hall", "kiosk", "counter", "desk"} {
		if b, err := os.ReadFile(a.Layout.Path("log", p+".log")); err == nil {
			a.t.Logf("%s:\n%s", p, b[max(0, len(b)-3000):])
		}
	}
}

// step ends the test when a step of the script failed.
func (a *act) step(what string) {
	a.t.Helper()
	if a.Err != nil {
		a.t.Fatalf("%s: %v", what, a.Err)
	}
}

// eventually waits until ok says yes.
func (a *act) eventually(what string, ok func() bool) {
	a.t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			a.t.Fatalf("never: %s", what)
		}
	}
}

// ask returns the rows of a query on the hall's database, their columns joined
// by spaces.
func (a *act) ask(query string) []string {
	a.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(a.Layout.Hall.Data, "hall.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		a.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		a.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		a.t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, to := make([]string, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			a.t.Fatal(err)
		}
		all = append(all, strings.Join(values, " "))
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return all
}

// scan reads the code on a piece of paper, as a telephone does, and returns
// the number of the ticket that it leads to.
func (a *act) scan(paper image.Image) string {
	a.t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(paper)
	if err != nil {
		a.t.Fatal(err)
	}
	code, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		a.t.Fatalf("the code on the paper: %v", err)
	}
	link, err := url.Parse(code.GetText())
	if err != nil {
		a.t.Fatal(err)
	}
	path := strings.Split(strings.Trim(link.Path, "/"), "/")
	if len(path) != 3 || path[0] != "t" || link.Query().Get("k") == "" {
		a.t.Fatalf("the code leads to %s", code.GetText())
	}
	return path[2]
}

// takeOpen takes a number without a card and returns it as the paper says.
func (a *act) takeOpen() string {
	a.t.Helper()
	known := a.Papers()
	a.Browse("number", "R0401")
	a.See(a.Kiosk, "card")
	a.Tap(a.Kiosk, "do.without")
	a.SeeBanner(a.Kiosk, "ticket", "print.done")
	paper := a.Ticket(known)
	a.step("take a number without a card")
	number := a.scan(paper)
	a.Leave(true, false)
	a.step("leave")
	return number
}

// layAgain lays a card as a person does whose first try failed: after a
// moment, and when nothing happens for five seconds, once more.
func (a *act) layAgain(card string) {
	a.Do("lay the card again", func(ctx context.Context) error {
		for {
			time.Sleep(time.Second) // what a hand needs
			if err := a.Desk.Tap(ctx, card); err != nil {
				return err
			}
			short, cancel := context.WithTimeout(ctx, 5*time.Second)
			_, err := a.Kiosk.Line(short, "another screen", func(l stage.Line) bool { return l.Screen != "card" })
			cancel()
			if err == nil || ctx.Err() != nil {
				return err
			}
			if err := a.Desk.Tap(ctx, "reader.lift"); err != nil {
				return err
			}
		}
	})
}

// page returns the hall's answer to a GET.
func (a *act) page(address string) string {
	a.t.Helper()
	r, err := http.Get(address)
	if err != nil {
		a.t.Fatal(err)
	}
	defer r.Body.Close()
	var b strings.Builder
	if err := r.Write(&b); err != nil || r.StatusCode != http.StatusOK {
		a.t.Fatalf("%s: %s, %v", address, r.Status, err)
	}
	return b.String()
}

// board returns the newest state of the wall screens from the event stream.
func (a *act) board() api.Board {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c := client.New(a.Layout.Hall.PublicURL, "", nil)
	defer c.Close()
	for b, err := range c.Events(ctx, 0) {
		if err != nil {
			a.t.Fatal(err)
		}
		return b
	}
	a.t.Fatal("the event stream told nothing")
	return api.Board{}
}

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
	for range 3 { // telephone, dwelling, ground
		a.See(a.Kiosk, "field")
		a.Fill(a.Kiosk, "19900000000", "A1")
	}
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
