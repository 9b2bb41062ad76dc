package hall_test

import (
	"testing"

	"hallway/app/hall/api"
	"hallway/app/hall/halltest"
)

// What many streams share is the board after every change, and the same one
// while nothing happens.
func TestSharedBoardIsThePresentOne(t *testing.T) {
	w := halltest.New(t)
	three := signIn(t, w, "3")
	shared := func() api.Board {
		t.Helper()
		b, err := w.SharedBoard(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	last := shared()
	for range 3 {
		w.Take(halltest.ItemFree, nil)
		command(t, w, three, api.ActionNext)
		command(t, w, three, api.ActionMiss)
		b, err := w.Board(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := shared(); got.Seq != b.Seq || got.Seq <= last.Seq || len(got.Missed) != len(b.Missed) {
			t.Fatalf("shared %+v, present %+v", got, b)
		}
		last = shared()
	}
	if &shared().Windows[0] != &last.Windows[0] {
		t.Error("the board is read again though nothing happened")
	}
}

func BenchmarkSharedBoard(b *testing.B) {
	w := halltest.New(b)
	signIn(b, w, "3")
	for b.Loop() {
		if _, err := w.SharedBoard(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
