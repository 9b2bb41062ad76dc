package layout

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/png"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"hallway/printer"
	"hallway/printer/printertest"
	"hallway/printer/raster"
)

// drawn is a document as it looks on the profile's paper.
func drawn(t testing.TB, d printer.Document, p printer.Profile) (Sheet, *raster.Bitmap) {
	t.Helper()
	s, err := Lay(d, p)
	if err != nil {
		t.Fatal(err)
	}
	return s, s.Draw(p)
}

// Every template on every paper: nothing leaves the paper, and both codes are
// read by two independent programs on every width of paper.
func TestEveryTemplateOnEveryPaper(t *testing.T) {
	scanned := map[int]bool{}
	for _, id := range printer.ProfileIDs() {
		p := profile(t, id)
		scan := !scanned[p.Geometry.Dots]
		scanned[p.Geometry.Dots] = true
		for name, d := range printertest.Documents(t) {
			s, paper := drawn(t, d, p)
			checkWidths(t, s, p)
			if last, ok := s[len(s)-1].(Cut); !ok {
				t.Errorf("%s on %s ends with %T", name, id, last)
			}
			want := codes(d)
			if !scan || len(want) == 0 {
				continue
			}
			for _, code := range want {
				if got := zxing(t, paper, code); got != code {
					t.Errorf("%s on %s: gozxing reads %q, want %q", name, id, got, code)
				}
			}
			if got := zbar(t, paper); !sameSet(got, want) {
				t.Errorf("%s on %s: zbar reads %q, want %q", name, id, got, want)
			}
		}
	}
}

// codes are the contents of a document's codes.
func codes(d printer.Document) []string {
	var all []string
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case printer.QR:
			all = append(all, b.Data)
		case printer.Barcode:
			all = append(all, b.Data)
		}
	}
	return all
}

func zxing(t *testing.T, b *raster.Bitmap, want string) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(b.Gray())
	if err != nil {
		t.Fatal(err)
	}
	reader := qrcode.NewQRCodeReader()
	if !strings.HasPrefix(want, "http") {
		reader = oned.NewCode128Reader()
	}
	got, err := reader.Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return err.Error()
	}
	return got.GetText()
}

// zbar is zbarimg of Debian's zbar-tools. It ends with 4 when it reads nothing.
func zbar(t *testing.T, b *raster.Bitmap) []string {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, b.Gray()); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "zbarimg", "--nodbus", "-q", "--raw", "png:-")
	cmd.Stdin = &file
	out, err := cmd.Output()
	var ended *exec.ExitError
	if err != nil && !(errors.As(err, &ended) && ended.ExitCode() == 4) {
		t.Fatalf("zbarimg (Debian package zbar-tools): %v", err)
	}
	return strings.Fields(string(out))
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// FuzzLay lays any valid document out: no panic, nothing outside the paper, and
// an error of the document's own kind otherwise.
func FuzzLay(f *testing.F) {
	for _, d := range printertest.Documents(f) {
		data, err := json.Marshal(d)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint8(0))
		f.Add(data, uint8(1))
	}
	ids := printer.ProfileIDs()
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		d, err := printer.ParseDocument(data)
		if err != nil {
			return
		}
		p := profile(t, ids[int(which)%len(ids)])
		s, r, err := Examine(d, p)
		again, err2 := Lay(d, p)
		if (err == nil) != (err2 == nil) || err == nil && (len(s) != len(again) || s.Rows() != again.Rows()) {
			t.Fatalf("Examine: %v, Lay: %v", err, err2)
		}
		if err != nil {
			return
		}
		checkWidths(t, s, p)
		if paper := s.Draw(p); paper.H != s.Rows() || paper.W != p.Geometry.Dots {
			t.Errorf("%d by %d dots, report %+v", paper.W, paper.H, r)
		}
	})
}
