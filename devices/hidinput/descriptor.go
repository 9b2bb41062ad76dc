package hidinput

import (
	"errors"
	"slices"
)

// Kind says in which direction a report travels.
type Kind uint8

// The kinds of report.
const (
	Input Kind = iota
	Output
	Feature
)

// A Usage is a usage page in its upper and a usage in its lower 16 bits.
type Usage uint32

// A Field is what one main item of a descriptor declares: Count values of Size
// bits each, from bit Offset of the report behind its id.
type Field struct {
	Kind        Kind
	Report      byte  // its id; 0 when reports are not numbered
	Application Usage // of the collection around it
	Usages      []Usage
	Offset      int // bits
	Size, Count int
	Constant    bool // padding
	Array       bool // values are indices into Usages
}

// Usage returns the usage of value i. The last usage stands for all values
// beyond, HID 1.11 section 6.2.2.8.
func (f Field) Usage(i int) Usage {
	if len(f.Usages) == 0 || i < 0 {
		return 0
	}
	return f.Usages[min(i, len(f.Usages)-1)]
}

// Index returns which value has usage u.
func (f Field) Index(u Usage) (int, bool) {
	i := slices.Index(f.Usages, u)
	return i, i >= 0 && i < f.Count && !f.Constant && !f.Array
}

// A Descriptor is a parsed report descriptor.
type Descriptor struct {
	Fields   []Field
	Numbered bool // reports begin with their id
}

// Len returns how many bytes a report has, its id included. It is 0 for a
// report that the descriptor does not have.
func (d Descriptor) Len(k Kind, report byte) int {
	bits := 0
	for _, f := range d.Fields {
		if f.Kind == k && f.Report == report {
			bits = max(bits, f.Offset+f.Size*f.Count)
		}
	}
	n := (bits + 7) / 8
	if d.Numbered && n > 0 {
		n++
	}
	return n
}

// ErrDescriptor is wrapped by errors of bytes that are no report descriptor.
var ErrDescriptor = errors.New("not a report descriptor")

// The limits keep a hostile descriptor from taking memory. No known device
// comes near them; a HID descriptor has at most 64 KiB by its length field, and
// the kernel takes 4 KiB.
const (
	maxDescriptor = 4096
	maxUsages     = 1024
	maxDepth      = 16
	maxBits       = 8 * 4096 // of a report
	maxFields     = 512
)

// The items, HID 1.11 sections 6.2.2.4, 6.2.2.7 and 6.2.2.8: tag and type.
const (
	itemInput         = 0x80
	itemOutput        = 0x90
	itemCollection    = 0xA0
	itemFeature       = 0xB0
	itemEndCollection = 0xC0

	itemUsagePage   = 0x04
	itemReportSize  = 0x74
	itemReportID    = 0x84
	itemReportCount = 0x94
	itemPush        = 0xA4
	itemPop         = 0xB4

	itemUsage    = 0x08
	itemUsageMin = 0x18
	itemUsageMax = 0x28

	itemLong = 0xFE
)

// The bits of a main item, and the kind of a collection.
const (
	flagConstant = 1 << 0
	flagVariable = 1 << 1

	collectionApplication = 0x01
)
