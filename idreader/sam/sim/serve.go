package sim

import (
	"context"
	"io"

	"hallway/devices"
	"hallway/devices/sim"
	"hallway/idreader/sam"
)

// Serve answers the host on line until ctx ends or the line is gone, and
// returns nil in both cases; see [sim.Serve]. One Reader may serve one line
// after another.
func (r *Reader) Serve(ctx context.Context, line io.ReadWriter) error {
	decoder := sam.Decoder{Requests: true}
	return sim.Serve(ctx, line, func(p []byte) error {
		for len(p) > 0 {
			p = p[decoder.Feed(p):]
			for body, ok := decoder.Next(); ok; body, ok = decoder.Next() {
				if err := r.serve(ctx, line, body); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// serve answers one request. A body of one byte is a vendor's command without
// PARA, which this reader does not know.
func (r *Reader) serve(ctx context.Context, line io.Writer, body []byte) error {
	var c sam.Command
	copy(c[:], body)
	fault, before := r.begin(c)
	if c == sam.CmdSelect || c == sam.CmdRead {
		if err := devices.Pause(ctx, r.options.RF); err != nil {
			return err
		}
	}
	sw, data := r.answer(c, before)
	if fault.Status != 0 {
		sw, data = fault.Status, nil
	}
	if err := devices.Pause(ctx, fault.Late); err != nil {
		return err
	}
	defer r.changed()
	if fault.Silent {
		return nil
	}
	reply := sam.Encode(nil, append([]byte{0, 0, byte(sw)}, data...))
	return r.write(line, fault.spoil(reply))
}

// begin counts a request and takes the fault that applies to it.
func (r *Reader) begin(c sam.Command) (Fault, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[c]++
	return r.takeFault(c), r.changes
}

// write writes reply in pieces of Options.Split bytes.
func (r *Reader) write(line io.Writer, reply []byte) error {
	size := r.options.Split
	if size <= 0 {
		size = len(reply)
	}
	for len(reply) > 0 {
		n := min(size, len(reply))
		if _, err := line.Write(reply[:n]); err != nil {
			return err
		}
		reply = reply[n:]
	}
	return nil
}
