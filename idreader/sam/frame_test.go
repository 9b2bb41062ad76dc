package sam_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"hallway/idreader/sam"

	"pgregory.net/rapid"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decodeAll feeds stream in pieces of size bytes and returns every frame found.
func decodeAll(d *sam.Decoder, stream []byte, size int) (frames [][]byte) {
	for piece := range slices.Chunk(stream, size) {
		for len(piece) > 0 {
			piece = piece[d.Feed(piece):]
			for body, ok := d.Next(); ok; body, ok = d.Next() {
				frames = append(frames, bytes.Clone(body))
			}
		}
	}
	return frames
}

// The requests as the standard's tables print them.
func TestRequestsAreTheBytesOfTheStandard(t *testing.T) {
	for c, want := range map[sam.Command]string{
		sam.CmdReset:      "AA AA AA 96 69 00 03 10 FF EC",
		sam.CmdStatus:     "AA AA AA 96 69 00 03 11 FF ED",
		sam.CmdID:         "AA AA AA 96 69 00 03 12 FF EE",
		sam.CmdFind:       "AA AA AA 96 69 00 03 20 01 22",
		sam.CmdSelect:     "AA AA AA 96 69 00 03 20 02 21",
		sam.CmdRead:       "AA AA AA 96 69 00 03 30 01 32",
		sam.CmdManagement: "AA AA AA 96 69 00 03 30 05 36",
	} {
		if got := sam.Encode(nil, c[:]); !bytes.Equal(got, unhex(t, want)) {
			t.Errorf("%v: got % X, want %s", c, got, want)
		}
	}
}

func TestModuleIDFrameFromTheReferenceIsDecoded(t *testing.T) {
	frame := unhex(t, "AAAAAA9669 0014 000090 05000300250233 0187D61200 59000000 8D")
	var d sam.Decoder
	frames := decodeAll(&d, frame, len(frame))
	if len(frames) != 1 || len(frames[0]) != 19 {
		t.Fatalf("got % X", frames)
	}
	if got := sam.FormatID([16]byte(frames[0][3:])); got != "05.03-20120101-0001234567-0000000089" {
		t.Errorf("module id %s", got)
	}
}

func TestDecoderFindsFramesInEveryKindOfNoise(t *testing.T) {
	found := sam.Encode(nil, []byte{0, 0, 0x9F, 0, 0, 0, 0})
	long := sam.Encode(nil, append([]byte{0, 0, 0x90}, bytes.Repeat([]byte{0xAA}, 1284)...))
	damaged := bytes.Clone(found)
	damaged[9] ^= 4
	for name, c := range map[string]struct {
		stream  [][]byte
		frames  int
		damaged int
	}{
		"one":                       {[][]byte{found}, 1, 0},
		"two":                       {[][]byte{found, found}, 2, 0},
		"long one full of AA":       {[][]byte{long}, 1, 0},
		"text before":               {[][]byte{[]byte("hello"), found}, 1, 0},
		"AAs before":                {[][]byte{{0xAA, 0xAA, 0xAA, 0xAA}, found}, 1, 0},
		"half a preamble before":    {[][]byte{{0xAA, 0xAA, 0xAA, 0x96}, found}, 1, 0},
		"LEN too small":             {[][]byte{unhex(t, "AAAAAA9669 0003 000090"), found}, 1, 0},
		"LEN too large":             {[][]byte{unhex(t, "AAAAAA9669 0961"), found}, 1, 0},
		"damaged one before":        {[][]byte{damaged, found}, 1, 1},
		"false LEN over a true one": {[][]byte{unhex(t, "AAAAAA9669 0009"), found}, 1, 1},
		"bogus timeout of a maker":  {[][]byte{unhex(t, "AAAAAA9669 0005 05050505"), found}, 1, 1},
		"cut":                       {[][]byte{found[:9]}, 0, 0},
		"junk only":                 {[][]byte{bytes.Repeat([]byte{0x96, 0x69}, 5000)}, 0, 0},
		"preambles only":            {[][]byte{bytes.Repeat([]byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}, 2000)}, 0, 0},
	} {
		stream := bytes.Join(c.stream, nil)
		for _, size := range []int{1, 2, 3, 7, 64, len(stream)} {
			var d sam.Decoder
			frames := decodeAll(&d, stream, size)
			if len(frames) != c.frames || d.Damaged() != c.damaged {
				t.Errorf("%s by %d: %d frames, %d damaged; want %d and %d", name, size, len(frames), d.Damaged(), c.frames, c.damaged)
			}
		}
	}
}

func TestOnlyAReaderTakesShortFrames(t *testing.T) {
	sleep := unhex(t, "AAAAAA9669 0002 00 02")
	if got := decodeAll(&sam.Decoder{}, sleep, 1); len(got) != 0 {
		t.Errorf("host took % X", got)
	}
	if got := decodeAll(&sam.Decoder{Requests: true}, sleep, 1); len(got) != 1 {
		t.Errorf("reader took % X", got)
	}
}

func TestMissingCountsDownToTheEndOfTheFrame(t *testing.T) {
	frame := sam.Encode(nil, []byte{0, 0, 0x90})
	var d sam.Decoder
	for i, b := range frame {
		d.Feed([]byte{b})
		want := 0
		if i >= 6 {
			want = len(frame) - i - 1
		}
		if _, ok := d.Next(); ok != (i == len(frame)-1) || d.Missing() != want {
			t.Fatalf("after %d bytes: frame %v, missing %d, want %d", i+1, ok, d.Missing(), want)
		}
	}
}

func TestEveryFrameSurvivesTheLineAndNoFlippedBitDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 3, 2300).Draw(t, "body")
		frame := sam.Encode(nil, body)
		var d sam.Decoder
		if got := decodeAll(&d, frame, 64); len(got) != 1 || !bytes.Equal(got[0], body) {
			t.Fatalf("decoded %d frames", len(got))
		}
		bit := rapid.IntRange(0, 8*len(frame)-1).Draw(t, "bit")
		frame[bit/8] ^= 1 << (bit % 8)
		d.Clear()
		for _, got := range decodeAll(&d, frame, 64) {
			if bytes.Equal(got, body) || len(got) == len(body) {
				t.Fatalf("bit %d flipped and taken", bit)
			}
		}
	})
}

func TestDecodingAllocatesNothing(t *testing.T) {
	frame := sam.Encode(nil, append([]byte{0, 0, 0x90}, make([]byte, 1284)...))
	var d sam.Decoder
	if n := testing.AllocsPerRun(100, func() {
		for piece := range slices.Chunk(frame, 64) {
			d.Feed(piece)
		}
		if _, ok := d.Next(); !ok {
			t.Fatal("no frame")
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkDecodeCard(b *testing.B) {
	frame := sam.Encode(nil, append([]byte{0, 0, 0x90}, make([]byte, 1284)...))
	var d sam.Decoder
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		d.Feed(frame)
		if _, ok := d.Next(); !ok {
			b.Fatal("no frame")
		}
	}
}

// FuzzDecoder: any bytes, in pieces of any size, never panic, give the same
// frames whatever the pieces are, and each frame is really in the stream.
func FuzzDecoder(f *testing.F) {
	found := sam.Encode(nil, []byte{0, 0, 0x9F, 0, 0, 0, 0})
	f.Add(found, 1)
	f.Add(append([]byte("junk\xAA\xAA"), found...), 3)
	f.Add(append(bytes.Clone(found[:8]), found...), 64)
	f.Add(unhex(f, "AAAAAA9669000505050505AAAAAA96690961AAAAAA96690003"), 2)
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		size = min(max(size, 1), 512)
		var a, b sam.Decoder
		frames := decodeAll(&a, stream, size)
		if again := decodeAll(&b, stream, 1); !slices.EqualFunc(frames, again, bytes.Equal) {
			t.Fatalf("pieces of %d give %d frames, single bytes %d", size, len(frames), len(again))
		}
		rest := stream
		for _, body := range frames {
			i := bytes.Index(rest, sam.Encode(nil, body))
			if i < 0 {
				t.Fatalf("frame % X is not in the stream", body)
			}
			rest = rest[i+7+len(body)+1:]
		}
	})
}
