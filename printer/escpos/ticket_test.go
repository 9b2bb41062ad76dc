package escpos

import (
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

const link = "http://hall.example.cn/t/2026-11-23/A012?k=7F3C9A2E"

// documents are all templates with typical contents, by their names.
func documents(t testing.TB, lang string) map[string]printer.Document {
	t.Helper()
	all := map[string]printer.Document{}
	for name, d := range printertest.Documents(t) {
		if template, ok := strings.CutSuffix(name, "-"+lang); ok {
			all[template] = d
		}
	}
	return all
}

func TestEveryTemplateOnEveryPaperInEveryLanguage(t *testing.T) {
	for _, profile := range printer.ProfileIDs() {
		if p := load(t, profile); p.Language != printer.LanguageESCPOS || p.Proof == printer.ProofNone {
			continue
		}
		for _, lang := range []string{"zh-Hans", "en"} {
			t.Run(profile+" "+lang, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { printAll(t, profile, lang) })
			})
		}
	}
}

// printAll prints every template; two series of them are compared with golden
// pictures: Chinese on 80 mm and English on 58 mm.
func printAll(t *testing.T, profile, lang string) {
	t.Helper()
	p := load(t, profile)
	c := clerk{t, p, sim.New(sim.Options{Model: sim.ModelOf(p)}), devsim.NewMemory("paper"), &journal{}}
	stop := c.serve()
	c.with(func(pr *Printer) { c.printAll(pr, lang) })
	stop()
	if err := errors.Join(c.line.Close(), errors.Join(c.paper.Errors()...)); err != nil {
		t.Error(err)
	}
}

func (c clerk) printAll(pr *Printer, lang string) {
	t, profile := c.T, c.profile.ID
	for name, doc := range documents(t, lang) {
		r := pr.Print(t.Context(), printer.Job{ID: printer.JobID(name), Doc: doc})
		if r.Outcome != devices.Done || r.Reason != printer.ReasonNone || r.Err != nil {
			t.Fatalf("%s: %+v", name, r)
		}
		slip, ok := c.paper.Take()
		if !ok || !slip.Cut {
			t.Fatalf("%s: no ticket came out", name)
		}
		if want := codeOf(doc); want != "" && (name == "queue" || isGolden(profile, lang)) { // other profiles draw it alike
			if got := decode(t, slip.Image); got != want {
				t.Errorf("%s: QR code says %q, want %q", name, got, want)
			}
		}
		report(t, profile, name, lang, doc, slip)
		if isGolden(profile, lang) {
			golden(t, name+"-"+lang, slip.Image)
		}
	}
}

// isGolden reports whether the profile's tickets in the language are compared
// with pictures.
func isGolden(profile, lang string) bool {
	return profile+lang == "generic-cn-80zh-Hans" || profile+lang == "generic-cn-58en"
}

// codeOf is what the QR code of a document says, "" without one.
func codeOf(d printer.Document) string {
	for _, b := range d.Blocks {
		if q, ok := b.(printer.QR); ok {
			return q.Data
		}
	}
	return ""
}

// report logs how many bytes and dots a template takes.
func report(t *testing.T, profile, name, lang string, doc printer.Document, slip sim.Ticket) {
	t.Helper()
	e, err := prepare(doc, load(t, profile))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%-14s %-8s %-7s %6d bytes, %4d rows", profile, name, lang, len(e.body)+len(e.cut), slip.Image.Rect.Dy())
}

// decode reads the QR code of a picture with an independent library.
func decode(t *testing.T, img image.Image) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	got, err := qrcode.NewQRCodeReader().Decode(bits, hints)
	if err != nil {
		return err.Error()
	}
	return got.GetText()
}

// golden compares a picture with the file of that name, dot by dot.
func golden(t *testing.T, name string, got *image.Gray) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".png")
	if *update {
		write(t, file, got)
		return
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if n := differences(want, got); n > 0 {
		actual := filepath.Join(t.TempDir(), name+".png")
		write(t, actual, got)
		t.Errorf("%s: %d dots differ; look at the picture and run make golden if it is right", name, n)
	}
}

func differences(want image.Image, got *image.Gray) int {
	if want.Bounds() != got.Rect {
		return max(want.Bounds().Dx()*want.Bounds().Dy(), 1)
	}
	n := 0
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if r, _, _, _ := want.At(x, y).RGBA(); (r > 0x7fff) != (got.GrayAt(x, y).Y > 0x7f) {
				n++
			}
		}
	}
	return n
}

// write stores a picture with two colours, which keeps golden files small.
func write(t *testing.T, file string, img *image.Gray) {
	t.Helper()
	small := image.NewPaletted(img.Rect, color.Palette{color.White, color.Black})
	for i, v := range img.Pix {
		if v < 0x80 {
			small.Pix[i] = 1
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, small); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheTextOfATicketIsReadableFromItsBytes(t *testing.T) {
	m := start(t, load(t, "generic-cn-80"), sim.Options{})
	if r := m.Print(t.Context(), printer.Job{ID: "1", Doc: documents(t, "zh-Hans")["queue"]}); r.Outcome != devices.Done {
		t.Fatal(r)
	}
	slip, _ := m.sim.Take()
	for _, want := range []string{"市政务服务中心", "有限责任公司设立登记", "一楼 A 区", "3、4、5", "15-25分钟", "2026-11-23 09:31"} {
		if !strings.Contains(slip.Text, want) {
			t.Errorf("%q is missing in:\n%s", want, slip.Text)
		}
	}
}
