package printertest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"slices"

	"hallway/devices"
	"hallway/printer"
)

// A fault is something that keeps a printer from printing.
type fault struct {
	why printer.Reason
	set func(p Paper, on bool)
}

var faults = []fault{
	{printer.ReasonPaperOut, func(p Paper, on bool) { p.SetPaper(map[bool]int{true: 0, false: 50_000}[on]) }},
	{printer.ReasonCover, Paper.SetCover},
	{printer.ReasonCutter, Paper.SetCutterJam},
	{printer.ReasonHot, Paper.SetHeadHot},
}

// test brings the fault about before a job: not a byte of it may leave, Check
// reports the fault, and without the fault the next job is printed.
func (f fault) test(c *counter) {
	f.set(c.paper, true)
	r := c.print(line("A001"))
	if r.Outcome != devices.NotDone || r.Reason != f.why || len(c.journal.Intents) != 0 {
		c.Errorf("got %s, reason %q, %v, %d intents; want nothing done because of %s", r.Outcome, r.Reason, r.Err, len(c.journal.Intents), f.why)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got, err := c.Check(ctx)
	if want := (devices.Condition{Code: string(f.why), Fault: true}); err != nil || !slices.Contains(got, want) {
		c.Errorf("conditions %v, %v; want %v", got, err, want)
	}
	f.set(c.paper, false)
	c.printed(c.print(line("A002")))
	if got := c.paper.Texts(); !slices.Equal(got, []string{"A002"}) {
		c.Errorf("tickets %q, want the second alone", got)
	}
	if got, err := c.Check(ctx); err != nil || len(got) != 0 {
		c.Errorf("conditions %v, %v after the fault", got, err)
	}
}

// frame is a picture with a black border of an eighth of its height.
func frame(w, h int) printer.PNG {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if edge := h / 8; x >= edge && x < w-edge && y >= edge && y < h-edge {
				m.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // writing to memory
	}
	return printer.PNG(b.Bytes())
}

func dark(m image.Image, x, y int) bool {
	return color.GrayModel.Convert(m.At(m.Bounds().Min.X+x, m.Bounds().Min.Y+y)).(color.Gray).Y < 128
}

// inkSides returns the first and last columns with ink and the paper's width;
// -1 and the width when there is none.
func inkSides(m image.Image) (left, right, width int) {
	width = m.Bounds().Dx()
	left, right = -1, width
	for x := range width {
		for y := range m.Bounds().Dy() {
			if !dark(m, x, y) {
				continue
			}
			if left < 0 {
				left = x
			}
			right = x
			break
		}
	}
	return left, right, width
}

// upright reports whether a column holds one unbroken side of the frame.
func upright(m image.Image, x int) bool {
	longest, run := 0, 0
	for y := range m.Bounds().Dy() {
		run++
		if !dark(m, x, y) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest > m.Bounds().Dx()/5
}
