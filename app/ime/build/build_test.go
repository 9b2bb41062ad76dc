package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadingsAreTypedWithoutTones(t *testing.T) {
	for marked, want := range map[string]string{"Xī": "xi", "lǜ": "lv", "nüe4": "nve4", "lüè": "lve", "lue": "lve", "ér": "er", "zhōng": "zhong", "u:": "v"} {
		if got := syllable(marked); got != want {
			t.Errorf("%s is typed %s, want %s", marked, got, want)
		}
	}
	if got := typed("Xi1 an1"); got != "xi'an" {
		t.Errorf("typed %s", got)
	}
	if got := typed("Nu:3 ren2"); got != "nvren" {
		t.Errorf("typed %s", got)
	}
}

func TestNamesAreSplit(t *testing.T) {
	known, read := surnames("赵钱欧\n欧阳 单:shan\nfirst: 王李\n")
	if !known["赵"] || !known["欧阳"] || !known["单"] || known["王"] || read["单"] != "shan" {
		t.Errorf("surnames %v, readings %v", known, read)
	}
	for name, want := range map[string]string{"赵云": "赵", "欧阳修": "欧阳", "欧阳": "欧", "天津": "", "赵": ""} {
		if got, _ := split(name, known); got != want {
			t.Errorf("%s has the surname %q, want %q", name, got, want)
		}
	}
}

func TestStrokesAreOfFiveKinds(t *testing.T) {
	got := strokes(`{"天":"jjsl","提":"jgijfcjjjfjsl","A":"jj"}`, map[rune]bool{'天': true, '提': true})
	if len(got) != 2 || got['天'] != "1134" || strings.Trim(got['提'], "12345") != "" {
		t.Errorf("strokes %v", got)
	}
}

func TestCostsAreEighthsOfLogarithms(t *testing.T) {
	for p, want := range map[float64]byte{1: 0, 0.5: 6, 1e-3: 55, 0: 255, 1e-30: 255} {
		if got := cost(p); got != want {
			t.Errorf("cost of %g is %d, want %d", p, got, want)
		}
	}
}

func TestEverySourceHasASumAndALicence(t *testing.T) {
	script, err := os.ReadFile("sources.sh")
	if err != nil {
		t.Fatal(err)
	}
	notice, err := os.ReadFile("../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		words := strings.Fields(s.from)
		if len(s.sum) != 64 || s.licence == "" || len(words) < 3 {
			t.Errorf("%+v is not complete", s)
			continue
		}
		i := slices.IndexFunc(words, func(w string) bool { return len(w) == 40 || strings.ContainsAny(w[:1], "0123456789") })
		version := words[max(0, i)]
		if !strings.Contains(string(script), version) || !strings.Contains(string(notice), version) {
			t.Errorf("%s: version %s is not in sources.sh or NOTICE", s.file, version)
		}
	}
}

func TestSourceThatDiffersIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := load(dir); err == nil || !strings.Contains(err.Error(), "sources.sh") {
		t.Errorf("an empty folder gives %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, sources[0].file), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(dir); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("a changed source gives %v", err)
	}
}
