package drivers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"hallway/devices"
)

// JournalFile is the name of the device journal in a program's data folder.
const JournalFile = "devices.jsonl"

// journalBytes is how large the journal grows before it is put aside as
// JournalFile.1, which replaces the one before: some 6,000 changes each.
const journalBytes = 1 << 20

// A line of the journal.
type entry struct {
	Seq        uint64    `json:"seq"` // begins with 1 at each start of the program
	At         time.Time `json:"at"`
	Device     string    `json:"device"`
	Kind       string    `json:"kind"`
	From       string    `json:"from"`
	To         string    `json:"to"`
	Conditions []string  `json:"conditions,omitempty"`
	Err        string    `json:"err,omitempty"`
	Lost       uint64    `json:"lost,omitempty"` // changes before this one that were not written
}

// KeepJournal appends every change of a device to the file at path until ctx
// ends, for the technician who comes later. A disk that refuses is logged once
// and costs lines, nothing else.
func KeepJournal(ctx context.Context, history *devices.History, path string, log *slog.Logger) {
	var seq uint64
	complained := false
	for {
		more := history.More()
		for _, e := range history.Since(seq) {
			err := appendLine(path, entryOf(e, seq))
			seq = e.Seq
			if err != nil && !complained {
				log.Warn("device journal cannot be written", "err", err)
			}
			complained = err != nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}

func entryOf(e devices.Event, before uint64) entry {
	line := entry{
		Seq: e.Seq, At: e.At, Device: e.Device, Kind: string(e.Kind), From: e.From.String(), To: e.To.String(), Lost: e.Seq - before - 1,
	}
	for _, c := range e.Conditions {
		line.Conditions = append(line.Conditions, c.Code)
	}
	if e.Err != nil {
		line.Err = e.Err.Error()
	}
	return line
}

// appendLine writes one line, and puts a full file aside first.
func appendLine(path string, line entry) error {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && info.Size() > journalBytes {
		if err := os.Rename(path, path+".1"); err != nil {
			return fmt.Errorf("put aside: %w", err)
		}
	}
	b, err := json.Marshal(line)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	return errors.Join(err, f.Close())
}
