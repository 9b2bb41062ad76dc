package hall

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// Today returns the present service day.
func (h *Hall) Today() queue.Day { return h.dayAt(h.Now()) }

// Report returns what a service day was like.
func (h *Hall) Report(ctx context.Context, day queue.Day) (api.Report, error) {
	from, to, err := queue.DayRange(day, h.zone, h.change)
	if err != nil {
		return api.Report{}, refuse(operation.CodeValidation, err.Error())
	}
	var tickets []store.Ticket
	var events []store.Happening
	err = h.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if tickets, err = tx.DayTickets(day); err != nil {
			return err
		}
		// What was held or worked on over the day change ends on the next day.
		events, err = tx.Events(from, to.AddDate(0, 0, 1))
		return err
	})
	r := reporter{Hall: h, now: h.Now(), histories: map[queue.TicketID][]queue.Entry{}, firstCall: map[queue.TicketID]time.Time{}}
	r.out = api.Report{Day: string(day), Time: r.now.UnixMilli()}
	r.read(events, to)
	r.count(tickets)
	return r.out, err
}

// A reporter adds a day up.
type reporter struct {
	*Hall
	now       time.Time
	out       api.Report
	histories map[queue.TicketID][]queue.Entry
	firstCall map[queue.TicketID]time.Time
}

// read sorts the events by ticket and lists those that need a reason.
func (r *reporter) read(events []store.Happening, end time.Time) {
	numbers := map[queue.TicketID]bool{}
	for _, e := range events {
		numbers[e.Ticket] = true
		r.histories[e.Ticket] = append(r.histories[e.Ticket], e.Entry())
		kind := queue.EventKind(e.Kind)
		if _, called := r.firstCall[e.Ticket]; !called && (kind == queue.Call || kind == queue.CallChosen) {
			r.firstCall[e.Ticket] = e.At
		}
	}
	for _, e := range events {
		if e.Reason == "" || !e.At.Before(end) || e.Actor == actorHall {
			continue
		}
		reason := api.Reason{Kind: e.Kind, Ticket: string(e.Ticket), Window: string(e.Window), Actor: e.Actor, Reason: e.Reason, At: e.At.UnixMilli()}
		if queue.EventKind(e.Kind) == queue.CallChosen {
			r.out.Chosen = append(r.out.Chosen, reason)
		} else if strings.HasPrefix(e.Actor, "clerk ") {
			r.out.Reasons = append(r.out.Reasons, reason)
		}
	}
}

// A sample is what one ticket, or one of its visits to a window, adds to a
// group.
type sample struct {
	by, key            string
	wait, way, service time.Duration
	served             bool
}

// count adds the tickets up. Every issued ticket is counted in exactly one
// state.
func (r *reporter) count(tickets []store.Ticket) {
	number := map[string]string{}
	r.out.States = map[string]int{}
	var samples []sample
	var promises []promise
	for _, t := range tickets {
		number[string(t.ID)] = string(t.Number)
		r.out.Issued++
		r.out.States[string(t.State)]++
		if t.State == queue.Void {
			continue
		}
		samples = append(samples, r.samples(t)...)
		if at, called := r.firstCall[t.ID]; called && t.Promise.From >= 0 {
			promises = append(promises, promise{string(t.Pool), t.Promise, at.Sub(t.IssuedAt)})
		}
	}
	for _, list := range [][]api.Reason{r.out.Chosen, r.out.Reasons} {
		for i := range list {
			list[i].Number = number[list[i].Ticket]
			list[i].Ticket = ""
		}
	}
	r.out.Groups, r.out.Promises = groups(samples), kept(promises)
}

// samples are what a ticket adds: to its pool, service and hour as a whole, to
// each window and clerk what was done there.
func (r *reporter) samples(t store.Ticket) []sample {
	intervals := queue.Intervals(r.histories[t.ID])
	all := queue.Sum(intervals, r.now)
	whole := sample{wait: all.Waiting, way: all.Way, service: all.Service, served: t.State == queue.Finished && all.Service > 0}
	var out []sample
	for by, key := range map[string]string{
		"hall": r.Config.ID, "pool": string(t.Pool), "service": t.Service, "lane": string(t.Lane), "hour": t.IssuedAt.In(r.zone).Format("15"),
	} {
		s := whole
		s.by, s.key = by, key
		out = append(out, s)
	}
	for i, v := range intervals {
		if v.State != queue.Serving || v.Uncertain || v.To.IsZero() {
			continue
		}
		s := sample{by: "window", key: string(v.Window), service: v.To.Sub(v.From), served: true}
		if i > 0 && intervals[i-1].State == queue.Called {
			s.way = v.From.Sub(intervals[i-1].From)
		}
		if i > 1 && intervals[i-2].State == queue.Waiting {
			s.wait = intervals[i-1].From.Sub(intervals[i-2].From)
		}
		clerk := s
		clerk.by, clerk.key = "clerk", strings.TrimPrefix(v.Actor, "clerk ")
		out = append(out, s, clerk)
	}
	return out
}

// groups are the figures of each group, by kind and key.
func groups(samples []sample) []api.Group {
	type id struct{ by, key string }
	sorted := map[id][]sample{}
	for _, s := range samples {
		sorted[id{s.by, s.key}] = append(sorted[id{s.by, s.key}], s)
	}
	out := make([]api.Group, 0, len(sorted))
	for k, list := range sorted {
		g := api.Group{By: k.by, Key: k.key, Tickets: len(list)}
		var wait, way, service []time.Duration
		for _, s := range list {
			wait = append(wait, s.wait)
			if s.served {
				g.Served++
				way, service = append(way, s.way), append(service, s.service)
			}
		}
		g.Wait, g.Way, g.Service = figures(wait), figures(way), figures(service)
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b api.Group) int { return cmp.Or(cmp.Compare(a.By, b.By), byNumber(a.Key, b.Key)) })
	return out
}

func figures(all []time.Duration) api.Figures {
	return api.Figures{
		Median: int(queue.Percentile(all, 50) / time.Second), P90: int(queue.Percentile(all, 90) / time.Second),
		Longest: int(queue.Percentile(all, 100) / time.Second),
	}
}

// A promise is what a citizen was told, and what came.
type promise struct {
	pool   string
	told   queue.Wait
	actual time.Duration
}

// kept says by pool how good the estimates were.
func kept(all []promise) []api.Promise {
	sorted := map[string][]promise{}
	for _, p := range all {
		sorted[p.pool] = append(sorted[p.pool], p)
	}
	out := make([]api.Promise, 0, len(sorted))
	for pool, list := range sorted {
		r := api.Promise{Pool: pool, Tickets: len(list)}
		var errs []time.Duration
		for _, p := range list {
			from, to := minutes(p.told.From), minutes(p.told.To)
			if p.actual >= from && p.actual <= to {
				r.Within++
			}
			errs = append(errs, (p.actual - (from+to)/2).Abs())
		}
		r.MedianError = int(queue.Percentile(errs, 50) / time.Second)
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b api.Promise) int { return cmp.Compare(a.Pool, b.Pool) })
	return out
}
