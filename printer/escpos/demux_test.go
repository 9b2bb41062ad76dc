package escpos

import (
	"bytes"
	"fmt"
	"testing"

	"hallway/devices"
	"hallway/printer"
	"hallway/printer/internal/engine"
)

// replies runs the stream through the demultiplexer in pieces of n bytes.
func replies(stream []byte, n int) []string {
	var d demux
	var out []string
	for len(stream) > 0 {
		piece := stream[:min(n, len(stream))]
		d.Push(piece, func(r engine.Reply) { out = append(out, fmt.Sprintf("%d:% X", r.Kind, r.Data)) })
		stream = stream[len(piece):]
	}
	return out
}

func TestAnswersAreCutApartByTheirFirstByte(t *testing.T) {
	stream := []byte{
		0x12, 0x32, // two answers to DLE EOT
		0x37, 0x22, 'A', 'B', 'C', 'D', 0, // process id
		0x13, 0x11, // XOFF, XON
		0x14, 0x00, 0x00, 0x0f, // automatic status
		0x03,                      // GS r
		0x5f, 'T', 'M', '-', 0x00, // GS I
		0x39, 0x00, 0x40, 0x00, // extended automatic status
		0xff, // noise
		0x12,
	}
	want := fmt.Sprint([]string{
		"1:12", "1:32", "3:37 22 41 42 43 44", "5:13", "5:11", "2:14 00 00 0F", "4:03", "3:5F 54 4D 2D", "3:39 00 40 00", "0:FF", "1:12",
	})
	for n := 1; n <= len(stream); n++ {
		if got := fmt.Sprint(replies(stream, n)); got != want {
			t.Errorf("pieces of %d: got  %s\nwant %s", n, got, want)
		}
	}
}

func TestABrokenBlockSwallowsNoAnswerBehindIt(t *testing.T) {
	got := replies([]byte{0x5f, 'T', 'M', 0x12}, 4)
	if last := got[len(got)-1]; last != "1:12" {
		t.Errorf("got %v", got)
	}
	long := append([]byte{0x5f}, bytes.Repeat([]byte{'x'}, 2*maxBlock)...)
	if got := replies(long, 7); len(got) == 0 || got[0] != "0:5F" {
		t.Errorf("a block without end is noise, got %v", got)
	}
}

func TestAutomaticStatusIsFoundAgainAfterGarbage(t *testing.T) {
	asb := []byte{0x18, 0x00, 0x0c, 0x0f}
	for b := range 256 {
		stream := append([]byte{byte(b)}, bytes.Repeat(asb, 3)...)
		got := replies(stream, 3)
		if last := got[len(got)-1]; last != "2:18 00 0C 0F" {
			t.Errorf("after %02X: got %v", b, got)
		}
	}
}

func FuzzDemuxLosesNoByteAndKeepsLittle(f *testing.F) {
	f.Add([]byte{0x12, 0x37, 0x22, '0', '0', '0', '1', 0, 0x14, 0, 0, 0x0f}, 3)
	f.Add([]byte{0x5f, 0x5f, 0x5f, 0x12}, 1)
	f.Fuzz(func(t *testing.T, stream []byte, n int) {
		n = max(n%64, 1)
		var d demux
		got := 0
		for rest := stream; len(rest) > 0; {
			piece := rest[:min(n, len(rest))]
			d.Push(piece, func(r engine.Reply) {
				got += len(r.Data)
				if r.Kind == replyBlock && r.Data[0] != extendedASB {
					got++ // the final 00
				}
			})
			rest = rest[len(piece):]
			if len(d.pending) > maxBlock+1 {
				t.Fatalf("%d bytes are kept", len(d.pending))
			}
		}
		if got+len(d.pending) != len(stream) {
			t.Errorf("%d of %d bytes came out, %d are kept", got, len(stream), len(d.pending))
		}
	})
}

func TestStatusBitsBecomeConditions(t *testing.T) {
	ok := statusBits{0x12, 0x12, 0x12, 0x12}
	for name, c := range map[string]struct {
		change    func(*statusBits)
		activeLow bool
		want      string
	}{
		"nothing":              {func(*statusBits) {}, false, "[]"},
		"drawer":               {func(s *statusBits) { s[0] = 0x16 }, false, "[]"},
		"cover":                {func(s *statusBits) { s[0], s[1] = 0x1a, 0x16 }, false, "[{cover-open true}]"},
		"paper end":            {func(s *statusBits) { s[0], s[1], s[3] = 0x1a, 0x32, 0x7e }, false, "[{paper-out true}]"},
		"paper end by sensor":  {func(s *statusBits) { s[3] = 0x72 }, false, "[{paper-out true}]"},
		"near end":             {func(s *statusBits) { s[3] = 0x1e }, false, "[{paper-low false}]"},
		"near end, active low": {func(*statusBits) {}, true, "[{paper-low false}]"},
		"full, active low":     {func(s *statusBits) { s[3] = 0x1e }, true, "[]"},
		"cutter":               {func(s *statusBits) { s[0], s[1], s[2] = 0x1a, 0x52, 0x1a }, false, "[{cutter true}]"},
		"jam":                  {func(s *statusBits) { s[2] = 0x16 }, false, "[{paper-jam true}]"},
		"broken":               {func(s *statusBits) { s[2] = 0x32 }, false, "[{printer-error true}]"},
		"head hot":             {func(s *statusBits) { s[2] = 0x52 }, false, "[{head-hot true}]"},
		"offline, no cause":    {func(s *statusBits) { s[0] = 0x1a }, false, "[{offline true}]"},
		"feed button":          {func(s *statusBits) { s[1] = 0x1a }, false, "[]"},
		"cover and low paper":  {func(s *statusBits) { s[1], s[3] = 0x16, 0x1e }, false, "[{cover-open true} {paper-low false}]"},
	} {
		s := ok
		c.change(&s)
		p := printer.Profile{Deviations: printer.Deviations{NearEndActiveLow: c.activeLow}}
		got := s.conditions(p)
		if text := fmt.Sprint(got); text != c.want && !(len(got) == 0 && c.want == "[]") {
			t.Errorf("%s: got %s, want %s", name, text, c.want)
		}
	}
}

func firstFault(conditions []devices.Condition) printer.Reason {
	for _, c := range conditions {
		if c.Fault {
			return printer.Reason(c.Code)
		}
	}
	return printer.ReasonNone
}

func TestAutomaticStatusSaysTheSameAsRequests(t *testing.T) {
	for want, b := range map[printer.Reason][]byte{
		printer.ReasonNone:     {0x10, 0, 0, 0x0f},
		printer.ReasonCover:    {0x38, 0, 0, 0x0f},
		printer.ReasonPaperOut: {0x18, 0, 0x0f, 0x0f},
		printer.ReasonCutter:   {0x18, 0x08, 0, 0x0f},
		printer.ReasonHot:      {0x18, 0x40, 0, 0x0f},
		printer.ReasonBroken:   {0x18, 0x20, 0, 0x0f},
		printer.ReasonJam:      {0x18, 0x04, 0, 0x0f},
		printer.ReasonOffline:  {0x18, 0, 0, 0x0f},
	} {
		if got := firstFault(pushed(b).conditions(printer.Profile{})); got != want {
			t.Errorf("% X: got %q, want %q", b, got, want)
		}
	}
	low := pushed([]byte{0x10, 0, 0x03, 0x0f}).conditions(printer.Profile{})
	if len(low) != 1 || low[0] != (devices.Condition{Code: CodePaperLow}) {
		t.Errorf("near end: %v", low)
	}
}
