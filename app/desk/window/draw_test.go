package window

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"hallway/app/desk/proxy"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
	"hallway/app/text"
)

var pictures = flag.String("pictures", "", "folder to draw every state into")

// paper is a white piece with a black frame.
func paper(w, h int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect.Inset(8), image.NewUniform(color.White), image.Point{}, draw.Src)
	return img
}

func states(lang text.Lang) map[string]State {
	start := State{Lang: lang, Laid: -1, Network: proxy.Pass, PaperMM: 19800, Ticket: "   ", Waiting: "  4",
		Keys: []string{"next", "recall", "miss", "start", "finish"},
		Cards: []Card{{"张三丰", "elderly"}, {"克里斯蒂安·欧阳㛃𬴂", "long name with rare characters"}, {"陈国栋", "valid for ever, number ends in X"},
			{"王小明", "expired"}, {"李思雨", "minor"}, {"乌兰其其格", "something new"}}}
	used := start
	used.Laid, used.Network, used.Paper, used.Cut, used.Ticket, used.Waiting = 1, proxy.Cut, paper(576, 1100), true, "012", "   "
	broken := start
	broken.Laid, broken.Network, broken.Paper, broken.Cover, broken.PaperMM = 0, proxy.Portal, paper(576, 200), true, 0
	return map[string]State{"start": start, "used": used, "broken": broken}
}

func drawn(s State, press func(string)) fyne.CanvasObject {
	o := container.NewStack(canvas.NewRectangle(theme.Ground), Draw(s, Surface, press))
	o.Resize(Surface)
	return o
}

func TestEveryStateFitsItsSurfaceInBothLanguages(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for _, lang := range []text.Lang{text.ZhHans, text.En} {
		for name, s := range states(lang) {
			o := drawn(s, func(string) {})
			if min := o.MinSize(); min.Width > Surface.Width || min.Height > Surface.Height {
				t.Errorf("%s %s needs %v of %v", name, lang, min, Surface)
			}
			places := kit.Places(o, 1)
			for i, p := range places {
				if p.X < 0 || p.Y < 0 || p.X+p.W > Surface.Width || p.Y+p.H > Surface.Height || p.H < 70 {
					t.Errorf("%s %s: %+v is outside or small", name, lang, p)
				}
				for _, q := range places[:i] {
					if p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H {
						t.Errorf("%s %s: %s and %s overlap", name, lang, p.ID, q.ID)
					}
				}
			}
			if *pictures != "" {
				save(t, filepath.Join(*pictures, fmt.Sprintf("desk-%s-%s.png", name, lang)), o)
			}
		}
	}
}

func save(t *testing.T, path string, o fyne.CanvasObject) {
	t.Helper()
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(o)
	c.Resize(Surface)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, c.Capture()); err != nil {
		t.Fatal(err)
	}
}

// enabled returns the ids of controls that take a press.
func enabled(s State) map[string]bool {
	on := map[string]bool{}
	for _, p := range kit.Places(drawn(s, func(string) {}), 1) {
		on[p.ID] = p.Enabled
	}
	return on
}

func TestControlsAreOnWhenTheyCanDoSomething(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	all := states(text.ZhHans)
	for _, c := range []struct {
		state, id string
		want      bool
	}{
		{"start", CtlLift, false}, {"used", CtlLift, true}, {"start", CtlBrush, true}, {"used", CtlBrush, false},
		{"start", CtlTake, false}, {"used", CtlTake, true}, {"broken", CtlTake, false}, {"broken", CtlClose, true}, {"broken", CtlFill, true}, {"start", CtlOpen, true}, {"start", CtlEmpty, true},
		{"start", "card.5", true}, {"start", "net.cut", true}, {"start", "pad.next", true}, {"start", CtlLang, true},
	} {
		on, there := enabled(all[c.state])[c.id]
		if !there || on != c.want {
			t.Errorf("%s on a desk in state %s: there %v, on %v", c.id, c.state, there, on)
		}
	}
}

func TestCardWithoutWordsKeepsItsOwn(t *testing.T) {
	s := State{Lang: text.ZhHans}
	if s.what(Card{What: "something new"}) != "something new" || s.what(Card{What: "minor"}) == "minor" {
		t.Error("words of a card are wrong")
	}
	if index("card.12", cardID) != 12 || index("card.x", cardID) != -1 || index("net.pass", cardID) != -1 {
		t.Error("ids of cards are read wrongly")
	}
}
