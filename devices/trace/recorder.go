package trace

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"hallway/devices"
)

// A Level is how much of a conversation is written down.
type Level uint8

// The levels.
const (
	Lengths Level = iota // directions and lengths: "trace"
	Data                 // bytes that the mask shows: "tracedata"
)

// Options say how a conversation is recorded.
type Options struct {
	Level Level
	Mask  Mask             // of level Data; nil = HideAll
	Limit int64            // bytes of the recording, which ends there; 0 = DefaultLimit
	Now   func() time.Time // nil = time.Now
	Log   *slog.Logger     // gets one line when the recording ends before the conversation; nil = nowhere
}

const (
	// DefaultLimit is an hour of a busy device.
	DefaultLimit = 8 << 20
	// queued entries wait for a slow disk; more are lost and counted.
	queued = 4096
	// flushLimit is how long Close waits for a disk that hangs.
	flushLimit = time.Second
	// hashed is how many hidden bytes get a hash. The hashes of short pieces
	// could be compared with each other, which betrays text byte by byte.
	hashed   = 64
	hashSize = 8
)

// A Recorder is a [devices.Conn] that writes down what passes. Its device never
// waits for the recording and never fails because of it.
type Recorder struct {
	conn devices.Conn
	o    Options
	salt [32]byte

	mu    sync.Mutex
	lines chan []byte // nil after the end
	last  float64     // t of the last entry
	lost  int
	gone  bool // is written down
	start time.Time

	out     io.Writer
	written chan struct{} // closed when the last line is
	once    sync.Once
	closed  error
}

var _ devices.Conn = (*Recorder)(nil)

// Record returns conn with a recording to w, which stays the caller's: it may
// be closed after Close has returned.
func Record(conn devices.Conn, w io.Writer, h Header, o Options) *Recorder {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Mask == nil {
		o.Mask = HideAll
	}
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Recorder{conn: conn, o: o, start: o.Now(), out: w, lines: make(chan []byte, queued), written: make(chan struct{})}
	_, _ = rand.Read(r.salt[:]) // never fails
	if h.Version == 0 {
		h.Version = Version
	}
	if h.At.IsZero() {
		h.At = r.start
	}
	r.lines <- mustMarshal(h)
	go r.write(r.lines)
	return r
}

// Read reads from the device.
func (r *Recorder) Read(ctx context.Context, p []byte) (int, error) {
	n, err := r.conn.Read(ctx, p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if n > 0 {
		r.bytes(Read, p[:n])
	}
	r.event(err, nil)
	return n, err
}

// Write writes to the device. It is written down before, so that the answer
// stands behind it.
func (r *Recorder) Write(ctx context.Context, p []byte) (int, error) {
	r.mu.Lock()
	if len(p) > 0 {
		r.bytes(Written, p)
	}
	r.mu.Unlock()
	n, err := r.conn.Write(ctx, p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if n < len(p) {
		r.event(err, &n)
	}
	return n, err
}

// Note writes down what a person says happened, such as "cover opened".
func (r *Recorder) Note(text string) {
	if text == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(Entry{Note: text})
}

// Close closes the port and waits until all is written, but not longer than a
// second for a disk that hangs. It may be called twice.
func (r *Recorder) Close() error {
	r.once.Do(func() {
		r.closed = r.conn.Close()
		r.mu.Lock()
		close(r.lines)
		r.lines = nil
		r.mu.Unlock()
		t := time.NewTimer(flushLimit)
		defer t.Stop()
		select {
		case <-r.written:
		case <-t.C:
			r.o.Log.Warn("recording is cut off, its file takes no bytes")
		}
	})
	return r.closed
}

// event adds how a call ended when the line itself ended it. The ends of a
// caller's context and of the Conn are no events of the line, unless part of a
// write is missing. The caller holds mu.
func (r *Recorder) event(err error, took *int) {
	switch {
	case err == nil:
	case errors.Is(err, devices.ErrGone):
		if !r.gone || took != nil {
			r.add(Entry{Event: EventGone, Took: took})
		}
		r.gone = true
	case errors.Is(err, devices.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		if took != nil {
			r.add(Entry{Event: EventFailed, Took: took})
		}
	default:
		r.add(Entry{Event: EventFailed, Took: took})
	}
}

// bytes adds p as the mask lets it. The caller holds mu.
func (r *Recorder) bytes(d Direction, p []byte) {
	for len(p) > 0 {
		shown, hidden := r.split(d, p)
		b := &Bytes{Shown: p[:shown:shown], Hidden: hidden > 0}
		e := Entry{Masked: hidden, Hash: r.hash(p[shown : shown+hidden])}
		if d == Read {
			e.Read = b
		} else {
			e.Write = b
		}
		r.add(e)
		p = p[shown+hidden:]
	}
}

// split returns how many bytes at the beginning of p are shown, and how many
// behind them are hidden.
func (r *Recorder) split(d Direction, p []byte) (shown, hidden int) {
	if r.o.Level < Data {
		return 0, len(p)
	}
	for at := 0; at < len(p); {
		n, show := r.o.Mask.Next(d, p[at:])
		n = max(1, min(n, len(p)-at))
		switch {
		case !show:
			hidden += n
		case hidden == 0:
			shown += n
		default:
			return shown, hidden
		}
		at += n
	}
	return shown, hidden
}

// hash returns the salted hash of many hidden bytes, or "".
func (r *Recorder) hash(p []byte) string {
	if len(p) < hashed || r.o.Level < Data {
		return ""
	}
	h := hmac.New(sha256.New, r.salt[:])
	h.Write(p)
	return hex.EncodeToString(h.Sum(nil)[:hashSize])
}

// add queues an entry, or counts it as lost. The caller holds mu.
func (r *Recorder) add(e Entry) {
	if r.lines == nil {
		return
	}
	ms := float64(r.o.Now().Sub(r.start).Microseconds()) / 1000
	r.last = max(r.last, ms) // a clock that is set back does not turn the order
	e.T = r.last
	if r.lost > 0 {
		select {
		case r.lines <- Entry{T: e.T, Lost: r.lost}.line():
			r.lost = 0
		default:
		}
	}
	if r.lost == 0 {
		select {
		case r.lines <- e.line():
			return
		default:
		}
	}
	r.lost++
}

// write writes lines until the last, or until the file refuses or is full.
func (r *Recorder) write(lines <-chan []byte) {
	defer close(r.written)
	room := r.o.Limit
	for line := range lines {
		if room < 0 {
			continue
		}
		if room -= int64(len(line)); room < 0 {
			r.o.Log.Warn("recording is full and ends", "bytes", r.o.Limit)
			continue
		}
		if _, err := r.out.Write(line); err != nil {
			r.o.Log.Warn("recording cannot be written and ends", "err", err)
			room = -1
		}
	}
}
