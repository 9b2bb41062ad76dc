package readertest_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	devsim "hallway/devices/sim"
	"hallway/idreader"
	"hallway/idreader/readertest"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSAM runs the suite on the driver of resident card readers, for each of
// its specimens.
func TestSAM(t *testing.T) {
	for i, s := range sim.Specimens() {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			person, err := sam.DecodeText(s.Card.Text())
			if err != nil {
				t.Fatal(err)
			}
			readertest.Suite{
				Person: person,
				Open: func(t *testing.T, log *slog.Logger) readertest.Bench {
					b := open(t, s.Card, log)
					b.Reader = careless{b.Reader, os.Getenv(wrongVariable), log}
					return b
				},
				Same:    sam.DefaultTiming().Same,
				Virtual: true,
			}.Run(t)
		})
	}
}

// open opens a session on a simulated reader.
func open(t *testing.T, card sim.Card, log *slog.Logger) readertest.Bench {
	t.Helper()
	reader := sim.New(sim.Options{})
	line := devsim.NewMemory("reader")
	served := make(chan error, 1)
	go func() { served <- reader.Serve(context.Background(), line) }()
	conn, err := line.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := sam.Open(t.Context(), conn, sam.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = session.Close()
		_ = line.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	var snatch atomic.Bool
	reader.OnChange(func() { // after the card was selected, before it is read
		if snatch.Load() && reader.Asked(sam.CmdSelect) > 0 && snatch.Swap(false) {
			reader.Lift()
		}
	})
	return readertest.Bench{
		Reader: session,
		Looks: func() (n int) {
			for _, c := range []sam.Command{sam.CmdFind, sam.CmdSelect, sam.CmdRead, sam.CmdManagement, sam.CmdStatus} {
				n += reader.Asked(c)
			}
			return n
		},
		Lay:  func() { reader.Lay(card) },
		Lift: reader.Lift,
		Snatch: func() {
			snatch.Store(true)
			reader.Lay(card)
		},
		Spoil:    func() { reader.Inject(sim.Fault{Command: sam.CmdRead, Times: -1, Garble: true}) },
		Heal:     reader.ClearFaults,
		CutPhoto: func() { reader.Lay(card.WithPhoto(make([]byte, 512))) },
		Unplug:   func() { _ = line.Unplug() },
	}
}

func TestLeaksAreFoundInEveryForm(t *testing.T) {
	person, err := sam.DecodeText(sim.Specimens()[0].Card.Text())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"":                             nil,
		"reader is reset, 1284 bytes":  nil,
		"err=" + person.Name:           {"name"},
		"\x20\x5f\x09\x4e\x30\x4e":     {"name"}, // UTF-16LE
		"20 5F 09 4E 30 4E":            {"name"},
		"205f094e304e":                 {"name"},
		"\xd5\xc5\xc8\xfd\xb7\xe1":     {"name"}, // GB 18030
		"no. 11010119491231 of":        {"number", "birth"},
		"1949-12-31":                   {"birth"},
		"x5byg5LiJ5Liw ":               {"name"}, // base64
		"北京市公安局东城分局":                   {"issuer"},
		"ends in 12310032":             {"number"},
		person.Address + person.Issuer: {"address", "issuer"},
	} {
		if got := readertest.Leaks([]byte(text), person); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if got := readertest.Leaks([]byte("anything"), idreader.Person{}); got != nil {
		t.Errorf("of nobody: %v", got)
	}
}
