package port_test

import (
	"errors"
	"strings"
	"testing"

	"hallway/devices"
	"hallway/devices/port"
)

// plugged is the message for a reader's usbfs node, as lib/kobject_uevent.c and
// drivers/usb/core write it.
const plugged = "add@/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.5\x00ACTION=add\x00" +
	"DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.5\x00SUBSYSTEM=usb\x00MAJOR=189\x00MINOR=7\x00" +
	"DEVNAME=bus/usb/001/008\x00DEVTYPE=usb_device\x00PRODUCT=400/c35a/100\x00TYPE=0/0/0\x00BUSNUM=001\x00DEVNUM=008\x00SEQNUM=2817\x00"

func TestMessageOfTheKernelBecomesAnEvent(t *testing.T) {
	got, err := port.ParseEvent([]byte(plugged))
	want := port.Event{Action: "add", Subsystem: "usb", DevPath: "/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.5",
		DevName: "bus/usb/001/008", DevType: "usb_device", Product: "400/c35a/100", Seq: 2817}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if !got.Ports() || (port.Event{Action: "add", Subsystem: "block"}).Ports() || !(port.Event{Action: port.Rescan}).Ports() {
		t.Error("which events concern ports")
	}
}

func TestMessageThatIsNotTheKernelsIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           "",
		"udev's own":      "libudev\x00\xfe\xed\xca\xfe",
		"no header":       "ACTION=add\x00DEVPATH=/x\x00SUBSYSTEM=usb\x00",
		"no zero byte":    "add@/x",
		"no action":       "@/x\x00ACTION=\x00DEVPATH=/x\x00SUBSYSTEM=usb\x00",
		"relative path":   "add@x\x00ACTION=add\x00DEVPATH=x\x00SUBSYSTEM=usb\x00",
		"another action":  strings.Replace(plugged, "ACTION=add", "ACTION=remove", 1),
		"another path":    strings.Replace(plugged, "DEVPATH=/devices", "DEVPATH=/other", 1),
		"no subsystem":    strings.Replace(plugged, "SUBSYSTEM=usb\x00", "", 1),
		"no number":       strings.Replace(plugged, "SEQNUM=2817", "SEQNUM=-1", 1),
		"number too long": strings.Replace(plugged, "SEQNUM=2817", "SEQNUM=99999999999999999999", 1),
	} {
		if e, err := port.ParseEvent([]byte(text)); !errors.Is(err, devices.ErrProtocol) || e != (port.Event{}) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte(plugged))
	f.Add([]byte("remove@/devices/virtual/tty/tty9\x00ACTION=remove\x00DEVPATH=/devices/virtual/tty/tty9\x00SUBSYSTEM=tty\x00SEQNUM=1\x00"))
	f.Add([]byte("add@/x\x00ACTION=add\x00DEVPATH=/x\x00SUBSYSTEM=\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := port.ParseEvent(b)
		switch {
		case err != nil && (e != (port.Event{}) || !errors.Is(err, devices.ErrProtocol) || len(err.Error()) > 400):
			t.Errorf("%+v beside error %v", e, err)
		case err == nil && (!strings.HasPrefix(string(b), e.Action+"@"+e.DevPath+"\x00") || e.Subsystem == "" || e.Err != nil):
			t.Errorf("%q became %+v", b, e)
		}
	})
}
