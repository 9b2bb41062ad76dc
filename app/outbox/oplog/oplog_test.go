package oplog

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"hallway/app/operation"
	"hallway/app/outbox/disk"
)

func op(id string, seq int64) Frame {
	return Frame{Seq: seq, Record: Record{Op: &Op{Envelope: operation.Envelope{ID: operation.ID(id), Seq: seq, Kind: operation.ApplicationSubmit, Body: []byte(id)}}}}
}

func kept(f Frame) Frame {
	copied := *f.Op
	copied.Kept = true
	f.Op = &copied
	return f
}

func base(seq int64) Frame {
	return Frame{Seq: seq, Record: Record{Base: &Base{Terminal: "012", Epoch: 1, Receipts: map[string]int{"2026-11-23": int(seq)}}}}
}

func commit(seq int64) Frame { return Frame{Seq: seq, Record: Record{Commit: true}} }
func abort(seq int64) Frame  { return Frame{Seq: seq, Record: Record{Abort: true}} }
func end(id, state string) Frame {
	return Frame{Record: Record{End: &End{ID: operation.ID(id), State: state}}}
}

func ids(s *State) (all []string) {
	for _, o := range s.Ops() {
		all = append(all, string(o.ID)+":"+s.StateOf(o.ID))
	}
	return all
}

func TestWhatTheFramesSayTogether(t *testing.T) {
	replacing := op("c", 3)
	replacing.Op.Replaces = "a"
	for _, c := range []struct {
		name      string
		frames    []Frame
		want      []string
		seq, sure int64
	}{
		{"nothing", nil, nil, 0, 0},
		{"accepted and committed", []Frame{base(0), op("a", 1), commit(1), op("b", 2)}, []string{"a:pending", "b:pending"}, 2, 1},
		{"a number used again", []Frame{base(0), op("a", 1), op("b", 2), op("c", 3), op("d", 2), commit(2)}, []string{"a:pending", "d:pending"}, 3, 2},
		{"given up", []Frame{base(0), op("a", 1), op("b", 2), abort(2)}, []string{"a:pending"}, 2, 0},
		{"ended", []Frame{base(0), op("a", 1), op("b", 2), end("a", "settled")}, []string{"a:settled", "b:pending"}, 2, 0},
		{"replaced", []Frame{base(0), op("a", 1), op("b", 2), replacing}, []string{"a:replaced", "b:pending", "c:pending"}, 3, 0},
		{"what replaced it was given up", []Frame{base(0), op("a", 1), op("b", 2), replacing, abort(3)}, []string{"a:pending", "b:pending"}, 3, 0},
		{"two files, the older not removed", []Frame{base(0), op("a", 1), op("b", 2), commit(2), base(2), kept(op("a", 1)), op("c", 3)}, []string{"a:pending", "b:pending", "c:pending"}, 3, 2},
	} {
		s := Replay(c.frames)
		if got := ids(s); !slices.Equal(got, c.want) || s.Seq != c.seq || s.Committed != c.sure {
			t.Errorf("%s: %v, last %d, committed %d; want %v, %d, %d", c.name, got, s.Seq, s.Committed, c.want, c.seq, c.sure)
		}
	}
	if s := Replay([]Frame{base(0), op("a", 1), op("b", 2), abort(2)}); !slices.Equal(s.Aborted(), []operation.ID{"b"}) {
		t.Errorf("aborted: %v", s.Aborted())
	}
}

func encoded(t testing.TB, frames ...Frame) (b []byte) {
	t.Helper()
	for _, f := range frames {
		var err error
		if b, err = f.encode(b); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestDamageCostsOneFrame(t *testing.T) {
	frames := []Frame{base(0), op("a", 1), op("b", 2), op("c", 3)}
	whole := encoded(t, frames...)
	got, damaged := Decode(whole)
	if !reflect.DeepEqual(got, frames) || damaged != 0 {
		t.Fatalf("%+v, %d bytes damaged", got, damaged)
	}
	for i := range whole {
		for _, spoilt := range [][]byte{flipped(whole, i), whole[:i]} {
			got, _ := Decode(spoilt)
			if len(got) < len(frames)-1 && len(spoilt) == len(whole) {
				t.Fatalf("a flip at %d costs %d frames", i, len(frames)-len(got))
			}
			for _, f := range got {
				if !slices.ContainsFunc(frames, func(g Frame) bool { return reflect.DeepEqual(f, g) }) {
					t.Fatalf("damage at %d made a frame up: %+v", i, f)
				}
			}
		}
	}
}

func flipped(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 4
	return c
}

func TestANewFileTakesThePlaceOfAllOlder(t *testing.T) {
	d := disk.Dir(t.TempDir())
	l, err := Begin(d, base(0), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.Append(op("a", 1), op("b", 2)), l.Sync(), l.Append(end("a", "settled"))); err != nil {
		t.Fatal(err)
	}
	if s, err := Read(d); err != nil || !slices.Equal(ids(s), []string{"a:settled", "b:pending"}) || l.Grown() == 0 || l.Full() {
		t.Errorf("%v, %v", ids(s), err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l, err = Begin(d, base(2), []Frame{kept(op("b", 2))}); err != nil {
		t.Fatal(err)
	}
	if s, err := Read(d); err != nil || !slices.Equal(ids(s), []string{"b:pending"}) || s.Seq != 2 || s.Base.Receipts["2026-11-23"] != 2 {
		t.Errorf("%v, %v", ids(s), err)
	}
	if err := errors.Join(l.Close(), l.Close(), (*Log)(nil).Close()); err != nil {
		t.Error(err)
	}
	files, _ := filepath.Glob(d.Path(Dir + "/*"))
	if len(files) != 1 || filepath.Base(files[0]) != "0000000002.hoj" {
		t.Errorf("files %v", files)
	}
}

func TestAFolderThatCannotBeUsedIsAnError(t *testing.T) {
	d := disk.Dir(t.TempDir())
	if s, err := Read(d); err != nil || s.Seq != 0 || s.Base.Terminal != "" {
		t.Errorf("without a journal: %+v, %v", s, err)
	}
	if err := os.WriteFile(d.Path(Dir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Begin(d, base(0), nil); err == nil {
		t.Error("a journal was begun in a file")
	}
	if _, err := Read(disk.Dir(d.Path("none"))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestARecordThatIsTooLongIsRefused(t *testing.T) {
	f := op("a", 1)
	f.Op.Body = make([]byte, maxRecord)
	if _, err := f.encode(nil); err == nil {
		t.Error("written, and never to be read again")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, base(0), op("a", 1), commit(1), end("a", "settled"), abort(2)))
	f.Add([]byte(mark + mark + mark))
	f.Add(encoded(f, op("a", 1))[:30])
	f.Fuzz(func(t *testing.T, b []byte) {
		frames, damaged := Decode(b)
		if damaged < 0 || damaged > len(b) {
			t.Fatalf("%d of %d bytes damaged", damaged, len(b))
		}
		if n := len(Replay(frames).Ops()); n > len(frames) {
			t.Fatalf("%d operations of %d frames", n, len(frames))
		}
		again, damaged := Decode(encoded(t, frames...))
		if damaged != 0 || len(again) != len(frames) {
			t.Fatalf("%d frames become %d, %d bytes damaged", len(frames), len(again), damaged)
		}
	})
}
