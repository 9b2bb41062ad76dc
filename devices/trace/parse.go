package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of what Parse reads.
const (
	maxLine      = 1 << 20
	maxRecording = 64 << 20
)

// A Recording is what Parse reads: a conversation with a device.
type Recording struct {
	Header  Header
	Entries []Entry // Entries[i] stands on line i+2
}

// Parse reads a recording. The error names the first line that is wrong; what
// stands before it is returned. A recording whose last line is cut off gives an
// error that wraps [io.ErrUnexpectedEOF].
func Parse(r io.Reader) (*Recording, error) {
	limited := &io.LimitedReader{R: r, N: maxRecording + 1}
	lines := bufio.NewReaderSize(limited, 64<<10)
	rec := &Recording{}
	for number := 1; ; number++ {
		line, err := readLine(lines)
		switch {
		case limited.N <= 0:
			return rec, fmt.Errorf("recording: longer than %d bytes, cut it", maxRecording)
		case err == io.EOF && number == 1:
			return rec, errors.New("recording: empty, the first line is its header")
		case err == io.EOF:
			return rec, nil
		case err == nil && number == 1:
			err = rec.header(line)
		case err == nil:
			err = rec.entry(line)
		}
		if err != nil {
			return rec, fmt.Errorf("recording, line %d: %w", number, err)
		}
	}
}

// readLine returns the next line without its end; a line without one is cut off.
func readLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("longer than %d bytes", maxLine)
		case err == nil:
			return line[:len(line)-1], nil
		case err == bufio.ErrBufferFull:
		case err == io.EOF && len(line) > 0:
			return nil, fmt.Errorf("cut off: %w", io.ErrUnexpectedEOF)
		default:
			return nil, err
		}
	}
}

func (rec *Recording) header(line []byte) error {
	if err := strict(line, &rec.Header); err != nil {
		return err
	}
	if v := rec.Header.Version; v != Version {
		return fmt.Errorf("format %d, this program reads %d", v, Version)
	}
	return nil
}

func (rec *Recording) entry(line []byte) error {
	var e Entry
	if err := strict(line, &e); err != nil {
		return err
	}
	if err := e.check(); err != nil {
		return err
	}
	if n := len(rec.Entries); n > 0 && e.T < rec.Entries[n-1].T {
		return fmt.Errorf("t=%v is before the line above, %v", e.T, rec.Entries[n-1].T)
	}
	rec.Entries = append(rec.Entries, e)
	return nil
}

// strict reads one JSON object without unknown keys and nothing behind it. A
// key that is there twice counts once, the last.
func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

// WriteTo writes the recording as Parse reads it.
func (rec *Recording) WriteTo(w io.Writer) (int64, error) {
	var text []byte
	text = append(text, mustMarshal(rec.Header)...)
	for _, e := range rec.Entries {
		text = append(text, e.line()...)
	}
	n, err := w.Write(text)
	return int64(n), err
}
