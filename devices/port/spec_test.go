package port_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"hallway/devices/port"
)

func TestSpecSaysWhichPortIsMeant(t *testing.T) {
	for text, want := range map[string]port.Spec{
		"usb:1-1.3:1.0":                {Form: port.ByUSB, Name: "1-1.3:1.0"},
		"usb:1-1:1.0+3":                {Form: port.ByUSB, Name: "1-1:1.0", Line: 3},
		"uart:ttymxc1":                 {Form: port.ByUART, Name: "ttymxc1"},
		"id:0400:c35a":                 {Form: port.ByID, Vendor: 0x0400, Product: 0xC35A, Interface: port.AnyInterface},
		"id:0400:c35a/1":               {Form: port.ByID, Vendor: 0x0400, Product: 0xC35A, Interface: 1},
		"id:0403:6001:A50285BI":        {Form: port.ByID, Vendor: 0x0403, Product: 0x6001, Serial: "A50285BI", Interface: port.AnyInterface},
		"id:0403:6001:A9%2F2%20%231/0": {Form: port.ByID, Vendor: 0x0403, Product: 0x6001, Serial: "A9/2 #1"},
		"id:0403:6001:A:B":             {Form: port.ByID, Vendor: 0x0403, Product: 0x6001, Serial: "A:B", Interface: port.AnyInterface},
		"/dev/kiosk/printer":           {Form: port.ByPath, Name: "/dev/kiosk/printer"},
		"tcp:192.0.2.7:9100":           {Form: port.ByTCP, Name: "192.0.2.7:9100"},
		"tcp:[2001:db8::1]:9100":       {Form: port.ByTCP, Name: "[2001:db8::1]:9100"},
	} {
		got, err := port.Parse(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
		if got.String() != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
	upper, err := port.Parse("id:0400:C35A")
	if err != nil || upper.String() != "id:0400:c35a" {
		t.Errorf("capital digits: %v, %v", upper, err)
	}
}

func TestSpecWithMistakesSaysWhatToWrite(t *testing.T) {
	for text, say := range map[string]string{
		"":                          "no port named",
		"COM3":                      "unknown form",
		"ttyS1":                     "use usb:1-1.3:1.0, uart:ttyS1",
		"serial:1-1.2:1.0":          "this is how a list names a port",
		"usb:1-1.3":                 "the interface is missing, use usb:1-1.3:1.0",
		"usb:":                      "use usb:1-1.3:1.0",
		"usb:01-1:1.0":              "use usb:1-1.3:1.0",
		"usb:1-0:1.0":               "use usb:1-1.3:1.0",
		"usb:1-1.2.3.4.5.6.7.8:1.0": "use usb:1-1.3:1.0",
		"usb:1-1:1.0+0":             "use +1 for the second",
		"usb:1-1:1.0+":              "use +1 for the second",
		"uart:":                     "use uart:ttyS1",
		"uart:../ttyS1":             "use uart:ttyS1",
		"uart:ttyUSB0":              "moves when it is plugged in, use usb:",
		"uart:ttyACM0":              "moves when it is plugged in, use usb:",
		"id:400:c35a":               "four hex digits each, use id:0400:c35a",
		"id:0400":                   "four hex digits each",
		"id:0400:c35a:":             "leave the colon out",
		"id:0400:c35a:%zz":          "as the list shows it",
		"id:0400:c35a:%00":          "as the list shows it",
		"id:0400:c35a/":             "no interface number after /",
		"id:0400:c35a/256":          "use 0 to 255",
		"id:0400:c35a/01":           "use 0 to 255",
		"id:0400:c35a:A/B":          "%2F for a / in a serial",
		"/dev/tty\x00S1":            "use a path such as /dev/ttyS1",
		"/dev/\xFF":                 "use a path such as /dev/ttyS1",
		"tcp:":                      "use tcp:host:9100",
		"tcp:printer":               "use tcp:host:9100",
		"tcp::9100":                 "use tcp:host:9100",
		"tcp:printer:0":             "use tcp:host:9100",
		"tcp:printer:09100":         "use tcp:host:9100",
		"tcp:printer:70000":         "use tcp:host:9100",
		"tcp:printer:raw":           "use tcp:host:9100",
		"tcp:a b:9100":              "use tcp:host:9100",
	} {
		s, err := port.Parse(text)
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %+v, %v; want %q", text, s, err, say)
		}
		if s != (port.Spec{}) {
			t.Errorf("%q gives %+v beside its error", text, s)
		}
	}
}

func TestSpecIsAValueOfAConfigurationFile(t *testing.T) {
	var v struct{ Port port.Spec }
	if err := json.Unmarshal([]byte(`{"Port":"usb:1-1.3:1.0"}`), &v); err != nil || v.Port.Name != "1-1.3:1.0" {
		t.Errorf("%+v, %v", v, err)
	}
	if b, err := json.Marshal(v); err != nil || string(b) != `{"Port":"usb:1-1.3:1.0"}` {
		t.Errorf("%s, %v", b, err)
	}
	if err := json.Unmarshal([]byte(`{"Port":"COM3"}`), &v); err == nil {
		t.Error("COM3 is a port")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"usb:1-1.3:1.0+1", "uart:ttyS1", "id:0400:c35a:A%2FB/1", "/dev//ttyS1", "tcp:[::1%25x]:1", "id:0400:c35a:漢"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := port.Parse(text)
		if err != nil {
			if strings.IndexFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
				t.Errorf("%q: error %q is not fit for a screen", text, err)
			}
			return
		}
		again, err := port.Parse(s.String())
		if err != nil || again != s {
			t.Errorf("%q: %+v is written %q and read %+v, %v", text, s, s.String(), again, err)
		}
	})
}
