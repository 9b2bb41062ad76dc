// Package lpport opens printers at the kernel's USB printer driver, usblp
// (/dev/usb/lp0). Its numbers change from plug to plug; package port finds the
// node of a place.
//
// The node is opened beside Go's poller: usblp's poll waits for a mutex that
// its ioctl holds while a printer answers, up to 5 s, and in the poller that
// would stop every goroutine of the program. Reads, writes and status requests
// each have a thread that the kernel may keep. A call ends with its context
// all the same; Close leaves a goroutine that the kernel keeps behind, which
// then closes the node.
//
// # What a Write knows
//
// A Write goes out in transfers of 4 KiB, one at a time, and is done when the
// printer has taken the last one. A printer takes nothing when its buffer is
// full: paper is out, the cover is open, it is off line. When ctx ends, the
// transfer that waits stays with the kernel, which gives it to the printer as
// soon as that takes bytes again; it counts as written, because nothing can
// prove that it will not be. The port goes on then: the next Write first waits
// until the printer has taken the old bytes. Close takes back what the printer
// has not taken.
//
// A transfer that the printer refuses, that noise on the cable spoils or that an
// unplug cuts ends the Write with [devices.ErrGone] and counts as written too:
// part of it may have arrived. usblp does not recover from it without a new
// open.
//
// # Status
//
// [Status] asks for the status byte of the printer class and [DeviceID] for
// its IEEE 1284 identity, also while a Write waits. What printers answer is
// worth little: many say 0x18 whatever happens, some 0x00, which [PortStatus]
// calls unknown. The printer's own language tells the truth.
//
// Sources: drivers/usb/class/usblp.c of Linux; USB Device Class Definition for
// Printing Devices 1.1, 4.2.
package lpport
