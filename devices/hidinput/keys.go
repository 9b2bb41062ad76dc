package hidinput

import (
	"encoding/binary"
	"strconv"
	"time"
)

// An event of linux/input.h: struct timeval (two words), type and code (16 bits
// each) and value (32 bits), in the machine's byte order.
const (
	wordLen  = strconv.IntSize / 8
	EventLen = 2*wordLen + 8

	eventSync    = 0x00
	eventKey     = 0x01
	syncDropped  = 3
	valuePressed = 1

	codeLeftShift  = 42
	codeRightShift = 54
)

// Keys turns the events of a keyboard into presses. The zero Keys has no key
// down.
type Keys struct{ left, right bool } // shift keys that are down

// Feed calls press for each key that goes down in p, which holds whole events,
// with the time of the event on the monotonic clock. Keys that repeat while
// they are held count once. It reports false when the kernel says that events
// were lost: what is being typed is not whole then.
func (k *Keys) Feed(p []byte, press func(s Press, at time.Duration)) (whole bool) {
	whole = true
	for ; len(p) >= EventLen; p = p[EventLen:] {
		kind := binary.NativeEndian.Uint16(p[2*wordLen:])
		code := binary.NativeEndian.Uint16(p[2*wordLen+2:])
		value := binary.NativeEndian.Uint32(p[2*wordLen+4:])
		switch {
		case kind == eventSync && code == syncDropped:
			*k, whole = Keys{}, false
		case kind != eventKey:
		case code == codeLeftShift:
			k.left = value != 0
		case code == codeRightShift:
			k.right = value != 0
		case value == valuePressed && int(code) < len(usageOf) && usageOf[code] != 0:
			press(Press{usageOf[code], k.left || k.right}, at(p))
		}
	}
	return whole
}

// at returns the time of the event that p begins with.
func at(p []byte) time.Duration {
	return time.Duration(word(p))*time.Second + time.Duration(word(p[wordLen:]))*time.Microsecond
}

func word(p []byte) int64 {
	if wordLen == 4 {
		return int64(int32(binary.NativeEndian.Uint32(p)))
	}
	return int64(binary.NativeEndian.Uint64(p))
}

// AppendEvent appends the event of a key that goes down or up, as the kernel
// delivers it, for simulators.
func AppendEvent(b []byte, code uint16, down bool, at time.Duration) []byte {
	sec, usec := at/time.Second, at%time.Second/time.Microsecond
	if wordLen == 4 {
		b = binary.NativeEndian.AppendUint32(b, uint32(sec))
		b = binary.NativeEndian.AppendUint32(b, uint32(usec))
	} else {
		b = binary.NativeEndian.AppendUint64(b, uint64(sec))
		b = binary.NativeEndian.AppendUint64(b, uint64(usec))
	}
	b = binary.NativeEndian.AppendUint16(b, eventKey)
	b = binary.NativeEndian.AppendUint16(b, code)
	value := uint32(0)
	if down {
		value = valuePressed
	}
	return binary.NativeEndian.AppendUint32(b, value)
}

// Code returns the kernel's code of a key by its usage.
func Code(usage byte) (uint16, bool) {
	for code, u := range usageOf {
		if u == usage && u != 0 {
			return uint16(code), true
		}
	}
	return 0, false
}

// usageOf maps codes of linux/input-event-codes.h to usages of the keyboard
// page; 0 is a key that this package does not need.
var usageOf = [99]byte{
	1: 0x29,                                                       // escape
	2: 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, // 1 to 0
	12: 0x2D, 0x2E, 0x2A, 0x2B, // - = backspace tab
	16: 0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30, // q to ]
	28: 0x28,                                                                   // enter
	30: 0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x35, // a to `
	43: 0x31, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38, // \ to /
	55: 0x55,                                                                         // keypad *
	57: 0x2C,                                                                         // space
	69: 0x53,                                                                         // NumLock
	71: 0x5F, 0x60, 0x61, 0x56, 0x5C, 0x5D, 0x5E, 0x57, 0x59, 0x5A, 0x5B, 0x62, 0x63, // keypad 7 to .
	86: 0x64, // key beside the left shift
	96: 0x58, // keypad enter
	98: 0x54, // keypad /
}
