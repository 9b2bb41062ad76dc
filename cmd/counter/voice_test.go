package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hallway/app/counter"
)

func TestB34SilentVoiceIsShownAtTheCounter(t *testing.T) {
	var body atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body.Load().(string)) }))
	for _, c := range []struct {
		body string
		want counter.Voice
	}{
		{`{"ok":false,"code":"voice-missing"}`, counter.VoiceSilent},
		{`{"ok":true}`, counter.VoiceWell},
		{`<html>`, counter.VoiceAway},
	} {
		body.Store(c.body)
		if got := heard(t, s.URL); got != c.want {
			t.Errorf("%s: %v, want %v", c.body, got, c.want)
		}
	}
	s.Close()
	if got := heard(t, s.URL); got != counter.VoiceAway {
		t.Errorf("a machine that is off: %v", got)
	}
	m, _ := counter.Update(counter.Start("3", "en", time.Now()), counter.VoiceChanged{Voice: counter.VoiceSilent})
	if v := counter.View(m); len(v.Lights) != 1 || v.Lights[0].OK || v.Lights[0].Text != "Voice" || v.Banner.Key != "" {
		t.Errorf("at the sign-in: %+v, %+v", v.Lights, v.Banner)
	}
	m.Signed, m.HeardAt = true, m.Now
	if v := counter.View(m); v.Banner.Key != "counter.voice.silent" || !v.Banner.Bad {
		t.Errorf("at the desk: %+v", v.Banner)
	}
}

// heard returns what a window is first told of a voice.
func heard(t *testing.T, url string) counter.Voice {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan counter.Voice, 1)
	var g sync.WaitGroup
	g.Go(func() {
		hear(ctx, url, func(_ context.Context, v counter.Voice) {
			select {
			case told <- v:
			default:
			}
		})
	})
	defer g.Wait()
	defer cancel()
	select {
	case v := <-told:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing is told")
		return 0
	}
}
