package ipp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hallway/devices"
	"hallway/printer"
)

// State is a printer's state (RFC 8011, section 5.4.11).
type State int

// The states.
const (
	Idle       State = 3
	Processing State = 4
	Stopped    State = 5
)

// Status is what a printer tells about itself.
type Status struct {
	State     State
	Accepting bool     // takes new jobs
	Reasons   []string // printer-state-reasons such as "media-empty-error"; without "none"
	Message   string   // for a person, often ""
	Model     string   // printer-make-and-model
	Formats   []string // document formats such as "application/pdf"
	Media     []string // sizes such as "iso_a4_210x297mm"
	Sides     []string // "one-sided", "two-sided-long-edge" …
}

// Status asks the printer.
func (c *Client) Status(ctx context.Context) (Status, error) {
	r := c.begin(getPrinterAttributes).add(tagKeyword, "requested-attributes",
		"printer-state", "printer-is-accepting-jobs", "printer-state-reasons", "printer-state-message",
		"printer-make-and-model", "document-format-supported", "media-supported", "sides-supported")
	a, err := c.do(ctx, getPrinterAttributes, r, nil)
	if err != nil {
		return Status{}, err
	}
	state, ok := a.number("printer-state")
	if !ok {
		return Status{}, fmt.Errorf("%s: %w: the answer has no printer-state", c.uri, devices.ErrProtocol)
	}
	s := Status{
		State: State(state), Accepting: true, Reasons: a.texts("printer-state-reasons"), Message: a.text("printer-state-message"),
		Model: a.text("printer-make-and-model"), Formats: a.texts("document-format-supported"),
		Media: a.texts("media-supported"), Sides: a.texts("sides-supported"),
	}
	s.Reasons = slices.DeleteFunc(s.Reasons, func(r string) bool { return r == "none" })
	if v := a["printer-is-accepting-jobs"]; len(v) > 0 && v[0].tag == tagBoolean && len(v[0].data) == 1 {
		s.Accepting = v[0].data[0] != 0
	}
	return s, nil
}

// reasons maps printer-state-reasons (RFC 8011, section 5.4.12, and PWG 5100.9)
// to what a person can do.
var reasons = map[string]printer.Reason{
	"media-empty":                      printer.ReasonPaperOut,
	"media-needed":                     printer.ReasonPaperOut,
	"input-tray-missing":               printer.ReasonPaperOut,
	"media-jam":                        printer.ReasonJam,
	"door-open":                        printer.ReasonCover,
	"cover-open":                       printer.ReasonCover,
	"interlock-open":                   printer.ReasonCover,
	"toner-empty":                      printer.ReasonBroken,
	"marker-supply-empty":              printer.ReasonBroken,
	"marker-waste-full":                printer.ReasonBroken,
	"fuser-over-temp":                  printer.ReasonHot,
	"fuser-under-temp":                 printer.ReasonHot,
	"spool-area-full":                  printer.ReasonBroken,
	"output-area-full":                 printer.ReasonJam,
	"offline":                          printer.ReasonOffline,
	"shutdown":                         printer.ReasonOffline,
	"connecting-to-device":             printer.ReasonOffline,
	"timed-out":                        printer.ReasonOffline,
	"paused":                           printer.ReasonOffline,
	"moving-to-paused":                 printer.ReasonOffline,
	"stopped-partly":                   printer.ReasonBroken,
	"other":                            printer.ReasonBroken,
	"developer-empty":                  printer.ReasonBroken,
	"opc-life-over":                    printer.ReasonBroken,
	"marker-supply-missing":            printer.ReasonBroken,
	"interpreter-resource-unavailable": printer.ReasonBroken,
}

// Fault returns why the printer cannot print now: the first reason that is an
// error, that comes with a stopped printer, or that says that the printer waits
// for paper. Other warnings and reports are no fault: a printer with an empty
// second tray prints from the first. The result is ReasonNone for a printer
// that works.
func (s Status) Fault() printer.Reason {
	for _, r := range s.Reasons {
		name, severity := split(r)
		if reason, ok := reasons[name]; ok && (severity == "error" || s.State == Stopped || name == "media-needed") {
			return reason
		}
	}
	if s.State == Stopped || !s.Accepting {
		return printer.ReasonOffline
	}
	return printer.ReasonNone
}

// Cause returns the first reason of any severity that explains a failed job,
// ReasonNone when there is none.
func (s Status) Cause() printer.Reason {
	if fault := s.Fault(); fault != printer.ReasonNone {
		return fault
	}
	for _, r := range s.Reasons {
		if name, _ := split(r); reasons[name] != printer.ReasonNone {
			return reasons[name]
		}
	}
	return printer.ReasonNone
}

// split cuts off a reason's severity; without one it is an error (RFC 8011,
// section 5.4.12).
func split(reason string) (name, severity string) {
	for _, severity := range []string{"error", "warning", "report"} {
		if name, ok := strings.CutSuffix(reason, "-"+severity); ok {
			return name, severity
		}
	}
	return reason, "error"
}
