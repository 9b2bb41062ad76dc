// Package intake is the half that drivers of input devices share: devices that
// send a message when a person swipes a document or holds up a code, and never
// when the program asks.
//
// [Open] begins to read a port and reads until it is closed, so that nothing
// old waits in a buffer when a screen begins to ask. What arrives while nobody
// asks is dropped and its bytes are overwritten. [Intake.Poll] hands out
// messages while it runs, and overwrites each when its taker has returned.
//
// How bytes become messages is the driver's: it gives an [Assembler]. A message
// that began before Poll did is dropped to its end, so that half a message is
// never taken for a whole one.
package intake
