package mrz_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hallway/idreader"
	"hallway/idreader/mrz"
	"hallway/idreader/mrz/sim"
)

var update = flag.Bool("update", false, "rewrite the golden records")

var today = idreader.Date{Year: 2026, Month: 11, Day: 23}

// decode returns the records of a stream as JSON lines.
func decode(t *testing.T, stream string, reveal bool) (string, bool, error) {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	failed, err := mrz.Decode(strings.NewReader(stream), mrz.DecodeOptions{Today: today, Reveal: reveal},
		func(r mrz.Record) error { return enc.Encode(r) })
	return out.String(), failed, err
}

// everySpecimen is a stream of all specimens, framed in turn as each reader
// does, with noise between.
func everySpecimen() string {
	var b strings.Builder
	framings := []sim.Framing{sim.Plain, sim.Desko, sim.ThreeM, sim.Unbroken}
	for i, s := range sim.Specimens() {
		b.Write(sim.Frame(framings[i%len(framings)], s.Lines...))
		if i%5 == 2 {
			b.WriteString("\x00noise here\r\n")
		}
	}
	return b.String()
}

func TestRecordsOfSpecimensAreAsTheyWere(t *testing.T) {
	for name, reveal := range map[string]bool{"specimens.json": true, "masked.json": false} {
		got, failed, err := decode(t, everySpecimen(), reveal)
		if err != nil || failed {
			t.Fatalf("failed %v, %v", failed, err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; got\n%s", name, got)
		}
	}
}

func TestMaskedRecordsShowNeitherNamesNorNumbers(t *testing.T) {
	got, _, err := decode(t, everySpecimen(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"ERIKSSON", "ANNA", "STEVENSON", "L898902C3", "D23145890", "H12345678", "证件", "ZHENG", "YANG", "NGKELMPO", "ZE184226B"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s shows", secret)
		}
	}
}

func TestWrongCheckDigitsAreReportedAndTheStreamGoesOn(t *testing.T) {
	s := sim.Specimens()[0].Lines
	wrong := strings.Replace(s[1], "1204159", "1204158", 1)
	repaired := strings.Replace(s[1], "1204159", "I2O4159", 1)
	out, failed, err := decode(t, strings.Join([]string{s[0], wrong, "?", s[0], repaired, s[0], s[1]}, "\n"), true)
	if err != nil || !failed {
		t.Errorf("failed %v, %v", failed, err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, want := range []string{`"expiry":false`, `{"format":"noise","bytes":1}`, `"repairs":[{"line":2,"column":22,"from":"I","to":"1"},{"line":2,"column":24,"from":"O","to":"0"}]`, `"valid":true,"repairs":[]`} {
		if i >= len(lines) || !strings.Contains(lines[i], want) {
			t.Fatalf("line %d lacks %s:\n%s", i+1, want, out)
		}
	}
}

func TestStreamsWithoutZonesAreAnError(t *testing.T) {
	for _, stream := range []string{"", "\r\n", "hello\n", strings.Repeat("A", 44) + "\n", strings.Repeat("?", 44) + "\n" + strings.Repeat("<", 44)} {
		if _, _, err := decode(t, stream, false); !errors.Is(err, mrz.ErrFormat) {
			t.Errorf("%q: %v", stream, err)
		}
	}
	broken := errors.New("pipe")
	_, err := mrz.Decode(strings.NewReader(everySpecimen()), mrz.DecodeOptions{Today: today}, func(mrz.Record) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("an error of emit is lost: %v", err)
	}
	if _, err := mrz.Decode(bytes.NewReader(make([]byte, 17<<20)), mrz.DecodeOptions{}, func(mrz.Record) error { return nil }); err == nil || errors.Is(err, mrz.ErrFormat) {
		t.Errorf("an endless stream: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(everySpecimen()), "", "")
	f.Add([]byte("\x01\x02\x03\x04\x01_OU\x02"), "#", "!")
	f.Fuzz(func(t *testing.T, stream []byte, prefix, suffix string) {
		zones := 0
		_, err := mrz.Decode(bytes.NewReader(stream), mrz.DecodeOptions{Today: today, Dialect: mrz.Dialect{Prefix: prefix, Suffix: suffix}}, func(r mrz.Record) error {
			if r.Format != mrz.FormatNoise {
				zones++
			}
			return nil
		})
		if (err != nil) != (zones == 0) {
			t.Errorf("%d zones, %v", zones, err)
		}
	})
}
