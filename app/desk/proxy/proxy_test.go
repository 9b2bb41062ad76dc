package proxy

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a proxy before a server that answers "hall", and returns both
// with a client whose connections are its own.
func start(t *testing.T) (*Proxy, *http.Client) {
	t.Helper()
	hall := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			io.WriteString(w, "first")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, "hall "+string(body))
	}))
	t.Cleanup(hall.Close)
	return run(t, strings.TrimPrefix(hall.URL, "http://"))
}

// run starts a proxy before target and stops it when the test ends.
func run(t *testing.T, target string) (*Proxy, *http.Client) {
	t.Helper()
	p, err := Listen("127.0.0.1:0", target)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	transport := &http.Transport{}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		transport.CloseIdleConnections()
	})
	return p, &http.Client{Transport: transport, Timeout: 10 * time.Second}
}

func post(c *http.Client, p *Proxy, body string) (int, string, error) {
	resp, err := c.Post("http://"+p.Addr()+"/x", "text/plain", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func mustSet(t *testing.T, p *Proxy, m Mode) {
	t.Helper()
	if err := p.Set(m); err != nil {
		t.Fatal(err)
	}
}

func TestPassCarriesRequestAndAnswer(t *testing.T) {
	p, c := start(t)
	big := strings.Repeat("字", 100_000)
	if code, got, err := post(c, p, big); err != nil || code != 200 || got != "hall "+big {
		t.Fatalf("code %d, %d bytes, %v", code, len(got), err)
	}
}

func TestCutResetsOldAndNewConnectionsAndComesBack(t *testing.T) {
	p, c := start(t)
	resp, err := c.Get("http://" + p.Addr() + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	mustSet(t, p, Cut)
	if _, err := resp.Body.Read(make([]byte, 1)); err == nil || err == io.EOF {
		t.Errorf("open stream ended with %v, want a reset", err)
	}
	if _, _, err := post(c, p, "x"); err == nil {
		t.Error("a request came through a cut line")
	}
	mustSet(t, p, Pass)
	if _, got, err := post(c, p, "y"); err != nil || got != "hall y" {
		t.Errorf("after the cut: %q, %v", got, err)
	}
}

func TestSilentAcceptsAndNeverAnswers(t *testing.T) {
	p, _ := start(t)
	mustSet(t, p, Silent)
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d bytes, %v; want silence", n, err)
	} else if e, ok := err.(net.Error); !ok || !e.Timeout() {
		t.Errorf("read ended with %v, want a timeout", err)
	}
}

func TestFailingAnswers500AndPortalAnswersHTML(t *testing.T) {
	p, c := start(t)
	mustSet(t, p, Failing)
	for range 2 { // twice: the connection is kept alive
		if code, _, err := post(c, p, "x"); err != nil || code != 500 {
			t.Errorf("failing: code %d, %v", code, err)
		}
	}
	mustSet(t, p, Portal)
	if code, body, err := post(c, p, "x"); err != nil || code != 200 || !strings.Contains(body, "<!doctype html>") {
		t.Errorf("portal: code %d, %q, %v", code, body, err)
	}
}

func TestHallThatIsAwayResetsTheTerminal(t *testing.T) {
	p, c := run(t, "127.0.0.1:1") // nobody listens there
	if _, _, err := post(c, p, "x"); err == nil {
		t.Error("an answer came from a hall that is away")
	}
}

func TestChangesAreToldAndUnknownModesRefused(t *testing.T) {
	p, _ := start(t)
	var told []Mode
	p.OnChange(func(m Mode) { told = append(told, m) })
	mustSet(t, p, Cut)
	mustSet(t, p, Cut)
	mustSet(t, p, Pass)
	if err := p.Set("upside-down"); err == nil {
		t.Error("a mode that does not exist was accepted")
	}
	if len(told) != 2 || told[0] != Cut || told[1] != Pass || p.Mode() != Pass {
		t.Errorf("told %v, mode %v", told, p.Mode())
	}
}
