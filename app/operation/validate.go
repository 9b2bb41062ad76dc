package operation

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Kinds returns every kind of operation.
func Kinds() []Kind {
	return []Kind{TicketIssue, TicketOffline, TicketVoid, ApplicationSubmit, AppointmentBook, AppointmentRequest, AppointmentCancel,
		OrderLodge, OrderUrge, OrderWithdraw, OrderFollowUp}
}

// Known reports whether k is a kind of this version.
func (k Kind) Known() bool {
	return slices.Contains(Kinds(), k)
}

// idShape is a UUIDv7 as text, RFC 9562 §4 and §5.7: version 7, variant 10,
// lower case.
var idShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// Valid reports whether id is a UUIDv7 in its canonical text.
func (id ID) Valid() bool { return idShape.MatchString(string(id)) }

// terminalShape is what a terminal's id looks like; receipts hold it.
var terminalShape = regexp.MustCompile(`^[0-9]{3}$`)

// Validate reports every field of e that cannot be right, or nil. It looks at
// the envelope alone: whether the body opens is [OpenBody]'s to say, whether
// the terminal may send it the hall's. An invalid envelope is refused with
// [CodeMalformed].
func (e Envelope) Validate() error {
	var errs []error
	bad := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(e.ID.Valid(), "op_id is not a UUIDv7")
	bad(e.Seq >= 1, "seq is %d, it counts from 1", e.Seq)
	bad(e.Kind.Known(), "kind %q is not known", clip(string(e.Kind)))
	bad(e.Schema == 1, "schema is %d, this version reads 1", e.Schema)
	bad(terminalShape.MatchString(e.Terminal), "terminal %q does not have three digits", clip(e.Terminal))
	bad(e.DeviceTime > 0, "device_time is %d", e.DeviceTime)
	if e.Receipt != "" {
		r, err := ParseReceipt(e.Receipt)
		bad(err == nil && r.String() == e.Receipt, "receipt_no is not a receipt number")
	}
	bad(e.Replaces == "" || e.Replaces.Valid() && e.Replaces != e.ID, "replaces is not the id of another operation")
	bad(e.Kind != TicketVoid || e.Replaces != "", "%s replaces nothing", e.Kind)
	bad(e.Suite == SuiteHPKE1, "suite %q is not known", clip(e.Suite))
	bad(e.Key != "" && len(e.Key) <= 64, "key is missing or too long")
	bad(len(e.Body) >= sealOverhead && len(e.Body) <= maxSealed, "body has %d bytes", len(e.Body))
	bad(e.BodySHA256 == sum(e.Body), "body_sha256 does not match the body")
	return errors.Join(errs...)
}

// clip shortens foreign text so that an error stays readable.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// Answers returns nil when r is the hall's answer to e, and else why it does
// not count: it names another operation, has no known status, or lacks what the
// status promises. Such an answer leaves the operation undelivered.
func (r Result) Answers(e Envelope) error {
	switch {
	case r.ID != e.ID:
		return fmt.Errorf("operation: answer names %q instead of %s", clip(string(r.ID)), e.ID)
	case r.Status == Retry:
		return nil
	case !r.Settled():
		return fmt.Errorf("operation: answer to %s has status %q", e.ID, clip(string(r.Status)))
	case r.Status == Rejected && (r.Problem == nil || r.Problem.Code == ""):
		return fmt.Errorf("operation: answer rejects %s without a problem", e.ID)
	case r.Refused():
		return nil
	case e.Kind == TicketIssue && (r.Ticket == nil || r.Ticket.Number == "" || r.Ticket.Day == ""):
		return fmt.Errorf("operation: answer to %s has no ticket", e.ID)
	case e.Kind == OrderLodge && (r.Order == nil || r.Order.Number == ""):
		return fmt.Errorf("operation: answer to %s has no order", e.ID)
	case (e.Kind == AppointmentBook || e.Kind == AppointmentCancel) && (r.Booking == nil || r.Booking.State == ""):
		return fmt.Errorf("operation: answer to %s has no booking", e.ID)
	}
	return nil
}

// Refused reports whether the hall settled the operation by a refusal, now or
// when it was delivered before.
func (r Result) Refused() bool {
	return r.Status == Rejected || r.Status == Duplicate && r.Problem != nil
}
