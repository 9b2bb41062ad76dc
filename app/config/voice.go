package config

import (
	"net"
	"slices"
	"strconv"
	"strings"
)

// Voice is the file of the machine that speaks a hall's calls.
type Voice struct {
	Hall   CounterHall `toml:"hall" doc:"The hall whose calls are spoken."`
	Status string      `toml:"status" default:"" example:":8419" doc:"Address that other programs ask how the voice is, as host:port; the path is the zone's name. Empty: nobody can ask."`
	Memory string      `toml:"memory" default:"" path:"true" example:"/var/lib/hallway/voice.json" doc:"File that remembers what was spoken, so that calls made while the voice was down are spoken when it is back, and none twice. Empty: what was called before the start is not spoken."`
	Hush   string      `toml:"hush" default:"" path:"true" doc:"File that silences the voice while it is there, as a fire alarm's contact makes and removes it. Empty: nothing silences it."`
	Zones  []VoiceZone `toml:"zone" doc:"Loudspeakers that speak the calls of some windows, one at a time. Repeat the block for each."`
}

// VoiceZone is one zone of loudspeakers with a queue of its own.
type VoiceZone struct {
	Name        string `toml:"name" example:"east" doc:"Name of the zone, letters, digits and hyphens."`
	Windows     string `toml:"windows" default:"" example:"1-8, 12" doc:"Windows whose calls are spoken here. Empty: all."`
	Packs       string `toml:"packs" default:"zh, en" doc:"Languages, the first one first: zh and en are built in, others are folders of voice packs, separated by commas."`
	Player      string `toml:"player" default:"aplay" example:"aplay -q -t raw -f S16_LE -c 1 -r {rate} -D plughw:1 -" doc:"aplay, pw-play, null, wav:FILE, or a command that reads 16-bit samples; {rate} stands for their rate."`
	Volume      string `toml:"volume" default:"" path:"true" doc:"Table of volumes and quiet hours, as JSON. Empty: always loud."`
	RecallsLast bool   `toml:"recalls_last" default:"false" doc:"Numbers that are called again wait behind those that are called for the first time."`
}

// maxRange bounds a range of windows, so that a slip of the finger is noticed.
const maxRange = 200

// Covers reports whether the zone speaks the calls of a window.
func (z VoiceZone) Covers(window string) bool {
	all, _ := z.windows()
	return strings.TrimSpace(z.Windows) == "" || slices.Contains(all, window)
}

// windows returns the windows of the zone and the first part that makes no
// sense.
func (z VoiceZone) windows() (all []string, bad string) {
	for part := range strings.SplitSeq(z.Windows, ",") {
		part = strings.TrimSpace(part)
		from, to, ranged := strings.Cut(part, "-")
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		switch {
		case ranged && err == nil && err2 == nil && a <= b && b-a < maxRange:
			for n := a; n <= b; n++ {
				all = append(all, strconv.Itoa(n))
			}
		case part != "" && !ranged && len(part) <= 8:
			all = append(all, part)
		case strings.TrimSpace(z.Windows) != "" && bad == "":
			bad = part
			if bad == "" {
				bad = ","
			}
		}
	}
	return all, bad
}

// Check reports what the tags cannot say.
func (c *Voice) Check(r *Report) {
	r.checkURL("hall.url", c.Hall.URL)
	if _, _, err := net.SplitHostPort(c.Status); c.Status != "" && err != nil {
		r.Add("status", "%q is not an address, use host:port such as \":8419\"", c.Status)
	}
	if len(c.Zones) == 0 {
		r.Add("zone", "is missing, write a block [[zone]]")
	}
	names := map[string]bool{}
	for i, z := range c.Zones {
		key := "zone." + strconv.Itoa(i) + "."
		if names[z.Name] || strings.Trim(z.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			r.Add(key+"name", "%q stands twice or has more than letters, digits and hyphens", z.Name)
		}
		names[z.Name] = true
		if _, bad := z.windows(); bad != "" {
			r.Add(key+"windows", "%q is neither a window nor a range such as 1-8", bad)
		}
	}
}

// LoadVoice reads a file of the voice.
func LoadVoice(path string) (Voice, error) {
	var c Voice
	err := Load(path, &c)
	return c, err
}
