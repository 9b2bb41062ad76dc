package ime

import (
	"bytes"
	"compress/flate"
	_ "embed" // the dictionary is data of the program
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

//go:embed pinyin.dat
var packed []byte

// Flags of a word.
const (
	flagPlace   = 1 // the name of a place or a part of an address
	flagPerson  = 2 // a person's name
	flagSurname = 4
)

// Dict is a dictionary: a tree of syllables with the words that are read so.
// It never changes and may be used by many goroutines.
//
// The nodes are numbered level by level from the root, 0, so the children of a
// node are neighbours, and so are all words of one length. The file is "HIME",
// the version 1, and a deflate stream (RFC 1951) of columns; numbers are
// uvarints of package encoding/binary:
//
//	syllables: how many; each its length and letters, sorted
//	characters: how many; each its distance from the one before
//	nodes: how many; children of each; words of each; syllables of the children
//	    of each, each its distance from the sister before
//	words: cost of each (a byte); flags of each (a byte); characters of each: of
//	    a word of one character its number, of a longer word the place that it
//	    has among the characters of its syllable
//	words of one character: cost as a surname, cost in a given name (bytes)
//	strokes: how many characters; each its distance from the one before, how
//	    many strokes, each stroke a digit from 1 to 5
//
// A cost is eighths of the negative natural logarithm of a probability, 255 for
// one that is not known.
type Dict struct {
	syl      []string
	char     []rune
	nodeSyl  []uint16
	kids     []uint32 // children of node n: kids[n] to kids[n+1]
	words    []uint32 // words of node n: words[n] to words[n+1]
	text     []uint16 // numbers of characters, all words one after another
	single   []span   // words of one character by their syllable
	length   []span   // words of each length; length[0] is of no use
	cost     []byte
	flag     []byte
	surname  []byte // of the words of one character
	given    []byte
	strokes  []strokes
	prefixes map[string]sylRange // every beginning of a syllable
}

// span is the words of one length: from first to end, their text from at.
type span struct{ first, end, at uint32 }

// sylRange is syllables that begin alike; full when the first one is spelled
// out.
type sylRange struct {
	from, to uint16
	full     bool
}

// strokes are the strokes of a character and its cost in the reading in which
// it is the likeliest.
type strokes struct {
	char  uint16
	cost  byte
	order string
}

// Default is the embedded dictionary. It is unpacked at the first call, which
// takes about 0.1 s; it keeps 10 MB.
var Default = sync.OnceValue(func() *Dict {
	d, err := Load(packed)
	if err != nil {
		panic("ime: the embedded dictionary: " + err.Error()) // the package's tests exclude it
	}
	return d
})

// Limits of a dictionary that is read.
const (
	maxUnpacked = 64 << 20
	maxSyl      = 1 << 10
	maxChars    = 1 << 16
	maxNodes    = 4 << 20
	maxWord     = 9 // characters
	maxStrokes  = 64
)

var errDict = errors.New("not a dictionary of version 1")

// Load unpacks a dictionary. It returns an error when the bytes are not one.
func Load(b []byte) (*Dict, error) {
	if len(b) < 5 || string(b[:5]) != "HIME\x01" {
		return nil, errDict
	}
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b[5:])), maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("unpack dictionary: %w", err)
	}
	r := &reader{b: raw}
	d := &Dict{}
	for _, part := range []func(*reader){d.readSyllables, d.readChars, d.readNodes, d.readWords, d.readNames, d.readStrokes} {
		if part(r); r.bad {
			return nil, fmt.Errorf("dictionary damaged at byte %d of %d", len(raw)-len(r.b), len(raw))
		}
	}
	if len(r.b) > 0 {
		return nil, fmt.Errorf("dictionary has %d bytes too many", len(r.b))
	}
	d.index()
	return d, nil
}

// reader takes numbers off the front of b. After the first one that is missing
// or too large it is bad and gives zeros.
type reader struct {
	b      []byte
	bad    bool
	parent []uint32 // of each node
}

// uint takes a number that is at most most.
func (r *reader) uint(most int) int {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 || v > uint64(most) {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

// count takes how many things follow, each at least one byte.
func (r *reader) count(most int) int { return r.uint(min(most, len(r.b))) }

func (r *reader) bytes(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}
