package sam

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"sync/atomic"

	"hallway/devices"
	"hallway/idreader"
)

// The conditions that a reader reports; both need a technician.
const (
	ConditionFailed       = "reader-failed"       // SW 60: the module failed its self-test
	ConditionUnauthorised = "reader-unauthorised" // SW 66: the module is not authorised
)

var errClosed = fmt.Errorf("card reader: %w", devices.ErrClosed)

// tries is how often something is done before it counts as failed.
const tries = 3

// Options say how a reader is spoken to and what is asked of a card.
type Options struct {
	Baud   int          // speed of the port, for time limits; 0 = DefaultBaud
	Timing Timing       // zero = DefaultTiming
	Log    *slog.Logger // nil = nowhere; gets statuses and lengths, never card data

	// Kinds are the documents that are accepted; empty = all four. A good card
	// of another kind is reported as Failed with FaultKind.
	Kinds []idreader.Kind
	// Newest asks each card for the address that was added to it later.
	Newest bool
	// Photo decodes the 1024 bytes of the photo (WLT), such as
	// photo.Decoder.Decode; they are overwritten when it returns. nil drops the
	// photo. While it runs no removal is noticed.
	Photo func(ctx context.Context, wlt []byte) (*image.NRGBA, error)
	// Fingerprint takes the templates of each card, 0 to 1024 bytes (GA/T 490),
	// which are overwritten when it returns. nil, which is right for a kiosk,
	// never asks for them.
	Fingerprint func(templates []byte)

	// FindOnly looks for a card that was read with the command that finds cards,
	// for modules that know management info but answer it wrongly.
	FindOnly bool
	// RFSize is sent after opening as the largest frame between module and card;
	// 0 = not sent. Makers' programs send 0x50 or 0x58; what it changes is
	// UNCONFIRMED. An error or silence in answer does not matter.
	RFSize byte
}

// reading returns the command that reads a card.
func (o Options) reading() Command {
	if o.Fingerprint != nil {
		return CmdFingerprint
	}
	return CmdRead
}

// A Session is an open reader.
type Session struct {
	line         line
	o            Options
	log          *slog.Logger
	photo        [photoLen]byte // of the card that is read, zero between cards
	identity     devices.Identity
	noManagement bool // module does not know CmdManagement
	closed       atomic.Bool
}

var (
	_ devices.Device  = (*Session)(nil)
	_ idreader.Reader = (*Session)(nil)
)

// Open asks the module behind conn for its status and number. A module that
// answers but is out of order opens all the same; [Session.Check] says what is
// wrong. When Open fails, conn is closed.
func Open(ctx context.Context, conn devices.Conn, o Options) (*Session, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Session{
		line: line{conn: conn, baud: o.Baud, timing: o.Timing.filled(), unsettled: true},
		o:    o, log: o.Log, noManagement: o.FindOnly,
	}
	if err := s.identify(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Session) identify(ctx context.Context) error {
	sw, err := s.statusAgain(ctx)
	if err != nil {
		return err
	}
	s.identity = devices.Identity{Model: "SAM"}
	if sw != SWDone {
		return nil
	}
	data, err := s.ask(ctx, CmdID)
	if err == nil {
		s.identity.Serial = FormatID([idLen]byte(data))
	}
	if refused := (*StatusError)(nil); err != nil && !errors.As(err, &refused) {
		return err
	}
	return s.setRFSize(ctx)
}

// setRFSize sends Options.RFSize. Only a lost port is an error.
func (s *Session) setRFSize(ctx context.Context) error {
	if s.o.RFSize == 0 {
		return nil
	}
	_, err := s.ask(ctx, CmdRFSize, s.o.RFSize)
	if soft(err) || onCard(err) {
		return nil
	}
	return err
}

// Identity returns the number of the module, which is a number of the reader.
func (s *Session) Identity() devices.Identity { return s.identity }

// Check asks for the status. It does not touch the card.
func (s *Session) Check(ctx context.Context) ([]devices.Condition, error) {
	sw, err := s.statusAgain(ctx)
	if err != nil {
		return nil, err
	}
	switch sw {
	case SWDone:
		return nil, nil
	case SWSelfTest:
		return []devices.Condition{{Code: ConditionFailed, Fault: true}}, nil
	case SWUnauthorised:
		return []devices.Condition{{Code: ConditionUnauthorised, Fault: true}}, nil
	}
	return nil, &StatusError{CmdStatus, sw}
}

// statusAgain asks for the status, and once more when a late answer may have
// spoilt the first.
func (s *Session) statusAgain(ctx context.Context) (SW, error) {
	doubt := s.line.unsettled
	sw, err := s.status(ctx)
	if doubt && soft(err) {
		return s.status(ctx)
	}
	return sw, err
}

// Close closes the port. It may be called twice, and from any goroutine.
func (s *Session) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	return s.line.conn.Close()
}

// status asks for the status, after silence when a late answer may be on the
// way.
func (s *Session) status(ctx context.Context) (SW, error) {
	if s.closed.Load() {
		return 0, errClosed
	}
	if s.line.unsettled {
		if err := s.line.drain(ctx); err != nil {
			return 0, err
		}
	}
	sw, _, err := s.line.exchange(ctx, CmdStatus)
	return sw, err
}

// ask sends c with what follows it and returns the data of its answer, or a
// *StatusError. The data is good until the next command.
func (s *Session) ask(ctx context.Context, c Command, follows ...byte) ([]byte, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	if s.line.unsettled {
		if err := s.settle(ctx); err != nil {
			return nil, err
		}
	}
	sw, data, err := s.line.exchange(ctx, c, follows...)
	if err != nil {
		s.log.Debug("reader gave no answer", "err", err)
		return nil, err
	}
	switch sw {
	case SWDone, SWFound:
		return data, nil
	case SWSum, SWLength, SWOther:
		s.line.unsettled = true // ask for the status before anything else
	}
	return nil, &StatusError{c, sw}
}

// settle brings a module back that owes an answer: silence and status, three
// times, with a reset before the last. The error of a module that does not come
// back is never soft.
func (s *Session) settle(ctx context.Context) error {
	for try := 1; ; try++ {
		sw, err := s.status(ctx)
		switch {
		case err == nil && sw != SWDone:
			return &StatusError{CmdStatus, sw}
		case err == nil || !soft(err):
			return err
		case try == tries:
			return fmt.Errorf("reader does not come back, not even after a reset: %w", errors.Unwrap(err))
		case try == tries-1:
			if err := s.reset(ctx); err != nil {
				return err
			}
		}
	}
}

// reset restarts the module. Whether it answers does not matter.
func (s *Session) reset(ctx context.Context) error {
	s.log.Warn("reader is reset")
	if _, _, err := s.line.exchange(ctx, CmdReset); err != nil && !soft(err) {
		return err
	}
	return devices.Pause(ctx, s.line.timing.Reset)
}

// soft reports whether err is a missing or damaged answer, after which the
// reader may well answer again.
func soft(err error) bool {
	var missing *AnswerError
	return errors.As(err, &missing)
}
