package config

import (
	"strings"
	"testing"
)

func TestZonesAreWindowsAndRanges(t *testing.T) {
	c, err := LoadVoice(write(t, `[hall]
url = "http://h"
[[zone]]
name = "east"
windows = "1-8, A3,12"
[[zone]]
name = "all"
`))
	if err != nil {
		t.Fatal(err)
	}
	for window, want := range map[string]bool{"1": true, "8": true, "9": false, "A3": true, "12": true, "": false} {
		if got := c.Zones[0].Covers(window); got != want {
			t.Errorf("east covers %q: %v", window, got)
		}
	}
	if !c.Zones[1].Covers("9") || c.Zones[1].Player != "aplay" || c.Zones[1].Packs != "zh, en" {
		t.Errorf("%+v", c.Zones[1])
	}
}

func TestMistakesOfAVoiceAreAllSaid(t *testing.T) {
	_, err := LoadVoice(write(t, `status = "8419"
[hall]
url = "h"
[[zone]]
name = "a/b"
windows = "8-1"
[[zone]]
name = "c"
windows = "1,,2"
[[zone]]
name = "c"
windows = "1-9999"
`))
	for _, want := range []string{":1: status", "hall.url", `"a/b"`, `"8-1"`, `","`, `"c" stands twice`, `"1-9999"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("report %v lacks %q", err, want)
		}
	}
	if _, err := LoadVoice(write(t, "zone = []\n[hall]\nurl = \"http://h\"\n")); err == nil || !strings.Contains(err.Error(), "[[zone]]") {
		t.Errorf("without a zone: %v", err)
	}
}
