// Package counter is the window of a member of the counter staff, without
// widgets, bytes, SQL or network: a [Model], the messages that change it, the
// pure function [Update], and [View], which says what the screen shows.
// Effects are [Command] values that a [Runner] carries out through [Hall] and
// [Display]. Widgets are in package window below.
//
// Everything that a person can do is a control with an id. A touch, a key of
// the keyboard and a key of the counter's keypad all become the same message,
// [Press], so no input can do what another cannot. A control that the screen
// shows as off does nothing, whoever presses it.
//
// What the screen shows is always a state that the hall confirmed. Each
// command carries an id and is sent again with the same id until the hall
// answers or nine seconds are over; then nobody knows whether it took effect,
// the screen says so, and nothing can be pressed until the hall told the state
// anew. A state that was not confirmed for ten seconds is shown as old, with
// its age, and the LED above the window goes dark after a minute.
package counter
