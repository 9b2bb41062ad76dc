package sam_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"slices"
	"testing"

	"hallway/devices"
	"hallway/idreader"
	"hallway/idreader/photo"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// readWith lays a card on a reader and returns the person that a session with
// these options reads.
func readWith(t *testing.T, w wire, card sim.Card, o sam.Options, faults ...sim.Fault) (*bench, idreader.Person) {
	t.Helper()
	o.Timing = brisk()
	b := newBenchWith(t, w, sim.Options{}, o)
	for _, f := range faults {
		b.reader.Inject(f)
	}
	b.reader.Lay(card)
	p := b.poll()
	person := p.expect(idreader.Present, idreader.Read).Person.Reveal("test")
	b.looked(3)
	b.reader.Lift()
	p.expect(idreader.Removed)
	return b, person
}

func TestNewestAddressIsTheOneThatHolds(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		plain := sim.Specimens()[0].Card
		for _, c := range []struct {
			blocks []string
			want   string
		}{
			{[]string{"天津市河西区示例路3号"}, "天津市河西区示例路3号"},
			{[]string{"天津市河西区示例路3号", "北京市西城区示例路4号", "", ""}, "北京市西城区示例路4号"},
			{[]string{"", "", "", ""}, ""},
			{nil, ""},
		} {
			card, err := plain.WithNewest(c.blocks...)
			if err != nil {
				t.Fatal(err)
			}
			b, p := readWith(t, w, card, sam.Options{Newest: true})
			if p.Newest != c.want || len(p.Warnings) != 0 || b.reader.Asked(sam.CmdNewest) != 1 {
				t.Errorf("%v: newest %q, warnings %v, asked %d times", c.blocks, p.Newest, p.Warnings, b.reader.Asked(sam.CmdNewest))
			}
			if want := c.want; want == "" && p.CurrentAddress() != p.Address || want != "" && p.CurrentAddress() != want {
				t.Errorf("%v: %q holds", c.blocks, p.CurrentAddress())
			}
		}
	})
}

func TestNewestAddressThatCannotBeReadDoesNotSpoilTheCard(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for _, f := range []sim.Fault{
			{Command: sam.CmdNewest, Status: sam.SWUnknown}, {Command: sam.CmdNewest, Status: sam.SWRead},
			{Command: sam.CmdNewest, Silent: true}, {Command: sam.CmdNewest, Garble: true}, {Command: sam.CmdNewest, Cut: 3},
		} {
			card, err := sim.Specimens()[0].Card.WithNewest("天津市河西区示例路3号")
			if err != nil {
				t.Fatal(err)
			}
			_, p := readWith(t, w, card, sam.Options{Newest: true}, f)
			if p.Name != sim.Specimens()[0].Name || p.Newest != "" || !slices.Equal(p.Warnings, []string{idreader.WarnNewest}) {
				t.Errorf("%+v: newest %q, warnings %v", f, p.Newest, p.Warnings)
			}
		}
	})
}

func TestNothingIsAskedThatNobodyWants(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		b, p := readWith(t, w, sim.Specimens()[0].Card.WithFingers(make([]byte, 512)), sam.Options{})
		for _, c := range []sam.Command{sam.CmdNewest, sam.CmdFingerprint, sam.CmdRFSize} {
			if n := b.reader.Asked(c); n != 0 {
				t.Errorf("%v: asked %d times", c, n)
			}
		}
		if p.Photo != nil || len(p.Warnings) != 0 {
			t.Errorf("photo %v, warnings %v", p.Photo != nil, p.Warnings)
		}
	})
}

func TestFingerprintsAreHandedOverAndForgotten(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for _, size := range []int{0, 512, 1024} {
			templates := bytes.Repeat([]byte{0xF1}, size)
			var seen, kept []byte
			b, p := readWith(t, w, sim.Specimens()[0].Card.WithFingers(templates), sam.Options{
				Fingerprint: func(f []byte) { seen, kept = bytes.Clone(f), f },
			})
			if !bytes.Equal(seen, templates) || p.Name == "" || b.reader.Asked(sam.CmdRead) != 0 {
				t.Errorf("%d bytes: got %d, read %d times without", size, len(seen), b.reader.Asked(sam.CmdRead))
			}
			b.session.Close()
			if bytes.Contains(kept, []byte{0xF1, 0xF1}) {
				t.Errorf("%d bytes: the session still holds them", size)
			}
		}
	})
}

func TestPhotoIsDecodedByTheOperatorsDecoderOnly(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		wlt := bytes.Repeat([]byte{0x5A}, photo.Bytes)
		copy(wlt, "\x57\x4C\x66\x00\x7E\x00")
		picture := image.NewNRGBA(image.Rect(0, 0, photo.Width, photo.Height))
		good := func(context.Context, []byte) (*image.NRGBA, error) { return picture, nil }
		bad := func(context.Context, []byte) (*image.NRGBA, error) { return picture, errors.New("no picture") }
		for name, c := range map[string]struct {
			photo  []byte
			decode func(context.Context, []byte) (*image.NRGBA, error)
			want   *image.NRGBA
			warn   bool
			called bool
		}{
			"decoded":     {wlt, good, picture, false, true},
			"undecodable": {wlt, bad, nil, true, true},
			"cut":         {wlt[:512], good, nil, true, false},
			"none":        {nil, good, nil, true, false},
			"no photo":    {make([]byte, photo.Bytes), good, nil, true, false},
			"cut, unread": {wlt[:1023], nil, nil, true, false},
		} {
			var seen, kept []byte
			o := sam.Options{}
			if c.decode != nil {
				o.Photo = func(ctx context.Context, p []byte) (*image.NRGBA, error) {
					seen, kept = bytes.Clone(p), p
					return c.decode(ctx, p)
				}
			}
			_, p := readWith(t, w, sim.Specimens()[0].Card.WithPhoto(c.photo), o)
			if p.Photo != c.want || slices.Contains(p.Warnings, idreader.WarnPhoto) != c.warn || p.Name == "" {
				t.Errorf("%s: photo %v, warnings %v", name, p.Photo != nil, p.Warnings)
			}
			if c.called != (seen != nil) || c.called && !bytes.Equal(seen, c.photo) {
				t.Errorf("%s: decoder got %d bytes", name, len(seen))
			}
			if bytes.Contains(kept, []byte{0x5A, 0x5A}) {
				t.Errorf("%s: the session still holds the photo", name)
			}
		}
	})
}

func TestRFSizeIsSentOnceAndItsAnswerDoesNotMatter(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for _, f := range []sim.Fault{{}, {Status: sam.SWUnknown}, {Silent: true}, {Garble: true}} {
			b := unopened(t, w, sim.Options{})
			f.Command = sam.CmdRFSize
			b.reader.Inject(f)
			s, err := sam.Open(t.Context(), b.conn, sam.Options{Timing: brisk(), RFSize: 0x50})
			if err != nil {
				t.Fatal(err)
			}
			if c, err := s.Check(t.Context()); err != nil || len(c) != 0 || b.reader.Asked(sam.CmdRFSize) != 1 {
				t.Errorf("%+v: %v, %v, asked %d times", f, c, err, b.reader.Asked(sam.CmdRFSize))
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// What makers' modules say beside the standard neither hangs nor confuses a
// session.
func TestMakersFramesDoNoHarm(t *testing.T) {
	onEveryWire(t, func(t *testing.T, w wire) {
		for name, junk := range map[string][]byte{
			"bogus timeout":      unhex(t, "AAAAAA9669 0005 05050505"),
			"unknown subcommand": answer(0x4E),
			"sleep":              unhex(t, "AAAAAA9669 0002 00 02"),
			"front end's frame":  unhex(t, "55AA 04 C0 FF 00 00 3B"),
			"wrapped":            unhex(t, "CADF 0000 AAAAAA9669"),
			"version":            sam.Encode(nil, []byte{0, 0, 0x90, '1', '.', '0'}),
		} {
			b := newBench(t, w, sim.Options{}, brisk())
			b.reader.Inject(sim.Fault{Times: 3, Junk: junk})
			b.reader.Lay(sim.Specimens()[3].Card)
			if e := b.poll().expect(idreader.Present, idreader.Read); e.Person.Reveal("test").Name != sim.Specimens()[3].Name {
				t.Errorf("%s: another person", name)
			}
		}
	})
}

func TestReplyWithWrongLengthsGivesNoPerson(t *testing.T) {
	for name, lengths := range map[string][4]byte{
		"text too long": {1, 1, 4, 0}, "photo too long": {1, 0, 4, 1}, "text short": {0, 254, 4, 2}, "nothing": {},
	} {
		card := replyWith(t, lengths)
		b := unopened(t, serial, sim.Options{})
		b.reader.Inject(sim.Fault{Command: sam.CmdRead, Times: -1, Cut: 2000, Junk: card})
		s, err := sam.Open(t.Context(), b.conn, sam.Options{Timing: brisk()})
		if err != nil {
			t.Fatal(err)
		}
		b.session = s
		b.reader.Lay(sim.Specimens()[0].Card)
		p := b.poll()
		if e := p.expect(idreader.Present, idreader.Failed); e.Fault != idreader.FaultGarbled || e.Person.Present() {
			t.Errorf("%s: fault %s", name, e.Fault)
		}
		if _, err := p.stop(); err != nil && !errors.Is(err, devices.ErrProtocol) {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// replyWith is a sound reply to read whose lengths are replaced.
func replyWith(t *testing.T, lengths [4]byte) []byte {
	data := append(lengths[:], encode(t, invented())...)
	return answer(sam.SWDone, append(data, make([]byte, 1024)...)...)
}
