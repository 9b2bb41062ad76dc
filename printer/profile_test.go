package printer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEveryFamilyOfTheHallHasAProfile(t *testing.T) {
	have := strings.Join(ProfileIDs(), " ")
	for _, id := range []string{
		"generic-cn-58", "generic-cn-80", "epson-tm-t82", "epson-tm-t88", "epson-eu-m30", "custom-vkp80",
		"custom-kpm216", "snbc-bt-t080", "xprinter-80", "star-escpos", "star-line", "star-tup", "writer-only",
	} {
		if !strings.Contains(have, id) {
			t.Errorf("no profile %s", id)
		}
	}
}

func TestAProfileSurvivesWritingAndReading(t *testing.T) {
	for _, id := range ProfileIDs() {
		p, err := LoadProfile(id)
		if err != nil {
			t.Fatal(err)
		}
		text, err := p.TOML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseProfile(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", id, err, text)
		}
		if diff := cmp.Diff(p, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

func TestImpossibleProfilesAreRefusedByKey(t *testing.T) {
	for name, c := range map[string]struct {
		id     string
		change func(*Profile)
		want   string
	}{
		"language":           {"generic-cn-80", func(p *Profile) { p.Language = "zpl" }, "language is zpl, want escpos or star-line"},
		"usb id":             {"generic-cn-80", func(p *Profile) { p.Match.USB = []string{"0416-5011"} }, "match.usb is 0416-5011"},
		"proof of another":   {"star-line", func(p *Profile) { p.Proof = ProofProcessID }, "proof is gs_h, want etb, eot or none"},
		"clear unheard":      {"writer-only", func(p *Profile) { p.Recover.Clear = ClearDC4 }, "recover.clear is dc4, want nothing"},
		"mouth without eyes": {"custom-vkp80", func(p *Profile) { p.Presenter.Ask = nil }, "presenter.ask"},
		"bit outside":        {"custom-vkp80", func(p *Profile) { p.Presenter.Waiting = 0x40 }, "presenter.mask"},
		"byte of the header": {"custom-vkp80", func(p *Profile) { p.Presenter.Byte = 1 }, "presenter.byte is 1"},
		"impatient":          {"custom-vkp80", func(p *Profile) { p.Presenter.Patience = 1 }, "presenter.timeout_s is 1"},
		"pace":               {"generic-cn-80", func(p *Profile) { p.Link.Pace = 5 }, "link.pace is 5"},
		"star scale":         {"star-line", func(p *Profile) { p.Text.MaxScale = 8 }, "text.max_scale is 8, want 1 to 6"},
	} {
		p, err := LoadProfile(c.id)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestBytesThatAreNoneAreRefused(t *testing.T) {
	p, err := LoadProfile("custom-vkp80")
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.TOML()
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(string(text), "1D 65 02", "1D 6", 1)
	if _, err := ParseProfile([]byte(bad)); err == nil || !strings.Contains(err.Error(), "not bytes in hexadecimal") {
		t.Errorf("got %v", err)
	}
}

func FuzzParseProfile(f *testing.F) {
	for _, id := range ProfileIDs() {
		text, err := profiles.ReadFile("profiles/" + id + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProfile(text)
		if err != nil {
			return
		}
		if again := p.Validate(); again != nil {
			t.Errorf("accepted, but %v", again)
		}
	})
}
