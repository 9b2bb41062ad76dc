package ff68

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hallway/devices"
)

// Options are the habits of a bus. The zero Options suit a full-duplex
// converter at 9600.
type Options struct {
	// Gap is the silence after each frame that is sent; 0 = 5 ms, the 3.5
	// characters at 9600 that bus devices need to see a frame end. UNCONFIRMED.
	Gap time.Duration
	// Refresh is how often what a display shall show is sent again; 0 = 30 s.
	// Displays forget it when they lose power, and do not say so.
	Refresh time.Duration
	// Echo is set for two-wire converters that hear themselves.
	Echo bool
	// Log gets damaged frames as counts; nil = nowhere.
	Log *slog.Logger
}

const (
	gap        = 5 * time.Millisecond
	refresh    = 30 * time.Second
	echoLimit  = 200 * time.Millisecond // a frame of 25 bytes needs 26 ms at 9600
	writeLimit = time.Second            // a port that takes no frame for that long is stuck
	// restLimit ends a frame whose rest does not come: ten times the pause
	// that a USB converter makes between two packets.
	restLimit = 160 * time.Millisecond
)

// A Line owns an open port of the bus. Its methods may be called from any
// goroutine.
type Line struct {
	conn devices.Conn
	o    Options

	life   context.Context // ends when the line does
	end    context.CancelFunc
	work   sync.WaitGroup
	orders chan order

	mu       sync.Mutex
	users    int
	err      error // why the line ended, nil while it lives
	handlers map[route]func(Frame)
	held     []Frame // to be refreshed, one for each address
	turn     int     // of held, to be refreshed next
	echoes   []echo
}

// A route is an address and one of its functions, or every other function.
type route struct {
	addr     byte
	function int // every for the rest
}

const every = -1

// An order is a frame to be sent.
type order struct {
	frame Frame
	done  chan error // buffered
}

// An echo is a frame that may come back until then.
type echo struct {
	frame Frame
	until time.Time
}

// Open begins to serve conn, which the Line owns from now on.
func Open(conn devices.Conn, o Options) *Line {
	if o.Gap <= 0 {
		o.Gap = gap
	}
	if o.Refresh <= 0 {
		o.Refresh = refresh
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l := &Line{conn: conn, o: o, users: 1, orders: make(chan order), handlers: map[route]func(Frame){}}
	l.life, l.end = context.WithCancel(context.Background())
	l.work.Go(l.read)
	l.work.Go(l.write)
	return l
}

// join adds a user, unless the line has ended or its last user is closing it.
func (l *Line) join() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || l.users == 0 {
		return false
	}
	l.users++
	return true
}

// Close ends one use of the line. The last one ends the line and closes the
// port.
func (l *Line) Close() error {
	l.mu.Lock()
	l.users--
	last := l.users == 0
	l.mu.Unlock()
	if !last {
		return nil
	}
	l.fail(devices.ErrClosed)
	err := l.conn.Close()
	l.work.Wait()
	return err
}

// Done is closed when the line has ended; Err says why.
func (l *Line) Done() <-chan struct{} { return l.life.Done() }

// Err returns why the line has ended, or nil while it lives.
func (l *Line) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// fail ends the line. The first cause stays.
func (l *Line) fail(cause error) {
	l.mu.Lock()
	if l.err == nil {
		l.err = cause
	}
	l.mu.Unlock()
	l.end()
}

// lose ends the line because its port failed.
func (l *Line) lose(cause error) { l.fail(fmt.Errorf("counter bus: %w", cause)) }

// Handle has f called with every good frame of addr until release is called,
// or with those of the named functions alone: a rating pad answers under the
// address of its keypad. A function that is named is handled by whom it is
// named for. f runs on the line's reading goroutine and must not block longer
// than a Send.
func (l *Line) Handle(addr byte, f func(Frame), functions ...byte) (release func(), err error) {
	routes := []route{{addr, every}}
	if len(functions) > 0 {
		routes = routes[:0]
	}
	for _, function := range functions {
		routes = append(routes, route{addr, int(function)})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range routes {
		if l.handlers[r] != nil {
			return nil, fmt.Errorf("address %d of the bus is taken: %w", addr, devices.ErrBusy)
		}
	}
	for _, r := range routes {
		l.handlers[r] = f
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, r := range routes {
			delete(l.handlers, r)
		}
	}, nil
}

// Send sends a frame and returns when the port took it, which proves nothing
// about the device. When ctx ends before, the frame may still be sent.
func (l *Line) Send(ctx context.Context, f Frame) error {
	o := order{f, make(chan error, 1)}
	select {
	case l.orders <- o:
	case <-l.life.Done():
		return l.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Hold sends a frame like Send, and again every Options.Refresh until another
// frame is held for its address or the address is released.
func (l *Line) Hold(ctx context.Context, f Frame) error {
	l.mu.Lock()
	l.forget(f.Addr)
	l.held = append(l.held, f)
	l.mu.Unlock()
	return l.Send(ctx, f)
}

// Release ends what Hold began.
func (l *Line) Release(addr byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(addr)
}

// forget removes the held frame of addr. The caller holds mu.
func (l *Line) forget(addr byte) {
	for i, f := range l.held {
		if f.Addr == addr {
			l.held = append(l.held[:i:i], l.held[i+1:]...)
			return
		}
	}
}

// write sends orders as they come, and held frames in turn.
func (l *Line) write() {
	again := time.NewTimer(l.o.Refresh)
	defer again.Stop()
	for {
		select {
		case <-l.life.Done():
			return
		case o := <-l.orders:
			o.done <- l.put(o.frame)
		case <-again.C:
			pause := l.o.Refresh
			if f, of := l.next(); of > 0 {
				_ = l.put(f) // a lost port ends the line
				pause /= time.Duration(of)
			}
			again.Reset(pause)
		}
	}
}

// next returns the held frame whose turn it is, and how many there are.
func (l *Line) next() (f Frame, of int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) == 0 {
		return Frame{}, 0
	}
	l.turn = (l.turn + 1) % len(l.held)
	return l.held[l.turn], len(l.held)
}

// put writes one frame and the silence after it.
func (l *Line) put(f Frame) error {
	b, err := Encode(f)
	if err != nil {
		return err
	}
	if l.o.Echo {
		l.mu.Lock()
		l.echoes = append(l.echoes, echo{f, time.Now().Add(echoLimit)})
		l.mu.Unlock()
	}
	ctx, cancel := context.WithTimeout(l.life, writeLimit)
	defer cancel()
	_, err = l.conn.Write(ctx, b)
	switch {
	case err == nil:
		_ = devices.Pause(l.life, l.o.Gap) // the next write says that the line has ended
		return nil
	case l.life.Err() != nil:
		return l.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("counter bus takes no bytes: %w", devices.ErrSilent)
	}
	l.lose(err)
	return l.Err()
}

// read hands frames to their handlers until the port ends.
func (l *Line) read() {
	var d Decoder
	buf := make([]byte, 256)
	damaged := 0
	for {
		n, err := l.fill(&d, buf)
		d.Feed(buf[:n])
		for f, ok := d.Next(); ok; f, ok = d.Next() {
			l.dispatch(f)
		}
		if d.Damaged() != damaged {
			l.o.Log.Debug("counter bus is damaged", "frames", d.Damaged()-damaged)
			damaged = d.Damaged()
		}
		if err != nil {
			l.lose(err)
			return
		}
	}
}

// fill reads what comes. A frame that was begun and does not go on is given up.
func (l *Line) fill(d *Decoder, buf []byte) (int, error) {
	if !d.Begun() {
		return l.conn.Read(l.life, buf)
	}
	ctx, cancel := context.WithTimeout(l.life, restLimit)
	defer cancel()
	n, err := l.conn.Read(ctx, buf)
	if l.life.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		d.Rest()
		return n, nil
	}
	return n, err
}

// dispatch hands f to its handler, unless it is an echo.
func (l *Line) dispatch(f Frame) {
	l.mu.Lock()
	handler := l.handlers[route{f.Addr, int(f.Func)}]
	if handler == nil {
		handler = l.handlers[route{f.Addr, every}]
	}
	if l.heard(f) {
		handler = nil
	}
	l.mu.Unlock()
	if handler != nil {
		handler(f)
	}
}

// heard reports whether f is the echo of a frame that was sent, and uses it up.
// The caller holds mu.
func (l *Line) heard(f Frame) bool {
	now := time.Now()
	for i, e := range l.echoes {
		if e.until.After(now) && e.frame.Equal(f) {
			l.echoes = append(l.echoes[:i:i], l.echoes[i+1:]...)
			return true
		}
	}
	for len(l.echoes) > 0 && !l.echoes[0].until.After(now) {
		l.echoes = l.echoes[1:]
	}
	return false
}
