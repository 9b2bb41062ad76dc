package sim

import (
	"encoding/binary"
	"fmt"
	"slices"

	"hallway/idreader"
	"hallway/idreader/sam"
)

// Sizes of a card's parts in bytes.
const (
	textBytes    = 256
	photoBytes   = 1024
	addressBytes = 70
	maxAddresses = 4
	maxFingers   = 1024
)

// photoHeader is what every WLT photo begins with: "WL", width 102, height 126.
// The rest of a simulated photo is zero: it shows nobody.
var photoHeader = []byte{0x57, 0x4C, 0x66, 0x00, 0x7E, 0x00}

// A Card is what a reader gets from a card: text, photo, newest addresses and
// fingerprints as bytes.
type Card struct {
	text            [textBytes]byte
	photo           []byte
	newest, fingers []byte
}

// Encode makes the card of an invented person, of the person's kind; "" is a
// resident card. A field that is too long for the card is an error.
func Encode(p idreader.Person) (Card, error) {
	text, err := sam.EncodeText(p)
	if err != nil {
		return Card{}, err
	}
	c := FromText([textBytes]byte(text))
	if p.Newest == "" {
		return c, nil
	}
	return c.WithNewest(p.Newest)
}

// FromText makes a card of any kind out of its text block.
func FromText(text [textBytes]byte) Card {
	photo := make([]byte, photoBytes)
	copy(photo, photoHeader)
	return Card{text: text, photo: photo}
}

// Text returns the card's text, 256 bytes.
func (c Card) Text() []byte { return slices.Clone(c.text[:]) }

// WithNewest returns the card with one to four newest addresses; "" leaves a
// block blank. One that is too long is an error.
func (c Card) WithNewest(addresses ...string) (Card, error) {
	if len(addresses) > maxAddresses {
		return c, fmt.Errorf("%d newest addresses, a card has at most %d", len(addresses), maxAddresses)
	}
	c.newest = nil
	for _, a := range addresses {
		text, err := sam.EncodeText(idreader.Person{Address: a})
		if err != nil {
			return c, fmt.Errorf("newest %w", err)
		}
		c.newest = append(c.newest, text[addressAt:addressAt+addressBytes]...)
	}
	return c, nil
}

// addressAt is where the address lies in the text of a resident card.
const addressAt = 52

// WithPhoto returns the card with these bytes in place of the photo: 1024 on a
// sound card.
func (c Card) WithPhoto(photo []byte) Card {
	c.photo = slices.Clone(photo)
	return c
}

// WithFingers returns the card with fingerprint templates, 512 bytes each.
func (c Card) WithFingers(templates []byte) Card {
	c.fingers = slices.Clone(templates[:min(len(templates), maxFingers)])
	return c
}

// data returns the data of the reply to read: the lengths, text, photo, and the
// fingerprints when they are asked for.
func (c *Card) data(fingers bool) []byte {
	b := binary.BigEndian.AppendUint16(nil, textBytes)
	b = binary.BigEndian.AppendUint16(b, uint16(len(c.photo)))
	if fingers {
		b = binary.BigEndian.AppendUint16(b, uint16(len(c.fingers)))
	}
	b = append(append(b, c.text[:]...), c.photo...)
	if fingers {
		b = append(b, c.fingers...)
	}
	return b
}
