package voice

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
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
	faded := (len(clips) - 1) * int(overlap*time.Duration(p.Rate)/time.Second) * 2
	if got := len(p.Join(clips)); got != n-faded || n == 0 {
		t.Errorf("%d bytes joined from %d", got, n)
	}
}

func TestClipsFadeIntoEachOther(t *testing.T) {
	samples := func(v ...int16) (b []byte) {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint16(b, uint16(x))
		}
		return b
	}
	loud, low := samples(100, 100, 100, 100), samples(-100, -100, -100, -100)
	if got, want := fade(bytes.Clone(loud), low, 2), samples(100, 100, 100, 0, -100, -100); !bytes.Equal(got, want) {
		t.Errorf("got % X, want % X", got, want)
	}
	if got := fade(nil, loud, 2); !bytes.Equal(got, loud) {
		t.Errorf("the first clip became % X", got)
	}
	if got := fade(samples(1), low, 2); len(got) != 10 {
		t.Errorf("a short clip is cut: % X", got)
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

// later is a call some time after the start.
func later(seq int64, number string, after time.Duration) Announcement {
	a := call(seq, number)
	a.At = start.Add(after)
	return a
}

func TestB6RecallIsSpokenAgain(t *testing.T) {
	var q Queue
	q.Add(call(1, "A001"))
	if got := drain(&q, start); len(got) != 1 {
		t.Fatal(got)
	}
	if q.Add(call(1, "A001")) || !q.Add(later(2, "A001", MergeWithin)) || q.Len() != 1 {
		t.Error("the recall is not spoken exactly once more")
	}
}

func TestAnnouncementsOfANumberWithinThreeSecondsAreOne(t *testing.T) {
	var q Queue
	q.Add(call(1, "A001"))
	drain(&q, start)
	if q.Add(later(2, "A001", MergeWithin-1)) {
		t.Error("a second press is spoken")
	}
	if !q.Add(later(3, "A001", MergeWithin)) {
		t.Error("merging goes on for ever")
	}
	drain(&q, start)
	moved := later(4, "A001", MergeWithin+time.Second)
	moved.Window = "4"
	if !q.Add(moved) {
		t.Error("another window is merged")
	}
}

func TestB8SpokenInOrderOfEvents(t *testing.T) {
	var q Queue
	for _, n := range []int64{2, 1, 3} {
		q.Add(call(n, string(rune('A'+n-1))))
	}
	if got := drain(&q, start); !slices.Equal(got, []string{"A", "B", "C"}) {
		t.Error(got)
	}
}

func TestRecallOfAWaitingAnnouncementMovesItForward(t *testing.T) {
	var q Queue
	for n := int64(1); n <= 3; n++ {
		q.Add(call(n, string(rune('A'+n-1))))
	}
	q.Add(call(4, "C"))
	q.Add(call(5, "D"))
	if got := drain(&q, start); !slices.Equal(got, []string{"C", "A", "B", "D"}) {
		t.Error(got)
	}
}

func TestUrgentGoesFirstAndRecallsLastWhereTheHallWantsIt(t *testing.T) {
	for _, last := range []bool{false, true} {
		q := Queue{RecallsLast: last}
		q.Add(call(1, "A"))
		drain(&q, start)
		q.Add(later(2, "A", time.Minute))
		q.Add(call(3, "B"))
		alarm := call(4, "E")
		alarm.Urgent = true
		q.Add(alarm)
		want := []string{"E", "A", "B"}
		if last {
			want = []string{"E", "B", "A"}
		}
		if got := drain(&q, start); !slices.Equal(got, want) {
			t.Errorf("recalls last %v: %v", last, got)
		}
	}
}

func TestFailedAnnouncementIsTriedAgainWhileItIsYoung(t *testing.T) {
	var q Queue
	q.Add(call(1, "A"))
	a, _, _ := q.Next(start)
	q.Fail(a, start)
	q.Add(call(2, "B"))
	if got := drain(&q, start); !slices.Equal(got, []string{"B"}) {
		t.Error(got)
	}
	if d, ok := q.Wait(start); !ok || d != RetryAfter {
		t.Error(d, ok)
	}
	if got := drain(&q, start.Add(RetryAfter)); !slices.Equal(got, []string{"A"}) {
		t.Error(got)
	}
	for name, end := range map[string]func(){
		"answered": func() { q.Answer(func(Announcement) bool { return true }) },
		"recalled": func() { q.Add(later(3, "A", time.Minute)); drain(&q, start) },
		"old":      func() {},
	} {
		q.failed = nil
		q.Fail(a, start)
		end()
		if got := drain(&q, start.Add(MaxAge+1)); len(got) != 0 {
			t.Errorf("%s: %v is spoken", name, got)
		}
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

func FuzzParseVolume(f *testing.F) {
	f.Add([]byte(`[{"days":[1],"from":20,"to":8,"percent":0}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := ParseVolume(b)
		if p := v.At(start); err == nil && (p < 0 || p > 100) {
			t.Error(p)
		}
	})
}
