package drivers

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hallway/devices"
)

// A lamp is the simplest device.
type lamp struct{}

func (lamp) Identity() devices.Identity { return devices.Identity{Model: "lamp"} }

func (lamp) Check(context.Context) ([]devices.Condition, error) {
	return []devices.Condition{{Code: "dim"}}, nil
}

func (lamp) Close() error { return nil }

func TestJournalTellsTheTechnicianWhatHappened(t *testing.T) {
	file := filepath.Join(t.TempDir(), JournalFile)
	if err := os.WriteFile(file, make([]byte, journalBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	history := devices.NewHistory()
	ctx, cancel := context.WithCancel(t.Context())
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		KeepJournal(ctx, history, file, slog.New(slog.NewTextHandler(io.Discard, nil)))
	}()
	s := devices.NewSupervisor(devices.Options{ID: "lamp", Kind: devices.Display, History: history},
		func(context.Context) (lamp, error) { return lamp{}, nil })
	ran := make(chan struct{})
	go func() { defer close(ran); s.Run(ctx) }()
	var text string
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(text, "degraded"); time.Sleep(time.Millisecond) {
		b, err := os.ReadFile(file)
		if text = string(b); time.Now().After(deadline) {
			t.Fatalf("no line: %v %q", err, text)
		}
	}
	cancel()
	<-ran
	<-kept
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var last entry
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if last.Seq != 2 || last.Device != "lamp" || last.From != "opening" || last.To != "degraded" || strings.Join(last.Conditions, "") != "dim" || last.Lost != 0 {
		t.Errorf("got %+v", last)
	}
	if old, err := os.Stat(file + ".1"); err != nil || old.Size() != journalBytes+1 {
		t.Errorf("the full journal is not put aside: %v", err)
	}
}
