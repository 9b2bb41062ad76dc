package detect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// limit is how long a printer may take for one answer. Epson allows a second
// for GS ( H behind an empty buffer.
const limit = time.Second

// Answers is what a printer said.
type Answers struct {
	Status   [4]int           // answers to DLE EOT 1 to 4, -1 for silence
	Identity devices.Identity // answers to GS I 66, 67, 68 and 65
	Font     string           // answer to GS I 69, such as "CHINA GB18030"
	Type     int              // answer to GS I 2: bit 0 two-byte characters, bit 1 a cutter; -1 for silence
	Process  bool             // answers GS ( H function 48
	Paper    bool             // answers GS r 1
	Push     bool             // reports by itself after GS a
	Mouth    bool             // answers DLE EOT 14 hex with Custom's FULL STATUS
	Star     bool             // answers ESC ACK SOH as Star printers do
	Noise    int              // bytes that are no answer to anything
}

// Realtime reports whether the printer answers at all.
func (a Answers) Realtime() bool { return a.Status[0] >= 0 }

// Ask puts every question. It prints and feeds nothing on a printer of either
// language, and at worst a few letters on one of a third. Silence is an answer:
// the error is that of the port. conn stays open.
func Ask(ctx context.Context, conn devices.Conn) (Answers, error) {
	q := &questions{conn: conn, Answers: Answers{Status: [4]int{-1, -1, -1, -1}, Type: -1}}
	if err := q.write(ctx, make([]byte, 16)); err != nil {
		return q.Answers, err
	}
	for i := range q.Status {
		b, err := q.ask(ctx, []byte{0x10, 0x04, byte(i + 1)}, func(b []byte) int { return one(b, 0x93, 0x12) })
		if err != nil {
			return q.Answers, err
		}
		if b != nil {
			q.Status[i] = int(b[0])
		} else if i == 0 {
			return q.Answers, q.star(ctx)
		}
	}
	return q.Answers, errors.Join(q.identity(ctx), q.abilities(ctx))
}

// questions is the exchange with one printer.
type questions struct {
	Answers
	conn devices.Conn
}

func (q *questions) write(ctx context.Context, b []byte) error {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if _, err := q.conn.Write(timed, b); err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
		return fmt.Errorf("ask the printer: %w", err)
	}
	return nil
}

// ask writes a request and returns the first answer that find recognises, nil
// for silence. find returns the answer's length at the start of b, 0 when more
// bytes are needed, -1 when b begins otherwise.
func (q *questions) ask(ctx context.Context, request []byte, find func(b []byte) int) ([]byte, error) {
	if err := q.write(ctx, request); err != nil {
		return nil, err
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var got []byte
	buf := make([]byte, 256)
	for {
		for len(got) > 0 {
			n := find(got)
			if n > 0 {
				return got[:n], nil
			}
			if n == 0 {
				break
			}
			got = got[1:]
			q.Noise++
		}
		n, err := q.conn.Read(timed, buf)
		got = append(got, buf[:n]...)
		if n == 0 && err != nil {
			if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
				return nil, nil
			}
			return nil, fmt.Errorf("ask the printer: %w", err)
		}
	}
}

// one recognises a byte by its fixed bits.
func one(b []byte, mask, value byte) int {
	if b[0]&mask == value {
		return 1
	}
	return -1
}

// block recognises an answer of a header, text and 00.
func block(header string) func(b []byte) int {
	return func(b []byte) int {
		n := min(len(b), len(header))
		if string(b[:n]) != header[:n] {
			return -1
		}
		for i, x := range b {
			if x == 0 {
				return i + 1
			}
		}
		if len(b) > 96 {
			return -1
		}
		return 0
	}
}

func (q *questions) identity(ctx context.Context) error {
	for _, a := range []struct {
		n    byte
		into *string
	}{{66, &q.Identity.Maker}, {67, &q.Identity.Model}, {68, &q.Identity.Serial}, {65, &q.Identity.Firmware}, {69, &q.Font}} {
		b, err := q.ask(ctx, []byte{0x1d, 'I', a.n}, block("\x5f"))
		if err != nil {
			return err
		}
		if b != nil {
			*a.into = strings.TrimSpace(string(b[1 : len(b)-1]))
		}
	}
	b, err := q.ask(ctx, []byte{0x1d, 'I', 2}, func(b []byte) int { return one(b, 0x90, 0) })
	if b != nil {
		q.Type = int(b[0])
	}
	return err
}

func (q *questions) abilities(ctx context.Context) error {
	for _, a := range []struct {
		request []byte
		find    func([]byte) int
		into    *bool
	}{
		{[]byte("\x1dr\x01"), func(b []byte) int { return one(b, 0x90, 0) }, &q.Paper},
		{[]byte{0x10, 0x04, 0x14}, custom, &q.Mouth},
		{[]byte("\x1da\xff"), report, &q.Push},
		{[]byte("\x1d(H\x06\x0000PRB0"), block("\x37\x22PRB0"), &q.Process},
	} {
		b, err := q.ask(ctx, a.request, a.find)
		if err != nil {
			return err
		}
		*a.into = b != nil
	}
	return q.write(ctx, []byte("\x1da\x00"))
}

// custom recognises 10 0F and four bytes.
func custom(b []byte) int {
	switch {
	case b[0] != 0x10 || len(b) > 1 && b[1] != 0x0f:
		return -1
	case len(b) < 6:
		return 0
	}
	return 6
}

// report recognises four bytes of automatic status.
func report(b []byte) int {
	if b[0]&0x93 != 0x10 {
		return -1
	}
	for i := 1; i < min(len(b), 4); i++ {
		if b[i]&0x90 != 0 {
			return -1
		}
	}
	if len(b) < 4 {
		return 0
	}
	return 4
}

// star asks by ESC ACK SOH.
func (q *questions) star(ctx context.Context) error {
	b, err := q.ask(ctx, []byte{0x1b, 0x06, 0x01}, func(b []byte) int {
		switch {
		case b[0]&0x91 != 0x01:
			return -1
		case len(b) < 7:
			return 0
		}
		return 7
	})
	q.Star = b != nil
	return err
}

// Conditions reads the status bytes as the driver does, for a report.
func (a Answers) Conditions() []string {
	var out []string
	for _, c := range []struct {
		at   int
		bits int
		code string
	}{
		{1, 0x04, string(printer.ReasonCover)}, {1, 0x20, string(printer.ReasonPaperOut)}, {2, 0x08, string(printer.ReasonCutter)},
		{2, 0x20, string(printer.ReasonBroken)}, {2, 0x40, string(printer.ReasonHot)}, {3, 0x0c, engine.CodePaperLow},
	} {
		if a.Status[c.at] >= 0 && a.Status[c.at]&c.bits != 0 {
			out = append(out, c.code)
		}
	}
	return out
}
