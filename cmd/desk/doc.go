// Desk puts a whole hall on one machine without hardware.
//
//	desk run [--bin DIR] [--data DIR] [--out DIR] [--landscape]
//	desk window --config FILE [--trace FILE]
//
// Run starts the hall, a desk of simulated devices, a kiosk and a counter, all
// true programs from the folder of its own binary. On a display it stands the
// windows beside one another and runs until it is stopped. Without a display it
// starts a virtual one, walks a scripted visit with real pointer and key
// events, saves a picture of every screen, and ends. Data stay in the data
// folder and are found again by the next run; the clerk of the demonstration
// has the staff number 1001 and the PIN 2468; 2001 (order desk), 3001 (a unit)
// and 9001 (a leader) sign in at the hall's page /orders with the same PIN.
//
// Window is the desk alone. Its devices are pseudo-terminals with stable names
// that any program can open as serial ports.
//
// The exit code is 0 after a proper end, 1 after a failure and 2 for a wrong
// command line.
package main
