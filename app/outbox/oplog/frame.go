package oplog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"hallway/app/operation"
)

// A Frame is a record with the sequence number that it is about: of an operation
// its own, of a Commit the last that is committed, of an Abort the first that
// is given up, of a Base the last that was used.
type Frame struct {
	Seq int64
	Record
}

// A Record has exactly one field set.
type Record struct {
	Base   *Base `json:"base,omitempty"`
	Op     *Op   `json:"op,omitempty"`
	End    *End  `json:"end,omitempty"`
	Commit bool  `json:"commit,omitempty"`
	Abort  bool  `json:"abort,omitempty"`
}

// Base is what a terminal must not forget although nothing waits.
type Base struct {
	Terminal string         `json:"terminal"`
	Epoch    int            `json:"epoch"`    // counts rebuilt databases
	Hash     []byte         `json:"hash"`     // of the last operation
	Receipts map[string]int `json:"receipts"` // last receipt of each service day
}

// Op is an accepted operation.
type Op struct {
	operation.Envelope
	Item     string    `json:"item"`
	Prev     []byte    `json:"prev"` // hash of the operation before
	Hash     []byte    `json:"hash"`
	Number   *Number   `json:"number,omitempty"`
	Fallback *Fallback `json:"fallback,omitempty"`
	Kept     bool      `json:"kept,omitempty"`  // copied from an older file
	State    string    `json:"state,omitempty"` // of a kept one, when it is not pending
}

// Number is a leased number that the operation gave out.
type Number struct {
	Day    string `json:"day"`
	Prefix string `json:"prefix"`
	N      int    `json:"n"`
}

// Fallback is the sealed request that takes a booking's place.
type Fallback struct {
	ID         operation.ID `json:"op_id"`
	Key        string       `json:"key"`
	BodySHA256 string       `json:"body_sha256"`
	Body       []byte       `json:"body"`
}

// End is the last state of an operation, as in the database.
type End struct {
	ID    operation.ID `json:"op_id"`
	State string       `json:"state"`
}

const (
	mark       = "HOJ1"
	headerSize = len(mark) + 4 + 4 + 8
	// maxRecord holds the longest operation with its fallback, both in base64.
	maxRecord = 4 * operation.MaxBody
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode appends the frame's bytes to b.
func (f Frame) encode(b []byte) ([]byte, error) {
	record, err := json.Marshal(f.Record)
	if err != nil {
		return b, fmt.Errorf("oplog: %w", err)
	}
	if len(record) > maxRecord {
		return b, fmt.Errorf("oplog: record %d has %d bytes, at most %d fit", f.Seq, len(record), maxRecord)
	}
	seq := binary.LittleEndian.AppendUint64(nil, uint64(f.Seq))
	sum := crc32.Update(crc32.Checksum(seq, castagnoli), castagnoli, record)
	b = append(b, mark...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(record)))
	b = binary.LittleEndian.AppendUint32(b, sum)
	return append(append(b, seq...), record...), nil
}

// Decode returns the frames that are whole in the bytes of a file, and how many
// bytes belong to none. It never fails: damage is skipped up to the next frame.
func Decode(b []byte) (frames []Frame, damaged int) {
	for len(b) > 0 {
		f, size := first(b)
		if size > 0 {
			frames = append(frames, f)
			b = b[size:]
			continue
		}
		next := bytes.Index(b[1:], []byte(mark)) + 1
		if next == 0 {
			next = len(b)
		}
		damaged += next
		b = b[next:]
	}
	return frames, damaged
}

// first decodes the frame at the start of b; its size is 0 when there is none.
func first(b []byte) (f Frame, size int) {
	if len(b) < headerSize || string(b[:len(mark)]) != mark {
		return f, 0
	}
	n := int(binary.LittleEndian.Uint32(b[4:]))
	if n > maxRecord || len(b) < headerSize+n {
		return f, 0
	}
	size = headerSize + n
	if crc32.Checksum(b[12:size], castagnoli) != binary.LittleEndian.Uint32(b[8:]) {
		return f, 0
	}
	f.Seq = int64(binary.LittleEndian.Uint64(b[12:]))
	if json.Unmarshal(b[headerSize:size], &f.Record) != nil || !f.valid() {
		return f, 0
	}
	return f, size
}

// valid reports whether exactly one field of the record is set.
func (r Record) valid() bool {
	n := 0
	for _, set := range []bool{r.Base != nil, r.Op != nil, r.End != nil, r.Commit, r.Abort} {
		if set {
			n++
		}
	}
	return n == 1
}
