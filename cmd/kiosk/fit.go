package main

import (
	"context"
	"image"
	"log/slog"
	"sync"

	"hallway/app/journey"
	"hallway/cmd/drivers"
	"hallway/devices"
	"hallway/idreader/photo"
	"hallway/idreader/sam"
)

// fit starts the devices that are fitted and returns what the visit works with.
// A device that is not fitted stays Disabled: the journey does without it.
func (p *parts) fit(ctx context.Context, group *sync.WaitGroup, send func(journey.Msg)) journey.Ports {
	ports := journey.Ports{Desk: p.outbox, Reader: noReader{}, IDs: p.ids, Send: send, Log: p.log}
	if c := p.config.Reader; c.Port != "" {
		o := p.ports.Reader(c, sam.Options{Newest: c.NewestAddress, Photo: decoder(c.PhotoDecoder, p.log), Timing: p.timing, Log: p.log})
		ports.Reader = reader{supervise(ctx, group, p, "reader", devices.IDReader, o, send)}
	}
	if c := p.config.Printer; c.Port != "" {
		o := p.ports.Printer(c, p.profile, p.outbox.Journal())
		roll := newRoll(ctx, p.outbox, c.Roll, p.log)
		ports.Paper = p.paper(ctx, group, roll, supervise(ctx, group, p, "printer", devices.Printer, roll.watch(o), send))
	}
	if c := p.config.Scanner; c.Port != "" {
		ports.Codes = codes{supervise(ctx, group, p, "scanner", devices.Scanner, p.ports.Scanner(c, p.log), send)}
	}
	return ports
}

// paper joins the printer with what is kept of its paper.
func (p *parts) paper(ctx context.Context, group *sync.WaitGroup, r *roll, s *devices.Supervisor[drivers.Paper]) paper {
	out := paper{Supervisor: s, roll: r}
	stop := s.Watch(out.roll.see)
	group.Go(func() {
		defer stop()
		out.roll.run(ctx)
	})
	if p.profile.Presenter.Fitted() {
		out.mouth = &mouth{life: ctx, log: p.log}
		group.Go(func() {
			<-ctx.Done()
			out.mouth.leave()
		})
	}
	return out
}

// supervise keeps a device open until ctx ends and tells the journey how it
// stands, as far as it lasts.
func supervise[D devices.Device](ctx context.Context, group *sync.WaitGroup, p *parts, id string, kind devices.Kind, o drivers.Opener[D], send func(journey.Msg)) *devices.Supervisor[D] {
	s := devices.NewSupervisor(devices.Options{ID: id, Kind: kind, Log: p.log, History: p.history}, o.Open)
	watch, steadied := devices.Steady(func(h devices.Health) { send(journey.DeviceChanged{Kind: kind, State: h.State}) })
	stop := s.Watch(watch)
	unfollow := p.ports.Follow(o.Port, o.Via, s.Plugged)
	group.Go(func() {
		defer steadied()
		defer stop()
		defer unfollow()
		s.Run(ctx)
	})
	return s
}

// decoder returns what turns a card's photo into a picture, nil without a
// program that does.
func decoder(path string, log *slog.Logger) func(context.Context, []byte) (*image.NRGBA, error) {
	if path == "" {
		return nil
	}
	d := &photo.Decoder{Path: path, Log: log}
	return d.Decode
}
