package stage

import (
	"image"
	"testing"
)

func TestWindowsFitAndDoNotCoverOneAnother(t *testing.T) {
	for _, display := range []image.Point{VirtualSize, {1920, 1080}, {3840, 2160}, {2560, 1440}, {1366, 768}, {1080, 1920}} {
		for _, wide := range []bool{false, true} {
			p := Arrange(display, wide)
			all := []image.Rectangle{p.Kiosk, p.Desk, p.Counter}
			for i, r := range all {
				if r.Empty() || !r.In(image.Rectangle{Max: display}) {
					t.Errorf("%v wide %v: window %d at %v", display, wide, i, r)
				}
				for _, o := range all[:i] {
					if r.Overlaps(o) {
						t.Errorf("%v wide %v: %v covers %v", display, wide, r, o)
					}
				}
			}
			if got := p.Kiosk.Dx() < p.Kiosk.Dy(); got == wide {
				t.Errorf("%v wide %v: kiosk is %v", display, wide, p.Kiosk.Size())
			}
		}
	}
}

func TestVirtualDisplayShowsTheKioskAtItsTrueSize(t *testing.T) {
	if p := Arrange(VirtualSize, false); p.Scale != 1 || p.Kiosk.Size() != portrait {
		t.Errorf("kiosk %v at scale %v", p.Kiosk.Size(), p.Scale)
	}
	if p := Arrange(VirtualSize, true); p.Scale != 1 || p.Kiosk.Size() != landscape {
		t.Errorf("kiosk %v at scale %v", p.Kiosk.Size(), p.Scale)
	}
}
