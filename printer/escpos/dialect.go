package escpos

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// dialect is ESC/POS as a profile describes it.
type dialect struct{ profile printer.Profile }

var (
	_ engine.Dialect = dialect{}
	_ engine.Clearer = dialect{}
)

// Splitter implements [engine.Dialect].
func (d dialect) Splitter() engine.Splitter {
	return &demux{mouth: d.profile.Presenter.Answer, mouthLen: d.profile.Presenter.Length}
}

// Encode implements [engine.Dialect].
func (d dialect) Encode(j printer.Job) (engine.Ticket, error) {
	e, err := prepare(j.Doc, d.profile)
	if err != nil {
		return engine.Ticket{}, err
	}
	t := engine.Ticket{Body: e.body, Cut: e.cut, Rows: e.rows}
	switch d.profile.Proof {
	case printer.ProofProcessID:
		before, behind := markers(j.ID)
		t.Mark = [2][]byte{processID(before), processID(behind)}
	case printer.ProofPaper:
		t.Mark[1] = []byte{0x1d, 'r', 1}
	}
	return t, nil
}

// markers returns two process ids of four characters each that belong to this
// job alone, so that a late answer to an earlier job proves nothing.
func markers(id printer.JobID) (before, behind string) {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := sha256.Sum256([]byte(id))
	var name [3]byte
	for i := range name {
		name[i] = digits[int(sum[i])%len(digits)]
	}
	return string(name[:]) + "A", string(name[:]) + "B"
}

// processID is GS ( H function 48.
func processID(id string) []byte {
	return append([]byte{0x1d, '(', 'H', 6, 0, '0', '0'}, id...)
}

// Status asks for the four status bytes one after the other, because an answer
// does not say which request it belongs to.
func (d dialect) Status(ctx context.Context, l *engine.Line) ([]devices.Condition, error) {
	l.Forget()
	var bits statusBits
	for i := range bits {
		r, err := l.Ask(ctx, []byte{0x10, 0x04, byte(i + 1)}, engine.AnswerLimit, is(replyEOT))
		if err != nil {
			return nil, fmt.Errorf("DLE EOT %d: %w", i+1, err)
		}
		bits[i] = r.Data[0]
	}
	return bits.conditions(d.profile), nil
}

func is(kind engine.Kind) func(engine.Reply) bool {
	return func(r engine.Reply) bool { return r.Kind == kind }
}

// Greet switches automatic status on and asks GS I until the first question
// that stays unanswered.
func (d dialect) Greet(ctx context.Context, l *engine.Line) (who devices.Identity) {
	if d.profile.Status.Push {
		if _, err := l.Write(ctx, pushOn, engine.InfoLimit); err != nil {
			return who
		}
	}
	if !d.profile.Status.Info {
		return who
	}
	for _, q := range []struct {
		n    byte
		into *string
	}{{66, &who.Maker}, {67, &who.Model}, {68, &who.Serial}, {65, &who.Firmware}} {
		r, err := l.Ask(ctx, []byte{0x1d, 'I', q.n}, engine.InfoLimit, is(replyBlock))
		if err != nil || r.Data[0] != 0x5f {
			return who
		}
		*q.into = strings.TrimSpace(string(r.Data[1:]))
	}
	return who
}

// cleared is DLE DC4 function 8 with its fixed key, and the printer's answer.
var (
	clearBuffer = []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}
	cleared     = []byte{0x37, 0x25}
)

// Clear implements [engine.Clearer]. DLE ENQ 2 has no answer, so it is sent but
// proves nothing.
func (d dialect) Clear(ctx context.Context, l *engine.Line, why printer.Reason) bool {
	switch d.profile.Recover.Clear {
	case printer.ClearDC4:
		_, err := l.Ask(ctx, clearBuffer, engine.AnswerLimit, func(r engine.Reply) bool {
			return slices.Equal(r.Data, cleared)
		})
		return err == nil
	case printer.ClearENQ:
		if why == printer.ReasonCutter || why == printer.ReasonJam {
			_, _ = l.Write(ctx, []byte{0x10, 0x05, 2}, engine.AnswerLimit)
		}
	}
	return false
}
