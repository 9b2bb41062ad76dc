package samtrace_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"go.uber.org/goleak"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hallway/devices"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
	"hallway/devices/trace"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
	"hallway/idreader/samtrace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

// read opens a reader on conn and reads the card that lies there.
func read(t *testing.T, conn devices.Conn) idreader.Person {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	session, err := sam.Open(ctx, conn, sam.Options{Timing: sam.Timing{Quiet: 20 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	var person idreader.Person
	err = session.Poll(ctx, func(e idreader.Event) {
		if e.Type == idreader.Read {
			person = e.Person.Reveal("test")
			cancel()
		}
	})
	if err != nil || person.Name == "" {
		t.Fatalf("read %v, %v", person, err)
	}
	return person
}

// record reads the first specimen on a pseudo-terminal and returns the
// recording.
func record(t *testing.T, o trace.Options, reader sim.Options) ([]byte, idreader.Person) {
	t.Helper()
	pty, err := devsim.OpenPTY(filepath.Join(t.TempDir(), "reader"))
	if err != nil {
		t.Fatal(err)
	}
	r := sim.New(reader)
	r.Lay(sim.Specimens()[0].Card)
	served := make(chan error, 1)
	go func() { served <- r.Serve(context.Background(), pty) }()
	t.Cleanup(func() {
		pty.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	conn, err := serialport.Open(t.Context(), pty.Name(), sam.DefaultBaud)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	h := trace.Header{Driver: "sam", Port: "serial:pty", Serial: &trace.Serial{Baud: sam.DefaultBaud}, At: time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)}
	person := read(t, trace.Record(conn, &file, h, o))
	return file.Bytes(), person
}

func TestARecordedCardIsReadAgainFromTheRecording(t *testing.T) {
	text, want := record(t, trace.Options{Level: trace.Data, Mask: trace.ShowAll}, sim.Options{Split: 37})
	rec, err := trace.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []trace.PlayOptions{{}, {Speed: 10}, {Polls: [][]byte{sam.Encode(nil, sam.CmdStatus[:])}}} {
		play, err := trace.Play(rec, o)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, play); got.Name != want.Name || got.Number != want.Number {
			t.Error("another person was read")
		}
		if err := play.Done(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestAMaskedRecordingHoldsNothingOfTheCard(t *testing.T) {
	for _, split := range []int{0, 1, 7, 64} {
		text, person := record(t, trace.Options{Level: trace.Data, Mask: samtrace.NewMask()}, sim.Options{Split: split})
		rec, err := trace.Parse(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var bytesShown []byte
		masked := 0
		for _, e := range rec.Entries {
			masked += e.Masked
			if e.Read != nil {
				bytesShown = append(bytesShown, e.Read.Shown...)
			}
		}
		if header := []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x05, 0x08, 0, 0, 0x90}; !bytes.Contains(bytesShown, header) {
			t.Errorf("split %d: that a card was read is not shown", split)
		}
		if masked < 1285 {
			t.Errorf("split %d: only %d bytes are masked", split, masked)
		}
		for _, value := range []string{person.Name, string(person.Number), person.Address, person.Birth.Compact(), person.Issuer} {
			for _, form := range forms(t, value) {
				if bytes.Contains(bytesShown, form) || strings.Contains(string(text), fmt.Sprintf("% X", form)) || bytes.Contains(text, form) {
					t.Errorf("split %d: a field of the card is in the recording", split)
				}
			}
		}
		if _, err := trace.Play(rec, trace.PlayOptions{}); err == nil || !strings.Contains(err.Error(), "hides") {
			t.Errorf("a masked recording is played: %v", err)
		}
	}
}

// forms are a text as it may stand in a file.
func forms(t *testing.T, text string) [][]byte {
	t.Helper()
	var wide []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{[]byte(text), wide, gbk}
}
