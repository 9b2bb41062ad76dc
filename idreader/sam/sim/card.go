package sim

import (
	"encoding/binary"

	"hallway/idreader"
	"hallway/idreader/sam"
)

const (
	textBytes  = 256
	photoBytes = 1024
)

// photoHeader is what every WLT photo begins with: "WL", width 102, height 126.
// The rest of a simulated photo is zero: it shows nobody.
var photoHeader = []byte{0x57, 0x4C, 0x66, 0x00, 0x7E, 0x00}

// A Card is what a reader gets from a card: text and photo as bytes.
type Card struct {
	text  [textBytes]byte
	photo [photoBytes]byte
}

// Encode makes the resident card of an invented person. A field that is too
// long for the card is an error.
func Encode(p idreader.Person) (Card, error) {
	text, err := sam.EncodeText(p)
	if err != nil {
		return Card{}, err
	}
	return FromText([textBytes]byte(text)), nil
}

// FromText makes a card of any kind out of its text block.
func FromText(text [textBytes]byte) Card {
	c := Card{text: text}
	copy(c.photo[:], photoHeader)
	return c
}

// data returns the data of the reply to read: both lengths, text, photo.
func (c *Card) data() []byte {
	b := binary.BigEndian.AppendUint16(nil, textBytes)
	b = binary.BigEndian.AppendUint16(b, photoBytes)
	return append(append(b, c.text[:]...), c.photo[:]...)
}
