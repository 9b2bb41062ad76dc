// Package port says what is plugged into this machine and which of it a
// configuration means.
//
// [Root.List] reads sysfs: UARTs and USB converters (tty), USB's HID interfaces,
// printers (usblp), and the USB interfaces of vendor or printer class that no
// driver of the kernel holds. It opens no device, because opening one pulses
// its modem lines, resets a live serial port to 9600 or waits for a printer.
//
// A [Spec] is the text that names a port in a configuration. A port is its USB
// path and interface, its UART's name, or its USB numbers with or without
// serial; the number in /dev/ttyUSB0 moves with every plug and many converters
// have no serial. [Find] gives the one port that a Spec means, or an error: two
// ports that match are a fault for a technician, never a guess. [Suggest] makes
// the Spec of a port, [Port.Access] says whether this process may open it and
// [Port.Rule] which line of udev cures it when not.
//
// [Root.Watch] hears the kernel's messages about devices that come and go.
// [Presence] turns them into the list of ports at any time, for all supervisors
// of a program together.
//
// Sources: the Linux kernel's documentation ABI/stable/sysfs-bus-usb,
// ABI/testing/sysfs-bus-usb and ABI/testing/sysfs-tty; for messages,
// lib/kobject_uevent.c and netlink(7).
package port
