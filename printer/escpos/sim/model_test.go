package sim

import (
	"strings"
	"testing"
)

func model(t *testing.T, name string) *Printer {
	t.Helper()
	return fresh(t, name)
}

func TestEveryModelAnswersLikeItsManual(t *testing.T) {
	for name, c := range map[string]struct{ ask, want string }{
		"tm-t82iii":      {"\x10\x04\x01\x1dIB\x1dIC\x1dIE\x1dI\x02\x1d(H\x06\x0000ABCD\x1dr\x01", "\x12_EPSON\x00_TM-T82III\x00_CHINA GB18030\x00\x03\x37\x22ABCD\x00\x00"},
		"tm-t88vi":       {"\x1da\xff", "\x10\x00\x00\x0f"},
		"generic-cn-80":  {"\x10\x04\x04\x1dr1", "\x12\x00"},
		"generic-cn-58":  {"\x10\x04\x02\x1dI\x01", "\x12\x20"},
		"vkp80":          {"\x10\x04\x14", "\x10\x0f\x00\x00\x00\x00"},
		"bt-t080":        {"\x10\x04\x03\x1dIC", "\x12_BT-T080\x00"},
		"xp-80":          {"\x1dIB\x1dID", "_XPRINTER\x00"},
		"star-emulation": {"\x10\x04\x01\x1dIC", "\x12_TSP654II\x00"},
		"star-line":      {"\x1b\x06\x01", "\x23\x06\x00\x00\x00\x00\x00\x00\x00"},
		"star-tup":       {"\x1b\x1eE\x00\x17\x17\x17\x1b\x1ea\x01", "\x23\x06\x00\x00\x00\x00\x00\x06\x00"},
		"writer-only":    {"\x10\x04\x01\x1dIC\x1dr\x01", ""},
	} {
		p := model(t, name)
		if got := ask(t, p, c.ask, len(c.want)); got != c.want || complaints(p) != "" {
			t.Errorf("%s: got % X, want % X; %s", name, got, c.want, complaints(p))
		}
	}
	if len(Models()) != 11 {
		t.Errorf("%v", Models())
	}
}

func TestFaultsAreReportedInEveryByteOfTheManual(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*Printer)
		want  string
	}{
		"cover":   {func(p *Printer) { p.SetCover(true) }, "\x1a\x16\x12\x12"},
		"paper":   {func(p *Printer) { p.SetPaper(0) }, "\x1a\x32\x12\x7e"},
		"cutter":  {func(p *Printer) { p.SetCutterJam(true) }, "\x1a\x52\x1a\x12"},
		"hot":     {func(p *Printer) { p.SetHeadHot(true) }, "\x1a\x52\x52\x12"},
		"offline": {func(p *Printer) { p.SetOffline(true) }, "\x1a\x12\x12\x12"},
		"low":     {func(p *Printer) { p.SetPaper(100) }, "\x12\x12\x12\x1e"},
	} {
		p := model(t, "tm-t82iii")
		c.fault(p)
		p.mu.Lock()
		got := string([]byte{p.status(1), p.status(2), p.status(3), p.status(4)})
		p.mu.Unlock()
		if got != c.want {
			t.Errorf("%s: got % X, want % X", name, got, c.want)
		}
	}
}

func TestDLEENQ2ClearsTheBufferOnlyInAnError(t *testing.T) {
	p := model(t, "tm-t82iii")
	feed(t, p, "A\n\x10\x05\x02B\n")
	if p.Length() != 112+60 {
		t.Errorf("a printer without an error threw lines away: %d rows", p.Length())
	}
	p.SetCutterJam(true)
	served(t, p, "C\n\x10\x05\x02")
	p.SetCutterJam(false)
	feed(t, p, "D\n")
	if got := p.Length() - 112 - 60; got != 30 {
		t.Errorf("%d rows behind the error, want the 30 of the line sent afterwards", got)
	}
}

// served serves bytes that a stopped printer does not print.
func served(t *testing.T, p *Printer, data string) {
	t.Helper()
	p.mu.Lock()
	want := p.received + len(data)
	p.mu.Unlock()
	serveUntil(t, p, data, 0, func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.received == want })
}

func TestDLEDC4ClearsTheBufferAndSaysSo(t *testing.T) {
	p := model(t, "tm-t82iii")
	p.SetCover(true)
	got := serveUntil(t, p, "A\n\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", 3, func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.epoch == 1 })
	p.SetCover(false)
	feed(t, p, "")
	if got != "\x37\x25\x00" || p.Length() != 112 {
		t.Errorf("got % X, %d rows", got, p.Length())
	}
}

func TestGraphicsAndCodesOfTheManual(t *testing.T) {
	for data, rows := range map[string]int{
		"\x1d(L\x0c\x000p0\x01\x011\x08\x00\x02\x00ab\x1d(L\x02\x0002":                                    2,
		"\x1d8L\x0c\x00\x00\x000p0\x02\x021\x08\x00\x02\x00ab\x1d(L\x02\x0002":                            4,
		"\x1dv0\x03\x01\x00\x02\x00ab":                                                                    4,
		"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E1\x1d(k\x06\x001P0A12\x1d(k\x03\x001Q0": 21 * 4,
	} {
		p := model(t, "tm-t82iii")
		feed(t, p, data)
		if got := p.Length() - 112; got != rows || complaints(p) != "" {
			t.Errorf("%q: %d rows, want %d; %s", data, got, rows, complaints(p))
		}
	}
}

func TestPowerCutAtAByteLosesTheRest(t *testing.T) {
	m, err := LoadModel("tm-t82iii")
	if err != nil {
		t.Fatal(err)
	}
	p := New(Options{Model: m, CutAt: 3})
	serveUntil(t, p, "A\nB\n", 0, func() bool { return p.Received() == 4 })
	if !p.Off() || p.Length() > 112+30 {
		t.Errorf("off %v, %d rows", p.Off(), p.Length())
	}
}

func TestAModelThatDoesNotExistNamesThoseThatDo(t *testing.T) {
	if _, err := LoadModel("tm-x"); err == nil || !strings.Contains(err.Error(), "vkp80") {
		t.Errorf("got %v", err)
	}
}

func TestFourBytesAndUTF8AreCharacters(t *testing.T) {
	m, err := LoadModel("generic-cn-80")
	if err != nil {
		t.Fatal(err)
	}
	m.Charset = "gb18030-4"
	p := New(Options{Model: m})
	feed(t, p, "\x81\x39\xee\x39\n") // U+3400
	m.Charset = "utf8"
	u := New(Options{Model: m})
	feed(t, u, "\x1c(C\x02\x000\x02号A\n")
	feed(t, u, "\n")
	if complaints(p)+complaints(u) != "" || p.strip.lines[0].text != "㐀" || u.strip.lines[0].text != "号A" {
		t.Errorf("%v %v; %s", p.strip.lines, u.strip.lines, complaints(p)+complaints(u))
	}
}
