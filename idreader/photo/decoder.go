package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Sizes and limits.
const (
	Bytes  = 1024 // of a photo as the card has it
	Width  = 102  // pixels
	Height = 126

	DefaultLimit = 3 * time.Second
	maxOutput    = 256 << 10 // a BMP has 38,862 bytes

	// pipeLimit is how long output may be held open by a process that outlives
	// the executable and could not be killed.
	pipeLimit = 200 * time.Millisecond
)

// ErrNotIsolated says that the system does not let this user take the network
// away from the executable.
var ErrNotIsolated = errors.New("the system does not allow namespaces to this user")

// A Decoder runs the operator's executable. It may be used by several
// goroutines.
type Decoder struct {
	Path  string        // of the executable, absolute
	Args  []string      // its arguments
	Limit time.Duration // 0 = DefaultLimit
	// Dir is where the executable's own directory is made; "" = /dev/shm, which
	// is memory, when it is there, otherwise the system's directory for
	// temporary files.
	Dir string
	// Isolate refuses to run the executable with a network. Without it a system
	// that allows no namespaces is told to Log once.
	Isolate bool
	Log     *slog.Logger // nil = nowhere; never gets what the executable prints

	warn sync.Once
}

// Decode returns the picture of a photo. Its errors say what the executable did
// wrong, and never quote it.
func (d *Decoder) Decode(ctx context.Context, wlt []byte) (*image.NRGBA, error) {
	picture, err := d.decode(ctx, wlt)
	if err != nil {
		return nil, fmt.Errorf("photo decoder %s: %w", d.Path, err)
	}
	return picture, nil
}

func (d *Decoder) decode(ctx context.Context, wlt []byte) (*image.NRGBA, error) {
	if len(wlt) != Bytes {
		return nil, fmt.Errorf("photo has %d bytes, want %d", len(wlt), Bytes)
	}
	dir, err := os.MkdirTemp(d.dir(), "photo-")
	if err != nil {
		return nil, fmt.Errorf("make its directory: %w", err)
	}
	defer os.RemoveAll(dir)
	out, err := d.run(ctx, dir, wlt, true)
	if errors.Is(err, ErrNotIsolated) && !d.Isolate {
		d.warn.Do(func() {
			d.log().Warn("photo decoder runs with the network of this machine", "path", d.Path, "err", err)
		})
		out, err = d.run(ctx, dir, wlt, false)
	}
	defer out.clear()
	if err != nil {
		return nil, err
	}
	return decodePicture(out.buf.Bytes())
}

func (d *Decoder) dir() string {
	const memory = "/dev/shm"
	if d.Dir != "" {
		return d.Dir
	}
	if i, err := os.Stat(memory); err == nil && i.IsDir() {
		return memory
	}
	return os.TempDir()
}

func (d *Decoder) log() *slog.Logger {
	if d.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return d.Log
}

func (d *Decoder) limit() time.Duration {
	if d.Limit <= 0 {
		return DefaultLimit
	}
	return d.Limit
}

// errTooMuch ends an executable that floods.
var errTooMuch = fmt.Errorf("more than %d bytes of output", maxOutput)

// run runs the executable to its end and returns what it printed.
func (d *Decoder) run(ctx context.Context, dir string, wlt []byte, isolated bool) (*output, error) {
	out := &output{}
	limited, cancel := context.WithTimeout(ctx, d.limit())
	defer cancel()
	limited, stop := context.WithCancelCause(limited)
	defer stop(nil)
	out.full = func() { stop(errTooMuch) }
	cmd := exec.CommandContext(limited, d.Path, d.Args...)
	cmd.Dir, cmd.Env = dir, []string{}
	cmd.Stdin, cmd.Stdout = bytes.NewReader(wlt), out
	cmd.WaitDelay = pipeLimit
	cmd.SysProcAttr = attributes(isolated)
	cmd.Cancel = func() error { return killAll(cmd.Process.Pid) }
	if err := cmd.Start(); err != nil {
		if isolated && forbidden(err) {
			err = fmt.Errorf("%w: %w", ErrNotIsolated, err)
		}
		return out, err
	}
	err := cmd.Wait()
	_ = killAll(cmd.Process.Pid) // what it started and left behind
	switch cause := context.Cause(limited); {
	case errors.Is(cause, errTooMuch), errors.Is(ctx.Err(), context.Canceled):
		return out, cause
	case cause != nil:
		return out, fmt.Errorf("no picture within %v: %w", d.limit(), cause)
	case errors.Is(err, exec.ErrWaitDelay):
		return out, nil // it is done, a child holds its output open
	}
	return out, err
}

// output takes what the executable prints, up to a limit.
type output struct {
	buf  bytes.Buffer
	full func()
}

// Write keeps p.
func (o *output) Write(p []byte) (int, error) {
	if o.buf.Len()+len(p) > maxOutput {
		o.full()
		return 0, errTooMuch
	}
	return o.buf.Write(p)
}

// clear overwrites what was printed, as far as it was not moved.
func (o *output) clear() { clear(o.buf.Bytes()) }
