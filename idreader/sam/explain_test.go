package sam_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"hallway/idreader/sam"
	reader "hallway/idreader/sam/sim"
)

var update = flag.Bool("update", false, "write the golden files anew")

// answer is the frame of an answer with data.
func answer(sw sam.SW, data ...byte) []byte {
	return sam.Encode(nil, append([]byte{0, 0, byte(sw)}, data...))
}

func ask(c sam.Command, follows ...byte) []byte { return sam.Encode(nil, append(c[:], follows...)) }

// talkTo returns the bytes that a reader with this card answers to commands,
// with the commands before them.
func talkTo(t testing.TB, card reader.Card, commands ...sam.Command) []byte {
	t.Helper()
	r := reader.New(reader.Options{})
	r.Lay(card)
	var both bytes.Buffer
	line := struct {
		io.Reader
		io.Writer
	}{nil, &both}
	for _, c := range commands {
		both.Write(ask(c))
		line.Reader = bytes.NewReader(ask(c))
		if err := r.Serve(t.Context(), line); err != nil {
			t.Fatal(err)
		}
	}
	return both.Bytes()
}

// trace is a mixture of everything that may be on a line.
func trace(t testing.TB) []byte {
	var all []byte
	add := func(p []byte) { all = append(all, p...) }
	damaged := answer(sam.SWDone)
	damaged[9] ^= 4
	add([]byte("boot 1.0\r\n"))
	add(talkTo(t, reader.Card{}, sam.CmdStatus, sam.CmdID, sam.CmdReset))
	add(ask(sam.CmdRFSize, 0x50))
	add(answer(sam.SWUnknown))
	add(ask(sam.Command{0x60, 0x00}))
	add(answer(sam.SWNoCard))
	add(damaged)
	add(unhex(t, "AAAAAA9669 0002 00 02"))       // a maker's command without PARA
	add(unhex(t, "AAAAAA9669 0003 FAF0 09"))     // a maker's command
	add(unhex(t, "AAAAAA9669 0005 05050505"))    // a maker's way to say that time is over
	add(sam.Encode(nil, []byte{0x69, 0x82, 41})) // no status that is known
	add(sam.Encode(nil, []byte{0x69, 0x82, 0x41}))
	add(answer(0x4E))
	add(answer(sam.SWDone, 1, 2, 3))
	for _, s := range reader.AllSpecimens() {
		add(talkTo(t, s.Card, sam.CmdFind, sam.CmdSelect, sam.CmdRead, sam.CmdManagement))
	}
	card, err := reader.Specimens()[0].Card.WithNewest("天津市河西区示例路3号", "", "天津市南开区示例道5号")
	if err != nil {
		t.Fatal(err)
	}
	card = card.WithFingers(make([]byte, 512)).WithPhoto(make([]byte, 100))
	add(talkTo(t, card, sam.CmdFind, sam.CmdSelect, sam.CmdFingerprint, sam.CmdNewest))
	odd := [256]byte(put(encode(t, invented()), 248, "Q"))
	add(talkTo(t, reader.FromText(odd), sam.CmdFind, sam.CmdSelect, sam.CmdRead)[20+15+19:])
	add(answer(sam.SWDone, make([]byte, 4+256+1024)...))
	lengths := make([]byte, 4+256+1024)
	lengths[0], lengths[2] = 1, 4
	add(answer(sam.SWDone, lengths...)) // a text of zeros
	cut := talkTo(t, reader.Specimens()[1].Card, sam.CmdFind, sam.CmdSelect, sam.CmdRead)
	add(cut[:500])
	add(answer(sam.SWSelfTest))
	add([]byte{0xAA, 0xAA, 0xAA, 0x96})
	return all
}

func explain(t testing.TB, r io.Reader, o sam.ExplainOptions) (lines []byte) {
	t.Helper()
	err := sam.Explain(r, o, func(rec sam.Record) error {
		line, err := json.Marshal(rec)
		lines = append(append(lines, line...), '\n')
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestTraceIsExplainedFrameByFrame(t *testing.T) {
	for name, o := range map[string]sam.ExplainOptions{"masked": {}, "revealed": {Reveal: "test"}} {
		got := explain(t, bytes.NewReader(trace(t)), o)
		file := filepath.Join("testdata", "trace-"+name+".jsonl")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; with -update this is what it becomes:\n%s", file, got)
		}
		if byByte := explain(t, iotest.OneByteReader(bytes.NewReader(trace(t))), o); !bytes.Equal(byByte, want) {
			t.Errorf("%s: bytes that come one by one are explained otherwise", name)
		}
	}
}

func TestMaskedTraceShowsNobody(t *testing.T) {
	got := string(explain(t, bytes.NewReader(trace(t)), sam.ExplainOptions{}))
	for _, p := range people(t) {
		for _, part := range []string{p.Name, p.NameEn, string(p.Number), p.Address, p.PassNumber} {
			if part != "" && strings.Contains(got, part) {
				t.Errorf("%q is shown", part)
			}
		}
	}
	for _, part := range []string{"示例", "河西", "南开"} {
		if strings.Contains(got, part) {
			t.Errorf("%q is shown", part)
		}
	}
	if !strings.Contains(got, `"name":"张*"`) || !strings.Contains(got, `"number":"110***********0032"`) {
		t.Error("masked name or number is not there")
	}
}

func TestExplainEndsWithTheErrorOfEitherSide(t *testing.T) {
	stop := errors.New("enough")
	err := sam.Explain(bytes.NewReader(trace(t)), sam.ExplainOptions{}, func(sam.Record) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	noise := int64(0)
	err = sam.Explain(io.MultiReader(strings.NewReader("half a"), iotest.ErrReader(stop)), sam.ExplainOptions{}, func(r sam.Record) error {
		noise += r.Bytes
		return nil
	})
	if !errors.Is(err, stop) || !strings.Contains(err.Error(), "6 bytes") || noise != 6 {
		t.Errorf("got %v, %d bytes of noise", err, noise)
	}
}

// repeated is a trace of any length without its memory.
type repeated struct {
	piece []byte
	left  int64
	at    int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.piece[r.at:])
	r.at = (r.at + n) % len(r.piece)
	r.left -= int64(n)
	return n, nil
}

func TestALongTraceNeedsNoMoreMemoryThanAShortOne(t *testing.T) {
	piece := append(bytes.Repeat([]byte{0xAA, 0x55}, 50_000), answer(sam.SWNoCard)...)
	const size = 20 << 20
	bytesOfNoise, frames := int64(0), 0
	allocs := testing.AllocsPerRun(1, func() {
		err := sam.Explain(&repeated{piece: piece, left: size}, sam.ExplainOptions{}, func(r sam.Record) error {
			if r.Frame == sam.FrameNoise {
				bytesOfNoise += r.Bytes
			} else {
				frames++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	if frames < 2*(size/len(piece)-1) || bytesOfNoise+int64(11*frames) != 2*size {
		t.Errorf("%d frames, %d bytes of noise", frames, bytesOfNoise)
	}
	if allocs > float64(10*frames) {
		t.Errorf("%v allocations for %d frames", allocs, frames)
	}
}

// FuzzExplain: no bytes make it panic or lose a byte, pieces do not matter, and
// what is masked stays masked.
func FuzzExplain(f *testing.F) {
	f.Add(trace(f))
	f.Add(talkTo(f, reader.Permits()[3].Card, sam.CmdFind, sam.CmdSelect, sam.CmdRead))
	f.Add([]byte("\xAA\xAA\xAA\x96\x69\x09\x60"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		all := explain(t, bytes.NewReader(stream), sam.ExplainOptions{})
		if again := explain(t, iotest.HalfReader(bytes.NewReader(stream)), sam.ExplainOptions{}); !bytes.Equal(all, again) {
			t.Fatal("pieces matter")
		}
		noise := int64(0)
		revealed := explain(t, bytes.NewReader(stream), sam.ExplainOptions{Reveal: "test"})
		for line := range bytes.Lines(revealed) {
			var r sam.Record
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			if r.Frame == sam.FrameNoise {
				noise += r.Bytes
			}
			if r.Frame == sam.FrameRead && r.Warnings == nil {
				t.Fatal("a card without list of warnings")
			}
			if n := []rune(r.Name); len(n) > 2 && bytes.Contains(all, []byte(`"name":"`+r.Name+`"`)) {
				t.Fatal("the masked trace shows a name")
			}
		}
		if noise > int64(len(stream)) {
			t.Fatalf("%d bytes of noise in %d", noise, len(stream))
		}
	})
}

func BenchmarkExplain(b *testing.B) {
	stream := trace(b)
	b.SetBytes(int64(len(stream)))
	for b.Loop() {
		if err := sam.Explain(bytes.NewReader(stream), sam.ExplainOptions{}, func(sam.Record) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
