package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"hallway/app/hall/api"
)

// readEvents takes the whole stream apart.
func readEvents(r io.Reader) (events []event, beats int, err error) {
	er := newEventReader(r, func() { beats++ })
	for {
		e, err := er.next()
		if err != nil {
			return events, beats, err
		}
		e.Data = slices.Clone(e.Data)
		events = append(events, e)
	}
}

func TestEventsAreReadByTheStandard(t *testing.T) {
	stream := "\ufeff: comment\n\nid: 1\ndata: a\ndata:b\ndata\n\r\n" +
		"event: tick\rdata:  c\r\r" +
		"id: 2\x00\nretry: 2500\nretry: x\ndata: d\r\n\r\n" +
		"event: dropped\n\ndata: not finished"
	want := []string{"message 1 a\nb\n", "tick 1  c", "message 1 d"}
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(stream), "byte by byte": iotest.OneByteReader(strings.NewReader(stream))} {
		events, beats, err := readEvents(r)
		if err != io.EOF {
			t.Fatalf("%s: %v", name, err)
		}
		var got []string
		for _, e := range events {
			got = append(got, fmt.Sprintf("%s %s %s", e.Type, e.ID, e.Data))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: events %q, want %q", name, got, want)
		}
		if last := events[len(events)-1]; last.Retry != 2500*time.Millisecond {
			t.Errorf("%s: retry %v", name, last.Retry)
		}
		if beats < 14 {
			t.Errorf("%s: %d lines counted as signs of life", name, beats)
		}
	}
}

func TestAnEventWithoutEndIsRefused(t *testing.T) {
	for name, s := range map[string]string{
		"one line":   "data: " + strings.Repeat("x", 2*maxEvent),
		"many lines": strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", 1100),
	} {
		if _, _, err := readEvents(strings.NewReader(s)); !errors.Is(err, errEventSize) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzEventReader(f *testing.F) {
	f.Add("id: 7\ndata: {\"seq\":7}\n\n")
	f.Add(": beat\r\rretry: 99999999999999\nevent\n\ndata\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		whole, _, errA := readEvents(strings.NewReader(s))
		bytewise, _, errB := readEvents(iotest.OneByteReader(strings.NewReader(s)))
		if errA != errB || len(whole) != len(bytewise) {
			t.Fatalf("%d events and %v read at once, %d and %v byte by byte", len(whole), errA, len(bytewise), errB)
		}
		for i, e := range whole {
			if g := bytewise[i]; e.Type != g.Type || e.ID != g.ID || string(e.Data) != string(g.Data) || e.Retry < 0 {
				t.Fatalf("event %d: %+v and %+v", i, e, g)
			}
		}
	})
}

// send writes board seq as an event and flushes it.
func send(w http.ResponseWriter, seq int64) {
	fmt.Fprintf(w, "id: %d\ndata: {\"seq\":%d}\n\n", seq, seq)
	_ = http.NewResponseController(w).Flush()
}

func TestEventsResumeBehindTheLastOne(t *testing.T) {
	var asked []string
	c := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("after")+"/"+r.Header.Get("Last-Event-ID"))
		switch len(asked) {
		case 1:
			w.Header().Set("Content-Type", "text/event-stream")
			send(w, 4)
			send(w, 5)
		case 2:
			answer(w, 200, "text/html", "portal")
		default:
			w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
			send(w, 6)
			<-r.Context().Done()
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var seqs []int64
	var faults int
	for b, err := range c.Events(ctx, 3) {
		if err != nil {
			faults++
			continue
		}
		if seqs = append(seqs, b.Seq); b.Seq == 6 {
			break
		}
	}
	if !slices.Equal(seqs, []int64{4, 5, 6}) || faults != 2 {
		t.Errorf("boards %v with %d breaks, want 4 5 6 with 2", seqs, faults)
	}
	if !slices.Equal(asked, []string{"3/3", "5/5", "5/5"}) {
		t.Errorf("asked behind %v", asked)
	}
}

func TestEventsEndWithTheirContext(t *testing.T) {
	c := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		send(w, 1)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range c.Events(ctx, 0) {
		cancel()
	}
	if ctx.Err() == nil {
		t.Error("the loop ended before its context")
	}
}

// roundTrip is a network without sockets, so that time may be fake.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestASilentStreamIsDeadAfter40Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New("http://hall", "", &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			pr, pw := io.Pipe()
			go func() {
				_, _ = io.WriteString(pw, "data: {\"seq\":1}\n\n")
				time.Sleep(30 * time.Second)
				_, _ = io.WriteString(pw, ": alive\n")
				<-r.Context().Done()
				_ = pw.CloseWithError(r.Context().Err())
			}()
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: pr, Request: r}, nil
		})})
		start := time.Now()
		var last api.Board
		for b, err := range c.Events(t.Context(), 0) {
			if err != nil {
				if !strings.Contains(err.Error(), "silent") {
					t.Errorf("err = %v", err)
				}
				break
			}
			last = b
		}
		if got := time.Since(start); last.Seq != 1 || got != 70*time.Second {
			t.Errorf("stream given up after %v, want 40 s after the last sign of life at 30 s", got)
		}
	})
}

func TestPausesGrowAndNeverUndercutTheHall(t *testing.T) {
	var longest time.Duration
	for range 2000 {
		longest = max(longest, eventPause(20, 0))
		if p := eventPause(0, 0); p >= firstPause {
			t.Fatalf("first pause %v", p)
		}
		if p := eventPause(0, 5*time.Second); p < 5*time.Second {
			t.Fatalf("pause %v undercuts the hall's 5 s", p)
		}
	}
	if longest < longestPause/2 || longest >= longestPause {
		t.Errorf("longest of 2000 pauses is %v, want close to %v", longest, longestPause)
	}
}
