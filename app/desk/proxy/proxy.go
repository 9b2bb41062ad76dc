package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"
)

// A Mode says what a [Proxy] does with connections.
type Mode string

// The modes.
const (
	Pass    Mode = "pass"    // bytes go both ways
	Cut     Mode = "cut"     // connections are reset at once, old and new
	Silent  Mode = "silent"  // connections are accepted, nothing ever comes back
	Failing Mode = "failing" // every request is answered 500, in plain text
	Portal  Mode = "portal"  // every request is answered 200 with an HTML page
)

// Modes are all modes, in the order in which a desk shows them.
func Modes() []Mode { return []Mode{Pass, Cut, Silent, Failing, Portal} }

// dialLimit is how long the hall may take to accept a connection. It is
// shorter than the 3 s that a terminal waits for an answer.
const dialLimit = 2 * time.Second

// A Proxy listens at one address and forwards to another. Its methods may be
// called from any goroutine.
type Proxy struct {
	target   string
	listener net.Listener

	mu      sync.Mutex
	mode    Mode
	open    map[net.Conn]struct{} // both ends of every connection
	changed []func(Mode)
}

// Listen opens addr ("127.0.0.1:8418"; port 0 takes a free one) for
// connections that go to target. Nothing is accepted before Run.
func Listen(addr, target string) (*Proxy, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("network of the desk: listen at %s: %w", addr, err)
	}
	return &Proxy{target: target, listener: l, mode: Pass, open: map[net.Conn]struct{}{}}, nil
}

// Addr is the address that terminals connect to.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Mode is the present mode.
func (p *Proxy) Mode() Mode {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mode
}

// Set changes the mode and resets every open connection, so that no terminal
// lives on with a connection of the old mode. A mode that does not exist is
// refused.
func (p *Proxy) Set(m Mode) error {
	if !slices.Contains(Modes(), m) {
		return fmt.Errorf("network of the desk: no mode %q; modes are %v", m, Modes())
	}
	p.mu.Lock()
	same := p.mode == m
	p.mode = m
	if !same {
		for c := range p.open {
			reset(c)
		}
	}
	told := slices.Clone(p.changed)
	p.mu.Unlock()
	if !same {
		for _, f := range told {
			f(m)
		}
	}
	return nil
}

// OnChange has f called after every change of mode, on the goroutine of Set.
func (p *Proxy) OnChange(f func(Mode)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changed = append(p.changed, f)
}

// Run accepts connections until ctx ends, then resets what is open and returns
// when every goroutine has ended. The error is nil when ctx ended it.
func (p *Proxy) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { p.listener.Close() })
	defer stop()
	var served sync.WaitGroup
	defer served.Wait()
	defer p.resetAll()
	for {
		c, err := p.listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				c.Close()
			}
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("network of the desk: %w", err)
		}
		if err != nil { // out of file descriptors and the like: pause, try again
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
			}
			continue
		}
		served.Go(func() { p.serve(ctx, c) })
	}
}

// Close releases the address when Run was never called.
func (p *Proxy) Close() error { return p.listener.Close() }

// serve treats one connection as the mode says that holds when it arrives.
func (p *Proxy) serve(ctx context.Context, c net.Conn) {
	mode, kept := p.keep(ctx, c)
	if !kept {
		return
	}
	defer p.drop(c)
	switch mode {
	case Pass:
		p.forward(ctx, c)
	case Silent:
		io.Copy(io.Discard, c)
	case Failing:
		answer(c, failing)
	case Portal:
		answer(c, portal)
	}
}

// keep registers c so that Set and the end of Run reset it, and returns the
// mode it belongs to. A connection that must not live is reset.
func (p *Proxy) keep(ctx context.Context, c net.Conn) (Mode, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == Cut || ctx.Err() != nil {
		reset(c)
		return p.mode, false
	}
	p.open[c] = struct{}{}
	return p.mode, true
}

func (p *Proxy) drop(c net.Conn) {
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
	c.Close()
}

func (p *Proxy) resetAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		reset(c)
	}
}

// forward copies both ways until one end closes, then closes the other.
func (p *Proxy) forward(ctx context.Context, c net.Conn) {
	dial := net.Dialer{Timeout: dialLimit}
	up, err := dial.DialContext(ctx, "tcp", p.target)
	if err != nil {
		reset(c)
		return
	}
	mode, kept := p.keep(ctx, up)
	if !kept {
		return
	}
	defer p.drop(up)
	if mode != Pass { // changed while dialling; c is reset already
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		io.Copy(c, up)
		c.Close()
	}()
	io.Copy(up, c)
	up.Close()
	<-back
}

// reset closes c so that the other side sees a reset, as with a pulled cable,
// and not the orderly end of a stream.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	c.Close()
}
