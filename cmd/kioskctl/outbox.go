package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"hallway/app/config"
	"hallway/app/operation"
	"hallway/app/outbox"
)

// outboxCommands show and rescue what a terminal still holds.
type outboxCommands struct {
	List    listFlags    `cmd:"" help:"What waits to be sent, since when, and why; also while the terminal runs."`
	Show    showFlags    `cmd:"" help:"Everything about one operation but its sealed content."`
	Retry   retryFlags   `cmd:"" help:"Send an operation again that needs a person."`
	Export  exportFlags  `cmd:"" help:"Write what waits into a file that only the hall can open."`
	Drained drainedFlags `cmd:"" help:"Succeed when nothing waits: for scripts that upgrade."`
}

// storeFlags name a terminal's data folder.
type storeFlags struct {
	Kiosk string `placeholder:"FILE" xor:"store" required:"" help:"Configuration of a terminal."`
	Data  string `placeholder:"DIR" xor:"store" required:"" help:"Data folder, such as that of a dead terminal's disk."`
}

func (f storeFlags) dir() (string, error) {
	if f.Data != "" {
		return f.Data, nil
	}
	c, err := config.LoadKiosk(f.Kiosk)
	return c.Data, err
}

func (f storeFlags) inspect(ctx context.Context) (outbox.Contents, error) {
	dir, err := f.dir()
	if err != nil {
		return outbox.Contents{}, err
	}
	return outbox.Inspect(ctx, dir)
}

type listFlags struct{ storeFlags }

// run prints a line each.
func (f listFlags) run(ctx context.Context, w io.Writer) error {
	c, err := f.inspect(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "terminal %s: %d operations wait\n", c.Terminal, len(c.Waiting))
	if d := c.Delivery; d.Failures > 0 {
		fmt.Fprintf(w, "sending failed %d times, last at %s: %s\n", d.Failures, d.At.Format(time.RFC3339), d.Why)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range c.Waiting {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", o.ID, o.Kind, dash(o.Receipt), o.Since.Format(time.RFC3339), o.State, why(o))
	}
	return t.Flush()
}

// why says why an operation waits.
func why(o outbox.Waiting) string {
	switch {
	case o.Why != "" && o.Attempts > 0:
		return fmt.Sprintf("%s (%d times)", o.Why, o.Attempts)
	case o.Why != "":
		return o.Why
	case o.State == outbox.StateUnconfirmed:
		return "a crash left it, nobody was told; kioskctl outbox retry sends it"
	}
	return "not delivered yet"
}

type showFlags struct {
	storeFlags
	ID string `arg:"" help:"Operation, as outbox list names it."`
}

func (f showFlags) run(ctx context.Context, w io.Writer) error {
	c, err := f.inspect(ctx)
	if err != nil {
		return err
	}
	for _, o := range c.Waiting {
		if string(o.ID) != f.ID {
			continue
		}
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, line := range [][2]string{
			{"operation", string(o.ID)}, {"kind", string(o.Kind)}, {"item", dash(o.Item)}, {"receipt", dash(o.Receipt)}, {"replaces", dash(string(o.Replaces))},
			{"sequence", fmt.Sprint(o.Seq)}, {"state", o.State}, {"since", o.Since.Format(time.RFC3339)}, {"put off", fmt.Sprintf("%d times", o.Attempts)},
			{"why", why(o)}, {"sealed", fmt.Sprintf("%d bytes", o.Bytes)},
		} {
			fmt.Fprintf(t, "%s\t%s\n", line[0], line[1])
		}
		return t.Flush()
	}
	return fmt.Errorf("no operation %s waits, see kioskctl outbox list", f.ID)
}

type retryFlags struct {
	storeFlags
	ID string `arg:"" help:"Operation, as outbox list names it."`
}

func (f retryFlags) run(ctx context.Context, w io.Writer) error {
	dir, err := f.dir()
	if err != nil {
		return err
	}
	if err := outbox.Retry(ctx, dir, operation.ID(f.ID), time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s is sent when the terminal runs again\n", f.ID)
	return nil
}

type exportFlags struct {
	storeFlags
	Out string `required:"" placeholder:"FILE" help:"File to write; it must not exist."`
}

func (f exportFlags) run(ctx context.Context, w io.Writer) error {
	dir, err := f.dir()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	head, err := outbox.Export(ctx, dir, time.Now(), &b)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(b.Bytes())
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d operations of terminal %s, sealed to the hall's key %s\n", head.Ops, head.Terminal, head.Key)
	return nil
}

type drainedFlags struct{ storeFlags }

func (f drainedFlags) run(ctx context.Context) error {
	dir, err := f.dir()
	if err != nil {
		return err
	}
	return outbox.Drained(ctx, dir, nil)
}

// resetFlags remove a terminal's store, unless something waits there.
type resetFlags struct {
	storeFlags
	Exported string `placeholder:"FILE" help:"Export that holds everything that waits: it may be removed here."`
}

func (f resetFlags) run(ctx context.Context, w io.Writer, all bool) error {
	dir, err := f.dir()
	if err != nil {
		return err
	}
	var head *outbox.ExportHead
	if f.Exported != "" {
		b, err := os.ReadFile(f.Exported)
		if err != nil {
			return err
		}
		h, _, err := outbox.ReadExport(b)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Exported, err)
		}
		head = &h
		if all && within(f.Exported, dir) {
			return fmt.Errorf("%s lies in the folder that is removed: carry it away first", f.Exported)
		}
	}
	if err := outbox.Reset(ctx, dir, head, all); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s is empty\n", dir)
	return nil
}

// within reports whether file lies in dir.
func within(file, dir string) bool {
	a, err1 := filepath.Abs(file)
	b, err2 := filepath.Abs(dir)
	rel, err3 := filepath.Rel(b, a)
	return errors.Join(err1, err2, err3) == nil && filepath.IsLocal(rel)
}
