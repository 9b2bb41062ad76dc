package detect

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask asks a simulated model.
func ask(t *testing.T, model string) (a Answers, paper *sim.Printer) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m, err := sim.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		paper = sim.New(sim.Options{Model: m})
		line := devsim.NewMemory("paper")
		served := make(chan error, 1)
		go func() { served <- paper.Serve(context.Background(), line) }()
		conn, err := line.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if a, err = Ask(t.Context(), conn); err != nil {
			t.Error(err)
		}
		if err := errors.Join(conn.Close(), line.Close(), <-served); err != nil {
			t.Error(err)
		}
	})
	return a, paper
}

func TestEveryModelIsFoundByItsAnswers(t *testing.T) {
	for model, c := range map[string]struct {
		profile string
		proof   printer.Proof
	}{
		"tm-t82iii":      {"epson-tm-t82", printer.ProofProcessID},
		"tm-t88vi":       {"epson-tm-t88", printer.ProofProcessID},
		"generic-cn-80":  {"generic-cn-80", printer.ProofPaper},
		"generic-cn-58":  {"generic-cn-80", printer.ProofPaper},
		"vkp80":          {"custom-vkp80", printer.ProofPaper},
		"bt-t080":        {"snbc-bt-t080", printer.ProofPaper},
		"xp-80":          {"xprinter-80", printer.ProofPaper},
		"star-emulation": {"star-escpos", printer.ProofPaper},
		"star-line":      {"star-line", printer.ProofETB},
		"writer-only":    {"writer-only", printer.ProofNone},
	} {
		a, paper := ask(t, model)
		p, notes, err := a.Draft("", "draft")
		if err != nil {
			t.Errorf("%s: %v", model, err)
			continue
		}
		if !strings.HasPrefix(notes[0], "begins as "+c.profile+":") || p.Proof != c.proof {
			t.Errorf("%s: %s, proof %s; want %s, %s", model, notes[0], p.Proof, c.profile, c.proof)
		}
		if len(paper.Tickets()) != 0 || paper.Printing() {
			t.Errorf("%s: the questions printed", model)
		}
		text, err := p.TOML()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := printer.ParseProfile(text); err != nil {
			t.Errorf("%s: the draft cannot be read: %v\n%s", model, err, text)
		}
	}
}

func TestTheUSBIdDecidesWhenThePrinterDoesNotSayItsName(t *testing.T) {
	a := Answers{Status: [4]int{0x12, 0x12, 0x12, 0x12}, Type: -1}
	list, err := a.Candidates("0519:0003")
	if err != nil || list[0].Profile != "star-escpos" {
		t.Errorf("%v, %v", list, err)
	}
}

func TestTheDraftSaysWhatThePrinterAnswers(t *testing.T) {
	a := Answers{Status: [4]int{0x12, 0x16, 0x12, 0x1e}, Type: 0, Font: "CHINA GB18030", Mouth: true,
		Identity: devices.Identity{Maker: "EPSON", Model: "TM-T88VI"}}
	p, notes, err := a.Draft("", "mine")
	if err != nil {
		t.Fatal(err)
	}
	if p.Proof != printer.ProofStatus || p.Cut != printer.CutNone || p.Status.Push || p.Name != "EPSON TM-T88VI" {
		t.Errorf("%+v", p)
	}
	for _, want := range []string{"proof = eot", "cut = none", "status.push = false", "presenter", "UNCONFIRMED"} {
		if !strings.Contains(strings.Join(notes, "\n"), want) {
			t.Errorf("no note about %s in %q", want, notes)
		}
	}
	if got := strings.Join(a.Conditions(), " "); got != "cover-open paper-low" {
		t.Errorf("conditions %s", got)
	}
}

func TestTheProbePageIsFramed(t *testing.T) {
	for _, id := range []string{"generic-cn-58", "generic-cn-80", "epson-tm-t88"} {
		p, err := printer.LoadProfile(id)
		if err != nil {
			t.Fatal(err)
		}
		b, parts, err := Page(p)
		if err != nil || len(parts) != 8 {
			t.Fatalf("%d parts, %v", len(parts), err)
		}
		if _, err := printertest.Tokens(b); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte{0x12, 0x5f, 'T', 'M', 0, 0x10, 0x0f, 0, 0, 0, 0, 0x14, 0, 0, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, find := range []func([]byte) int{block("\x5f"), block("\x37\x22PRB0"), custom, report} {
			for rest := b; len(rest) > 0; rest = rest[1:] {
				if n := find(rest); n > len(rest) || n < -1 {
					t.Fatalf("length %d of %d", n, len(rest))
				}
			}
		}
	})
}

func TestComplaint12NotRecognisedAfterAnUpdateAndNoLog(t *testing.T) {
	a := Answers{Status: [4]int{0x12, 0x12, 0x12, 0x12}, Type: 3, Process: true, Push: true,
		Identity: devices.Identity{Maker: "EPSON", Model: "TM-T88VII", Firmware: "99.99 ESC/POS"}}
	list, err := a.Candidates("04b8:ffff") // new firmware, new USB id
	if err != nil || list[0].Profile != "epson-tm-t88" || list[0].Why != "model TM-T88VII, maker EPSON" {
		t.Errorf("%+v, %v", list, err)
	}
}
