// Package theme is how the windows of a hall look: colours, sizes and fonts as
// named tokens. Screens and widgets take every figure from here.
//
// Sizes are in units of a design surface of 1080x1920 (portrait) or 1920x1080
// (landscape), where one unit is one pixel of a 21.5 inch panel, 0.248 mm. [Fit]
// says how large the surface is drawn on another screen, so a size here is the
// same share of every screen. Text on its ground has a contrast of at least
// 7:1 (WCAG 2.2 §1.4.6); no text is smaller than [Small].
package theme
