package sim

import (
	"context"
	"fmt"
	"os"
	"sync"

	"hallway/devices"
	"hallway/devices/internal/stream"
)

// A Memory is a Line in the memory of the process, for drivers that are tested
// without a kernel between: in microseconds, and under a false clock
// (testing/synctest). Its other end is a [devices.Conn] that one program holds
// at a time, like a serial port. It carries a stream of bytes.
type Memory struct {
	socket
	name string

	plugging sync.Mutex
	toDevice *wire // nil while unplugged
	toHost   *wire
	held     bool // by a program
}

var _ Line = (*Memory)(nil)

// NewMemory returns a line that is plugged in. name is its name in errors.
func NewMemory(name string) *Memory {
	m := &Memory{name: name}
	_ = m.Replug() // fails only after Close
	return m
}

// Name returns the name that the line was given, which no program can open; see
// [Memory.Open].
func (m *Memory) Name() string { return m.name }

// Open opens the program's end. Bytes that came before are dropped. Its errors
// wrap [devices.ErrAbsent] while the line is unplugged and [devices.ErrBusy]
// while another program holds it.
func (m *Memory) Open(ctx context.Context) (devices.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open %s: %w", m.name, err)
	}
	m.plugging.Lock()
	defer m.plugging.Unlock()
	switch {
	case m.toDevice == nil:
		return nil, fmt.Errorf("open %s: %w", m.name, devices.ErrAbsent)
	case m.held:
		return nil, fmt.Errorf("open %s: %w", m.name, devices.ErrBusy)
	}
	m.held = true
	m.toHost.flush()
	mine := m.toHost
	return stream.New(m.name, &end{in: m.toHost, out: m.toDevice, closing: func() { m.release(mine) }}, nil), nil
}

// release lets go of the line for the program that holds it, unless the line
// was plugged in anew since.
func (m *Memory) release(of *wire) {
	m.plugging.Lock()
	defer m.plugging.Unlock()
	if m.toHost == of {
		m.held = false
	}
}

// Replug joins the line again. It does nothing while the line is plugged in.
func (m *Memory) Replug() error {
	m.plugging.Lock()
	defer m.plugging.Unlock()
	if m.toDevice != nil {
		return nil
	}
	toDevice, toHost := newWire(), newWire()
	if _, ok := m.plug(&end{in: toDevice, out: toHost}); !ok {
		return os.ErrClosed
	}
	m.toDevice, m.toHost, m.held = toDevice, toHost, false
	return nil
}

// Unplug breaks the line. It does nothing while the line is unplugged.
func (m *Memory) Unplug() error {
	_, _ = m.plug(nil)
	m.hangUp()
	return nil
}

// Close ends the line for good.
func (m *Memory) Close() error {
	m.shut()
	m.hangUp()
	return nil
}

func (m *Memory) hangUp() {
	m.plugging.Lock()
	defer m.plugging.Unlock()
	if m.toDevice != nil {
		m.toDevice.hangUp()
		m.toHost.hangUp()
	}
	m.toDevice, m.toHost = nil, nil
}
