package port

import (
	"context"
	"log/slog"

	"golang.org/x/sys/unix"
)

// Receive says what a message from an address means.
func Receive(data []byte, flags int, from unix.Sockaddr, err error) (Event, error) {
	return (&message{data: data, flags: flags, from: from, err: err}).event()
}

// ErrOverflow says that messages were lost.
var ErrOverflow = errOverflow

// NewPresenceOf returns a Presence that hears what watch tells it.
func NewPresenceOf(root Root, log *slog.Logger, watch func(context.Context, func(Event)) error) *Presence {
	p := NewPresence(root, 0, log)
	p.watch = watch
	return p
}
