package voice

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A stage is a voice that takes as long as its audio, and what was heard.
type stage struct {
	mu    sync.Mutex
	heard []play
	hangs int   // plays that never end
	fail  error // while it is set nothing is heard
}

type play struct {
	at  time.Time
	pcm []byte
}

func (s *stage) Play(ctx context.Context, pcm []byte, rate int) error {
	s.mu.Lock()
	s.hangs--
	endless, err := s.hangs >= 0, s.fail
	s.mu.Unlock()
	if endless {
		<-ctx.Done()
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	began := time.Now()
	select {
	case <-time.After(playtime(pcm, rate)):
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, play{began, pcm})
	return nil
}

func (s *stage) fails(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// speaking runs an announcer under the false clock.
func speaking(t *testing.T, s *stage, langs ...string) (a *Announcer, states *[]State) {
	t.Helper()
	var packs []*Pack
	for _, lang := range langs {
		packs = append(packs, pack(t, lang))
	}
	a, err := NewAnnouncer(s, packs...)
	if err != nil {
		t.Fatal(err)
	}
	states = &[]State{}
	a.Report = func(s State) { *states = append(*states, s) }
	ctx, cancel := context.WithCancel(context.Background())
	var g sync.WaitGroup
	g.Go(func() { a.Run(ctx) })
	t.Cleanup(func() { cancel(); g.Wait() })
	return a, states
}

// now is a call at this moment.
func now(seq int64, number string) Announcement {
	return Announcement{Seq: seq, Number: number, Window: "3", At: time.Now()}
}

func TestB33AnnouncerGoesOnAfterTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{hangs: 1}
		a, states := speaking(t, s, "en")
		a.Announce(now(1, "A001"))
		a.Announce(now(2, "A002"))
		time.Sleep(40 * time.Second)
		synctest.Wait()
		second, _ := a.Render(now(2, "A002"), false, true)
		first, _ := a.Render(now(1, "A001"), false, true)
		if len(s.heard) != 2 || !bytes.Equal(s.heard[0].pcm, second) || !bytes.Equal(s.heard[1].pcm, first) && len(s.heard[1].pcm) >= len(first) {
			t.Errorf("%d heard", len(s.heard))
		}
		if len(*states) != 2 || (*states)[0].Code != CodeHangs || !(*states)[1].OK {
			t.Errorf("%+v", *states)
		}
	})
}

func TestCallsOfASilentVoiceAreSpokenWhenItIsBackAndTheyAreYoung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{fail: errors.New("no sound card")}
		a, states := speaking(t, s, "en")
		a.Announce(now(1, "A001"))
		time.Sleep(MaxAge - 20*time.Second)
		a.Announce(now(2, "A002"))
		time.Sleep(30 * time.Second) // A001 is too old by now
		s.fails(nil)
		time.Sleep(60 * time.Second)
		synctest.Wait()
		want, _ := a.Render(now(2, "A002"), false, true)
		if len(s.heard) != 1 || !bytes.Equal(s.heard[0].pcm, want) {
			t.Errorf("%d heard", len(s.heard))
		}
		last := (*states)[len(*states)-1]
		if !last.OK || (*states)[0].Citizen == "" || (*states)[0].Staff == "" || (*states)[0].Technician == "" {
			t.Errorf("%+v", *states)
		}
	})
}

func TestGapLiesBetweenAnnouncementsAndTheChimeIsOnceABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		a, _ := speaking(t, s, "zh", "en")
		for i, n := range []string{"A001", "A002", "A003"} {
			a.Announce(now(int64(i+1), n))
		}
		time.Sleep(3 * time.Minute)
		a.Announce(now(4, "A004"))
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if len(s.heard) != 4 {
			t.Fatalf("%d heard", len(s.heard))
		}
		chime := a.Packs[0].pcm[ClipChime][:4000]
		for i, p := range s.heard {
			if got, want := bytes.HasPrefix(p.pcm, chime), i == 0 || i == 3; got != want {
				t.Errorf("announcement %d has a chime: %v", i+1, got)
			}
			silence := p.pcm[len(p.pcm)-int(Gap.Seconds()*16000)*2:]
			if len(bytes.Trim(silence, "\x00")) != 0 {
				t.Errorf("no silence behind announcement %d", i+1)
			}
			if i > 0 && p.at.Before(s.heard[i-1].at.Add(playtime(s.heard[i-1].pcm, 16000))) {
				t.Errorf("announcement %d overlaps", i+1)
			}
		}
	})
}

func TestMoreThanFourWaitingAreSaidOnceAndInOneLanguage(t *testing.T) {
	a, err := NewAnnouncer(Null{}, pack(t, "zh"), pack(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	n := call(1, "A001")
	gap := make([]byte, int(Gap.Seconds()*16000)*2)
	once := append(a.Packs[0].Join(a.Packs[0].Say(n)), gap...)
	if brief, _ := a.Render(n, true, true); !bytes.Equal(brief, once) {
		t.Error("brief is not the first language once")
	}
	all, _ := a.Render(n, false, true)
	n.Lang = "fr" // which the zone has not
	if first, _ := a.Render(n, false, true); len(first) <= len(once) || len(first) >= len(all) {
		t.Error("a ticket's language does not decide about the second one")
	}
	n.Lang = "en"
	if both, _ := a.Render(n, false, true); !bytes.Equal(both, all) {
		t.Error("the language that the ticket asks for is not spoken")
	}
}

func TestHushCutsAllButTheUrgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		a, states := speaking(t, s, "en")
		a.Announce(now(1, "A001"))
		time.Sleep(time.Second)
		a.Hush(true)
		a.Announce(now(2, "A002"))
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if len(s.heard) != 0 {
			t.Error("the hushed voice speaks")
		}
		alarm := now(3, "E911")
		alarm.Urgent = true
		a.Announce(alarm)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if len(s.heard) != 1 {
			t.Error("the urgent one is hushed")
		}
		a.Hush(false)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if len(s.heard) != 3 || len(*states) != 0 {
			t.Errorf("%d heard, states %+v", len(s.heard), *states)
		}
	})
}

// A hundred calls a minute do not make the queue older than a minute: what is
// answered meanwhile is dropped, what is not is said briefly.
func TestHundredCallsAMinuteDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		a, _ := speaking(t, s, "zh")
		called := map[string]time.Time{}
		for i := range int64(300) {
			n := now(i+1, "A"+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10)))
			called[n.Number] = n.At
			a.Announce(n)
			a.Answer(func(n Announcement) bool { return time.Since(called[n.Number]) > 30*time.Second })
			time.Sleep(600 * time.Millisecond)
		}
		a.mu.Lock()
		oldest := time.Since(a.queue.waiting[0].At)
		a.mu.Unlock()
		if oldest > MaxAge+20*time.Second {
			t.Errorf("the oldest announcement is from %v ago", oldest)
		}
	})
}

func TestQuietHoursAreSilentButForTheUrgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		a, _ := speaking(t, s, "en")
		a.Volume = Volume{{From: 0, To: 24, Percent: 0}}
		a.Announce(now(1, "A001"))
		alarm := now(2, "E911")
		alarm.Urgent = true
		a.Announce(alarm)
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(s.heard) != 1 {
			t.Errorf("%d heard", len(s.heard))
		}
	})
}
