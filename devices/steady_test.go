package devices_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

func TestSteadyHidesWhatDoesNotLast(t *testing.T) {
	const r, d, f, a = devices.Ready, devices.Degraded, devices.Faulted, devices.Absent
	type step struct {
		state devices.State
		lasts time.Duration
	}
	for name, c := range map[string]struct {
		steps []step
		want  string
	}{
		"first at once":            {[]step{{a, 0}}, "absent"},
		"replugged":                {[]step{{r, 1}, {a, 900 * time.Millisecond}, {r, 5 * time.Second}}, "ready ready"},
		"gone":                     {[]step{{r, 1}, {a, 3 * time.Second}}, "ready absent"},
		"gone in stages":           {[]step{{r, 1}, {a, 1500 * time.Millisecond}, {f, 1500 * time.Millisecond}}, "ready faulted"},
		"usable for a moment":      {[]step{{a, 1}, {r, 900 * time.Millisecond}, {a, 5 * time.Second}}, "absent absent"},
		"usable":                   {[]step{{a, 1}, {r, 1100 * time.Millisecond}}, "absent ready"},
		"within usable at once":    {[]step{{r, 1}, {d, 1}, {r, 1}}, "ready degraded ready"},
		"flapping stays as it was": {[]step{{r, 1}, {a, time.Second}, {r, time.Second}, {a, time.Second}, {r, time.Second}}, "ready ready ready"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got []string
				watch, stop := devices.Steady(func(h devices.Health) { got = append(got, h.State.String()) })
				for _, s := range c.steps {
					watch(devices.Health{State: s.state})
					time.Sleep(s.lasts)
					synctest.Wait()
				}
				stop()
				seen := slices.Clone(got)
				watch(devices.Health{State: r})
				time.Sleep(time.Minute)
				if strings.Join(seen, " ") != c.want || len(got) != len(seen) {
					t.Errorf("shown %q, then %q, want %q", seen, got, c.want)
				}
			})
		})
	}
}
