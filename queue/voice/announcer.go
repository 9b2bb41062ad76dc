package voice

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// DefaultSlack is how much longer than its audio a voice may take.
	DefaultSlack = 3 * time.Second
	// Gap is the silence behind each announcement, of which it is a part, so
	// that two are never heard as one.
	Gap = 1500 * time.Millisecond
)

// An Announcer speaks the queue of one zone. Packs are its languages, the first
// one first. Report hears of every change of the state, Spoken of every
// announcement that was heard. Its fields are set before Run.
type Announcer struct {
	Packs       []*Pack
	Player      Player
	Volume      Volume
	Slack       time.Duration // 0 = DefaultSlack
	RecallsLast bool          // see [Queue]
	Now         func() time.Time
	Report      func(State)
	Spoken      func(Announcement)

	mu    sync.Mutex
	queue Queue
	hush  bool
	cut   context.CancelFunc // ends what is being spoken; nil for nothing
	wake  chan struct{}

	state State     // of Run's goroutine
	ended time.Time // when the last announcement was over
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
		Packs: packs, Player: player, Now: time.Now, Report: func(State) {}, Spoken: func(Announcement) {},
		wake: make(chan struct{}, 1), state: State{OK: true},
	}, nil
}

// Announce adds to the queue and does not wait.
func (a *Announcer) Announce(n Announcement) {
	a.mu.Lock()
	a.queue.RecallsLast = a.RecallsLast
	a.queue.Add(n)
	a.mu.Unlock()
	a.stir()
}

// Answer notes which of the waiting announcements are answered.
func (a *Announcer) Answer(answered func(Announcement) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue.Answer(answered)
}

// Hush silences all but urgent announcements, and cuts the one that is being
// spoken, for as long as a fire alarm's contact is closed. What is called
// meanwhile waits.
func (a *Announcer) Hush(on bool) {
	a.mu.Lock()
	changed := a.hush != on
	a.hush = on
	if on && a.cut != nil {
		a.cut()
	}
	a.mu.Unlock()
	if changed {
		a.stir()
	}
}

func (a *Announcer) stir() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Run speaks until ctx ends. What cannot be spoken is reported, and tried again
// behind what else is to be said.
func (a *Announcer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, brief, ok := a.next()
		if ok {
			a.speak(ctx, n, brief)
			continue
		}
		a.rest(ctx)
	}
}

// next takes what is to be spoken now.
func (a *Announcer) next() (n Announcement, brief, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.hush && !a.queue.urgent() {
		return n, false, false
	}
	return a.queue.Next(a.Now())
}

// urgent reports whether the next announcement is urgent.
func (q *Queue) urgent() bool { return len(q.waiting) > 0 && q.waiting[0].Urgent }

// rest waits until there may be something to speak.
func (a *Announcer) rest(ctx context.Context) {
	a.mu.Lock()
	d, ok := a.queue.Wait(a.Now())
	hush := a.hush
	a.mu.Unlock()
	var retry <-chan time.Time
	if ok && !hush {
		t := time.NewTimer(d)
		defer t.Stop()
		retry = t.C
	}
	select {
	case <-ctx.Done():
	case <-a.wake:
	case <-retry:
	}
}

// speak plays one announcement. One that was called before the last was over
// belongs to its burst, which has had its chime.
func (a *Announcer) speak(ctx context.Context, n Announcement, brief bool) {
	percent := a.Volume.At(a.Now())
	if n.Urgent {
		percent = loudest
	}
	if percent == 0 {
		return
	}
	pcm, rate := a.Render(n, brief, !n.At.Before(a.ended))
	slack := a.Slack
	if slack == 0 {
		slack = DefaultSlack
	}
	play, cancel := context.WithTimeout(ctx, playtime(pcm, rate)+slack)
	if a.cutting(cancel); a.hushed(n) {
		cancel()
	}
	err := a.Player.Play(play, scale(pcm, percent), rate)
	cut := errors.Is(play.Err(), context.Canceled)
	a.cutting(nil)
	cancel()
	switch {
	case ctx.Err() != nil:
	case err != nil:
		a.fail(n)
		if !cut {
			a.note(stateOf(n, err))
		}
	default:
		a.ended = a.Now()
		a.note(stateOf(n, nil))
		a.Spoken(n)
	}
}

// cutting remembers what ends the announcement that is being spoken.
func (a *Announcer) cutting(cut context.CancelFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cut = cut
}

// hushed reports whether n came too late to be spoken.
func (a *Announcer) hushed(n Announcement) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hush && !n.Urgent
}

// fail gives an announcement back.
func (a *Announcer) fail(n Announcement) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue.Fail(n, a.Now())
}

// Render returns the samples of an announcement: the chime once when it begins
// a burst, each language twice, and the gap; brief is the first language once.
func (a *Announcer) Render(n Announcement, brief, chime bool) (pcm []byte, rate int) {
	rate = a.Packs[0].Rate
	for i, p := range a.Packs {
		if i > 0 && (brief || n.Lang != "" && n.Lang != p.Lang) {
			continue
		}
		clips := p.Say(n)
		if i > 0 || !chime {
			clips = withoutChime(clips)
		}
		pcm = append(pcm, p.Join(clips)...)
		if !brief {
			pcm = append(pcm, p.Join(withoutChime(clips))...)
		}
	}
	return append(pcm, make([]byte, int(Gap*time.Duration(rate)/time.Second)*2)...), rate
}

// playtime is how long samples are heard.
func playtime(pcm []byte, rate int) time.Duration {
	return time.Duration(len(pcm)/2) * time.Second / time.Duration(rate)
}

func withoutChime(clips []string) []string {
	if len(clips) > 0 && clips[0] == ClipChime {
		return clips[1:]
	}
	return clips
}

// note reports a state that is new.
func (a *Announcer) note(s State) {
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
