package layout

import (
	"fmt"
	"strings"
	"testing"

	"hallway/printer"
	"hallway/printer/raster"
)

// sample is the ticket of the speed race: a logo of 384 by 96 dots, a title of
// double size, a number of fourfold size, six Chinese lines, a QR code, the cut.
func sample(t testing.TB) []printer.Block {
	t.Helper()
	blocks := []printer.Block{
		printer.Image{PNG: logo(t, 384, 96), Align: printer.Centre},
		printer.Text{Text: "市政务服务中心", Scale: 2, Bold: true, Align: printer.Centre},
		printer.Text{Text: "A012", Scale: 4, Bold: true, Align: printer.Centre},
	}
	for _, line := range []string{
		"社会保障窗口 取号凭证", "队列：养老保险关系转移接续", "前面等候：7 人  预约约 25 分钟", "时间：2026-01-05 09:31:22", "请到3号窗口附近等候区", "过号请重新取号",
	} {
		blocks = append(blocks, printer.Text{Text: line})
	}
	return append(blocks, code, printer.Cut{})
}

var code = printer.QR{Data: "https://hall.example.cn/q/A012?d=20260105&k=7F3C9A2E"}

// withoutCode is the ticket for printers that draw the code by themselves; the
// encoder takes it out of the document before the layout.
func withoutCode(blocks []printer.Block) []printer.Block {
	var rest []printer.Block
	for _, b := range blocks {
		if b != code {
			rest = append(rest, b)
		}
	}
	return rest
}

// benchmark lays the blocks out once before it measures, so that glyphs and
// logo are drawn.
func benchmark(b *testing.B, p printer.Profile, blocks []printer.Block) {
	d := printer.Document{Blocks: blocks}
	if _, err := Lay(d, p); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Lay(d, p); err != nil {
			b.Fatal(err)
		}
	}
}

func load(b *testing.B, id string) printer.Profile {
	p, err := printer.LoadProfile(id)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// Native text, cached logo, the QR code left to the printer.
func BenchmarkLayNative(b *testing.B) {
	benchmark(b, load(b, "epson-tm-t82"), withoutCode(sample(b)))
}

// Every character drawn, from warm caches.
func BenchmarkLayDrawn(b *testing.B) {
	p := load(b, "generic-cn-80")
	p.Text.Charset, p.Text.MaxScale, p.Text.ASCIIScale = "none", 1, 1
	blocks := withoutCode(sample(b))
	benchmark(b, p, blocks)
}

// The QR code alone, as github.com/skip2/go-qrcode makes it.
func BenchmarkQR(b *testing.B) {
	n := 0
	for b.Loop() {
		n++
		if _, err := raster.QR(fmt.Sprintf("%s%d", code.Data, n), 6, 576); err != nil {
			b.Fatal(err)
		}
	}
}

// The allocations of a ticket are no matter of the machine's speed.
func TestATicketTakesFewAllocations(t *testing.T) {
	p := profile(t, "epson-tm-t82")
	d := printer.Document{Blocks: withoutCode(sample(t))}
	n := testing.AllocsPerRun(100, func() {
		if _, err := Lay(d, p); err != nil {
			t.Fatal(err)
		}
	})
	if n > mostAllocations {
		t.Errorf("%v allocations, want at most %d", n, mostAllocations)
	}
	if !strings.HasPrefix(string(d.Blocks[0].(printer.Image).PNG), "\x89PNG") {
		t.Error("the ticket has no logo")
	}
}

// mostAllocations leaves the encoder as many of the forty that a ticket may
// take.
const mostAllocations = 25
