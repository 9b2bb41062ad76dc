package usbport

import (
	"testing"
	"unsafe"
)

// The numbers of linux/usbdevice_fs.h as a C compiler makes them.
func TestRequestsHaveTheKernelsNumbers(t *testing.T) {
	want := map[string][2]uint{ // 64-bit, 32-bit
		"DISCARDURB":       {0x0000550B, 0x0000550B},
		"SUBMITURB":        {0x8038550A, 0x802C550A},
		"REAPURBNDELAY":    {0x4008550D, 0x4004550D},
		"RELEASEINTERFACE": {0x80045510, 0x80045510},
		"GETDRIVER":        {0x41045508, 0x41045508},
		"CLEAR_HALT":       {0x80045515, 0x80045515},
		"IOCTL":            {0xC0105512, 0xC00C5512},
		"CONNECT":          {0x00005517, 0x00005517},
		"DISCONNECT_CLAIM": {0x8108551B, 0x8108551B},
	}
	width := 0
	if unsafe.Sizeof(uintptr(0)) == 4 {
		width = 1
	}
	for name, got := range map[string]uint{
		"DISCARDURB": reqDiscard, "SUBMITURB": reqSubmit, "REAPURBNDELAY": reqReapNoDelay, "RELEASEINTERFACE": reqRelease,
		"GETDRIVER": reqGetDriver, "CLEAR_HALT": reqClearHalt, "IOCTL": reqIoctl, "CONNECT": reqConnect, "DISCONNECT_CLAIM": reqDisconnectClaim,
	} {
		if got != want[name][width] {
			t.Errorf("%s is %#x, want %#x", name, got, want[name][width])
		}
	}
}
