package printer

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var usbID = regexp.MustCompile(`^[0-9a-f]{4}:[0-9a-f]{4}$`)

// Validate reports every impossible value by its key.
func (p Profile) Validate() error {
	var errs []error
	check := func(ok bool, key string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", key, got, want))
		}
	}
	in := func(key string, v, lo, hi int) {
		check(v >= lo && v <= hi, key, v, fmt.Sprintf("%d to %d", lo, hi))
	}
	check(p.ID != "", "id", `""`, "a name")
	oneOf(check, "language", p.Language, LanguageESCPOS, LanguageStarLine)
	for _, id := range p.Match.USB {
		check(usbID.MatchString(id), "match.usb", id, "four and four hexadecimal digits in lower case, such as 0416:5011")
	}
	in("geometry.dots", p.Geometry.Dots, 192, 832)
	check(p.Geometry.Dots%8 == 0, "geometry.dots", p.Geometry.Dots, "a multiple of 8")
	in("geometry.dpi", p.Geometry.DPI, 150, 300)
	in("geometry.cutter", p.Geometry.Cutter, 0, 400)
	in("geometry.speed_mm_s", p.Geometry.Speed, 20, 500)
	in("geometry.feed_unit", p.Geometry.FeedUnit, 1, 4)
	check(p.Text.Charset.Valid(), "text.charset", p.Text.Charset, "none, gb2312, gbk or gb18030-2")
	oneOf(check, "text.cjk_size", p.Text.CJKSize, "gs", "fs", "both")
	in("text.max_scale", p.Text.MaxScale, 1, MaxScale)
	in("text.ascii_scale", p.Text.ASCIIScale, 0, MaxScale)
	check(p.Text.CJKSize == "gs" || p.Text.MaxScale <= 2, "text.max_scale", p.Text.MaxScale, "1 or 2, because FS ! only doubles")
	oneOf(check, "raster.command", p.Raster.Command, RasterGSv0, RasterGSL)
	oneOf(check, "raster.position", p.Raster.Position, PositionPad, PositionAlign, PositionAbsolute)
	in("raster.band", p.Raster.Band, 1, 48)
	oneOf(check, "cut", p.Cut, CutPartial, CutFull, CutNone)
	p.validateTalk(check)
	in("link.chunk", p.Link.Chunk, 16, 4096)
	in("link.baud", p.Link.Baud, 1200, 921600)
	check(p.Link.Pace == 0 || p.Link.Pace >= 10 && p.Link.Pace <= 100, "link.pace", p.Link.Pace, "0 or 10 to 100")
	return errors.Join(errs...)
}

// validateTalk checks what the printer says.
func (p Profile) validateTalk(check func(ok bool, key string, got any, want string)) {
	proofs := []Proof{ProofProcessID, ProofPaper, ProofStatus, ProofNone}
	if p.Language == LanguageStarLine {
		proofs = []Proof{ProofETB, ProofStatus, ProofNone}
		check(p.Text.MaxScale <= 6, "text.max_scale", p.Text.MaxScale, "1 to 6, because ESC i enlarges six times")
	}
	oneOf(check, "proof", p.Proof, proofs...)
	check(p.Status.Realtime || p.Proof == ProofNone, "proof", p.Proof, "none, because status.realtime is false")
	oneOf(check, "recover.clear", p.Recover.Clear, ClearNone, ClearENQ, ClearDC4)
	check(p.Status.Realtime || p.Recover.Clear == ClearNone, "recover.clear", p.Recover.Clear, "nothing, because status.realtime is false")
	check(p.Status.Realtime || !p.Presenter.Fitted(), "presenter.ask", p.Presenter.Ask, "nothing, because status.realtime is false")
	p.Presenter.validate(check)
}

func oneOf[T ~string](check func(ok bool, key string, got any, want string), key string, v T, allowed ...T) {
	var names []string
	for _, a := range allowed {
		if a == "" {
			a = "nothing"
		}
		names = append(names, string(a))
	}
	last := len(names) - 1
	check(slices.Contains(allowed, v), key, v, strings.Join(names[:last], ", ")+" or "+names[last])
}
