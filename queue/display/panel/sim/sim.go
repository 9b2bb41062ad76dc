package sim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"hallway/devices"
	"hallway/devices/sim"
)

// Options are the settings of a panel.
type Options struct {
	Type    string // one of [Types]
	Address int    // on the line; not every type has one
}

// A protocol is how one type of panel understands bytes.
type protocol interface {
	// take decodes the front of b, which is not empty. n bytes are used up; 0
	// says that more must come. answer is what the panel says to it. An error
	// says why the bytes changed nothing.
	take(b []byte) (n int, answer []byte, err error)
	// shown is what can be seen now.
	shown() Picture
}

// types make a panel that has just got its power.
var types = map[string]func(address int) protocol{
	"alpha":          func(a int) protocol { return newAlpha(a) },
	"alpha-priority": func(a int) protocol { return newAlpha(a) },
	"cd5220":         func(int) protocol { return &customer{commands: cd5220} },
	"dmd":            func(int) protocol { return &customer{commands: dmd} },
	"ff68":           func(a int) protocol { return &ff68{address: byte(a), lit: [6]byte{dark, dark, dark, dark, dark, dark}} },
	"led8":           func(int) protocol { return &led8{} },
	"ly":             func(a int) protocol { return &ly{address: uint16(a)} },
	"modbus":         func(a int) protocol { return &modbus{address: byte(a)} },
	"modbus-text":    func(a int) protocol { return &modbus{address: byte(a), text: true} },
	"numeric4":       func(a int) protocol { return &numeric4{address: byte(a)} },
	"onbon":          func(a int) protocol { return &onbon{address: uint16(a)} },
	"xunpeng":        func(int) protocol { return &xunpeng{} },
}

// Types returns the types of panel, which are the profiles of package panel and
// the window display of package display, ff68.
func Types() []string {
	var all []string
	for name := range types {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

const (
	// rest is the silence that ends a message whose rest does not come: more
	// than a busy machine makes between two pieces of one write.
	rest = 200 * time.Millisecond
	// lateness is how long a late answer takes: more than any profile waits.
	lateness = 1200 * time.Millisecond
	// mostErrors bounds what is kept of a line that makes no sense.
	mostErrors = 100
)

// A Panel is a simulated panel. All methods may be called from any goroutine.
type Panel struct {
	o Options

	mu       sync.Mutex
	does     protocol
	habits   habits
	errors   []error
	onChange []func()
}

// New returns a dark panel.
func New(o Options) (*Panel, error) {
	make, ok := types[o.Type]
	if !ok {
		return nil, fmt.Errorf("no panel %q, use one of %v", o.Type, Types())
	}
	return &Panel{o: o, does: make(o.Address)}, nil
}

// Text returns what a person reads, line by line and without the blanks at
// their ends; "" for a dark panel.
func (p *Panel) Text() string { return p.Picture().Text() }

// Picture returns what can be seen.
func (p *Panel) Picture() Picture {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.does.shown()
}

// Errors returns what the panel did not understand, oldest first.
func (p *Panel) Errors() []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// OnChange adds a function that is called after each change of the text.
func (p *Panel) OnChange(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onChange = append(p.onChange, f)
}

// Serve is the panel on line until ctx ends or the line is gone, and returns
// nil in both cases.
func (p *Panel) Serve(ctx context.Context, line io.ReadWriter) error {
	var held []byte
	var heard time.Time
	return sim.Serve(ctx, line, func(b []byte) error {
		now := time.Now()
		if len(held) > 0 && now.Sub(heard) > rest {
			p.complain(fmt.Errorf("% X is no whole message", held))
			held = nil
		}
		heard = now
		if p.habit().echo {
			if _, err := line.Write(bytes.Clone(b)); err != nil {
				return err
			}
		}
		held = append(held, b...)
		for len(held) > 0 {
			n, answer := p.step(held)
			if n == 0 {
				break
			}
			held = held[n:]
			if err := p.say(ctx, line, answer); err != nil {
				return err
			}
		}
		return nil
	})
}

// step decodes one message.
func (p *Panel) step(held []byte) (n int, answer []byte) {
	p.mu.Lock()
	before := p.does.shown().Text()
	n, answer, err := p.does.take(held)
	changed := p.does.shown().Text() != before
	todo := p.onChange
	p.mu.Unlock()
	if err != nil {
		p.complain(err)
	}
	if changed {
		for _, do := range todo {
			do()
		}
	}
	return n, answer
}

func (p *Panel) complain(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.errors) < mostErrors {
		p.errors = append(p.errors, err)
	}
}

// say sends an answer, as the panel's habits are.
func (p *Panel) say(ctx context.Context, line io.Writer, answer []byte) error {
	if len(answer) == 0 {
		return nil
	}
	h := p.habit()
	if h.noise {
		answer = append([]byte{0x00, 0xFF, answer[0], 0x7E}, answer...)
	}
	switch h.answer {
	case "silent":
		return nil
	case "late":
		if devices.Pause(ctx, lateness) != nil {
			return nil
		}
	}
	_, err := line.Write(h.spoil(answer))
	return err
}
