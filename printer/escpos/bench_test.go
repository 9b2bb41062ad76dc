package escpos

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hallway/printer"
	"hallway/printer/layout"
	"hallway/printer/raster"
)

// sample is the ticket of the benchmarks: a title, a number, six lines of facts
// and a QR code.
var sample = printer.Document{Template: "ticket", Lang: "zh-Hans", Blocks: []printer.Block{
	printer.Text{Text: "市政务服务中心", Scale: 2, Bold: true, Align: printer.Centre},
	printer.Text{Text: "社会保障窗口 取号凭证", Align: printer.Centre},
	printer.Text{Text: "A012", Scale: 4, Bold: true, Align: printer.Centre},
	printer.Text{Text: "业务：养老保险关系转移接续"}, printer.Text{Text: "前面等候：7 人    预计 25 分钟"},
	printer.Text{Text: "时间：2026-01-05 09:31:22"}, printer.Text{Text: "请在3号窗口附近等候叫号"},
	printer.Text{Text: " 过号请重新取号 ", Align: printer.Centre}, printer.Text{Text: "终端 012", Align: printer.Right},
	printer.QR{Data: "https://hall.example.cn/t/A012?d=20260105&k=7F3C9A2E", Module: 6},
	printer.Cut{},
}}

// logo is a picture of 384 by 96 dots like a seal between two blocks of text.
func logo() *raster.Bitmap {
	b := raster.New(384, 96)
	for x := range 384 {
		for y := range 96 {
			if dx, dy := x-192, y-48; dx*dx+dy*dy < 44*44 && (x+y)%3 != 0 || x > 20 && x < 130 && y > 30 && y < 66 && x%7 < 4 {
				b.Set(x, y)
			}
		}
	}
	return b
}

// withLogo encodes the sample below a logo that is laid out already.
func withLogo(tb testing.TB, p printer.Profile, b *raster.Bitmap) int {
	tb.Helper()
	e := newEncoder(p)
	e.reset()
	if err := e.sheet(layout.Sheet{layout.Picture{Bitmap: b, Align: printer.Centre}}); err != nil {
		tb.Fatal(err)
	}
	t, err := prepare(sample, p)
	if err != nil {
		tb.Fatal(err)
	}
	return len(e.out) + len(t.body) + len(t.cut)
}

func TestANativeTicketWithALogoIsShort(t *testing.T) {
	for _, id := range []string{"epson-tm-t82", "epson-tm-t88", "epson-eu-m30"} {
		n := withLogo(t, load(t, id), logo())
		t.Logf("%s: %d bytes with a logo of 384 by 96 dots", id, n)
		if n > 4600 {
			t.Errorf("%s: %d bytes, want at most 4600", id, n)
		}
	}
}

func BenchmarkTicketNative(b *testing.B) {
	p := load(b, "epson-tm-t82")
	picture := layout.Sheet{layout.Picture{Bitmap: logo(), Align: printer.Centre}}
	withLogo(b, p, logo()) // the table of characters is made once
	b.ReportAllocs()
	for b.Loop() {
		e := newEncoder(p)
		if err := e.sheet(picture); err != nil {
			b.Fatal(err)
		}
		if _, err := prepare(sample, p); err != nil {
			b.Fatal(err)
		}
	}
}

// fullRaster is a printer without Chinese and without any way to shorten a
// picture.
func fullRaster(b *testing.B) printer.Profile {
	p := bulky(load(b, "generic-cn-80"))
	p.Text.Charset, p.Text.MaxScale, p.Text.ASCIIScale = "none", 1, 1
	return p
}

// raster encodes the sample below a logo, from warm caches of glyphs and logo,
// with that QR code.
func (e *encoder) raster(b *testing.B, code string) {
	e.reset()
	if err := e.sheet(layout.Sheet{layout.Picture{Bitmap: theLogo, Align: printer.Centre}}); err != nil {
		b.Fatal(err)
	}
	d := sample
	d.Blocks = slices.Clone(sample.Blocks)
	at := slices.IndexFunc(d.Blocks, func(b printer.Block) bool { _, ok := b.(printer.QR); return ok })
	d.Blocks[at] = printer.QR{Data: code, Module: 6}
	if _, err := prepare(d, e.profile); err != nil {
		b.Fatal(err)
	}
}

var theLogo = logo()

// benchLink is what the QR code of the benchmarks says on the n-th ticket.
func benchLink(n int) string {
	return fmt.Sprintf("https://hall.example.cn/t/A012?d=20260105&k=%08X", n)
}

// BenchmarkTicketRaster draws logo, text and a QR code that is encoded already:
// what a reprint costs.
func BenchmarkTicketRaster(b *testing.B) {
	p := fullRaster(b)
	b.ReportAllocs()
	for b.Loop() {
		newEncoder(p).raster(b, benchLink(0))
	}
}

// BenchmarkTicketRasterNewQR encodes a QR code of its own for every ticket: what
// a first print costs. "qr/ticket" is the share of the QR code.
func BenchmarkTicketRasterNewQR(b *testing.B) {
	p := fullRaster(b)
	b.ReportAllocs()
	n := 0
	var code time.Duration
	for b.Loop() {
		n++
		began := time.Now()
		if _, err := raster.QR(benchLink(n), 6, p.Geometry.Dots); err != nil { // kept for the ticket
			b.Fatal(err)
		}
		code += time.Since(began)
		newEncoder(p).raster(b, benchLink(n))
	}
	b.ReportMetric(float64(code)/float64(b.Elapsed()), "qr/ticket")
	b.ReportMetric(float64(code.Nanoseconds())/float64(n), "qr-ns/op")
}

// BenchmarkQRDrawn is a QR code alone, encoded by go-qrcode and drawn.
func BenchmarkQRDrawn(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		if _, err := raster.QR(benchLink(n), 6, 576); err != nil {
			b.Fatal(err)
		}
	}
}
