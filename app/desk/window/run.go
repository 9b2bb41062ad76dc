package window

import (
	"context"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"hallway/app/desk"
	"hallway/app/desk/proxy"
	"hallway/app/kiosk/kit"
	"hallway/app/pane"
	"hallway/app/text"
	"hallway/devices/keypad"
	readersim "hallway/idreader/sam/sim"
)

// redrawEvery bounds how often the window is drawn anew: paper that comes out
// changes with every line of dots, an eye sees no more than this.
const redrawEvery = 80 * time.Millisecond

// pads are the keys of the keypad that a counter understands.
var pads = []keypad.Key{keypad.KeyNext, keypad.KeyRecall, keypad.KeyMiss, keypad.KeyStart, keypad.KeyFinish}

// Run shows a desk in a window until it is closed or ctx ends. It must be
// called on the program's first goroutine.
func Run(ctx context.Context, d *desk.Desk, c desk.Config, trace *kit.Trace, log *slog.Logger) error {
	h := newHands(d, text.Lang(c.Lang), c.Printer.RollMM, log)
	ctx, cancel := context.WithCancel(ctx)
	var drawing sync.WaitGroup
	defer drawing.Wait()
	defer cancel()
	return pane.Run(ctx, pane.Options{
		Title: text.T(h.lang, "desk.title"), Surface: Surface,
		Width: c.Screen.Width, Height: c.Screen.Height, Scale: c.Screen.Scale, Trace: trace, Log: log,
	}, func(p *pane.Pane) {
		drawing.Go(func() { h.draw(ctx, p) })
	})
}

// hands are the person at the desk: they do to the devices what is pressed.
type hands struct {
	desk  *desk.Desk
	cards []readersim.Specimen
	roll  int // mm of paper on a new roll
	log   *slog.Logger
	stir  chan struct{} // something changed

	mu   sync.Mutex
	lang text.Lang
	laid int // the card laid last; counts only while the reader has one
}

func newHands(d *desk.Desk, lang text.Lang, roll int, log *slog.Logger) *hands {
	h := &hands{desk: d, cards: readersim.Specimens(), roll: roll, log: log, lang: lang, stir: make(chan struct{}, 1)}
	for _, watch := range []func(func()){d.Reader.OnChange, d.Printer.OnChange, d.Display.OnChange} {
		watch(h.changed)
	}
	d.Network.OnChange(func(proxy.Mode) { h.changed() })
	return h
}

func (h *hands) changed() {
	select {
	case h.stir <- struct{}{}:
	default:
	}
}

// draw draws the desk whenever it looks different.
func (h *hands) draw(ctx context.Context, p *pane.Pane) {
	var shown State
	for {
		if s := h.state(); !reflect.DeepEqual(s, shown) {
			shown = s
			p.Show(pane.Picture{Screen: screen, Lang: string(s.Lang), Content: func(size fyne.Size) fyne.CanvasObject {
				return Draw(s, size, h.press)
			}})
		}
		select {
		case <-time.After(redrawEvery):
		case <-ctx.Done():
			return
		}
		select {
		case <-h.stir:
		case <-ctx.Done():
			return
		}
	}
}

// state looks at every device.
func (h *hands) state() State {
	h.mu.Lock()
	s := State{Lang: h.lang, Laid: h.laid, Network: h.desk.Network.Mode(), Cover: h.desk.Printer.Cover(), PaperMM: h.desk.Printer.Paper()}
	h.mu.Unlock()
	for _, c := range h.cards {
		s.Cards = append(s.Cards, Card{Name: c.Name, What: c.What})
	}
	for _, k := range pads {
		s.Keys = append(s.Keys, string(k))
	}
	if !h.desk.Reader.Laid() {
		s.Laid = -1
	}
	s.Ticket, s.Waiting = h.desk.Display.Shown()
	if all := h.desk.Printer.Tickets(); len(all) > 0 {
		s.Paper, s.Cut = all[len(all)-1].Image, true
	} else if h.desk.Printer.Printing() {
		s.Paper = h.desk.Printer.Current()
	}
	return s
}

// press does what a control of the desk stands for.
func (h *hands) press(id string) {
	defer h.changed()
	switch {
	case id == CtlLang:
		h.mu.Lock()
		h.lang = h.lang.Other()
		h.mu.Unlock()
	case id == CtlLift:
		h.desk.Reader.Lift()
	case id == CtlBrush:
		h.desk.Brush(h.lay(max(0, h.laid)))
	case id == CtlTake:
		for range h.desk.Printer.Tickets() { // a hand takes all that lies there
			h.desk.Printer.Take()
		}
	case id == CtlOpen, id == CtlClose:
		h.desk.Printer.SetCover(id == CtlOpen)
	case id == CtlEmpty:
		h.desk.Printer.SetPaper(0)
	case id == CtlFill:
		h.desk.Printer.SetPaper(h.roll)
	case index(id, cardID) >= 0 && index(id, cardID) < len(h.cards):
		h.desk.Reader.Lay(h.lay(index(id, cardID)))
	default:
		h.pressPart(id)
	}
}

// pressPart is press for the controls that carry a name.
func (h *hands) pressPart(id string) {
	var err error
	if mode, ok := strings.CutPrefix(id, netID); ok {
		err = h.desk.Network.Set(proxy.Mode(mode))
	} else if key, ok := strings.CutPrefix(id, padID); ok {
		err = h.desk.Keypad.Press(keypad.Key(key))
	}
	if err != nil {
		h.log.Warn("press without effect", "control", id, "err", err)
	}
}

// lay remembers which card is laid and returns it.
func (h *hands) lay(i int) readersim.Card {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.laid = i
	return h.cards[i].Card
}
