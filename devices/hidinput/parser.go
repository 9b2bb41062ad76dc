package hidinput

import (
	"errors"
	"fmt"
)

// globals are what push and pop save.
type globals struct {
	page        Usage
	size, count int
	report      byte
}

// parser is the state between two items.
type parser struct {
	Descriptor
	globals
	saved       []globals
	collections []Usage // the application around each that is open
	lengths     map[[2]byte]int
	usages      []Usage // of the next main item
	from        Usage   // usage minimum
}

// ParseDescriptor reads a report descriptor. Its errors wrap [ErrDescriptor]
// and name the byte where the item begins.
func ParseDescriptor(b []byte) (Descriptor, error) {
	if len(b) > maxDescriptor {
		return Descriptor{}, fmt.Errorf("%w: %d bytes, at most %d are read", ErrDescriptor, len(b), maxDescriptor)
	}
	p := parser{lengths: map[[2]byte]int{}}
	for at := 0; at < len(b); {
		tag, data, n, err := item(b[at:])
		if err == nil {
			err = p.take(tag, data)
		}
		if err != nil {
			return Descriptor{}, fmt.Errorf("%w: byte %d: %w", ErrDescriptor, at, err)
		}
		at += n
	}
	if len(p.collections) > 0 {
		return Descriptor{}, fmt.Errorf("%w: %d collections do not end", ErrDescriptor, len(p.collections))
	}
	return p.Descriptor, nil
}

// item returns tag and type, the data and the length of the item that b begins
// with. A long item has no known meaning and gives the tag itemLong.
func item(b []byte) (tag byte, data []byte, n int, err error) {
	if b[0] == itemLong {
		if len(b) < 3 || len(b) < 3+int(b[1]) {
			return 0, nil, 0, errors.New("long item is cut off")
		}
		return itemLong, nil, 3 + int(b[1]), nil
	}
	n = 1 + [4]int{0, 1, 2, 4}[b[0]&3]
	if len(b) < n {
		return 0, nil, 0, errors.New("item is cut off")
	}
	return b[0] &^ 3, b[1:n], n, nil
}

// number returns the data of an item, little-endian and without sign.
func number(data []byte) (v uint32) {
	for i, b := range data {
		v |= uint32(b) << (8 * i)
	}
	return v
}

// take obeys one item.
func (p *parser) take(tag byte, data []byte) error {
	v := number(data)
	switch tag {
	case itemInput, itemOutput, itemFeature:
		return p.main(map[byte]Kind{itemInput: Input, itemOutput: Output, itemFeature: Feature}[tag], v)
	case itemCollection:
		return p.open(v)
	case itemEndCollection:
		return p.end()
	case itemUsagePage:
		p.page = Usage(v&0xFFFF) << 16
	case itemReportSize:
		p.size = int(min(v, maxBits+1))
	case itemReportCount:
		p.count = int(min(v, maxBits+1))
	case itemReportID:
		if v == 0 || v > 255 {
			return fmt.Errorf("report id %d, ids are 1 to 255", v)
		}
		p.report, p.Numbered = byte(v), true
	case itemPush:
		if len(p.saved) == maxDepth {
			return fmt.Errorf("more than %d states are pushed", maxDepth)
		}
		p.saved = append(p.saved, p.globals)
	case itemPop:
		if len(p.saved) == 0 {
			return errors.New("pop without push")
		}
		p.globals, p.saved = p.saved[len(p.saved)-1], p.saved[:len(p.saved)-1]
	case itemUsage:
		return p.use(p.usage(v, len(data)), p.usage(v, len(data)))
	case itemUsageMin:
		p.from = p.usage(v, len(data))
	case itemUsageMax:
		return p.use(p.from, p.usage(v, len(data)))
	}
	return nil // limits, units and strings do not move fields
}

// usage completes a usage of up to two bytes by the page.
func (p *parser) usage(v uint32, size int) Usage {
	if size < 4 {
		return p.page | Usage(v)
	}
	return Usage(v)
}

// use adds the usages from one to another.
func (p *parser) use(from, to Usage) error {
	if to < from || to-from >= Usage(maxUsages-len(p.usages)) {
		return fmt.Errorf("usages %08X to %08X: the end is before the beginning, or an item has more than %d", uint32(from), uint32(to), maxUsages)
	}
	for u := from; ; u++ {
		p.usages = append(p.usages, u)
		if u == to {
			return nil
		}
	}
}

// main adds a field.
func (p *parser) main(k Kind, flags uint32) error {
	key := [2]byte{byte(k), p.report}
	f := Field{
		Kind: k, Report: p.report, Usages: p.usages, Offset: p.lengths[key], Size: p.size, Count: p.count,
		Constant: flags&flagConstant != 0, Array: flags&flagVariable == 0,
	}
	if len(p.collections) > 0 {
		f.Application = p.collections[len(p.collections)-1]
	}
	bits := f.Size * f.Count
	if f.Size > maxBits || f.Count > maxBits || f.Offset+bits > maxBits || len(p.Fields) == maxFields {
		return fmt.Errorf("report %d is longer than %d bytes or there are more than %d fields", p.report, maxBits/8, maxFields)
	}
	p.lengths[key] += bits
	p.Fields = append(p.Fields, f)
	p.local()
	return nil
}

// open begins a collection. An application collection names what is in it.
func (p *parser) open(kind uint32) error {
	if len(p.collections) == maxDepth {
		return fmt.Errorf("more than %d collections in each other", maxDepth)
	}
	var application Usage
	switch {
	case kind == collectionApplication && len(p.usages) > 0:
		application = p.usages[len(p.usages)-1]
	case len(p.collections) > 0:
		application = p.collections[len(p.collections)-1]
	}
	p.collections = append(p.collections, application)
	p.local()
	return nil
}

func (p *parser) end() error {
	if len(p.collections) == 0 {
		return errors.New("a collection ends that did not begin")
	}
	p.collections = p.collections[:len(p.collections)-1]
	p.local()
	return nil
}

// local forgets what holds for one main item only.
func (p *parser) local() { p.usages, p.from = nil, 0 }
