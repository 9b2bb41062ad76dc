package samtrace

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"hallway/devices/trace"
	"hallway/idreader/sam"
)

// shown returns what the mask shows of a conversation that is read in pieces.
func shown(m trace.Mask, pieces [][]byte) (all []byte) {
	for _, p := range pieces {
		for len(p) > 0 {
			n, show := m.Next(trace.Read, p)
			if n < 1 || n > len(p) {
				panic("mask leaves the piece")
			}
			if show {
				all = append(all, p[:n]...)
			}
			p = p[n:]
		}
	}
	return all
}

// cut cuts b into pieces of n bytes, or leaves it whole.
func cut(b []byte, n int) (pieces [][]byte) {
	for n > 0 && len(b) > n {
		pieces, b = append(pieces, b[:n]), b[n:]
	}
	return append(pieces, b)
}

const planted = "110101194912310032张三丰"

// encodings are the planted text as it may come over a line.
func encodings(t testing.TB) [][]byte {
	t.Helper()
	var wide []byte
	for _, u := range utf16.Encode([]rune(planted)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(planted))
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{wide, []byte(planted), gbk}
}

// card is the answer to read with the planted text in it.
func card(text []byte) []byte {
	data := make([]byte, 4+256+1024)
	binary.BigEndian.PutUint16(data, 256)
	binary.BigEndian.PutUint16(data[2:], 1024)
	for at := 4; at+len(text) < len(data); at += len(text) {
		copy(data[at:], text)
	}
	return sam.Encode(nil, append([]byte{0, 0, byte(sam.SWDone)}, data...))
}

func TestOfAnAnswerOnlyLengthAndStatusAreShown(t *testing.T) {
	frames := map[string]string{
		"AAAAAA9669 0508 000090": string(card([]byte(planted))),
		"AAAAAA9669 0004 000080": string(sam.Encode(nil, []byte{0, 0, 0x80})),
		"AAAAAA9669 0014 000090": string(sam.Encode(nil, append([]byte{0, 0, 0x90}, "0123456789abcdef"...))),
		// Other lengths, status words and statuses than the protocol has.
		"AAAAAA9669 00":        string(sam.Encode(nil, []byte{0, 0, 0x90, 1})),
		"AAAAAA9669 0004":      string(sam.Encode(nil, []byte{0x69, 0x85, 0x41})),
		"AAAAAA9669 0004 0000": string(sam.Encode(nil, []byte{0, 0, 0x77})),
	}
	for want, frame := range frames {
		want := strings.ReplaceAll(want, " ", "")
		for n := range 12 {
			got := shown(NewMask(), cut([]byte(frame), n))
			if text := hexOf(got); text != want {
				t.Errorf("in pieces of %d: shown %s, want %s", n, text, want)
			}
		}
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789ABCDEF"
	var s strings.Builder
	for _, v := range b {
		s.WriteByte(digits[v>>4])
		s.WriteByte(digits[v&15])
	}
	return s.String()
}

func TestARequestEndsTheAnswerBefore(t *testing.T) {
	m := NewMask()
	half := card([]byte(planted))[:700]
	shown(m, [][]byte{half})
	request := []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69, 0, 3, 0x20, 1, 0x22}
	if n, show := m.Next(trace.Written, request); n != len(request) || !show {
		t.Errorf("request: %d, %v", n, show)
	}
	if got := hexOf(shown(m, [][]byte{sam.Encode(nil, []byte{0, 0, 0x80})})); got != "AAAAAA96690004000080" {
		t.Errorf("after an unfinished answer: %s", got)
	}
}

// A conversation of good, damaged, cut and false frames, in any pieces, shows
// nothing of the planted text.
func TestNothingOfACardIsShownWhateverTheLineDoes(t *testing.T) {
	texts := encodings(t)
	rapid.Check(t, func(t *rapid.T) {
		var stream []byte
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			text := texts[rapid.IntRange(0, len(texts)-1).Draw(t, "encoding")]
			part := card(text)
			switch rapid.IntRange(0, 5).Draw(t, "part") {
			case 1: // cut at any byte
				part = part[:rapid.IntRange(0, len(part)).Draw(t, "end")]
			case 2: // begins at any byte
				part = part[rapid.IntRange(0, len(part)).Draw(t, "begin"):]
			case 3: // one byte is wrong
				part[rapid.IntRange(0, len(part)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
			case 4: // a false preamble before the text
				part = append(append([]byte{}, preamble[:rapid.IntRange(1, marks).Draw(t, "marks")]...), text...)
			case 5: // a false header before the text
				n := lengths[rapid.IntRange(0, len(lengths)-1).Draw(t, "length")]
				part = append(append([]byte{}, preamble[:]...), byte(n>>8), byte(n))
				part = append(part, rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "status")...)
				part = append(part, text...)
			}
			stream = append(stream, part...)
		}
		var pieces [][]byte
		for len(stream) > 0 {
			n := rapid.IntRange(1, min(len(stream), 300)).Draw(t, "piece")
			pieces, stream = append(pieces, stream[:n]), stream[n:]
		}
		if got := shown(NewMask(), pieces); leaks(texts, got) {
			t.Fatalf("shown % X", got)
		}
	})
}

// leaks reports whether four bytes of a text in a row are shown.
func leaks(texts [][]byte, shown []byte) bool {
	for _, text := range texts {
		for i := range len(text) - 3 {
			if bytes.Contains(shown, text[i:i+4]) {
				return true
			}
		}
	}
	return false
}

func FuzzMask(f *testing.F) {
	f.Add([]byte{}, []byte{0x41}, uint16(3), uint8(7))
	f.Add(preamble[:], []byte{0x05, 0x08, 0, 0, 0x90}, uint16(0), uint8(0))
	f.Add([]byte{0xAA, 0xAA, 0xAA, 0xAA}, []byte{0x96, 0x69, 0, 4, 0, 0}, uint16(9), uint8(1))
	texts := encodings(f)
	f.Fuzz(func(t *testing.T, before, within []byte, at uint16, piece uint8) {
		for _, text := range texts {
			stream := append([]byte{}, before...)
			frame := card(text)
			k := int(at) % len(frame)
			stream = append(append(append(stream, frame[:k]...), within...), frame[k:]...)
			stream = append(stream, text...)
			got := shown(NewMask(), cut(stream, int(piece)))
			// What the fuzzer put in itself may be anything; the text is the card's.
			if leaks([][]byte{text}, got) && !leaks([][]byte{text}, before) && !leaks([][]byte{text}, within) {
				t.Fatalf("shown % X", got)
			}
			if all := shown(NewMask(), [][]byte{stream}); len(all) > len(stream) {
				t.Fatal("more is shown than there is")
			}
		}
	})
}
