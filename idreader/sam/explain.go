package sam

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"hallway/idreader"
)

// ExplainOptions say what [Explain] shows.
type ExplainOptions struct {
	// Reveal is why names, numbers and addresses are shown whole. "" masks them;
	// see [Record].
	Reveal idreader.Purpose
}

// traceChunk is how many bytes of a trace are looked at together.
const traceChunk = 16 << 10

// Explain reads what went over a reader's line, both ways or one, and calls emit
// once for each frame and for each stretch of bytes that is no frame, in order.
// It takes a trace of any length and ends with the error of r or of emit. A
// frame that is damaged or cut is noise.
func Explain(r io.Reader, o ExplainOptions, emit func(Record) error) error {
	e := explainer{o: o, emit: emit, dec: Decoder{Requests: true}}
	chunk := make([]byte, traceChunk)
	defer func() {
		clear(chunk)
		e.dec.Clear()
	}()
	total := int64(0)
	for {
		n, err := r.Read(chunk)
		total += int64(n)
		if err := e.feed(chunk[:n]); err != nil {
			return err
		}
		if err == nil {
			continue
		}
		if !errors.Is(err, io.EOF) {
			err = fmt.Errorf("trace after %d bytes: %w", total, err)
		} else {
			err = nil
		}
		return errors.Join(e.finish(), err)
	}
}

type explainer struct {
	o     ExplainOptions
	emit  func(Record) error
	dec   Decoder
	noise int64 // bytes of noise that were told
}

func (e *explainer) feed(p []byte) error {
	for len(p) > 0 {
		p = p[e.dec.Feed(p):]
		if err := e.frames(); err != nil {
			return err
		}
	}
	return nil
}

// frames emits what the decoder has found.
func (e *explainer) frames() error {
	for body, ok := e.dec.Next(); ok; body, ok = e.dec.Next() {
		if err := e.tellNoise(); err != nil {
			return err
		}
		if err := e.emit(e.record(body)); err != nil {
			return err
		}
	}
	return nil
}

func (e *explainer) tellNoise() error {
	n := e.dec.skipped - e.noise
	if n == 0 {
		return nil
	}
	e.noise += n
	return e.emit(Record{Frame: FrameNoise, Bytes: n})
}

// finish looks for frames behind one that is cut.
func (e *explainer) finish() error {
	for e.dec.giveUp() {
		if err := e.frames(); err != nil {
			return err
		}
	}
	return e.tellNoise()
}

// record explains the part of a frame between LEN and CHK.
func (e *explainer) record(body []byte) Record {
	if isRequest(body) {
		return requestRecord(body)
	}
	sw, data := SW(body[swLen-1]), body[swLen:]
	r := Record{Frame: FrameStatus, SW: hex.EncodeToString(body[swLen-1 : swLen]), Meaning: sw.String()}
	if body[0] != 0 || body[1] != 0 {
		r.CardStatus = hex.EncodeToString(body[:swLen-1])
	}
	switch n := len(data); {
	case sw == SWFound && n == findLen:
	case sw == SWDone && n == selectLen:
		r.Meaning = "card selected"
	case sw == SWDone && n == idLen:
		r.Frame, r.Meaning, r.Module = FrameID, "", FormatID([idLen]byte(data))
	case sw == SWDone && n == managementLen:
		r.Frame, r.Meaning = FrameManagement, "card is there"
	case sw == SWDone && CmdNewest.answers(sw, n):
		r.Frame, r.Meaning = FrameNewest, ""
		r.Newest = e.mask(newestOf(data), maskAddress)
	case sw == SWDone && n >= lengthsLen+textLen:
		e.read(&r, data)
	case n > 0:
		r.Frame, r.Bytes = FrameData, int64(n)
	}
	return r
}

// read explains the data of an answer to one of the commands that read a card.
func (e *explainer) read(r *Record, data []byte) {
	parts, err := contentsOf(CmdRead, data)
	if err != nil {
		parts, err = contentsOf(CmdFingerprint, data)
	}
	if err != nil {
		r.Frame, r.Bytes = FrameData, int64(len(data))
		return
	}
	*r = Record{Frame: FrameRead, SW: r.SW, CardStatus: r.CardStatus, Fingerprints: len(parts.fingers), Warnings: []string{}}
	person, err := DecodeText(parts.text)
	var kind *KindError
	switch {
	case errors.As(err, &kind):
		r.Warnings = append(r.Warnings, WarnKind)
	case err != nil:
		r.Warnings = append(r.Warnings, WarnUnreadable)
	default:
		e.person(r, person)
	}
	if len(parts.photo) != photoLen {
		r.Warnings = append(r.Warnings, idreader.WarnPhoto)
	}
}

// isRequest tells what the host sends from what the module answers. An answer
// begins with two zeros, or with the card's own status in front of one of the
// four statuses that say something of the card.
func isRequest(body []byte) bool {
	if len(body) < swLen {
		return true
	}
	c := Command(body[:2])
	if _, known := commandNames[c]; known {
		return true
	}
	if c == (Command{}) {
		return false
	}
	switch SW(body[swLen-1]) {
	case SWCardRefused, SWRead, SWRandom, SWSelect:
		return false
	}
	return true
}

func requestRecord(body []byte) Record {
	r := Record{Frame: FrameRequest, Command: hex.EncodeToString(body[:min(2, len(body))]), Meaning: "command of a maker"}
	if len(body) >= 2 {
		c := Command(body[:2])
		if _, known := commandNames[c]; known || c[0] == cmdBaud {
			r.Meaning = c.String()
		}
	}
	return r
}
