package voice

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"
)

// DefaultSlack is how much longer than its audio a voice may take.
const DefaultSlack = 3 * time.Second

// A State is how the voice is. Staff is the sentence for those who talk to
// citizens, Technician the one for whoever repairs it; both are empty when well.
type State struct {
	OK                bool
	Staff, Technician string
}

// An Announcer speaks the queue of one zone. Packs are its languages, the first
// one first. Report hears of every change of the state.
type Announcer struct {
	Packs  []*Pack
	Player Player
	Volume Volume
	Slack  time.Duration // 0 = DefaultSlack
	Now    func() time.Time
	Report func(State)

	mu    sync.Mutex
	queue Queue
	wake  chan struct{}
	state State
}

// NewAnnouncer returns an announcer of one zone. It needs a pack, and packs of
// one rate.
func NewAnnouncer(player Player, packs ...*Pack) (*Announcer, error) {
	if len(packs) == 0 {
		return nil, errors.New("no voice pack")
	}
	for _, p := range packs {
		if p.Rate != packs[0].Rate {
			return nil, fmt.Errorf("voice pack %s has rate %d, %s has %d", p.Lang, p.Rate, packs[0].Lang, packs[0].Rate)
		}
	}
	return &Announcer{
		Packs: packs, Player: player, Now: time.Now, Report: func(State) {},
		wake: make(chan struct{}, 1), state: State{OK: true},
	}, nil
}

// Announce adds to the queue and does not wait.
func (a *Announcer) Announce(n Announcement) {
	a.mu.Lock()
	a.queue.Add(n)
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Answer notes which of the waiting announcements are answered.
func (a *Announcer) Answer(answered func(Announcement) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue.Answer(answered)
}

// Run speaks until ctx ends. What cannot be spoken is reported and skipped.
func (a *Announcer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		a.mu.Lock()
		n, brief, ok := a.queue.Next(a.Now())
		a.mu.Unlock()
		if ok {
			a.speak(ctx, n, brief)
			continue
		}
		select {
		case <-ctx.Done():
		case <-a.wake:
		}
	}
}

func (a *Announcer) speak(ctx context.Context, n Announcement, brief bool) {
	percent := a.Volume.At(a.Now())
	if percent == 0 {
		return
	}
	pcm, rate := a.Render(n, brief)
	length := time.Duration(len(pcm)/2) * time.Second / time.Duration(rate)
	slack := a.Slack
	if slack == 0 {
		slack = DefaultSlack
	}
	play, cancel := context.WithTimeout(ctx, length+slack)
	defer cancel()
	err := a.Player.Play(play, scale(pcm, percent), rate)
	if ctx.Err() == nil {
		a.note(n, err)
	}
}

// Render returns the samples of an announcement: the chime once, each language
// twice; brief is the first language once.
func (a *Announcer) Render(n Announcement, brief bool) (pcm []byte, rate int) {
	for i, p := range a.Packs {
		clips := p.Clips(n.Number, n.Window)
		if i > 0 {
			clips = withoutChime(clips)
		}
		pcm = append(pcm, p.Join(clips)...)
		if brief {
			break
		}
		pcm = append(pcm, p.Join(withoutChime(clips))...)
	}
	return pcm, a.Packs[0].Rate
}

func withoutChime(clips []string) []string {
	if len(clips) > 0 && clips[0] == ClipChime {
		return clips[1:]
	}
	return clips
}

func (a *Announcer) note(n Announcement, err error) {
	s := State{OK: err == nil}
	if err != nil {
		s.Staff = fmt.Sprintf("The voice is silent: %s to window %s was not spoken. Please call out loud; the displays go on.", n.Number, n.Window)
		s.Technician = "Voice player: " + err.Error()
	}
	if s != a.state {
		a.state = s
		a.Report(s)
	}
}

func scale(pcm []byte, percent int) []byte {
	out := make([]byte, len(pcm))
	for i := 0; i+1 < len(pcm); i += 2 {
		v := int(int16(binary.LittleEndian.Uint16(pcm[i:]))) * percent / 100
		binary.LittleEndian.PutUint16(out[i:], uint16(int16(v)))
	}
	return out
}
