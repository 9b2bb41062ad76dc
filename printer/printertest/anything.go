package printertest

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"hallway/printer"
)

// AnyDocument draws a document of one to six blocks of every kind that
// validation accepts, and a cut.
func AnyDocument(t *rapid.T) printer.Document {
	blocks := rapid.SliceOfN(anyBlock, 1, 6).Draw(t, "blocks")
	return printer.Document{Template: "ticket", Blocks: append(blocks, printer.Cut{})}
}

// Refused reports whether err says that a document of [AnyDocument] is too long
// or too wide for the paper, or holds a character that no font has.
func Refused(err error) bool {
	return slices.ContainsFunc([]string{"dots long", "cannot print", "too many for", "columns need"}, func(s string) bool {
		return err != nil && strings.Contains(err.Error(), s)
	})
}

var anyText = rapid.StringOfN(rapid.RuneFrom([]rune("A0 :/,.-~号办理窗口张伟一二〇镕堃喆㎡€￥·—，。（）")), 0, 60, -1)

var anyBlock = rapid.OneOf(
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.Text{Text: anyText.Draw(t, "text"), Scale: rapid.IntRange(0, printer.MaxScale).Draw(t, "scale"),
			Bold: rapid.Bool().Draw(t, "bold"), Invert: rapid.Bool().Draw(t, "invert"), Align: anyAlign(t)}
	}),
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.Spans{Spans: rapid.SliceOfN(rapid.Custom(anySpan), 1, 5).Draw(t, "spans"),
			Scale: rapid.IntRange(0, printer.MaxScale).Draw(t, "scale"), Align: anyAlign(t)}
	}),
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.KeyValue{Key: anyText.Draw(t, "key"), Value: anyText.Draw(t, "value"),
			Scale: rapid.IntRange(0, printer.MaxScale).Draw(t, "scale"), Bold: rapid.Bool().Draw(t, "bold")}
	}),
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.Columns{Columns: rapid.SliceOfN(rapid.Custom(anyColumn), 1, printer.MaxColumns).Draw(t, "columns"), Bold: rapid.Bool().Draw(t, "bold")}
	}),
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.QR{Data: rapid.StringMatching(`[ -~]{1,100}`).Draw(t, "data"), Module: rapid.IntRange(3, 8).Draw(t, "module")}
	}),
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.Barcode{Data: rapid.StringMatching(`[ -~]{1,32}`).Draw(t, "data"), Height: rapid.IntRange(24, 200).Draw(t, "height"),
			Module: rapid.IntRange(2, 4).Draw(t, "module")}
	}),
	rapid.Custom(anyImage),
	rapid.Custom(func(t *rapid.T) printer.Block {
		return printer.Feed{Lines: rapid.IntRange(0, printer.MaxFeed).Draw(t, "lines")}
	}),
	rapid.Just[printer.Block](printer.Rule{}),
)

func anyAlign(t *rapid.T) printer.Align { return printer.Align(rapid.IntRange(0, 2).Draw(t, "align")) }

func anySpan(t *rapid.T) printer.Span {
	return printer.Span{Text: anyText.Draw(t, "text"), Bold: rapid.Bool().Draw(t, "bold"), Invert: rapid.Bool().Draw(t, "invert"),
		Width: rapid.IntRange(0, printer.MaxScale).Draw(t, "width"), Height: rapid.IntRange(0, printer.MaxScale).Draw(t, "height")}
}

func anyColumn(t *rapid.T) printer.Column {
	return printer.Column{Text: anyText.Draw(t, "text"), Cells: rapid.IntRange(0, 12).Draw(t, "cells"), Align: anyAlign(t)}
}

// anyImage draws a picture whose dots are the bits of a short pattern, most
// often of the bytes with which real-time commands begin.
func anyImage(t *rapid.T) printer.Block {
	risky := rapid.SampledFrom([]byte{0x10, 0x04, 0x05, 0x14, 0x01, 0x02, 0x08, 0x1b, 0x06, 0x00})
	pattern := rapid.SliceOfN(rapid.OneOf(risky, rapid.Byte()), 1, 9).Draw(t, "pattern")
	m := image.NewGray(image.Rect(0, 0, rapid.IntRange(1, 700).Draw(t, "w"), rapid.IntRange(1, 60).Draw(t, "h")))
	for i := range m.Pix {
		if pattern[i/8%len(pattern)]<<(i%8)&0x80 == 0 {
			m.Pix[i] = 0xff
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	width := rapid.OneOf(rapid.Just(0), rapid.IntRange(8, 832)).Draw(t, "width")
	return printer.Image{PNG: printer.PNG(b.String()), Width: width, Photo: rapid.Bool().Draw(t, "photo"), Align: anyAlign(t)}
}
