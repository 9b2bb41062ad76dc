// Package usbport opens one interface of a USB device through usbfs, for
// devices that no driver of the kernel knows: vendor-class card readers with a
// pair of pipes, or with two pairs of which one carries headers. It needs no
// cgo and no libusb.
//
// [Open] finds the interface by its name in sysfs, takes it from the kernel's
// driver if one holds it, and gives it back at Close. [Interface.Pipes] tells
// the endpoint addresses of the descriptor; [Interface.Conn] makes a byte
// stream of a pair of them.
//
// Transfers are asynchronous (USBDEVFS_SUBMITURB, REAPURBNDELAY, DISCARDURB)
// and one goroutine in Go's poller collects them, so no call keeps a thread and
// a context that ends takes its transfer back at once. Each IN pipe that is in
// use is read ahead, packet by packet into a bounded queue: a Read that ends
// early loses nothing, a reply whose last packet is full needs no empty packet
// behind it, and a device that talks to nobody is held off by the bus itself
// when the queue is full.
//
// An endpoint that stalls is cleared (CLEAR_HALT) once; when it stalls again
// before it moved a byte the pipe ends with [devices.ErrProtocol].
//
// Opening needs write access to the device's node below /dev/bus/usb: root, or
// a udev rule such as
//
//	SUBSYSTEM=="usb", ATTR{idVendor}=="0400", ATTR{idProduct}=="c35a", MODE="0660", GROUP="kiosk"
//
// Numbers and structures are those of linux/usbdevice_fs.h, for processors that
// encode ioctls as x86, ARM, RISC-V and LoongArch do.
package usbport
