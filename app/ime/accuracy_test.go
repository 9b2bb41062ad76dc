package ime

import (
	"os"
	"strings"
	"testing"
)

// The candidate bar of the keyboard.
const barRows, barColumns = 2, 5

// A pair is a text and how it is typed.
type pair struct{ text, typed string }

func pairs(t testing.TB, file string) []pair {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []pair
	for l := range strings.Lines(string(b)) {
		text, typed, ok := strings.Cut(strings.TrimSpace(l), "\t")
		if !ok {
			t.Fatalf("%s: line %q has no tab", file, l)
		}
		all = append(all, pair{text, typed})
	}
	return all
}

// rankOf is which candidate for all of the letters the text is, -1 for none, and
// whether it stands on the first page of the keyboard.
func rankOf(p pair, o Options) (rank int, first bool) {
	list := Default().Convert(p.typed, o)
	_, to := Page(list, barRows, barColumns, 0)
	for i, c := range list {
		if c.Text == p.text && c.Len == len(p.typed) {
			return i, i < to
		}
	}
	return -1, false
}

// score counts how many texts are the first candidate and on the first page.
func score(t *testing.T, what string, all []pair, o Options) (first, page float64) {
	t.Helper()
	for _, p := range all {
		rank, shown := rankOf(p, o)
		if rank == 0 {
			first++
		}
		if shown {
			page++
			continue
		}
		t.Logf("%s: not on the first page: %s %s", what, p.text, p.typed)
	}
	first, page = 100*first/float64(len(all)), 100*page/float64(len(all))
	t.Logf("%s: %d texts, first candidate %.1f %%, first page %.1f %%", what, len(all), first, page)
	return first, page
}

func TestAccuracy(t *testing.T) {
	for _, c := range []struct {
		what, file string
		n          int
		o          Options
		want       bool // the limits hold
	}{
		{"common words", "words.txt", 2000, Options{}, true},
		{"places in an address", "places.txt", 500, Options{Kind: Place, Begin: true}, true},
		{"places in any other field", "places.txt", 500, Options{}, false},
		{"common words, fuzzy", "words.txt", 2000, Options{Fuzzy: true}, false},
	} {
		all := pairs(t, "testdata/"+c.file)
		if len(all) != c.n {
			t.Errorf("%s has %d lines, want %d", c.file, len(all), c.n)
		}
		first, page := score(t, c.what, all, c.o)
		if c.want && (first < 85 || page < 99) {
			t.Errorf("%s: first candidate %.1f %%, want 85; first page %.1f %%, want 99", c.what, first, page)
		}
	}
}

// BenchmarkKeystroke converts every beginning of a sentence: one operation is
// one key.
func BenchmarkKeystroke(b *testing.B) {
	for _, c := range []struct {
		name, typed string
		o           Options
	}{
		{"sentence", "woyaobanlitianjinshihepingqudeshenfenzheng", Options{}},
		{"initials", "zhrmghgtjsxzspj", Options{}},
		{"address", "tianjinshihepingqunanjinglu", Options{Kind: Place}},
		{"name", "ouyangxiuying", Options{Kind: Person, Begin: true}},
		{"fuzzy", "woyaobanlitianjinshihepingqudesenfenzen", Options{Fuzzy: true}},
		{"one letter", "z", Options{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			Default()
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = n%len(c.typed) + 1
				Default().Convert(c.typed[:n], c.o)
			}
		})
	}
}

// BenchmarkLongest converts whole inputs of the greatest length.
func BenchmarkLongest(b *testing.B) {
	for _, typed := range []string{strings.Repeat("shang", 9), strings.Repeat("zs", 24), strings.Repeat("a", MaxInput)} {
		b.Run(typed[:4], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Default().Convert(typed, Options{Kind: Place, Fuzzy: true})
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(packed); err != nil {
			b.Fatal(err)
		}
	}
}
