package samtrace

import (
	"encoding/binary"
	"slices"

	"hallway/devices/trace"
	"hallway/idreader"
	"hallway/idreader/sam"
)

// A Finding is personal data in a recording.
type Finding struct {
	Line int    // of the recording, where it ends
	What string // "citizen number" or "card", never the data itself
}

// Findings looks through a recording for citizen numbers, GB 11643, in text of
// one or two bytes a character, and for the text of cards in answers of
// resident card readers. Numbers for which invented returns true are passed
// over, with their cards.
func Findings(rec *trace.Recording, invented func(idreader.IDNumber) bool) []Finding {
	s := search{invented: invented}
	for i, e := range rec.Entries {
		s.line = i + 2
		switch {
		case e.Write != nil:
			s.look(&s.written, e.Write)
		case e.Read != nil:
			s.look(&s.read, e.Read)
		case e.Note != "":
			s.numbers([]byte(e.Note))
		}
	}
	return slices.Compact(s.found)
}

// A search goes through one recording.
type search struct {
	invented      func(idreader.IDNumber) bool
	line          int
	written, read tail
	found         []Finding
}

// A tail is what one direction brought last.
type tail struct {
	text  []byte
	cards sam.Decoder
}

// numberBytes is the length of a citizen number with two bytes a character.
const numberBytes = 2 * 18

// look looks at the next bytes of one direction.
func (s *search) look(t *tail, b *trace.Bytes) {
	t.text = append(t.text, b.Shown...)
	s.numbers(t.text)
	t.text = slices.Clone(t.text[max(0, len(t.text)-numberBytes+1):])
	for rest := b.Shown; len(rest) > 0; {
		rest = rest[t.cards.Feed(rest):]
		for body, ok := t.cards.Next(); ok; body, ok = t.cards.Next() {
			s.card(body)
		}
	}
	if b.Hidden {
		t.text = nil
		t.cards.Clear()
	}
}

// numbers finds citizen numbers in text.
func (s *search) numbers(text []byte) {
	for _, width := range []int{1, 2} {
		for i := 0; i+18*width <= len(text); i++ {
			if n, ok := number(text[i:], width); ok && !s.invented(n) {
				s.found = append(s.found, Finding{s.line, "citizen number"})
			}
		}
	}
}

// number returns the valid citizen number at the beginning of text.
func number(text []byte, width int) (idreader.IDNumber, bool) {
	digits := make([]byte, 18)
	for i := range digits {
		digits[i] = text[i*width]
		if digits[i] < '0' || digits[i] > '9' && digits[i] != 'X' && digits[i] != 'x' || width == 2 && text[i*2+1] != 0 {
			return "", false
		}
	}
	n := idreader.IDNumber(digits)
	return n, n.Valid() && !n.Birth().IsZero()
}

// card finds a card's text in the body of an answer: status words, lengths of
// text and photo, text. GA/T 467.
func (s *search) card(body []byte) {
	const before, size = 3 + 4, 256
	if len(body) < before+size || binary.BigEndian.Uint16(body[3:]) != size {
		return
	}
	person, err := sam.DecodeText(body[before : before+size])
	if err != nil || !s.invented(person.Number) {
		s.found = append(s.found, Finding{s.line, "card"})
	}
}
