// Package sim is a scanner without hardware: a test or a person holds codes
// under it, and it sends them as a serial scanner, as reports of a HID scanner,
// or as a keyboard.
package sim

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"hallway/devices/scanner"
	"hallway/devices/sim"
)

// Mode is how a scanner sends codes.
type Mode uint8

// The modes. POS and Boot need a line that keeps writes apart.
const (
	Serial Mode = iota
	POS
	Boot
)

// Options are the habits in which scanners differ.
type Options struct {
	Mode    Mode
	Prefix  string          // before each code of a serial scanner
	AIM     string          // identifier that is sent with codes, such as "]Q1"; "" = none
	Suffix  string          // behind each code of a serial scanner; "" = CR, "-" = none
	Layout  *scanner.Layout // of HID reports; nil = scanner.Honeywell
	Length  int             // bytes of a HID report; 0 = 64
	Trigger bool            // it reads only when it is told to, and then what is held under it
	Split   int             // bytes of a serial code that are written at once; 0 = all
}

// A Scanner is a simulated scanner. All methods may be called from any
// goroutine.
type Scanner struct {
	o Options

	mu     sync.Mutex
	held   []byte
	queue  [][][]byte // writes of each code
	sent   int
	orders int
	stir   chan struct{}
}

var _ sim.Applier = (*Scanner)(nil)

// Directives are the names of the directives that Apply obeys, beside those of
// the line.
var Directives = []string{"scan", "half", "noise"}

// New returns a scanner with nothing under it.
func New(o Options) *Scanner {
	if o.Suffix == "" {
		o.Suffix = "\r"
	}
	if o.Suffix == "-" {
		o.Suffix = ""
	}
	if o.Layout == nil {
		o.Layout = &scanner.Honeywell
	}
	if o.Length <= 0 {
		o.Length = 64
	}
	return &Scanner{o: o, stir: make(chan struct{}, 1)}
}

// Hold holds a code under the scanner: it is sent at once, and with
// Options.Trigger at each command instead. The error says that a keyboard
// cannot type the code.
func (s *Scanner) Hold(code []byte) error {
	writes, err := s.encode(code)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.held = slices.Clone(code)
	s.mu.Unlock()
	if !s.o.Trigger {
		s.send(writes)
	}
	return nil
}

// Send sends writes as they are, each as one report where there are reports.
func (s *Scanner) Send(writes ...[]byte) { s.send(writes) }

// Sent returns how many codes have left.
func (s *Scanner) Sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// Orders returns how many commands came.
func (s *Scanner) Orders() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders
}

// Apply carries out a directive of a fault script:
//
//	scan=T001   # hold a code
//	half=T001   # send the first half of it and no end
//	noise=ff0d  # send these bytes
func (s *Scanner) Apply(d sim.Directive) error {
	switch d.Name {
	case "scan":
		return s.Hold([]byte(d.Value))
	case "half":
		writes, err := s.encode([]byte(d.Value))
		if err != nil {
			return err
		}
		if len(writes) == 1 {
			writes[0] = writes[0][:len(writes[0])/2]
		}
		s.send(writes[:(len(writes)+1)/2])
		return nil
	case "noise":
		b, err := hex.DecodeString(d.Value)
		if err != nil {
			return fmt.Errorf("noise=%s: use bytes in hexadecimal, such as ff0d", d.Value)
		}
		s.send([][]byte{b})
		return nil
	}
	return fmt.Errorf("scanner has no directive %q, use scan, half or noise", d.Name)
}

func (s *Scanner) send(writes [][]byte) {
	s.mu.Lock()
	s.queue = append(s.queue, writes)
	s.mu.Unlock()
	select {
	case s.stir <- struct{}{}:
	default:
	}
}

// Serve is the scanner on line until ctx ends or the line is gone, and returns
// nil in both cases.
func (s *Scanner) Serve(ctx context.Context, line io.ReadWriter) error {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		done <- s.write(ctx, line)
	}()
	var heard []byte
	err := sim.Serve(ctx, line, func(p []byte) error {
		heard = s.obey(append(heard, p...))
		return nil
	})
	cancel()
	return errors.Join(err, <-done)
}

// obey carries out the commands in p and returns what is left of it.
func (s *Scanner) obey(p []byte) []byte {
	for {
		i := slices.Index(p, '\r')
		if i < 0 {
			return p[max(0, len(p)-8):]
		}
		command := p[:i+1]
		p = p[i+1:]
		s.mu.Lock()
		s.orders++
		held := s.held
		s.mu.Unlock()
		on := len(command) >= 3 && string(command[len(command)-3:]) == string(scanner.TriggerOn)
		if writes, err := s.encode(held); s.o.Trigger && on && held != nil && err == nil {
			s.send(writes)
		}
	}
}

// write sends codes as they come.
func (s *Scanner) write(ctx context.Context, line io.Writer) error {
	for {
		writes, ok := s.next()
		if !ok {
			select {
			case <-s.stir:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		for _, w := range writes {
			if _, err := line.Write(w); err != nil {
				return nil // the line is gone; reading finds out why
			}
		}
		s.mu.Lock()
		s.sent++
		s.mu.Unlock()
	}
}

func (s *Scanner) next() ([][]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil, false
	}
	w := s.queue[0]
	s.queue = s.queue[1:]
	return w, true
}
