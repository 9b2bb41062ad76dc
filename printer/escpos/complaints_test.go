package escpos

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hallway/devices"
	"hallway/devices/serialport"
	devsim "hallway/devices/sim"
	"hallway/devices/tcpport"
	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

// The tests of this file are named after what users of other printing libraries
// complain about, number by number. Number 12 is in package detect.

func tokens(t *testing.T, p printer.Profile, blocks ...printer.Block) []printertest.Token {
	t.Helper()
	b, err := Encode(printer.Document{Blocks: append(blocks, printer.Cut{})}, p)
	if err != nil {
		t.Fatal(err)
	}
	out, err := printertest.Tokens(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// written is the text tokens of a stream.
func written(list []printertest.Token) string {
	var out []string
	for _, tok := range list {
		if tok.Name == "text" {
			out = append(out, string(tok.Data))
		}
	}
	return strings.Join(out, "\n")
}

func TestComplaint01ChinesePrintsAsQuestionMarks(t *testing.T) {
	for name, p := range variants(t) {
		got := written(tokens(t, p, printer.Text{Text: "社会保障窗口 张伟"}, printer.KeyValue{Key: "姓名", Value: "王镕"}))
		if strings.Contains(got, "?") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestComplaint02GB18030IsNotOneThing(t *testing.T) {
	p := load(t, "generic-cn-80")
	for set, native := range map[charset.Set]bool{charset.ASCII: false, charset.GB2312: false, charset.GBK: true, charset.GB18030: true} {
		p.Text.Charset = set
		if got := written(tokens(t, p, printer.Text{Text: "陈堃"})); (got == "\xb3\xc2\x88\xd2") != native || !native && got != "" {
			t.Errorf("%s: %q", set, got)
		}
	}
}

func TestComplaint03TheYenSignBecomes06(t *testing.T) {
	for _, set := range []charset.Set{charset.GB2312, charset.GBK, charset.GB18030} {
		p := load(t, "generic-cn-80")
		p.Text.Charset = set
		if got := written(tokens(t, p, printer.Text{Text: "费用 ¥12"})); !strings.Contains(got, "\xa3\xa412") || strings.Contains(got, "\x81\x30") {
			t.Errorf("%s: % X", set, got)
		}
	}
}

func TestComplaint04SuccessIsReportedWithoutPaperAndAllPrintsAfterTheRefill(t *testing.T) {
	m := start(t, load(t, "generic-cn-80"), sim.Options{})
	m.sim.SetPaper(0)
	expect(t, m.Print(t.Context(), slip(t)), devices.NotDone, printer.ReasonPaperOut)
	m.sim.SetPaper(50_000)
	if _, err := m.Check(t.Context()); err != nil { // answered behind whatever was buffered
		t.Fatal(err)
	}
	if m.sim.Printing() || len(m.sim.Tickets()) > 0 {
		t.Error("the refused ticket comes out after the refill")
	}
}

func TestComplaint05DuplicateTicketsAfterATimeout(t *testing.T) {
	t.Parallel()
	m := start(t, impatient(t), sim.Options{})
	whenPrinted(m.sim, 200, func() { m.sim.SetPower(false) })
	expect(t, m.Print(t.Context(), slip(t)), devices.Unknown, printer.ReasonNoProof)
	m.sim.SetPower(true)
	for range 3 {
		r := m.Print(t.Context(), slip(t))
		expect(t, r, devices.NotDone, printer.ReasonJournal)
		if !errors.Is(r.Err, printer.ErrPrinted) {
			t.Error(r.Err)
		}
	}
}

func TestComplaint06PaperAndCoverCannotBeKnown(t *testing.T) {
	m := start(t, load(t, "generic-cn-58"), sim.Options{Paper: 100})
	m.sim.SetCover(true)
	got, err := m.Check(t.Context())
	if err != nil || len(got) != 2 || got[0].Code != CodeCover || got[1].Code != CodePaperLow {
		t.Errorf("%v, %v", got, err)
	}
}

func TestComplaint07ImagesAreFollowedByGarbage(t *testing.T) {
	p := bulky(load(t, "generic-cn-80"))
	for _, at := range []int64{2000, 2600, 3333, 4444} { // inside pictures
		s := sim.New(sim.Options{Model: sim.ModelOf(p)})
		conn := connect(t, s)
		conn.limit = at
		j := &journal{}
		first, err := Open(t.Context(), conn, p, j)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, first.Print(t.Context(), big(t)), devices.Unknown, printer.ReasonSilent)
		_ = first.Close()
		<-conn.over
		second, err := Open(t.Context(), connect(t, s), p, j)
		if err != nil {
			t.Fatal(err)
		}
		job := big(t)
		job.ID = "op-2/2"
		expect(t, second.Print(t.Context(), job), devices.Done, printer.ReasonNone)
		if errs := s.Errors(); len(errs) > 0 {
			t.Errorf("cut at byte %d: %v", at, errs)
		}
		_ = second.Close()
	}
}

func TestComplaint08MissingCutOrCutThroughText(t *testing.T) {
	for name, p := range variants(t) {
		list := tokens(t, p, printer.Text{Text: "号码 A012", Scale: 2})
		for i, tok := range list {
			if tok.Name == "GS V" && (i == 0 || list[i-1].Name != "LF" && list[i-1].Name != "ESC J") {
				t.Errorf("%s: %s stands before the cut", name, list[i-1].Name)
			}
		}
		if cuts := strings.Count(join(list), "GS V"); cuts != map[bool]int{true: 0, false: 1}[p.Cut == printer.CutNone] {
			t.Errorf("%s: %d cuts", name, cuts)
		}
	}
}

func join(list []printertest.Token) string {
	var names []string
	for _, tok := range list {
		names = append(names, tok.Name)
	}
	return strings.Join(names, ",")
}

func TestComplaint09NoPermissionIsSilent(t *testing.T) {
	pty, err := devsim.OpenPTY(filepath.Join(t.TempDir(), "printer"))
	if err != nil {
		t.Fatal(err)
	}
	defer pty.Close()
	node, err := filepath.EvalSymlinks(pty.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(node, 0); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() { // root may open everything; as nobody, this thread may not, and ends with its goroutine
		runtime.LockOSThread()
		if os.Getuid() == 0 {
			if err := unix.Setfsuid(65534); err != nil {
				opened <- err
				return
			}
		}
		_, err := serialport.Open(context.Background(), node, 9600)
		opened <- err
	}()
	if err := <-opened; !errors.Is(err, devices.ErrDenied) || !strings.Contains(err.Error(), node) {
		t.Errorf("got %v", err)
	}
}

func TestComplaint10ResourceBusyWithoutAName(t *testing.T) {
	pty, err := devsim.OpenPTY(filepath.Join(t.TempDir(), "printer"))
	if err != nil {
		t.Fatal(err)
	}
	defer pty.Close()
	owner, err := serialport.Open(t.Context(), pty.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if _, err := serialport.Open(t.Context(), pty.Name(), 9600); !errors.Is(err, devices.ErrBusy) || !strings.Contains(err.Error(), pty.Name()) {
		t.Errorf("got %v", err)
	}
}

func TestComplaint11NetworkPrinterThatIsTakenHangsForMinutes(t *testing.T) {
	line, err := devsim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := load(t, "generic-cn-80")
	s := sim.New(sim.Options{Model: sim.ModelOf(p)})
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background(), line) }()
	defer func() {
		if err := errors.Join(line.Close(), <-served); err != nil {
			t.Error(err)
		}
	}()
	address := strings.TrimPrefix(line.Name(), "tcp:")
	owner, err := tcpport.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	first, err := Open(t.Context(), owner, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	patience, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	guest, err := tcpport.Open(patience, address)
	if err == nil { // the kernel accepts for a printer that does not
		_, err = Open(patience, guest, p, nil)
	}
	if !errors.Is(err, devices.ErrSilent) || patience.Err() != nil {
		t.Errorf("got %v, %v", err, patience.Err())
	}
}

func TestComplaint13WholeBitmapTicketsAreSlow(t *testing.T) {
	doc := documents(t, "zh-Hans")["queue"]
	p := load(t, "generic-cn-80")
	b, err := Encode(doc, p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := prepare(doc, p)
	if err != nil {
		t.Fatal(err)
	}
	if whole := e.rows * p.Geometry.Dots / 8; len(b)*20 > whole {
		t.Errorf("%d bytes, the whole bitmap has %d", len(b), whole)
	}
}

func TestComplaint14OtherScriptsAreDrawnOrRefusedByName(t *testing.T) {
	for _, text := range []string{"مرحبا", "สวัสดี", "Ünlü", "བཀྲ་ཤིས"} {
		b, err := Encode(printer.Document{Blocks: []printer.Block{printer.Text{Text: text}, printer.Cut{}}}, load(t, "generic-cn-80"))
		var missing *charset.MissingError
		switch {
		case err == nil && (bytes.ContainsRune(b, '?') || !bytes.Contains(b, []byte("\x1dv0"))):
			t.Errorf("%s: neither drawn nor refused: %q", text, b)
		case err != nil && (!errors.As(err, &missing) || len(missing.Runes) == 0):
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestComplaint15CommandsDifferBetweenClones(t *testing.T) {
	doc := documents(t, "zh-Hans")["queue"]
	print := func(p printer.Profile) sim.Ticket {
		m := start(t, p, sim.Options{})
		if r := m.Print(t.Context(), printer.Job{ID: "op/1", Doc: doc}); r.Err != nil {
			t.Fatal(r.Err)
		}
		slip, ok := m.sim.Take()
		if !ok {
			t.Fatal("no ticket")
		}
		return slip
	}
	base := load(t, "generic-cn-80")
	want := print(base)
	for name, deviate := range map[string]func(*printer.Deviations){
		"ESC J is ignored":            func(d *printer.Deviations) { d.IgnoresFeed = true },
		"GS V 66 does not feed":       func(d *printer.Deviations) { d.SwallowsPartial = true },
		"LF behind a picture is lost": func(d *printer.Deviations) { d.EatsLineFeed = true },
		"near end is active low":      func(d *printer.Deviations) { d.NearEndActiveLow = true },
	} {
		p := base
		deviate(&p.Deviations)
		got := print(p)
		if n := differences(want.Image, got.Image); n > 0 || got.Text != want.Text {
			t.Errorf("%s: %d dots differ", name, n)
		}
	}
}
