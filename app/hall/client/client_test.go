package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/app/hall/api"
	"hallway/app/operation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mustServe starts a hall that answers with h and returns a client of it.
func mustServe(t testing.TB, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	c := New(s.URL+"/", "secret", nil)
	t.Cleanup(func() { c.Close(); s.CloseClientConnections(); s.Close() })
	return c
}

func answer(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func TestCallsCarryTokenPathAndBody(t *testing.T) {
	type seen struct{ method, uri, auth, typ, body string }
	var got seen
	c := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = seen{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(b)}
		answer(w, 200, "application/json; charset=utf-8", `{"future":1}`)
	})
	ctx := t.Context()
	for _, k := range []struct {
		do   func(*Client) error
		want seen
	}{
		{func(c *Client) error { _, err := c.Hall(ctx); return err }, seen{"GET", "/v1/hall", "Bearer secret", "", ""}},
		{func(c *Client) error { _, err := c.Catalogue(ctx); return err }, seen{"GET", "/v1/catalogue", "Bearer secret", "", ""}},
		{func(c *Client) error { _, err := c.Submit(ctx, nil); return err }, seen{"POST", "/v1/ops", "Bearer secret", "application/json", `{"ops":null}`}},
		{func(c *Client) error { _, err := c.Slots(ctx, "A&1"); return err }, seen{"GET", "/v1/slots?item=A%261", "Bearer secret", "", ""}},
		{func(c *Client) error { _, err := c.Cases(ctx, api.CasesRequest{Receipt: "r"}); return err }, seen{"POST", "/v1/cases/query", "Bearer secret", "application/json", `{"receipt":"r"}`}},
		{func(c *Client) error { _, err := c.Waiting(ctx); return err }, seen{"GET", "/v1/waiting", "Bearer secret", "", ""}},
		{func(c *Client) error { _, err := c.SignIn(ctx, api.SignInRequest{Window: "3"}); return err }, seen{"POST", "/v1/signin", "Bearer secret", "application/json", `{"window":"3","clerk":"","pin":""}`}},
		{func(c *Client) error { _, err := c.WithToken("clerk").Counter(ctx); return err }, seen{"GET", "/v1/counter", "Bearer clerk", "", ""}},
		{func(c *Client) error { _, err := c.Command(ctx, api.CounterCommand{Action: "next"}); return err }, seen{"POST", "/v1/counter", "Bearer secret", "application/json", `{"command_id":"","action":"next"}`}},
		{func(c *Client) error { _, err := c.Leases(ctx, api.LeaseRequest{Day: "d"}); return err }, seen{"POST", "/v1/leases", "Bearer secret", "application/json", `{"request_no":"","day":"d","pools":null}`}},
	} {
		got = seen{}
		if err := k.do(c); err != nil {
			t.Errorf("%s: %v", k.want.uri, err)
		}
		if got != k.want {
			t.Errorf("hall saw %+v, want %+v", got, k.want)
		}
	}
}

func TestProblemsAreDecoded(t *testing.T) {
	c := mustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		answer(w, 503, "application/problem+json", `{"type":"about:blank","code":"overloaded","title":"Busy","status":503,"detail":"later"}`)
	})
	_, err := c.Hall(t.Context())
	var p *Problem
	if !errors.As(err, &p) || *p != (Problem{503, "overloaded", "Busy", "later", 7 * time.Second}) {
		t.Fatalf("err = %#v", err)
	}
	if RetryAfter(err) != 7*time.Second {
		t.Errorf("RetryAfter = %v", RetryAfter(err))
	}
}

func TestWhatIsNoHallsAnswerIsATransportError(t *testing.T) {
	personal := `{"name":"张三丰"`
	for name, c := range map[string]struct {
		status       int
		typ, body    string
		sample       string
		mustNotShown string
	}{
		"portal":           {200, "text/html", "<html>\n登录 Login", "<html>登录 Login", ""},
		"long page":        {502, "text/html", strings.Repeat("x", 500), strings.Repeat("x", 80), ""},
		"redirect":         {302, "text/html", "", "", ""},
		"plain 500":        {500, "text/plain", "boom", "boom", ""},
		"no type":          {200, "", "{}", "", ""},
		"created":          {201, "application/json", "{}", "", ""},
		"half an answer":   {200, "application/json", personal, "", "张"},
		"problem cut":      {400, "application/problem+json", personal, "", "张"},
		"endless answer":   {200, "application/json", `"` + strings.Repeat("a", maxAnswer) + `"`, "", "aaaa"},
		"other json shape": {200, "application/json", `[1]`, "", ""},
	} {
		client := mustServe(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.status == 302 {
				w.Header().Set("Location", "/v1/hall2")
			}
			answer(w, c.status, c.typ, c.body)
		})
		_, err := client.Hall(t.Context())
		var te *TransportError
		if !errors.As(err, &te) || te.Status != c.status || te.Sample != c.sample {
			t.Errorf("%s: err = %#v", name, err)
			continue
		}
		if c.mustNotShown != "" && strings.Contains(err.Error(), c.mustNotShown) {
			t.Errorf("%s: error shows the answer: %v", name, err)
		}
	}
}

func TestACallEndsWithItsDeadline(t *testing.T) {
	c := mustServe(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Hall(ctx)
	var te *TransportError
	if !errors.As(err, &te) || te.Status != 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("err = %v", err)
	}
}

func TestAnAnswerCutInTheMiddleIsATransportError(t *testing.T) {
	c := mustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		answer(w, 200, "application/json", `{"id":"0417"`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	_, err := c.Hall(t.Context())
	var te *TransportError
	if !errors.As(err, &te) || te.Status != 200 {
		t.Fatalf("err = %v", err)
	}
}

func TestAWrongAddressIsNamed(t *testing.T) {
	_, err := New("http://hall :80", "", nil).Hall(t.Context())
	if err == nil || !strings.Contains(err.Error(), "http://hall :80") {
		t.Errorf("err = %v", err)
	}
}

func TestOffsetComesFromTheShortestRoundTrip(t *testing.T) {
	local := time.UnixMilli(1_000_000)
	var rtt, offset time.Duration
	c := mustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		// The way there takes all of rtt when it is long: a lopsided line
		// spoils the estimate by half of it.
		local = local.Add(rtt)
		b, _ := json.Marshal(api.Hall{Time: local.Add(offset).UnixMilli()})
		answer(w, 200, "application/json", string(b))
	})
	c.Now = func() time.Time { return local }
	if _, ok := c.Offset(); ok {
		t.Error("an offset is known before the hall answered")
	}
	offset = 90 * time.Second
	for _, rtt = range []time.Duration{800, 10, 500} {
		rtt *= time.Millisecond
		if _, err := c.Hall(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := c.Offset(); got != offset+5*time.Millisecond {
		t.Errorf("offset %v, want %v", got, offset+5*time.Millisecond)
	}
	rtt, offset = 20*time.Millisecond, time.Second
	for range offsetSamples {
		if _, err := c.Hall(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := c.Offset(); got != time.Second+10*time.Millisecond {
		t.Errorf("an old sample outlives %d newer ones: %v", offsetSamples, got)
	}
	c.clock.add(local, local.Add(time.Hour), local.Add(-time.Minute))
	if got, _ := c.Offset(); got != time.Second+10*time.Millisecond {
		t.Errorf("a clock that ran backwards was believed: %v", got)
	}
}

func TestSubmitReturnsWhatTheHallSaid(t *testing.T) {
	c := mustServe(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		req, err := operation.Decode[api.SubmitRequest](b, operation.MaxBatch)
		if err != nil {
			t.Error(err)
		}
		var resp api.SubmitResponse
		for _, e := range req.Ops {
			resp.Results = append(resp.Results, operation.Result{ID: e.ID, Status: operation.Applied})
		}
		out, _ := json.Marshal(resp)
		answer(w, 200, "application/json", string(out))
	})
	got, err := c.Submit(t.Context(), []operation.Envelope{{ID: "a"}, {ID: "b"}})
	if err != nil || len(got) != 2 || got[0].ID != "a" || got[1].ID != "b" {
		t.Errorf("Submit = %+v, %v", got, err)
	}
}
