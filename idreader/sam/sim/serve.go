package sim

import (
	"context"
	"io"
	"time"

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
		if !r.understands() {
			decoder.Clear()
			return r.babble(line, len(p))
		}
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

// understands reports whether the host speaks at the module's speed. A line
// whose speed cannot be told has no host.
func (r *Reader) understands() bool {
	if r.options.LineBaud == nil {
		return true
	}
	baud, err := r.options.LineBaud()
	return err == nil && baud == r.Baud()
}

// babble answers n bytes that came at a wrong speed.
func (r *Reader) babble(line io.Writer, n int) error {
	if !r.options.Babble {
		return nil
	}
	rubbish := make([]byte, n/2+1)
	for i := range rubbish {
		rubbish[i] = 0xF8 ^ byte(i*0x1E)
	}
	_, err := line.Write(rubbish)
	return err
}

// serve answers one request. A body of one byte is a vendor's command without
// PARA, which this reader does not know.
func (r *Reader) serve(ctx context.Context, line io.Writer, body []byte) error {
	var c sam.Command
	copy(c[:], body)
	if err := devices.Pause(ctx, r.onWire(len(body)+frameBytes)); err != nil {
		return err
	}
	fault, before := r.begin(c)
	if c == sam.CmdSelect || c == sam.CmdRead || c == sam.CmdFingerprint {
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
	if err := r.write(ctx, line, fault.Junk); err != nil {
		return err
	}
	err := r.write(ctx, line, fault.spoil(reply))
	if fault.Status == 0 {
		r.switchBaud(c)
	}
	return err
}

// frameBytes is what a frame has around its body.
const frameBytes = 8

// onWire returns how long n bytes are on the wire.
func (r *Reader) onWire(n int) time.Duration {
	if !r.options.Paced {
		return 0
	}
	return time.Duration(n) * 10 * time.Second / time.Duration(r.Baud())
}

// begin counts a request and takes the fault that applies to it.
func (r *Reader) begin(c sam.Command) (Fault, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[c]++
	return r.takeFault(c), r.changes
}

// write writes a reply: whole to a line of messages, otherwise as
// Options.Paced and Options.Split say.
func (r *Reader) write(ctx context.Context, line io.Writer, reply []byte) error {
	size := len(reply)
	if _, whole := line.(messages); !whole {
		if r.options.Paced {
			return r.pace(ctx, line, reply)
		}
		if r.options.Split > 0 {
			size = r.options.Split
		}
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

// chunk is how many bytes a UART hands over at once, half of its FIFO.
const chunk = 8

// pace writes each byte when its time has come, measured from the beginning, so
// that late timers do not add up.
func (r *Reader) pace(ctx context.Context, line io.Writer, reply []byte) error {
	start, byteTime := time.Now(), r.onWire(1)
	for sent := 0; sent < len(reply); {
		next := min(sent+chunk, len(reply))
		if err := devices.Pause(ctx, time.Until(start.Add(time.Duration(next)*byteTime))); err != nil {
			return err
		}
		next = min(max(next, int(time.Since(start)/byteTime)), len(reply))
		if _, err := line.Write(reply[sent:next]); err != nil {
			return err
		}
		sent = next
	}
	return nil
}
