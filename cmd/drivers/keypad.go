package drivers

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"hallway/app/config"
	"hallway/devices"
	"hallway/devices/ff68"
	"hallway/devices/keypad"
	"hallway/devices/port"
)

var keys = Driver{
	Name: "keypad", Kind: devices.Keypad, Title: "Keypad of a window",
	About: []string{
		"The clerk's keypad calls, recalls and finishes without a look at the screen. It is a call terminal on the counter bus, which may share its wires with the window's display, or a numeric pad on USB, which is taken from the keyboard driver so that its keys type nowhere else.",
		"Makers assign keys differently: the walk shows what each key means, and `keys` corrects it.",
	},
	Block: "Block `[keypad]` of the counter's file.", Settings: config.Keypad{},
	Via:  []port.Transport{port.Serial, port.HID, port.TCP},
	Walk: walkKeypad,
}

// Keypad returns what opens the keypad of a configuration; line is that of its
// bus and not used by a pad on USB. pressed is called for each press and must
// not block.
func (p *Ports) Keypad(c config.Keypad, line func(context.Context) (*ff68.Line, error), log *slog.Logger, pressed func(keypad.Key)) Opener[keypad.Pad] {
	if c.Type == "usb" {
		return p.numericPad(c, log, pressed)
	}
	return Opener[keypad.Pad]{
		Port: c.Port, Via: busVia,
		Driver: func(ctx context.Context, _ Connect) (keypad.Pad, error) {
			table, err := keypad.DefaultTable().With(c.Keys)
			if err != nil {
				return nil, err
			}
			l, err := line(ctx)
			if err != nil {
				return nil, err
			}
			return keypad.Open(l, keypad.Options{Address: byte(c.Address), Table: table, NoEcho: !c.Echo, Log: log}, pressed)
		},
	}
}

func (p *Ports) numericPad(c config.Keypad, log *slog.Logger, pressed func(keypad.Key)) Opener[keypad.Pad] {
	return Opener[keypad.Pad]{
		Port: c.Port, Via: []port.Transport{port.HID},
		Connect: func(ctx context.Context, _ int) (devices.Conn, error) {
			at, err := p.Find(c.Port, port.HID)
			if err != nil {
				return nil, err
			}
			return p.describe(at).open(ctx, at)
		},
		Driver: func(ctx context.Context, connect Connect) (keypad.Pad, error) {
			table, err := keypad.DefaultHIDTable().With(c.Keys)
			if err != nil {
				return nil, err
			}
			conn, err := connect(ctx, 0)
			if err != nil {
				return nil, err
			}
			return keypad.OpenHID(conn, keypad.HIDOptions{Table: table, Log: log}, pressed)
		},
	}
}

// A walkedPad is a pad whose presses are kept for the walk.
type walkedPad struct {
	keypad.Pad
	pressed chan keypad.Key
}

// walkKeypad names each key that is pressed until a minute passes without one.
func walkKeypad(ctx context.Context, d devices.Device, g Guide) error {
	pad := d.(walkedPad)
	g.Say("Press every key of the pad once; this ends when no key is pressed for %v.", padPause)
	var seen []string
	for {
		select {
		case k := <-pad.pressed:
			g.Say("key: %s", k)
			seen = append(seen, string(k))
		case <-time.After(padPause):
			if len(seen) == 0 {
				return fmt.Errorf("no key arrived: check port, address and speed")
			}
			g.Say("%d presses: %s", len(seen), strings.Join(seen, " "))
			return look(ctx, g, "Was that every key, each with its right meaning?")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// padPause is how long a person looks for the next key.
const padPause = 10 * time.Second
