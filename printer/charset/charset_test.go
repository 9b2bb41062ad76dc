package charset

import (
	"errors"
	"fmt"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestGB2312Has7445Characters(t *testing.T) {
	n := 0
	for a := 0xa1; a <= 0xfe; a++ {
		for b := 0xa1; b <= 0xfe; b++ {
			if !inGB2312(byte(a), byte(b)) {
				continue
			}
			s, err := simplifiedchinese.GB18030.NewDecoder().Bytes([]byte{byte(a), byte(b)})
			if err != nil {
				t.Fatalf("%02X %02X does not decode: %v", a, b, err)
			}
			r := []rune(string(s))[0]
			if got := GB2312.Bytes(r); len(got) != 2 || got[0] != byte(a) || got[1] != byte(b) {
				t.Errorf("%U: got % X, want %02X %02X", r, got, a, b)
			}
			n++
		}
	}
	if n != 7445 {
		t.Errorf("GB 2312 has 7445 characters, the table holds %d", n)
	}
}

func TestEverydayCharactersOutsideGB2312(t *testing.T) {
	for _, r := range "镕堃喆〇㎡–" {
		if GB2312.Bytes(r) != nil {
			t.Errorf("%c is not in GB 2312", r)
		}
		if len(GBK.Bytes(r)) != 2 {
			t.Errorf("%c is in GBK", r)
		}
	}
	if GBK.Bytes('䶮') != nil || len(GB18030.Bytes('䶮')) != 2 {
		t.Error("䶮 is in the two-byte part of GB18030 and not in GBK")
	}
	if GBK.Bytes('€') != nil || string(GB18030.Bytes('€')) != "\xa2\xe3" {
		t.Error("€ is A2 E3 of GB18030 and not in GBK")
	}
	for _, s := range []Set{ASCII, GB2312, GBK, GB18030, UTF8} {
		if s.Bytes('𬭩') != nil {
			t.Errorf("𬭩 takes four bytes, %s must refuse it", s)
		}
	}
}

func TestYenSignNeverBecomesFourBytes(t *testing.T) {
	got, err := GB2312.Encode(Clean("¥30", GB2312))
	if err != nil || string(got) != "\xa3\xa430" {
		t.Errorf("got % X, %v", got, err)
	}
}

func TestCleanReplacesWhatHasAnEquivalent(t *testing.T) {
	for in, want := range map[string]string{
		"a\u00a0b": "a b", "•": "·", "✓": "√", "❤\ufe0f": "❤", "e\u0301": "é", "1–2": "1—2",
	} {
		if got := Clean(in, GB2312); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Clean("1–2", GBK); got != "1–2" {
		t.Errorf("GBK has the en dash, got %q", got)
	}
}

func TestEncodeNamesEveryMissingCharacter(t *testing.T) {
	_, err := GB2312.Encode("王㛃𬭩")
	var missing *MissingError
	if !errors.As(err, &missing) || string(missing.Runes) != "㛃𬭩" {
		t.Fatalf("got %v", err)
	}
}

func TestCellsFollowTheBytesOfThePrinter(t *testing.T) {
	for r, want := range map[rune]int{'A': 1, '中': 2, '·': 2, '—': 2, '𬭩': 2, 'ñ': 1, '①': 2} {
		if got := GB2312.Cells(r); got != want {
			t.Errorf("%c takes %d cells, want %d", r, got, want)
		}
	}
}

func TestExtensionATakesFourBytesWhereTheStandardObligesTo(t *testing.T) {
	if got := GB2000.Bytes('㛃'); string(got) != "\x82\x31\x90\x34" && len(got) != 4 {
		t.Errorf("㛃 is % X", got)
	}
	n := 0
	for r := rune(0x3400); r <= 0x4db5; r++ {
		if !GB2000.Has(r) {
			t.Errorf("%U is missing", r)
		}
		if !GB18030.Has(r) {
			n++
		}
	}
	if n != 6582-52 {
		t.Errorf("%d characters of extension A take four bytes, want 6530", n)
	}
	if GB2000.Has('𬭩') || GB2000.Has('\u0e01') {
		t.Error("planes above the first and other scripts are no duty of GB18030-2000")
	}
}

func TestUTF8PrintersGetUTF8(t *testing.T) {
	if got, err := UTF8.Encode("办理 镕"); err != nil || string(got) != "办理 镕" {
		t.Errorf("got %q, %v", got, err)
	}
	if UTF8.Has('𬭩') {
		t.Error("a ROM outside GB18030's two bytes is assumed")
	}
}

func TestChangesNameEveryReplacedCharacterOnce(t *testing.T) {
	got := fmt.Sprint(Changes("¥30 ¥5 1–2\u200b e\u0301", GB2312))
	if want := "[U+00A5 printed as \"￥\" U+2013 printed as \"—\" U+200B left out]"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestHasAgreesWithBytes(t *testing.T) {
	for _, s := range []Set{ASCII, GB2312, GBK, GB18030, GB2000, UTF8} {
		for r := rune(0); r < 0x11000; r++ {
			if s.Has(r) != (s.Bytes(r) != nil) {
				t.Fatalf("%s: %U", s, r)
			}
		}
	}
}

func FuzzEncodedTextDecodesToItself(f *testing.F) {
	f.Add("办理 A012 ¥30 𬭩")
	f.Add("王㛃 ¥30")
	f.Fuzz(func(t *testing.T, s string) {
		for _, set := range []Set{ASCII, GB2312, GBK, GB18030, GB2000} {
			b, err := set.Encode(Clean(s, set))
			if err != nil {
				continue
			}
			if back, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil || string(back) != Clean(s, set) {
				t.Errorf("%s: %q came back as %q, %v", set, s, back, err)
			}
		}
	})
}
