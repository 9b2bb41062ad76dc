package shell

import (
	"log/slog"
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"hallway/app/journey"
	"hallway/app/kiosk"
	"hallway/app/kiosk/kit"
	"hallway/app/operation"
)

// patience is how long a drawing waits for a finger that rests on a control.
// Drawing under the finger would lose its press; a finger that stays longer is
// a palm or a bag.
const patience = 3 * time.Second

// settle is how long a new screen takes no press. The second half of a double
// tap would press what has just come under the finger; a quarter of a second is
// longer than a tremor and shorter than reading.
const settle = 250 * time.Millisecond

// again is when a drawing that waits looks for the finger once more.
const again = 60 * time.Millisecond

// Options are what a loop needs.
type Options struct {
	Setup   journey.Setup
	Surface fyne.Size           // in units
	Scale   float32             // pixels a unit, for the trace
	Now     func() time.Time    //
	IDs     func() operation.ID //
	Post    func(func())        // runs a function on the screen's goroutine, later
	Trace   *kit.Trace          // nil writes none
	Log     *slog.Logger
}

// A Loop owns a journey's model and draws it. Send may be called on any
// goroutine, the rest belongs to the screen's.
type Loop struct {
	o      Options
	do     func([]journey.Command)
	model  journey.Model
	root   *fyne.Container
	draws  kiosk.Renderer
	rests  int // counts presses that repeat; a timer of an earlier one stops
	shown  journey.Screen
	view   kiosk.View
	live   time.Time // when the screen begins to take presses
	waits  bool      // a drawing waits for a finger
	since  time.Time // when it began to wait
	broken bool      // the trace could not be written
}

// NewLoop makes a loop that shows the home screen.
func NewLoop(o Options) *Loop {
	l := &Loop{o: o, do: func([]journey.Command) {}, model: journey.Start(o.Setup, o.Now())}
	catcher := kit.NewCatcher(func() { l.take(journey.Touched{}) })
	l.root = container.New(whole{}, catcher, container.NewStack())
	l.root.Resize(o.Surface)
	l.draws = kiosk.Renderer{Surface: o.Surface, Press: l.press, Hold: l.hold}
	l.draw()
	return l
}

// whole gives every layer all the place and asks for none, so that no text can
// make the window larger than its screen.
type whole struct{}

// MinSize implements fyne.Layout.
func (whole) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, 1) }

// Layout implements fyne.Layout.
func (whole) Layout(layers []fyne.CanvasObject, size fyne.Size) {
	for _, o := range layers {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

// Commands says who carries out commands.
func (l *Loop) Commands(do func([]journey.Command)) { l.do = do }

// Root is what the window shows.
func (l *Loop) Root() fyne.CanvasObject { return l.root }

// Send gives the journey a message.
func (l *Loop) Send(m journey.Msg) { l.o.Post(func() { l.take(m) }) }

// Tick tells the journey the time.
func (l *Loop) Tick() { l.Send(journey.Tick{Now: l.o.Now()}) }

// take carries a message through the model.
func (l *Loop) take(m journey.Msg) {
	var commands []journey.Command
	l.model, commands = journey.Update(l.model, m)
	l.do(commands)
	l.draw()
}

func (l *Loop) press(id string) {
	if l.o.Now().Before(l.live) {
		l.take(journey.Touched{})
		return
	}
	l.take(journey.Press{Control: id, Op: l.o.IDs()})
}

// Key takes a key of a keyboard that is plugged in, or of a scanner that acts
// as one; see [journey.Keyed].
func (l *Loop) Key(key string) {
	if !l.o.Now().Before(l.live) {
		l.take(journey.Keyed{Key: key, Op: l.o.IDs()})
	}
}

// draw shows the model. A second less on the countdown changes only its text.
func (l *Loop) draw() {
	next := journey.View(l.model)
	if sameButTime(l.shown, next) {
		l.view.SetCountdown(next.Help)
		return
	}
	if kit.Held(l.root) && l.wait() {
		return
	}
	l.waits = false
	moved := l.shown.ID != "" && (l.shown.ID != next.ID || l.shown.Step != next.Step)
	l.shown, l.view = next, l.draws.Draw(next)
	l.root.Objects[1] = l.view.Object
	l.root.Refresh()
	if moved {
		l.live = l.o.Now().Add(settle)
	}
	l.trace()
}

// wait puts a drawing off while a finger rests on a control, and reports
// whether it did.
func (l *Loop) wait() bool {
	now := l.o.Now()
	if !l.waits {
		l.waits, l.since = true, now
	}
	if now.Sub(l.since) >= patience {
		return false
	}
	time.AfterFunc(again, func() { l.o.Post(l.draw) })
	return true
}

// sameButTime reports whether two screens differ at most in the time that is
// left.
func sameButTime(a, b journey.Screen) bool {
	if (a.Help.Countdown == "") != (b.Help.Countdown == "") {
		return false
	}
	a.Help.Countdown, a.Help.Seconds = b.Help.Countdown, b.Help.Seconds
	return reflect.DeepEqual(a, b)
}

// trace writes the screen as soon as it takes presses.
func (l *Loop) trace() {
	if wait := l.live.Sub(l.o.Now()); wait > 0 {
		time.AfterFunc(wait, func() { l.o.Post(l.trace) })
		return
	}
	err := l.o.Trace.Write(string(l.shown.ID), string(l.shown.Lang), l.shown.Banner.Key, l.root, l.o.Scale)
	if err != nil && !l.broken {
		l.broken = true
		l.o.Log.Error("trace cannot be written", "err", err)
	}
}
