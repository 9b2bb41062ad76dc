package hall

import (
	"context"
	"maps"
	"slices"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/queue"
)

// Live returns how the hall stands now, for those who lead it.
func (h *Hall) Live(ctx context.Context) (api.Live, error) {
	v := &viewer{Hall: h, now: h.Now()}
	v.out = api.Live{Day: string(h.dayAt(v.now)), Time: v.now.UnixMilli(), Alarms: []api.Alarm{}, Emergencies: []api.Emergency{}}
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		v.tx, v.mean = tx, h.means(tx, v.now)
		for _, f := range []func() error{v.windows, v.pools, v.emergencies} {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	})
	v.out.Light = worst(v.out.Pools)
	return v.out, err
}

// Traffic returns what everybody may know of how busy the hall is.
func (h *Hall) Traffic(ctx context.Context) (api.Traffic, error) {
	l, err := h.Live(ctx)
	t := api.Traffic{Light: l.Light, Time: l.Time, Pools: []api.PoolTraffic{}}
	for _, p := range l.Pools {
		t.Pools = append(t.Pools, api.PoolTraffic{Pool: p.Pool, Name: p.Name, Light: p.Light, Waiting: p.Waiting, WaitFrom: p.WaitFrom, WaitTo: p.WaitTo})
	}
	return t, err
}

// A viewer looks over the hall in one transaction.
type viewer struct {
	*Hall
	tx   *store.Tx
	now  time.Time
	mean *means
	open []queue.OpenWindow
	out  api.Live
}

// windows looks at every window.
func (v *viewer) windows() error {
	sessions, err := v.tx.Sessions()
	if err != nil {
		return err
	}
	at, err := v.atWindows(v.tx, v.now)
	if err != nil {
		return err
	}
	if v.open, err = v.openWindows(v.mean); err != nil {
		return err
	}
	for _, w := range v.Hall.windows {
		l := api.LiveWindow{Window: w.ID, Name: w.Name}
		if i := slices.IndexFunc(sessions, func(s store.Session) bool { return string(s.Window) == w.ID }); i >= 0 {
			s := sessions[i]
			l.Open, l.Clerk, l.Pause, l.Since = true, s.Clerk, s.Pause, s.StartedAt.UnixMilli()
			if err := v.occupied(&l, s, at); err != nil {
				return err
			}
		}
		v.out.Windows = append(v.out.Windows, l)
	}
	return nil
}

// occupied says what an open window does, and for how long it has done nothing
// while people wait.
func (v *viewer) occupied(l *api.LiveWindow, s store.Session, at map[queue.WindowID]store.Ticket) error {
	if t, busy := at[s.Window]; busy {
		l.Number, l.State, l.Since = string(t.Number), string(t.State), t.CalledAt.UnixMilli()
		if !t.StartedAt.IsZero() {
			l.Since = t.StartedAt.UnixMilli()
		}
		return nil
	}
	last, err := v.tx.LastAt(s.Window)
	if err != nil {
		return err
	}
	if last.After(s.StartedAt) {
		l.Since = last.UnixMilli()
	}
	return nil
}

// pools looks at every waiting line.
func (v *viewer) pools() error {
	l, err := v.line(v.tx, v.now)
	if err != nil {
		return err
	}
	for _, p := range v.Catalogue.Pools {
		pool := api.LivePool{Pool: p.ID, Name: p.Name}
		for _, t := range l.tickets {
			if string(t.Pool) == p.ID {
				pool.Waiting++
				pool.Longest = max(pool.Longest, int(v.now.Sub(t.IssuedAt)/time.Second))
			}
		}
		for _, w := range v.open {
			if w.Serves(queue.PoolID(p.ID)) {
				pool.Windows++
			}
		}
		next := queue.Ticket{ID: "next", Pool: queue.PoolID(p.ID), State: queue.Waiting, IssuedAt: v.now, EffectiveAt: v.now}
		wait := queue.Estimate(next, queue.NewLine(l.tickets, v.policy, maps.Clone(l.turns)), v.open, v.mean.of, v.now)
		pool.WaitFrom, pool.WaitTo = wait.From, wait.To
		pool.Light = v.light(pool)
		v.out.Pools = append(v.out.Pools, pool)
		v.alarms(pool)
	}
	v.idle(l)
	return v.mean.err
}

// light is green while a newcomer is served soon, yellow beyond half of the
// alarm's wait, red beyond it or when nobody can be called.
func (v *viewer) light(p api.LivePool) string {
	limit := v.Config.Alarms.Wait
	switch {
	case p.Windows == 0 || limit > 0 && p.WaitTo > limit:
		return api.Red
	case limit > 0 && p.WaitTo > limit/2:
		return api.Yellow
	}
	return api.Green
}

// worst is the light of the hall as a whole.
func worst(pools []api.LivePool) string {
	light := api.Green
	for _, p := range pools {
		if p.Light == api.Red || p.Light == api.Yellow && light == api.Green {
			light = p.Light
		}
	}
	return light
}

// alarms are what a leader should act on in a line.
func (v *viewer) alarms(p api.LivePool) {
	a := v.Config.Alarms
	if a.Wait > 0 && p.Longest > 60*a.Wait {
		v.out.Alarms = append(v.out.Alarms, api.Alarm{Kind: api.AlarmWait, Pool: p.Pool, Value: p.Longest})
	}
	if a.Line > 0 && p.Waiting > a.Line {
		v.out.Alarms = append(v.out.Alarms, api.Alarm{Kind: api.AlarmLine, Pool: p.Pool, Value: p.Waiting})
	}
	if p.Waiting > 0 && p.Windows == 0 {
		v.out.Alarms = append(v.out.Alarms, api.Alarm{Kind: api.AlarmNobody, Pool: p.Pool, Value: p.Waiting})
	}
}

// idle are open windows that call nobody while people wait for them.
func (v *viewer) idle(l line) {
	limit := minutes(v.Config.Alarms.Idle)
	for _, w := range v.out.Windows {
		if limit == 0 || !w.Open || w.Pause != "" || w.Number != "" {
			continue
		}
		idle := v.now.Sub(time.UnixMilli(w.Since))
		c, _ := v.window(w.Window)
		waits := slices.ContainsFunc(l.tickets, func(t queue.Ticket) bool { return callerOf(c).Serves(t.Pool) })
		if waits && idle > limit {
			v.out.Alarms = append(v.out.Alarms, api.Alarm{Kind: api.AlarmIdle, Window: w.Window, Value: int(idle / time.Second)})
		}
	}
}

func (v *viewer) emergencies() error {
	all, err := v.tx.Emergencies()
	for _, e := range all {
		v.out.Emergencies = append(v.out.Emergencies, api.Emergency{Window: string(e.Window), Clerk: e.Clerk, Since: e.Since.UnixMilli()})
	}
	return err
}
