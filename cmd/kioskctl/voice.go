package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/queue/voice"
)

type voiceFlags struct {
	Config string   `placeholder:"FILE" xor:"hall" required:"" help:"File of the voice with its zones; 'hall config voice' prints one."`
	Hall   string   `placeholder:"URL" xor:"hall" required:"" help:"Address of the hall, for one zone without a file."`
	Zone   []string `placeholder:"WINDOW" help:"With --hall: windows of the zone, separated by commas; all without it."`
	Pack   []string `placeholder:"DIR" help:"With --hall: folders of voice packs, the first language first; the built-in zh and en without it."`
	Player string   `default:"aplay" help:"With --hall: aplay, pw-play, null, wav:FILE, or a command that reads 16-bit samples; {rate} stands for their rate."`
	Volume string   `placeholder:"FILE" help:"With --hall: table of volumes and quiet hours, as JSON."`
	Memory string   `placeholder:"FILE" help:"With --hall: file that remembers what was spoken."`
	Status string   `placeholder:"ADDR" help:"With --hall: host:port on which other programs ask how the voice is."`
}

// config returns the file's settings, or those of the command line.
func (f voiceFlags) config() (config.Voice, error) {
	if f.Config != "" {
		return config.LoadVoice(f.Config)
	}
	z := config.VoiceZone{Name: "hall", Windows: strings.Join(f.Zone, ","), Packs: "zh,en", Player: f.Player, Volume: f.Volume}
	if len(f.Pack) > 0 {
		z.Packs = strings.Join(f.Pack, ",")
	}
	return config.Voice{Hall: config.CounterHall{URL: f.Hall}, Memory: f.Memory, Status: f.Status, Zones: []config.VoiceZone{z}}, nil
}

// run speaks every call that is new, until ctx ends.
func (f voiceFlags) run(ctx context.Context, w io.Writer) error {
	c, err := f.config()
	if err != nil {
		return err
	}
	v := &speaker{out: &console{w: w}}
	if v.memory, err = openMemory(c.Memory); err != nil {
		return err
	}
	for _, z := range c.Zones {
		if err := v.add(z); err != nil {
			return fmt.Errorf("zone %s: %w", z.Name, err)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var work sync.WaitGroup
	defer work.Wait()
	if c.Status != "" {
		stop, err := v.serve(c.Status)
		if err != nil {
			return err
		}
		defer stop()
	}
	if c.Hush != "" {
		v.hush(c.Hush)
		work.Go(func() { v.watch(ctx, c.Hush) })
	}
	for _, z := range v.zones {
		work.Go(func() { z.Run(ctx) })
	}
	v.follow(ctx, c.Hall.URL)
	return nil
}

// A speaker speaks the calls of a hall in its zones.
type speaker struct {
	out    *console
	memory *memory
	zones  []*zone

	mu      sync.Mutex
	reports map[string]voice.Report
}

// A zone is an announcer and its windows.
type zone struct {
	*voice.Announcer
	config.VoiceZone
}

// add makes the announcer of a zone.
func (v *speaker) add(z config.VoiceZone) error {
	packs, err := loadPacks(z.Packs)
	if err != nil {
		return err
	}
	a, err := voice.NewAnnouncer(playerOf(z.Player), packs...)
	if err != nil {
		return err
	}
	if a.Volume, err = loadVolume(z.Volume); err != nil {
		return err
	}
	a.RecallsLast = z.RecallsLast
	a.Report = func(s voice.State) { v.report(z.Name, s) }
	a.Spoken = func(n voice.Announcement) {
		if err := v.memory.note(n.Seq, n.At); err != nil {
			v.out.line("memory of the voice: %v", err)
		}
	}
	v.zones = append(v.zones, &zone{a, z})
	v.publish(z.Name, voice.State{OK: true})
	return nil
}

// report says a state and publishes it.
func (v *speaker) report(name string, s voice.State) {
	v.publish(name, s)
	if s.OK {
		v.out.line("The voice speaks again in zone %s.", name)
		return
	}
	v.out.line("%s\n%s", s.Staff, s.Technician)
}

// watch silences the zones while a file is there.
func (v *speaker) watch(ctx context.Context, file string) {
	look := time.NewTicker(hushEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			v.hush(file)
		}
	}
}

// hush silences the zones when a file is there.
func (v *speaker) hush(file string) {
	_, err := os.Stat(file)
	for _, z := range v.zones {
		z.Hush(err == nil)
	}
}

// hushEvery is how often the contact of a fire alarm is looked at.
const hushEvery = 300 * time.Millisecond

// follow announces what the boards of the hall call. Of the first board that is
// only what the memory knows not to be spoken, and of every board only what is
// young enough.
func (v *speaker) follow(ctx context.Context, url string) {
	c := client.New(url, "", &http.Client{})
	defer c.Close()
	seen, started := int64(0), false
	for b, err := range c.Events(ctx, 0) {
		if err != nil {
			v.out.line("hall: %v", err)
			continue
		}
		slices.SortFunc(b.Calls, func(x, y api.BoardCall) int { return int(x.Seq - y.Seq) })
		for _, z := range v.zones {
			z.Answer(func(n voice.Announcement) bool { return !calledOn(b, n) })
		}
		for _, call := range b.Calls {
			age := time.Duration(max(0, b.Time-call.At)) * time.Millisecond
			if call.Seq > seen && age <= voice.MaxAge && (started || v.memory.misses(call.Seq)) {
				// The age counts by this machine's clock, so that the hall's may differ.
				v.announce(voice.Announcement{Seq: call.Seq, Number: call.Number, Window: call.Window, At: time.Now().Add(-age)})
			}
			seen = max(seen, call.Seq)
		}
		if !started {
			v.out.line("Following %s", url)
		}
		started = true
	}
}

// announce gives a call to the zones of its window.
func (v *speaker) announce(n voice.Announcement) {
	for _, z := range v.zones {
		if z.Covers(n.Window) {
			z.Announce(n)
		}
	}
}

func calledOn(b api.Board, n voice.Announcement) bool {
	return slices.ContainsFunc(b.Calls, func(c api.BoardCall) bool { return c.Number == n.Number && c.Window == n.Window })
}

// loadPacks loads the languages of a zone: built-in ones by name, others by
// folder.
func loadPacks(list string) (all []*voice.Pack, err error) {
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		p, err := voice.Builtin(name)
		if err != nil {
			p, err = voice.Load(os.DirFS(name))
		}
		if err != nil {
			return nil, fmt.Errorf("pack %q: %w", name, err)
		}
		all = append(all, p)
	}
	return all, nil
}

func playerOf(name string) voice.Player {
	if path, ok := strings.CutPrefix(name, "wav:"); ok {
		return &voice.WAVFile{Path: path}
	}
	switch name {
	case "null":
		return voice.Null{}
	case "aplay":
		return voice.Aplay
	case "pw-play":
		return voice.PWPlay
	}
	return voice.Command(strings.Fields(name))
}

func loadVolume(file string) (voice.Volume, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	v, err := voice.ParseVolume(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// errNoZone is a question for a zone that there is not.
var errNoZone = errors.New("no such zone")
