package devices_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices"
)

func TestHistoryHoldsTheChangesOfAllDevicesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		history := devices.NewHistory()
		more := history.More()
		ctx, cancel := context.WithCancel(t.Context())
		a := devices.NewSupervisor(devices.Options{ID: "a", Kind: devices.Printer, History: history},
			func(context.Context) (*part, error) { return &part{check: fine}, nil })
		b := devices.NewSupervisor(devices.Options{ID: "b", Kind: devices.Keypad, History: history},
			func(context.Context) (*part, error) { return nil, devices.ErrAbsent })
		go a.Run(ctx)
		synctest.Wait()
		go b.Run(ctx)
		synctest.Wait()
		select {
		case <-more:
		default:
			t.Error("nobody is told of the events")
		}
		cancel()
		synctest.Wait()
		events := history.Since(0)
		var got []string
		for i, e := range events {
			if e.Seq != uint64(i+1) {
				t.Errorf("event %d has number %d", i, e.Seq)
			}
			got = append(got, e.Device+":"+e.From.String()+">"+e.To.String())
		}
		want := []string{"a:absent>opening", "a:opening>ready", "b:absent>opening", "b:opening>absent"}
		for i, w := range want {
			if i >= len(got) || got[i] != w {
				t.Fatalf("events %q, want %q first", got, want)
			}
		}
		if e := events[3]; e.Err == nil || e.Kind != devices.Keypad {
			t.Errorf("got %+v", e)
		}
		if rest := history.Since(uint64(len(events) - 1)); len(rest) != 1 {
			t.Errorf("%d events after the last but one", len(rest))
		}
	})
}

func TestHistoryDropsTheOldestAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		history := devices.NewHistory()
		sup := devices.NewSupervisor(devices.Options{ID: "x", History: history, Jitter: func() float64 { return 0 }},
			func(context.Context) (*part, error) { return nil, devices.ErrSilent })
		ctx, cancel := context.WithCancel(t.Context())
		go sup.Run(ctx)
		time.Sleep(24 * time.Hour)
		cancel()
		synctest.Wait()
		events := history.Since(7)
		if len(events) != 1000 || events[0].Seq <= 8 {
			t.Fatalf("%d events from number %d", len(events), events[0].Seq)
		}
		for i, e := range events {
			if e.Seq != events[0].Seq+uint64(i) {
				t.Fatalf("number %d follows number %d", e.Seq, events[i-1].Seq)
			}
		}
		var none *devices.History
		if none.Since(0) != nil || none.More() != nil {
			t.Error("a history that is not kept has events")
		}
	})
}
