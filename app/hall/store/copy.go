package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
)

// A Table is a table of a hall's schema.
type Table struct {
	Name    string
	Columns []string // ordered by name
}

// A Source is a store whose rows can be read as they lie, so that a hall can
// move to another store.
type Source interface {
	// Dump calls f with one consistent state.
	Dump(ctx context.Context, f func(Dump) error) error
}

// A Dump is the state of a [Source].
type Dump interface {
	// Tables returns every table of the hall, each behind those that its rows
	// refer to.
	Tables() ([]Table, error)
	// Rows yields every row of a table. Its values are in the order of the
	// table's columns and are nil, int64, string or []byte. The row is valid
	// until the next one; an error is the last that is yielded.
	Rows(t Table) iter.Seq2[[]any, error]
}

// A Digest counts rows and sums up their hashes, so that two tables can be
// compared whatever the order of their rows is. No row may be in a table
// twice; tables with a key have none.
type Digest struct {
	Rows int64
	Sum  [sha256.Size]byte // exclusive or of the rows' SHA-256
}

// Add adds a row of nil, int64, string and []byte.
func (d *Digest) Add(row []any) error {
	h := sha256.New()
	for i, v := range row {
		switch v := v.(type) {
		case nil:
			h.Write([]byte{'n'})
		case int64:
			h.Write(binary.BigEndian.AppendUint64([]byte{'i'}, uint64(v)))
		case string:
			addBytes(h, 's', []byte(v))
		case []byte:
			addBytes(h, 'b', v)
		default:
			return fmt.Errorf("column %d holds a %T", i, v)
		}
	}
	d.Rows++
	for i, b := range h.Sum(nil) {
		d.Sum[i] ^= b
	}
	return nil
}

// addBytes hashes a value with its kind and length, so that no two rows look
// alike by moving a border.
func addBytes(h hash.Hash, kind byte, b []byte) {
	h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(b))))
	h.Write(b)
}

// String returns the sum in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d.Sum[:]) }

// A Copied is a table that was moved.
type Copied struct {
	Table string
	Digest
	Altered int64 // rows with a character that the new store cannot keep in text
}
