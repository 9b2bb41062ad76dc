package kit

import (
	"bytes"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"hallway/app/hall/catalogue"
	"hallway/app/kiosk/theme"
	"hallway/app/text"
)

// byRunes measures a narrow rune as 1 and a wide one as 2.
func byRunes(s string) float32 {
	n := float32(0)
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

func TestBreakKeepsWordsAndMarksTogether(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"请将身份证放在读卡区", 10, []string{"请将身份证", "放在读卡区"}},
		{"请稍候，不要离开", 6, []string{"请稍", "候，不", "要离开"}},
		{"联系电话022-24538000转", 14, []string{"联系电话", "022-24538000转"}},
		{"（原件）一份", 6, []string{"（原", "件）一", "份"}},
		{"take a number", 7, []string{"take a", "number"}},
		{"unbreakable", 4, []string{"unbr", "eaka", "ble"}},
		{"一\n二", 10, []string{"一", "二"}},
		{"", 10, []string{""}},
	} {
		if got := Break(c.text, c.width, byRunes); !slices.Equal(got, c.want) {
			t.Errorf("%q in %v: got %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestBreakLosesNothingAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.SampledFrom([]rune("政务服务，。（）A1-9 ab中\n")), 0, 60, -1).Draw(t, "text")
		width := float32(rapid.IntRange(4, 30).Draw(t, "width"))
		lines := Break(s, width, byRunes)
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(strings.Join(lines, "")) != squeeze(s) {
			t.Fatalf("%q became %q", s, lines)
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > 1 && byRunes(l) > width {
				t.Fatalf("line %q is wider than %v", l, width)
			}
		}
	})
}

// A mark may stand at the wrong end only where a word had to be cut because it
// is wider than the line.
func TestBreakObeysMarksWhereLinesAreWideEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.SampledFrom([]rune("政务服务大厅")), 1, 60, -1).Draw(t, "text")
		for i := len([]rune(s)) - 1; i > 0; i -= 5 {
			r := []rune(s)
			s = string(r[:i]) + rapid.SampledFrom([]string{"，", "。", "（"}).Draw(t, "mark") + string(r[i:])
		}
		for i, l := range Break(s, 12, byRunes) {
			first, _ := utf8.DecodeRuneInString(l)
			last, _ := utf8.DecodeLastRuneInString(l)
			if i > 0 && strings.ContainsRune(notFirst, first) || strings.ContainsRune(notLast, last) {
				t.Fatalf("line %q of %q", l, s)
			}
		}
	})
}

func control(taps *int, on bool) *Control {
	c := NewControl("a", on, theme.Plain.Look(), Gap(100, 50), func() { *taps++ })
	c.Resize(fyne.NewSize(100, 50))
	return c
}

func drag(c *Control, x, y float32) {
	c.MouseDown(nil)
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(50, 25)}})
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}})
	c.MouseUp(nil)
	c.DragEnd()
}

func TestPressCountsWhereTheFingerLeaves(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		x, y float32
		want int
	}{{55, 25, 1}, {-20, 25, 1}, {120, 70, 1}, {-21, 25, 0}, {50, 71, 0}, {400, 25, 0}} {
		taps := 0
		drag(control(&taps, true), c.x, c.y)
		if taps != c.want {
			t.Errorf("finger leaves at %v,%v: %d presses, want %d", c.x, c.y, taps, c.want)
		}
	}
}

func TestTapWithoutMovementIsOnePress(t *testing.T) {
	test.NewTempApp(t)
	taps := 0
	c := control(&taps, true)
	c.MouseDown(nil)
	if !Held(c) || c.ground.FillColor != theme.Plain.Look().Pressed {
		t.Error("a pressed control does not show it")
	}
	c.MouseUp(nil)
	c.DragEnd() // a finger that never moved
	c.Tapped(nil)
	if taps != 1 || Held(c) || c.ground.FillColor != theme.Plain.Look().Fill {
		t.Errorf("%d presses, held %v", taps, Held(c))
	}
}

func TestControlThatIsOffTakesNoPress(t *testing.T) {
	test.NewTempApp(t)
	taps := 0
	c := control(&taps, false)
	c.Tapped(nil)
	drag(c, 50, 25)
	if taps != 0 || c.ground.FillColor != theme.OffLook.Fill {
		t.Errorf("%d presses", taps)
	}
}

func TestCatcherReportsTouchesOfEmptyPlaces(t *testing.T) {
	test.NewTempApp(t)
	n := 0
	c := NewCatcher(func() { n++ })
	c.MouseDown(nil)
	c.MouseUp(nil)
	if n != 1 {
		t.Errorf("%d touches", n)
	}
}

func TestPlacesAreInPixelsAndLeaveOutWhatIsHidden(t *testing.T) {
	test.NewTempApp(t)
	hidden := NewControl("hidden", true, theme.Plain.Look(), Gap(10, 10), nil)
	hidden.Hide()
	root := container.NewStack(Pad(5, 0, 7, 0, Column(0,
		NewControl("a", true, theme.Plain.Look(), Gap(100, 50), nil),
		NewControl("b", false, theme.Plain.Look(), Gap(100, 50), nil), hidden)))
	root.Resize(fyne.NewSize(200, 200))
	got := Places(root, 2)
	want := []Place{{"a", 14, 10, 386, 100, true}, {"b", 14, 110, 386, 100, false}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTraceWritesOneLineAChangeAndNoTexts(t *testing.T) {
	test.NewTempApp(t)
	var out bytes.Buffer
	tr := NewTrace(&out)
	b := Button(Press{ID: "do.finish"}, theme.Main, 300, "home", "张三丰")
	root := Column(0, b)
	root.Resize(b.MinSize())
	for range 2 {
		if err := tr.Write("ticket", "en", "print.done", root, 1); err != nil {
			t.Fatal(err)
		}
	}
	want := `{"screen":"ticket","lang":"en","banner":"print.done","controls":[{"id":"do.finish","x":0,"y":0,"w":300,"h":116,"enabled":true}]}` + "\n"
	if out.String() != want {
		t.Errorf("trace %s, want %s", out.String(), want)
	}
	if err := tr.Write("home", "en", "", root, 1); err != nil || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("second screen: %v, %s", err, out.String())
	}
	if err := (*Trace)(nil).Write("home", "en", "", root, 1); err != nil {
		t.Error(err)
	}
	if err := NewTrace(full{}).Write("home", "en", "", root, 1); err == nil {
		t.Error("a full disk is not reported")
	}
}

func TestQRCodeSaysItsData(t *testing.T) {
	test.NewTempApp(t)
	const data = "http://hall.example/t/2026-11-23/B017?k=7q2m9xkd"
	o, err := QR(data, 300)
	if err != nil {
		t.Fatal(err)
	}
	bmp, err := gozxing.NewBinaryBitmapFromImage(o.(*canvas.Image).Image)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
	if err != nil || got.GetText() != data {
		t.Errorf("decoded %v, %v", got, err)
	}
	if s := o.MinSize(); s.Width > 300 || s.Width < 200 {
		t.Errorf("drawn %v wide", s.Width)
	}
	if _, err := QR(strings.Repeat("x", 5000), 300); err == nil {
		t.Error("5000 bytes fit into a code")
	}
}

func TestEveryIconDrawsSomething(t *testing.T) {
	test.NewTempApp(t)
	for name := range icons {
		w := test.NewTempWindow(t, Icon(name, 48, theme.Ink))
		w.SetPadded(false)
		w.Resize(fyne.NewSize(48, 48))
		if dark := darkPixels(w.Canvas().Capture()); dark < 40 {
			t.Errorf("%s has %d dark pixels", name, dark)
		}
	}
	if HasIcon("no such drawing") || !HasIcon("ticket") {
		t.Error("HasIcon is wrong")
	}
}

func darkPixels(img image.Image) (n int) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				n++
			}
		}
	}
	return n
}

func TestSampleCatalogueUsesDrawingsThatExist(t *testing.T) {
	sample, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range sample.Classes {
		if !HasIcon(c.Icon) {
			t.Errorf("class %s (%s) wants the drawing %q", c.Code, c.Name.In(text.En), c.Icon)
		}
	}
}

func TestRareNamesAreDrawnInAFontThatHasThem(t *testing.T) {
	if Label("张三丰", Style{Bold: true}).TextStyle.Bold == false {
		t.Error("a common name is not bold")
	}
	if Label("欧阳㛃", Style{Bold: true}).TextStyle.Bold {
		t.Error("a rare name is bold, which the bold font cannot draw")
	}
}

func TestBoardFitsItsWidthWithLargeKeys(t *testing.T) {
	test.NewTempApp(t)
	var pressed []string
	b := Board{Width: 968, Columns: 10, Height: 98, Gap: 14, Press: func(id string) { pressed = append(pressed, id) }}
	root := b.View(Chars("1234567890", false), Chars("qwertyuiop", true), Chars("asdfghjkl", true),
		append(Chars("zxcvbnm", true), Key{ID: KeyBack, Icon: "erase", Units: 3, Repeat: true}))
	root.Resize(root.MinSize())
	if w := root.MinSize().Width; w > 968.5 {
		t.Errorf("keyboard is %v wide", w)
	}
	all := Places(root, 1)
	for _, p := range all {
		if p.W < 81 || p.H < 81 {
			t.Errorf("key %s is %v by %v, smaller than 20 mm", p.ID, p.W, p.H)
		}
	}
	if noted := b.View([]Key{{ID: "key.'", Text: "'", Note: "分隔", Units: 1}}); noted.MinSize().Height > b.Height {
		t.Errorf("a key with a note is %v high, want %v", noted.MinSize().Height, b.Height)
	}
	if len(all) != 37 {
		t.Errorf("%d keys", len(all))
	}
	walk(root, fyne.Position{}, func(c *Control, _ fyne.Position) { c.Tapped(nil) })
	for _, want := range []string{"key.a", "key.0", "key.m", KeyBack} {
		if !slices.Contains(pressed, want) {
			t.Errorf("no key %s", want)
		}
	}
}

func TestKeyThatRepeatsActsOncePerPressOrRepeat(t *testing.T) {
	test.NewTempApp(t)
	presses, holds := 0, 0
	b := Board{Width: 300, Columns: 3, Height: 98, Gap: 14, Press: func(string) { presses++ }, Hold: func(*Control) { holds++ }}
	root := b.View([]Key{{ID: KeyBack, Icon: "erase", Repeat: true}, {ID: KeyClear, Text: "清空"}})
	back, clear := Find(root, KeyBack), Find(root, KeyClear)
	back.MouseDown(nil)
	if Held(root) || !back.Held() || holds != 1 {
		t.Error("a finger on a key that repeats stops the drawing")
	}
	back.Repeat()
	back.Repeat()
	back.MouseUp(nil)
	back.Tapped(nil)
	if presses != 2 {
		t.Errorf("%d presses for two repeats", presses)
	}
	back.MouseDown(nil)
	back.MouseUp(nil)
	back.Tapped(nil)
	if presses != 3 {
		t.Errorf("%d presses after a tap", presses)
	}
	if clear.MouseDown(nil); !Held(root) || holds != 2 {
		t.Error("another key repeats")
	}
}

func TestBarIsAsHighWithCandidatesAsWithout(t *testing.T) {
	test.NewTempApp(t)
	b := Bar{Width: 968, Rows: 2, Columns: 5, Height: 104, Gap: 14, Hint: "拼音", Press: func(string) {}}
	empty := b.View().MinSize()
	b.Candidates = []Candidate{{"天津市行政审批局", 3}, {"天津市", 1}, {"天津", 1}, {"天", 1}, {"田", 1}}
	b.More = true
	full := b.View()
	if full.MinSize() != empty {
		t.Errorf("%v with candidates, %v without", full.MinSize(), empty)
	}
	full.Resize(full.MinSize())
	places := Places(full, 1)
	if len(places) != 7 || places[0].ID != "cand.0" || places[3].Y <= places[2].Y {
		t.Errorf("candidates are at %+v", places)
	}
}
