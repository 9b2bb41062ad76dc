package stage

import (
	"context"
	"fmt"
	"image"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// A finger rests this long on a control, and a key is held this long. A press
// without duration would hide faults that real fingers meet.
const pressTime = 60 * time.Millisecond

// Click moves the pointer to a point of the screen and presses the first
// button there.
func (s *Screen) Click(ctx context.Context, at image.Point) error {
	if err := s.fake(xproto.MotionNotify, 0, at); err != nil {
		return err
	}
	return s.press(ctx, xproto.ButtonPress, xproto.ButtonRelease, 1)
}

// press sends the event down for a code, waits and sends up, also when ctx
// ends in between: nothing stays pressed.
func (s *Screen) press(ctx context.Context, down, up, code byte) error {
	if err := s.fake(down, code, image.Point{}); err != nil {
		return err
	}
	select {
	case <-time.After(pressTime):
	case <-ctx.Done():
	}
	if err := s.fake(up, code, image.Point{}); err != nil {
		return err
	}
	return ctx.Err()
}

func (s *Screen) fake(kind, code byte, at image.Point) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := xtest.FakeInputChecked(s.conn, kind, code, xproto.TimeCurrentTime, s.root, int16(at.X), int16(at.Y), 0).Check()
	if err != nil {
		return fmt.Errorf("input on display %s: %w", s.Display, err)
	}
	return nil
}

// A Key is a key by its X keysym (keysymdef.h). For characters of Latin-1 it
// is the character itself.
type Key uint32

// Keys that are not characters.
const (
	KeyReturn Key = 0xff0d
	KeyF1     Key = 0xffbe // KeyF1+1 is F2, up to F12
)

const keyShift Key = 0xffe1

// Press presses and releases a key of the window that has the keyboard. It
// reads the keyboard's map each time, because the server changes the map when
// the first test input arrives.
func (s *Screen) Press(ctx context.Context, k Key) error {
	keys, err := readKeymap(s.conn)
	if err != nil {
		return fmt.Errorf("input on display %s: %w", s.Display, err)
	}
	c, ok := keys[k]
	if !ok {
		return fmt.Errorf("input on display %s: the keyboard has no key %#x", s.Display, uint32(k))
	}
	if c.shift {
		shift := keys[keyShift].code
		if err := s.fake(xproto.KeyPress, shift, image.Point{}); err != nil {
			return err
		}
		defer s.fake(xproto.KeyRelease, shift, image.Point{})
	}
	return s.press(ctx, xproto.KeyPress, xproto.KeyRelease, c.code)
}

// Type presses the keys of a text of Latin-1 characters.
func (s *Screen) Type(ctx context.Context, text string) error {
	for _, r := range text {
		if err := s.Press(ctx, Key(r)); err != nil {
			return err
		}
	}
	return nil
}

// keymap says which key makes a keysym, with or without shift.
type keymap map[Key]keyPlace

type keyPlace struct {
	code  byte
	shift bool
}

// readKeymap asks the server for the first two columns of its keyboard map:
// plain and with shift.
func readKeymap(conn *xgb.Conn) (keymap, error) {
	setup := xproto.Setup(conn)
	first, n := setup.MinKeycode, byte(setup.MaxKeycode-setup.MinKeycode+1)
	m, err := xproto.GetKeyboardMapping(conn, first, n).Reply()
	if err != nil {
		return nil, err
	}
	keys, wide := keymap{}, int(m.KeysymsPerKeycode)
	for i := range int(n) {
		for column := range min(2, wide) {
			k := Key(m.Keysyms[i*wide+column])
			if _, known := keys[k]; !known && k != 0 {
				keys[k] = keyPlace{code: byte(int(first) + i), shift: column == 1}
			}
		}
	}
	if _, ok := keys[keyShift]; !ok {
		return nil, fmt.Errorf("the map of %d keys has no shift key", n)
	}
	return keys, nil
}
