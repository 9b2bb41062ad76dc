package hall

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The parameters of PIN hashes. A PIN has so few digits that a stolen hash can
// always be tried out; the iterations make that take hours instead of
// milliseconds, and a sign-in a tenth of a second.
const (
	pinScheme     = "pbkdf2-sha256"
	pinIterations = 210_000
	pinSalt       = 16
	pinKey        = 32
	maxIterations = 5_000_000 // more would let a wrong file keep the hall busy
)

// HashPIN returns "pbkdf2-sha256$iterations$salt$hash" for a PIN of 4 to 12
// digits.
func HashPIN(random io.Reader, pin string) (string, error) {
	if len(pin) < 4 || len(pin) > 12 || !isDigits(pin) {
		return "", errors.New("a PIN has 4 to 12 digits")
	}
	salt := make([]byte, pinSalt)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	return hashPIN(pin, salt, pinIterations)
}

func hashPIN(pin string, salt []byte, iterations int) (string, error) {
	key, err := pbkdf2.Key(sha256.New, pin, salt, iterations, pinKey)
	if err != nil {
		return "", fmt.Errorf("hash PIN: %w", err)
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("%s$%d$%s$%s", pinScheme, iterations, enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// CheckPINHash reports what is wrong with a hash in a configuration.
func CheckPINHash(hash string) error {
	_, _, err := parsePIN(hash)
	return err
}

// matches reports whether pin has this hash.
func matches(hash, pin string) bool {
	salt, iterations, err := parsePIN(hash)
	if err != nil {
		return false
	}
	got, err := hashPIN(pin, salt, iterations)
	return err == nil && subtle.ConstantTimeCompare([]byte(got), []byte(hash)) == 1
}

func parsePIN(hash string) (salt []byte, iterations int, err error) {
	bad := errors.New("not a PIN hash, make one with: hall pin")
	part := strings.Split(hash, "$")
	if len(part) != 4 || part[0] != pinScheme {
		return nil, 0, bad
	}
	iterations, err = strconv.Atoi(part[1])
	if err != nil || iterations < 1 || iterations > maxIterations {
		return nil, 0, bad
	}
	salt, err = base64.RawStdEncoding.DecodeString(part[2])
	if err != nil || len(salt) < 8 {
		return nil, 0, bad
	}
	return salt, iterations, nil
}
