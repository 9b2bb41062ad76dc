package printer

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Presenter is the mouth of a kiosk printer: how a cut ticket is handed out,
// how its sensor is asked, and how a ticket that nobody took is drawn back. The
// zero Presenter is a printer without one. Bytes are data, because makers use
// the same command with different meanings (Custom KPM210 and TPTCM, 1D 65).
//
// Zebra's KR printers have no profile. The KR203 speaks KPL and the KR403 ZPL,
// neither of which a driver of this program speaks. Of KPL is known that ESC ENQ 1
// asks for the status, whose codes name a jam in the presenter (1) and paper in it
// (20), and that ESC ACK n is answered when it is reached; the bytes that hand a
// ticket out or draw it back, feed, cut and print text are not. A profile of the
// bytes that are known could ask for a mouth but print nothing.
type Presenter struct {
	Present Hex `toml:"present"` // hands the ticket out, sent behind the cut; empty when the cut does it
	Retract Hex `toml:"retract"` // draws it back; empty when the printer cannot
	Ask     Hex `toml:"ask"`     // asks the sensor, in real time

	Answer  Hex  `toml:"answer"`  // first bytes of the sensor's answer
	Length  int  `toml:"length"`  // bytes of the answer, with the first ones
	Byte    int  `toml:"byte"`    // which of them tells, counted from 0
	Mask    Bits `toml:"mask"`    // which bits of it tell
	Waiting Bits `toml:"waiting"` // their value while a ticket waits in the mouth

	Patience int `toml:"timeout_s"` // seconds that a ticket may wait, 5 to 120
}

// Fitted reports whether the printer has a mouth that tells.
func (p Presenter) Fitted() bool { return len(p.Ask) > 0 }

// Wait is how long a ticket may wait in the mouth.
func (p Presenter) Wait() time.Duration { return time.Duration(p.Patience) * time.Second }

// Hex is bytes that a profile writes in hexadecimal, such as "1D 65 03 0C".
type Hex []byte

// UnmarshalText reads pairs of hexadecimal digits, with or without spaces.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		return fmt.Errorf("%q is not bytes in hexadecimal, such as 1D 65 03", text)
	}
	if *h = b; len(b) == 0 {
		*h = nil
	}
	return nil
}

// MarshalText writes pairs of hexadecimal digits with spaces between them.
func (h Hex) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "% X", []byte(h)), nil }

// Bits is one byte that a profile writes as a number, such as 0x20.
type Bits uint8

func (p Presenter) validate(check func(ok bool, key string, got any, want string)) {
	if !p.Fitted() {
		check(len(p.Present)+len(p.Retract)+len(p.Answer) == 0, "presenter.ask", `""`, "bytes, because other keys of presenter are set")
		return
	}
	check(len(p.Answer) > 0 && len(p.Answer) < p.Length, "presenter.answer", fmt.Sprintf("% X", []byte(p.Answer)), "at least one byte and fewer than presenter.length")
	check(p.Length >= 2 && p.Length <= 16, "presenter.length", p.Length, "2 to 16")
	check(p.Byte >= len(p.Answer) && p.Byte < p.Length, "presenter.byte", p.Byte, "the place of a byte behind presenter.answer")
	check(p.Mask != 0 && p.Waiting&^p.Mask == 0, "presenter.mask", p.Mask, "bits that hold those of presenter.waiting")
	check(p.Patience >= 5 && p.Patience <= 120, "presenter.timeout_s", p.Patience, "5 to 120")
}
