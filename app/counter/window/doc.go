// Package window draws the screens of package counter: a screen in, widgets
// out. Everything that it shows and everything that a press means is decided
// there; here is only where things stand and what they look like.
package window
