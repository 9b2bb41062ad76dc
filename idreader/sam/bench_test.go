package sam_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hallway/devices/serialport"
	line "hallway/devices/sim"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// BenchmarkCardOverPTY reads a card that lies on a reader whose bytes take as
// long as on a wire of 115200 bits a second. x-wire is the time from the first
// byte of the question for a card to the Read event, in multiples of the wire
// time of all bytes of the exchange.
func BenchmarkCardOverPTY(b *testing.B) {
	pty, err := line.OpenPTY("")
	if err != nil {
		b.Fatal(err)
	}
	r := sim.New(sim.Options{Paced: true, LineBaud: pty.Baud})
	served := make(chan error, 1)
	go func() { served <- r.Serve(context.Background(), pty) }()
	conn, err := serialport.Open(b.Context(), pty.Name(), sam.DefaultBaud)
	if err != nil {
		b.Fatal(err)
	}
	s, err := sam.Open(b.Context(), conn, sam.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r.Lay(sim.Specimens()[0].Card)
	const exchanged = 10 + 15 + 10 + 19 + 10 + 1295 // find, select, read and their answers
	wire := time.Duration(exchanged) * 10 * time.Second / sam.DefaultBaud
	total, best := time.Duration(0), time.Hour
	for b.Loop() {
		took := readOnce(b, s)
		total += took
		best = min(best, took)
	}
	b.SetBytes(exchanged)
	b.ReportMetric(float64(total)/float64(b.N)/float64(wire), "x-wire")
	b.ReportMetric(float64(best)/float64(wire), "best-x-wire")
	if err := errors.Join(s.Close(), pty.Close(), <-served); err != nil {
		b.Fatal(err)
	}
}

// readOnce returns how long a poll takes until it has read the card that lies
// there.
func readOnce(b *testing.B, s *sam.Session) (took time.Duration) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	start := time.Now()
	err := s.Poll(ctx, func(e idreader.Event) {
		if e.Type == idreader.Read {
			took = time.Since(start)
			cancel()
		}
	})
	if err != nil || took == 0 {
		b.Fatalf("no card: %v", err)
	}
	return took
}

func BenchmarkDecodeNoise(b *testing.B) {
	noise := make([]byte, 2048)
	for i := range noise {
		noise[i] = byte(i * 7)
	}
	var d sam.Decoder
	b.SetBytes(int64(len(noise)))
	b.ReportAllocs()
	for b.Loop() {
		d.Feed(noise)
		if _, ok := d.Next(); ok {
			b.Fatal("a frame")
		}
	}
}
