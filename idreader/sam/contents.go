package sam

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"hallway/devices"
	"hallway/idreader"
)

// photoHeader begins every photo seen: "WL", width 102, height 126.
var photoHeader = []byte{0x57, 0x4C, 0x66, 0x00, 0x7E, 0x00}

// contents are the parts of the answer to a command that reads the card.
type contents struct{ text, photo, fingers []byte }

// contentsOf takes the data of an answer to c apart: the lengths of its parts,
// then the parts. Lengths that do not add up, or are larger than the standard
// has them, are an error.
func contentsOf(c Command, data []byte) (contents, error) {
	sizes := []int{textLen, photoLen}
	if c == CmdFingerprint {
		sizes = append(sizes, fingerLen)
	}
	rest := data[min(2*len(sizes), len(data)):]
	var parts [3][]byte
	for i, most := range sizes {
		if len(data) < 2 {
			return contents{}, fmt.Errorf("answer ends in its lengths: %w", devices.ErrProtocol)
		}
		n := int(binary.BigEndian.Uint16(data))
		if n > most || n > len(rest) {
			return contents{}, fmt.Errorf("part %d of the answer has length %d, at most %d: %w", i+1, n, min(most, len(rest)), devices.ErrProtocol)
		}
		parts[i], rest, data = rest[:n], rest[n:], data[2:]
	}
	if len(rest) > 0 {
		return contents{}, fmt.Errorf("%d bytes behind the parts of the answer: %w", len(rest), devices.ErrProtocol)
	}
	return contents{parts[0], parts[1], parts[2]}, nil
}

// newestOf returns the newest address in the data of an answer to CmdNewest: the
// last block that is not blank. That later addresses come last is UNCONFIRMED.
func newestOf(data []byte) (newest string) {
	for block := range slices.Chunk(data, addressLen) {
		if len(block) < addressLen {
			break
		}
		if a := decodeAddress(block); a != "" {
			newest = a
		}
	}
	return newest
}

// take makes a person of the answer to c and keeps the photo for complete.
func (s *Session) take(c Command, data []byte) (idreader.Person, error) {
	parts, err := contentsOf(c, data)
	if err != nil {
		return idreader.Person{}, err
	}
	person, err := DecodeText(parts.text)
	if err != nil {
		return idreader.Person{}, err
	}
	if len(s.o.Kinds) > 0 && !slices.Contains(s.o.Kinds, person.Kind) {
		return idreader.Person{}, &KindError{person.Kind}
	}
	if len(parts.photo) != photoLen {
		person.Warnings = append(person.Warnings, idreader.WarnPhoto)
	} else if s.o.Photo != nil {
		copy(s.photo[:], parts.photo)
	}
	if s.o.Fingerprint != nil {
		s.o.Fingerprint(parts.fingers)
	}
	return person, nil
}

// complete adds what comes after reading: the newest address and the picture.
// What cannot be had is among the warnings; an error means that the reader
// failed.
func (p *poll) complete(ctx context.Context, person *idreader.Person) error {
	if err := p.newest(ctx, person); err != nil {
		return err
	}
	if p.o.Photo == nil || slices.Contains(person.Warnings, idreader.WarnPhoto) {
		return nil
	}
	err := errors.New("the photo does not begin as one")
	if bytes.HasPrefix(p.photo[:], photoHeader) {
		person.Photo, err = p.o.Photo(ctx, p.photo[:])
	}
	if err != nil {
		p.log.Warn("photo was not decoded", "err", err)
		person.Photo = nil
		person.Warnings = append(person.Warnings, idreader.WarnPhoto)
	}
	return ctx.Err()
}

func (p *poll) newest(ctx context.Context, person *idreader.Person) error {
	if !p.o.Newest {
		return nil
	}
	data, err := p.ask(ctx, CmdNewest)
	var status *StatusError
	switch {
	case err == nil:
		person.Newest = newestOf(data)
	case errors.As(err, &status) && status.SW == SWNoItem:
	case soft(err), onCard(err):
		p.log.Warn("newest address was not read", "err", err)
		person.Warnings = append(person.Warnings, idreader.WarnNewest)
	default:
		return err
	}
	return nil
}

// forget overwrites what the session holds of a card.
func (s *Session) forget() {
	s.line.dec.Clear()
	clear(s.photo[:])
}
