package ime

import (
	"bytes"
	"compress/flate"
	"io"
	"testing"
)

func TestEmbeddedDictionary(t *testing.T) {
	d := Default()
	if len(packed) > 6<<20 {
		t.Errorf("pinyin.dat has %d bytes, 6 MB at most", len(packed))
	}
	if len(d.cost) < 300000 || len(d.char) < 20000 || len(d.strokes) < 6900 || len(d.syl) < 400 {
		t.Errorf("%d words, %d characters, %d with strokes, %d syllables", len(d.cost), len(d.char), len(d.strokes), len(d.syl))
	}
	for w := range uint32(len(d.cost)) {
		if n := len(d.runes(w)); n != d.sizeOf(w) || n > maxWord {
			t.Fatalf("word %d is %q", w, d.word(w))
		}
	}
}

// pack makes a dictionary of columns.
func pack(columns []byte) []byte {
	var b bytes.Buffer
	b.WriteString("HIME\x01")
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(columns); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// small is a dictionary of two words: 啊 a and 啊啊 a a. The last character has
// one stroke.
var small = []byte{
	1, 1, 'a', // syllables
	2, 0xca, 0xaa, 0x01, 1, // characters 啊 U+554A, U+554B
	3, 1, 1, 0, 0, 1, 1, 0, 0, // nodes, children, words, syllables
	10, 20, 0, 0, // costs, flags
	0, 0, 0, // characters
	255, 30, // name
	1, 1, 1, '1', // strokes
}

func TestLoadReadsASmallDictionary(t *testing.T) {
	d, err := Load(pack(small))
	if err != nil {
		t.Fatal(err)
	}
	got := d.Convert("aa", Options{})
	if len(got) != 2 || got[0] != (Candidate{"啊啊", 2}) || got[1] != (Candidate{"啊", 1}) {
		t.Errorf("aa gives %v", got)
	}
	if got := d.Strokes("1"); len(got) != 1 || got[0].Text != "啋" {
		t.Errorf("strokes give %v", got)
	}
}

func TestLoadRefusesWhatIsDamaged(t *testing.T) {
	for n := range small {
		if _, err := Load(pack(small[:n])); err == nil {
			t.Errorf("loads the first %d bytes", n)
		}
	}
	for _, b := range [][]byte{nil, []byte("HIME"), []byte("HIME\x02aaaa"), append(bytes.Clone(packed[:1000]), 0), pack(append(bytes.Clone(small), 0))} {
		if _, err := Load(b); err == nil {
			t.Errorf("loads %d wrong bytes", len(b))
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(small)
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed[5:])), 4000))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, columns []byte) {
		d, err := Load(pack(columns))
		if err != nil {
			return
		}
		for w := range uint32(len(d.cost)) {
			d.word(w)
		}
		for _, s := range append(d.syl, "aa", "zhsh", "a'a") {
			for k := range Kind(3) {
				d.Convert(s, Options{k, true, true})
				d.Convert(s, Options{Kind: k})
			}
		}
		d.Strokes("1*")
	})
}
