package drivers

import (
	"errors"
	"fmt"
	"strings"

	"hallway/app/config"
	"hallway/devices/keypad"
	"hallway/devices/port"
)

// A mistake is a wrong key of a configuration.
type mistake struct {
	key string
	err error
}

// ValidateKiosk says what is wrong with the devices of a terminal's
// configuration, which was read from file. A port that is not there is not
// wrong: it may be plugged in later.
func ValidateKiosk(file string, c config.Kiosk) error {
	return joined(file, portOf("reader", c.Reader.Port), portOf("printer", c.Printer.Port), portOf("scanner", c.Scanner.Port))
}

// ValidateCounter says what is wrong with the devices of a window's
// configuration.
func ValidateCounter(file string, c config.Counter) error {
	_, err := keypad.DefaultTable().With(c.Keypad.Keys)
	all := append(validDisplay(c.Display), portOf("display", c.Display.Port), portOf("keypad", c.Keypad.Port), mistake{"keypad.keys", err})
	return joined(file, all...)
}

// ValidatePanels says what is wrong with the lines of a file of panels.
func ValidatePanels(file string, c config.Panels) error {
	var all []mistake
	for i, l := range c.Lines {
		for _, m := range append(validDisplay(l.Display(0)), portOf("display", l.Port)) {
			all = append(all, mistake{fmt.Sprintf("line.%d.%s", i, strings.TrimPrefix(m.key, "display.")), m.err})
		}
	}
	return joined(file, all...)
}

// portOf checks the name of a port; a device without one is not fitted.
func portOf(block, text string) mistake {
	if text == "" {
		return mistake{}
	}
	_, err := port.Parse(text)
	return mistake{block + ".port", err}
}

func joined(file string, all ...mistake) error {
	var errs []error
	for _, m := range all {
		if m.err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", file, m.key, m.err))
		}
	}
	return errors.Join(errs...)
}
