package printertest

import (
	"strings"
	"testing"
)

func TestWhatIsNoCommandIsAnError(t *testing.T) {
	for _, bad := range []string{
		"\x1bX", "\x07", "\x1b", "\x1d!\x88", "\xb0", "A\xb0\x20", "\x1dV\x00\x00", "\x1dv0\x00\x02\x00\x02\x00abc",
		"\x1dv0\x04\x01\x00\x01\x00a", "\x1d(L\x0b\x000p0\x01\x011\x08\x00\x02\x00a", "\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01",
		"\x1d(k\x03\x002A2", "\x1b$\xff\xff", "\x7f",
	} {
		if tokens, err := Tokens([]byte(bad)); err == nil {
			t.Errorf("%q became %v", bad, tokens)
		}
	}
}

func TestASmallTicketIsFramed(t *testing.T) {
	tokens, err := Tokens([]byte("\x1b@\x1c&\x1d!\x11\xc8\xa1A\n\x1dv0\x00\x01\x00\x02\x00ab\x1dVB\x00\x1d(H\x06\x0000ABCD"))
	if err != nil || len(tokens) != 8 || tokens[3].Name != "text" || len(tokens[3].Data) != 3 {
		t.Errorf("%q, %v", tokens, err)
	}
}

func TestWhatIsNoStarCommandIsAnError(t *testing.T) {
	for _, bad := range []string{
		"\x1bX", "\x1d!\x11", "\x1bi\x06\x00", "\x1bi\x00\x06", "\x1bJ\x00", "\x1bJ\x80", "\x1bd\x00", "\x1bk\x00\x00", "\x1bk\x01\x00ab",
		"\x1b\x1da\x03", "\x1b\x1ea\x00", "\x1b\x06\x01", "\x1b", "\xb0",
		"\x1bk\x02\x00" + strings.Repeat("\x1b\x06", 24),
	} {
		if tokens, err := StarTokens([]byte(bad)); err == nil {
			t.Errorf("%q became %v", bad, tokens)
		}
	}
	tokens, err := StarTokens([]byte("\x1b@\x1b\x1eE\x00\x17\x1b0\x1bi\x01\x02\xc8\xa1A\n\x1bk\x01\x00" + strings.Repeat("a", 24) + "\n\x17\x1bd\x03"))
	if err != nil || len(tokens) != 11 || tokens[5].Name != "text" {
		t.Errorf("%q, %v", tokens, err)
	}
}

func FuzzTokensFrameAllOrSayWhere(f *testing.F) {
	f.Add([]byte("\x1b@\x1c&\xc8\xa1\n\x1dv0\x00\x01\x00\x02\x00ab\x1d(k\x03\x001Q0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, frame := range []func([]byte) ([]Token, error){Tokens, StarTokens} {
			tokens, err := frame(b)
			n := 0
			for _, tok := range tokens {
				n += len(tok.Data)
			}
			if n > len(b) || err == nil && n != len(b) {
				t.Errorf("%d of %d bytes are framed, %v", n, len(b), err)
			}
		}
	})
}
