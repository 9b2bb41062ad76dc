package crashfs

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// Mode says what becomes of writes that were not synced.
type Mode int

// The modes.
const (
	Nothing Mode = iota // all are lost
	Prefix              // the first ones of each file are kept
	Subset              // any are kept, some of them torn
)

// Modes are all modes.
var Modes = []Mode{Nothing, Prefix, Subset}

// String names the mode.
func (m Mode) String() string { return [...]string{"nothing", "prefix", "subset"}[m] }

// sector is what a disk writes as a whole, in bytes.
const sector = 512

// Image writes what the disk may hold after a power cut into the folder dir.
// Equal random numbers give equal images.
func (d *Disk) Image(dir string, m Mode, rng *rand.Rand) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := maps.Clone(d.synced)
	if m != Nothing {
		for _, name := range slices.Sorted(maps.Keys(union(d.names, d.synced))) {
			if rng.IntN(2) == 0 {
				settle(names, d.names, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		f := names[name]
		if err := os.WriteFile(path, f.with(survivors(f.pending, m, rng)), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// survivors returns the changes that reached the disk.
func survivors(all []change, m Mode, rng *rand.Rand) (kept []change) {
	switch m {
	case Nothing:
		return nil
	case Prefix:
		return all[:rng.IntN(len(all)+1)]
	}
	for _, c := range all {
		if rng.IntN(2) == 0 {
			continue
		}
		if c.data != nil && rng.IntN(2) == 0 {
			c.data = torn(c, rng)
		}
		kept = append(kept, c)
	}
	return kept
}

// torn cuts a write at a boundary of sectors.
func torn(c change, rng *rand.Rand) []byte {
	first := sector - int(c.offset%sector)
	if len(c.data) <= first {
		return c.data
	}
	return c.data[:first+sector*rng.IntN((len(c.data)-first)/sector+1)]
}
