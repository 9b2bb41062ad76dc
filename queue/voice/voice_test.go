package voice

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func pack(t testing.TB, lang string) *Pack {
	t.Helper()
	p, err := Builtin(lang)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func call(seq int64, number string) Announcement {
	return Announcement{Seq: seq, Number: number, Window: "3", At: start}
}

// drain returns the numbers in the order in which they are spoken.
func drain(q *Queue, now time.Time) (out []string) {
	for a, _, ok := q.Next(now); ok; a, _, ok = q.Next(now) {
		out = append(out, a.Number)
	}
	return out
}

func TestPhraseJoinsWithoutGaps(t *testing.T) {
	p := pack(t, "zh")
	clips := p.Clips("A-012", "3")
	want := strings.Fields("chime please A 0 1 2 to 3 window")
	if !slices.Equal(clips, want) {
		t.Fatalf("%q, want %q", clips, want)
	}
	n := 0
	for _, c := range clips {
		n += len(p.pcm[c])
	}
	if got := len(p.Join(clips)); got != n || n == 0 {
		t.Errorf("%d bytes joined from %d", got, n)
	}
}

func TestMissingClipIsNamed(t *testing.T) {
	m, err := builtin.ReadFile("packs/en/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(fstest.MapFS{"manifest.json": {Data: m}}); err == nil || !strings.Contains(err.Error(), ".wav") {
		t.Errorf("no file: %v", err)
	}
	if _, err := ParseManifest(bytes.Replace(m, []byte(`"Q":`), []byte(`"QQ":`), 1)); err == nil || !strings.Contains(err.Error(), `"Q"`) {
		t.Errorf("no clip: %v", err)
	}
	if _, err := ParseManifest(bytes.Replace(m, []byte(`"lang"`), []byte(`"x": 1, "lang"`), 1)); err == nil {
		t.Error("an unknown field is accepted")
	}
}

func TestB6RecallIsSpokenAgain(t *testing.T) {
	var q Queue
	q.Add(call(1, "A001"))
	if got := drain(&q, start); len(got) != 1 {
		t.Fatal(got)
	}
	if q.Add(call(1, "A001")) || !q.Add(call(2, "A001")) || q.Len() != 1 {
		t.Error("the recall is not spoken exactly once more")
	}
}

func TestB8SpokenInOrderOfEvents(t *testing.T) {
	var q Queue
	for _, n := range []int64{2, 1, 3} {
		q.Add(call(n, string(rune('A'+n-1))))
	}
	q.Add(call(4, "C"))
	if got := drain(&q, start); !slices.Equal(got, []string{"C", "A", "B"}) {
		t.Error(got)
	}
}

func TestB9EqualTimesAreTwoAnnouncements(t *testing.T) {
	var q Queue
	q.Add(call(1, "A001"))
	q.Add(call(2, "A002"))
	if got := drain(&q, start); !slices.Equal(got, []string{"A001", "A002"}) {
		t.Error(got)
	}
}

func TestOldAndAnsweredIsDroppedAndManyAreBrief(t *testing.T) {
	var q Queue
	for i := range int64(5) {
		q.Add(call(i+1, string(rune('A'+i))))
	}
	if _, brief, _ := q.Next(start); !brief {
		t.Error("five waiting are not brief")
	}
	if _, brief, _ := q.Next(start); brief {
		t.Error("four waiting are brief")
	}
	q.Answer(func(a Announcement) bool { return a.Number != "D" })
	if got := drain(&q, start.Add(MaxAge+1)); !slices.Equal(got, []string{"D"}) {
		t.Error(got)
	}
}

func TestVolumeTable(t *testing.T) {
	v := Volume{{From: 20, To: 8, Percent: 0}, {Days: []time.Weekday{time.Monday}, From: 9, To: 12, Percent: 60}}
	for h, want := range map[int]int{7: 0, 8: 100, 10: 60, 12: 100, 23: 0} {
		if got := v.At(time.Date(2026, 11, 23, h, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("%d h: %d, want %d", h, got, want)
		}
	}
}

// endless is a voice that does not end for the number of plays.
type endless struct{ left, heard int }

func (e *endless) Play(ctx context.Context, _ []byte, _ int) error {
	if e.left--; e.left >= 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	e.heard++
	return nil
}

func TestB33AnnouncerGoesOnAfterTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &endless{left: 1}
		a, err := NewAnnouncer(e, pack(t, "en"))
		if err != nil {
			t.Fatal(err)
		}
		var states []State
		a.Report = func(s State) { states = append(states, s) }
		ctx, cancel := context.WithCancel(t.Context())
		go a.Run(ctx)
		a.Announce(call(1, "A001"))
		a.Announce(call(2, "A002"))
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if e.heard != 1 || len(states) != 2 || states[0].OK || !states[1].OK {
			t.Errorf("%d heard, %+v", e.heard, states)
		}
		cancel()
		synctest.Wait()
	})
}

func TestB33ProgramThatNeverEndsIsKilled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := Command{"sleep", "600"}.Play(ctx, make([]byte, 1<<20), 16000)
	if err == nil || !strings.Contains(err.Error(), "does not end") || time.Since(began) > 10*time.Second {
		t.Error(err, time.Since(began))
	}
}

func TestB33RealProgramHangsAndTheNextIsTried(t *testing.T) {
	p := pack(t, "en")
	p.pcm = map[string][]byte{}
	a, err := NewAnnouncer(Command{"sleep", "600"}, p)
	if err != nil {
		t.Fatal(err)
	}
	a.Slack = 50 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	staff := make(chan string, 2)
	a.Report = func(s State) { staff <- s.Staff }
	a.Announce(call(1, "A001"))
	a.Announce(call(2, "A002"))
	go a.Run(ctx)
	for _, n := range []string{"A001", "A002"} {
		if got := <-staff; !strings.Contains(got, n) {
			t.Errorf("%s: %q", n, got)
		}
	}
}

func TestB34VoiceThatCannotStartIsReported(t *testing.T) {
	a, err := NewAnnouncer(Command{"/nonexistent"}, pack(t, "zh"))
	if err != nil {
		t.Fatal(err)
	}
	var got State
	a.Report = func(s State) { got = s }
	a.speak(t.Context(), call(1, "A001"), false)
	if got.OK || !strings.Contains(got.Staff, "A001") || !strings.Contains(got.Technician, "/nonexistent") {
		t.Errorf("%+v", got)
	}
}

func FuzzDecodeWAV(f *testing.F) {
	f.Add(EncodeWAV([]byte{1, 2, 3, 4}, 16000))
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm, rate, err := DecodeWAV(b)
		if err != nil {
			return
		}
		again, r, err := DecodeWAV(EncodeWAV(pcm, rate))
		if err != nil || r != rate || !bytes.Equal(again, pcm) {
			t.Error(r, err)
		}
	})
}

func FuzzParseManifest(f *testing.F) {
	b, err := builtin.ReadFile("packs/zh/manifest.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseManifest(b); err == nil && m.check() != nil {
			t.Error("an accepted manifest fails its own check")
		}
	})
}

func FuzzParseVolume(f *testing.F) {
	f.Add([]byte(`[{"days":[1],"from":20,"to":8,"percent":0}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := ParseVolume(b)
		if p := v.At(start); err == nil && (p < 0 || p > 100) {
			t.Error(p)
		}
	})
}
