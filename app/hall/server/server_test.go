package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/app/config"
	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/hall/halltest"
	"hallway/app/hall/server"
	"hallway/app/operation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a hall on loopback. Streams beat quickly and end with the test.
func serve(t *testing.T, change ...func(*config.Hall)) (*halltest.World, *httptest.Server) {
	t.Helper()
	w := halltest.New(t, change...)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Beat: 30 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	ts := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		cancel()
		<-ended
		ts.Close()
	})
	return w, ts
}

// post sends a body and returns the status and the problem.
func post(t *testing.T, ts *httptest.Server, path, token, body string) (int, api.Problem) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ts.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := ts.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p api.Problem
	if resp.StatusCode >= 400 {
		if ct := resp.Header.Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s: a problem has type %q: %s", path, ct, b)
		}
		if err := json.Unmarshal(b, &p); err != nil || p.Status != resp.StatusCode || p.Type != api.TypePrefix+p.Code || p.Title == "" {
			t.Errorf("%s: problem %s: %v", path, b, err)
		}
	}
	return resp.StatusCode, p
}

// B22: nothing is changed without a key. B20: a device that the hall does not
// know is refused at every door.
func TestB20B22WhatChangesSomethingNeedsItsToken(t *testing.T) {
	_, ts := serve(t)
	for _, path := range []string{api.PathOps, api.PathLeases, api.PathHolds, api.PathCases, api.PathOrders, api.PathCounter} {
		for _, token := range []string{"", "wrong", halltest.Token + "x", halltest.Token[:5]} {
			body := `{"command_id":"x","action":"next"}`
			if path != api.PathCounter {
				body = strings.Repeat("x", 1000)
			}
			status, p := post(t, ts, path, token, body)
			if path == api.PathCounter && status == 422 { // the id is looked at first
				_, p = post(t, ts, path, token, `{"command_id":"01a20a63-c643-7acd-800a-c56de1f9ea14","action":"next"}`)
				status = p.Status
			}
			if status != http.StatusUnauthorized || p.Code != api.CodeUnauthorized {
				t.Errorf("%s with token %q: %d %s", path, token, status, p.Code)
			}
		}
	}
}

// B23: a terminal has a key of its own; taking it away leaves the others theirs.
func TestB23KeyOfOneTerminalIsTakenAway(t *testing.T) {
	lease := `{"request_no":"1","day":"2026-11-23","pools":["registration"]}`
	ask := func(ts *httptest.Server, token string) int {
		status, _ := post(t, ts, api.PathLeases, token, lease)
		return status
	}
	_, ts := serve(t)
	if got := []int{ask(ts, halltest.Token), ask(ts, halltest.OtherTok)}; got[0] != 200 || got[1] != 200 {
		t.Fatalf("before: %v", got)
	}
	_, ts = serve(t, func(c *config.Hall) { c.Terminals = c.Terminals[1:] })
	if got := []int{ask(ts, halltest.Token), ask(ts, halltest.OtherTok)}; got[0] != 401 || got[1] != 200 {
		t.Errorf("after: %v", got)
	}
}

func TestBadBodiesBecomeProblems(t *testing.T) {
	_, ts := serve(t)
	for _, c := range []struct {
		what, path, body string
		status           int
		code             string
	}{
		{"delivery is not JSON", api.PathOps, `{"ops":`, 422, operation.CodeValidation},
		{"request is not JSON", api.PathLeases, `{"day":`, 400, operation.CodeMalformed},
		{"no operations", api.PathOps, `{"ops":[]}`, 422, operation.CodeValidation},
		{"no list", api.PathOps, `{}`, 422, operation.CodeValidation},
		{"51 operations", api.PathOps, `{"ops":[` + strings.Repeat("1,", 50) + `1]}`, 422, operation.CodeValidation},
		{"huge delivery", api.PathOps, `{"ops":["` + strings.Repeat("x", 2<<20) + `"]}`, 413, api.CodeTooLarge},
		{"huge lease request", api.PathLeases, `{"request_no":"` + strings.Repeat("x", 1<<20) + `"}`, 413, api.CodeTooLarge},
		{"unknown field", api.PathLeases, `{"request_no":"1","day":"2026-11-23","pools":[],"colour":"red"}`, 422, operation.CodeValidation},
		{"missing field", api.PathLeases, `{"request_no":"1"}`, 422, operation.CodeValidation},
		{"wrong type", api.PathLeases, `{"request_no":1,"day":"2026-11-23","pools":[]}`, 422, operation.CodeValidation},
		{"refused by the hall", api.PathLeases, `{"request_no":"1","day":"2020-01-01","pools":[]}`, 422, operation.CodeValidation},
		{"empty body", api.PathCases, ``, 400, operation.CodeMalformed},
		{"unknown page", "/v1/nothing", `{}`, 404, api.CodeNotFound},
		{"PIN as a number", api.PathSignIn, `{"window":"1","clerk":"1001","pin":86753}`, 422, operation.CodeValidation},
	} {
		status, p := post(t, ts, c.path, halltest.Token, c.body)
		if status != c.status || p.Code != c.code {
			t.Errorf("%s: %d %s, want %d %s", c.what, status, p.Code, c.status, c.code)
		}
		if strings.Contains(p.Detail, "86753") || strings.Contains(p.Detail, "xxxx") {
			t.Errorf("%s: the problem repeats what was sent: %s", c.what, p.Detail)
		}
	}
}

// One visit through the true client: number, sign-in, call, wall page.
func TestVisitOverHTTP(t *testing.T) {
	w, ts := serve(t)
	c := client.New(ts.URL, halltest.Token, ts.Client())
	info, err := c.Hall(t.Context())
	if err != nil || info.ID != "0417" || info.Day != "2026-11-23" || info.NextDay != "2026-11-24" || info.DayChange != 240 {
		t.Fatalf("%+v, %v", info, err)
	}
	if cat, err := c.Catalogue(t.Context()); err != nil || len(cat.Items) != 2 || cat.Version != info.Catalogue {
		t.Fatalf("%+v, %v", cat, err)
	}
	e := w.Envelope(operation.TicketIssue, halltest.TicketBody(halltest.ItemFree, halltest.Person(1)))
	rs, err := c.Submit(t.Context(), []operation.Envelope{e, {ID: "broken"}, e})
	if err != nil || len(rs) != 3 || rs[0].Answers(e) != nil || rs[1].Status != operation.Rejected || rs[2].Status != operation.Duplicate {
		t.Fatalf("%+v, %v", rs, err)
	}
	if l, err := c.Leases(t.Context(), api.LeaseRequest{RequestNo: "1", Day: info.Day, Pools: []string{"registration"}}); err != nil || len(l.Leases) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	if s, err := c.Slots(t.Context(), halltest.ItemFree); err != nil || len(s.Slots) != 80 {
		t.Errorf("%d slots, %v", len(s.Slots), err)
	}
	if n, err := c.Waiting(t.Context()); err != nil || n.Waiting["registration"] != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	in, err := c.SignIn(t.Context(), api.SignInRequest{Window: "3", Clerk: halltest.Clerk, PIN: halltest.PIN})
	if err != nil {
		t.Fatal(err)
	}
	desk := c.WithToken(in.Token)
	called, err := desk.Command(t.Context(), api.CounterCommand{CommandID: string(w.NewID()), Action: api.ActionNext})
	if err != nil || called.Ticket == nil || called.Ticket.Number != rs[0].Ticket.Number {
		t.Fatalf("%+v, %v", called, err)
	}
	if now, err := desk.Counter(t.Context()); err != nil || now.Ticket.Number != called.Ticket.Number {
		t.Errorf("%+v, %v", now, err)
	}
	if page := get(t, ts, api.PathBoard); !strings.Contains(page, `data-number="A001" data-window="3"`) {
		t.Error("the wall page does not show the call")
	}
}

func get(t *testing.T, ts *httptest.Server, path string) string {
	t.Helper()
	resp, err := ts.Client().Get(ts.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
	return string(b)
}

func TestRootLeadsToTheBoardAndTheDescriptionIsServed(t *testing.T) {
	_, ts := serve(t)
	if !strings.Contains(get(t, ts, "/"), "东城区政务服务中心") {
		t.Error("the root is not the board")
	}
	text := get(t, ts, "/openapi.json")
	for _, path := range []string{api.PathHall, api.PathCatalogue, api.PathOps, api.PathLeases, api.PathSlots, api.PathCases, api.PathWaiting, api.PathSignIn, api.PathCounter, api.PathEvents} {
		if !strings.Contains(text, `"`+path+`"`) {
			t.Errorf("the description lacks %s", path)
		}
	}
	if !strings.Contains(text, `"op_id"`) {
		t.Error("the description does not say what an operation is")
	}
}

// events opens a stream. Each call of the result reads the next event's id and
// board.
func events(t *testing.T, ts *httptest.Server, query, last string) func() (string, api.Board) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, ts.URL+api.PathEvents+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := ts.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if ct := resp.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Fatalf("stream has type %q", ct)
	}
	var buf bytes.Buffer
	return func() (id string, b api.Board) {
		for !bytes.Contains(buf.Bytes(), []byte("\n\n")) {
			p := make([]byte, 4096)
			n, err := resp.Body.Read(p)
			buf.Write(p[:n])
			if err != nil {
				t.Fatalf("stream ended: %v", err)
			}
		}
		text, _ := buf.ReadString('\n')
		for ; text != "\n"; text, _ = buf.ReadString('\n') {
			if v, ok := strings.CutPrefix(text, "id: "); ok {
				id = strings.TrimSpace(v)
			}
			if v, ok := strings.CutPrefix(text, "data: "); ok {
				if err := json.Unmarshal([]byte(v), &b); err != nil {
					t.Fatal(err)
				}
			}
		}
		return id, b
	}
}

// follow reads until a board with this sequence number comes.
func follow(t *testing.T, next func() (string, api.Board), seq int64) api.Board {
	t.Helper()
	for range 200 {
		id, b := next()
		if id != fmt.Sprint(b.Seq) && b.Seq != 0 {
			t.Fatalf("event %s carries board %d", id, b.Seq)
		}
		if b.Seq == seq {
			return b
		}
		if b.Seq > seq {
			t.Fatalf("board %d came instead of %d", b.Seq, seq)
		}
	}
	t.Fatalf("board %d never came", seq)
	return api.Board{}
}

func TestStreamFollowsEveryChange(t *testing.T) {
	w, ts := serve(t)
	w.Take(halltest.ItemFree, nil) // event 1
	next := events(t, ts, "", "")
	if b := follow(t, next, 1); b.Waiting != 1 {
		t.Errorf("%+v", b)
	}
	w.Take(halltest.ItemFree, nil) // event 2
	if b := follow(t, next, 2); b.Waiting != 2 {
		t.Errorf("%+v", b)
	}
}

// A screen that was away goes on behind the last board it has: at once when it
// missed something, with the next change or beat when not.
func TestStreamResumes(t *testing.T) {
	w, ts := serve(t)
	w.Take(halltest.ItemFree, nil)
	w.Take(halltest.ItemFree, nil)
	for _, c := range []struct{ query, last string }{{"", "1"}, {"?after=1", ""}, {"?after=9", "1"}, {"?after=2", "nonsense"}, {"", "7"}} {
		if b := follow(t, events(t, ts, c.query, c.last), 2); b.Waiting != 2 {
			t.Errorf("%+v: %+v", c, b)
		}
	}
}

func TestStreamBeatsWhenNothingHappens(t *testing.T) {
	w, ts := serve(t)
	w.Take(halltest.ItemFree, nil)
	next := events(t, ts, "?after=1", "")
	_, first := next()
	w.Clock.Add(time.Hour)
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if _, b := next(); b.Seq == first.Seq && b.Time > first.Time {
			return
		}
	}
	t.Error("no beat told the new time")
}

func TestStreamsEndWithTheServer(t *testing.T) {
	w := halltest.New(t)
	s := server.New(server.Options{Hall: w.Hall, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ts := httptest.NewServer(s.Handler())
	defer ts.Close()
	resp, err := ts.Client().Get(ts.URL + api.PathEvents)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Run(ctx)
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Errorf("the stream broke instead of ending: %v", err)
	}
}

func TestEveryAnswerTellsTheHallsTime(t *testing.T) {
	w, ts := serve(t)
	for _, path := range []string{api.PathHall, api.PathBoard, "/nothing"} {
		resp, err := ts.Client().Get(ts.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("X-Hall-Time"); got != fmt.Sprint(w.Clock.Now().UnixMilli()) {
			t.Errorf("%s: X-Hall-Time %q", path, got)
		}
	}
}
