// Package window is the desk that a person sees and touches: a card reader
// with specimen cards, a receipt printer with its paper, the LED and the
// keypad of a service window, and the network cable. [Draw] turns a [State]
// into widgets; [Run] joins it to the devices of a desk.
package window
