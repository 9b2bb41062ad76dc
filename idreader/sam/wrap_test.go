package sam_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"hallway/devices"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// A feed is a port on which these messages come and nothing else.
type feed struct {
	come [][]byte
	sent [][]byte
}

func (f *feed) Read(_ context.Context, p []byte) (int, error) {
	if len(f.come) == 0 {
		return 0, context.DeadlineExceeded
	}
	n := copy(p, f.come[0])
	f.come = f.come[1:]
	return n, nil
}

func (f *feed) Write(_ context.Context, p []byte) (int, error) {
	f.sent = append(f.sent, bytes.Clone(p))
	return len(p), nil
}

func (*feed) Close() error { return nil }

// all reads a stream to its end in pieces of size bytes.
func all(t testing.TB, c devices.Conn, size int) (out []byte) {
	buf := make([]byte, size)
	for {
		n, err := c.Read(context.Background(), buf)
		if errors.Is(err, context.DeadlineExceeded) {
			return out
		}
		if err != nil || n <= 0 || n > size {
			t.Fatalf("read %d bytes of %d, %v", n, size, err)
		}
		out = append(out, buf[:n]...)
	}
}

// written is a device's end that keeps what the device writes.
type written struct{ messages [][]byte }

func (w *written) Read([]byte) (int, error) { return 0, io.EOF }

func (w *written) Write(p []byte) (int, error) {
	w.messages = append(w.messages, bytes.Clone(p))
	return len(p), nil
}

// replies returns the reports in which a device answers with frame.
func replies(t testing.TB, device func(io.ReadWriter) io.ReadWriter, frame []byte) [][]byte {
	var w written
	if _, err := device(&w).Write(frame); err != nil {
		t.Fatal(err)
	}
	return w.messages
}

// The report that the reference computes from the rule of the maker's program.
func TestMiaxisRequestIsTheReportOfTheReference(t *testing.T) {
	f := &feed{come: [][]byte{make([]byte, 64), make([]byte, 64)}} // stale reports
	c := sam.Miaxis(f)
	if n, err := c.Write(t.Context(), ask(sam.CmdFind)); n != 10 || err != nil {
		t.Fatal(n, err)
	}
	want := append(unhex(t, "88 00 00 0B 00 B1 AA AA AA 96 69 00 03 20 01 22 FF 03"), make([]byte, 46)...)
	if len(f.sent) != 1 || !bytes.Equal(f.sent[0], want) {
		t.Errorf("got % X", f.sent)
	}
	if len(f.come) != 0 {
		t.Error("stale reports are left")
	}
	if _, err := c.Write(t.Context(), make([]byte, 57)); !errors.Is(err, devices.ErrProtocol) || len(f.sent) != 1 {
		t.Errorf("frame too long: %v, %d reports", err, len(f.sent))
	}
	if _, err := c.Read(t.Context(), nil); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("empty buffer: %v", err)
	}
}

// The numbers of packets that the reference gives for each reply.
func TestRepliesHaveAsManyPacketsAsTheReferenceSays(t *testing.T) {
	for size, packets := range map[int]int{11: 1, 1295: 24, 1297: 25, 1809: 34, 2321: 43} {
		frame := sam.Encode(nil, append([]byte{0, 0, 0x90}, bytes.Repeat([]byte{0xAA}, size-11)...))
		reports := replies(t, sim.Miaxis, frame)
		if len(reports) != packets {
			t.Errorf("%d bytes: %d packets, want %d", size, len(reports), packets)
		}
		for _, from := range []byte{0, 1} { // numbers may begin with either, in either byte order
			for _, place := range []int{6, 7} {
				if got := all(t, sam.Miaxis(&feed{come: renumbered(reports, from, place)}), 512); !bytes.Equal(got, frame) {
					t.Errorf("%d bytes, numbered from %d at %d: got %d bytes", size, from, place, len(got))
				}
			}
		}
	}
}

// renumbered counts packets from another number, in the low or the high byte.
func renumbered(reports [][]byte, from byte, place int) (out [][]byte) {
	for i, r := range reports {
		r = bytes.Clone(r)
		r[6], r[7] = 0, 0
		r[place] = from + byte(i)
		end := 5 + int(r[3]) + int(r[4])<<8
		sum := 0
		for _, b := range r[3:end] {
			sum += int(b)
		}
		r[end], r[end+1] = byte(sum), byte(sum>>8)
		out = append(out, r)
	}
	return out
}

// Whatever happens to the packets of an answer, the session sees the answer or
// none.
func TestDamagedPacketsNeverGiveAnotherAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 1400).Draw(t, "data")
		frame := sam.Encode(nil, append([]byte{0, 0, 0x90}, data...))
		var w written
		if _, err := sim.Miaxis(&w).Write(frame); err != nil {
			t.Fatal(err)
		}
		reports := w.messages
		for range rapid.IntRange(1, 3).Draw(t, "accidents") {
			if len(reports) == 0 {
				break
			}
			i, j := rapid.IntRange(0, len(reports)-1).Draw(t, "i"), rapid.IntRange(0, len(reports)-1).Draw(t, "j")
			switch rapid.SampledFrom([]string{"lost", "twice", "swapped", "flipped"}).Draw(t, "accident") {
			case "lost":
				reports = slices.Delete(reports, i, i+1)
			case "twice":
				reports = slices.Insert(reports, j, reports[i])
			case "swapped":
				reports[i], reports[j] = reports[j], reports[i]
			case "flipped":
				flipped := bytes.Clone(reports[i])
				flipped[rapid.IntRange(0, 63).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
				reports[i] = flipped
			}
		}
		stream := allRapid(t, sam.Miaxis(&feed{come: reports}))
		for _, body := range decodeAll(&sam.Decoder{}, stream, max(len(stream), 1)) {
			if !bytes.Equal(body, frame[7:len(frame)-1]) {
				t.Fatalf("another answer of %d bytes", len(body))
			}
		}
	})
}

func allRapid(t *rapid.T, c devices.Conn) (out []byte) {
	buf := make([]byte, 100)
	for {
		n, err := c.Read(context.Background(), buf)
		if err != nil {
			return out
		}
		out = append(out, buf[:n]...)
	}
}

// A body that comes late must not meet the header of the next answer.
func TestLateBodyIsDroppedBeforeTheNextFrame(t *testing.T) {
	deviceHeader, header := sockets(t, unix.SOCK_STREAM)
	deviceBody, body := sockets(t, unix.SOCK_STREAM)
	c := sam.FourPipes(header, body)
	late, next := answer(sam.SWNoCard), answer(sam.SWDone)
	for _, step := range []struct {
		to    io.Writer
		bytes []byte
	}{{deviceHeader, late[:7]}, {deviceBody, late[7:]}} {
		if _, err := step.to.Write(step.bytes); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Write(t.Context(), ask(sam.CmdStatus)); err != nil {
		t.Fatal(err)
	}
	request := make([]byte, 10)
	if _, err := io.ReadFull(io.MultiReader(io.LimitReader(deviceHeader, 7), deviceBody), request); err != nil || !bytes.Equal(request, ask(sam.CmdStatus)) {
		t.Fatalf("% X, %v", request, err)
	}
	for _, step := range []struct {
		to    io.Writer
		bytes []byte
	}{{deviceHeader, next[:7]}, {deviceBody, next[7:]}} {
		if _, err := step.to.Write(step.bytes); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, 0, len(next))
	for len(got) < len(next) {
		n, err := c.Read(t.Context(), got[len(got):cap(got)])
		if err != nil {
			t.Fatal(err)
		}
		got = got[:len(got)+n]
	}
	if !bytes.Equal(got, next) {
		t.Errorf("got % X, want % X", got, next)
	}
}

func TestAntennaIsSwitchedOffOnceWhenAsked(t *testing.T) {
	for off, want := range map[bool]int{false: 0, true: 1} {
		f := &feed{}
		c := sam.MiaxisOptions{AntennaOff: off}.Conn(f)
		for range 2 {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		if len(f.sent) != want {
			t.Errorf("antenna off %v: %d reports", off, len(f.sent))
		}
		if want > 0 && !bytes.HasPrefix(f.sent[0][6:], unhex(t, "AAAAAA9669 0004 FA1100")) {
			t.Errorf("got % X", f.sent[0])
		}
	}
}

// FuzzMiaxis: no reports make it panic, give more than they hold, or give other
// bytes for another size of buffer.
func FuzzMiaxis(f *testing.F) {
	f.Add(bytes.Join(replies(f, sim.Miaxis, answer(sam.SWDone, make([]byte, 1284)...)), nil))
	f.Add(bytes.Join(replies(f, sim.Miaxis, answer(sam.SWNoCard)), nil))
	f.Add(unhex(f, "AA 0000 FFFF 00 0000"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		read := func(size int) []byte {
			return all(t, sam.Miaxis(&feed{come: slices.Collect(slices.Chunk(bytes.Clone(stream), 64))}), size)
		}
		got := read(512)
		if !bytes.Equal(got, read(1)) {
			t.Fatal("size of the buffer matters")
		}
		if len(got) > len(stream) {
			t.Fatalf("%d bytes out of %d", len(got), len(stream))
		}
	})
}

// FuzzRaw64: reports come out as they came in.
func FuzzRaw64(f *testing.F) {
	f.Add(bytes.Join(replies(f, func(l io.ReadWriter) io.ReadWriter { return sim.Raw64(l, 0) }, answer(sam.SWDone, make([]byte, 1284)...)), nil), 64, 512)
	f.Add([]byte("\xAA"), 8, 1)
	f.Fuzz(func(t *testing.T, stream []byte, report, size int) {
		report, size = min(max(report, 1), 1024), min(max(size, 1), 1024)
		reports := slices.Collect(slices.Chunk(bytes.Clone(stream), report))
		if got := all(t, sam.Raw64(&feed{come: reports}, report), size); !bytes.Equal(got, stream) {
			t.Fatalf("%d bytes out of %d", len(got), len(stream))
		}
	})
}

// FuzzFourPipes: no bytes on either pipe make it panic, give more than came, or
// give a body without a header.
func FuzzFourPipes(f *testing.F) {
	frame := answer(sam.SWDone, make([]byte, 1284)...)
	f.Add(frame[:7], frame[7:], 512)
	f.Add(append([]byte("\xAA\xAA junk"), frame[:7]...), frame[7:], 3)
	f.Add(frame[:7], frame[8:], 1)
	f.Fuzz(func(t *testing.T, header, body []byte, size int) {
		size = min(max(size, 1), 1024)
		read := func(piece int) []byte {
			h := slices.Collect(slices.Chunk(bytes.Clone(header), piece))
			b := slices.Collect(slices.Chunk(bytes.Clone(body), piece))
			return all(t, sam.FourPipes(&stream{feed: feed{come: h}}, &stream{feed: feed{come: b}}), size)
		}
		got := read(64)
		if !bytes.Equal(got, read(1)) {
			t.Fatal("pieces matter")
		}
		if len(got) > len(header)+len(body) {
			t.Fatalf("%d bytes out of %d and %d", len(got), len(header), len(body))
		}
		// Without a header nothing is taken from the body's pipe.
		if !bytes.Contains(header, []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}) && !bytes.HasPrefix(header, got) {
			t.Fatal("bytes of a body without a header")
		}
	})
}

// A stream is a feed without borders of messages.
type stream struct{ feed }

func (s *stream) Read(ctx context.Context, p []byte) (int, error) {
	if len(s.come) > 0 && len(s.come[0]) > len(p) {
		n := copy(p, s.come[0])
		s.come[0] = s.come[0][n:]
		return n, nil
	}
	return s.feed.Read(ctx, p)
}

func TestNothingPassesAClosedPort(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		_, c := w(t)
		for range 2 {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		for _, p := range [][]byte{nil, ask(sam.CmdStatus)} {
			if _, err := c.Write(t.Context(), p); !errors.Is(err, devices.ErrClosed) {
				t.Errorf("write of %d bytes: %v", len(p), err)
			}
		}
		if _, err := c.Read(t.Context(), make([]byte, 64)); !errors.Is(err, devices.ErrClosed) {
			t.Errorf("read: %v", err)
		}
	})
}
