package layout

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hallway/printer"
	"hallway/printer/charset"
)

func profile(t *testing.T, id string) printer.Profile {
	t.Helper()
	p, err := printer.LoadProfile(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func lay(t *testing.T, id string, blocks ...printer.Block) Sheet {
	t.Helper()
	s, err := Lay(printer.Document{Blocks: blocks}, profile(t, id))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// texts returns the native lines of a sheet.
func texts(s Sheet) []string {
	var out []string
	for _, item := range s {
		if l, ok := item.(Line); ok {
			out = append(out, l.Text)
		}
	}
	return out
}

func TestLinesNeverStartWithAClosingMark(t *testing.T) {
	text := strings.Repeat("办", 16) + "，请到窗口。"
	got := texts(lay(t, "generic-cn-58", printer.Text{Text: text}))
	want := []string{strings.Repeat("办", 15), "办，请到窗口。"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestLinesNeverEndWithAnOpeningMark(t *testing.T) {
	got := texts(lay(t, "generic-cn-58", printer.Text{Text: strings.Repeat("办", 15) + "（注）"}))
	if len(got) != 2 || got[1] != "（注）" {
		t.Errorf("got %q", got)
	}
}

func TestNumbersStayWithTheirUnits(t *testing.T) {
	got := texts(lay(t, "generic-cn-58", printer.Text{Text: strings.Repeat("等", 14) + "约25分钟"}))
	if len(got) != 2 || got[1] != "25分钟" {
		t.Errorf("got %q", got)
	}
}

func TestNoCharacterStandsAlone(t *testing.T) {
	for text, want := range map[string][]string{
		strings.Repeat("办", 15) + "理好":              {strings.Repeat("办", 15), "理好"},
		strings.Repeat("办", 16) + "好":               {strings.Repeat("办", 15), "办好"},
		strings.Repeat("x", 32) + "好":               {strings.Repeat("x", 32), "好"},
		"请在" + strings.Repeat("一", 12) + "日 星期一前补齐": {"请在" + strings.Repeat("一", 12) + "日", "星期一前补齐"},
	} {
		if got := texts(lay(t, "generic-cn-58", printer.Text{Text: text})); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWordsBreakAtSpacesAndLongOnesInside(t *testing.T) {
	got := texts(lay(t, "generic-cn-58", printer.Text{Text: "Registration of companies " + strings.Repeat("x", 40)}))
	want := []string{"Registration of companies", strings.Repeat("x", 32), strings.Repeat("x", 8)}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestKeyAtTheLeftValueAtTheRight(t *testing.T) {
	got := texts(lay(t, "generic-cn-58",
		printer.KeyValue{Key: "窗口", Value: "3 4 5"},
		printer.KeyValue{Key: "事项", Value: "有限责任公司分公司设立登记"}))
	want := []string{"窗口" + strings.Repeat(" ", 23) + "3 4 5", "事项" + "  " + "有限责任公司分公司设立登记"}
	want[1] = "事项" + strings.Repeat(" ", 32-4-26) + "有限责任公司分公司设立登记"
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	got = texts(lay(t, "generic-cn-58", printer.KeyValue{Key: "办理事项", Value: "有限责任公司分公司设立登记"}))
	if len(got) != 2 || got[0] != "办理事项" || got[1] != strings.Repeat(" ", 6)+"有限责任公司分公司设立登记" {
		t.Errorf("a value that does not fit goes below, still at the right: %q", got)
	}
}

func TestOnlyTheLineWithARareCharacterBecomesAPicture(t *testing.T) {
	s := lay(t, "generic-cn-80", printer.Text{Text: "王先生"}, printer.Text{Text: "陈堃女士"}, printer.Text{Text: "李先生"})
	if got := texts(s); !slices.Equal(got, []string{"王先生", "李先生"}) {
		t.Errorf("native lines %q", got)
	}
	pictures := 0
	for _, item := range s {
		if p, ok := item.(Picture); ok {
			pictures++
			if p.Bitmap.W != 4*24 || p.Bitmap.H != 24 || p.Bitmap.Ink().Empty() {
				t.Errorf("picture of %d by %d", p.Bitmap.W, p.Bitmap.H)
			}
		}
	}
	if pictures != 1 {
		t.Errorf("%d pictures", pictures)
	}
	if got := texts(lay(t, "epson-tm-t82", printer.Text{Text: "陈堃女士"})); len(got) != 1 {
		t.Error("a printer with GBK prints 堃 by itself")
	}
}

func TestACharacterThatNoFontHasIsAnErrorThatNamesIt(t *testing.T) {
	for _, b := range []printer.Block{
		printer.Text{Text: "张\U0002aa0a"}, printer.Text{Text: "张\U0002aa0a", Scale: 5}, printer.KeyValue{Key: "姓名", Value: "张\U0002aa0a"},
	} {
		_, err := Lay(printer.Document{Blocks: []printer.Block{b}}, profile(t, "generic-cn-80"))
		var missing *charset.MissingError
		if !errors.As(err, &missing) || string(missing.Runes) != "\U0002aa0a" {
			t.Errorf("got %v", err)
		}
	}
}

func TestNothingIsWiderThanThePaper(t *testing.T) {
	for _, id := range printer.ProfileIDs() {
		p := profile(t, id)
		for scale := 1; scale <= printer.MaxScale; scale++ {
			for _, invert := range []bool{false, true} {
				s := lay(t, id, printer.Text{Text: "号A012 有限责任公司堃Registration", Scale: scale, Invert: invert, Align: printer.Centre})
				checkWidths(t, s, p)
			}
		}
	}
}

func checkWidths(t *testing.T, s Sheet, p printer.Profile) {
	t.Helper()
	l := layouter{set: p.Text.Charset}
	for _, item := range s {
		switch item := item.(type) {
		case Line:
			if w := l.wideOf(item); w > p.Geometry.Dots {
				t.Errorf("%s: %q takes %d dots", p.ID, item.Text, w)
			}
		case Picture:
			if item.Bitmap.W > p.Geometry.Dots {
				t.Errorf("%s: picture of %d dots", p.ID, item.Bitmap.W)
			}
		case Gap:
			if item.Dots < 0 {
				t.Errorf("%s: gap of %d dots", p.ID, item.Dots)
			}
		}
	}
}

func TestADocumentOfHalfAMetreIsAMistake(t *testing.T) {
	blocks := slices.Repeat([]printer.Block{printer.Feed{Lines: 20}}, 10)
	if _, err := Lay(printer.Document{Blocks: blocks}, profile(t, "generic-cn-80")); err == nil {
		t.Error("accepted")
	}
}

func FuzzWrapLosesNothingButSpaces(f *testing.F) {
	f.Add("请携带身份证到3号窗口（一楼A区）办理，等候约25分钟。", 12)
	f.Add("Registration of companies", 5)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = max(limit%64, 2)
		l := layouter{set: charset.GB2312}
		lines := Wrap(text, limit, l.wide, l.cells)
		for _, line := range lines {
			if l.cells(line) > limit && len([]rune(line)) > 1 {
				t.Errorf("%q is wider than %d", line, limit)
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := strip(strings.Join(lines, "")); got != strip(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
