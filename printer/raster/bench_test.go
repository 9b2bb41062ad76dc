package raster

import "testing"

// A character from the cache and one from its outline.
func BenchmarkCell(b *testing.B) {
	line := New(576, 24)
	for _, c := range []struct {
		name string
		warm bool
	}{{"warm", true}, {"cold", false}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if !c.warm {
					cache.Lock()
					clear(cache.glyphs)
					cache.Unlock()
				}
				line.DrawCell('政', 2, 1, 1, false, 100, 0)
			}
		})
	}
}

func BenchmarkPhoto(b *testing.B) {
	img := ramp(576, 400)
	for b.Loop() {
		Picture(img, 576, true)
	}
}
