package sam

import (
	"context"
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
// three attempts must be lifted before it is told of again, unless it can be
// read after all. A card that was read
// and comes back within Timing.Same is passed over in silence, with its
// removal. A presentation during which the reader itself fails has no end but
// Poll's error.
//
// A cable that is out, a module without power and a line that garbles all end
// the poll with [devices.ErrGone], [devices.ErrSilent] or [devices.ErrProtocol]
// after a few seconds, also while a card lies there, so that the reader can be
// opened again.
func (s *Session) Poll(ctx context.Context, emit func(idreader.Event)) error {
	p := poll{Session: s, emit: emit, seed: maphash.MakeSeed()}
	err := p.run(ctx)
	s.forget()
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
		return p.untilReadIsRemoved(ctx)
	}
	if quick {
		p.emit(idreader.Event{Type: idreader.Present})
	}
	if failure == nil {
		err = p.wasRead(ctx, person)
	} else {
		err = p.wasNotRead(ctx, failure)
	}
	if err == nil {
		p.emit(idreader.Event{Type: idreader.Removed})
	}
	return err
}

// wasRead tells of a card that was read and waits until it is removed.
func (p *poll) wasRead(ctx context.Context, person idreader.Person) error {
	p.last = p.hash(person)
	p.emit(idreader.Event{Type: idreader.Read, Kind: person.Kind, Person: idreader.Conceal(person)})
	return p.untilReadIsRemoved(ctx)
}

func (p *poll) untilReadIsRemoved(ctx context.Context) error {
	_, err := p.untilRemoved(ctx, p.afterRead())
	p.lastAt = time.Now()
	return err
}

// wasNotRead tells of a card that could not be read and waits until it is
// removed. A card that lies on is tried once more, in silence: it may be another
// one, laid during the last attempt.
func (p *poll) wasNotRead(ctx context.Context, failure error) error {
	p.emit(p.failed(failure))
	w, err := p.afterFailure(ctx, failure)
	if err != nil {
		return err
	}
	removed, err := p.untilRemoved(ctx, w)
	if err != nil || removed {
		return err
	}
	person, failure, err := p.read(ctx)
	if err != nil {
		return err
	}
	if failure == nil {
		p.emit(idreader.Event{Type: idreader.Removed})
		p.emit(idreader.Event{Type: idreader.Present})
		return p.wasRead(ctx, person)
	}
	w.looks = 0
	_, err = p.untilRemoved(ctx, w)
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

// attempt reads the card once. Contents that make no sense count as a damaged
// answer.
func (p *poll) attempt(ctx context.Context, find bool) (idreader.Person, error) {
	defer p.forget()
	if find {
		if _, err := p.ask(ctx, CmdFind); err != nil {
			return idreader.Person{}, err
		}
	}
	if _, err := p.ask(ctx, CmdSelect); err != nil {
		return idreader.Person{}, err
	}
	c := p.o.reading()
	data, err := p.ask(ctx, c)
	if err != nil {
		return idreader.Person{}, err
	}
	person, err := p.take(c, data)
	if errors.Is(err, devices.ErrProtocol) {
		return person, &AnswerError{Command: c, Received: len(data), Damaged: 1}
	}
	if err == nil {
		err = p.complete(ctx, &person)
	}
	return person, err
}

// A watch is how a card that lies there is looked after.
type watch struct {
	probe  Command
	every  time.Duration
	misses int // in a row that count as a removal; 0 = it is gone already
	looks  int // after which to stop although it is there; 0 = never
}

// afterRead watches a card that was read and is therefore selected.
func (p *poll) afterRead() watch {
	return watch{probe: CmdManagement, every: p.line.timing.Probe, misses: gone}
}

// again is how many looks a card that could not be read lies there before it is
// tried once more, about 2 s.
const again = 6

// afterFailure watches a card that could not be read. The citizen lifts it and
// lays it down again at once, so that one miss counts, and so does the one that
// ended the last attempt: a good card that is missed by mistake is read once
// more, which does no harm. A card that answers to management info is selected,
// and one that was laid anew is not, however quickly that went; whether another
// module than the simulated one tells them apart is UNCONFIRMED.
func (p *poll) afterFailure(ctx context.Context, failure error) (watch, error) {
	w := watch{probe: CmdFind, every: p.line.timing.Idle, misses: 1, looks: again}
	if errors.As(failure, new(*KindError)) {
		return p.afterRead(), nil
	}
	if status := (*StatusError)(nil); errors.As(failure, &status) && *status == (StatusError{CmdFind, SWNoCard}) {
		w.misses = 0
		return w, nil
	}
	if p.noManagement {
		return w, nil
	}
	_, err := p.ask(ctx, CmdManagement)
	switch {
	case err == nil:
		w.probe, w.looks = CmdManagement, 0
	case !soft(err) && !onCard(err):
		return w, err
	}
	return w, nil
}

// untilRemoved looks until the card is gone, or false when it is still there
// after all looks. A module that does not know the management command is looked
// at by CmdFind from then on; whether that finds a card which was read already
// differs between modules (UNCONFIRMED which), and one that does not find it
// reports it removed early.
func (p *poll) untilRemoved(ctx context.Context, w watch) (bool, error) {
	for missing, there := 0, 0; missing < w.misses; {
		if err := devices.Pause(ctx, w.every); err != nil {
			return false, err
		}
		if p.noManagement {
			w.probe = CmdFind
		}
		_, err := p.ask(ctx, w.probe)
		switch {
		case err == nil:
			missing = 0
			if there++; there == w.looks {
				return false, nil
			}
		case w.probe == CmdManagement && unknown(err):
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
