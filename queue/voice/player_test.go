package voice

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// aplay puts a program of that name before all others and returns the player.
func aplay(t *testing.T, script string) Command {
	t.Helper()
	dir := t.TempDir()
	if script != "" {
		if err := os.WriteFile(filepath.Join(dir, "aplay"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	} else {
		t.Setenv("PATH", dir)
	}
	return Aplay
}

// silent has a clip of no length for everything, so that only the slack counts.
func silent(t *testing.T) *Pack {
	p := pack(t, "en")
	p.pcm = map[string][]byte{}
	return p
}

// report runs an announcer on a player until it reports twice of A001 and A002.
func report(t *testing.T, player Player, n int) (all []State) {
	t.Helper()
	a, err := NewAnnouncer(player, silent(t))
	if err != nil {
		t.Fatal(err)
	}
	a.Slack = 50 * time.Millisecond
	states := make(chan State, 9)
	a.Report = func(s State) { states <- s }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); a.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	for i, number := range []string{"A001", "A002"} {
		a.Announce(Announcement{Seq: int64(i + 1), Number: number, Window: "3", At: time.Now()})
	}
	for range n {
		select {
		case s := <-states:
			all = append(all, s)
		case <-time.After(30 * time.Second):
			t.Fatalf("after %+v nothing is reported", all)
		}
	}
	return all
}

func TestB33AplayThatHangsIsKilledAndTheNextIsTried(t *testing.T) {
	began := time.Now()
	all := report(t, aplay(t, "sleep 600"), 2)
	for i, number := range []string{"A001", "A002"} {
		if s := all[i]; s.Code != CodeHangs || !strings.Contains(s.Staff, number) || !strings.Contains(s.Technician, "does not end") {
			t.Errorf("%+v", s)
		}
	}
	if time.Since(began) > 20*time.Second {
		t.Error("the hanging program was waited for")
	}
}

// A script's children hold the output open; they are killed with it.
func TestB33AplayWhoseChildHangsIsKilledWithIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alive")
	p := aplay(t, "(sleep 1; touch "+file+") & wait")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := p.Play(ctx, make([]byte, 1<<20), 16000); err == nil || !strings.Contains(err.Error(), "does not end") {
		t.Error(err)
	}
	time.Sleep(2 * time.Second)
	if _, err := os.Stat(file); err == nil {
		t.Error("the child lives on")
	}
}

func TestB34AplayThatEndsAtOnceSaysWhy(t *testing.T) {
	all := report(t, aplay(t, "echo 'ALSA lib pcm.c: Unknown PCM default' >&2; exit 1"), 1)
	if s := all[0]; s.Code != CodeFails || !strings.Contains(s.Technician, "Unknown PCM default") || s.Citizen == "" {
		t.Errorf("%+v", s)
	}
}

// A program that ends well without a look at its samples is believed: the
// player of a machine without loudspeakers does so.
func TestB34AplayThatReadsNothingIsNoFault(t *testing.T) {
	if err := aplay(t, "exit 0").Play(t.Context(), make([]byte, 1<<20), 16000); err != nil {
		t.Error(err)
	}
}

func TestB34AplayThatIsMissingIsReported(t *testing.T) {
	all := report(t, aplay(t, ""), 1)
	if s := all[0]; s.OK || s.Code != CodeMissing || !strings.Contains(s.Staff, "A001") || !strings.Contains(s.Technician, "alsa-utils") {
		t.Errorf("%+v", s)
	}
	if s := stateOf(Announcement{}, Command{"/nonexistent"}.Play(t.Context(), nil, 16000)); s.Code != CodeMissing {
		t.Errorf("%+v", s)
	}
}

func TestAplayGetsTheSamplesAndTheirRate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "heard")
	p := aplay(t, "echo \"$@\" >"+file+".args; cat >"+file)
	pcm := []byte(strings.Repeat("ab", 100000))
	if err := p.Play(t.Context(), pcm, 22050); err != nil {
		t.Fatal(err)
	}
	heard, err := os.ReadFile(file)
	if err != nil || string(heard) != string(pcm) {
		t.Errorf("%d bytes heard, %v", len(heard), err)
	}
	if args, err := os.ReadFile(file + ".args"); err != nil || !strings.Contains(string(args), "-r 22050") {
		t.Errorf("%s, %v", args, err)
	}
}
