package readertest

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"

	"hallway/devices/devicestest"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"
)

// SAM is the Open of a [Suite] for the driver of resident card readers: a
// simulated reader that card will be laid on, behind a transport.
func SAM(card sim.Card, o sam.Options, on devicestest.Transport) func(t *testing.T, log *slog.Logger) Bench {
	return func(t *testing.T, log *slog.Logger) Bench {
		t.Helper()
		o.Log = log
		reader := sim.New(sim.Options{})
		conn, line := on.Connect(t, reader)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		session, err := sam.Open(ctx, conn, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = session.Close() }) // the test may have unplugged it
		return bench(session, reader, card, func() { _ = line.Unplug() })
	}
}

func bench(session *sam.Session, reader *sim.Reader, card sim.Card, unplug func()) Bench {
	var snatch atomic.Bool
	reader.OnChange(func() { // after the card was selected, before it is read
		if snatch.Load() && reader.Asked(sam.CmdSelect) > 0 && snatch.Swap(false) {
			reader.Lift()
		}
	})
	return Bench{
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
		Unplug:   unplug,
	}
}
