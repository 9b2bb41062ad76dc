package shell

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/kiosk"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
	"hallway/app/operation"
)

// rig is a loop whose screen's goroutine is the test.
type rig struct {
	*Loop
	now   time.Time
	posts chan func()
	sent  []journey.Command
	trace bytes.Buffer
	log   bytes.Buffer
}

func newRig(t *testing.T, trace *kit.Trace) *rig {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	r := &rig{now: journeytest.Morning, posts: make(chan func(), 100)}
	if trace == nil {
		trace = kit.NewTrace(&r.trace)
	}
	setup := journeytest.Setup()
	setup.Rows = kiosk.Rows
	r.Loop = NewLoop(Options{Setup: setup, Surface: theme.Portrait, Scale: 1, Now: func() time.Time { return r.now },
		IDs: func() operation.ID { return "op" }, Post: func(f func()) { r.posts <- f }, Trace: trace, Log: slog.New(slog.NewTextHandler(&r.log, nil))})
	r.Commands(func(c []journey.Command) { r.sent = append(r.sent, c...) })
	r.Send(journey.HallChanged{Hall: journeytest.Hall()})
	r.drain()
	return r
}

// drain runs what was posted.
func (r *rig) drain() {
	for len(r.posts) > 0 {
		(<-r.posts)()
	}
}

// wait runs the next function that is posted later.
func (r *rig) wait(t *testing.T) {
	t.Helper()
	select {
	case f := <-r.posts:
		f()
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was posted")
	}
}

// settled lets a new screen become live, in real time because the trace waits
// for it.
func (r *rig) settled(t *testing.T) {
	t.Helper()
	if !r.live.After(r.now) {
		return
	}
	r.now = r.live
	for before := r.trace.Len() + r.log.Len(); r.trace.Len()+r.log.Len() == before && !r.broken; {
		r.wait(t)
	}
}

func (r *rig) tap(t *testing.T, id string) {
	t.Helper()
	r.settled(t)
	c := kit.Find(r.Root(), id)
	if c == nil {
		t.Fatalf("no control %s", id)
	}
	c.Tapped(nil)
}

func (r *rig) last(t *testing.T) (line struct {
	Screen   string
	Controls []kit.Place
}) {
	t.Helper()
	r.settled(t)
	lines := strings.Split(strings.TrimSpace(r.trace.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		t.Fatal(err)
	}
	return line
}

func TestPressLeadsToTheNextScreenAndItsTrace(t *testing.T) {
	r := newRig(t, nil)
	if l := r.last(t); l.Screen != "home" || len(l.Controls) != 6 {
		t.Fatalf("first screen %+v", l)
	}
	r.tap(t, "tile.number")
	if l := r.last(t); l.Screen != "audience" {
		t.Errorf("trace says %s", l.Screen)
	}
	r.tap(t, "audience.resident")
	r.tap(t, "class.insurance")
	r.tap(t, "item.sb-query")
	if len(r.sent) != 1 {
		t.Fatalf("commands %v", r.sent)
	}
	r.tap(t, "do.without")
	if c, ok := r.sent[1].(journey.TakeNumber); !ok || c.Request.Op != "op" {
		t.Errorf("commands %v", r.sent)
	}
}

func TestSecondsChangeWithoutANewDrawing(t *testing.T) {
	r := newRig(t, nil)
	r.tap(t, "tile.number")
	r.settled(t)
	drawn, lines := r.root.Objects[1], strings.Count(r.trace.String(), "\n")
	for range 5 {
		r.now = r.now.Add(time.Second)
		r.Tick()
		r.drain()
	}
	if r.root.Objects[1] != drawn || strings.Count(r.trace.String(), "\n") != lines {
		t.Error("the screen was drawn anew for a second")
	}
	r.now = r.now.Add(time.Minute)
	r.Tick()
	r.drain()
	if r.last(t).Screen != "home" {
		t.Errorf("after a minute the screen is %s", r.last(t).Screen)
	}
}

func TestDrawingWaitsForAFingerButNotForAPalm(t *testing.T) {
	r := newRig(t, nil)
	tile := kit.Find(r.Root(), "tile.number")
	tile.MouseDown(nil)
	h := journeytest.Hall()
	h.Online = false
	r.Send(journey.HallChanged{Hall: h})
	r.drain()
	if kit.Find(r.Root(), "tile.number") != tile {
		t.Fatal("the screen was drawn under the finger")
	}
	tile.MouseUp(nil)
	tile.Tapped(nil)
	r.drain()
	if r.last(t).Screen != "audience" {
		t.Fatalf("the press was lost, the screen is %s", r.last(t).Screen)
	}
	back := kit.Find(r.Root(), "nav.back")
	back.MouseDown(nil)
	r.Send(journey.Press{Control: "nav.home"})
	r.drain()
	r.now = r.now.Add(4 * time.Second)
	r.wait(t)
	if r.last(t).Screen != "home" {
		t.Errorf("a palm keeps the screen %s", r.last(t).Screen)
	}
}

func TestSecondHalfOfADoubleTapPressesNothing(t *testing.T) {
	r := newRig(t, nil)
	r.tap(t, "tile.progress")
	kit.Find(r.Root(), "by.receipt").Tapped(nil)
	if l := r.last(t); l.Screen != "progress" {
		t.Fatalf("the second half pressed through to %s", l.Screen)
	}
	r.tap(t, "by.receipt")
	r.tap(t, "key.1")
	kit.Find(r.Root(), "key.1").Tapped(nil)
	if got := r.shown.Entry.Text; got != "11" {
		t.Errorf("typed %q: keys must not wait", got)
	}
}

func TestTouchOfAnEmptyPlaceKeepsTheVisit(t *testing.T) {
	r := newRig(t, nil)
	r.tap(t, "tile.number")
	r.now = r.now.Add(50 * time.Second)
	r.Tick()
	r.drain()
	if r.last(t).Screen != "idle" {
		t.Fatalf("screen %s", r.last(t).Screen)
	}
	r.root.Objects[0].(*kit.Catcher).MouseDown(nil)
	if r.last(t).Screen != "audience" {
		t.Errorf("screen %s after a touch", r.last(t).Screen)
	}
}

func TestContentNeverMakesTheWindowLarger(t *testing.T) {
	r := newRig(t, nil)
	if s := r.Root().MinSize(); s.Width > 1 || s.Height > 1 {
		t.Errorf("the root asks for %v", s)
	}
	r.root.Resize(fyne.NewSize(1080, 1920))
	if got := r.root.Objects[1].Size(); got != theme.Portrait {
		t.Errorf("the screen gets %v", got)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTraceThatCannotBeWrittenIsSaidOnceAndStopsNothing(t *testing.T) {
	r := newRig(t, kit.NewTrace(full{}))
	r.tap(t, "tile.number")
	r.tap(t, "nav.home")
	if n := strings.Count(r.log.String(), "disk full"); n != 1 {
		t.Errorf("said %d times: %s", n, r.log.String())
	}
}

func TestRestingOnEraseRepeatsUntilTheFingerLeaves(t *testing.T) {
	r := newRig(t, nil)
	r.tap(t, "tile.progress")
	r.tap(t, "by.receipt")
	r.settled(t)
	for range 6 {
		kit.Find(r.Root(), "key.1").Tapped(nil)
	}
	back := kit.Find(r.Root(), kit.KeyBack)
	back.MouseDown(nil)
	for r.shown.Entry.Text != "111" {
		r.wait(t)
		if kit.Find(r.Root(), kit.KeyBack) != back {
			t.Fatal("the key was drawn anew under the finger")
		}
	}
	back.MouseUp(nil)
	back.Tapped(nil)
	r.wait(t) // the repeat that was under way finds no finger
	if got := r.shown.Entry.Text; got != "111" {
		t.Errorf("left with %q", got)
	}
	back.MouseDown(nil)
	back.MouseUp(nil)
	back.Tapped(nil)
	if got := r.shown.Entry.Text; got != "11" {
		t.Errorf("a tap leaves %q", got)
	}
}

func TestRepeatEndsWhenTheScreenIsGone(t *testing.T) {
	r := newRig(t, nil)
	r.tap(t, "tile.progress")
	r.tap(t, "by.receipt")
	r.settled(t)
	kit.Find(r.Root(), "key.1").Tapped(nil)
	back := kit.Find(r.Root(), kit.KeyBack)
	back.MouseDown(nil)
	r.Send(journey.Press{Control: "nav.home"})
	r.drain()
	if r.shown.ID != journey.Home {
		t.Fatalf("a finger on the key keeps the screen %s", r.shown.ID)
	}
	presses := r.o.IDs
	r.o.IDs = func() operation.ID {
		t.Error("a key that is gone acts")
		return presses()
	}
	r.repeat(back, r.rests, mostRepeats)
}

func TestPluggedInKeysReachTheField(t *testing.T) {
	r := newRig(t, nil)
	r.tap(t, "tile.progress")
	r.tap(t, "by.receipt")
	r.Key("5")
	if got := r.shown.Entry.Text; got != "" {
		t.Errorf("a screen that has just come takes %q", got)
	}
	r.settled(t)
	for _, k := range []string{"0", "4", "x", "back", "\x1b"} {
		r.Key(k)
	}
	if got := r.shown.Entry.Text; got != "0" {
		t.Errorf("typed %q", got)
	}
}
