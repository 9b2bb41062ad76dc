package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/halltest"
	"hallway/app/hall/server"
	"hallway/devices/sim"
)

const (
	lit  = 40 // panels on the line
	baud = 9600
)

// BenchmarkNextToPanel is the time from a clerk's next to the last bit of the
// number on a serial panel: the hall's commit, its event, alone and among 200
// streams, and a line at 9600 with 40 panels.
func BenchmarkNextToPanel(b *testing.B) {
	for _, streams := range []int{0, 200} {
		b.Run(fmt.Sprintf("streams=%d", streams), func(b *testing.B) { benchmarkNext(b, streams) })
	}
}

func benchmarkNext(b *testing.B, streams int) {
	w := halltest.New(b)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { s.Run(ctx) })
	ts := httptest.NewServer(s.Handler())
	b.Cleanup(func() { cancel(); work.Wait(); ts.CloseClientConnections(); ts.Close() })
	for range streams {
		work.Go(func() { watch(ctx, ts.URL) })
	}
	frames := panelLine(b, ctx, &work, ts.URL)
	c := client.New(ts.URL, halltest.Token, ts.Client())
	in, err := c.SignIn(b.Context(), api.SignInRequest{Window: "3", Clerk: halltest.Clerk, PIN: halltest.PIN})
	if err != nil {
		b.Fatal(err)
	}
	desk := c.WithToken(in.Token)
	command := func(action string) {
		if _, err := desk.Command(b.Context(), api.CounterCommand{CommandID: string(w.NewID()), Action: action}); err != nil {
			b.Fatal(err)
		}
	}
	var took []time.Duration
	for b.Loop() {
		w.Take(halltest.ItemFree, halltest.Person(1+len(took)))
		for len(frames) > 0 {
			<-frames
		}
		began := time.Now()
		command(api.ActionNext)
		at := number(b, frames)
		took = append(took, at.Sub(began)+4*10*time.Second/baud)
		command(api.ActionStart)
		command(api.ActionFinish)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// watch reads the hall's events as a screen does, which makes a picture of them
// on another machine.
func watch(ctx context.Context, url string) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url+api.PathEvents, nil)
	if err != nil {
		return
	}
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	resp, err := c.Do(q)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
}

// A seen is a frame of four bytes at the far end of the line.
type seen struct {
	frame [4]byte
	at    time.Time
}

// panelLine runs the program on a line of panels and returns what arrives.
func panelLine(b *testing.B, ctx context.Context, work *sync.WaitGroup, url string) <-chan seen {
	dir := b.TempDir()
	pty, err := sim.OpenPTY(filepath.Join(dir, "line"))
	if err != nil {
		b.Fatal(err)
	}
	frames := make(chan seen, 1000)
	work.Go(func() {
		var held []byte
		_ = sim.Serve(ctx, pty, func(p []byte) error {
			for held = append(held, p...); len(held) >= 4; held = held[4:] {
				frames <- seen{[4]byte(held), time.Now()}
			}
			return nil
		})
		pty.Close()
	})
	var windows []string
	for i := range lit {
		windows = append(windows, fmt.Sprintf("%d=%d", i+1, i+1))
	}
	file := filepath.Join(dir, "panels.toml")
	text := fmt.Sprintf("[hall]\nurl = %q\n[[line]]\ntype = \"numeric4\"\nport = %q\nwindows = %q\n", url, pty.Name(), strings.Join(windows, ","))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	work.Go(func() {
		if err := (panelsFlags{Config: file}).run(ctx, io.Discard); err != nil {
			b.Error(err)
		}
	})
	for range lit {
		<-frames // every panel is darkened when it is opened
	}
	return frames
}

// number waits until the panel of window 3 shows a number.
func number(b *testing.B, frames <-chan seen) time.Time {
	for limit := time.After(patience); ; {
		select {
		case f := <-frames:
			if f.frame[0] == 3 && (f.frame[1] != 0 || f.frame[2] != 0) {
				return f.at
			}
		case <-limit:
			b.Fatal("the number never comes")
		}
	}
}
