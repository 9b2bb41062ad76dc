package raster

import (
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"strings"
	"sync"

	"golang.org/x/image/draw"
)

// picture names a drawn file.
type picture struct {
	sum   [sha256.Size]byte
	width int
	photo bool
}

// pictures remembers logos, of which a hall has one or two; the seventeenth
// picture empties it.
var pictures = struct {
	sync.RWMutex
	drawn map[picture]*Bitmap
}{drawn: map[picture]*Bitmap{}}

const picturesMost = 16

// PNG draws a picture file, scaled down to width dots if it is wider. Photo
// turns grey tones into patterns of dots; without it what is darker than half
// is black. White paper stands behind transparent pixels. The result is shared:
// callers must not change it.
func PNG(file string, width int, photo bool) (*Bitmap, error) {
	k := picture{sha256.Sum256([]byte(file)), width, photo}
	pictures.RLock()
	b := pictures.drawn[k]
	pictures.RUnlock()
	if b != nil {
		return b, nil
	}
	img, err := png.Decode(strings.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	b = Picture(img, width, photo)
	pictures.Lock()
	defer pictures.Unlock()
	if len(pictures.drawn) >= picturesMost {
		clear(pictures.drawn)
	}
	pictures.drawn[k] = b
	return b, nil
}

// Picture draws an image like [PNG] and remembers nothing.
func Picture(img image.Image, width int, photo bool) *Bitmap {
	size := img.Bounds().Size()
	if size.X > width {
		size = image.Pt(width, max(size.Y*width/size.X, 1))
	}
	gray := image.NewGray(image.Rectangle{Max: size})
	draw.Draw(gray, gray.Rect, image.White, image.Point{}, draw.Src)
	if size == img.Bounds().Size() {
		draw.Draw(gray, gray.Rect, img, img.Bounds().Min, draw.Over)
	} else {
		draw.CatmullRom.Scale(gray, gray.Rect, img, img.Bounds(), draw.Over, nil)
	}
	if photo {
		return dither(gray)
	}
	b := New(size.X, size.Y)
	for y := range size.Y {
		for x := range size.X {
			if gray.GrayAt(x, y).Y < 0x80 {
				b.Set(x, y)
			}
		}
	}
	return b
}

// dither spreads each dot's error over its neighbours (Floyd and Steinberg
// 1976), rows alternately from left and from right, so that no worms appear.
func dither(img *image.Gray) *Bitmap {
	size := img.Rect.Size()
	b := New(size.X, size.Y)
	row, next := make([]int, size.X+2), make([]int, size.X+2) // errors in sixteenths, one cell of margin
	for y := range size.Y {
		step, x := 1, 0
		if y%2 == 1 {
			step, x = -1, size.X-1
		}
		for ; x >= 0 && x < size.X; x += step {
			level := int(img.GrayAt(x, y).Y) + row[x+1]/16
			rest := level - 0xff
			if level < 0x80 {
				b.Set(x, y)
				rest = level
			}
			row[x+1+step] += rest * 7
			next[x+1-step] += rest * 3
			next[x+1] += rest * 5
			next[x+1+step] += rest
		}
		row, next = next, row
		clear(next)
	}
	return b
}
