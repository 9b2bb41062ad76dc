package ime

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// pageSize is how many candidates the keyboard shows on its first page at
// least.
const pageSize = 8

func TestFirstCandidate(t *testing.T) {
	place, name := Options{Kind: Place, Begin: true}, Options{Kind: Person, Begin: true}
	for _, c := range []struct {
		typed string
		o     Options
		want  string
	}{
		{"tianjinshi", Options{}, "天津市"},
		{"tjs", Options{}, "天津市"},
		{"tianjs", Options{}, "天津市"},
		{"TianJinShi", Options{}, "天津市"},
		{"tianjinshihepingqu", Options{}, "天津市和平区"},
		{"woyaobanlishenfenzheng", Options{}, "我要办理身份证"},
		{"woyaobanlisfz", Options{}, "我要办理身份证"},
		{"shebaokabuban", Options{}, "社保卡补办"},
		{"wodeshenfenzhengdiule", Options{}, "我的身份证丢了"},
		{"budongchandengji", Options{}, "不动产登记"},
		{"hukoubqianyi", Options{}, "户口本迁移"},
		{"xi'an", Options{}, "西安"},
		{"xian", place, "西安"},
		{"fangan", Options{}, "方案"},
		{"nvwa", Options{}, "女娲"},
		{"lve", Options{}, "略"},
		{"lue", Options{}, "略"},
		{"zhrmghg", Options{}, "中华人民共和国"},
		{"tjsxzspj", Options{}, "天津市行政审批局"},
		{"hepingqunanjinglu", place, "和平区南京路"},
		{"zhangsanfeng", name, "张三丰"},
		{"ouyangxiu", name, "欧阳修"},
		{"dan", Options{Kind: Person}, "丹"},
		{"tianjinsi", Options{Fuzzy: true}, "天津市"},
	} {
		got := Default().Convert(c.typed, c.o)
		if len(got) == 0 || got[0].Text != c.want || got[0].Len != len(c.typed) {
			t.Errorf("%s: got %v, want %s", c.typed, got[:min(3, len(got))], c.want)
		}
	}
}

func TestAmbiguousBordersGiveAllReadings(t *testing.T) {
	for typed, want := range map[string][]string{
		"xian":    {"先", "西安", "现"},
		"fangan":  {"方案", "反感"},
		"jie":     {"接", "姐"},
		"tiane":   {"天鹅"},
		"danao":   {"大闹", "大脑"},
		"wangzhe": {"王者", "望着"},
	} {
		page := Default().Convert(typed, Options{})
		for _, w := range want {
			if !slices.ContainsFunc(page[:min(len(page), 12)], func(c Candidate) bool { return c.Text == w && c.Len == len(typed) }) {
				t.Errorf("%s: no %s in %v", typed, w, page[:min(len(page), 12)])
			}
		}
	}
}

func TestPickingAPieceKeepsTheRest(t *testing.T) {
	const typed = "tianjinshihepingqu"
	for _, want := range []Candidate{{"天津", 7}, {"天津市", 10}, {"天", 4}} {
		if !slices.Contains(Default().Convert(typed, Options{}), want) {
			t.Errorf("no %v", want)
		}
	}
	rest := Default().Convert(typed[10:], Options{})
	if rest[0].Text != "和平区" {
		t.Errorf("the rest is %v", rest[0])
	}
	for _, c := range Default().Convert("xi'an'shi", Options{}) {
		if left := "xi'an'shi"[c.Len:]; strings.HasPrefix(left, "'") {
			t.Errorf("%v leaves %q", c, left)
		}
	}
}

func TestLettersThatAreNoPinyinAreLeftOver(t *testing.T) {
	got := Default().Convert("tianshiuu", Options{})
	if len(got) == 0 || got[0].Text != "天使" || got[0].Len != 7 {
		t.Errorf("got %v", got[:min(3, len(got))])
	}
	for _, s := range []string{"", "i", "uv", "'", "''", "天津", "tian jin", "tian\x00", "123"} {
		if got := Default().Convert(s, Options{}); len(got) != 0 {
			t.Errorf("%q gives %v", s, got)
		}
	}
	if got := Default().Convert("''tianjin", Options{}); len(got) == 0 || got[0] != (Candidate{"天津", 9}) {
		t.Errorf("apostrophes in front: %v", got[:min(3, len(got))])
	}
}

func TestRareNamesAreFound(t *testing.T) {
	for typed, want := range map[string]string{"zhe": "喆", "jie": "㛃", "dang": "𬍡", "yan": "䶮", "fei": "𬴂"} {
		all := Default().Convert(typed, Options{Kind: Person})
		rank := slices.IndexFunc(all, func(c Candidate) bool { return c.Text == want })
		t.Logf("%s for %s is number %d of %d", want, typed, rank+1, len(all))
		if rank < 0 {
			t.Errorf("%s has no %s", typed, want)
		}
	}
}

func TestNamesArePutTogether(t *testing.T) {
	for typed, want := range map[string]string{"wangzhe": "王喆", "lixiaohong": "李晓红", "zhangzixuan": "张梓萱", "ouyangxiuying": "欧阳秀英"} {
		all := Default().Convert(typed, Options{Kind: Person, Begin: true})
		rank := slices.IndexFunc(all, func(c Candidate) bool { return c.Text == want })
		if rank < 0 || rank >= 2*pageSize {
			t.Errorf("%s: %s is number %d of %v", typed, want, rank+1, all[:min(len(all), pageSize)])
		}
	}
}

func TestFuzzyChangesNothingThatIsClear(t *testing.T) {
	for _, typed := range []string{"tianjinshi", "zhongguo", "nihao", "shenfenzheng"} {
		plain, fuzzy := Default().Convert(typed, Options{})[0], Default().Convert(typed, Options{Fuzzy: true})[0]
		if plain != fuzzy {
			t.Errorf("%s: %v, fuzzy %v", typed, plain, fuzzy)
		}
	}
	for typed, want := range map[string]string{"senfenzen": "身份证", "liulai": "牛奶", "hujian": "福建"} {
		all := Default().Convert(typed, Options{Fuzzy: true})
		if !slices.ContainsFunc(all[:pageSize], func(c Candidate) bool { return c.Text == want }) {
			t.Errorf("%s: no %s in %v", typed, want, all[:pageSize])
		}
		if slices.ContainsFunc(Default().Convert(typed, Options{}), func(c Candidate) bool { return c.Text == want }) {
			t.Errorf("%s gives %s without the option", typed, want)
		}
	}
}

func TestStrokes(t *testing.T) {
	for order, want := range map[string]string{"1": "一", "34": "人", "1134": "天", "25134": "只", "1*34": "天", "54": "又"} {
		all := Default().Strokes(order)
		rank := slices.IndexFunc(all, func(c Candidate) bool { return c.Text == want })
		if rank < 0 || rank >= pageSize {
			t.Errorf("%s: %s is number %d of %d", order, want, rank+1, len(all))
		}
	}
	for _, order := range []string{"", "6", "a", "111111111111111111111111111111111111111111111"} {
		if all := Default().Strokes(order); len(all) > 0 {
			t.Errorf("%q gives %v", order, all[0])
		}
	}
}

func FuzzConvert(f *testing.F) {
	for _, s := range []string{"tianjinshi", "xi'an", "zhrmghg", "aaaaaaaa", "'''", "shangshangshang", "天", "\xff\x00"} {
		f.Add(s, byte(0), true, true)
	}
	f.Fuzz(func(t *testing.T, s string, kind byte, begin, fuzzy bool) {
		for _, c := range Default().Convert(s, Options{Kind(kind % 3), begin, fuzzy}) {
			if c.Len < 1 || c.Len > min(len(s), MaxInput) || c.Text == "" || !utf8.ValidString(c.Text) {
				t.Fatalf("%q gives %+v", s, c)
			}
			for _, r := range c.Text {
				if r < 0x3000 {
					t.Fatalf("%q gives the character %U", s, r)
				}
			}
		}
		for _, c := range Default().Strokes(s) {
			if c.Len != len(s) {
				t.Fatalf("strokes %q give %+v", s, c)
			}
		}
	})
}
