package stream

import (
	"context"
	"fmt"
	"io"
	"sync"

	"hallway/devices"
)

// A Queue passes what one goroutine reads from a port to the callers of Read,
// so that a Read that ends early loses nothing. Each piece is what the port
// gave at once: some bytes, or one report.
type Queue struct {
	limit int // pieces

	mu      sync.Mutex
	pieces  [][]byte
	lost    uint64
	end     error
	changed chan struct{} // closed at the next change; nil while nobody waits
}

// NewQueue returns a Queue that is full with limit pieces.
func NewQueue(limit int) *Queue { return &Queue{limit: limit} }

// Put appends piece, which belongs to the queue from then on. It never waits:
// a producer that must not lose anything asks Room first.
func (q *Queue) Put(piece []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end == nil {
		q.pieces = append(q.pieces, piece)
		q.stir()
	}
}

// PutNewest appends piece and drops the oldest one when the queue is full.
func (q *Queue) PutNewest(piece []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end != nil {
		return
	}
	if len(q.pieces) >= q.limit {
		q.drop(1)
		q.lost++
	}
	q.pieces = append(q.pieces, piece)
	q.stir()
}

// Lost returns how many pieces PutNewest has dropped.
func (q *Queue) Lost() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// End says that no piece follows, and why. Reads get what is queued first. Only
// the first End counts, but Close comes through.
func (q *Queue) End(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end == nil {
		q.end = err
		q.stir()
	}
}

// Close drops what is queued and ends every Read with [devices.ErrClosed].
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drop(len(q.pieces))
	q.end = devices.ErrClosed
	q.stir()
}

// Room reports how many pieces may be put; it is negative after too many.
func (q *Queue) Room() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.limit - len(q.pieces)
}

// WaitRoom waits until there is room, and reports false when the queue ended.
func (q *Queue) WaitRoom() bool {
	for {
		q.mu.Lock()
		room, over, changed := len(q.pieces) < q.limit, q.end != nil, q.wait()
		q.mu.Unlock()
		if room || over {
			return !over
		}
		<-changed
	}
}

// Read waits for the first piece and copies of it, and of those that follow,
// what p holds. What p does not hold stays.
func (q *Queue) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, fmt.Errorf("read into an empty buffer: %w", io.ErrShortBuffer)
	}
	return q.take(ctx, func() (int, error) {
		n := 0
		for n < len(p) && len(q.pieces) > 0 {
			k := copy(p[n:], q.pieces[0])
			n += k
			clear(q.pieces[0][:k])
			if q.pieces[0] = q.pieces[0][k:]; len(q.pieces[0]) == 0 {
				q.drop(1)
			}
		}
		return n, nil
	})
}

// ReadPiece waits for the first piece and copies it. A buffer that does not
// hold it gets nothing, and the piece stays.
func (q *Queue) ReadPiece(ctx context.Context, p []byte) (int, error) {
	return q.take(ctx, func() (int, error) {
		if size := len(q.pieces[0]); size > len(p) {
			return 0, fmt.Errorf("report of %d bytes into a buffer of %d: %w", size, len(p), io.ErrShortBuffer)
		}
		n := copy(p, q.pieces[0])
		q.drop(1)
		return n, nil
	})
}

// take calls get with the queue locked as soon as there is a piece.
func (q *Queue) take(ctx context.Context, get func() (int, error)) (int, error) {
	for {
		if q.closed() {
			return 0, devices.ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, changed, err := q.try(get)
		if changed == nil {
			return n, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// try calls get, or returns the channel that says when to try again.
func (q *Queue) try(get func() (int, error)) (int, <-chan struct{}, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pieces) > 0 {
		n, err := get()
		return n, nil, err
	}
	if q.end != nil {
		return 0, nil, q.end
	}
	return 0, q.wait(), nil
}

func (q *Queue) closed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.end == devices.ErrClosed
}

// drop takes the first n pieces away. The caller holds mu.
func (q *Queue) drop(n int) {
	for i := range n { // card data does not stay behind in the slice
		clear(q.pieces[i])
		q.pieces[i] = nil
	}
	q.pieces = q.pieces[n:]
	q.stir()
}

// wait returns a channel that is closed at the next change. The caller holds mu.
func (q *Queue) wait() <-chan struct{} {
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	return q.changed
}

// stir wakes those that wait. The caller holds mu.
func (q *Queue) stir() {
	if q.changed != nil {
		close(q.changed)
		q.changed = nil
	}
}
