// Package kiosk draws the citizen's screens: [Render] takes a view model of
// package journey and gives widgets of package kit, one file a kind of screen.
// It decides nothing; every control only reports its id.
//
// A [Renderer] keeps the keyboard from one screen to the next while only the text
// changes.
//
// Two surfaces are served, upright and wide. Upright, what is read stands above
// and what is touched below, where a person in a wheelchair and a child reach
// it. Wide, the question and the buttons stand at the left and the content at
// the right.
package kiosk
