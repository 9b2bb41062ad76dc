//go:build linux && kernel

package vusb

// Vendor is a device of vendor class with bulk pipes, as card readers have it
// that no class driver takes.
type Vendor struct {
	*Gadget
	*Line
}

// The endpoints of [NewVendor], and of [NewFourPipe] for the bytes behind the
// header.
const (
	VendorIn  = 0x81
	VendorOut = 0x02
	BodyIn    = 0x85
	BodyOut   = 0x06
)

// NewVendor returns a device with one pipe each way.
func NewVendor(id Identity) *Vendor {
	g := New(id, nil, vendorInterface(VendorIn, VendorOut))
	return &Vendor{g, g.NewLine(0, VendorOut, VendorIn)}
}

// NewFourPipe returns a device that takes and gives the first header bytes of a
// message on [VendorOut] and [VendorIn], and what follows on [BodyOut] and
// [BodyIn]. Its line joins what comes in, in the order of arrival, and splits
// each Write.
func NewFourPipe(id Identity, header int) *Vendor {
	g := New(id, nil, vendorInterface(VendorIn, VendorOut, BodyIn, BodyOut))
	l := g.NewLine(0, VendorOut, VendorIn)
	l.out = append(l.out, g.pipe(BodyOut))
	l.send = func(b []byte) error {
		n := min(header, len(b))
		g.write(g.pipe(VendorIn), b[:n])
		if n < len(b) {
			g.write(g.pipe(BodyIn), b[n:])
		}
		return nil
	}
	return &Vendor{g, l}
}

func vendorInterface(addresses ...byte) Interface {
	f := Interface{Class: 0xFF}
	for _, a := range addresses {
		f.Endpoints = append(f.Endpoints, Endpoint{Address: a})
	}
	return f
}
