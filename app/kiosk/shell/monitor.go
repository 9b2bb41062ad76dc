package shell

import (
	"errors"
	"fmt"

	"github.com/go-gl/glfw/v3.4/glfw"
)

// monitor returns the primary monitor's size in pixels. Fyne does not tell it;
// GLFW, with which Fyne draws, does. Initialising GLFW twice is harmless.
func monitor() (width, height int, err error) {
	if err := glfw.Init(); err != nil {
		return 0, 0, fmt.Errorf("window: no display: %w; set DISPLAY", err)
	}
	m := glfw.GetPrimaryMonitor()
	if m == nil {
		return 0, 0, errors.New("window: no monitor is connected, set screen.width and screen.height")
	}
	mode := m.GetVideoMode()
	if mode == nil {
		return 0, 0, errors.New("window: the monitor has no mode, set screen.width and screen.height")
	}
	return mode.Width, mode.Height, nil
}
