// Counter is the window of a member of the counter staff. The clerk signs in
// with staff number and PIN, calls the next number, calls it again, and says
// that the person came, was served or did not come; the LED above the window
// shows the number. The screen, the keyboard and the counter's keypad do the
// same things.
//
//	counter --config FILE [--trace FILE]
//
// A display or keypad that is not there is shown as such and looked for until
// it comes; the window works without. The exit code is 0 after a proper end, 1
// after a failure and 2 for a wrong command line.
package main
