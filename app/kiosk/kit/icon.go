package kit

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	qrcode "github.com/skip2/go-qrcode"

	"hallway/app/kiosk/theme"
)

// HasIcon reports whether there is a drawing of that name.
func HasIcon(name string) bool { return icons[name] != "" }

// strokeWidth is how thick a line of a drawing is on its field of 48.
const strokeWidth float32 = 2.4

// Icon draws the picture of a name in a colour, size units square. A name
// without a drawing is drawn as "other".
func Icon(name string, size float32, c color.NRGBA) fyne.CanvasObject {
	inside, ok := icons[name]
	if !ok {
		name, inside = "other", icons["other"]
	}
	// The SVG renderer takes the stroke in pixels of the picture, not of the
	// drawing.
	stroke := fmt.Sprintf("%.2f", strokeWidth*size/48*theme.Scale())
	hex := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">` +
		`<g fill="none" stroke="` + hex + `" stroke-width="` + stroke + `" stroke-linecap="round" stroke-linejoin="round">` + inside + `</g></svg>`
	img := canvas.NewImageFromResource(fyne.NewStaticResource(name+hex+stroke+".svg", []byte(svg)))
	img.FillMode = canvas.ImageFillContain
	img.SetMinSize(fyne.NewSize(size, size))
	return img
}

// QR draws data as a QR code with error correction M and a quiet zone of four
// modules (ISO/IEC 18004 §9.1), as large as fits in size units with whole units
// a module. Data that no code can hold gives an error.
func QR(data string, size int) (fyne.CanvasObject, error) {
	code, err := qrcode.New(data, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("kit: QR code of %d bytes: %w", len(data), err)
	}
	module := max(1, size/len(code.Bitmap()))
	img := canvas.NewImageFromImage(code.Image(-module))
	img.ScaleMode = canvas.ImageScalePixels
	img.FillMode = canvas.ImageFillContain
	side := float32(module * len(code.Bitmap()))
	img.SetMinSize(fyne.NewSize(side, side))
	return img, nil
}
