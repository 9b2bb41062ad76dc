package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/halltest"
	"hallway/app/hall/server"
	"hallway/cmd/program"
	"hallway/queue/voice"
)

// voiceHall serves a hall in which a clerk at window 3 may call two people.
func voiceHall(t *testing.T) (url string, command func(action string)) {
	t.Helper()
	w := halltest.New(t)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Beat: 30 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	ts := httptest.NewServer(s.Handler())
	t.Cleanup(func() { cancel(); <-ended; ts.Close() })
	w.Take(halltest.ItemFree, halltest.Person(1))
	w.Take(halltest.ItemFree, halltest.Person(2))
	c := client.New(ts.URL, halltest.Token, ts.Client())
	in, err := c.SignIn(t.Context(), api.SignInRequest{Window: "3", Clerk: halltest.Clerk, PIN: halltest.PIN})
	if err != nil {
		t.Fatal(err)
	}
	desk := c.WithToken(in.Token)
	return ts.URL, func(action string) {
		t.Helper()
		k := api.CounterCommand{CommandID: string(w.NewID()), Action: action}
		if _, err := desk.Command(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
}

// listen runs the voice into a file until the test or stop ends it.
func listen(t *testing.T, url, file string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &screen{}, make(chan error, 1)
	m := &Main{Streams: program.Streams{Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"voice", "--hall", url, "--player", "wav:" + file}); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- errors.Join(m.Run(ctx), m.Close()) }()
	until(t, func() bool { return strings.Contains(out.String(), "Following") })
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func until(t *testing.T, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("it does not happen")
		}
	}
}

func TestVoiceSpeaksCallAndRecallButNotWhatWasBefore(t *testing.T) {
	zh, err := voice.Builtin("zh")
	if err != nil {
		t.Fatal(err)
	}
	en, err := voice.Builtin("en")
	if err != nil {
		t.Fatal(err)
	}
	a, err := voice.NewAnnouncer(voice.Null{}, zh, en)
	if err != nil {
		t.Fatal(err)
	}
	one, rate := a.Render(voice.Announcement{Number: "A001", Window: "3"}, false, true)
	burst, _ := a.Render(voice.Announcement{Number: "A001", Window: "3"}, false, false)
	url, command := voiceHall(t)
	first, second := filepath.Join(t.TempDir(), "1.wav"), filepath.Join(t.TempDir(), "2.wav")
	stop := listen(t, url, first)
	command(api.ActionNext)
	until(t, func() bool { return holds(first, one, rate) })
	time.Sleep(voice.MergeWithin) // a recall before is the same announcement
	command(api.ActionRecall)
	// A recall so soon may belong to the burst of the call, which has had its chime.
	until(t, func() bool {
		return holds(first, append(slices.Clone(one), one...), rate) || holds(first, append(slices.Clone(one), burst...), rate)
	})
	stop()
	two, _ := a.Render(voice.Announcement{Number: "A002", Window: "3"}, false, true)
	stop = listen(t, url, second)
	command(api.ActionStart)
	command(api.ActionFinish)
	command(api.ActionNext)
	until(t, func() bool { return holds(second, two, rate) })
	stop()
}

// holds reports whether a file is exactly these samples.
func holds(file string, pcm []byte, rate int) bool {
	b, err := os.ReadFile(file)
	return err == nil && string(b) == string(voice.EncodeWAV(pcm, rate))
}

// started runs the voice with more arguments until the test or stop ends it.
func started(t *testing.T, args ...string) (out *screen, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &screen{}, make(chan error, 1)
	m := &Main{Streams: program.Streams{Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Exit: func(int) {}}}
	if err := m.ParseFlags(append([]string{"voice"}, args...)); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- errors.Join(m.Run(ctx), m.Close()) }()
	until(t, func() bool { return strings.Contains(out.String(), "Following") })
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return out, stop
}

func TestCallsMadeWhileTheVoiceWasDownAreSpokenOnce(t *testing.T) {
	url, command := voiceHall(t)
	dir := t.TempDir()
	memory, wav := filepath.Join(dir, "memory.json"), func(n string) string { return filepath.Join(dir, n+".wav") }
	size := func(n string) int64 {
		i, err := os.Stat(wav(n))
		if err != nil {
			return 0
		}
		return i.Size()
	}
	_, stop := started(t, "--hall", url, "--player", "wav:"+wav("1"), "--memory", memory)
	command(api.ActionNext)
	until(t, func() bool { return size("1") > 0 })
	until(t, func() bool { b, err := os.ReadFile(memory); return err == nil && len(b) > 5 })
	stop()
	command(api.ActionRecall) // while nobody speaks
	_, stop = started(t, "--hall", url, "--player", "wav:"+wav("2"), "--memory", memory)
	until(t, func() bool { return size("2") > 0 })
	until(t, func() bool { b, err := os.ReadFile(memory); return err == nil && strings.Count(string(b), ":\"") > 1 })
	stop()
	once := size("2")
	_, stop = started(t, "--hall", url, "--player", "wav:"+wav("3"), "--memory", memory)
	command(api.ActionStart)
	command(api.ActionFinish)
	command(api.ActionNext)
	until(t, func() bool { return size("3") > 0 })
	stop()
	if got := size("3"); got > once*3/2 {
		t.Errorf("the third start speaks %d bytes, one announcement has %d", got, once)
	}
}

// Two zones with their own windows; the voice of one is missing, which other
// programs can ask about.
func TestB34FaultOfAZoneIsPublishedAndTheOtherSpeaks(t *testing.T) {
	url, command := voiceHall(t)
	dir := t.TempDir()
	file, good, other := filepath.Join(dir, "voice.toml"), filepath.Join(dir, "good.wav"), filepath.Join(dir, "other.wav")
	text := fmt.Sprintf(`status = "127.0.0.1:0"
[hall]
url = %q
[[zone]]
name = "east"
windows = "1-4"
player = "/nonexistent/aplay"
[[zone]]
name = "west"
windows = "3"
packs = "en"
player = "wav:%s"
[[zone]]
name = "north"
windows = "9"
player = "wav:%s"
`, url, good, other)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := started(t, "--config", file)
	_, address, _ := strings.Cut(out.String(), "Status at ")
	address, _, _ = strings.Cut(address, "/ZONE")
	ask := func(zone string) (r voice.Report) {
		t.Helper()
		resp, err := http.Get(address + "/" + zone)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := ask("east"); !r.OK || r.Zone != "east" {
		t.Errorf("before the first call: %+v", r)
	}
	command(api.ActionNext)
	until(t, func() bool { return !ask("east").OK })
	if r := ask("east"); r.Code != voice.CodeMissing || r.Citizen == "" || !strings.Contains(r.Staff, "A001") || r.Since == 0 {
		t.Errorf("%+v", r)
	}
	until(t, func() bool { _, err := os.Stat(good); return err == nil })
	if r := ask("west"); !r.OK {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a zone speaks the call of another's window")
	}
	if resp, err := http.Get(address + "/south"); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("a zone that there is not: %v, %v", resp, err)
	} else {
		resp.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestVoiceIsHushedWhileTheFileIsThere(t *testing.T) {
	url, command := voiceHall(t)
	dir := t.TempDir()
	hush, wav, file := filepath.Join(dir, "alarm"), filepath.Join(dir, "heard.wav"), filepath.Join(dir, "voice.toml")
	text := fmt.Sprintf("hush = %q\n[hall]\nurl = %q\n[[zone]]\nname = \"all\"\nplayer = \"wav:%s\"\n", hush, url, wav)
	for name, b := range map[string]string{hush: "", file: text} {
		if err := os.WriteFile(name, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	started(t, "--config", file)
	command(api.ActionNext)
	time.Sleep(4 * hushEvery)
	if _, err := os.Stat(wav); err == nil {
		t.Error("a hushed voice speaks")
	}
	if err := os.Remove(hush); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { _, err := os.Stat(wav); return err == nil })
}
