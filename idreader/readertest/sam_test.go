package readertest_test

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"hallway/devices/devicestest"
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
					b := readertest.SAM(s.Card, sam.Options{}, devicestest.Memory())(t, log)
					b.Reader = careless{b.Reader, os.Getenv(wrongVariable), log}
					return b
				},
				Same:    sam.DefaultTiming().Same,
				Virtual: true,
			}.Run(t)
		})
	}
}

// TestSAMOnPorts runs the suite through the serial port library and through a
// socket.
func TestSAMOnPorts(t *testing.T) {
	card := sim.Specimens()[0].Card
	person, err := sam.DecodeText(card.Text())
	if err != nil {
		t.Fatal(err)
	}
	for _, on := range []devicestest.Transport{devicestest.PTY(), devicestest.TCP()} {
		t.Run(on.Name, func(t *testing.T) {
			readertest.Suite{Person: person, Open: readertest.SAM(card, sam.Options{}, on), Same: sam.DefaultTiming().Same}.Run(t)
		})
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
