package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/devices/trace"
)

type recordFlags struct {
	oneFlags
	Out   string `required:"" placeholder:"FILE" help:"Recording to write."`
	Bytes bool   `help:"Write bytes down as well, but for what names a person; without it only lengths."`
}

// run uses the device until it is stopped or a person types quit; any other
// line of input becomes a note in the recording.
func (f recordFlags) run(ctx context.Context, in io.Reader, w io.Writer) (err error) {
	d, err := f.device()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.Out, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	level := trace.Lengths
	if f.Bytes {
		level = trace.Data
	}
	var rec *trace.Recorder
	record := d.Record(file, level)
	limited, cancel := context.WithTimeout(ctx, openTime)
	open, err := d.Open(limited, func(conn devices.Conn) devices.Conn {
		rec = record(conn)
		return rec
	})
	cancel()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "recording %s to %s; type notes, quit ends\n", d.ID, f.Out)
	return errors.Join(use(ctx, d.Driver, open, rec, in, w), open.Close())
}

// use uses a device until ctx ends or a person quits.
func use(ctx context.Context, d drivers.Driver, open devices.Device, rec *trace.Recorder, in io.Reader, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan string)
	go read(ctx, in, lines)
	ended := make(chan error, 1)
	go func() {
		ended <- d.Busy(ctx, open, func(format string, args ...any) {
			rec.Note(fmt.Sprintf(format, args...))
			fmt.Fprintf(w, format+"\n", args...)
		})
	}()
	for {
		select {
		case err := <-ended:
			if ctx.Err() != nil {
				return nil
			}
			return err
		case line := <-lines:
			if line == "quit" {
				cancel()
				continue
			}
			rec.Note(line)
		}
	}
}

type replayFlags struct {
	File   string  `arg:"" help:"Recording with all its bytes."`
	Strict bool    `help:"Fail also when a status request is missing or comes once more."`
	Speed  float64 `placeholder:"N" help:"Keep the times of the recording, N times faster; without it as fast as the driver."`
}

// run plays a recording back to its driver and says what the driver makes of
// it. It fails when the driver does something else than was recorded.
func (f replayFlags) run(ctx context.Context, w io.Writer) error {
	file, err := os.Open(f.File)
	if err != nil {
		return err
	}
	rec, err := trace.Parse(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	d, err := drivers.Named(rec.Header.Driver)
	if err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	if d.Over == nil {
		return fmt.Errorf("%s: driver %s cannot be played to", f.File, d.Name)
	}
	o := trace.PlayOptions{Polls: d.Polls, Speed: f.Speed}
	if f.Strict {
		o.Polls = nil
	}
	play, err := trace.Play(rec, o)
	if err != nil {
		return fmt.Errorf("%s: %w", f.File, err)
	}
	return errors.Join(replay(ctx, d, play, rec, w), play.Done())
}

// settleTime is how long a replayed driver may do nothing before the replay
// ends.
const settleTime = 3 * time.Second

func replay(ctx context.Context, d drivers.Driver, play *trace.Playback, rec *trace.Recording, w io.Writer) error {
	baud := 0
	if rec.Header.Serial != nil {
		baud = rec.Header.Serial.Baud
	}
	open, err := d.Over(ctx, play, baud)
	if err != nil {
		return fmt.Errorf("the driver does not open: %w", err)
	}
	fmt.Fprintf(w, "%s opens: %s\n", d.Name, dash(identity(open.Identity())))
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	err = d.Busy(ctx, open, func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) })
	if errors.Is(err, devices.ErrGone) {
		fmt.Fprintln(w, "the line ends")
		err = nil
	}
	return errors.Join(err, open.Close())
}
