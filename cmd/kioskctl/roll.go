package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"hallway/app/config"
	"hallway/app/outbox"
	"hallway/cmd/drivers"
	"hallway/printer"
)

// rollCommands are what is done with the count of the paper.
type rollCommands struct {
	Show rollShowFlags `cmd:"" help:"Say what is left of the roll of paper by count."`
	New  rollNewFlags  `cmd:"" help:"Say that a roll was put in, so that it is counted anew."`
}

// rollFlags name the terminal. Its program may run.
type rollFlags struct {
	Kiosk string `placeholder:"FILE" required:"" help:"Configuration of a terminal."`
}

// with opens what the terminal counts for do.
func (f rollFlags) with(ctx context.Context, do func(*outbox.PaperStore, config.Kiosk) error) error {
	c, err := config.LoadKiosk(f.Kiosk)
	if err != nil {
		return err
	}
	s, err := outbox.OpenPaper(ctx, c.Data)
	if err != nil {
		return err
	}
	return errors.Join(do(s, c), s.Close())
}

// roll returns what is left.
func (f rollFlags) roll(ctx context.Context) (r printer.Roll, err error) {
	err = f.with(ctx, func(s *outbox.PaperStore, c config.Kiosk) error {
		r, err = s.Roll(ctx)
		r.Length = printer.Micrometres(c.Printer.Roll) * printer.Metre
		return err
	})
	return r, err
}

type rollShowFlags struct{ rollFlags }

func (f rollShowFlags) run(ctx context.Context, w io.Writer) error {
	r, err := f.roll(ctx)
	if err == nil {
		fmt.Fprintln(w, r)
	}
	return err
}

type rollNewFlags struct {
	rollFlags
	Used int `default:"0" placeholder:"METRES" help:"Metres that were used of the roll before (default ${default})."`
}

func (f rollNewFlags) run(ctx context.Context, w io.Writer) error {
	err := f.with(ctx, func(s *outbox.PaperStore, c config.Kiosk) error {
		if f.Used < 0 || f.Used >= c.Printer.Roll {
			return fmt.Errorf("--used %d: want 0 to less than the %d metres of printer.roll_m", f.Used, c.Printer.Roll)
		}
		return s.NewRoll(ctx, printer.Micrometres(f.Used)*printer.Metre, time.Now())
	})
	if err != nil {
		return err
	}
	return rollShowFlags{f.rollFlags}.run(ctx, w)
}

// paper says what is left of the roll of a terminal's printer, with the code
// that belongs to it. A terminal that never ran has counted nothing.
func (f fittedFlags) paper(ctx context.Context, id string) (codes, lines []string) {
	if f.Kiosk == "" || id != "printer" {
		return nil, nil
	}
	r, err := rollFlags{f.Kiosk}.roll(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, []string{err.Error()}
	case r.Ending():
		codes = append(codes, drivers.CodeRollLow)
	}
	return codes, []string{"roll: " + r.String()}
}
