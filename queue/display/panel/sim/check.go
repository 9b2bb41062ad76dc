package sim

import "math/bits"

// crc is a CRC-16 by the Rocksoft model, highest bit first; a reflected one has
// its bytes and its result turned round.
func crc(b []byte, poly, start uint16, reflected bool) uint16 {
	n := start
	for _, c := range b {
		if reflected {
			c = bits.Reverse8(c)
		}
		n ^= uint16(c) << 8
		for range 8 {
			carry := n >> 15
			n = n<<1 ^ carry*poly
		}
	}
	if reflected {
		return bits.Reverse16(n)
	}
	return n
}

func crcModbus(b []byte) uint16 { return crc(b, 0x8005, 0xFFFF, true) }
func crcARC(b []byte) uint16    { return crc(b, 0x8005, 0, true) }
func crcXModem(b []byte) uint16 { return crc(b, 0x1021, 0, false) }

func u16(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }

// sealed appends the CRC of Modbus.
func sealed(b []byte) []byte {
	n := crcModbus(b)
	return append(b, byte(n), byte(n>>8))
}

func sum(b []byte) (n int) {
	for _, c := range b {
		n += int(c)
	}
	return n
}
