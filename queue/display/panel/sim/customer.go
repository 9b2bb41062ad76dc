package sim

import (
	"bytes"
	"fmt"
	"strings"
)

// customer is a display of two lines of twenty characters, with the commands of
// CD5220 or of Epson's DM-D.
type customer struct {
	commands []command
	cells    [2][20]byte // 0 and blanks are dark
	x, y     int
	scroll   byte // 1 overwrite, 2 vertical, 3 horizontal; 0 is 1
	lines    bool // CD5220 stays in its string mode until it is cleared
}

// A command begins with its name and has n more bytes, or a text up to 0D.
type command struct {
	name string
	n    int // -1: text
	do   func(c *customer, args []byte) error
}

var common = []command{
	{"\x0C", 0, func(c *customer, _ []byte) error { c.clear(); return nil }},
	{"\x18", 0, func(c *customer, _ []byte) error { c.cells[c.y], c.x, c.lines = [20]byte{}, 0, false; return nil }},
	{"\x0B", 0, func(c *customer, _ []byte) error { c.x, c.y = 0, 0; return nil }},
	{"\x1B\x40", 0, func(c *customer, _ []byte) error { c.clear(); c.scroll = 1; return nil }},
	{"\x1B\x3D", 1, within(1, 3)},
	{"\x1F\x45", 1, within(0, 0xFF)},
	{"\x1F\x40", 0, within(0, 0)},
}

var cd5220 = append([]command{
	{"\x1B\x11", 0, scrolls(1)}, {"\x1B\x12", 0, scrolls(2)}, {"\x1B\x13", 0, scrolls(3)},
	{"\x1B\x6C", 2, (*customer).move},
	{"\x1B\x5B\x48", 0, func(c *customer, _ []byte) error { c.x, c.y = 0, 0; return nil }},
	{"\x1B\x51\x41", -1, writes(0)}, {"\x1B\x51\x42", -1, writes(1)}, {"\x1B\x51\x44", -1, writes(0)},
	{"\x1B\x2A", 1, within(1, 4)}, {"\x1B\x5F", 1, within(0, 1)},
}, common...)

var dmd = append([]command{
	{"\x1F\x01", 0, scrolls(1)}, {"\x1F\x02", 0, scrolls(2)}, {"\x1F\x03", 0, scrolls(3)},
	{"\x1F\x24", 2, (*customer).move},
	{"\x1F\x58", 1, within(1, 4)}, {"\x1F\x72", 1, within(0, 1)}, {"\x1F\x43", 1, within(0, 1)},
	{"\x1F\x23", 2, within(0, 0xFF)}, {"\x1F\x54", 2, within(0, 59)}, {"\x1F\x55", 0, within(0, 0)},
}, common...)

// within is a command that changes nothing which can be read.
func within(low, high byte) func(*customer, []byte) error {
	return func(_ *customer, args []byte) error {
		for _, a := range args {
			if a < low || a > high {
				return fmt.Errorf("argument %d is not %d to %d", a, low, high)
			}
		}
		return nil
	}
}

func scrolls(mode byte) func(*customer, []byte) error {
	return func(c *customer, _ []byte) error { c.scroll = mode; return nil }
}

// writes is CD5220's command that writes a whole line.
func writes(line int) func(*customer, []byte) error {
	return func(c *customer, text []byte) error {
		if len(text) > 20 {
			return fmt.Errorf("%q has more than 20 characters", text)
		}
		c.lines = true
		c.cells[line] = [20]byte{}
		copy(c.cells[line][:], text)
		return nil
	}
}

func (c *customer) clear() { c.cells, c.x, c.y, c.lines = [2][20]byte{}, 0, 0, false }

func (c *customer) move(args []byte) error {
	if args[0] < 1 || args[0] > 20 || args[1] < 1 || args[1] > 2 {
		return fmt.Errorf("no place %d,%d", args[0], args[1])
	}
	c.x, c.y = int(args[0])-1, int(args[1])-1
	return nil
}

func (c *customer) take(b []byte) (int, []byte, error) {
	if b[0] >= ' ' && b[0] != 0x7F {
		if c.lines {
			return 1, nil, fmt.Errorf("character %q in the string mode", b[0])
		}
		c.put(b[0])
		return 1, nil, nil
	}
	for _, k := range c.commands {
		if mismatch(b, []byte(k.name)...) >= 0 {
			continue
		}
		if len(b) < len(k.name)+max(k.n, 0) {
			return 0, nil, nil
		}
		return c.run(k, b)
	}
	return 1, nil, fmt.Errorf("no command %02X", b[0])
}

func (c *customer) run(k command, b []byte) (int, []byte, error) {
	args, n := b[len(k.name):], len(k.name)+k.n
	if k.n < 0 {
		end := bytes.IndexAny(args, "\r\x0C\x18\x1B")
		switch {
		case end < 0 && len(args) > 64:
			return len(k.name), nil, fmt.Errorf("text %q has no end", args)
		case end < 0:
			return 0, nil, nil
		case args[end] != '\r':
			return len(k.name) + end, nil, fmt.Errorf("text %q has no end", args[:end])
		}
		args, n = args[:end], len(k.name)+end+1
	} else {
		args = args[:k.n]
	}
	if c.lines && k.n >= 0 && k.name != "\x0C" && k.name != "\x18" {
		return n, nil, fmt.Errorf("command % X in the string mode", k.name)
	}
	return n, nil, k.do(c, args)
}

// put writes a character at the cursor.
func (c *customer) put(b byte) {
	if c.x == 20 && c.scroll == 3 {
		copy(c.cells[c.y][:], c.cells[c.y][1:])
		c.x--
	}
	if c.x == 20 {
		c.x, c.y = 0, c.y+1
		if c.y == 2 && c.scroll == 2 {
			c.cells[0], c.cells[1], c.y = c.cells[1], [20]byte{}, 1
		}
		c.y %= 2
	}
	c.cells[c.y][c.x] = b
	c.x++
}

func (c *customer) shown() Picture {
	pic := Picture{W: 20 * cellWide, H: 2 * cellHigh}
	for i, line := range c.cells {
		text := gbk(bytes.ReplaceAll(line[:], []byte{0}, []byte{' '}))
		if strings.TrimSpace(text) != "" {
			pic.Spots = append(pic.Spots, Spot{Y: i * cellHigh, W: 20 * cellWide, H: cellHigh, Text: text})
		}
	}
	return pic
}
