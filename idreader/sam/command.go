package sam

import (
	"fmt"

	"hallway/devices"
	"hallway/idreader"
)

// A Command is CMD and PARA of a request.
type Command [2]byte

// The commands of GA/T 467.
var (
	CmdReset       = Command{0x10, 0xFF}
	CmdStatus      = Command{0x11, 0xFF}
	CmdID          = Command{0x12, 0xFF} // 16 bytes, see [FormatID]
	CmdFind        = Command{0x20, 0x01} // 4 bytes, all zero
	CmdSelect      = Command{0x20, 0x02} // 8 bytes, all zero
	CmdRead        = Command{0x30, 0x01} // text and photo, see [DecodeText]
	CmdNewest      = Command{0x30, 0x03} // newest address: 1 to 4 blocks of 70 bytes
	CmdManagement  = Command{0x30, 0x05} // 28 bytes; asked to see whether the card is still there
	CmdFingerprint = Command{0x30, 0x10} // text, photo and fingerprints
	CmdRFSize      = Command{0x61, 0xFF} // one byte follows: largest frame between module and card
)

// cmdBaud is CMD of the commands that set the speed; PARA is the place in Bauds.
const cmdBaud = 0x60

var commandNames = map[Command]string{
	CmdReset: "reset", CmdStatus: "status", CmdID: "read module id", CmdFind: "find card",
	CmdSelect: "select card", CmdRead: "read card", CmdNewest: "read newest address",
	CmdManagement: "read management info", CmdFingerprint: "read card with fingerprints",
	CmdRFSize: "set RF frame size",
}

// String returns what the command does.
func (c Command) String() string {
	if n, ok := commandNames[c]; ok {
		return n
	}
	if c[0] == cmdBaud {
		return "set speed"
	}
	return fmt.Sprintf("command %02X %02X", c[0], c[1])
}

// Lengths of the data of good replies.
const (
	idLen         = 16
	findLen       = 4
	selectLen     = 8
	managementLen = 4 + 8 + 16
	addressLen    = 70 // of one newest address
	addresses     = 4  // at most
	lengthsLen    = 4  // text and photo length in the reply to read
	photoLen      = 1024
	fingerLen     = 1024 // at most two fingerprints
)

// An SW is the status byte SW3 of a reply. SW1 and SW2 are zero, or the card's
// own status words.
type SW byte

// The statuses of GA/T 467 and of the modules' manuals.
const (
	SWDone         SW = 0x90
	SWFound        SW = 0x9F
	SWSum          SW = 0x10 // checksum of the request was wrong
	SWLength       SW = 0x11 // length of the request was wrong
	SWUnknown      SW = 0x21 // command or parameter not known
	SWForbidden    SW = 0x23 // command not permitted; wording UNCONFIRMED
	SWOther        SW = 0x24
	SWCardRefused  SW = 0x31 // card does not trust the module
	SWModuleRefuse SW = 0x32 // module does not trust the card
	SWVerify       SW = 0x33 // data signature is wrong
	SWKind         SW = 0x40 // not a card that the module reads
	SWRead         SW = 0x41 // reading failed, mostly because the card moved
	SWRandom       SW = 0x47 // card gave no random number
	SWSelfTest     SW = 0x60 // module is broken and accepts nothing
	SWUnauthorised SW = 0x66 // module is not authorised
	SWNoCard       SW = 0x80
	SWSelect       SW = 0x81
	SWNoItem       SW = 0x91 // the card does not have this item
)

var swNames = map[SW]string{
	SWDone: "done", SWFound: "card found", SWSum: "checksum of the request was wrong",
	SWLength: "length of the request was wrong", SWUnknown: "command not known",
	SWForbidden: "command not permitted", SWOther: "unrecognised error",
	SWCardRefused: "card refused the module", SWModuleRefuse: "module refused the card",
	SWVerify: "card data failed verification", SWKind: "wrong kind of card",
	SWRead: "reading failed", SWRandom: "card gave no random number",
	SWSelfTest: "module failed its self-test: replace the reader", SWUnauthorised: "module is not authorised: replace the reader",
	SWNoCard: "no card", SWSelect: "card could not be selected", SWNoItem: "item not on the card",
}

// String returns the status in words.
func (s SW) String() string {
	if n, ok := swNames[s]; ok {
		return n
	}
	return "unknown status"
}

// A StatusError is a reply that is not the hoped-for one. It is
// [devices.ErrNotReady] when the module itself is out of order and
// [devices.ErrProtocol] when the module did not understand.
type StatusError struct {
	Command Command
	SW      SW
}

// Error names command and status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%v: SW %02X: %v", e.Command, byte(e.SW), e.SW)
}

// Is reports what class of device error e is.
func (e *StatusError) Is(target error) bool {
	switch e.SW {
	case SWSelfTest, SWUnauthorised:
		return target == devices.ErrNotReady
	case SWSum, SWLength, SWUnknown, SWForbidden, SWOther:
		return target == devices.ErrProtocol
	}
	return false
}

// faultOf returns what a citizen can do about a card that got this status.
func faultOf(s SW) idreader.Fault {
	switch s {
	case SWNoCard, SWSelect, SWRead, SWRandom:
		return idreader.FaultMoved
	case SWKind:
		return idreader.FaultKind
	case SWSum, SWLength:
		return idreader.FaultGarbled
	}
	return idreader.FaultRefused
}

// answers reports whether a reply can be the answer to c: the good status with
// the right amount of data, or an error that c may get. It keeps late replies
// from being taken for the answer to another command.
func (c Command) answers(s SW, data int) bool {
	good, length := SWDone, data
	switch c {
	case CmdID:
		length = idLen
	case CmdFind:
		good, length = SWFound, findLen
	case CmdSelect:
		length = selectLen
	case CmdManagement:
		length = managementLen
	case CmdRead, CmdFingerprint:
		length = max(data, lengthsLen+textLen)
	case CmdNewest:
		length = addressLen * min(max(data/addressLen, 1), addresses)
	default:
		length = 0
	}
	return s == good && data == length || s != good && c.mayFail(s, data)
}

// touchesCard reports whether the answer takes as long as an exchange with the
// card does.
func (c Command) touchesCard() bool {
	return c == CmdRead || c == CmdFingerprint || c == CmdNewest
}

// mayFail reports whether s without data is an error that c may get.
func (c Command) mayFail(s SW, data int) bool {
	if data != 0 {
		return false
	}
	switch s {
	case SWDone, SWFound:
		return false
	case SWNoCard:
		return c == CmdFind || c[0] == CmdRead[0]
	case SWSelect:
		return c == CmdSelect || c[0] == CmdRead[0]
	}
	return true
}
