package ff68

import (
	"context"

	"hallway/devices"
)

// A Port is a place where a line can be opened. Drivers that share it share one
// Line.
type Port = devices.Shared[*Line]

// NewPort returns a Port whose lines are opened by open.
func NewPort(open func(ctx context.Context) (devices.Conn, error), o Options) *Port {
	return devices.NewShared(func(ctx context.Context) (*Line, error) {
		conn, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return Open(conn, o), nil
	}, (*Line).join, func(l *Line) { _ = l.conn.Close() })
}
