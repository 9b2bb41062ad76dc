package usbport

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"hallway/devices"
)

// sample is a device with a vendor interface of two settings and a HID one, in
// two configurations, as a node of usbfs reads (USB 2.0, 9.6).
func sample() []byte {
	d := []byte{18, 1, 0x00, 0x02, 0, 0, 0, 64, 0, 0, 0, 0, 0x00, 0x01, 1, 2, 3, 2}
	binary.NativeEndian.PutUint16(d[8:], 0x0400)
	binary.NativeEndian.PutUint16(d[10:], 0xC35A)
	return append(d,
		9, 2, 60, 0, 2, 1, 0, 0x80, 50,
		9, 4, 0, 0, 0, 0xFF, 0, 0, 0,
		9, 4, 0, 1, 3, 0xFF, 0, 0, 0,
		7, 5, 0x02, 2, 0x00, 0x02, 0,
		7, 5, 0x81, 2, 0x00, 0x02, 0,
		7, 5, 0x83, 1, 0x00, 0x04, 1, // isochronous
		9, 4, 1, 0, 1, 3, 0, 0, 0,
		9, 0x21, 0x11, 1, 0, 1, 0x22, 34, 0,
		7, 5, 0x85, 3, 0x40, 0x08, 1, // two packets of 64 a frame
		9, 2, 25, 0, 1, 2, 0, 0x80, 50,
		9, 4, 0, 1, 1, 0xFF, 0, 0, 0,
		7, 5, 0x86, 2, 64, 0, 0,
	)
}

func TestDescriptorsTellThePipesOfOneSetting(t *testing.T) {
	d, err := readDescriptors(iotest.OneByteReader(bytes.NewReader(sample())))
	if err != nil {
		t.Fatal(err)
	}
	if vendor, product := d.ids(); vendor != 0x0400 || product != 0xC35A {
		t.Errorf("got %04x:%04x", vendor, product)
	}
	for at, want := range map[place][]endpoint{
		{1, 0, 1}: {{0x02, urbBulk, 512}, {0x81, urbBulk, 512}},
		{1, 1, 0}: {{0x85, urbInterrupt, 128}},
		{2, 0, 1}: {{0x86, urbBulk, 64}},
	} {
		if got, err := d.endpoints(at); err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: %+v, %v", at, got, err)
		}
	}
	for _, at := range []place{{1, 0, 0}, {3, 0, 0}, {1, 2, 0}} {
		if got, err := d.endpoints(at); !errors.Is(err, devices.ErrProtocol) {
			t.Errorf("%+v: %+v, %v", at, got, err)
		}
	}
}

func TestBrokenDescriptorsAreRefused(t *testing.T) {
	good := sample()
	for name, bad := range map[string][]byte{
		"empty": nil, "short": good[:17], "not a device": append([]byte{18, 2}, good[2:]...),
	} {
		if _, err := readDescriptors(bytes.NewReader(bad)); !errors.Is(err, devices.ErrProtocol) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tail := range map[string][]byte{"length 0": {0, 5}, "length 1": {1}, "longer than what is left": {7, 5, 0x81}} {
		if _, err := descriptors(append(sample(), tail...)).endpoints(place{1, 1, 0}); !errors.Is(err, devices.ErrProtocol) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readDescriptors(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read error: %v", err)
	}
}

func FuzzDescriptors(f *testing.F) {
	f.Add(sample(), 1, 0, 1)
	f.Add(sample()[:60], 1, 1, 0)
	f.Fuzz(func(t *testing.T, data []byte, configuration, number, alternate int) {
		d, err := readDescriptors(bytes.NewReader(data))
		if err != nil {
			return
		}
		found, err := d.endpoints(place{configuration, number, alternate})
		if (err == nil) != (len(found) > 0) {
			t.Fatalf("%d endpoints, %v", len(found), err)
		}
		for _, e := range found {
			if e.packet < 1 || e.packet > 0x7FF*4 || e.address&0x0F == 0 {
				t.Fatalf("endpoint %+v", e)
			}
		}
	})
}
