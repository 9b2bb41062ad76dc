package panel

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hallway/devices/devicestest"
)

// callLimit is what the hall promises from a call to the last bit on a serial
// display at 9600, for 99 of 100 calls.
const callLimit = 60 * time.Millisecond

// The line's own share of a call, without the machine's: under the false clock
// only the wire, the gaps and the answers take time. Frames of LY and Onbon alone
// take 41 ms and more at 9600 and are not for forty on a line of that speed.
func TestCallIsOnTheWireInTimeWith40Panels(t *testing.T) {
	for _, profile := range []string{"numeric4", "modbus", "alpha", "alpha-priority"} {
		for name, refresh := range map[string]time.Duration{"usual": 0, "busy": time.Millisecond} {
			t.Run(profile+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { callsInTime(t, profile, refresh) })
			})
		}
	}
}

func callsInTime(t *testing.T, profile string, refresh time.Duration) {
	back := &talker{say: func(p []byte) [][]byte { return once(p) }} // as Modbus answers to function 06
	conn, _ := devicestest.Memory().Connect(t, back)
	l := OpenLine(conn, LineOptions{Refresh: refresh})
	t.Cleanup(func() { l.Close() })
	var all []*Panel
	for i := range crowd {
		all = append(all, open(t, l, i+1, profile))
	}
	random := rand.New(rand.NewPCG(40, 9600))
	var took []time.Duration
	for i := range 1000 {
		time.Sleep(time.Duration(random.Int64N(int64(time.Second))))
		began := time.Now()
		if err := all[i%crowd].Show(t.Context(), "A012"); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("%s: p50 %v, p99 %v, longest %v", profile, p50, p99, took[len(took)-1])
	if refresh == 0 && p99 > callLimit {
		t.Errorf("99 of 100 calls are on the wire within %v, want %v", p99, callLimit)
	}
}
