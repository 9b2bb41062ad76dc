package usbport

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The structures of linux/usbdevice_fs.h. Go lays them out as C does, with 4 or
// 8 bytes a pointer.
type (
	urb struct {
		kind        uint8
		endpoint    uint8
		status      int32
		flags       uint32
		buffer      unsafe.Pointer
		length      int32
		actual      int32
		startFrame  int32
		packets     int32
		errorCount  int32
		signal      uint32
		userContext unsafe.Pointer
	}
	disconnectClaim struct {
		number uint32
		flags  uint32
		driver [256]byte
	}
	getDriver struct {
		number uint32
		driver [256]byte
	}
	innerIoctl struct {
		number int32
		code   int32
		data   unsafe.Pointer
	}
)

// Kinds of urb, and what transfers of bmAttributes 2 and 3 are called there.
const (
	urbInterrupt = 1
	urbBulk      = 3
)

const (
	urbZeroPacket = 0x40 // USBDEVFS_URB_ZERO_PACKET
	exceptDriver  = 0x02 // USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER
)

// Requests: _IO, _IOR, _IOW and _IOWR of 'U'.
const (
	dirNone, dirWrite, dirRead = 0, 1 << 30, 2 << 30

	reqGetDriver       = dirWrite | uint(unsafe.Sizeof(getDriver{}))<<16 | 'U'<<8 | 8
	reqSubmit          = dirRead | uint(unsafe.Sizeof(urb{}))<<16 | 'U'<<8 | 10
	reqDiscard         = dirNone | 'U'<<8 | 11
	reqReapNoDelay     = dirWrite | uint(unsafe.Sizeof(uintptr(0)))<<16 | 'U'<<8 | 13
	reqRelease         = dirRead | 4<<16 | 'U'<<8 | 16
	reqIoctl           = dirRead | dirWrite | uint(unsafe.Sizeof(innerIoctl{}))<<16 | 'U'<<8 | 18
	reqClearHalt       = dirRead | 4<<16 | 'U'<<8 | 21
	reqConnect         = dirNone | 'U'<<8 | 23
	reqDisconnectClaim = dirRead | uint(unsafe.Sizeof(disconnectClaim{}))<<16 | 'U'<<8 | 27
)

// node is an open device of usbfs in Go's poller.
type node struct {
	file *os.File
	raw  syscall.RawConn
}

func openNode(path string) (*node, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), path)
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &node{file, raw}, nil
}

// ioctl makes a request on the open node.
func (n *node) ioctl(request uint, arg unsafe.Pointer) error {
	var errno syscall.Errno
	if err := n.raw.Control(func(fd uintptr) { errno = ioctl(fd, request, arg) }); err != nil {
		return err
	}
	return failure(errno)
}

func ioctl(fd uintptr, request uint, arg unsafe.Pointer) syscall.Errno {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(arg))
		if errno != unix.EINTR {
			return errno
		}
	}
}

// failure is a typed nil's cure.
func failure(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}

// claim takes the interface, also from a driver of the kernel, whose name it
// returns, but not from another program.
func (n *node) claim(number int) (driver string, err error) {
	was := getDriver{number: uint32(number)}
	if err := n.ioctl(reqGetDriver, unsafe.Pointer(&was)); err == nil {
		driver = unix.ByteSliceToString(was.driver[:])
	}
	request := disconnectClaim{number: uint32(number), flags: exceptDriver}
	copy(request.driver[:], "usbfs")
	if err := n.ioctl(reqDisconnectClaim, unsafe.Pointer(&request)); err != nil {
		return "", fmt.Errorf("claim: %w", err)
	}
	return driver, nil
}

// release gives the interface back, to the kernel's driver if one had it.
func (n *node) release(number int, driver string) error {
	wanted := uint32(number)
	if err := n.ioctl(reqRelease, unsafe.Pointer(&wanted)); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	if driver == "" {
		return nil
	}
	request := innerIoctl{number: int32(number), code: int32(reqConnect)}
	if err := n.ioctl(reqIoctl, unsafe.Pointer(&request)); err != nil {
		return fmt.Errorf("give back to %s: %w", driver, err)
	}
	return nil
}

// clearHalt ends the stall of an endpoint. The device has up to 5 s to answer.
func (n *node) clearHalt(address byte) error {
	wanted := uint32(address)
	return n.ioctl(reqClearHalt, unsafe.Pointer(&wanted))
}
