package sam

import (
	"encoding/binary"
	"fmt"
)

// FormatID returns the module's number as it is printed on readers, such as
// "05.03-20120101-0001234567-0000000089", from the 16 bytes that the module
// answers. The number identifies the reader, not a person.
func FormatID(b [16]byte) string {
	le := binary.LittleEndian
	return fmt.Sprintf("%02d.%02d-%08d-%010d-%010d", le.Uint16(b[0:]), le.Uint16(b[2:]),
		le.Uint32(b[4:]), le.Uint32(b[8:]), le.Uint32(b[12:]))
}
