package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Photo shows a photo as wide as width, smoothed, at the top of its place.
func Photo(i image.Image, width float32) fyne.CanvasObject {
	photo := canvas.NewImageFromImage(i)
	photo.ScaleMode = canvas.ImageScaleSmooth
	photo.FillMode = canvas.ImageFillContain
	size := i.Bounds().Size()
	photo.SetMinSize(fyne.NewSize(width, width*float32(size.Y)/float32(max(1, size.X))))
	return Column(0, photo)
}
