package sim_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	line "hallway/devices/sim"
	"hallway/idreader"
	"hallway/idreader/sam"
	"hallway/idreader/sam/sim"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a reader on a pipe and returns the host's end.
func serve(t *testing.T, r *sim.Reader) net.Conn {
	t.Helper()
	device, host := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, device) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		host.Close()
		device.Close()
	})
	return host
}

// talk sends one hexadecimal request and returns the frame of the reply, in
// hexadecimal. It reads byte by byte, without the package's own decoder.
func talk(t *testing.T, host net.Conn, request string) string {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(request, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	_ = host.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := host.Write(raw); err != nil {
		t.Fatal(err)
	}
	var frame []byte
	for b := make([]byte, 1); len(frame) < 7 || len(frame) < 7+int(frame[5])<<8+int(frame[6]); {
		if _, err := host.Read(b); err != nil {
			t.Fatal(err)
		}
		frame = append(frame, b...)
	}
	return strings.ToUpper(hex.EncodeToString(frame))
}

const (
	status = "AA AA AA 96 69 00 03 11 FF ED"
	find   = "AA AA AA 96 69 00 03 20 01 22"
	choose = "AA AA AA 96 69 00 03 20 02 21"
	read   = "AA AA AA 96 69 00 03 30 01 32"
)

// Replies as the module's manual prints them.
func TestReaderAnswersTheBytesOfTheManual(t *testing.T) {
	r := sim.New(sim.Options{Split: 3})
	host := serve(t, r)
	for _, step := range []struct{ request, want string }{
		{status, "AAAAAA96690004000090" + "94"},
		{"AA AA AA 96 69 00 03 12 FF EE", "AAAAAA9669001400009005000300250233" + "0187D61200590000008D"},
		{find, "AAAAAA9669000400008084"},
		{choose, "AAAAAA9669000400008185"},
		{read, "AAAAAA9669000400004145"},
		{"AA AA AA 96 69 00 03 30 05 36", "AAAAAA9669000400004145"},
		{"AA AA AA 96 69 00 03 FA F0 09", "AAAAAA9669000400002125"}, // a maker's command
		{"AA AA AA 96 69 00 02 00 02", "AAAAAA9669000400002125"},    // one without PARA
		{"AA AA AA 96 69 00 03 20 01 23" + find, "AAAAAA9669000400008084"},
	} {
		if got := talk(t, host, step.request); got != step.want {
			t.Errorf("%s: got %s, want %s", step.request, got, step.want)
		}
	}
	r.Lay(sim.Specimens()[0].Card)
	if got := talk(t, host, find); got != "AAAAAA9669000800009F00000000"+"97" {
		t.Errorf("card there: %s", got)
	}
	if got := talk(t, host, choose); got != "AAAAAA9669000C0000900000000000000000"+"9C" {
		t.Errorf("card selected: %s", got)
	}
	if got := talk(t, host, read); len(got) != 2*1295 || !strings.HasPrefix(got, "AAAAAA9669050800009001000400205F094E304E") ||
		got[2*270:2*276] != "574C66007E00" {
		t.Errorf("card read: %d bytes, %.60s", len(got)/2, got)
	}
}

func TestReaderAnswersAStepOutOfOrderWithAnError(t *testing.T) {
	r := sim.New(sim.Options{})
	host := serve(t, r)
	r.Lay(sim.Specimens()[0].Card)
	for _, step := range []struct{ request, sw string }{
		{choose, "81"}, {read, "41"}, {find, "9F"}, {read, "41"}, {choose, "90"}, {read, "90"}, {choose, "90"},
	} {
		if got := talk(t, host, step.request); got[18:20] != step.sw {
			t.Errorf("%s: SW %s, want %s", step.request, got[18:20], step.sw)
		}
	}
	r.Lift()
	r.Lay(sim.Specimens()[0].Card)
	if got := talk(t, host, read); got[18:20] != "41" {
		t.Errorf("read of a card that was laid anew: SW %s", got[18:20])
	}
}

func TestChangesAreTold(t *testing.T) {
	r := sim.New(sim.Options{})
	told := make(chan bool, 10)
	r.OnChange(func() { told <- r.Laid() })
	r.Lay(sim.Specimens()[0].Card)
	r.Lift()
	talk(t, serve(t, r), find)
	for _, want := range []bool{true, false, false} {
		if got := <-told; got != want {
			t.Errorf("told that a card lies there: %v, want %v", got, want)
		}
	}
}

func TestCardWithAnAddressTooLongIsRefused(t *testing.T) {
	if _, err := sim.Encode(idreader.Person{Name: "张三丰", Address: strings.Repeat("路", 36)}); err == nil {
		t.Error("no error")
	}
}

func TestDirectivesOfAScriptAreCarriedOut(t *testing.T) {
	r := sim.New(sim.Options{})
	host := serve(t, r)
	script, err := line.ParseScript("card=2; sw=60 cmd=status; answer=junk times=2; sw=24 cmd=find for=1h; answer=garbled cmd=read")
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Unknown(sim.Directives...); err != nil {
		t.Fatal(err)
	}
	for _, d := range script {
		if err := r.Apply(d); err != nil {
			t.Error(err)
		}
	}
	if !r.Laid() {
		t.Error("no card")
	}
	if got := talk(t, host, status); got[18:20] != "60" {
		t.Errorf("status: %s", got)
	}
	if err := r.Apply(line.Directive{Name: "answer", Value: "right"}); err != nil {
		t.Error(err)
	}
	if got := talk(t, host, find); got[18:20] != "9F" {
		t.Errorf("find after answer=right: %s", got)
	}
	if err := r.Apply(line.Directive{Name: "card", Value: "off"}); err != nil || r.Laid() {
		t.Errorf("card=off: %v, laid %v", err, r.Laid())
	}
}

func TestDirectivesThatMakeNoSenseAreRefused(t *testing.T) {
	r := sim.New(sim.Options{})
	for _, text := range []string{
		"card=11", "card=0", "card", "card=1 for=3s", "answer=loud", "answer=late", "answer=silent cmd=sing",
		"answer=silent times=often", "answer=silent colour=red", "sw=xyz", "sw=100", "sw=00", "paper=out",
	} {
		script, err := line.ParseScript(text)
		if err != nil || len(script) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		if err := r.Apply(script[0]); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
	if r.Laid() {
		t.Error("a card lies there")
	}
}

func TestFaultsWearOffByCountAndByTime(t *testing.T) {
	r := sim.New(sim.Options{})
	host := serve(t, r)
	r.Inject(sim.Fault{Status: sam.SWOther, Times: -1, Until: time.Now().Add(-time.Second)})
	r.Inject(sim.Fault{Command: sam.CmdStatus, Status: sam.SWSelfTest, Times: 2})
	var got []string
	for range 3 {
		got = append(got, talk(t, host, status)[18:20])
	}
	if !slices.Equal(got, []string{"60", "60", "90"}) {
		t.Errorf("got %v", got)
	}
}

func TestSpecimensAreSoundAndInvented(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sim.AllSpecimens() {
		r := sim.New(sim.Options{})
		r.Lay(s.Card)
		host := serve(t, r)
		talk(t, host, find)
		talk(t, host, choose)
		frame, err := hex.DecodeString(talk(t, host, read))
		if err != nil {
			t.Fatal(err)
		}
		p, err := sam.DecodeText(frame[14:270])
		if err != nil || len(p.Warnings) != 0 || p.DisplayName() != s.Name || seen[s.Name] {
			t.Errorf("%s: error %v, warnings %v", s.What, err, p.Warnings)
		}
		seen[s.Name] = true
		if p.Address != "" && !strings.Contains(p.Address, "示例路") {
			t.Errorf("%s: the address could be somebody's", s.What)
		}
		if !bytes.Equal(frame[276:1294], make([]byte, 1018)) {
			t.Errorf("%s: there is a picture", s.What)
		}
	}
	if len(seen) != 10 || len(sim.Specimens()) != 6 {
		t.Errorf("%d specimens, %d of them residents", len(seen), len(sim.Specimens()))
	}
}
