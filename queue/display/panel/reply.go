package panel

import (
	"bytes"
	"fmt"

	"hallway/devices"
)

// A reply judges what came back after a frame: whether that is the panel's
// answer, and what is wrong with it.
type reply func(sent, got []byte) (done bool, err error)

// The words of a profile's key answer.
const (
	answerNone   = ""
	answerEcho   = "echo"   // the frame itself
	answerModbus = "modbus" // that of Modbus RTU to function 06 or 10, or an exception
)

// broadcast is the address of Modbus that everybody hears and nobody answers.
const broadcast = 0

// replyOf returns how an address of the profile answers, nil when it does not.
func (p Profile) replyOf(address int) reply {
	switch {
	case p.Answer == answerEcho:
		return echoed
	case p.Answer == answerModbus && address != broadcast:
		return modbus
	}
	return nil
}

func echoed(sent, got []byte) (bool, error) { return bytes.Contains(got, sent), nil }

// Sizes of Modbus RTU answers in bytes, with address and CRC, and how much of
// the request the answer to a write repeats.
const (
	modbusWritten   = 8
	modbusException = 5
	modbusRepeats   = 6
	modbusRefused   = 0x80 // set in the function of an exception
)

// modbus finds the answer to a write in what came (Modbus Application Protocol
// 1.1b3, §6.6, §6.12, §7). Noise and other addresses are passed over.
func modbus(sent, got []byte) (bool, error) {
	if len(sent) < modbusWritten {
		return false, nil
	}
	for ; len(got) >= modbusException; got = got[1:] {
		switch {
		case got[0] != sent[0]:
		case got[1] == sent[1]|modbusRefused && checked(got[:modbusException]):
			return true, fmt.Errorf("exception %02X, %s: %w", got[2], exceptions[got[2]], devices.ErrProtocol)
		case len(got) >= modbusWritten && checked(got[:modbusWritten]) && bytes.Equal(got[:modbusRepeats], sent[:modbusRepeats]):
			return true, nil
		}
	}
	return false, nil
}

// checked reports whether the last two bytes are the CRC of those before.
func checked(b []byte) bool {
	n := len(b) - 2
	return bytes.Equal(low(reflected(b[:n], 0xFFFF)), b[n:])
}

// exceptions are the codes that a panel may refuse a write with.
var exceptions = map[byte]string{
	0x01: "the panel does not know the function, choose another profile",
	0x02: "the panel has no such register, correct the profile",
	0x03: "the panel cannot show the value, correct the profile",
	0x04: "the panel has failed, switch it off and on",
	0x06: "the panel is busy",
}
