package sim

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// feed serves the printer on a pipe and sends the bytes until it is idle.
func feed(t *testing.T, p *Printer, data string) {
	t.Helper()
	ask(t, p, data, 0)
}

// ask is feed that returns the answers, which must have n bytes at least.
func ask(t *testing.T, p *Printer, data string, n int) string {
	t.Helper()
	want := p.Received() + len(data)
	return serveUntil(t, p, data, n, func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.received == want && len(p.rx) == 0 })
}

// heard is what a printer answered so far.
type heard struct {
	mu sync.Mutex
	b  []byte
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.b = append(h.b, p...)
	return len(p), nil
}

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.b)
}

// serveUntil serves the printer on a pipe and sends the bytes until done and
// until n bytes of answers came.
func serveUntil(t *testing.T, p *Printer, data string, n int, done func() bool) string {
	t.Helper()
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- p.Serve(t.Context(), theirs) }()
	var answers heard
	ended := make(chan error, 1)
	go func() { _, err := io.Copy(&answers, ours); ended <- err }()
	if _, err := ours.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return done() && len(answers.text()) >= n })
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-served, <-ended); err != nil {
		t.Errorf("Serve: %v", err)
	}
	return answers.text()
}

func until(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never became true")
		}
	}
}

func fresh(t *testing.T, profile string) *Printer {
	t.Helper()
	m, err := LoadModel(profile)
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{Model: m})
}

func complaints(p *Printer) string {
	var all []string
	for _, err := range p.Errors() {
		all = append(all, err.Error())
	}
	return strings.Join(all, "; ")
}

func TestCutGoesThroughThePaperAtTheBladeNotAtTheHead(t *testing.T) {
	p := fresh(t, "generic-cn-80")
	feed(t, p, "\x1b@A012\n\x1dVB\x00B013\n")
	tickets := p.Tickets()
	if len(tickets) != 1 || tickets[0].Text != "A012" || !tickets[0].Cut {
		t.Fatalf("%d tickets, %s", len(tickets), complaints(p))
	}
	if got, want := tickets[0].Image.Rect.Dy(), 120+30; got != want {
		t.Errorf("the ticket is %d dots long, want the 120 between head and blade and one line, %d", got, want)
	}
	if !p.Printing() {
		t.Error("the second line is not on the paper")
	}
	p.Take()
	if torn, ok := p.Take(); ok {
		t.Errorf("a line that still lies below the blade was torn off: %q", torn.Text)
	}
}

func TestWhatThePrinterDoesNotKnowIsRecorded(t *testing.T) {
	for data, want := range map[string]string{
		"\x1bX":                      "unknown command 1B 58",
		"\x07":                       "unknown byte 07",
		"\x1b@AB\x1ba\x01":           "ESC a inside a line",
		"AB\x1dVB\x00":               "cut while a line is not printed",
		"\x1dv0\x05\x01\x00\x01\x00": "GS v 0 with header",
		"\xb0\x20":                   "no two-byte character",
		"\x88\xd2\n":                 "is not in the ROM",
		"\x1d(H\x06\x0000ABCD":       "prints it as text",
		"\x1d(k\x03\x001Q0ABC":       "GS ( k: this firmware prints it as text",
		"\x1dVA":                     "",
		strings.Repeat("A", 49):      "wider than the head",
	} {
		p := fresh(t, "generic-cn-80")
		feed(t, p, data)
		if got := complaints(p); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %q, want %q", data, got, want)
		}
	}
}

func TestRequestsInsideAPictureAreAnsweredAsRealPrintersDo(t *testing.T) {
	p := fresh(t, "generic-cn-80")
	got := ask(t, p, "\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01", 1)
	if got != "\x12" || complaints(p) != "" {
		t.Errorf("got % X, %s", got, complaints(p))
	}
	if p.Length() != 121 {
		t.Errorf("the picture's row is missing")
	}
}

// A client that switches automatic status on gets one, also when a client before
// it had switched it on: it waits for it before it prints.
func TestSwitchingAutomaticStatusOnIsAnsweredEachTime(t *testing.T) {
	for name, c := range map[string]struct{ on, want string }{
		"tm-t82iii": {"\x1da\xff", "\x10\x00\x00\x0f"},
		"star-line": {"\x1b\x1ea\x01", "\x23\x06\x00\x00\x00\x00\x00\x00\x00"},
	} {
		m, err := LoadModel(name)
		if err != nil {
			t.Fatal(err)
		}
		p := New(Options{Model: m})
		for n := 1; n <= 3; n++ { // lines, and times on each
			if got, want := ask(t, p, strings.Repeat(c.on, n), n*len(c.want)), strings.Repeat(c.want, n); got != want {
				t.Errorf("%s: got % X, want % X", name, got, want)
			}
		}
	}
}

func TestTextFeedAndSizesTakeTheirDots(t *testing.T) {
	for data, rows := range map[string]int{
		"A\n":                 30,
		"\x1b3\x20A\nB\n":     64,
		"\x1b3\x10A\n":        24, // never less than the characters
		"\x1d!\x11A\n":        48,
		"\x1c!\x0c\xb0\xa1\n": 48,
		"\x1bJ\x64":           100,
		"\n\n":                60,
	} {
		p := fresh(t, "generic-cn-80")
		feed(t, p, data)
		if got := p.Length() - 120; got != rows {
			t.Errorf("%q moved the paper by %d dots, want %d", data, got, rows)
		}
	}
}

func TestPaperRunsOutInTheMiddleAndPrintingGoesOnAfterTheRefill(t *testing.T) {
	p := New(Options{Model: fresh(t, "generic-cn-80").model, Paper: 5}) // 39 dots
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- p.Serve(t.Context(), theirs) }()
	go func() { _, _ = ours.Write([]byte("\x1b@A\nB\n\x1dVB\x00")) }()
	until(t, func() bool { return p.Paper() == 0 && p.Length() == 120+39 })
	if len(p.Tickets()) != 0 {
		t.Error("a ticket was cut without paper")
	}
	p.SetPaper(1000)
	until(t, func() bool { return len(p.Tickets()) == 1 })
	if got, _ := p.Take(); got.Text != "A\nB" {
		t.Errorf("got %q", got.Text)
	}
	_ = ours.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestSwitchingOffLosesTheBufferAndKeepsThePaper(t *testing.T) {
	p := fresh(t, "generic-cn-80")
	feed(t, p, "A\n\x1dv0\x00\x48\x00\x18\x00half a picture")
	p.SetPower(false)
	p.SetPower(true)
	feed(t, p, "B\n")
	if p.Length() != 120+60 || complaints(p) != "" {
		t.Errorf("%d rows, %s", p.Length(), complaints(p))
	}
}

func TestDirectivesOfAFaultScript(t *testing.T) {
	p := fresh(t, "generic-cn-80")
	script, err := sim.ParseScript("paper=out\ncover=open\ncutter=jam\nhead=hot\npower=off")
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Unknown(Directives()...); err != nil {
		t.Error(err)
	}
	for _, d := range script {
		if err := p.Apply(d); err != nil {
			t.Error(err)
		}
	}
	if p.Paper() != 0 || !p.Cover() || !p.jammed || !p.hot || !p.off {
		t.Errorf("paper %d, cover %v, jammed %v, hot %v, off %v", p.Paper(), p.Cover(), p.jammed, p.hot, p.off)
	}
	for _, bad := range []string{"paper=wet", "paper=-3", "cover=ajar", "toner=low", "cover=open for=5s"} {
		script, err := sim.ParseScript(bad)
		if err != nil {
			t.Fatal(err)
		}
		if p.Apply(script[0]) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

func TestASecondLineIsRefused(t *testing.T) {
	p := fresh(t, "generic-cn-80")
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- p.Serve(t.Context(), theirs) }()
	until(t, func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.serving })
	if err := p.Serve(t.Context(), theirs); err != ErrServing {
		t.Errorf("got %v", err)
	}
	_ = ours.Close()
	<-served
}

func FuzzTokenizerAlwaysMovesOn(f *testing.F) {
	f.Add([]byte("\x1b@\x1c&\x1ba\x01\xc8\xa1\xba\xc5\n\x1dVB\x18"))
	f.Add([]byte("\x1dv0\x00\x01\x00\x02\x00\x10\x04\x1d(H\x06\x0000ABCD"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			tok, n, err := next(b, chinese)
			switch {
			case n < 0 || n > len(b):
				t.Fatalf("length %d of %d", n, len(b))
			case err != nil && n == 0:
				t.Fatalf("stuck: %v", err)
			case n == 0:
				return // an incomplete token
			case err == nil && tok.op == opRaster && len(tok.args) != tok.x*tok.y:
				t.Fatalf("picture of %d by %d has %d bytes", tok.x, tok.y, len(tok.args))
			}
			b = b[n:]
		}
	})
}

func FuzzPrinterSurvivesAnyBytes(f *testing.F) {
	f.Add("\x1b@A012\n\x1dVB\x00")
	f.Add("\x1dv0\x00\x48\x00\x18\x00\x1d!\xff\xb0\xa1\n")
	f.Fuzz(func(t *testing.T, data string) {
		if len(data) > 300 {
			return // feeds of paper make long inputs slow
		}
		p := fresh(t, "generic-cn-58")
		feed(t, p, data)
	})
}
