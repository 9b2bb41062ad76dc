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
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"hallway/devices"
	devsim "hallway/devices/sim"
	"hallway/printer"
	"hallway/printer/escpos/sim"
	"hallway/printer/ticket"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

var (
	hall    = ticket.Name{Zh: "市政务服务中心", En: "City Government Service Centre"}
	service = ticket.Name{Zh: "有限责任公司设立登记", En: "Registration of a limited company"}
	area    = ticket.Name{Zh: "一楼 A 区", En: "Ground floor, area A"}
	issued  = time.Date(2026, 11, 23, 9, 31, 0, 0, time.FixedZone("CST", 8*3600))
)

const link = "http://hall.example.cn/t/2026-11-23/A012?k=7F3C9A2E"

// documents are all templates with typical contents.
func documents(t testing.TB, lang string) map[string]printer.Document {
	queue := ticket.Queue{
		Hall: hall, Number: "A012", Service: service, Area: area, Windows: []string{"3", "4", "5"},
		Ahead: 7, WaitFrom: 15, WaitTo: 25, IssuedAt: issued, Terminal: "012", Link: link,
	}
	offline := queue
	offline.Number, offline.Offline, offline.Copy, offline.Ahead = "A812", true, 1, -1
	receipt := ticket.Receipt{
		Hall: hall, Number: "0417-012-261123-0093-7", Item: service, Person: "张**", At: issued,
		Delivered: true, Ref: "CN-2026-004711", Terminal: "012", Link: link,
	}
	booking := ticket.Booking{
		Hall: hall, Number: "0417-012-261123-0094-5", Item: service, Start: issued.Add(48 * time.Hour).Truncate(time.Hour),
		End: issued.Add(48 * time.Hour).Truncate(time.Hour).Add(30 * time.Minute), Area: area,
		Person: "张**", At: issued, Terminal: "012", Link: link,
	}
	request := booking
	request.Request = true
	stored := receipt
	stored.Delivered, stored.Ref = false, ""
	return map[string]printer.Document{
		"queue": queue.Document(lang), "offline": offline.Document(lang),
		"receipt": receipt.Document(lang), "stored": stored.Document(lang),
		"booking": booking.Document(lang), "request": request.Document(lang),
		"test": ticket.Test{Profile: load(t, "generic-cn-80"), Model: "TM-T82", At: issued, Terminal: "012", Link: link}.Document(lang),
	}
}

func TestEveryTemplateOnEveryPaperInEveryLanguage(t *testing.T) {
	for _, profile := range printer.ProfileIDs() {
		if p := load(t, profile); p.Language != printer.LanguageESCPOS || p.Proof == printer.ProofNone {
			continue
		}
		for _, lang := range []string{"zh-Hans", "en"} {
			t.Run(profile+" "+lang, func(t *testing.T) {
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
		if got := decode(t, slip.Image); got != link {
			t.Errorf("%s: QR code says %q", name, got)
		}
		report(t, profile, name, lang, doc, slip)
		switch profile + lang {
		case "generic-cn-80zh-Hans", "generic-cn-58en":
			golden(t, name+"-"+lang, slip.Image)
		}
	}
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
