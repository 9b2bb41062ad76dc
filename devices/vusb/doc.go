// Package vusb plugs virtual USB devices into this machine's own USB tree, so
// that the kernel's drivers and the ports above them meet an ordinary device:
// cdc-acm, usbhid, usblp, libusb and usbfs see descriptors, transfers, stalls
// and the drawn cable of real hardware. It stands in for hardware in tests that
// no pseudo-terminal can serve.
//
// A [Gadget] is the device's side: descriptors and pipes. [NewSerial], [NewHID],
// [NewVendor], [NewFourPipe], [NewPrinter], [NewKeyboard] and [NewScanner] make
// the ones of a hall. Each gives a [Line], on which a simulator serves. [Plug]
// puts a gadget into a free port until the test ends, [Plugged.Unplug] draws the
// cable and [Plugged.Replug] puts it back into the same port. Faults are of the
// bus, [Gadget.Inject] and [Gadget.Delay]; those of the line are [sim.Faulty].
//
// The kernel module vhci-hcd carries the transfers over a socket pair in the
// format of the Linux kernel's documentation, "USB/IP protocol". No network is
// used. It needs root and a kernel with that module, which is why everything
// but this page is behind the build tag kernel and runs in the guest that the
// folder lab describes: "make kernel" boots it and runs every kernel test.
//
// A process that ends while it serves a device that it holds open waits in the
// kernel for its own answer. Plug therefore unplugs in t.Cleanup, and the guest
// pulls everything out when a program takes too long to end.
package vusb
