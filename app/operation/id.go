package operation

import (
	"fmt"
	"io"
	"time"
)

// IDs returns a source of operation ids: UUIDv7 (RFC 9562 §5.7) of the time
// that now tells and of random bytes. It may be called by several goroutines
// when now and random may. It panics when random fails, because without
// randomness two terminals could make the same id.
func IDs(now func() time.Time, random io.Reader) func() ID {
	return func() ID {
		var u [16]byte
		if _, err := io.ReadFull(random, u[6:]); err != nil {
			panic(fmt.Sprintf("operation: random source failed: %v", err))
		}
		ms := now().UnixMilli()
		for i := range 6 {
			u[i] = byte(ms >> (40 - 8*i))
		}
		u[6] = u[6]&0x0f | 0x70
		u[8] = u[8]&0x3f | 0x80
		return ID(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]))
	}
}

// codeAlphabet has no letters that look like digits, so a code can be read out
// on the telephone.
const codeAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// NewCode returns 8 random characters, 40 bits, that open a ticket's status
// page.
func NewCode(random io.Reader) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("operation: random source failed: %w", err)
	}
	for i := range b {
		b[i] = codeAlphabet[b[i]%32]
	}
	return string(b[:]), nil
}
