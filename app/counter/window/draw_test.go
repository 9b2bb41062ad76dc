package window

import (
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"hallway/app/counter"
	"hallway/app/hall/api"
	"hallway/app/kiosk/kit"
	"hallway/app/kiosk/theme"
	"hallway/app/operation"
	"hallway/app/pane"
	"hallway/app/text"
	"hallway/devices"
	"hallway/queue"
)

var pictures = flag.String("pictures", "", "folder to draw every screen into")

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// models are the states that a window can show.
func models(lang text.Lang) map[string]counter.Model {
	closed := counter.Start("3", lang, noon)
	closed.Display, closed.Keypad = devices.Ready, devices.Ready
	typed := closed
	typed.Clerk, typed.PIN, typed.OnPIN, typed.Notice = "1001", "2468", true, counter.Notice{Key: "counter.refusal.wrong_pin", Bad: true}
	idle := closed
	idle.Signed, idle.HeardAt = true, noon
	idle.Counter = api.Counter{Window: "3", Clerk: "王芳", Name: text.Local{text.ZhHans: "企业登记", text.En: "Company registration"}, Waiting: 4, Seq: 1}
	empty := idle
	empty.Counter.Waiting, empty.Notice = 0, counter.Notice{Key: "counter.nobody"}
	called := idle
	called.Counter.Ticket = &api.CounterTicket{Number: "A012", State: string(queue.Called), Calls: 1,
		Service:  text.Local{text.ZhHans: "有限责任公司设立登记", text.En: "Registration of a limited company"},
		IssuedAt: noon.Add(-25 * time.Minute).UnixMilli(), CalledAt: noon.UnixMilli()}
	serving := called
	t := *called.Counter.Ticket
	t.State, t.Offline, t.Number = string(queue.Serving), true, "A901"
	serving.Counter.Ticket = &t
	serving.Keypad = devices.Recovering
	stale := called
	stale.Now = noon.Add(40 * time.Second)
	lost := called
	lost.Doubt, lost.Notice = true, counter.Notice{Key: "counter.unknown", Bad: true}
	return map[string]counter.Model{"signin": closed, "wrong-pin": typed, "idle": idle, "nobody": empty,
		"called": called, "serving": serving, "stale": stale, "unknown": lost}
}

func draw(t *testing.T, m counter.Model, press func(string)) fyne.CanvasObject {
	t.Helper()
	o := container.NewStack(canvas.NewRectangle(theme.Ground), Draw(counter.View(m), Surface, press))
	o.Resize(Surface)
	return o
}

func TestEveryScreenFitsItsSurfaceInBothLanguages(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for _, lang := range []text.Lang{text.ZhHans, text.En} {
		for name, m := range models(lang) {
			o := draw(t, m, func(string) {})
			if min := o.MinSize(); min.Width > Surface.Width || min.Height > Surface.Height {
				t.Errorf("%s %s needs %v of %v", name, lang, min, Surface)
			}
			places := kit.Places(o, 1)
			for i, p := range places {
				if p.X < 0 || p.Y < 0 || p.X+p.W > Surface.Width || p.Y+p.H > Surface.Height || p.H < 80 {
					t.Errorf("%s %s: %+v is outside or small", name, lang, p)
				}
				for _, q := range places[:i] {
					if p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H {
						t.Errorf("%s %s: %s and %s overlap", name, lang, p.ID, q.ID)
					}
				}
			}
			if *pictures != "" {
				save(t, filepath.Join(*pictures, fmt.Sprintf("%s-%s.png", name, lang)), o)
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

// Whatever is drawn can be pressed exactly when the model takes the press.
func TestControlsAreOnExactlyWhenTheirPressDoesSomething(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	for name, m := range models(text.ZhHans) {
		for _, p := range kit.Places(draw(t, m, func(string) {}), 1) {
			after, do := counter.Update(m, counter.Press{Control: p.ID, ID: operation.ID("x")})
			after.Notice = m.Notice // every press that counts takes the sentence away
			if acts := len(do) > 0 || fmt.Sprint(after) != fmt.Sprint(m); acts && !p.Enabled {
				t.Errorf("%s: %s is off and acts", name, p.ID)
			} else if p.Enabled && !acts && p.ID[:4] != "key." && p.ID[:5] != "field" {
				t.Errorf("%s: %s is on and does nothing", name, p.ID)
			}
		}
	}
}

func TestPressOnAControlIsReported(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	var got []string
	o := draw(t, models(text.En)["idle"], func(id string) { got = append(got, id) })
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(Surface)
	for _, p := range kit.Places(o, 1) {
		if p.ID == counter.CtlNext || p.ID == counter.CtlRecall {
			test.TapCanvas(w.Canvas(), fyne.NewPos(p.X+p.W/2, p.Y+p.H/2))
		}
	}
	if len(got) != 1 || got[0] != counter.CtlNext {
		t.Errorf("presses reported: %v; recall is off on an idle window", got)
	}
}

func TestKeysStandForControls(t *testing.T) {
	for k, want := range map[pane.Key]string{
		{Rune: '7'}: "key.7", {Rune: 'x'}: "", {Name: fyne.KeyF1}: counter.CtlNext, {Name: fyne.KeyReturn}: counter.CtlPrimary,
		{Name: fyne.Key7}: "", {Rune: ' '}: "", {}: "",
	} {
		if got := Control(k); got != want {
			t.Errorf("%+v stands for %q, want %q", k, got, want)
		}
	}
}

// Every key that a button names as its own presses it.
func TestHintsNameTheRightKeys(t *testing.T) {
	for _, m := range models(text.En) {
		s := counter.View(m)
		for _, b := range append(s.Do, s.Other) {
			if got := Control(pane.Key{Name: fyne.KeyName(b.Hint)}); b.Hint != "Enter" && got != b.ID {
				t.Errorf("key %s presses %q, the button %s names it", b.Hint, got, b.ID)
			}
		}
	}
}
