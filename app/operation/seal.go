package operation

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// SuiteHPKE1 is HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256),
// HKDF-SHA256 and AES-256-GCM. Info is the suite's name and the kind, the
// additional data is the operation's id, so a sealed body opens only as what it
// was sealed for.
const SuiteHPKE1 = "hpke-1"

// casesQuery is what the holder in a question for cases is sealed as. It is not
// a kind of operation and has no id.
const casesQuery Kind = "cases.query"

// ErrSealed is wrapped by every error of [Open]: bytes damaged, meant for
// another key, or sealed as another operation. It says nothing more, because
// more would help only a forger.
var ErrSealed = errors.New("sealed body cannot be opened")

// sealMark stands in front of sealed bytes, so that they say what they are
// wherever they are found.
const sealMark = SuiteHPKE1 + ":"

// sealOverhead is how much longer sealed bytes are than their content: mark,
// encapsulated X25519 key, GCM tag.
const sealOverhead = len(sealMark) + 32 + 16

// A PublicKey is the key of a hall that bodies are sealed to. The zero value
// seals nothing.
type PublicKey struct{ key hpke.PublicKey }

// ParsePublicKey reads a hall's key as the hall sends it: the name of the suite
// and 32 bytes.
func ParsePublicKey(suite string, b []byte) (PublicKey, error) {
	if suite != SuiteHPKE1 {
		return PublicKey{}, fmt.Errorf("operation: hall seals with suite %q, this program knows %q: update the older of the two", suite, SuiteHPKE1)
	}
	k, err := kem().NewPublicKey(b)
	if err != nil {
		return PublicKey{}, fmt.Errorf("operation: public key of the hall: %w", err)
	}
	return PublicKey{k}, nil
}

// Bytes returns the key's 32 bytes.
func (k PublicKey) Bytes() []byte { return k.key.Bytes() }

// ID names the key: the first 16 hex digits of the SHA-256 of its bytes.
func (k PublicKey) ID() string {
	sum := sha256.Sum256(k.Bytes())
	return hex.EncodeToString(sum[:8])
}

// A PrivateKey opens what was sealed to its public key. Only the hall has it.
type PrivateKey struct{ key hpke.PrivateKey }

// GenerateKey makes a key of [SuiteHPKE1] from the system's random source.
func GenerateKey() (PrivateKey, error) {
	k, err := kem().GenerateKey()
	if err != nil {
		return PrivateKey{}, fmt.Errorf("operation: make a sealing key: %w", err)
	}
	return PrivateKey{k}, nil
}

// ParsePrivateKey reads what [PrivateKey.Bytes] gave.
func ParsePrivateKey(b []byte) (PrivateKey, error) {
	k, err := kem().NewPrivateKey(b)
	if err != nil {
		return PrivateKey{}, fmt.Errorf("operation: private key of the hall: %w", err)
	}
	return PrivateKey{k}, nil
}

// Bytes returns the key's 32 secret bytes, to be kept in a file that only the
// hall may read.
func (k PrivateKey) Bytes() ([]byte, error) { return k.key.Bytes() }

// Public returns the key that terminals seal to.
func (k PrivateKey) Public() PublicKey { return PublicKey{k.key.PublicKey()} }

// Seal encrypts plain to the hall. Sealing the same bytes twice gives different
// results, so what was sealed is stored and sent again as it is.
func Seal(k PublicKey, kind Kind, id ID, plain []byte) ([]byte, error) {
	if k.key == nil {
		return nil, errors.New("operation: seal: no key of the hall")
	}
	enc, sender, err := hpke.NewSender(k.key, hpke.HKDFSHA256(), hpke.AES256GCM(), sealInfo(kind))
	if err != nil {
		return nil, fmt.Errorf("operation: seal: %w", err)
	}
	box, err := sender.Seal([]byte(id), plain)
	if err != nil {
		return nil, fmt.Errorf("operation: seal: %w", err)
	}
	out := make([]byte, 0, len(plain)+sealOverhead)
	return append(append(append(out, sealMark...), enc...), box...), nil
}

// Open returns what [Seal] was given with the same kind and id. Every failure
// wraps [ErrSealed].
func Open(k PrivateKey, kind Kind, id ID, sealed []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(sealMark))
	if !ok || len(rest) < sealOverhead-len(sealMark) || k.key == nil {
		return nil, fmt.Errorf("operation: open %s: %w", kind, ErrSealed)
	}
	r, err := hpke.NewRecipient(rest[:32], k.key, hpke.HKDFSHA256(), hpke.AES256GCM(), sealInfo(kind))
	if err != nil {
		return nil, fmt.Errorf("operation: open %s: %w", kind, ErrSealed)
	}
	plain, err := r.Open([]byte(id), rest[32:])
	if err != nil {
		return nil, fmt.Errorf("operation: open %s: %w", kind, ErrSealed)
	}
	return plain, nil
}

func kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

func sealInfo(kind Kind) []byte { return []byte("hallway " + SuiteHPKE1 + " " + string(kind)) }
