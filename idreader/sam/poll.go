package sam

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"hallway/devices"
	"hallway/idreader"
)

// gone is how many looks in a row must miss a card before it counts as removed.
const gone = 2

// Poll looks for cards until ctx ends, and reports each presentation once:
// Present, then Read or Failed, then Removed. A card that could not be read in
// three attempts must be lifted before it is tried again. A card that was read
// and comes back within Timing.Same is passed over in silence, with its
// removal. A presentation during which the reader itself fails has no end but
// Poll's error.
func (s *Session) Poll(ctx context.Context, emit func(idreader.Event)) error {
	p := poll{Session: s, emit: emit, seed: maphash.MakeSeed()}
	err := p.run(ctx)
	s.line.dec.Clear()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// A poll is the state of one Poll.
type poll struct {
	*Session
	emit   func(idreader.Event)
	missed int // answers in a row

	// The last card that was read and when it left: a hash of its number by a
	// seed that lives as long as the poll, not the number.
	seed   maphash.Seed
	last   uint64
	lastAt time.Time
}

func (p *poll) run(ctx context.Context) error {
	for {
		_, err := p.ask(ctx, CmdFind)
		switch {
		case err == nil:
			err = p.presentation(ctx)
		case soft(err) || onCard(err):
			err = devices.Pause(ctx, p.line.timing.Idle)
		}
		if err != nil {
			return err
		}
	}
}

// ask is Session.ask that gives up when too many answers in a row are missing
// or say that the module did not understand.
func (p *poll) ask(ctx context.Context, c Command) ([]byte, error) {
	data, err := p.Session.ask(ctx, c)
	class := devices.ErrProtocol
	if errors.Is(err, devices.ErrSilent) {
		class = devices.ErrSilent
	}
	if !soft(err) && !errors.Is(err, class) {
		p.missed = 0
		return data, err
	}
	if p.missed++; p.missed < tries {
		return nil, err
	}
	return nil, fmt.Errorf("%d commands in a row failed, check speed and cable: %v: %w", tries, err, class)
}

// presentation reads the card that was found and waits until it is removed.
func (p *poll) presentation(ctx context.Context) error {
	quick := !p.lastAt.IsZero() && time.Since(p.lastAt) < p.line.timing.Same
	if !quick {
		p.emit(idreader.Event{Type: idreader.Present})
	}
	person, failure, err := p.read(ctx)
	if err != nil {
		return err
	}
	if failure == nil && quick && p.hash(person) == p.last {
		_, err := p.untilRemoved(ctx, CmdManagement)
		p.lastAt = time.Now()
		return err
	}
	if quick {
		p.emit(idreader.Event{Type: idreader.Present})
	}
	// After a failure the card may not be selected, so only looking for it tells.
	probe := CmdFind
	if failure != nil {
		p.emit(p.failed(failure))
	} else {
		probe, p.last = CmdManagement, p.hash(person)
		p.emit(idreader.Event{Type: idreader.Read, Kind: person.Kind, Person: idreader.Conceal(person)})
	}
	removed, err := p.untilRemoved(ctx, probe)
	if removed {
		if failure == nil {
			p.lastAt = time.Now()
		}
		p.emit(idreader.Event{Type: idreader.Removed})
	}
	return err
}

func (p *poll) hash(person idreader.Person) uint64 {
	return maphash.String(p.seed, string(person.Number))
}

// read tries to read the card that was found, three times from the beginning.
// failure says why the card could not be read, err that the reader failed.
func (p *poll) read(ctx context.Context) (person idreader.Person, failure, err error) {
	for try := range tries {
		if try > 0 {
			if err := devices.Pause(ctx, p.line.timing.Idle); err != nil {
				return person, nil, err
			}
		}
		person, err = p.attempt(ctx, try > 0)
		var kind *KindError
		switch {
		case err == nil:
			return person, nil, nil
		case errors.As(err, &kind):
			return person, err, nil
		case !soft(err) && !onCard(err):
			return person, nil, err
		}
		failure = err
	}
	return person, failure, nil
}

// attempt reads the card once. A card text that makes no sense counts as a
// damaged answer.
func (p *poll) attempt(ctx context.Context, find bool) (idreader.Person, error) {
	steps := []Command{CmdFind, CmdSelect, CmdRead}
	if !find {
		steps = steps[1:]
	}
	var data []byte
	for _, c := range steps {
		var err error
		if data, err = p.ask(ctx, c); err != nil {
			return idreader.Person{}, err
		}
	}
	defer p.line.dec.Clear()
	person, err := DecodeText(cardText(data))
	if errors.Is(err, devices.ErrProtocol) {
		err = &AnswerError{Command: CmdRead, Received: len(data), Damaged: 1}
	}
	return person, err
}

// cardText returns the text in the data of a read reply: lengths of text and
// photo, text, photo. It returns nothing when the lengths do not add up.
func cardText(data []byte) []byte {
	if len(data) < lengthsLen {
		return nil
	}
	text, photo := int(binary.BigEndian.Uint16(data)), int(binary.BigEndian.Uint16(data[2:]))
	if photo > photoLen || lengthsLen+text+photo != len(data) {
		return nil
	}
	return data[lengthsLen : lengthsLen+text]
}

// untilRemoved looks with probe until the card is gone. A module that does not
// know the management command is looked at by CmdFind from then on; whether
// that finds a card which was read already differs between modules
// (UNCONFIRMED which), and one that does not find it reports it removed early.
func (p *poll) untilRemoved(ctx context.Context, probe Command) (bool, error) {
	for missing := 0; missing < gone; {
		if err := devices.Pause(ctx, p.line.timing.Probe); err != nil {
			return false, err
		}
		if p.noManagement {
			probe = CmdFind
		}
		_, err := p.ask(ctx, probe)
		switch {
		case err == nil:
			missing = 0
		case probe == CmdManagement && unknown(err):
			p.noManagement = true
		case onCard(err):
			missing++
		case !soft(err):
			return false, err
		}
	}
	return true, nil
}

// failed makes the event of a card that could not be read, and logs why.
func (p *poll) failed(failure error) idreader.Event {
	e := idreader.Event{Type: idreader.Failed, Fault: idreader.FaultGarbled}
	var kind *KindError
	var status *StatusError
	switch {
	case errors.As(failure, &kind):
		e.Fault, e.Kind = idreader.FaultKind, kind.Kind
	case errors.As(failure, &status):
		e.Fault = faultOf(status.SW)
	}
	p.log.Warn("card could not be read", "fault", e.Fault, "err", failure)
	return e
}

// onCard reports whether err is a status that says something of the card, or of
// this one command, but not that the module is out of order.
func onCard(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && !errors.Is(err, devices.ErrNotReady)
}

// unknown reports whether err says that the module does not know the command.
func unknown(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && (status.SW == SWUnknown || status.SW == SWOther)
}
