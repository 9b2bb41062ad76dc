package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"hallway/app/hall/api"
)

// Times of the stream.
const (
	silenceLimit = 40 * time.Second // the hall sends a comment every 15 s; two may be lost
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// Events follows the hall's board from event after on (0 = from the present
// state) until ctx ends or the loop is left. It yields every board with a nil
// error. When the stream breaks it yields the error once, waits with growing
// random pauses, and goes on behind the last event that arrived, so a board may
// be missing in between but the newest always comes. A stream that says nothing
// for 40 s counts as broken. It starts no goroutine that outlives the loop.
func (c *Client) Events(ctx context.Context, after int64) iter.Seq2[api.Board, error] {
	return func(yield func(api.Board, error) bool) {
		for failures := 0; ctx.Err() == nil; failures++ {
			stopped := false
			pause, err := c.stream(ctx, after, func(b api.Board) bool {
				after, failures = b.Seq, 0
				stopped = !yield(b, nil)
				return !stopped
			})
			if stopped || ctx.Err() != nil || !yield(api.Board{}, err) {
				return
			}
			if !sleep(ctx, eventPause(failures, pause)) {
				return
			}
		}
	}
}

// eventPause is the full-jitter pause before the next connection, never below
// what the stream asked for.
func eventPause(failures int, asked time.Duration) time.Duration {
	top := min(longestPause, firstPause<<min(failures, 10))
	return max(rand.N(top), min(asked, longestPause))
}

// stream follows one connection. It returns why that ended and the pause that
// the hall asked for.
func (c *Client) stream(ctx context.Context, after int64, each func(api.Board) bool) (time.Duration, error) {
	k := call{method: http.MethodGet, path: api.PathEvents}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(silenceLimit, func() { cancel(fmt.Errorf("silent for %v", silenceLimit)) })
	defer silence.Stop()
	resp, err := c.openStream(ctx, k, after)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = &TransportError{Call: k.name(), Err: cause}
		}
		return RetryAfter(err), err
	}
	defer resp.Body.Close()
	events := newEventReader(resp.Body, func() { silence.Reset(silenceLimit) })
	for {
		e, err := events.next()
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			} else if errors.Is(err, io.EOF) {
				err = errors.New("the hall ended the stream")
			}
			return events.last.Retry, transport(k, resp, nil, err)
		}
		var b api.Board
		if err := json.Unmarshal(e.Data, &b); err != nil {
			return e.Retry, transport(k, resp, nil, errors.New("event is not the JSON of a board"))
		}
		if !each(b) {
			return 0, nil
		}
	}
}

// openStream asks for the stream and checks that it is one.
func (c *Client) openStream(ctx context.Context, k call, after int64) (*http.Response, error) {
	if after > 0 {
		k.query = map[string][]string{"after": {strconv.FormatInt(after, 10)}}
	}
	req, err := c.request(ctx, k)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	if after > 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &TransportError{Call: k.name(), Err: errors.Unwrap(err)}
	}
	if resp.StatusCode == http.StatusOK && mediaType(resp) == "text/event-stream" {
		return resp, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, transport(k, resp, nil, err)
	}
	if err := decode(call{method: k.method, path: k.path, out: new(json.RawMessage)}, resp, body); err != nil {
		return nil, err
	}
	return nil, transport(k, resp, nil, errors.New("JSON instead of a stream"))
}

// sleep waits for d and reports false when ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
