package raster

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// zxing reads a code with one library.
func zxing(t *testing.T, img image.Image, r gozxing.Reader) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return err.Error()
	}
	return got.GetText()
}

// zbar reads every code of a picture with the other, zbarimg of Debian's
// zbar-tools.
func zbar(t *testing.T, img image.Image) []string {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--nodbus", "-q", "--raw", name).Output()
	if err != nil {
		t.Fatalf("zbarimg (Debian package zbar-tools): %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestQRCodesAreReadByTwoIndependentDecoders(t *testing.T) {
	for _, data := range []string{"http://hall.example.cn/t/2026-11-23/A012?k=7F3C9A2E", strings.Repeat("x", 200), "1"} {
		b, err := QR(data, 6, 576)
		if err != nil {
			t.Fatal(err)
		}
		if got := zxing(t, b.Gray(), qrcode.NewQRCodeReader()); got != data {
			t.Errorf("gozxing reads %q, want %q", got, data)
		}
		if got := zbar(t, b.Gray()); len(got) != 1 || got[0] != data {
			t.Errorf("zbar reads %q, want %q", got, data)
		}
	}
}

func TestBarcodesAreReadByTwoIndependentDecoders(t *testing.T) {
	var ascii strings.Builder
	for r := rune(0x20); r <= 0x7e; r++ {
		ascii.WriteRune(r)
	}
	all := []string{"A012-20260105", "0417-012-261123-0093-7", "12", "123", "1234", "12345", "A1234", "1234A", "~", "AB123456CD", "00000000"}
	for rest := ascii.String(); rest != ""; {
		n := min(12, len(rest))
		all, rest = append(all, "x"+rest[:n]+"x"), rest[n:]
	}
	for n := range 10 { // every pair of digits, which are the characters of set C
		var pairs strings.Builder
		for m := range 10 {
			pairs.WriteByte(byte('0' + n))
			pairs.WriteByte(byte('0' + m))
		}
		all = append(all, pairs.String())
	}
	for _, data := range all {
		b, err := Code128(data, 3, 80, 1200)
		if err != nil {
			t.Fatal(err)
		}
		if got := zxing(t, b.Gray(), oned.NewCode128Reader()); got != data {
			t.Errorf("gozxing reads %q, want %q", got, data)
		}
		if got := zbar(t, b.Gray()); len(got) != 1 || got[0] != data {
			t.Errorf("zbar reads %q, want %q", got, data)
		}
	}
}

func TestBarcodeThatCannotBeReadIsRefused(t *testing.T) {
	for _, data := range []string{"", "号", "a\x1b", strings.Repeat("x", 32)} {
		if _, err := Code128(data, 3, 64, 384); err == nil {
			t.Errorf("%q is accepted", data)
		}
	}
	if b, err := Code128("0417-012-261123-0093-7", 3, 64, 576); err != nil || b.W > 576 {
		t.Errorf("a receipt number does not fit 80 mm: %v", err)
	}
}
