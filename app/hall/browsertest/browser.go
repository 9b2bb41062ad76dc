// Package browsertest opens pages of the hall in a real Chromium without a
// window and looks at them, for tests. It speaks the Chrome DevTools Protocol
// through a pair of pipes, so that no port is open and the page's content
// security policy stays as it is.
package browsertest

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long one answer of the browser may take.
const patience = 30 * time.Second

// A Browser is one running Chromium.
type Browser struct {
	t    testing.TB
	cmd  *exec.Cmd
	to   *os.File
	mu   sync.Mutex
	next int
	wait map[int]chan answer
}

// answer is what the browser says to one call.
type answer struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// Start runs Chromium until the test ends. A machine without it fails the test;
// Debian's package is chromium.
func Start(t testing.TB) *Browser {
	t.Helper()
	in, to := pipe(t)
	from, out := pipe(t)
	b := &Browser{t: t, to: to, wait: map[int]chan answer{}}
	b.cmd = exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "about:blank")
	b.cmd.ExtraFiles = []*os.File{in, out}
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := b.cmd.Start(); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	in.Close()
	out.Close()
	read := make(chan struct{})
	go func() { defer close(read); b.listen(from) }()
	t.Cleanup(func() {
		_ = syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL) // with its helpers
		_ = b.cmd.Wait()
		to.Close()
		<-read
		from.Close()
	})
	return b
}

func pipe(t testing.TB) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

// listen hands every answer to who waits for it; messages end with a zero byte.
func (b *Browser) listen(from *os.File) {
	in := bufio.NewReader(from)
	for {
		text, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var a answer
		if json.Unmarshal(text[:len(text)-1], &a) != nil {
			continue
		}
		b.mu.Lock()
		ch := b.wait[a.ID]
		delete(b.wait, a.ID)
		b.mu.Unlock()
		if ch != nil {
			ch <- a
		}
	}
}

// call asks the browser for something and reads the answer into result.
func (b *Browser) call(session, method string, params map[string]any, result any) error {
	ch := make(chan answer, 1)
	b.mu.Lock()
	b.next++
	q := map[string]any{"id": b.next, "method": method, "params": params}
	b.wait[b.next] = ch
	b.mu.Unlock()
	if session != "" {
		q["sessionId"] = session
	}
	text, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		return fmt.Errorf("chromium %s: %w", method, err)
	}
	select {
	case a := <-ch:
		if a.Error != nil {
			return fmt.Errorf("chromium %s: %s", method, a.Error.Message)
		}
		return json.Unmarshal(a.Result, result)
	case <-time.After(patience):
		return fmt.Errorf("chromium %s: no answer in %s", method, patience)
	}
}

// A Page is one tab.
type Page struct {
	b       *Browser
	session string
}

// Open opens a page of the given size in pixels.
func (b *Browser) Open(url string, width, height int) *Page {
	b.t.Helper()
	var target struct{ TargetID string }
	b.must("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	b.must("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	p := &Page{b, session.SessionID}
	var none struct{}
	b.must(p.session, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, &none)
	b.must(p.session, "Page.navigate", map[string]any{"url": url}, &none)
	return p
}

func (b *Browser) must(session, method string, params map[string]any, result any) {
	b.t.Helper()
	if err := b.call(session, method, params, result); err != nil {
		b.t.Fatal(err)
	}
}

// Eval runs a JavaScript expression in the page and reads its value into
// result. A promise is waited for.
func (p *Page) Eval(expression string, result any) {
	p.b.t.Helper()
	if err := p.eval(expression, result); err != nil {
		p.b.t.Fatal(err)
	}
}

func (p *Page) eval(expression string, result any) error {
	var r struct {
		Result    struct{ Value json.RawMessage }
		Exception *struct{ Text string } `json:"exceptionDetails"`
	}
	err := p.b.call(p.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &r)
	if err != nil {
		return err
	}
	if r.Exception != nil {
		return fmt.Errorf("page: %s: %s", expression, r.Exception.Text)
	}
	if len(r.Result.Value) == 0 {
		r.Result.Value = json.RawMessage("null")
	}
	if err := json.Unmarshal(r.Result.Value, result); err != nil {
		return fmt.Errorf("page: %s: %w", expression, err)
	}
	return nil
}

// leaving reports whether err says only that the page gave place to the next
// one while it was asked.
func leaving(err error) bool {
	return err != nil && slices.ContainsFunc([]string{
		"Inspected target navigated or closed", "Execution context was destroyed", "Cannot find context with specified id",
	}, func(s string) bool { return strings.Contains(err.Error(), s) })
}

// Until waits until an expression is true in the page, or in the one that
// follows it.
func (p *Page) Until(what, expression string) {
	p.b.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		var ok bool
		if err := p.eval("!!("+expression+")", &ok); err != nil && !leaving(err) {
			p.b.t.Fatal(err)
		}
		if ok {
			return
		}
		if time.Now().After(end) {
			p.Picture("failed.png")
			p.b.t.Fatalf("never on the page: %s", what)
		}
	}
}

// Picture saves what the page shows in the folder that HALLWAY_PICTURES names;
// without one nothing is saved.
func (p *Page) Picture(name string) {
	p.b.t.Helper()
	dir := os.Getenv("HALLWAY_PICTURES")
	if dir == "" {
		return
	}
	var shot struct{ Data string }
	p.b.must(p.session, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	picture, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), picture, 0o600)
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
}
