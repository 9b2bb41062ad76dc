// Package cmd is the chapter on programs. Each folder below holds one:
//
//	kiosk     the citizen's terminal, full screen
//	counter   the window of a member of the counter staff
//	hall      queue authority of one hall, intake, wall page
//	kioskctl  the technician's tool: simulators and diagnosis
//	desk      simulated devices on a desk, and the whole hall on one machine
//
// A program's package only joins parts: it reads the command line and the
// configuration, opens what it needs and passes it on. Each has a Main with
// ParseFlags, Run and Close, so that a test can start the true program.
//
// The tests of this package guard the house: who may import whom, and that the
// README tells the truth.
package cmd
