package voice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Player makes samples heard. It returns when they are, or when ctx ends.
type Player interface {
	Play(ctx context.Context, pcm []byte, rate int) error
}

// Null is a Player that is silent.
type Null struct{}

// Play does nothing.
func (Null) Play(context.Context, []byte, int) error { return nil }

// A Command is a Player that writes the samples to a program's standard input.
// "{rate}" in an argument stands for the rate.
type Command []string

// Aplay and PWPlay are the players of ALSA and PipeWire.
var (
	Aplay  = Command{"aplay", "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", "{rate}", "-"}
	PWPlay = Command{"pw-play", "--raw", "--format", "s16", "--channels", "1", "--rate", "{rate}", "-"}
)

// errNoFile is a program that is not there.
var errNoFile = fs.ErrNotExist

// Play runs the program until it ends; it is killed when ctx ends.
func (c Command) Play(ctx context.Context, pcm []byte, rate int) error {
	if len(c) == 0 {
		return errors.New("no command to play with")
	}
	args := slices.Clone(c)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "{rate}", strconv.Itoa(rate))
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.WaitDelay = bytes.NewReader(pcm), 200*time.Millisecond
	// The whole group is killed, so that a script's children fall silent too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("%s does not end: %w", args[0], context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("%s: %w %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return nil
}

// A WAVFile is a Player that appends to a file what would be heard.
type WAVFile struct {
	Path string
	pcm  []byte
}

// Play writes the file anew with the samples at its end.
func (w *WAVFile) Play(_ context.Context, pcm []byte, rate int) error {
	w.pcm = append(w.pcm, pcm...)
	tmp := w.Path + ".new"
	if err := os.WriteFile(tmp, EncodeWAV(w.pcm, rate), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, w.Path)
}
