package stage

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// A Script is a person who does one thing after another before the windows of
// a stage. After the first step that fails it does nothing more; Err says which
// one that was.
type Script struct {
	*Stage
	Err error

	ctx   context.Context
	album *Album // nil takes no pictures
}

// Script begins a script. album may be nil.
func (s *Stage) Script(ctx context.Context, album *Album) *Script {
	return &Script{Stage: s, ctx: ctx, album: album}
}

// Do does one step unless an earlier one failed.
func (p *Script) Do(step string, f func(ctx context.Context) error) {
	if p.Err != nil {
		return
	}
	if err := f(p.ctx); err != nil {
		p.Err = fmt.Errorf("%s: %w", step, err)
	}
}

// Tap touches controls one after another. All stand on the same screen.
func (p *Script) Tap(a *App, ids ...string) {
	p.Do("touch in "+a.Name, func(ctx context.Context) error { return a.TapAll(ctx, ids...) })
}

// TapFirst touches the first control whose id begins with prefix.
func (p *Script) TapFirst(a *App, prefix string) {
	p.Do("touch in "+a.Name, func(ctx context.Context) error {
		_, err := a.TapFirst(ctx, prefix)
		return err
	})
}

// See waits for a screen.
func (p *Script) See(a *App, screen string) (l Line) {
	p.Do("look at "+a.Name, func(ctx context.Context) (err error) {
		l, err = a.See(ctx, screen)
		return err
	})
	return l
}

// SeeBanner waits for a sentence on a screen.
func (p *Script) SeeBanner(a *App, screen, key string) {
	p.Do("look at "+a.Name, func(ctx context.Context) error {
		_, err := a.Line(ctx, fmt.Sprintf("screen %s with sentence %s", screen, key), func(l Line) bool { return l.Screen == screen && l.Banner == key })
		return err
	})
}

// SeeOn waits until a control can be used.
func (p *Script) SeeOn(a *App, id string) {
	p.Do("look at "+a.Name, func(ctx context.Context) error {
		_, err := a.Line(ctx, "control "+id, func(l Line) bool { c, ok := l.Control(id); return ok && c.Enabled })
		return err
	})
}

// Shot adds a picture of a window to the album.
func (p *Script) Shot(a *App, name, sentence string) {
	if p.album == nil {
		return
	}
	p.Do("picture of "+a.Name, func(ctx context.Context) error {
		img, err := a.Picture(ctx)
		if err != nil {
			return err
		}
		return p.album.Add(a.Name+"-"+name, sentence, img)
	})
}

// Both adds pictures of a window in both languages. The window is in the first
// language before and afterwards.
func (p *Script) Both(a *App, name, sentence string) {
	if p.album == nil {
		return
	}
	p.Shot(a, name, sentence)
	lang := p.lang(a)
	p.Tap(a, "lang")
	p.waitLang(a, func(now string) bool { return now != lang })
	p.Shot(a, name+"-en", sentence+" In English.")
	p.Tap(a, "lang")
	p.waitLang(a, func(now string) bool { return now == lang })
}

func (p *Script) lang(a *App) (lang string) {
	p.Do("language of "+a.Name, func(context.Context) error {
		l, err := a.Trace.Newest()
		lang = l.Lang
		return err
	})
	return lang
}

func (p *Script) waitLang(a *App, ok func(string) bool) {
	p.Do("language of "+a.Name, func(ctx context.Context) error {
		_, err := a.Line(ctx, "the other language", func(l Line) bool { return ok(l.Lang) })
		return err
	})
}

// Pick touches a control of a list, turning pages until it is there.
func (p *Script) Pick(a *App, id string) {
	p.Do("find "+id, func(ctx context.Context) error {
		for {
			var on bool
			l, err := a.Line(ctx, id+" or another page", func(l Line) bool {
				_, on = l.Control(id)
				next, more := l.Control("page.next")
				return on || more && next.Enabled
			})
			if err != nil {
				return err
			}
			if on {
				return a.Tap(ctx, id)
			}
			if err := a.Tap(ctx, "page.next"); err != nil {
				return err
			}
			if _, err := a.Line(ctx, "another page", func(n Line) bool { return !reflect.DeepEqual(n.Controls, l.Controls) }); err != nil {
				return err
			}
		}
	})
}

// Keys touches keys of the on-screen keyboard.
func (p *Script) Keys(a *App, text string) {
	for _, r := range text {
		p.Tap(a, "key."+string(r))
	}
}

// An Answer is what is typed into a question, by the keys that are there.
type Answer struct {
	Digits  string // on a pad for numbers
	Letters string // on the keys for codes: capitals and digits
	Pinyin  string // on the keyboard for texts; the space takes the first candidate
}

// Write touches the letters of a pinyin input, waits until the window shows
// what they may stand for, and touches the first candidate.
func (p *Script) Write(a *App, pinyin string) {
	p.Keys(a, pinyin)
	p.Do("wait for candidates", func(ctx context.Context) error {
		_, err := a.Picture(ctx)
		return err
	})
	p.Tap(a, "cand.0")
}

// Fill answers the question on the screen: the first choice, or text typed
// with the keys that are there. It waits until the question is gone.
func (p *Script) Fill(a *App, answer Answer) {
	p.Do("answer a question", func(ctx context.Context) error {
		l, err := a.Line(ctx, "a question", func(l Line) bool { _, ok := l.First("choice."); _, key := l.First("key."); return ok || key })
		if err != nil {
			return err
		}
		if c, ok := l.First("choice."); ok {
			err = a.Tap(ctx, c.ID)
		} else {
			l, err = p.typeIn(ctx, a, l, answer)
		}
		if err != nil {
			return err
		}
		_, err = a.Line(ctx, "the next question", func(n Line) bool { return n.Screen != l.Screen || !reflect.DeepEqual(n.Controls, l.Controls) })
		return err
	})
}

// typeIn types an answer and confirms it. It returns the screen before the
// confirmation.
func (p *Script) typeIn(ctx context.Context, a *App, l Line, answer Answer) (Line, error) {
	var keys []string
	add := func(text string) {
		for _, r := range text {
			keys = append(keys, "key."+string(r))
		}
	}
	if _, ok := l.Control("key.A"); ok {
		add(answer.Letters)
	} else if _, ok := l.Control("keys.pinyin"); ok {
		add(answer.Pinyin)
		keys = append(keys, "key.space")
	} else {
		add(answer.Digits)
	}
	if err := a.TapAll(ctx, keys...); err != nil {
		return l, err
	}
	const confirm = "do.ok"
	l, err := a.Line(ctx, "a confirmed answer", func(l Line) bool { c, ok := l.Control(confirm); return ok && c.Enabled })
	if err != nil {
		return l, err
	}
	return l, a.Tap(ctx, confirm)
}

// Ticket waits for a printed piece of paper beyond those known, and returns its
// picture. Blank scraps, which a printer cuts off after a restart, do not count.
func (p *Script) Ticket(known []string) (img image.Image) {
	p.Do("wait for paper", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return poll(ctx, func() (bool, error) {
			for _, f := range p.Papers() {
				if slices.Contains(known, f) {
					continue
				}
				var err error
				if img, err = readPNG(f); err != nil || !blank(img) {
					return true, err
				}
			}
			return false, nil
		})
	})
	return img
}

// blank reports whether nothing is printed on a piece of paper.
func blank(img image.Image) bool {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				return false
			}
		}
	}
	return true
}

// Papers are the pictures of all paper that came out so far, oldest first.
func (s *Stage) Papers() []string {
	all, _ := filepath.Glob(filepath.Join(s.Layout.Tickets(), "*.png")) // the pattern is right
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return all
}

func readPNG(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	img, err := png.Decode(f)
	if err != nil {
		err = fmt.Errorf("paper %s: %w", path, err)
	}
	return img, errors.Join(err, f.Close())
}
