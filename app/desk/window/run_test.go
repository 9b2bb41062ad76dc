package window

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hallway/app/desk"
	"hallway/app/desk/proxy"
	"hallway/app/text"
)

// Fyne starts a goroutine when it is loaded.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

// at returns hands at a desk whose ports nobody uses.
func at(t *testing.T) *hands {
	t.Helper()
	dir := t.TempDir()
	d, err := desk.Open(desk.Config{
		Network: desk.Network{Listen: "127.0.0.1:0", Hall: "127.0.0.1:1"},
		Reader:  desk.Reader{Link: filepath.Join(dir, "reader")},
		Printer: desk.Printer{Link: filepath.Join(dir, "printer"), Profile: "epson-tm-t82", RollMM: 20000},
		Counter: desk.Counter{Link: filepath.Join(dir, "counter"), Display: 1, Keypad: 2},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return newHands(d, text.ZhHans, 20000, slog.New(slog.DiscardHandler))
}

func TestPressesDoWhatTheyShow(t *testing.T) {
	h := at(t)
	for _, c := range []struct {
		press string
		ok    func(State) bool
	}{
		{"card.2", func(s State) bool { return s.Laid == 2 }},
		{CtlLift, func(s State) bool { return s.Laid == -1 }},
		{CtlBrush, func(s State) bool { return s.Laid == 2 }},
		{"card.99", func(s State) bool { return s.Laid == 2 }},
		{CtlOpen, func(s State) bool { return s.Cover }},
		{CtlClose, func(s State) bool { return !s.Cover }},
		{CtlEmpty, func(s State) bool { return s.PaperMM == 0 }},
		{CtlFill, func(s State) bool { return s.PaperMM == 20000 }},
		{"net.portal", func(s State) bool { return s.Network == proxy.Portal }},
		{"net.nonsense", func(s State) bool { return s.Network == proxy.Portal }},
		{CtlLang, func(s State) bool { return s.Lang == text.En }},
		{CtlTake, func(s State) bool { return s.Paper == nil && !s.Cut }},
		{"pad.next", func(s State) bool { return true }},
		{"", func(s State) bool { return true }},
	} {
		h.press(c.press)
		if s := h.state(); !c.ok(s) {
			t.Errorf("after %q: laid %d, cover %v, %d mm, network %s, language %s", c.press, s.Laid, s.Cover, s.PaperMM, s.Network, s.Lang)
		}
		select {
		case <-h.stir:
		default:
			t.Errorf("after %q nothing is drawn anew", c.press)
		}
	}
}

// Every key and switch that the desk shows has a name in package text.
func TestEveryControlHasAName(t *testing.T) {
	s := at(t).state()
	for _, k := range s.Keys {
		if !text.Has(keyNames[k]) {
			t.Errorf("key %s has no name", k)
		}
	}
	for _, m := range proxy.Modes() {
		if !text.Has(modeNames[m]) {
			t.Errorf("way %s of the network has no name", m)
		}
	}
	for _, c := range s.Cards {
		if what := s.what(c); what == c.What || strings.HasPrefix(what, "[") {
			t.Errorf("card %s has no words in Chinese for %q", c.Name, c.What)
		}
	}
}
