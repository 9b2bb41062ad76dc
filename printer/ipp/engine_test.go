package ipp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hallway/devices"
	"hallway/printer"
)

var doc = printer.Document{Template: "receipt", Lang: "zh-Hans", Blocks: []printer.Block{
	printer.Text{Text: "申请提交回执", Scale: 2, Bold: true, Align: printer.Centre},
	printer.KeyValue{Key: "回执编号", Value: "0417-012-261123-0093-7"}, printer.Cut{},
}}

// journal remembers what an engine stores.
type journal struct {
	steps []string
	ids   []printer.JobID
}

func (j *journal) Intend(_ context.Context, id printer.JobID) error {
	if slices.Contains(j.ids, id) {
		return printer.ErrPrinted
	}
	j.ids = append(j.ids, id)
	j.steps = append(j.steps, "intend")
	return nil
}

func (j *journal) Conclude(_ context.Context, _ printer.JobID, r printer.Result) error {
	j.steps = append(j.steps, r.Outcome.String())
	return nil
}

func (j judge) engine(j2 *journal) *Engine {
	return &Engine{Client: j.client, Journal: j2, Poll: 20 * time.Millisecond, Timeout: patience}
}

func expect(t *testing.T, r printer.Result, o devices.Outcome, why printer.Reason) {
	t.Helper()
	if r.Outcome != o || r.Reason != why {
		t.Errorf("%v because of %q, want %v because of %q: %v", r.Outcome, r.Reason, o, why, r.Err)
	}
}

func TestASheetThatCameOutIsDone(t *testing.T) {
	j, log := startJudge(t, "exit 0"), &journal{}
	e := j.engine(log)
	r := e.Print(t.Context(), printer.Job{ID: "op-1/1", Doc: doc})
	expect(t, r, devices.Done, printer.ReasonNone)
	if sheets := j.spooled(t); r.Proof != ProofCompleted || len(sheets) != 1 || !bytes.HasPrefix(sheets[0], []byte("%PDF-")) || !bytes.Contains(sheets[0], []byte("%%EOF")) {
		t.Errorf("proof %q, %d sheets", r.Proof, len(sheets))
	}
	expect(t, e.Print(t.Context(), printer.Job{ID: "op-1/1", Doc: doc}), devices.NotDone, printer.ReasonJournal)
	if got := strings.Join(log.steps, " "); got != "intend done" || len(j.spooled(t)) != 1 {
		t.Errorf("journal %q, %d sheets", got, len(j.spooled(t)))
	}
}

func TestAPrinterThatFailsIsUnknown(t *testing.T) {
	j, log := startJudge(t, "exit 1"), &journal{}
	expect(t, j.engine(log).Print(t.Context(), printer.Job{ID: "a", Doc: doc}), devices.Unknown, printer.ReasonBroken)
	if got := strings.Join(log.steps, " "); got != "intend unknown" {
		t.Errorf("journal %q", got)
	}
}

// The judge takes the second sheet although it has no paper, and waits; a real
// printer would print it after the refill.
func TestPaperOutIsNamedAndThenNothingIsSent(t *testing.T) {
	j, log := startJudge(t, `echo "STATE: +media-empty" >&2; exit 1`), &journal{}
	e := j.engine(log)
	expect(t, e.Print(t.Context(), printer.Job{ID: "a", Doc: doc}), devices.Unknown, printer.ReasonPaperOut)
	e.Timeout = 3 * time.Second
	expect(t, e.Print(t.Context(), printer.Job{ID: "b", Doc: doc}), devices.Unknown, printer.ReasonPaperOut)
	expect(t, e.Print(t.Context(), printer.Job{ID: "c", Doc: doc}), devices.NotDone, printer.ReasonPaperOut)
	if n, got := len(j.spooled(t)), strings.Join(log.steps, " "); n != 2 || got != "intend unknown intend unknown" {
		t.Errorf("%d sheets, journal %q", n, got)
	}
}

// waiting is a script that ends when the file beside it is there.
const waiting = `while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done`

func TestAPrinterThatNeverEndsIsUnknownInTheEnd(t *testing.T) {
	j, log := startJudge(t, waiting), &journal{}
	e := j.engine(log)
	e.Timeout = 3 * time.Second
	expect(t, e.Print(t.Context(), printer.Job{ID: "a", Doc: doc}), devices.Unknown, printer.ReasonNoProof)
	if err := os.WriteFile(filepath.Join(filepath.Dir(j.spool), "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job's end", func() bool {
		job, err := j.client.Job(within(t), 1)
		return err == nil && job.State == JobCompleted
	})
}

func TestTheCallerCanGiveUp(t *testing.T) {
	j := startJudge(t, waiting)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan printer.Result)
	go func() { done <- j.engine(&journal{}).Print(ctx, printer.Job{ID: "a", Doc: doc}) }()
	eventually(t, "the job", func() bool {
		job, err := j.client.Job(within(t), 1)
		return err == nil && job.State == JobProcessing
	})
	cancel()
	expect(t, <-done, devices.Unknown, printer.ReasonCanceled)
	if err := j.client.Cancel(within(t), 1); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(j.spool), "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job's end", func() bool {
		job, err := j.client.Job(within(t), 1)
		return err == nil && job.State.Ended()
	})
}

func TestAPrinterWithoutPDFRefuses(t *testing.T) {
	j, log := startJudge(t, "exit 0", "-f", "image/pwg-raster"), &journal{}
	err := j.client.Validate(within(t), Sheet{Name: "a"})
	var refused *StatusError
	if !errors.As(err, &refused) || refused.Operation != "Validate-Job" || refused.Status != 0x040a && refused.Status != 0x040b {
		t.Errorf("got %v", err)
	}
	expect(t, j.engine(log).Print(t.Context(), printer.Job{ID: "a", Doc: doc}), devices.NotDone, printer.ReasonBroken)
	if got := strings.Join(log.steps, " "); got != "intend not done" {
		t.Errorf("journal %q", got)
	}
}

func TestTheJudgeAcceptsEveryAttribute(t *testing.T) {
	j := startJudge(t, "exit 0")
	if err := j.client.Validate(within(t), Sheet{Name: "申请书", Copies: 2, Duplex: false}); err != nil {
		t.Error(err)
	}
	s, err := j.client.Status(within(t))
	if err != nil || s.State != Idle || !s.Accepting || s.Fault() != printer.ReasonNone || s.Model == "" ||
		!slices.Contains(s.Formats, "application/pdf") || !slices.Contains(s.Media, "iso_a4_210x297mm") || !slices.Contains(s.Sides, "one-sided") {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := j.client.Job(within(t), 99); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("an unknown job: %v", err)
	}
}

func TestNobodyThereMeansNotDone(t *testing.T) {
	c, err := NewClient("ipp://localhost:"+freePort(t)+"/ipp/print", "kiosk", nil)
	if err != nil {
		t.Fatal(err)
	}
	log := &journal{}
	e := &Engine{Client: c, Journal: log}
	expect(t, e.Print(t.Context(), printer.Job{ID: "a", Doc: doc}), devices.NotDone, printer.ReasonSilent)
	expect(t, e.Print(t.Context(), printer.Job{ID: "a", Doc: printer.Document{}}), devices.NotDone, printer.ReasonDocument)
	if len(log.steps) != 0 {
		t.Errorf("journal %v", log.steps)
	}
}

// idle is the answer of a printer that works.
func idle() []byte {
	r := request{2, 0, 0, 0, 0, 0, 0, 1, 0x04}
	r = r.addNumber(tagEnum, "printer-state", int(Idle))
	return append(r, groupEnd)
}

// A connection that breaks after the sheet left may have printed it.
func TestALineThatBreaksBehindTheSheetIsUnknown(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked > 1 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/ipp")
		_, _ = w.Write(idle()) // the client's test fails when it does not arrive
	}))
	defer server.Close()
	c, err := NewClient(strings.Replace(server.URL, "http:", "ipp:", 1), "kiosk", nil)
	if err != nil {
		t.Fatal(err)
	}
	log := &journal{}
	expect(t, (&Engine{Client: c, Journal: log}).Print(t.Context(), printer.Job{ID: "a", Doc: doc}), devices.Unknown, printer.ReasonSilent)
	if got := strings.Join(log.steps, " "); got != "intend unknown" {
		t.Errorf("journal %q", got)
	}
}

func TestWhatIsNoPrinterIsSaidSo(t *testing.T) {
	for want, handler := range map[string]http.HandlerFunc{
		"which is no printer": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hello", http.StatusOK) },
		"403 Forbidden":       func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) },
		"307":                 func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusTemporaryRedirect) },
		"want at least 9": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/ipp")
			w.WriteHeader(http.StatusOK)
		},
		"no printer-state": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/ipp")
			_, _ = w.Write([]byte{2, 0, 0, 0, 0, 0, 0, 1, groupEnd}) // as above
		},
	} {
		server := httptest.NewServer(handler)
		c, err := NewClient(strings.Replace(server.URL, "http:", "ipp:", 1), "kiosk", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Status(within(t))
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, devices.ErrProtocol) && !errors.Is(err, devices.ErrDenied) {
			t.Errorf("got %v, want %q", err, want)
		}
		server.Close()
	}
}

func TestAddresses(t *testing.T) {
	for uri, want := range map[string]string{
		"ipp://host/ipp/print": "http://host:631/ipp/print", "ipps://host:443/x": "https://host:443/x", "ipp://[::1]/x": "http://[::1]:631/x",
		"http://host/": "", "ipp:///x": "", "host": "", "ipp://a b": "",
	} {
		c, err := NewClient(uri, "kiosk", nil)
		if want == "" && err == nil || want != "" && (err != nil || c.url != want) {
			t.Errorf("%s: %+v, %v", uri, c, err)
		}
	}
}

func TestFaultsAreTheirReasons(t *testing.T) {
	for reason, want := range map[string]printer.Reason{
		"media-empty-error": printer.ReasonPaperOut, "media-jam": printer.ReasonJam, "cover-open-error": printer.ReasonCover,
		"toner-empty-error": printer.ReasonBroken, "media-low-warning": printer.ReasonNone, "toner-empty-warning": printer.ReasonNone,
		"media-empty-report": printer.ReasonNone, "vendor-thing-error": printer.ReasonNone,
	} {
		if got := (Status{State: Idle, Accepting: true, Reasons: []string{reason}}).Fault(); got != want {
			t.Errorf("%s: %q, want %q", reason, got, want)
		}
	}
	if got := (Status{State: Stopped, Accepting: true, Reasons: []string{"media-empty-warning"}}).Fault(); got != printer.ReasonPaperOut {
		t.Errorf("a stopped printer's warning is its reason, got %q", got)
	}
	if got := (Status{State: Idle, Accepting: true, Reasons: []string{"none-report", "media-jam-report"}}).Cause(); got != printer.ReasonJam {
		t.Errorf("a report explains a failed job, got %q", got)
	}
	if got := (Status{State: Stopped, Accepting: true}).Fault(); got != printer.ReasonOffline {
		t.Errorf("got %q", got)
	}
	if got := (Status{State: Idle}).Fault(); got != printer.ReasonOffline {
		t.Errorf("a printer that accepts nothing: %q", got)
	}
}

func TestTheCallersWorkIsRefusedBeforeItIsSent(t *testing.T) {
	c, err := NewClient("ipp://localhost:1/x", "kiosk", nil)
	if err != nil {
		t.Fatal(err)
	}
	var dial *net.OpError
	for _, s := range []Sheet{{Copies: 100}, {Copies: -1}, {Name: strings.Repeat("x", 256)}} {
		if _, err := c.Send(within(t), s); err == nil || errors.As(err, &dial) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
