package sim

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// noises are what happens to bytes of one direction, by the directive's name.
type noises map[string]*noise

// noise touches a share of all bytes.
type noise struct {
	share, of int
	random    *rand.Rand
}

func (n *noise) hits() bool { return n != nil && n.random.IntN(n.of) < n.share }

// spoil returns what becomes of p, which it may change.
func (n noises) spoil(p []byte) []byte {
	if len(n) == 0 {
		return p
	}
	spoiled := make([]byte, 0, len(p)+1)
	for _, b := range p {
		if n["lose"].hits() {
			continue
		}
		if g := n["garble"]; g.hits() {
			b ^= 1 << g.random.IntN(8)
		}
		spoiled = append(spoiled, b)
		if n["double"].hits() {
			spoiled = append(spoiled, b)
		}
	}
	return spoiled
}

// beginNoise begins a noise in both directions. The caller holds mu.
func (f *Faulty) beginNoise(d Directive) (end func(), err error) {
	both, err := d.noise()
	if err != nil {
		return nil, err
	}
	for way, n := range both {
		if f.noise[way] == nil {
			f.noise[way] = noises{}
		}
		if n != nil {
			f.noise[way][d.Name] = n
		}
	}
	return func() {
		for way, n := range both {
			if n != nil && f.noise[way][d.Name] == n {
				delete(f.noise[way], d.Name)
			}
		}
	}, nil
}

// noise returns the noise of a directive for both directions, nil for one that
// it spares. Each has a random sequence of its own, so that one does not depend
// on the other's timing.
func (d Directive) noise() ([2]*noise, error) {
	var n [2]*noise
	seed, err := d.seed("rate", "way")
	if err != nil {
		return n, err
	}
	a, b, _ := strings.Cut(d.Args["rate"], "/")
	share, err1 := strconv.ParseUint(a, 10, 31)
	of, err2 := strconv.ParseUint(b, 10, 31)
	if errors.Join(err1, err2) != nil || of == 0 || share > of {
		return n, fmt.Errorf("rate=%s is not a share of all bytes, use one such as 1/1000", d.Args["rate"])
	}
	only, ok := map[string]int{"": -1, "in": in, "out": out}[d.Args["way"]]
	if !ok {
		return n, fmt.Errorf("way=%s: use in or out", d.Args["way"])
	}
	for way := range n {
		if only < 0 || only == way {
			n[way] = &noise{int(share), int(of), rand.New(rand.NewPCG(seed, uint64(way)))}
		}
	}
	return n, nil
}

// seed returns the setting seed, 1 without one, of a directive that needs one
// setting and may have others.
func (d Directive) seed(needed string, others ...string) (uint64, error) {
	if err := d.only([]string{needed}, append(others, "seed")...); err != nil {
		return 0, err
	}
	text, seeded := d.Args["seed"]
	if !seeded {
		return 1, nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("seed=%s is not a whole number", text)
	}
	return seed, nil
}

// junk is what a device sends before each message although nobody asked.
type junk struct {
	bytes  int
	random *rand.Rand
}

// maxJunk is as much as a wire holds; more would only stall the device.
const maxJunk = 4096

func (j *junk) next() []byte {
	if j == nil {
		return nil
	}
	p := make([]byte, j.bytes)
	for i := range p {
		p[i] = byte(j.random.Uint32())
	}
	return p
}

// junk returns the bytes of "junk".
func (d Directive) junk() (*junk, error) {
	seed, err := d.seed("bytes")
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(d.Args["bytes"], 10, 31)
	if err != nil || n == 0 || n > maxJunk {
		return nil, fmt.Errorf("bytes=%s is not a number from 1 to %d", d.Args["bytes"], maxJunk)
	}
	return &junk{int(n), rand.New(rand.NewPCG(seed, 2))}, nil
}

// lateness returns the time of "late".
func (d Directive) lateness() (time.Duration, error) {
	if err := d.only([]string{"by"}); err != nil {
		return 0, err
	}
	return parseDuration(d.Args["by"])
}
