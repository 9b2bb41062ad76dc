package hidinput

// Bits returns size bits, at most 32, from bit offset of a report without its
// id, least significant first (HID 1.11, section 5.8). It reports false when
// the report ends before.
func Bits(report []byte, offset, size int) (uint32, bool) {
	if offset < 0 || size < 0 || size > 32 || offset+size > 8*len(report) {
		return 0, false
	}
	var v uint32
	for i := range size {
		at := offset + i
		v |= uint32(report[at/8]>>(at%8)&1) << i
	}
	return v, true
}

// Value returns value i of field f in a report without its id.
func (f Field) Value(report []byte, i int) (uint32, bool) {
	if i < 0 || i >= f.Count {
		return 0, false
	}
	return Bits(report, f.Offset+i*f.Size, f.Size)
}
