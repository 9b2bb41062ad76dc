// Package shell joins a journey to a screen. [Loop] owns the model: every
// message passes through it on the goroutine of the screen, the view is drawn
// when it changed, and commands go to a runner. [Window] is the real screen,
// and the only place from which another goroutine enters Fyne's.
//
// The window is borderless and as large as the screen instead of full screen,
// because a full-screen window of X11 is lost when the monitor is switched off,
// and it never hides the pointer, which swallows the touch that moved it: the X
// server is started with -nocursor.
package shell
