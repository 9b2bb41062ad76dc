package lpport

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"hallway/devices"
)

// framed puts the length in front of a device id and pads it as the kernel does.
func framed(text string) []byte {
	b := append(binary.BigEndian.AppendUint16(nil, uint16(len(text)+2)), text...)
	return append(b, make([]byte, 1024-len(b))...)
}

func TestDeviceIDIsReadWithShortAndLongKeys(t *testing.T) {
	for text, want := range map[string]ID{
		"MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;CLS:PRINTER;SN:J7;":                {Maker: "EPSON", Model: "TM-T88V", Command: "ESC/POS", Serial: "J7"},
		"MANUFACTURER: Gainscha ;COMMAND SET:ESC;MODEL:GP-L80;SERIALNUMBER:1": {Maker: "Gainscha", Model: "GP-L80", Command: "ESC", Serial: "1"},
		"mfg:a;no value;:no key;;mdl:b:c":                                     {Maker: "a", Model: "b:c"},
	} {
		want.Text = text
		if got, err := parseID(framed(text)); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestDeviceIDThatIsNoneIsNoStatus(t *testing.T) {
	if _, err := parseID(make([]byte, 1024)); !errors.Is(err, devices.ErrNoStatus) {
		t.Errorf("zeros: %v", err)
	}
	if _, err := parseID([]byte{1}); !errors.Is(err, devices.ErrProtocol) {
		t.Errorf("one byte: %v", err)
	}
	if got, err := parseID([]byte("\xFF\xFFMFG:x;")); err != nil || got.Maker != "x" {
		t.Errorf("a length that is too long: %+v, %v", got, err)
	}
}

func FuzzDeviceID(f *testing.F) {
	f.Add(framed("MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;"))
	f.Add([]byte{0, 1, 2})
	f.Fuzz(func(t *testing.T, answer []byte) {
		id, err := parseID(answer)
		if err != nil {
			return
		}
		for _, field := range []string{id.Maker, id.Model, id.Command, id.Serial} {
			if !strings.Contains(id.Text, field) {
				t.Fatalf("%q is not in %q", field, id.Text)
			}
		}
	})
}
