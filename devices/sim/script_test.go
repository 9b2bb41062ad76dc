package sim

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestScriptOfTheHandbookParses(t *testing.T) {
	got, err := ParseScript(`
		# a bad afternoon
		drop at=byte:200 for=5s; stall at=out:64 for=40s
		garble rate=1/1000 seed=7   # noise
		slow bytes/s=960; paper=out at=in:300; cover=open at=10s for=5s
	`)
	if err != nil {
		t.Fatal(err)
	}
	want := Script{
		{Name: "drop", At: Trigger{Count: "byte", Bytes: 200}, For: 5 * time.Second},
		{Name: "stall", At: Trigger{Count: "out", Bytes: 64}, For: 40 * time.Second},
		{Name: "garble", Args: map[string]string{"rate": "1/1000", "seed": "7"}},
		{Name: "slow", Args: map[string]string{"bytes/s": "960"}},
		{Name: "paper", Value: "out", At: Trigger{Count: "in", Bytes: 300}},
		{Name: "cover", Value: "open", At: Trigger{After: 10 * time.Second}, For: 5 * time.Second},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEveryMistakeOfAScriptIsNamedWithItsLine(t *testing.T) {
	bad := []string{
		"drop=now", "drop now", "drop at=", "drop at=byte", "drop at=bit:3", "drop at=byte:-1", "drop at=byte:9999999999",
		"drop for=-1s", "drop for=5", "drop rate=1/2", "garble", "garble rate=2", "garble rate=2/1", "garble rate=1/0",
		"garble rate=1/2 seed=x", "garble rate=1/2 rate=1/3", "slow", "slow bytes/s=0", "slow bytes/s=x", "lose", "double rate=x", "lose rate=1/2 way=up", "junk", "junk bytes=0", "junk bytes=9999", "junk bytes=3 seed=x", "late", "late by=soon", "late by=1s rate=1/2", "reset rate=1/2", "=open", "paper=", "cover=open then=closed", "cover then=x for=1s",
	}
	for _, text := range bad {
		if _, err := ParseScript("slow bytes/s=1\n" + text); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := ParseScript(strings.Join(bad, "\n"))
	if n := strings.Count(err.Error(), "fault script, line"); n != len(bad) {
		t.Errorf("%d mistakes named of %d: %v", n, len(bad), err)
	}
	if _, err := ParseScript(strings.Repeat(";", MaxScript+1)); err == nil {
		t.Error("a script of any length is read")
	}
}

func TestUnknownDirectivesAreNamed(t *testing.T) {
	s, err := ParseScript("drop; papr=out; cover=open")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Unknown("paper", "cover")
	if err == nil || !strings.Contains(err.Error(), `"papr"`) || strings.Contains(err.Error(), `directive "cover"`) {
		t.Errorf("got %v", err)
	}
	if err := s.Unknown("papr", "cover"); err != nil {
		t.Error(err)
	}
}

func FuzzParseScript(f *testing.F) {
	for _, s := range []string{"", "drop at=byte:200", "stall for=1h;;\n#x", "garble rate=1/3 seed=9", "slow bytes/s=960 at=5ms", "lose rate=1/2 way=in", "double rate=1/9", "junk bytes=8 seed=2", "late by=5ms", "reset at=in:3 for=1s", "paper=out a=b", "\xff= ="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseScript(text)
		if err != nil {
			return
		}
		var again Script
		for _, d := range s {
			line := format(d)
			one, err := ParseScript(line)
			if err != nil || len(one) != 1 {
				t.Fatalf("%q prints as %q, which parses as %v, %v", text, line, one, err)
			}
			again = append(again, one...)
		}
		if d := cmp.Diff(s, again); d != "" {
			t.Error(d)
		}
	})
}

// format writes a directive as a script.
func format(d Directive) string {
	words := []string{d.Name}
	if d.Value != "" {
		words[0] += "=" + d.Value
	}
	if d.At.Count != "" {
		words = append(words, "at="+d.At.Count+":"+strconv.Itoa(d.At.Bytes))
	} else if d.At.After != 0 {
		words = append(words, "at="+d.At.After.String())
	}
	if d.For != 0 {
		words = append(words, "for="+d.For.String())
	}
	for _, k := range slices.Sorted(maps.Keys(d.Args)) {
		words = append(words, k+"="+d.Args[k])
	}
	return strings.Join(words, " ")
}
