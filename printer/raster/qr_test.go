package raster

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

func TestTheLastCodesAreDrawnOnce(t *testing.T) {
	first, err := QR("A012", 4, 384)
	if err != nil {
		t.Fatal(err)
	}
	pix := slices.Clone(first.Pix)
	for i := range keptCodes - 1 {
		if _, err := QR(fmt.Sprint("A", i), 4, 384); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := QR("A012", 4, 384); again != first || err != nil || !slices.Equal(again.Pix, pix) {
		t.Error("a code is drawn twice")
	}
	for _, k := range []qrKey{{"A012", 5, 384}, {"A012", 4, 100}} {
		if other, err := QR(k.data, k.module, k.maxWidth); err != nil || other.W == first.W {
			t.Errorf("%+v: %v", k, err)
		}
	}
	if _, err := QR("B", 4, 384); err != nil {
		t.Fatal(err)
	}
	if again, err := QR("A012", 4, 384); again == first || err != nil || !slices.Equal(again.Pix, pix) {
		t.Error("more codes are kept than said")
	}
	if len(codes.drawn) != keptCodes || len(codes.order) != keptCodes {
		t.Errorf("%d and %d codes are kept", len(codes.drawn), len(codes.order))
	}
}

func TestCodesAreDrawnByMany(t *testing.T) {
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 20 {
				if b, err := QR(fmt.Sprint("A", (i+j)%6), 3, 384); err != nil || b.W == 0 {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
