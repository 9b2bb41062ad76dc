package pages_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hallway/app/desk/proxy"
	"hallway/app/hall/api"
	"hallway/app/hall/browsertest"
	"hallway/app/hall/halltest"
	"hallway/app/hall/pages"
	"hallway/app/hall/server"
)

// wall serves a hall with its pages, as the program hall joins them, through a
// cable that can be cut and a relay that changes the stream of boards.
type wall struct {
	*halltest.World
	cable *proxy.Proxy
	relay *relay
	url   string
}

func newWall(t *testing.T) wall {
	t.Helper()
	w := wall{World: halltest.New(t), relay: &relay{}}
	s := server.New(server.Options{Hall: w.Hall, Log: quiet, Beat: time.Second})
	mux := http.NewServeMux()
	mux.Handle("/v1/", s.Handler())
	mux.Handle("/", pages.New(w.Hall, quiet))
	hall := httptest.NewServer(mux)
	running := make(chan struct{})
	go func() { defer close(running); s.Run(t.Context()) }()
	t.Cleanup(func() { <-running; hall.CloseClientConnections(); hall.Close() })
	target, err := url.Parse(hall.URL)
	if err != nil {
		t.Fatal(err)
	}
	passing := httputil.NewSingleHostReverseProxy(target)
	passing.ModifyResponse = w.relay.change
	passing.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	middle := httptest.NewServer(passing)
	t.Cleanup(func() { middle.CloseClientConnections(); middle.Close() })
	if w.cable, err = proxy.Listen("127.0.0.1:0", strings.TrimPrefix(middle.URL, "http://")); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); w.cable.Run(t.Context()) }()
	t.Cleanup(func() { <-ended })
	w.url = "http://" + w.cable.Addr() + api.PathBoard
	return w
}

// A relay passes a stream of events on, each late, twice or not at all.
type relay struct {
	late  atomic.Int64 // nanoseconds
	twice atomic.Bool
	lost  atomic.Bool
}

func (r *relay) change(a *http.Response) error {
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/event-stream") {
		return nil
	}
	in, out := io.Pipe()
	go func(body io.ReadCloser) { out.CloseWithError(r.pass(body, out)) }(a.Body)
	a.Body = in
	return nil
}

// pass passes whole events, which end with an empty line.
func (r *relay) pass(body io.ReadCloser, out io.Writer) error {
	defer body.Close()
	var waiting []byte
	b := make([]byte, 4096)
	for {
		n, err := body.Read(b)
		if err != nil {
			return err
		}
		waiting = append(waiting, b[:n]...)
		for {
			event, rest, whole := bytes.Cut(waiting, []byte("\n\n"))
			if !whole {
				break
			}
			if err := r.event(out, append(event[:len(event):len(event)], "\n\n"...)); err != nil {
				return err
			}
			waiting = rest
		}
	}
}

func (r *relay) event(out io.Writer, event []byte) error {
	if r.lost.Load() {
		return nil
	}
	time.Sleep(time.Duration(r.late.Load()))
	if r.twice.Load() {
		event = append(event, event...)
	}
	_, err := out.Write(event)
	return err
}

// watchCalls has the page note every call in the order in which it appears,
// those that appear together by their place from the bottom: the newest is on
// top.
const watchCalls = `window.appeared = [], window.blinking = new Set();
	window.note = () => [...document.querySelectorAll(".calls li")].reverse().forEach(li => {
		if (!appeared.includes(li.dataset.number)) appeared.push(li.dataset.number);
		if (li.classList.contains("new")) blinking.add(li.dataset.number);
	});
	new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
	note()`

// The panel shows every call after a bad link, not the newest alone.
func TestB7FiveCallsAppearInOrderThroughABadLink(t *testing.T) {
	browser := browsertest.Start(t)
	for name, c := range map[string]struct{ begin, end func(wall) }{
		"good":  {func(wall) {}, func(wall) {}},
		"cut":   {func(w wall) { w.cable.Set(proxy.Cut) }, func(w wall) { w.cable.Set(proxy.Pass) }},
		"lost":  {func(w wall) { w.relay.lost.Store(true) }, func(w wall) { w.relay.lost.Store(false) }},
		"late":  {func(w wall) { w.relay.late.Store(int64(700 * time.Millisecond)) }, func(wall) {}},
		"twice": {func(w wall) { w.relay.twice.Store(true) }, func(wall) {}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWall(t)
			var tokens []string
			for i := range 5 {
				w.Take(halltest.ItemFree, nil)
				tokens = append(tokens, signIn(t, w.World, fmt.Sprint(i+1)))
			}
			page := browser.Open(w.url, 1920, 1080)
			page.Until("the script runs", `document.querySelectorAll(".windows tr:not(.closed)").length === 5 && document.querySelector(".leaf")`)
			var none any
			page.Eval(watchCalls, &none)
			c.begin(w)
			for _, token := range tokens {
				command(t, w.World, token, api.ActionNext)
			}
			time.Sleep(time.Second)
			c.end(w)
			page.Until("all five calls, in order", `appeared.join() === "A001,A002,A003,A004,A005"`)
			page.Until("each of them blinks", `blinking.size === 5`)
			var shown string
			page.Eval(`[...document.querySelectorAll(".calls li:not([hidden])")].map(li => li.dataset.number).join()`, &shown)
			if shown != "A005,A004,A003,A002,A001" {
				t.Errorf("the screen shows %s", shown)
			}
		})
	}
}

// What is longer than the screen is on another page, and nothing is left out.
func TestB12NoLineIsCutFromTheWall(t *testing.T) {
	browser := browsertest.Start(t)
	for _, n := range []int{1, 5, 6, 8} {
		w := newWall(t)
		for i := range n {
			w.Take(halltest.ItemFree, nil)
			command(t, w.World, signIn(t, w.World, fmt.Sprint(i+1)), api.ActionNext)
		}
		page := browser.Open(w.url, 1920, 1080)
		page.Until("the calls", fmt.Sprintf(`document.querySelectorAll(".calls li").length === %d`, n))
		page.Picture(fmt.Sprintf("wall-%d.png", n))
		var none any
		page.Eval(`window.seen = new Set(); setInterval(() => document.querySelectorAll(".calls li, .windows tr").forEach(e => {
			const r = e.getBoundingClientRect();
			if (r.height > 0 && r.top >= 0 && r.bottom <= innerHeight && e.scrollWidth <= e.clientWidth + 1) seen.add(e.dataset.number || "window " + e.dataset.window);
		}), 100) && 0`, &none)
		page.Until("every call and window whole, on some page", fmt.Sprintf(`seen.size === %d + 8`, n))
	}
}

// Missed numbers take turns like everything else.
func TestB12NoMissedNumberIsLeftOut(t *testing.T) {
	w := newWall(t)
	for i := range 12 {
		w.Take(halltest.ItemFree, nil)
		token := signIn(t, w.World, fmt.Sprint(i%8+1))
		command(t, w.World, token, api.ActionNext)
		command(t, w.World, token, api.ActionMiss)
	}
	page := browsertest.Start(t).Open(w.url+"?window=5&window=77", 1920, 1080)
	page.Until("the script runs", `document.querySelectorAll("[data-missed]:not([hidden])").length === 5`)
	page.Picture("missed.png")
	var none any
	page.Eval(`window.seen = new Set(); setInterval(() => {
		const box = document.querySelector(".missed").getBoundingClientRect();
		document.querySelectorAll("[data-missed]").forEach(e => {
			const r = e.getBoundingClientRect();
			const middle = (r.top + r.bottom) / 2; // its box is as high as the line, its ink is not
			if (r.height > 0 && Math.abs(middle - (box.top + box.bottom) / 2) < box.height / 4 && r.right <= box.right) seen.add(e.dataset.missed);
		});
	}, 100) && 0`, &none)
	page.Until("every missed number, on some page", `seen.size === 12`)
}

// A window that does not exist is a warning on the screen, and the rest works.
func TestB24UnknownWindowIsAWarningAndTheRestRuns(t *testing.T) {
	w := halltest.New(t)
	for _, window := range []string{"1", "2"} {
		w.Take(halltest.ItemFree, nil)
		command(t, w, signIn(t, w, window), api.ActionNext)
	}
	body := page(t, w, api.PathBoard+"?window=2&window=77").Body.String()
	for _, want := range []string{`data-number="A002"`, `<tr data-window="2"`, "没有窗口 <b>77</b>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the screen of window 2 lacks %s", want)
		}
	}
	for _, other := range []string{`data-number="A001"`, `<tr data-window="1"`, `<tr data-window="3"`} {
		if strings.Contains(body, other) {
			t.Errorf("the screen of window 2 shows %s", other)
		}
	}
}

// Browsers of television sets are years old: what came after Chromium 69 must
// not stand in a page.
func TestPagesNeedNoNewBrowser(t *testing.T) {
	w := halltest.New(t)
	w.Take(halltest.ItemFree, nil)
	for _, path := range []string{api.PathBoard, "/t/2026-11-23/A001?k=abcd2345"} {
		body := page(t, w, path).Body.String()
		for _, late := range []string{"?.", "??", "inset:", "AbortSignal.timeout", ":has(", ":is(", ":where(", "{ aspect-ratio:", "; aspect-ratio:", ".at(", "replaceAll(", "structuredClone", "clamp(", "dvh"} {
			if strings.Contains(strings.ReplaceAll(body, "?k=", ""), late) {
				t.Errorf("%s needs %q", path, late)
			}
		}
	}
}
