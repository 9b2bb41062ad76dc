package sam

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"hallway/devices"
)

// The reports of Miaxis readers. Numbers are little-endian; SUM is the 16-bit
// sum of the bytes from L to the last of the payload.
//
//	request  88  SRN(2)  L(2)  cmd     SAM frame                     SUM(2)  zeros to 64
//	reply    AA  SRN(2)  L(2)  result  packet number(2)  54 bytes    SUM(2)
//
// L counts from cmd or result to the end of the payload.
const (
	miaxisAsk    = 0x88
	miaxisAnswer = 0xAA
	miaxisSAM    = 0xB1 // cmd: the payload is a SAM frame

	miaxisHead    = 6 // bytes before the payload
	miaxisSum     = 2
	miaxisNo      = 2
	miaxisAskLen  = reportLen - miaxisHead - miaxisSum
	miaxisDataLen = miaxisAskLen - miaxisNo // of the SAM frame in one reply

	// staleWait is how long a report that was left over may take to come, as in
	// the maker's own program.
	staleWait = 5 * time.Millisecond
	// staleMost is how many such reports are passed over: hidapi keeps about 31,
	// the longest answer has 43.
	staleMost = 100
)

// MiaxisOptions say how a Miaxis reader is spoken to.
type MiaxisOptions struct {
	// AntennaOff switches the antenna off before the port is closed (FA 11 00),
	// as the maker's program does; what a reader answers is not waited for.
	AntennaOff bool
}

// Miaxis makes a byte stream of a port that exchanges the reports of Miaxis
// readers (MR-300 family), with the zero options.
func Miaxis(conn devices.Conn) devices.Conn { return MiaxisOptions{}.Conn(conn) }

// Conn makes a byte stream of a port that exchanges the reports of Miaxis
// readers. conn sends one report of 64 bytes with each Write and gives one with
// each Read. Each Write of the stream takes one frame, of at most 56 bytes, and
// passes over reports that were left from earlier, so that one goroutine writes
// and reads; only Close may be called from another.
//
// A damaged packet becomes a byte of noise. Everything behind a frame in which a
// packet is damaged, missing or out of order is passed over until the next
// Write: the answer is cut or missing, never wrong. That packets count from 0 or 1 in either byte
// order, and that result says nothing that the frame does not say, is
// UNCONFIRMED.
func (o MiaxisOptions) Conn(conn devices.Conn) devices.Conn {
	return &miaxis{Conn: conn, o: o, in: remainder{buf: make([]byte, 2*reportLen)}}
}

type miaxis struct {
	devices.Conn
	o      MiaxisOptions
	in     remainder
	answer miaxisAnswerState

	writing sync.Mutex // a Write and the last words of Close
	closed  bool
}

// Read gives the bytes of SAM frames.
func (m *miaxis) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, io.ErrShortBuffer
	}
	for m.in.empty() {
		n, err := m.Conn.Read(ctx, m.in.buf)
		if err != nil {
			return 0, err
		}
		m.in.hold(m.answer.take(m.in.buf[:n]))
	}
	return m.in.give(p), nil
}

// Write sends one frame.
func (m *miaxis) Write(ctx context.Context, p []byte) (int, error) {
	m.writing.Lock()
	defer m.writing.Unlock()
	report, err := miaxisRequest(p)
	if err != nil {
		return 0, err
	}
	if err := drainReports(ctx, m.Conn, m.in.buf); err != nil {
		return 0, err
	}
	m.in.forget()
	m.answer = miaxisAnswerState{}
	if _, err := m.Conn.Write(ctx, report); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close ends waiting calls and closes the port.
func (m *miaxis) Close() error {
	if m.o.AntennaOff && m.writing.TryLock() {
		if !m.closed {
			m.closed = true
			m.antennaOff()
		}
		m.writing.Unlock()
	}
	return m.Conn.Close()
}

// lastWords is how long Close may take to say something, so that a reader that
// takes nothing does not hold it up.
const lastWords = 150 * time.Millisecond

// antennaOff asks for it. A reader that is gone or busy is left as it is.
func (m *miaxis) antennaOff() {
	ctx, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	report, err := miaxisRequest(Encode(nil, []byte{0xFA, 0x11, 0x00}))
	if err == nil {
		_, _ = m.Conn.Write(ctx, report)
	}
}

// drainReports reads reports until none comes within staleWait.
func drainReports(ctx context.Context, conn devices.Conn, buf []byte) error {
	for range staleMost {
		rctx, cancel := context.WithTimeout(ctx, staleWait)
		n, err := conn.Read(rctx, buf)
		cancel()
		clear(buf[:n])
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return err
		case errors.Is(err, context.DeadlineExceeded):
			return nil
		default:
			return err
		}
	}
	return fmt.Errorf("reports come without end, check that this is a card reader: %w", devices.ErrProtocol)
}

// miaxisRequest returns the report that carries a frame.
func miaxisRequest(frame []byte) ([]byte, error) {
	if len(frame) > miaxisAskLen {
		return nil, fmt.Errorf("frame of %d bytes, a report takes %d: %w", len(frame), miaxisAskLen, devices.ErrProtocol)
	}
	report := make([]byte, reportLen)
	report[0], report[miaxisHead-1] = miaxisAsk, miaxisSAM
	binary.LittleEndian.PutUint16(report[3:], uint16(1+len(frame)))
	end := miaxisHead + copy(report[miaxisHead:], frame)
	binary.LittleEndian.PutUint16(report[end:], sum16(report[3:end]))
	return report, nil
}

func sum16(p []byte) (sum uint16) {
	for _, b := range p {
		sum += uint16(b)
	}
	return sum
}

// A miaxisAnswerState follows the packets of one answer.
type miaxisAnswerState struct {
	missing int    // bytes of the frame that has begun
	next    uint16 // packet number that must come
	broken  bool
}

// take returns the part of a frame that a report carries, noise before one, or
// nothing when the frame that has begun cannot be trusted any more.
func (a *miaxisAnswerState) take(report []byte) []byte {
	number, data, ok := miaxisPacket(report)
	switch {
	case a.broken:
		return nil
	case a.missing > 0:
		if !ok || number != a.next || len(data) != min(a.missing, miaxisDataLen) {
			a.broken = true
			return nil
		}
	default:
		size, begins := frameSize(data)
		if !ok || !begins || number > 1 || len(data) != min(size, miaxisDataLen) {
			return append(report[:0], 0) // noise
		}
		a.missing = size
	}
	a.missing -= len(data)
	a.next = number + 1
	return data
}

// miaxisPacket returns packet number and data of a reply, and false when it is
// damaged. A number whose low byte is zero is taken as big-endian: no answer has
// 256 packets.
func miaxisPacket(report []byte) (number uint16, data []byte, ok bool) {
	if len(report) < miaxisHead+miaxisNo+miaxisSum || report[0] != miaxisAnswer {
		return 0, nil, false
	}
	end := miaxisHead - 1 + int(binary.LittleEndian.Uint16(report[3:]))
	if end < miaxisHead+miaxisNo || end+miaxisSum > len(report) {
		return 0, nil, false
	}
	if binary.LittleEndian.Uint16(report[end:]) != sum16(report[3:end]) {
		return 0, nil, false
	}
	number = binary.LittleEndian.Uint16(report[miaxisHead:])
	if number&0xFF == 0 {
		number >>= 8
	}
	return number, report[miaxisHead+miaxisNo : end], true
}

// frameSize returns the whole size of the frame that begins p, and false when
// none does.
func frameSize(p []byte) (int, bool) {
	if len(p) < overhead || !bytes.HasPrefix(p, preamble[:]) {
		return 0, false
	}
	n := int(binary.BigEndian.Uint16(p[len(preamble):]))
	return overhead + n, n >= shortReply && n <= longest
}
