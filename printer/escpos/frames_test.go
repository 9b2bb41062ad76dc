package escpos

import (
	"image"
	"maps"
	"slices"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"hallway/printer"
	"hallway/printer/charset"
	"hallway/printer/escpos/sim"
	"hallway/printer/printertest"
)

// variants are all ESC/POS profiles with every level of characters.
func variants(t testing.TB) map[string]printer.Profile {
	out := map[string]printer.Profile{}
	for _, id := range printer.ProfileIDs() {
		p := load(t, id)
		if p.Language != printer.LanguageESCPOS {
			continue
		}
		for _, set := range []charset.Set{charset.ASCII, charset.GB2312, charset.GBK, charset.GB18030, charset.GB2000, charset.UTF8} {
			p.Text.Charset = set
			out[id+" "+string(set)] = p
		}
	}
	return out
}

// stream is all bytes of a job, with a flush and a scrap in front.
func stream(t testing.TB, p printer.Profile, d printer.Document) []byte {
	t.Helper()
	ticket, err := dialect{p}.Encode(printer.Job{ID: "op/1", Doc: d})
	if err != nil {
		t.Fatal(err)
	}
	out := append(make([]byte, largestCommand(p)+16), scrap(p)...)
	out = append(append(out, ticket.Body...), ticket.Mark[0]...)
	return append(append(out, ticket.Cut...), ticket.Mark[1]...)
}

func TestEveryByteOfEveryTemplateIsFramed(t *testing.T) {
	all := variants(t)
	var tickets, bytes atomic.Int64
	t.Run("all", func(t *testing.T) {
		for name, p := range all {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for _, lang := range []string{"zh-Hans", "en"} {
					for template, doc := range documents(t, lang) {
						b := stream(t, p, doc)
						if _, err := printertest.Tokens(b); err != nil {
							t.Errorf("%s, %s: %v", template, lang, err)
						}
						tickets.Add(1)
						bytes.Add(int64(len(b)))
					}
				}
			})
		}
	})
	t.Logf("%d tickets, %d bytes", tickets.Load(), bytes.Load())
	if want := int64(len(all) * 2 * 11); tickets.Load() != want {
		t.Errorf("%d tickets, want %d: eleven templates in two languages", tickets.Load(), want)
	}
}

// TestEveryByteOfAnyDocumentIsFramed does the same with documents made of
// anything that validation accepts.
func TestEveryByteOfAnyDocumentIsFramed(t *testing.T) {
	all := variants(t)
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(t *rapid.T) {
		p := all[rapid.SampledFrom(names).Draw(t, "profile")]
		ticket, err := dialect{p}.Encode(printer.Job{ID: "op/1", Doc: printertest.AnyDocument(t)})
		if printertest.Refused(err) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := printertest.Tokens(append(ticket.Body, ticket.Cut...)); err != nil {
			t.Fatal(err)
		}
	})
}

// TestPlacesOfPicturesAreTheSameOnEveryPrinter compares what the three ways to
// place a picture, both commands and both sizes put on paper.
func TestPlacesOfPicturesAreTheSameOnEveryPrinter(t *testing.T) {
	base := load(t, "generic-cn-80")
	doc := documents(t, "zh-Hans")["queue"]
	var want ink
	for _, pos := range []printer.Position{printer.PositionPad, printer.PositionAlign, printer.PositionAbsolute} {
		for _, command := range []printer.RasterCommand{printer.RasterGSv0, printer.RasterGSL} {
			for _, doubles := range []bool{false, true} {
				p := base
				p.Raster.Position, p.Raster.Command, p.Raster.Doubles = pos, command, doubles
				m := start(t, p, sim.Options{})
				if r := m.Print(t.Context(), printer.Job{ID: "op/1", Doc: doc}); r.Err != nil {
					t.Fatal(r.Err)
				}
				slip, ok := m.sim.Take()
				if !ok || decode(t, slip.Image) != link {
					t.Fatal("no ticket, or its QR code cannot be read")
				}
				got := weigh(slip.Image)
				if want.dots == 0 {
					want = got
				}
				if got.dots != want.dots || got.height != want.height || max(got.centre-want.centre, want.centre-got.centre) > 4 {
					t.Errorf("%s %s doubles %v: %+v, want %+v", pos, command, doubles, got, want)
				}
			}
		}
	}
}

// ink is how much is on a ticket and where; ESC a can place a picture only by
// whole bytes.
type ink struct{ dots, height, centre int }

func weigh(img *image.Gray) (i ink) {
	i.height = img.Rect.Dy()
	sum := 0
	for at, v := range img.Pix {
		if v < 0x80 {
			i.dots++
			sum += at % img.Stride
		}
	}
	i.centre = sum / max(i.dots, 1)
	return i
}
