package panel

import "fmt"

// A checksum is a sum over bytes and how many bytes it takes in a frame.
type checksum struct {
	size int
	of   func(b []byte) []byte
}

var checksums = map[string]checksum{
	"sum8": {1, func(b []byte) []byte { return []byte{byte(sum(b))} }},
	"xor8": {1, func(b []byte) []byte {
		var x byte
		for _, c := range b {
			x ^= c
		}
		return []byte{x}
	}},
	"sum16hex":       {4, func(b []byte) []byte { return fmt.Appendf(nil, "%04X", sum(b)) }},
	"crc16arc-le":    {2, func(b []byte) []byte { return low(reflected(b, 0)) }},
	"crc16modbus-le": {2, func(b []byte) []byte { return low(reflected(b, 0xFFFF)) }},
	"crc16xmodem-le": {2, func(b []byte) []byte { return low(xmodem(b)) }},
}

func low(n uint16) []byte { return []byte{byte(n), byte(n >> 8)} }

func sum(b []byte) (n uint16) {
	for _, c := range b {
		n += uint16(c)
	}
	return n
}

// reflected is the CRC-16 with polynomial A001, whose beginning tells ARC (0)
// from Modbus (FFFF).
func reflected(b []byte, crc uint16) uint16 {
	for _, c := range b {
		crc ^= uint16(c)
		for range 8 {
			odd := crc & 1
			crc >>= 1
			if odd == 1 {
				crc ^= 0xA001
			}
		}
	}
	return crc
}

// xmodem is the CRC-16 with polynomial 1021 that begins with 0.
func xmodem(b []byte) (crc uint16) {
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			high := crc & 0x8000
			crc <<= 1
			if high != 0 {
				crc ^= 0x1021
			}
		}
	}
	return crc
}
