package hidport

import (
	"bytes"
	"testing"
)

func TestPiecesAreJoinedToReports(t *testing.T) {
	for name, c := range map[string]struct {
		packet, report int
		lengths        []int // of the reports
	}{
		"one packet a report":         {64, 64, []int{64, 64}},
		"low speed, eight a report":   {8, 64, []int{64, 64, 64}},
		"four packets a report":       {64, 256, []int{256, 256}},
		"last packet is short":        {64, 100, []int{100, 100}},
		"shorter numbered report":     {64, 256, []int{10, 256, 70}},
		"boot keyboard":               {8, 8, []int{8, 8}},
		"report length is too small":  {64, 32, []int{64}},
		"report larger than promised": {8, 64, []int{64, 8}},
	} {
		j := joiner{packet: c.packet, report: c.report}
		for i, length := range c.lengths {
			report := bytes.Repeat([]byte{byte(i + 1)}, length)
			var got []byte
			for rest := report; len(rest) > 0; {
				n := min(c.packet, len(rest))
				if got != nil {
					t.Fatalf("%s: report %d ended after %d bytes", name, i, len(got))
				}
				got = j.add(rest[:n])
				rest = rest[n:]
			}
			if got == nil && i == len(c.lengths)-1 && name == "report larger than promised" {
				continue // waits for more: only the option can be wrong
			}
			if !bytes.Equal(got, report) {
				t.Errorf("%s: report %d: got % X", name, i, got)
			}
		}
	}
}

func FuzzJoiner(f *testing.F) {
	f.Add(8, 64, []byte("some bytes of a device"), uint8(8))
	f.Fuzz(func(t *testing.T, packet, report int, data []byte, piece uint8) {
		if packet < 1 || packet > 1024 || report < 1 || report > 4096 {
			return
		}
		j := joiner{packet: packet, report: report}
		var got []byte
		for rest := data; len(rest) > 0; {
			n := min(1+int(piece)%packet, len(rest))
			whole := j.add(rest[:n])
			if len(whole) >= report+packet || len(j.part) >= report {
				t.Fatalf("report of %d bytes, %d kept", len(whole), len(j.part))
			}
			got, rest = append(got, whole...), rest[n:]
		}
		if got = append(got, j.part...); !bytes.Equal(got, data) {
			t.Fatalf("got % X of % X", got, data)
		}
	})
}
