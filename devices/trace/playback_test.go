package trace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"hallway/devices"
)

const head = `{"v":1,"driver":"d","identity":{"Maker":"","Model":"","Serial":"","Firmware":""},"port":"p","at":"2026-05-04T09:30:00Z"}` + "\n"

func parse(t testing.TB, entries ...string) *Recording {
	t.Helper()
	rec, err := Parse(strings.NewReader(head + strings.Join(entries, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func play(t testing.TB, o PlayOptions, entries ...string) *Playback {
	t.Helper()
	p, err := Play(parse(t, entries...), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// perform does steps of a driver: "w" writes the text behind it, "r" reads as
// many bytes and compares them.
func perform(p *Playback, steps ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, s := range steps {
		if text, ok := strings.CutPrefix(s, "w"); ok {
			if n, err := p.Write(ctx, []byte(text)); err != nil || n != len(text) {
				return err
			}
			continue
		}
		got := make([]byte, len(s)-1)
		for read := 0; read < len(got); {
			n, err := p.Read(ctx, got[read:])
			if read += n; err != nil {
				return err
			}
		}
		if string(got) != s[1:] {
			return fmt.Errorf("read %q, want %q", got, s[1:])
		}
	}
	return nil
}

var conversation = []string{
	`{"t":0,"r":"41"}`, `{"t":1,"w":"61 62"}`, `{"t":2,"w":"63"}`, `{"t":3,"r":"42 43"}`, `{"t":4,"note":"n"}`, `{"t":5,"r":"44"}`, `{"t":6,"w":"64"}`, `{"t":7,"r":"45"}`,
}

func TestPlaybackBehavesAsTheDeviceDid(t *testing.T) {
	for _, steps := range [][]string{
		{"rA", "wab", "wc", "rBCD", "wd", "rE"},
		{"wabc", "rABC", "wd", "rDE"},
		{"wa", "rA", "wbc", "wd", "rBCDE"},
	} {
		p := play(t, PlayOptions{}, conversation...)
		if err := errors.Join(perform(p, steps...), p.Done(), p.Close(), p.Close()); err != nil {
			t.Errorf("%v: %v", steps, err)
		}
		if _, err := p.Write(t.Context(), []byte("x")); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
		if _, err := p.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("read after close: %v", err)
		}
	}
}

func TestPlaybackNamesTheLineWhereTheDriverDiffers(t *testing.T) {
	for _, c := range []struct {
		steps []string
		says  string
	}{
		{[]string{"wabx"}, "line 4: driver writes 78 at byte 0, recorded is 63"},
		{[]string{"wax"}, "line 3: driver writes 78 at byte 1, recorded is 62"},
		{[]string{"wabcd", "rABCDE", "wz"}, "driver writes 7A after the end"},
		{[]string{"wabcd", "rABC"}, "line 7: the driver never reads 44"},
		{[]string{"wabc", "rABCD"}, "line 8: the driver never writes 64"},
		{[]string{"wa", "rA"}, "line 3: the driver never writes 62"},
	} {
		p := play(t, PlayOptions{}, conversation...)
		err := perform(p, c.steps...)
		if done := p.Done(); done == nil || !strings.Contains(done.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.steps, done, c.says)
		}
		if strings.Contains(c.says, "driver writes") && (!errors.Is(err, devices.ErrGone) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%v: the driver is told %v", c.steps, err)
		}
	}
}

func TestPollsMayBeLeftOutAndRepeated(t *testing.T) {
	polls := PlayOptions{Polls: [][]byte{[]byte("?")}}
	entries := []string{
		`{"t":0,"w":"3F"}`, `{"t":1,"r":"30"}`, `{"t":2,"w":"61"}`, `{"t":3,"w":"3F"}`, `{"t":4,"r":"31"}`, `{"t":5,"w":"62"}`, `{"t":6,"r":"42"}`, `{"t":7,"w":"3F"}`, `{"t":8,"r":"32"}`,
	}
	for _, steps := range [][]string{
		{"w?", "r0", "wa", "w?", "r1", "wb", "rB", "w?", "r2"},
		{"wa", "wb", "rB"},
		{"wa", "w?", "r1", "w?", "r1", "w?", "r1", "wb", "rB"},
		{"w?", "r0", "w?", "r0", "wab", "rB", "w?", "r2", "w?", "r2"},
	} {
		p := play(t, polls, entries...)
		if err := errors.Join(perform(p, steps...), p.Done()); err != nil {
			t.Errorf("%v: %v", steps, err)
		}
	}
	p := play(t, polls, entries...)
	if err := perform(p, "wb"); err == nil || p.Done() == nil {
		t.Error("what is no poll was left out")
	}
	p = play(t, PlayOptions{}, entries...)
	if err := perform(p, "wa"); err == nil {
		t.Error("a poll was left out although every byte is demanded")
	}
}

func TestTheEndOfTheLineIsPlayed(t *testing.T) {
	p := play(t, PlayOptions{}, `{"t":0,"w":"61"}`, `{"t":1,"r":"41"}`, `{"t":2,"e":"gone"}`)
	if err := perform(p, "wa"); err != nil {
		t.Fatal(err)
	}
	if err := p.Done(); err == nil {
		t.Error("an answer that nobody read is forgotten")
	}
	if err := perform(p, "rA"); err != nil {
		t.Fatal(err)
	}
	if err := p.Done(); err == nil || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("the end that nobody noticed: %v", err)
	}
	for range 2 {
		if _, err := p.Read(t.Context(), make([]byte, 1)); !errors.Is(err, devices.ErrGone) {
			t.Errorf("read: %v", err)
		}
	}
	if _, err := p.Write(t.Context(), []byte("b")); !errors.Is(err, devices.ErrGone) {
		t.Errorf("write: %v", err)
	}
	if err := p.Done(); err != nil {
		t.Error(err)
	}
	p = play(t, PlayOptions{}, `{"t":0,"w":"61 62 63 64"}`, `{"t":1,"e":"gone","took":3}`)
	if n, err := p.Write(t.Context(), []byte("abcd")); n != 3 || !errors.Is(err, devices.ErrGone) {
		t.Errorf("cut write: %d, %v", n, err)
	}
	if err := p.Done(); err != nil {
		t.Error(err)
	}
}

func TestTheClockOfTheRecordingIsKept(t *testing.T) {
	for speed, want := range map[float64]time.Duration{0: 0, 1: 700 * time.Millisecond, 10: 70 * time.Millisecond, 0.5: 1400 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			p := play(t, PlayOptions{Speed: speed}, `{"t":100,"w":"61"}`, `{"t":300,"r":"41"}`, `{"t":800,"r":"42"}`)
			began := time.Now()
			if err := perform(p, "wa", "rAB"); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took != want {
				t.Errorf("speed %v: took %v, want %v", speed, took, want)
			}
		})
	}
}

func TestWaitingReadsEnd(t *testing.T) {
	p := play(t, PlayOptions{}, `{"t":0,"w":"61"}`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := p.Read(ctx, make([]byte, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with the context: %v", err)
	}
	done := make(chan error, 1)
	go func() { _, err := p.Read(t.Context(), make([]byte, 1)); done <- err }()
	p.Close()
	if err := <-done; !errors.Is(err, devices.ErrClosed) {
		t.Errorf("with Close: %v", err)
	}
}

func TestMistakesOfARecordingAreNamedWithTheirLine(t *testing.T) {
	for _, text := range []string{
		`{"t":1}`, `{"t":1,"w":"4"}`, `{"t":1,"w":"4G"}`, `{"t":1,"w":"41","r":"41"}`, `{"t":-1,"w":"41"}`, `{"t":1,"w":""}`, `{"t":1,"w":"41 .."}`,
		`{"t":1,"w":"41","masked":3}`, `{"t":1,"w":".. 41","masked":3}`, `{"t":1,"r":"..","masked":-3}`, `{"t":1,"e":"tired"}`, `{"t":1,"note":"n","took":1}`, `{"t":1,"lost":-1}`,
		`{"t":1,"w":"41","hash":"00"}`, `{"t":1,"w":"41","x":1}`, `{"t":1,"w":"41"} {}`, `[]`, ``, `{"t":1,"w":"41"`, `{"t":1e999,"w":"41"}`,
	} {
		_, err := Parse(strings.NewReader(head + `{"t":0,"w":"41"}` + "\n" + text + "\n"))
		if err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, says := range map[string]string{
		"": "empty", strings.Replace(head, `"v":1`, `"v":2`, 1): "format 2", "x\n": "line 1",
		head + `{"t":0,"w":"41"}`: "cut off", head + `{"t":2,"w":"41"}` + "\n" + `{"t":1,"w":"41"}` + "\n": "before the line above",
		head + strings.Repeat("x", maxLine+1): "longer than",
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %q", text, err, says)
		}
	}
	rec, err := Parse(strings.NewReader(head + `{"t":0,"w":"41"}` + "\n" + `{"t":1,"w`))
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(rec.Entries) != 1 {
		t.Errorf("a recording that was cut off gives %d entries, %v", len(rec.Entries), err)
	}
}

func TestBytesPrintAndParseAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Bytes{rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes"), rapid.Bool().Draw(t, "hidden")}
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got Bytes
		if err := got.UnmarshalText(text); err != nil || string(got.Shown) != string(want.Shown) || got.Hidden != want.Hidden {
			t.Fatalf("%s became %v, %v", text, got, err)
		}
	})
}

// Whatever is parsed can be written again, and played to a driver that does
// what is recorded.
func FuzzParse(f *testing.F) {
	f.Add([]byte(head + strings.Join(conversation, "\n") + "\n"))
	f.Add([]byte(head + `{"t":0,"w":"61 62"}` + "\n" + `{"t":1,"e":"gone","took":1}` + "\n"))
	f.Add([]byte(head + `{"t":0,"r":"AA ..","masked":3,"hash":"00"}` + "\n" + `{"t":1,"lost":2}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rec, err := Parse(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		var again strings.Builder
		if _, err := rec.WriteTo(&again); err != nil {
			t.Fatal(err)
		}
		if second, err := Parse(strings.NewReader(again.String())); err != nil || len(second.Entries) != len(rec.Entries) {
			t.Fatalf("written again it is wrong: %v", err)
		}
		p, err := Play(rec, PlayOptions{})
		if err != nil {
			return
		}
		obey(t, rec, p)
	})
}

// obey does what is recorded.
func obey(t *testing.T, rec *Recording, p *Playback) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for i, e := range rec.Entries {
		switch {
		case e.Write != nil:
			if _, err := p.Write(ctx, e.Write.Shown); err != nil {
				if ended(rec.Entries) {
					return
				}
				t.Fatalf("line %d: %v", i+2, err)
			}
		case e.Read != nil:
			for got := 0; got < len(e.Read.Shown); {
				n, err := p.Read(ctx, make([]byte, len(e.Read.Shown)))
				if got += n; err != nil {
					if ended(rec.Entries) {
						return
					}
					t.Fatalf("line %d: %v", i+2, err)
				}
			}
		case e.Event != "":
			return
		}
	}
	if err := p.Done(); err != nil {
		t.Fatal(err)
	}
}

// ended reports whether the line ends among entries.
func ended(entries []Entry) bool {
	for _, e := range entries {
		if e.Event != "" {
			return true
		}
	}
	return false
}
