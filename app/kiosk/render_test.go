package kiosk

import (
	"flag"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"hallway/app/ime"
	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
	"hallway/app/text"
	"hallway/printer/font"
)

var (
	update = flag.Bool("update", false, "rewrite the golden pictures")
	only   = flag.String("only", "", "with -pictures, write those alone whose names match")
	out    = flag.String("pictures", "", "write a picture of every screen into this folder, to be looked at, instead of comparing")
)

// goldens are the screens that are compared with a picture.
var goldens = []string{"home", "card", "ticket-offline-paper-out", "orders", "order-lodged", "order-answered"}

// keyboards are the layouts of the keyboard that are compared with a picture, in
// normal and in large type.
var keyboards = regexp.MustCompile(`^field-(pinyin|pinyin-empty|pinyin-long|letters|letters-upper|symbols|strokes|identity|date|digits|phone|code)(-large)?$`)

// screens are all shots by language, made once: some type a whole form.
var screens = sync.OnceValue(func() map[text.Lang][]journey.Screen {
	all := map[text.Lang][]journey.Screen{}
	for _, lang := range []text.Lang{text.ZhHans, text.En} {
		for _, shot := range journeytest.Shots() {
			setup := journeytest.Setup()
			setup.Lang, setup.Rows = lang, Rows
			rig := journeytest.New(setup)
			shot.Go(rig)
			all[lang] = append(all[lang], rig.View())
		}
	}
	return all
})

// each draws every shot on every surface in every language.
func each(t *testing.T, f func(name string, shot journeytest.Shot, s journey.Screen, surface fyne.Size)) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for _, surface := range []fyne.Size{theme.Portrait, theme.Landscape} {
		name := "portrait"
		if surface == theme.Landscape {
			name = "landscape"
		}
		for _, lang := range []text.Lang{text.ZhHans, text.En} {
			for i, shot := range journeytest.Shots() {
				f(shot.Name+"-"+name+"-"+string(lang), shot, screens()[lang][i], surface)
			}
		}
	}
}

// It is the first test: Fyne keeps what it measured, and a later picture of the
// same text may differ by a hair.
func TestGoldenPictures(t *testing.T) {
	each(t, func(name string, shot journeytest.Shot, s journey.Screen, surface fyne.Size) {
		switch {
		case *out != "" && *only != "" && !regexp.MustCompile(*only).MatchString(name):
		case *out != "":
			save(t, filepath.Join(*out, name+".png"), draws(t, s, surface, 1))
		case slices.Contains(goldens, shot.Name) || keyboards.MatchString(shot.Name):
			compare(t, filepath.Join("testdata", name+".png"), draws(t, s, surface, 0.5))
		}
	})
}

// smallest is the smallest side of a touch target: 20 mm.
const smallest = 81

func TestEveryScreenFitsItsSurface(t *testing.T) {
	each(t, func(name string, _ journeytest.Shot, s journey.Screen, surface fyne.Size) {
		o := Render(s, surface, func(string) {}).Object
		if need := o.MinSize(); need.Width > surface.Width+0.5 || need.Height > surface.Height+0.5 {
			t.Errorf("%s needs %v of %v", name, need, surface)
		}
		o.Resize(surface)
		places := kit.Places(o, 1)
		for i, p := range places {
			if p.W < smallest || p.H < smallest {
				t.Errorf("%s: %s is %v by %v", name, p.ID, p.W, p.H)
			}
			if p.X < 0 || p.Y < 0 || p.X+p.W > surface.Width+0.5 || p.Y+p.H > surface.Height+0.5 {
				t.Errorf("%s: %s lies outside", name, p.ID)
			}
			for _, q := range places[:i] {
				if p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H {
					t.Errorf("%s: %s covers %s", name, p.ID, q.ID)
				}
			}
		}
	})
}

func TestControlsAreThoseOfTheModelAndReportThemselves(t *testing.T) {
	each(t, func(name string, _ journeytest.Shot, s journey.Screen, surface fyne.Size) {
		var pressed string
		o := Render(s, surface, func(id string) { pressed = id }).Object
		o.Resize(surface)
		var drawn []string
		for _, p := range kit.Places(o, 1) {
			pressed = ""
			kit.Find(o, p.ID).Tapped(nil)
			if p.Enabled != (pressed == p.ID) {
				t.Errorf("%s: %s reported %q", name, p.ID, pressed)
			}
			if p.Enabled {
				drawn = append(drawn, p.ID)
			}
		}
		want := s.IDs()
		slices.Sort(want)
		slices.Sort(drawn)
		if !slices.Equal(drawn, want) {
			t.Errorf("%s draws %v, the model has %v", name, drawn, want)
		}
	})
}

func TestCountdownChangesInPlace(t *testing.T) {
	test.NewTempApp(t)
	rig := journeytest.New(journeytest.Setup())
	rig.Press("tile.number")
	rig.Wait(50e9)
	v := Render(rig.View(), theme.Portrait, func(string) {})
	v.SetCountdown(journey.Help{Seconds: 7, Countdown: "7 s"})
	texts := 0
	walkTexts(v.Object, func(s string) {
		if s == "7" || s == "7 s" {
			texts++
		}
	})
	if texts != 2 {
		t.Errorf("%d texts changed, want the band's and the large one", texts)
	}
}

func walkTexts(o fyne.CanvasObject, f func(string)) {
	switch o := o.(type) {
	case *canvas.Text:
		f(o.Text)
	case *fyne.Container:
		for _, c := range o.Objects {
			walkTexts(c, f)
		}
	}
}

// draws renders a screen as a picture of scale pixels a unit. Half a pixel keeps
// the golden pictures small.
func draws(t *testing.T, s journey.Screen, surface fyne.Size, scale float32) image.Image {
	t.Helper()
	t.Setenv("FYNE_SCALE", strconv.FormatFloat(float64(scale), 'f', 1, 32))
	w := test.NewTempWindow(t, Render(s, surface, func(string) {}).Object)
	w.SetPadded(false)
	w.Canvas().(software.WindowlessCanvas).SetScale(scale)
	w.Resize(surface)
	return w.Canvas().Capture()
}

func save(t *testing.T, path string, img image.Image) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

// compare fails when more than one pixel in two thousand is visibly different.
func compare(t *testing.T, path string, got image.Image) {
	t.Helper()
	if *update {
		save(t, path, got)
		return
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("%v; make it with -update and look at it", err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != got.Bounds() {
		t.Fatalf("%s is %v, drawn %v", path, want.Bounds(), got.Bounds())
	}
	different := differing(pixels(want), pixels(got))
	if different*2000 > got.Bounds().Dx()*got.Bounds().Dy() {
		failed := filepath.Join(t.ArtifactDir(), filepath.Base(path))
		save(t, failed, got)
		t.Errorf("%s: %d pixels differ; the new picture is %s", path, different, failed)
	}
}

// pixels are the bytes of an opaque picture: red, green, blue and alpha of each
// pixel.
func pixels(img image.Image) []uint8 {
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out.Pix
}

// differing counts the pixels in which a colour is visibly different.
func differing(a, b []uint8) (n int) {
	const most = 24
	for i := 0; i < len(a); i += 4 {
		for c := i; c < i+3; c++ {
			if max(a[c], b[c])-min(a[c], b[c]) > most {
				n++
				break
			}
		}
	}
	return n
}

func TestKeyboardIsKeptWhileOnlyTheTextChanges(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	rig := journeytest.New(journeytest.Setup())
	journeytest.Ask(rig, 1)
	r := Renderer{Surface: theme.Portrait, Press: func(string) {}}
	before := kit.Find(r.Draw(rig.View()).Object, "key.a")
	rig.Type("tianjin")
	if kit.Find(r.Draw(rig.View()).Object, "key.a") != before {
		t.Error("the keys are drawn anew for a letter")
	}
	rig.Press("keys.letters")
	if kit.Find(r.Draw(rig.View()).Object, "key.a") == before {
		t.Error("another layout has the keys of the last one")
	}
}

// Every character that the keyboard offers can be drawn.
func TestEveryCandidateHasAGlyph(t *testing.T) {
	dict := ime.Default()
	missing := 0
	for _, s := range dict.Syllables() {
		for _, c := range dict.Convert(s, ime.Options{}) {
			for _, r := range c.Text {
				if !font.Embedded(r, false) {
					missing++
					t.Logf("%s has the candidate %s, %U", s, c.Text, r)
				}
			}
		}
	}
	if missing > 0 {
		t.Errorf("%d characters are not in the font", missing)
	}
}

// BenchmarkKeystroke is one key from the model to the drawn tree, without
// painting.
func BenchmarkKeystroke(b *testing.B) {
	test.NewTempApp(b).Settings().SetTheme(theme.Theme{})
	rig := journeytest.New(journeytest.Setup())
	journeytest.Ask(rig, 1)
	r := Renderer{Surface: theme.Portrait, Press: func(string) {}}
	const typed = "tianjinshihepingqunanjinglu"
	rig.Press("key.t", "key.clear") // unpacks the dictionary
	r.Draw(rig.View())              // reads the fonts
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n == len(typed) {
			rig.Press("key.clear")
			n = 0
		}
		rig.Press("key." + typed[n:n+1])
		r.Draw(rig.View()).Object.Resize(theme.Portrait)
		n++
	}
}
