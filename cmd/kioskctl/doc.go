// Kioskctl is the technician's tool. It needs no display.
//
//	kioskctl ports | rules                        what is plugged in, and the udev rules for it
//	kioskctl probe PORT [--baud N]                who is on a port
//	kioskctl check --kiosk FILE | --counter FILE  how every configured device is
//	kioskctl test ID --kiosk FILE                 something that a person can see
//	kioskctl walk ID --kiosk FILE                 what only a person can do: open the cover, lay a card
//	kioskctl record ID --kiosk FILE --out FILE    the traffic of a device, personal data masked
//	kioskctl replay FILE                          a recording, to its driver
//	kioskctl bundle --kiosk FILE --out FILE       what support needs, without secrets
//	kioskctl card decode [--reveal] FILE|-        what a card reader sent, as JSON lines
//	kioskctl mrz decode [--reveal] FILE|-         machine-readable zones, as JSON lines
//	kioskctl ticket render --out FILE DOCUMENT    a document as a printer's bytes, and as a picture
//	kioskctl printer detect|profile|probe|test PORT  what a printer is and can
//	kioskctl roll show|new --kiosk FILE           what is left of the roll of paper; that one was put in
//	kioskctl handbook [DRIVER] [--out DIR]        the technician's pages
//	kioskctl voice --hall URL [--pack DIR]        the calls of a hall, spoken
//	kioskctl sim DEVICE --pty LINK | --listen ADDR [--script FILE]
//
// Ports are listed without being opened. Check, test, walk and record open the
// devices that a configuration names, so the program that uses them must not
// run; it would be said to hold the port. Roll reads and writes the terminal's
// store, beside its program.
//
// The exit code is 0 when all is well, 1 when a device needs a person or the
// command failed, and 2 for a wrong command line.
//
// A simulator says in one line what to open, takes commands from the standard
// input, a line each, and ends with SIGINT, SIGTERM or the command "quit";
// "help" lists the commands. The end of the input does not end it, so that it
// can run without a terminal.
package main
