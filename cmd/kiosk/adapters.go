package main

import (
	"context"
	"time"

	"hallway/app/journey"
	"hallway/app/outbox"
	"hallway/devices"
	"hallway/devices/scanner"
	"hallway/idreader"
	"hallway/idreader/sam"
)

// reader polls the supervised card reader.
type reader struct {
	*devices.Supervisor[*sam.Session]
}

// Poll implements [idreader.Reader].
func (r reader) Poll(ctx context.Context, emit func(idreader.Event)) error {
	return r.Do(ctx, func(ctx context.Context, s *sam.Session) error { return s.Poll(ctx, emit) })
}

// codes reads codes with the supervised scanner.
type codes struct {
	*devices.Supervisor[*scanner.Scanner]
}

// Scan implements [journey.Scanner].
func (c codes) Scan(ctx context.Context, emit func(idreader.Secret[string])) error {
	return c.Do(ctx, func(ctx context.Context, s *scanner.Scanner) error {
		return s.Poll(ctx, func(scan scanner.Scan) {
			text, _ := scan.Code.Text("receipt before the scanner")
			scan.Code.Wipe()
			emit(idreader.Conceal(text))
		})
	})
}

// noReader stands for a reader that is not fitted.
type noReader struct{}

// Poll implements [idreader.Reader].
func (noReader) Poll(context.Context, func(idreader.Event)) error { return devices.ErrAbsent }

// hallOf is what the terminal's store knows of the hall. The catalogue pointer
// changes only with the catalogue's version.
func hallOf(ctx context.Context, t *outbox.Terminal, before journey.Hall) journey.Hall {
	info, ok := t.Hall()
	if !ok {
		return journey.Hall{Online: t.Online()}
	}
	out := journey.Hall{Name: info.Name, Online: t.Online(), Catalogue: before.Catalogue}
	if zone, err := time.LoadLocation(info.Zone); err == nil {
		out.Zone = zone
	}
	c, err := t.Catalogue(ctx)
	if err == nil && (out.Catalogue == nil || out.Catalogue.Version != c.Version) {
		out.Catalogue = &c
	}
	return out
}
