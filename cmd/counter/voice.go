package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"hallway/app/counter"
	"hallway/devices"
	"hallway/queue/voice"
)

const (
	// hearEvery is how often the voice is asked how it is, hearIn how long an
	// answer may take.
	hearEvery = 5 * time.Second
	hearIn    = 3 * time.Second
	// mostReport bounds an answer, which has some hundred bytes.
	mostReport = 16 << 10
)

// hear asks the voice how it is until ctx ends, and tells what is new.
func hear(ctx context.Context, url string, tell func(context.Context, counter.Voice)) {
	c := &http.Client{Timeout: hearIn, Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	last := counter.VoiceNone
	for ctx.Err() == nil {
		now := counter.VoiceWell
		switch r, err := ask(ctx, c, url); {
		case err != nil:
			now = counter.VoiceAway
		case !r.OK:
			now = counter.VoiceSilent
		}
		if now != last && ctx.Err() == nil {
			tell(ctx, now)
			last = now
		}
		_ = devices.Pause(ctx, hearEvery)
	}
}

func ask(ctx context.Context, c *http.Client, url string) (r voice.Report, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return r, err
	}
	resp, err := c.Do(q)
	if err != nil {
		return r, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return r, fmt.Errorf("voice: %s", resp.Status)
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, mostReport)).Decode(&r)
	return r, err
}
