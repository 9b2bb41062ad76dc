package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"hallway/app/hall"
	"hallway/app/hall/api"
	"hallway/app/hall/store/postgres/postgrestest"
	"hallway/cmd/program"
)

func TestMain(m *testing.M) { testscript.Main(leakless{m}, map[string]func(){"hall": main}) }

// leakless fails the run when goroutines are left.
type leakless struct{ m *testing.M }

// Run runs the tests and then looks for goroutines.
func (l leakless) Run() int {
	code := l.m.Run()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: map[string]func(*testscript.TestScript, bool, []string){"fill": fill}, Setup: func(e *testscript.Env) error {
		if filepath.Base(e.Cd) != "script-migrate" {
			return nil
		}
		e.Setenv("PGURL", postgrestest.New(t))
		e.Setenv("PGNONE", postgrestest.Shared(t).URL("none"))
		return nil
	}})
}

// configure writes a configuration for a hall in a new folder.
func configure(t *testing.T) string {
	t.Helper()
	hash, err := hall.HashPIN(rand.Reader, "2468")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "hall.toml")
	if err := os.WriteFile(path, fmt.Appendf(nil, `
id = "0417"
listen = "127.0.0.1:0"
public_url = "http://hall.test"
data = "data"
name = { zh-Hans = "东城区政务服务中心", en = "Dongcheng" }
[[terminals]]
id = "012"
token = "token-of-terminal-012"
[[clerks]]
number = "1001"
name = "王芳"
pin_hash = "%s"
`, hash), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// start runs the program until stop is called, which returns what Run did.
func start(t *testing.T, path string) (url string, stop func() error) {
	t.Helper()
	r, w := io.Pipe()
	m := &Main{Streams: program.Streams{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: w, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", path}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		err := m.Run(ctx)
		if e := m.Close(); err == nil {
			err = e
		}
		w.CloseWithError(io.EOF)
		done <- err
	}()
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(r); lines.Scan(); {
			if a := regexp.MustCompile(`listen=(\S+)`).FindStringSubmatch(lines.Text()); a != nil {
				address <- a[1]
			}
		}
		close(address)
	}()
	stop = func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(20 * time.Second):
			t.Fatal("the hall does not end")
			return nil
		}
	}
	a, ok := <-address
	if !ok {
		t.Fatalf("the hall did not open: %v", stop())
	}
	return "http://" + a, stop
}

func info(t *testing.T, url string) api.Hall {
	t.Helper()
	resp, err := http.Get(url + api.PathHall)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var h api.Hall
	if err := json.NewDecoder(resp.Body).Decode(&h); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHallServesAndComesBackWithItsKey(t *testing.T) {
	path := configure(t)
	url, stop := start(t, path)
	first := info(t, url)
	if first.ID != "0417" || first.Catalogue == "" || len(first.PublicKey) != 32 {
		t.Errorf("%+v", first)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	url, stop = start(t, path)
	if again := info(t, url); again.KeyID != first.KeyID {
		t.Error("the hall came back with another key")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenStreamDoesNotKeepTheHallFromEnding(t *testing.T) {
	url, stop := start(t, configure(t))
	resp, err := http.Get(url + api.PathEvents)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	begin := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if time.Since(begin) > stopLimit {
		t.Error("the stream was cut instead of ended")
	}
}

func TestSecondHallOnTheFolderIsRefused(t *testing.T) {
	path := configure(t)
	_, stop := start(t, path)
	m := &Main{Streams: program.Streams{Stderr: io.Discard, Stdout: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", path}); err != nil {
		t.Fatal(err)
	}
	if err := m.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "another hall runs on") {
		t.Errorf("got %v", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestPortInUseIsAnError(t *testing.T) {
	url, stop := start(t, configure(t))
	other := configure(t)
	b, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	taken := strings.Replace(string(b), "127.0.0.1:0", strings.TrimPrefix(url, "http://"), 1)
	if err := os.WriteFile(other, []byte(taken), 0o600); err != nil {
		t.Fatal(err)
	}
	m := &Main{Streams: program.Streams{Stderr: io.Discard, Stdout: io.Discard, Exit: func(int) {}}}
	if err := m.ParseFlags([]string{"--config", other}); err != nil {
		t.Fatal(err)
	}
	if err := m.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "listen on") {
		t.Errorf("got %v", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
