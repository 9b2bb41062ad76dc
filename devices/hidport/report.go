package hidport

// joiner puts the pieces in which input arrives together to reports.
type joiner struct {
	packet int // bytes of a piece at most
	report int // bytes of a report at most
	part   []byte
}

// add takes one piece and returns the report that it ends, or nil. A report
// ends when it is full or with a piece that is not (USB 2.0, 5.7.3: a short
// packet ends a transfer).
func (j *joiner) add(piece []byte) []byte {
	j.part = append(j.part, piece...)
	if len(j.part) < j.report && len(piece) == j.packet {
		return nil
	}
	whole := j.part
	j.part = nil
	return whole
}
