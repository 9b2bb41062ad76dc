package journey_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/app/text"
)

// asked is a rig that stands before a question; see [journeytest.Ask].
func asked(question int) *journeytest.Rig {
	r := journeytest.New(journeytest.Setup())
	journeytest.Ask(r, question)
	return r
}

func typedText(r *journeytest.Rig) string { return r.View().Entry.Text }

// pickText picks a candidate by its text, turning pages, and returns how many
// keys that takes.
func pickText(t *testing.T, r *journeytest.Rig, want string) (keys int) {
	t.Helper()
	for {
		bar := r.View().Entry.Bar
		keys++
		if i := slices.IndexFunc(bar.Candidates, func(c journey.Candidate) bool { return c.Text == want }); i >= 0 {
			r.Press(fmt.Sprintf("cand.%d", i))
			return keys
		}
		if !bar.More {
			t.Fatalf("no candidate %s for %q", want, r.View().Entry.Typed)
		}
		r.Press("cand.more")
	}
}

func TestChineseIsTypedIntoARealField(t *testing.T) {
	r := asked(1)
	r.Type("tianjinshi")
	s := r.View()
	if s.Entry.Typed != "tianjinshi" || s.Entry.Bar.Candidates[0].Text != "天津市" || s.Enabled("do.ok") {
		t.Fatalf("while typing: %+v, continue %v", s.Entry.Bar, s.Enabled("do.ok"))
	}
	r.Press("cand.0")
	r.Type("hepingqu_nanjinglu_12")
	pickedNothing := r.View().Entry
	if pickedNothing.Text != "天津市和平区南京路12" || pickedNothing.Typed != "" || len(pickedNothing.Bar.Candidates) != 0 {
		t.Fatalf("typed %+v", pickedNothing)
	}
	r.Type("hao")
	pickText(t, r, "号")
	r.Press("do.ok", "do.skip", "do.skip", "do.skip", "do.skip")
	on(t, r, journey.Review, "")
	if facts := r.View().Summary.Facts; !slices.Contains(facts, journey.Fact{Label: "本市居住地址", Value: "天津市和平区南京路12号"}) {
		t.Errorf("the review shows %v", facts)
	}
}

func TestPickingAPrefixKeepsTheRest(t *testing.T) {
	r := asked(5)
	r.Type("tianjinshihepingqu")
	pickText(t, r, "天津市")
	if e := r.View().Entry; e.Text != "天津市" || e.Typed != "hepingqu" || e.Bar.Candidates[0].Text != "和平区" {
		t.Fatalf("after the prefix %+v", e)
	}
	r.Press("key.back")
	if e := r.View().Entry; e.Text != "天津市" || e.Typed != "hepingq" {
		t.Errorf("erase takes %+v", e)
	}
	r.Press("key.clear")
	if e := r.View().Entry; e.Text != "" || e.Typed != "" {
		t.Errorf("clear leaves %+v", e)
	}
}

func TestCandidatesComeInPages(t *testing.T) {
	r := asked(5)
	r.Type("yi")
	first := r.View()
	if first.Enabled("cand.less") || !first.Enabled("cand.more") {
		t.Fatal("the first page has one before or none after")
	}
	seen := map[string]bool{}
	for {
		bar := r.View().Entry.Bar
		for _, c := range bar.Candidates {
			if seen[c.Text] {
				t.Fatalf("%s stands on two pages", c.Text)
			}
			seen[c.Text] = true
		}
		if !bar.More {
			break
		}
		r.Press("cand.more")
	}
	if len(seen) < 200 {
		t.Errorf("%d candidates for yi", len(seen))
	}
	for r.View().Enabled("cand.less") {
		r.Press("cand.less")
	}
	if got := r.View().Entry.Bar; got.Candidates[0] != first.Entry.Bar.Candidates[0] {
		t.Errorf("back at %v", got.Candidates)
	}
}

func TestLayoutsAreChangedAndKeptForTheNextText(t *testing.T) {
	r := asked(0)
	if k := r.View().Entry.Keys; k != journey.Pinyin {
		t.Errorf("a Chinese text begins with %s", k)
	}
	r.Press("keys.letters")
	r.Type("li")
	r.Press("key.shift", "key.L", "key.space", "key.X")
	if got := typedText(r); got != "liL X" {
		t.Errorf("typed %q", got)
	}
	r.Press("do.ok")
	if k := r.View().Entry.Keys; k != journey.Letters {
		t.Errorf("the next text begins with %s", k)
	}
	r.Press("keys.strokes")
	r.Type("1134")
	if c := r.View().Entry.Bar.Candidates; len(c) == 0 || c[0].Text != "天" || r.View().Entry.Typed != "一一丿丶" {
		t.Errorf("strokes give %v", r.View().Entry)
	}
	r.Press("cand.0", "keys.symbols")
	r.Type("#（1）")
	if got := typedText(r); got != "天#（1）" {
		t.Errorf("typed %q", got)
	}
	english := journeytest.Setup()
	english.Lang = text.En
	e := journeytest.New(english)
	e.Press("tile.application", "item.sb-retire")
	e.Lay()
	e.Press("do.continue")
	if k := e.View().Entry.Keys; k != journey.Letters {
		t.Errorf("an English text begins with %s", k)
	}
	e.Press("keys.pinyin")
	e.Type("zhangwei_")
	if got := typedText(e); []rune(got)[0] != '张' {
		t.Errorf("typed %q on an English screen", got)
	}
}

func TestDigitBehindLettersTakesTheFirstCandidate(t *testing.T) {
	r := asked(1)
	r.Type("nanjinglu8")
	if got := typedText(r); got != "南京路8" {
		t.Errorf("typed %q", got)
	}
	r.Type("iii8")
	if got := typedText(r); got != "南京路8iii8" {
		t.Errorf("letters that are no pinyin become %q", got)
	}
}

func TestFieldTakesNoMoreThanItHolds(t *testing.T) {
	r := asked(0)
	for range 12 {
		r.Type("zhangsanfeng_")
	}
	if n := len([]rune(typedText(r))); n != 30 {
		t.Errorf("a name of %d characters", n)
	}
	r.Type("zhangsanfengzhangsanfengzhangsanfengzhangsanfengzhangsanfeng")
	if n := len(r.View().Entry.Typed); n != 48 {
		t.Errorf("%d letters wait", n)
	}
}

func TestPadsCheckWhatTheyHold(t *testing.T) {
	r := asked(2)
	r.Type("11010119491231017X")
	r.Press("do.ok")
	on(t, r, journey.Field, "kiosk.entry.identity")
	r.Press("key.back", "key.1", "do.ok")
	if r.View().Title != "开始就业日期" {
		t.Fatalf("a right number leads to %s", r.View().Title)
	}
	for _, wrong := range []string{"19560231", "1956", "18560308"} {
		r.Press("key.clear")
		r.Type(wrong)
		r.Press("do.ok")
		on(t, r, journey.Field, "kiosk.entry.date")
	}
	r.Press("key.clear")
	r.Type("19560308")
	if got := typedText(r); got != "1956年03月08日" {
		t.Errorf("a day is shown as %s", got)
	}
	r.Press("do.ok", "nav.back")
	if got := typedText(r); got != "1956年03月08日" {
		t.Errorf("back at the day it is %s", got)
	}
	r.Press("do.ok", "do.skip", "do.skip")
	if f := r.View().Summary.Facts; !slices.Contains(f, journey.Fact{Label: "开始就业日期", Value: "1956-03-08"}) {
		t.Errorf("the review shows %v", f)
	}
}

func keyed(r *journeytest.Rig, keys ...string) {
	for _, k := range keys {
		r.Send(journey.Keyed{Key: k, Op: r.Op()})
	}
}

func TestPluggedInKeyboardTypesToo(t *testing.T) {
	r := asked(1)
	keyed(r, strings.Split("tianJinshi", "")...)
	keyed(r, "enter", "8", "back", "space", "号")
	if got := typedText(r); got != "天津市 号" {
		t.Errorf("typed %q", got)
	}
	keyed(r, "enter")
	if r.View().Title != "配偶公民身份号码" {
		t.Fatalf("enter leads to %s", r.View().Title)
	}
	keyed(r, strings.Split("11010119491231017x", "")...)
	if got := typedText(r); got != "110101 19491231 017X" {
		t.Errorf("typed %q", got)
	}
}

func TestScannerThatActsAsAKeyboardTypesAReceipt(t *testing.T) {
	r := journeytest.New(journeytest.Setup())
	r.Press("tile.progress", "by.receipt")
	number := operation.Receipt{Centre: "0417", Terminal: "012", Day: "2026-11-23", Seq: 93}.String()
	keyed(r, strings.Split(number+"\t", "")...)
	keyed(r, "enter")
	if _, ok := journeytest.Take[journey.LoadCases](r); !ok {
		t.Errorf("the screen is %s with %q", r.View().ID, typedText(r))
	}
}

func TestControlCharactersNeverArrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := asked(rapid.IntRange(0, 5).Draw(t, "question"))
		if rapid.Bool().Draw(t, "letters") && r.View().Enabled("keys.letters") {
			r.Press("keys.letters")
		}
		for _, k := range rapid.SliceOf(rapid.String()).Draw(t, "keys") {
			keyed(r, k)
		}
		keyed(r, "\x00", "\x1b", "\n", "\t", "\x7f", "\u200b", "\u202e", "\xff", "")
		e := r.View().Entry
		for _, c := range e.Text + e.Typed {
			if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == unicode.ReplacementChar {
				t.Fatalf("%U arrived", c)
			}
		}
	})
}

func TestKeysOutsideOfAFieldDoNothing(t *testing.T) {
	r := journeytest.New(journeytest.Setup())
	keyed(r, "a", "enter", "back", "space")
	on(t, r, journey.Home, "")
	r.Press("tile.number")
	keyed(r, "enter", "1")
	on(t, r, journey.Audience, "")
}

func TestLargeTypeStaysForTheVisitOnly(t *testing.T) {
	r := asked(0)
	r.Press("large", "do.skip")
	if e := r.View().Entry; !e.Large || e.Bar.Columns >= journey.BarColumns {
		t.Errorf("large type has %d columns", e.Bar.Columns)
	}
	r.Press("nav.home")
	r.Lift()
	r.Wait(time.Minute)
	journeytest.Ask(r, 0)
	if r.View().Entry.Large || r.View().Entry.Keys != journey.Pinyin {
		t.Error("the next visit finds the keyboard of the last one")
	}
}

func TestWhatWaitsIsForgottenWithTheVisit(t *testing.T) {
	r := asked(1)
	r.Type("tianjinshi")
	old := r.M.Visit.Board
	r.Press("nav.home")
	if got := fmt.Sprintf("%+v", old.Reveal("test")); strings.Contains(got, "tianjin") || strings.Contains(got, "天津") {
		t.Errorf("the keyboard remembers %s", got)
	}
}

func TestFuzzyIsTheTerminalsChoice(t *testing.T) {
	setup := journeytest.Setup()
	for _, fuzzy := range []bool{false, true} {
		setup.Fuzzy = fuzzy
		r := journeytest.New(setup)
		journeytest.Ask(r, 5)
		r.Type("senfenzen")
		has := slices.ContainsFunc(r.View().Entry.Bar.Candidates, func(c journey.Candidate) bool { return c.Text == "身份证" })
		if has != fuzzy {
			t.Errorf("fuzzy %v: 身份证 is offered: %v", fuzzy, has)
		}
	}
}

// The texts of docs/keyboard.md: in which field, what is typed before which
// candidate, and how many keys that is. The document has the same numbers.
var texts = []struct {
	text     string
	question int
	steps    string // typed, then "=" and the candidate picked
	keys     int
}{
	{"天津市行政审批局", 5, "tianjinshixingzhengshenpiju=天津市行政审批局", 28},
	{"天津市行政审批局", 5, "tjsxzspj=天津市行政审批局", 9},
	{"中华人民共和国", 5, "zhonghuarenmingongheguo=中华人民共和国", 24},
	{"中华人民共和国", 5, "zhrmghg=中华人民共和国", 8},
	{"王喆", 0, "wangzhe=王喆", 8},
	{"李㛃", 0, "li=李 jie=㛃", 10},
	{"张𬍡", 0, "zhang=张 dang=𬍡", 11},
	{"欧阳秀英", 0, "ouyangxiuying=欧阳秀英", 14},
	{"天津市和平区南京路12号3门501", 1, "tianjinshihepingqunanjinglu=天津市和平区南京路 12 hao=号 3 men=门 501", 42},
	{"天津市和平区南京路12号3门501", 1, "tjs=天津市 hpq=和平区 nanjl=南京路 12 hao=号 3 men=门 501", 29},
}

func TestKeyPresses(t *testing.T) {
	doc, err := os.ReadFile("../../docs/keyboard.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range texts {
		r, keys := asked(c.question), 0
		for _, step := range strings.Fields(c.steps) {
			typed, pick, _ := strings.Cut(step, "=")
			r.Type(typed)
			keys += len(typed)
			if pick != "" {
				keys += pickText(t, r, pick)
			}
		}
		if got := typedText(r); got != c.text || keys > c.keys {
			t.Errorf("%s: %d keys give %s, want %s in %d", c.steps, keys, got, c.text, c.keys)
		}
		row := fmt.Sprintf("| %s | %s | %d |", c.text, strings.NewReplacer(" ", ", ", "=", " → ").Replace(c.steps), c.keys)
		if !strings.Contains(string(doc), row) {
			t.Errorf("docs/keyboard.md has no row\n%s", row)
		}
		t.Logf("%s %d keys", c.text, keys)
	}
}

// BenchmarkKeystroke is one key in the journey: the model and its view.
func BenchmarkKeystroke(b *testing.B) {
	r := asked(1)
	b.ReportAllocs()
	const typed = "tianjinshihepingqunanjinglu"
	n := 0
	for b.Loop() {
		if n++; n%(len(typed)+1) == 0 {
			r.Press("key.clear")
		} else {
			r.Press("key." + typed[n%(len(typed)+1)-1:n%(len(typed)+1)])
		}
		r.View()
	}
}
