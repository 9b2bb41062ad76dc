package ff68

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// vectors are frames that a hall's program sends and takes, recomputed by hand.
var vectors = []struct {
	what, bytes string
	frame       Frame
}{
	{"key call next", "FF 68 03 03 68 03 01 0C 10 16", Frame{3, 0x01, []byte{0x0C}}},
	{"rating 5", "FF 68 03 03 68 03 11 05 19 16", Frame{3, 0x11, []byte{5}}},
	{"rating acknowledged", "FF 68 03 03 68 03 01 05 09 16", Frame{3, 0x01, []byte{5}}},
	{"ticket 012", "FF 68 08 08 68 03 02 0A 0A 0A 00 01 02 26 16", Frame{3, 0x02, []byte{10, 10, 10, 0, 1, 2}}},
	{"waiting 007", "FF 68 08 08 68 03 02 00 00 07 0A 0A 0A 2A 16", Frame{3, 0x02, []byte{0, 0, 7, 10, 10, 10}}},
	{"beep", "FF 68 02 02 68 03 03 06 16", Frame{3, 0x03, nil}},
	{"stars", "FF 68 03 03 68 03 02 05 0A 16", Frame{3, 0x02, []byte{5}}},
	{"beep at 1", "FF 68 02 02 68 01 03 04 16", Frame{1, 0x03, nil}},
	{"ticket 045 at 1", "FF 68 08 08 68 01 02 0A 0A 0A 00 04 05 2A 16", Frame{1, 0x02, []byte{10, 10, 10, 0, 4, 5}}},
	{"waiting 012 at 1", "FF 68 08 08 68 01 02 00 01 02 0A 0A 0A 24 16", Frame{1, 0x02, []byte{0, 1, 2, 10, 10, 10}}},
	{"rating 0 at 1", "FF 68 03 03 68 01 11 00 12 16", Frame{1, 0x11, []byte{0}}},
	{"rating 0 at 1 acknowledged", "FF 68 03 03 68 01 01 00 02 16", Frame{1, 0x01, []byte{0}}},
}

// decode returns every frame in p, fed in pieces of size.
func decode(p []byte, size int) (all []Frame, damaged int) {
	var d Decoder
	for len(p) > 0 {
		n := min(size, len(p))
		d.Feed(p[:n])
		p = p[n:]
		for f, ok := d.Next(); ok; f, ok = d.Next() {
			all = append(all, f)
		}
	}
	return all, d.Damaged()
}

func TestKnownFramesEncodeAndDecode(t *testing.T) {
	for _, v := range vectors {
		got, err := Encode(v.frame)
		if err != nil || !bytes.Equal(got, unhex(v.bytes)) {
			t.Errorf("%s: got % X, %v; want %s", v.what, got, err, v.bytes)
		}
		for size := 1; size <= len(got); size++ {
			if all, damaged := decode(got, size); len(all) != 1 || !all[0].Equal(v.frame) || damaged != 0 {
				t.Errorf("%s in pieces of %d: got %v, %d damaged", v.what, size, all, damaged)
			}
		}
	}
}

func TestTooMuchDataIsRefused(t *testing.T) {
	if _, err := Encode(Frame{1, 2, make([]byte, MaxData)}); err != nil {
		t.Error(err)
	}
	if b, err := Encode(Frame{1, 2, make([]byte, MaxData+1)}); err == nil {
		t.Errorf("got % X", b)
	}
}

func TestDamagedFramesAreNotBelieved(t *testing.T) {
	good := unhex(vectors[0].bytes)
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			all, _ := decode(append(bad, good...), 7)
			if len(all) != 1 || !all[0].Equal(vectors[0].frame) {
				t.Errorf("byte %d, bit %d: got %v", i, bit, all)
			}
		}
	}
}

func TestFrameBehindATornOneIsFound(t *testing.T) {
	good := unhex(vectors[3].bytes)
	for n := range good {
		torn := append(bytes.Clone(good[:n]), good...)
		// A torn frame takes bytes of the next one for its own; that one is
		// found when the rest is given up or has come.
		var d Decoder
		d.Feed(torn)
		var all []Frame
		for range len(torn) {
			for f, ok := d.Next(); ok; f, ok = d.Next() {
				all = append(all, f)
			}
			d.Rest()
		}
		if len(all) != 1 || !all[0].Equal(vectors[3].frame) || d.Begun() {
			t.Errorf("torn after %d bytes: got %v", n, all)
		}
	}
}

func TestLongLengthIsNoise(t *testing.T) {
	all, _ := decode(append(unhex("FF 68 FA FA 68"), unhex(vectors[0].bytes)...), 100)
	if len(all) != 1 {
		t.Errorf("got %v", all)
	}
}

func TestFramesSurviveJunkBetweenThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frame := rapid.Custom(func(t *rapid.T) Frame {
			return Frame{rapid.Byte().Draw(t, "addr"), rapid.Byte().Draw(t, "func"), rapid.SliceOfN(rapid.Byte(), 0, MaxData).Draw(t, "data")}
		})
		junk := rapid.SliceOfN(rapid.ByteRange(0, start1-1), 0, 20)
		var stream []byte
		want := rapid.SliceOfN(frame, 1, 5).Draw(t, "frames")
		for _, f := range want {
			b, err := Encode(f)
			if err != nil {
				t.Fatal(err)
			}
			stream = append(append(stream, junk.Draw(t, "junk")...), b...)
		}
		got, _ := decode(stream, rapid.IntRange(1, 30).Draw(t, "size"))
		if d := cmp.Diff(want, got, cmp.Comparer(Frame.Equal)); d != "" {
			t.Error(d)
		}
	})
}

func FuzzDecoder(f *testing.F) {
	for _, v := range vectors {
		f.Add(unhex(v.bytes), uint8(3))
	}
	f.Add(unhex("FF 68 03 03 68 FF 68 02 02 68 03 03 06 16"), uint8(1))
	f.Fuzz(func(t *testing.T, p []byte, size uint8) {
		whole, _ := decode(p, len(p)+1)
		pieces, _ := decode(p, int(size)+1)
		if d := cmp.Diff(whole, pieces); d != "" {
			t.Errorf("pieces of %d make a difference: %s", size+1, d)
		}
		for _, fr := range whole {
			b, err := Encode(fr)
			if err != nil || !bytes.Contains(p, b) {
				t.Errorf("% X was not in the input (%v)", b, err)
			}
		}
		var d Decoder
		d.Feed(p)
		for range len(p) + 1 {
			d.Next()
			d.Rest()
		}
		if d.Begun() {
			t.Errorf("%d bytes are never given up", len(d.buf))
		}
	})
}
