package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
)

// A format is a kind of picture file by its first bytes.
type format struct {
	name, magic string
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
}

var formats = []format{
	{"BMP", "BM", bmp.DecodeConfig, bmp.Decode},
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode},
}

// decodePicture decodes a picture file of the size that a card's photo has. The
// size is looked at before the pixels, so that a small file cannot ask for much
// memory.
func decodePicture(file []byte) (*image.NRGBA, error) {
	if len(file) == 0 {
		return nil, errors.New("no output")
	}
	for _, f := range formats {
		if !bytes.HasPrefix(file, []byte(f.magic)) {
			continue
		}
		c, err := f.config(bytes.NewReader(file))
		if err != nil {
			return nil, fmt.Errorf("damaged %s file: %w", f.name, err)
		}
		if c.Width != Width || c.Height != Height {
			return nil, fmt.Errorf("%s picture of %d x %d pixels, want %d x %d", f.name, c.Width, c.Height, Width, Height)
		}
		decoded, err := f.decode(bytes.NewReader(file))
		if err != nil {
			return nil, fmt.Errorf("damaged %s file: %w", f.name, err)
		}
		picture := image.NewNRGBA(image.Rect(0, 0, Width, Height))
		draw.Draw(picture, picture.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
		return picture, nil
	}
	return nil, errors.New("output is no BMP, PNG or JPEG file")
}
