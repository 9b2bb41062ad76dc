package drivers

import (
	"context"
	"fmt"
	"log/slog"

	"hallway/devices"
	"hallway/devices/serialport"
	"hallway/idreader"
	"hallway/idreader/mrz"
)

// documentSettings are those of a reader of machine-readable zones.
type documentSettings struct {
	Port string `toml:"port" example:"uart:ttyS2" doc:"Port of the device; 'kioskctl ports' lists them."`
	Baud int    `toml:"baud" default:"9600" min:"300" max:"921600" doc:"Speed in bits a second; not used over TCP."`
}

var documents = Driver{
	Name: "document", Kind: devices.IDReader, Title: "Reader of machine-readable zones",
	About: []string{
		"A swipe slot or a camera that reads the lines at the foot of passports, visas and travel permits (ICAO Doc 9303 and the Chinese permits of one and three lines). The dialects of Desko, 3M and plain imagers are told apart by themselves.",
		"A document counts only when every check digit agrees; confusions of characters are repaired only where a digit proves it, and the repair is reported.",
	},
	Block: "On the command line of kioskctl.", Settings: documentSettings{}, Via: busVia,
	Walk: walkDocument,
	Over: func(_ context.Context, conn devices.Conn, _ int) (devices.Device, error) {
		return mrz.Open(conn, mrz.Options{}), nil
	},
}

// Document returns what opens a reader of zones.
func (p *Ports) Document(text string, baud int, log *slog.Logger) Opener[*mrz.Reader] {
	return Opener[*mrz.Reader]{
		Port: text, Via: busVia, Connect: p.Stream(text, serialport.Mode{Baud: baud}, busVia...),
		Driver: func(ctx context.Context, connect Connect) (*mrz.Reader, error) {
			conn, err := connect(ctx, 0)
			if err != nil {
				return nil, err
			}
			return mrz.Open(conn, mrz.Options{Log: log}), nil
		},
	}
}

// walkDocument has a document swiped and says what kind it is.
func walkDocument(ctx context.Context, d devices.Device, g Guide) error {
	ctx, cancel := context.WithTimeout(ctx, handTime)
	defer cancel()
	g.Say("Swipe a passport or a permit.")
	result := fmt.Errorf("nothing was swiped in %v: check port and speed: %w", handTime, devices.ErrSilent)
	err := d.(*mrz.Reader).Poll(ctx, func(e mrz.Event) {
		defer e.Document.Wipe()
		if e.Type != idreader.Read {
			g.Say("That could not be read (%s); swipe it again.", e.Fault)
			return
		}
		r := mrz.NewRecord(e.Document.Reveal("masked for the technician"), false)
		g.Say("Read: %s of %s, number %s, %d repairs.", r.Format, r.Issuer, r.Number, len(r.Repairs))
		result = nil
		cancel()
	})
	if err != nil {
		return err
	}
	return result
}
