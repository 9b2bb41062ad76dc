package hidinput_test

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hallway/devices"
	"hallway/devices/hidinput"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// bootDescriptor is the keyboard of HID 1.11, appendix B.1.
const bootDescriptor = `05 01 09 06 A1 01 05 07 19 E0 29 E7 15 00 25 01 75 01 95 08 81 02
	95 01 75 08 81 01 95 05 75 01 05 08 19 01 29 05 91 02 95 01 75 03 91 01
	95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 C0`

func TestDescriptorOfTheStandardSaysWhereFieldsLie(t *testing.T) {
	d, err := hidinput.ParseDescriptor(unhex(t, bootDescriptor))
	if err != nil {
		t.Fatal(err)
	}
	if d.Numbered || d.Len(hidinput.Input, 0) != 8 || d.Len(hidinput.Output, 0) != 1 || d.Len(hidinput.Feature, 0) != 0 {
		t.Errorf("numbered %v, lengths %d %d %d", d.Numbered, d.Len(hidinput.Input, 0), d.Len(hidinput.Output, 0), d.Len(hidinput.Feature, 0))
	}
	var at []int
	for _, f := range d.Fields {
		at = append(at, f.Offset)
		if f.Application != 0x00010006 {
			t.Errorf("application %08X", uint32(f.Application))
		}
	}
	if !slices.Equal(at, []int{0, 8, 0, 5, 16}) {
		t.Errorf("offsets %v", at)
	}
	shift, ok := d.Fields[0].Index(0x000700E1)
	if v, read := d.Fields[0].Value([]byte{0x02, 0, 0, 0, 0, 0, 0, 0}, shift); !ok || !read || v != 1 {
		t.Errorf("left shift is value %d, read %d %v", shift, v, read)
	}
	if keys := d.Fields[4]; !keys.Array || !d.Fields[1].Constant || len(keys.Usages) != 0x66 || keys.Usage(5) != 0x00070005 {
		t.Errorf("keys %+v", keys)
	}
}

func TestNumberedReportsAndPushedStates(t *testing.T) {
	d, err := hidinput.ParseDescriptor(unhex(t, `06 8C 00 09 02 A1 01 85 02 A4 75 08 95 03 09 FB 09 FC 09 FD 81 02
		B4 75 01 95 01 09 FF 81 02 75 07 81 03 85 03 75 08 95 02 0B 3B 00 01 00 81 02 FE 01 00 55 C0`))
	if err != nil {
		t.Fatal(err)
	}
	if !d.Numbered || d.Len(hidinput.Input, 2) != 5 || d.Len(hidinput.Input, 3) != 3 || d.Len(hidinput.Input, 1) != 0 {
		t.Errorf("%+v", d)
	}
	if f := d.Fields[3]; f.Usage(0) != 0x0001003B || f.Usage(1) != 0x0001003B || f.Offset != 0 {
		t.Errorf("extended usage %+v", f)
	}
}

func TestHostileDescriptorsAreRefusedWithTheirByte(t *testing.T) {
	for name, text := range map[string]string{
		"cut item":               "05",
		"cut long item":          "FE 05 00 01",
		"pop without push":       "B4",
		"end without collection": "C0",
		"open collection":        "A1 01",
		"report id 0":            "85 00",
		"endless usages":         "1B 00 00 00 00 2B FF FF FF FF",
		"reversed usages":        "19 05 29 01",
		"endless report":         "77 FF FF FF FF 97 FF FF FF FF 81 02",
		"endless push":           strings.Repeat("A4", 17),
		"nested collections":     strings.Repeat("A1 00", 17),
		"too long":               strings.Repeat("05 01", 3000),
	} {
		if _, err := hidinput.ParseDescriptor(unhex(t, text)); !errors.Is(err, hidinput.ErrDescriptor) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDescriptor(f *testing.F) {
	f.Add(unhex(f, bootDescriptor), make([]byte, 64))
	f.Add([]byte{0xA1, 0x01, 0x85, 0x02, 0xC0}, []byte{2, 1})
	f.Fuzz(func(t *testing.T, b, report []byte) {
		d, err := hidinput.ParseDescriptor(b)
		if err != nil {
			return
		}
		for _, field := range d.Fields {
			if field.Offset+field.Size*field.Count > 8*d.Len(field.Kind, field.Report) {
				t.Fatalf("field %+v ends behind its report", field)
			}
			for i := range min(field.Count, 100) {
				field.Value(report, i)
				field.Usage(i)
			}
		}
	})
}

func TestKeysArePressedOnTheirWayDown(t *testing.T) {
	var b hidinput.Boot
	report := func(mod byte, keys ...byte) string {
		p := append([]byte{mod, 0}, append(keys, make([]byte, 6-len(keys))...)...)
		presses, ok := b.Report(p)
		if !ok {
			t.Errorf("report %X is refused", p)
		}
		var typed string
		for _, press := range presses {
			r, _ := press.Rune()
			typed += string(r)
		}
		return typed
	}
	for i, step := range []struct{ got, want string }{
		{report(0, 0x04), "a"},
		{report(0, 0x04), ""},
		{report(0x20, 0x04, 0x05), "B"},
		{report(0x02, 0x05, 0x04), ""},
		{report(0, 1, 1, 1, 1, 1, 1), ""},
		{report(0, 0x04, 0x05), ""},
		{report(0), ""},
		{report(0x02, 0x1E, 0x1F, 0x1F), "!@"},
	} {
		if step.got != step.want {
			t.Errorf("step %d: %q, want %q", i, step.got, step.want)
		}
	}
	if _, ok := b.Report(make([]byte, 7)); ok {
		t.Error("a short report is accepted")
	}
}

func TestUSKeyboardTypesEveryPrintableCharacter(t *testing.T) {
	seen := map[rune]bool{}
	for key := range 256 {
		for _, shift := range []bool{false, true} {
			if r, ok := (hidinput.Press{Key: byte(key), Shift: shift}).Rune(); ok {
				seen[r] = true
			}
		}
	}
	for r := ' '; r <= '~'; r++ {
		if !seen[r] {
			t.Errorf("no key types %q", r)
		}
	}
	if len(seen) != '~'-' '+1 {
		t.Errorf("%d characters", len(seen))
	}
	for key, want := range map[byte]rune{0x59: '1', 0x62: '0', 0x63: '.', 0x27: '0', 0x2C: ' ', 0x38: '/', 0x57: '+'} {
		if r, ok := (hidinput.Press{Key: key}).Rune(); !ok || r != want {
			t.Errorf("key %02X types %q", key, r)
		}
	}
}

func TestEventsOfTheKernelBecomeTheSamePresses(t *testing.T) {
	var b []byte
	for usage := range 256 {
		code, ok := hidinput.Code(byte(usage))
		if !ok {
			continue
		}
		b = hidinput.AppendEvent(b, code, true, time.Duration(usage)*time.Millisecond)
		b = hidinput.AppendEvent(b, code, false, time.Hour)
	}
	var k hidinput.Keys
	n := 0
	whole := k.Feed(b, func(p hidinput.Press, at time.Duration) {
		if at != time.Duration(p.Key)*time.Millisecond || p.Shift {
			t.Errorf("%+v at %v", p, at)
		}
		n++
	})
	if !whole || n != 70 {
		t.Errorf("%d keys, whole %v", n, whole)
	}
	b = hidinput.AppendEvent(nil, 42, true, 0)
	b = hidinput.AppendEvent(b, 30, true, 0)
	b = hidinput.AppendEvent(b, 42, false, 0)
	b = hidinput.AppendEvent(b, 30, true, 0)
	dropped := hidinput.AppendEvent(nil, 3, true, 0)
	dropped[len(dropped)-8] = 0 // type 0, code 3
	var typed string
	if whole := k.Feed(append(b, dropped...), func(p hidinput.Press, _ time.Duration) {
		r, _ := p.Rune()
		typed += string(r)
	}); whole || typed != "Aa" {
		t.Errorf("typed %q, whole %v", typed, whole)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add(hidinput.AppendEvent(nil, 30, true, time.Second))
	f.Fuzz(func(t *testing.T, b []byte) {
		var k hidinput.Keys
		k.Feed(b, func(p hidinput.Press, _ time.Duration) { p.Rune() })
		var boot hidinput.Boot
		boot.Report(b)
	})
}

func TestKeyboardThatIsNoneSaysWhatToWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := hidinput.OpenKeyboard(t.Context(), file); err == nil || !strings.Contains(err.Error(), "not an input device") {
		t.Errorf("a plain file: %v", err)
	}
	if _, err := hidinput.OpenKeyboard(t.Context(), file+"0"); !errors.Is(err, devices.ErrAbsent) {
		t.Errorf("no file: %v", err)
	}
}
