package stage

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func onScreen(id string) func(Line) bool { return func(l Line) bool { return l.Screen == id } }

func TestTraceOffersEveryLineOnceInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace")
	tr, ctx := NewTrace(path), within(t, 10*time.Second)
	appendTo(t, path, `{"screen":"a"}`+"\n"+`{"screen":"b"}`+"\n"+`{"screen":"c"}`+"\n"+`{"scr`)
	for _, id := range []string{"a", "b", "c"} {
		if _, err := tr.Wait(ctx, id, onScreen(id)); err != nil {
			t.Fatal(err)
		}
	}
	appendTo(t, path, `een":"d"}`+"\n")
	if l, err := tr.Newest(); err != nil || l.Screen != "d" {
		t.Errorf("newest is %q, %v", l.Screen, err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := tr.Wait(short, "a", onScreen("a")); err == nil {
		t.Error("a line was offered twice")
	}
}

func TestTraceErrorSaysWhatIsOnTheScreen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace")
	appendTo(t, path, `{"screen":"home","banner":"refusal.no_lease","controls":[{"id":"tile.number","enabled":true},{"id":"back"}]}`+"\n")
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := NewTrace(path).Wait(ctx, "the ticket", onScreen("ticket"))
	for _, want := range []string{"the ticket", `"home"`, "refusal.no_lease", "tile.number", "back(off)"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %s", err, want)
		}
	}
}

func TestTraceRefusesWhatIsNoLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace")
	appendTo(t, path, "nonsense\n")
	if _, err := NewTrace(path).Newest(); err == nil {
		t.Error("a broken line was taken")
	}
}

func TestControlsAreFoundByIDAndPrefix(t *testing.T) {
	l := Line{Controls: []Control{{ID: "tile.a"}, {ID: "tile.b", X: 10, Y: 20, W: 5, H: 4, Enabled: true}}}
	if c, ok := l.First("tile."); !ok || c.ID != "tile.b" || c.Centre() != image.Pt(12, 22) {
		t.Errorf("first enabled tile is %+v", c)
	}
	if _, ok := l.Control("tile"); ok {
		t.Error("a prefix was taken for an id")
	}
}
