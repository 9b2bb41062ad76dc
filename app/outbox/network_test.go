package outbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/client"
	"hallway/app/operation"
)

// via changes how a rig's calls reach its hall.
func (r *rig) via(t testing.TB, url string, rt http.RoundTripper) {
	t.Helper()
	c := client.New(url, "token", &http.Client{Transport: rt})
	c.Now = r.clock.Now
	r.Terminal.o.Hall = c
	t.Cleanup(c.Close)
}

// roundTripper is a function that carries a request.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// waiting is a rig with n applications that wait, and their receipts.
func waiting(t testing.TB, n int) (*rig, []string) {
	t.Helper()
	r := enrolledRig(t)
	r.online.Store(false)
	var receipts []string
	for range n {
		receipts = append(receipts, r.mustApply(t).Receipt)
	}
	return r, receipts
}

// wantOnce fails unless the hall has every receipt exactly once and the terminal
// nothing that waits.
func (r *rig) wantOnce(t testing.TB, what any, receipts []string) {
	t.Helper()
	r.hall.mu.Lock()
	defer r.hall.mu.Unlock()
	got := map[string]int{}
	for _, e := range r.hall.arrived {
		got[e.Receipt]++
	}
	for _, receipt := range receipts {
		if got[receipt] != 1 {
			t.Errorf("%v: %s took effect %d times", what, receipt, got[receipt])
		}
	}
	if r.Pending() != 0 {
		t.Errorf("%v: %d still wait", what, r.Pending())
	}
}

// chaos is a proxy that cuts a connection after so many bytes of the request or
// of the answer.
type chaos struct {
	net.Listener
	to             string
	request, reply atomic.Int64 // bytes that pass, negative for all
}

func newChaos(t testing.TB, hallURL string) *chaos {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &chaos{Listener: l, to: strings.TrimPrefix(hallURL, "http://")}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { c.carry(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return c
}

// carry carries one connection until a limit is reached.
func (c *chaos) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer to.Close()
	var both sync.WaitGroup
	both.Go(func() { pass(to, from, c.request.Load()); to.Close() })
	both.Go(func() { pass(from, to, c.reply.Load()); from.Close() })
	both.Wait()
}

func pass(to io.Writer, from io.Reader, limit int64) {
	if limit >= 0 {
		from = io.LimitReader(from, limit)
	}
	_, _ = io.Copy(to, from) // how it ends is the point
}

// TestT12T15CutsAtEveryByteClass cuts the line within the request's head, its
// body, behind it, and within the answer, which then is not whole.
func TestT12T15CutsAtEveryByteClass(t *testing.T) {
	r, receipts := waiting(t, 3)
	proxy := newChaos(t, r.hall.url)
	r.via(t, "http://"+proxy.Addr().String(), &http.Transport{DisableKeepAlives: true})
	c := courier{t: r.Terminal, limit: maxOps}
	type limits struct{ request, reply int64 }
	cuts := []limits{{0, -1}, {1, -1}, {40, -1}, {200, -1}, {400, -1}, {1500, -1}, {-1, 0}, {-1, 1}, {-1, 12}, {-1, 60}, {-1, 130}, {-1, 200}, {-1, 400}}
	for _, cut := range cuts {
		proxy.request.Store(cut.request)
		proxy.reply.Store(cut.reply)
		if pause := c.round(t.Context()); pause == 0 && r.Pending() > 0 {
			t.Errorf("cut %v passed for a delivery", cut)
		}
		if r.Pending() != len(receipts) {
			t.Fatalf("cut %v settled something: %d wait", cut, r.Pending())
		}
	}
	proxy.request.Store(-1)
	proxy.reply.Store(-1)
	c.round(t.Context())
	r.wantOnce(t, "after all cuts", receipts)
	if r.hall.seen <= len(receipts) {
		t.Error("no cut came behind the hall's work: the test proves too little")
	}
}

// TestT13T14EveryRequestTwiceAndLate delivers every request twice and older ones
// again behind newer ones.
func TestT13T14EveryRequestTwiceAndLate(t *testing.T) {
	r, receipts := waiting(t, 40)
	rng := rand.New(rand.NewPCG(13, 14))
	var sent [][]byte
	post := func(req *http.Request, body []byte) (*http.Response, error) {
		again := req.Clone(req.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return http.DefaultTransport.RoundTrip(again)
	}
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	r.via(t, r.hall.url, roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.Body == nil || req.URL.Path != api.PathOps {
			return http.DefaultTransport.RoundTrip(req)
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		sent = append(sent, body)
		for _, b := range [][]byte{sent[rng.IntN(len(sent))], body, sent[rng.IntN(len(sent))]} {
			late, err := post(req, b)
			if err != nil {
				return nil, err
			}
			_, _ = io.Copy(io.Discard, late.Body)
			late.Body.Close()
		}
		return post(req, body)
	}))
	c := courier{t: r.Terminal, limit: 7}
	for r.Pending() > 0 {
		c.limit = 7
		c.round(t.Context())
	}
	r.wantOnce(t, "twice and late", receipts)
	if r.hall.seen < 3*len(receipts) {
		t.Errorf("only %d deliveries: nothing came twice", r.hall.seen)
	}
}

// TestT16PortalsAndProxiesSettleNothing answers in the hall's place.
func TestT16PortalsAndProxiesSettleNothing(t *testing.T) {
	r, receipts := waiting(t, 2)
	c := courier{t: r.Terminal, limit: maxOps}
	answer := func(code int, kind, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Location", "http://portal.example/login")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	for name, f := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"200 HTML":            answer(200, "text/html", "<html>log in</html>"),
		"200 empty":           answer(200, "application/json", ""),
		"200 other JSON":      answer(200, "application/json", `{"ok":true}`),
		"200 no results":      answer(200, "application/json", `{"results":[]}`),
		"200 somebody else's": answer(200, "application/json", `{"results":[{"op_id":"0199d3c0-1234-7abc-8def-0123456789ab","status":"applied"}]}`),
		"302":                 answer(302, "text/html", ""),
		"400 HTML":            answer(400, "text/html", "bad"),
		"404":                 answer(404, "text/html", "not here"),
		"407":                 answer(407, "text/html", "proxy"),
		"502":                 answer(502, "text/html", "gateway"),
		"511":                 answer(511, "text/html", "<html>log in</html>"),
	} {
		r.hall.set(fault{before: f})
		c.round(t.Context())
		if r.Pending() != len(receipts) {
			t.Fatalf("%s settled something", name)
		}
	}
	r.hall.set(fault{})
	c.round(t.Context())
	c.later = nil
	c.round(t.Context())
	r.wantOnce(t, "the hall itself", receipts)
}

// TestT17AnotherCAIsNotSpokenTo puts an interceptor with a certificate of another
// authority before the hall. The control is the hall's own certificate.
func TestT17AnotherCAIsNotSpokenTo(t *testing.T) {
	r, receipts := waiting(t, 2)
	hall := httptest.NewTLSServer(r.hall)
	defer hall.Close()
	var listened atomic.Int32
	thief := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { listened.Add(1) }))
	thief.Config.ErrorLog = log.New(io.Discard, "", 0)
	thief.StartTLS()
	defer thief.Close()
	c := courier{t: r.Terminal, limit: maxOps}
	r.via(t, thief.URL, http.DefaultTransport) // knows neither authority
	c.round(t.Context())
	if listened.Load() != 0 || r.Pending() != len(receipts) {
		t.Errorf("%d requests reached the interceptor, %d wait", listened.Load(), r.Pending())
	}
	r.via(t, hall.URL, hall.Client().Transport)
	c.round(t.Context())
	r.wantOnce(t, "the hall's own certificate", receipts)
}

// TestT18SlowAndLossyLine has 5 s latency, 16 kbit/s and three of ten calls lost,
// half of them behind the hall's work, in fake time.
func TestT18SlowAndLossyLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hall := newHall(t, time.Now)
		rng := rand.New(rand.NewPCG(18, 18))
		var mu sync.Mutex
		good := inProcess{hall, func() bool { return false }}
		slow := roundTripper(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			fate := rng.IntN(20)
			mu.Unlock()
			pause := time.NewTimer(5*time.Second + time.Duration(max(0, req.ContentLength))*time.Second/2000)
			defer pause.Stop()
			select {
			case <-pause.C:
			case <-req.Context().Done():
				return nil, req.Context().Err()
			}
			if fate < 3 {
				return nil, errors.New("lost on the way")
			}
			resp, err := good.RoundTrip(req)
			if fate < 6 {
				return nil, errors.New("answer lost")
			}
			return resp, err
		})
		term, err := Open(t.Context(), Options{Dir: t.TempDir(), Terminal: "012", Hall: client.New("http://hall", "token", &http.Client{Transport: slow}), Random: rand.NewChaCha8([32]byte{18})})
		if err != nil {
			t.Fatal(err)
		}
		r := &rig{Terminal: term, hall: hall, id: term.o.NewID, clock: &testClock{}}
		stop := r.running(t)
		for begun := time.Now(); time.Since(begun) < 10*time.Minute; time.Sleep(time.Second) {
			if _, ok := r.Hall(); ok && r.goods.Load() != nil {
				break
			}
		}
		var receipts []string
		for range 30 {
			a, err := r.apply(t, "A1")
			if err != nil {
				t.Fatal(err)
			}
			receipts = append(receipts, a.Receipt)
		}
		for begun := time.Now(); r.Pending() > 0 && time.Since(begun) < time.Hour; {
			time.Sleep(time.Second)
		}
		stop()
		r.wantOnce(t, "slow and lossy", receipts)
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestT19HalfOpenConnection never hears from its hall again: a call ends within
// 40 s and the next one goes through.
func TestT19HalfOpenConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hall := newHall(t, time.Now)
		var open atomic.Bool
		good := inProcess{hall, func() bool { return false }}
		c := client.New("http://hall", "token", &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			if open.Load() {
				<-req.Context().Done()
				return nil, req.Context().Err()
			}
			return good.RoundTrip(req)
		})})
		open.Store(true)
		begun := time.Now()
		_, err := c.Submit(context.Background(), []operation.Envelope{{}})
		if err == nil || time.Since(begun) >= 40*time.Second {
			t.Errorf("a dead connection was noticed after %v: %v", time.Since(begun), err)
		}
		open.Store(false)
		if _, err := c.Hall(context.Background()); err != nil {
			t.Errorf("the next call: %v", err)
		}
	})
}
