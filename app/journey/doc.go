// Package journey is a citizen's visit to a terminal, without widgets, bytes,
// SQL or clock: a [Model], the messages that change it, the pure function
// [Update], and [View], which says what the screen shows. Effects are
// [Command] values that a [Runner] carries out through the small interfaces of
// this package.
//
// Everything that a citizen can do is a control with an id on the present
// screen. A press of a control that the screen does not show, or shows as off,
// does nothing; so a second press of a button that led on finds no button.
//
// A visit begins with the first touch and ends with the home button, the end of
// the countdown, or the last screen. Then all that it knew is overwritten, and
// the answer to a command of an ended visit is dropped. A visit that gives the
// terminal something to keep cannot be left while the terminal stores it, which
// takes seconds and has a limit; anything else can be left at any moment.
//
// The keyboard belongs to the journey too: which layout is shown, which letters
// wait for a choice, what package ime offers for them. The screen shows it, and
// the keys of a plugged-in keyboard arrive as [Keyed].
//
// What the terminal knows beside the visit, such as the state of its devices
// and of the hall, comes in messages too and outlives it.
package journey
