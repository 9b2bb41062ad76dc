package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/halltest"
	"hallway/app/hall/server"
	"hallway/cmd/program"
	"hallway/queue/voice"
)

// voiceHall serves a hall in which a clerk at window 3 may call two people.
func voiceHall(t *testing.T) (url string, command func(action string)) {
	t.Helper()
	w := halltest.New(t)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Beat: 30 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	ts := httptest.NewServer(s.Handler())
	t.Cleanup(func() { cancel(); <-ended; ts.Close() })
	w.Take(halltest.ItemFree, halltest.Person(1))
	w.Take(halltest.ItemFree, halltest.Person(2))
	c := client.New(ts.URL, halltest.Token, ts.Client())
	in, err := c.SignIn(t.Context(), api.SignInRequest{Window: "3", Clerk: halltest.Clerk, PIN: halltest.PIN})
	if err != nil {
		t.Fatal(err)
	}
	desk := c.WithToken(in.Token)
	return ts.URL, func(action string) {
		t.Helper()
		k := api.CounterCommand{CommandID: string(w.NewID()), Action: action}
		if _, err := desk.Command(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
}

// listen runs the voice into a file until the test or stop ends it.
func listen(t *testing.T, url, file string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &screen{}, make(chan error, 1)
	m := &Main{Streams: program.Streams{Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"voice", "--hall", url, "--player", "wav:" + file}); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- errors.Join(m.Run(ctx), m.Close()) }()
	until(t, func() bool { return strings.Contains(out.String(), "Following") })
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func until(t *testing.T, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("it does not happen")
		}
	}
}

func TestVoiceSpeaksCallAndRecallButNotWhatWasBefore(t *testing.T) {
	zh, err := voice.Builtin("zh")
	if err != nil {
		t.Fatal(err)
	}
	en, err := voice.Builtin("en")
	if err != nil {
		t.Fatal(err)
	}
	a, err := voice.NewAnnouncer(voice.Null{}, zh, en)
	if err != nil {
		t.Fatal(err)
	}
	one, rate := a.Render(voice.Announcement{Number: "A001", Window: "3"}, false)
	url, command := voiceHall(t)
	first, second := filepath.Join(t.TempDir(), "1.wav"), filepath.Join(t.TempDir(), "2.wav")
	stop := listen(t, url, first)
	command(api.ActionNext)
	until(t, func() bool { return holds(first, one, rate) })
	command(api.ActionRecall)
	until(t, func() bool { return holds(first, append(slices.Clone(one), one...), rate) })
	stop()
	two, _ := a.Render(voice.Announcement{Number: "A002", Window: "3"}, false)
	stop = listen(t, url, second)
	command(api.ActionStart)
	command(api.ActionFinish)
	command(api.ActionNext)
	until(t, func() bool { return holds(second, two, rate) })
	stop()
}

// holds reports whether a file is exactly these samples.
func holds(file string, pcm []byte, rate int) bool {
	b, err := os.ReadFile(file)
	return err == nil && string(b) == string(voice.EncodeWAV(pcm, rate))
}
