package theme

import (
	"image/color"
	"math"
	"os"
	"strconv"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"hallway/printer/font"
)

// Theme is the tokens of this package as Fyne asks for them.
type Theme struct{}

var _ fyne.Theme = Theme{}

var (
	regular = fyne.NewStaticResource("regular.ttf", font.Regular())
	bold    = fyne.NewStaticResource("bold.ttf", font.Bold())
)

// Font returns Noto Sans SC, bold or not. There is no italic and no monospace.
func (Theme) Font(s fyne.TextStyle) fyne.Resource {
	if s.Bold {
		return bold
	}
	return regular
}

// Color returns the colour of a Fyne role. Widgets of package kit take their
// colours from the tokens themselves.
func (Theme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	switch n {
	case base.ColorNameBackground:
		return Ground
	case base.ColorNameForeground:
		return Ink
	case base.ColorNamePrimary:
		return Primary
	case base.ColorNameShadow:
		return color.Transparent
	}
	return base.DefaultTheme().Color(n, base.VariantLight)
}

// Icon returns Fyne's own icon. Package kit draws its own.
func (Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return base.DefaultTheme().Icon(n) }

// Size returns the size of a Fyne role.
func (Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case base.SizeNameText:
		return Body
	case base.SizeNamePadding:
		return Gap
	}
	return base.DefaultTheme().Size(n)
}

// Portrait and Landscape are the design surfaces.
var (
	Portrait  = fyne.NewSize(1080, 1920)
	Landscape = fyne.NewSize(1920, 1080)
)

// Surface returns the design surface whose shape suits a screen of w by h pixels.
func Surface(w, h int) fyne.Size {
	if h > w {
		return Portrait
	}
	return Landscape
}

// Fit returns how many pixels a unit of the surface gets so that all of it is
// seen on a screen of w by h pixels, in the tenths that Fyne takes and at least
// one tenth. A screen without size gets 1.
func Fit(surface fyne.Size, w, h int) float32 {
	if w <= 0 || h <= 0 {
		return 1
	}
	fit := float64(min(float32(w)/surface.Width, float32(h)/surface.Height))
	return float32(max(1, math.Floor(fit*scaleStep+1e-3)) / scaleStep)
}

// scaleStep is the step in which Fyne takes a scale.
const scaleStep = 10

// scaleEnv is where Fyne looks for the scale.
const scaleEnv = "FYNE_SCALE"

// Scale returns how many pixels a unit has in this process.
func Scale() float32 {
	s, err := strconv.ParseFloat(os.Getenv(scaleEnv), 32)
	if err != nil || s <= 0 {
		return 1
	}
	return float32(s)
}

// Environ returns the environment that Fyne must find before its first call so
// that a unit has exactly scale pixels, no message bus is searched for, and
// pictures of old texts are dropped after ten seconds.
func Environ(scale float32) map[string]string {
	return map[string]string{
		scaleEnv:                     strconv.FormatFloat(float64(scale), 'f', 4, 32),
		"FYNE_DISABLE_DPI_DETECTION": "1",
		"FYNE_THEME":                 "light",
		"FYNE_CACHE":                 "10s",
	}
}
