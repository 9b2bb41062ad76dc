package operation

import (
	"encoding/json"
	"fmt"
)

// outboxExport is what a terminal's waiting operations are sealed as. It is not a
// kind of operation and has no id.
const outboxExport Kind = "outbox.export"

// An Export carries what a dead terminal could not send to its hall by hand.
type Export struct {
	Terminal string     `json:"terminal"`
	At       int64      `json:"at"`  // unix ms, clock of the machine that made it
	Ops      []Envelope `json:"ops"` // in order; the hall takes them as if they were delivered
}

// SealExport seals e to the hall. Neither who applied nor that anybody did can be
// read from the bytes.
func SealExport(k PublicKey, e Export) ([]byte, error) {
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("operation: export: %w", err)
	}
	defer clear(plain)
	return Seal(k, outboxExport, "", plain)
}

// OpenExport opens what [SealExport] made. Bytes that cannot be opened give an
// error that wraps [ErrSealed].
func OpenExport(k PrivateKey, sealed []byte) (Export, error) {
	plain, err := Open(k, outboxExport, "", sealed)
	if err != nil {
		return Export{}, err
	}
	defer clear(plain)
	e, err := Decode[Export](plain, len(plain))
	if err != nil {
		return Export{}, fmt.Errorf("operation: export: not the JSON of an export: %w", ErrSealed)
	}
	return e, nil
}
