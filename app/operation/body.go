package operation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of what crosses the wire, in bytes.
const (
	MaxBody  = 64 << 10 // a body before sealing: the longest form filled in has 8 KiB
	MaxBatch = 1 << 20  // JSON of a whole delivery
	MaxOps   = 50       // operations in one delivery
)

// maxSealed is the longest Body of an envelope.
const maxSealed = MaxBody + sealOverhead

// Decode reads exactly one JSON value of at most limit bytes into a T. Unknown
// fields and anything behind the value are errors: what one side means and the
// other does not know must not be dropped in silence.
func Decode[T any](b []byte, limit int) (v T, err error) {
	if len(b) > limit {
		return v, fmt.Errorf("operation: %d bytes of JSON, at most %d allowed", len(b), limit)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		var zero T
		return zero, fmt.Errorf("operation: JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		var zero T
		return zero, errors.New("operation: JSON: more bytes behind the value")
	}
	return v, nil
}

// SealBody seals body to the hall and fills in the fields of e that describe
// it: Suite, Key, Body and BodySHA256. Kind and ID must be set before.
func (e *Envelope) SealBody(k PublicKey, body any) error {
	plain, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("operation: body of %s: %w", e.Kind, err)
	}
	defer clear(plain)
	if len(plain) > MaxBody {
		return fmt.Errorf("operation: body of %s has %d bytes, at most %d allowed", e.Kind, len(plain), MaxBody)
	}
	sealed, err := Seal(k, e.Kind, e.ID, plain)
	if err != nil {
		return err
	}
	e.Suite, e.Key, e.Body, e.BodySHA256 = SuiteHPKE1, k.ID(), sealed, sum(sealed)
	return nil
}

// Whole reports whether Body has the bytes that BodySHA256 names.
func (e Envelope) Whole() bool { return e.BodySHA256 == sum(e.Body) }

// OpenBody opens e's body as a T. Bytes that cannot be opened give an error
// that wraps [ErrSealed]; its content is read as strictly as by [Decode]. The
// error never quotes the body.
func OpenBody[T any](k PrivateKey, e Envelope) (v T, err error) {
	plain, err := Open(k, e.Kind, e.ID, e.Body)
	if err != nil {
		return v, err
	}
	defer clear(plain)
	v, err = Decode[T](plain, MaxBody)
	if err != nil {
		return v, fmt.Errorf("operation: body of %s: not the JSON of %T", e.Kind, v)
	}
	return v, nil
}

// sum is the lower-case hex SHA-256 of b.
func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// SealHolder seals a person for a question about cases. The bytes open only as
// such a question, never as an operation's body.
func SealHolder(k PublicKey, h Holder) ([]byte, error) {
	plain, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("operation: holder: %w", err)
	}
	defer clear(plain)
	return Seal(k, casesQuery, "", plain)
}

// OpenHolder opens what [SealHolder] made. Every failure wraps [ErrSealed].
func OpenHolder(k PrivateKey, sealed []byte) (Holder, error) {
	plain, err := Open(k, casesQuery, "", sealed)
	if err != nil {
		return Holder{}, err
	}
	defer clear(plain)
	h, err := Decode[Holder](plain, MaxBody)
	if err != nil {
		return Holder{}, fmt.Errorf("operation: holder: %w", ErrSealed)
	}
	return h, nil
}
