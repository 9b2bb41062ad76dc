package sim

import (
	"bytes"
	"context"

	"hallway/printer"
	"hallway/printer/raster"
)

// worker is the printing side: it takes the buffer apart and moves the paper.
type worker struct {
	printer *Printer
	line    *answerer
	gone    chan struct{} // closed when the line is gone
	pending []byte        // begins with an incomplete token
	epoch   int
	style
	cells []cell         // the line buffer
	store *raster.Bitmap // GS ( L: stored, not yet printed
	code  code           // GS ( k: the QR code
	drawn bool           // the last command printed a picture
}

// style is the state that ESC @ resets.
type style struct {
	bold, invert bool
	mode         mode
	underline    int
	w, h         int // GS !
	fsW, fsH     int // FS !
	align        printer.Align
	spacing      int // dots
	place        int // where the next thing of this line begins, -1 = by the alignment
	margin       int
}

// cell is one character of the line buffer.
type cell struct {
	r            rune
	wide         bool
	w, h         int // scales
	bold, invert bool
	underline    int
	x            int // ESC $: where it stands; -1 = behind the one before
}

func (c cell) width() int {
	w := raster.CellWidth * c.w
	if c.wide {
		w *= 2
	}
	return w
}

const defaultSpacing = 30 // dots, one sixth of an inch as most 203 dpi units round it

func (w *worker) reset() {
	w.style = style{w: 1, h: 1, fsW: 1, fsH: 1, spacing: defaultSpacing, place: -1}
	w.cells, w.store, w.drawn = nil, nil, false
}

// run executes tokens until ctx ends, or until the line is gone and nothing
// more can be printed.
func (w *worker) run(ctx context.Context) {
	for w.fill(ctx) {
		for {
			t, n, err := w.next()
			if err != nil {
				w.printer.complain("byte stream: %w", err)
				w.pending = w.pending[n:]
				continue
			}
			if n == 0 {
				break
			}
			if !w.ready(ctx) {
				return
			}
			if w.stale() {
				break
			}
			w.execute(ctx, t)
			w.pending = w.pending[n:]
		}
	}
}

// next cuts the first token off what is pending.
func (w *worker) next() (token, int, error) {
	if w.printer.model.Star {
		return nextStar(w.pending)
	}
	return next(w.pending, w.mode)
}

// fill waits for bytes and takes them; false means that it is over.
func (w *worker) fill(ctx context.Context) bool {
	p := w.printer
	for {
		p.mu.Lock()
		if p.epoch != w.epoch {
			w.epoch, w.pending = p.epoch, nil
			w.reset()
		}
		got := len(p.rx) > 0
		w.pending = append(w.pending, p.rx...)
		p.rx = nil
		changed := p.changed
		p.mu.Unlock()
		if got {
			p.wake() // the receiving side may wait for room
			return true
		}
		select {
		case <-changed:
		case <-w.gone:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// ready waits until the head may print.
func (w *worker) ready(ctx context.Context) bool {
	p := w.printer
	for {
		p.mu.Lock()
		ok := p.ready() || p.epoch != w.epoch
		changed := p.changed
		p.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-w.gone:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// stale reports whether the power went since the worker's last look.
func (w *worker) stale() bool {
	w.printer.mu.Lock()
	defer w.printer.mu.Unlock()
	return w.printer.epoch != w.epoch
}

// switchPush carries out GS a. Switching automatic status on is answered with it
// each time.
func (w *worker) switchPush(on bool) {
	p := w.printer
	var now []byte
	p.change(func() {
		if p.push = on; on && p.model.Answers {
			now = p.automatic()
			p.told = now
		}
	})
	if now != nil {
		w.line.send(now)
	}
}

// report sends the automatic status whenever it changes, until the line is gone.
func (w *worker) report(ctx context.Context) {
	p := w.printer
	for {
		p.mu.Lock()
		now, changed := p.automatic(), p.changed
		news := p.push && p.model.Answers && !bytes.Equal(now, p.told)
		if news {
			p.told = now
		}
		p.mu.Unlock()
		if news {
			w.line.send(now)
		}
		select {
		case <-changed:
		case <-w.gone:
			return
		case <-ctx.Done():
			return
		}
	}
}
