package samtrace_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hallway/devices/trace"
	"hallway/idreader"
	"hallway/idreader/sam/sim"
	"hallway/idreader/samtrace"
)

var update = flag.Bool("update", false, "record testdata anew")

// invented are the numbers of people who do not exist.
func invented(n idreader.IDNumber) bool {
	for _, s := range sim.Specimens() {
		if b := s.Card.Text(); strings.Contains(string(b), wide(string(n))) {
			return true
		}
	}
	return false
}

func wide(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// TestNoRecordingOfTheRepositoryHoldsAPerson looks through every *.rec in a
// folder testdata.
func TestNoRecordingOfTheRepositoryHoldsAPerson(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".rec" || !strings.Contains(filepath.ToSlash(path), "/testdata/") {
			return nil // what vanishes meanwhile is no recording of the repository
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		rec, err := trace.Parse(f)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		seen++
		for _, f := range samtrace.Findings(rec, invented) {
			t.Errorf("%s, line %d: a %s of nobody known to be invented", path, f.Line, f.What)
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Errorf("%d recordings, %v", seen, err)
	}
}

// TestRecordingOfAReader keeps a masked recording of the simulator, as a
// technician's recording of a true reader looks.
func TestRecordingOfAReader(t *testing.T) {
	const path = "testdata/resident-card.rec"
	if *update {
		text, _ := record(t, trace.Options{Level: trace.Data, Mask: samtrace.NewMask()}, sim.Options{Split: 64})
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := trace.Parse(bytes.NewReader(text))
	if err != nil || rec.Header.Driver != "sam" {
		t.Fatalf("driver %q, %v", rec.Header.Driver, err)
	}
	for _, s := range sim.Specimens() {
		if strings.Contains(string(text), s.Name) {
			t.Error("a name stands in the recording")
		}
	}
}

func TestPersonsAreFound(t *testing.T) {
	whole, _ := record(t, trace.Options{Level: trace.Data, Mask: trace.ShowAll}, sim.Options{Split: 11})
	find := func(text []byte, invented func(idreader.IDNumber) bool) []samtrace.Finding {
		t.Helper()
		rec, err := trace.Parse(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return samtrace.Findings(rec, invented)
	}
	if got := find(whole, invented); len(got) != 0 {
		t.Errorf("of an invented person: %v", got)
	}
	var number, card bool
	for _, f := range find(whole, func(idreader.IDNumber) bool { return false }) {
		number, card = number || f.What == "citizen number", card || f.What == "card"
	}
	if !number || !card {
		t.Errorf("number found: %v, card found: %v", number, card)
	}
	var file bytes.Buffer
	rec := trace.Recording{Header: trace.Header{Version: trace.Version, At: time.Unix(0, 0)}}
	add := func(e trace.Entry) { rec.Entries = append(rec.Entries, e) }
	add(trace.Entry{Write: &trace.Bytes{Shown: []byte("no. 1101011949")}})
	add(trace.Entry{Read: &trace.Bytes{Shown: []byte("ok")}})
	add(trace.Entry{Write: &trace.Bytes{Shown: []byte("12310032, please")}})
	add(trace.Entry{Note: "card 110101194912310032 laid"})
	add(trace.Entry{Note: "card 110101194912310033 has a wrong check character"})
	if _, err := rec.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	got := find(file.Bytes(), func(idreader.IDNumber) bool { return false })
	if len(got) != 2 || got[0].Line != 4 || got[1].Line != 5 {
		t.Errorf("got %v", got)
	}
}

func FuzzFindings(f *testing.F) {
	f.Add([]byte("110101194912310032"), []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69, 5, 8}, true)
	f.Fuzz(func(t *testing.T, a, b []byte, hidden bool) {
		rec := trace.Recording{Entries: []trace.Entry{
			{Read: &trace.Bytes{Shown: a}}, {Read: &trace.Bytes{Shown: b, Hidden: hidden}}, {Write: &trace.Bytes{Shown: a}}, {Read: &trace.Bytes{Shown: a}},
		}}
		for _, f := range samtrace.Findings(&rec, func(idreader.IDNumber) bool { return false }) {
			if f.Line < 2 || f.Line > 5 {
				t.Fatalf("line %d", f.Line)
			}
		}
		if got := samtrace.Findings(&rec, func(idreader.IDNumber) bool { return true }); len(got) > 0 && got[0].What == "citizen number" {
			t.Fatal("an invented number is found")
		}
	})
}
