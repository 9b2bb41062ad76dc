// Package kit holds the widgets of every window of a hall: kiosk, counter and
// the desk of simulated devices. A widget takes what it shows and a function to
// call; it decides nothing.
//
// Rules that all of them obey:
//
//   - A press counts when the finger leaves the screen inside the control or at
//     most [Slip] outside, whatever it did meanwhile and however long it took:
//     old hands tremble and rest.
//   - No control reacts to hovering, for a touch screen leaves the pointer where
//     the finger was. None changes the cursor: on X11 that swallows the touch.
//   - Every control has an id, unique on its screen. [Trace] writes where the
//     controls are, so that a scripted visit and a technician can find them.
//   - Texts are broken for Chinese by [Break]. Widths are given when a widget is
//     made, so a screen is laid out in one pass.
//   - The keyboard ([Board], [Bar], [Line]) is keys like any other control. Only
//     the key that erases acts while the finger still rests on it
//     ([Control.OnHold]); who draws the screens decides how often.
//   - A control that does nothing now is shown as off and takes no press.
package kit
