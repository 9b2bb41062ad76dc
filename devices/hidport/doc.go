// Package hidport opens USB HID devices other than keyboards in use: card
// readers, scanners in POS mode, numeric pads. It is the only package that
// knows github.com/karalabe/hid, which brings hidapi and libusb along and needs
// cgo. Built without cgo, [Open] says so.
//
// A Conn is message-oriented: each Read gives one input report, each Write sends
// one output report. A report carries its id as the first byte only when the
// device numbers its reports ([Options.Numbered]).
//
// What the library leaves to its user is done here:
//
//   - A device is opened by the name of its interface in sysfs, such as
//     "1-1.3:1.0", without asking any other device for its strings.
//   - The library's error is always the same; absent, denied and busy are told
//     apart by looking at sysfs and at the rights of the node of usbfs.
//   - The library keeps some 31 input reports and drops the oldest unseen. A
//     goroutine takes them at once; this package keeps 256, counts what it had
//     to drop ([Lost]) and gives it up from the oldest on.
//   - Input comes in pieces of the endpoint's packet size; they are joined to
//     reports of [Options.ReportLen] bytes.
//   - A write to a device that takes nothing ends after 1 s inside hidapi. A
//     context that ends earlier ends the call; the next one waits its turn.
//   - The library frees the device under a Read that still runs. Close ends
//     both goroutines that use the device before it closes it, which takes up
//     to 25 ms, or 1 s while a device takes nothing.
//
// Opening takes the interface from the kernel's driver until Close: a scanner
// or pad that is also a keyboard does not type meanwhile. It needs write access
// to the device's node below /dev/bus/usb: root, or a udev rule such as
//
//	SUBSYSTEM=="usb", ATTR{idVendor}=="10c4", ATTR{idProduct}=="0007", MODE="0660", GROUP="kiosk"
package hidport
