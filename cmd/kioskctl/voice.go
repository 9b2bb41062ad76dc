package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/queue/voice"
)

type voiceFlags struct {
	Hall   string   `required:"" placeholder:"URL" help:"Address of the hall."`
	Zone   []string `placeholder:"WINDOW" help:"Windows of the zone, separated by commas; all without it."`
	Pack   []string `placeholder:"DIR" help:"Folders of voice packs, the first language first; the built-in zh and en without it."`
	Player string   `default:"aplay" help:"aplay, pw-play, null, wav:FILE, or a command that reads 16-bit samples; {rate} stands for their rate."`
	Volume string   `placeholder:"FILE" help:"Table of volumes and quiet hours, as JSON."`
}

// run speaks every call that is new after the start, until ctx ends.
func (f voiceFlags) run(ctx context.Context, w io.Writer) error {
	packs, err := f.packs()
	if err != nil {
		return err
	}
	a, err := voice.NewAnnouncer(f.player(), packs...)
	if err != nil {
		return err
	}
	if a.Volume, err = f.volume(); err != nil {
		return err
	}
	out := &console{w: w}
	a.Report = func(s voice.State) { sayState(out, s) }
	var speaking sync.WaitGroup
	defer speaking.Wait()
	speaking.Go(func() { a.Run(ctx) })
	f.follow(ctx, a, out)
	return nil
}

func sayState(out *console, s voice.State) {
	if s.OK {
		out.line("The voice speaks again.")
		return
	}
	out.line("%s\n%s", s.Staff, s.Technician)
}

// follow announces what the boards of the hall call. The first board is the
// present and is not spoken.
func (f voiceFlags) follow(ctx context.Context, a *voice.Announcer, out *console) {
	c := client.New(f.Hall, "", &http.Client{})
	defer c.Close()
	spoken, started := int64(0), false
	for b, err := range c.Events(ctx, 0) {
		if err != nil {
			out.line("hall: %v", err)
			continue
		}
		slices.SortFunc(b.Calls, func(x, y api.BoardCall) int { return int(x.Seq - y.Seq) })
		a.Answer(func(n voice.Announcement) bool { return !calledOn(b, n) })
		for _, call := range b.Calls {
			if started && call.Seq > spoken && f.covers(call.Window) {
				// The age counts by this machine's clock, so that the hall's may differ.
				at := time.Now().Add(-time.Duration(max(0, b.Time-call.At)) * time.Millisecond)
				a.Announce(voice.Announcement{Seq: call.Seq, Number: call.Number, Window: call.Window, At: at})
			}
			spoken = max(spoken, call.Seq)
		}
		if !started {
			out.line("Following %s", f.Hall)
		}
		started = true
	}
}

func calledOn(b api.Board, n voice.Announcement) bool {
	return slices.ContainsFunc(b.Calls, func(c api.BoardCall) bool { return c.Number == n.Number && c.Window == n.Window })
}

func (f voiceFlags) covers(window string) bool {
	return len(f.Zone) == 0 || slices.Contains(f.Zone, window)
}

func (f voiceFlags) packs() ([]*voice.Pack, error) {
	var out []*voice.Pack
	for _, dir := range f.Pack {
		p, err := voice.Load(os.DirFS(dir))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		out = append(out, p)
	}
	if len(out) > 0 {
		return out, nil
	}
	for _, lang := range []string{"zh", "en"} {
		p, err := voice.Builtin(lang)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (f voiceFlags) player() voice.Player {
	if path, ok := strings.CutPrefix(f.Player, "wav:"); ok {
		return &voice.WAVFile{Path: path}
	}
	switch f.Player {
	case "null":
		return voice.Null{}
	case "aplay":
		return voice.Aplay
	case "pw-play":
		return voice.PWPlay
	}
	return voice.Command(strings.Fields(f.Player))
}

func (f voiceFlags) volume() (voice.Volume, error) {
	if f.Volume == "" {
		return nil, nil
	}
	b, err := os.ReadFile(f.Volume)
	if err != nil {
		return nil, err
	}
	v, err := voice.ParseVolume(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Volume, err)
	}
	return v, nil
}
