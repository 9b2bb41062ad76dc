package detect

import (
	"fmt"
	"slices"
	"strings"

	"hallway/printer"
	"hallway/printer/charset"
)

// A Candidate is a profile that fits what is known of a printer, and why.
type Candidate struct {
	Profile string
	Why     string
	points  int
}

// Candidates names the shipped profiles that fit, best first. usb is the vendor
// and product id as "0416:5011", "" when the printer is not on USB. The answer
// to GS I counts more than the USB id, because makers share ids.
func (a Answers) Candidates(usb string) ([]Candidate, error) {
	var out []Candidate
	for _, id := range printer.ProfileIDs() {
		p, err := printer.LoadProfile(id)
		if err != nil {
			return nil, err
		}
		if c := a.weigh(p, strings.ToLower(usb)); c.points > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(x, y Candidate) int { return y.points - x.points })
	if len(out) == 0 {
		out = append(out, a.fallback())
	}
	return out, nil
}

func (a Answers) weigh(p printer.Profile, usb string) Candidate {
	c := Candidate{Profile: p.ID}
	var why []string
	fits := func(on bool, points int, reason string) {
		if on {
			c.points += points
			why = append(why, reason)
		}
	}
	fits(begins(a.Identity.Model, p.Match.Model), 4, "model "+a.Identity.Model)
	fits(begins(a.Identity.Maker, p.Match.Maker), 1, "maker "+a.Identity.Maker)
	fits(usb != "" && slices.Contains(p.Match.USB, usb), 2, "USB id "+usb)
	fits(a.Star && p.Language == printer.LanguageStarLine && !p.Presenter.Fitted(), 4, "answers ESC ACK SOH")
	c.Why = strings.Join(why, ", ")
	return c
}

func begins(name string, with []string) bool {
	return name != "" && slices.ContainsFunc(with, func(w string) bool { return strings.HasPrefix(strings.ToLower(name), strings.ToLower(w)) })
}

// fallback is the careful choice for a printer that nothing is known of.
func (a Answers) fallback() Candidate {
	if !a.Realtime() && !a.Star {
		return Candidate{Profile: "writer-only", Why: "does not answer"}
	}
	return Candidate{Profile: "generic-cn-80", Why: "answers DLE EOT, is no printer that has a profile"}
}

// Draft makes a profile from the best candidate and the answers. Where the
// printer denies what the candidate promises, the answer wins; what was found
// beyond it is taken over. notes say what was changed and what a person has to
// look at on the probe page.
func (a Answers) Draft(usb, id string) (p printer.Profile, notes []string, err error) {
	list, err := a.Candidates(usb)
	if err != nil {
		return p, nil, err
	}
	if p, err = printer.LoadProfile(list[0].Profile); err != nil {
		return p, nil, err
	}
	notes = append(notes, fmt.Sprintf("begins as %s: %s", list[0].Profile, list[0].Why))
	p.ID, p.Name = id, strings.TrimSpace(a.Identity.Maker+" "+a.Identity.Model)
	if p.Name == "" {
		p.Name = "unknown printer"
	}
	if usb != "" && !slices.Contains(p.Match.USB, usb) {
		p.Match.USB = append(slices.Clone(p.Match.USB), usb)
	}
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if p.Language == printer.LanguageESCPOS {
		a.correct(&p, note)
	}
	note("UNCONFIRMED until the probe page was looked at: geometry, text.ascii_scale, raster.position, raster.doubles, symbols.qr")
	if err := p.Validate(); err != nil {
		return p, notes, fmt.Errorf("draft of a printer profile: %w", err)
	}
	return p, notes, nil
}

// correct makes the profile say what the printer answered.
func (a Answers) correct(p *printer.Profile, note func(string, ...any)) {
	set := func(now *bool, answer bool, key string) {
		if *now != answer {
			note("%s = %v, as the printer answers", key, answer)
			*now = answer
		}
	}
	set(&p.Status.Realtime, a.Realtime(), "status.realtime")
	set(&p.Status.Push, a.Push, "status.push")
	set(&p.Status.Info, a.Identity.Model != "", "status.info")
	if proof := a.proof(); p.Proof != proof {
		note("proof = %s, the best that the printer gives", proof)
		p.Proof = proof
	}
	if !a.Realtime() {
		p.Recover, p.Presenter = printer.Recover{}, printer.Presenter{}
	}
	if !a.Mouth && p.Presenter.Fitted() {
		note("presenter is left out: the printer does not answer DLE EOT 14")
		p.Presenter = printer.Presenter{}
	}
	if a.Mouth && !p.Presenter.Fitted() {
		note("the printer has a mouth that tells (DLE EOT 14): take presenter from custom-vkp80 or custom-kpm216")
	}
	if a.Type >= 0 && a.Type&2 == 0 && p.Cut != printer.CutNone {
		note("cut = none: GS I 2 says that there is no cutter")
		p.Cut = printer.CutNone
	}
	if a.Type >= 0 && a.Type&1 == 0 && p.Text.Charset != charset.ASCII {
		note("text.charset = none: GS I 2 says that there are no two-byte characters; every Chinese line is drawn")
		p.Text.Charset = charset.ASCII
	}
	if strings.Contains(strings.ToUpper(a.Font), "GB18030") && p.Text.Charset != charset.GB18030 {
		note("text.charset = %s: GS I 69 says %s", charset.GB18030, a.Font)
		p.Text.Charset = charset.GB18030
	}
}

// proof is the best rung of the ladder that the printer stands on.
func (a Answers) proof() printer.Proof {
	switch {
	case a.Process:
		return printer.ProofProcessID
	case a.Paper:
		return printer.ProofPaper
	case a.Realtime():
		return printer.ProofStatus
	}
	return printer.ProofNone
}
