package api

// Problem is the body of every refused request, RFC 9457, of media type
// application/problem+json. Type is "urn:hallway:problem:" and Code.
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	Code      string `json:"code"`
	Retryable bool   `json:"retryable"` // the same request may succeed later
}

// TypePrefix begins Problem.Type.
const TypePrefix = "urn:hallway:problem:"

// The codes of problems, beside those of package operation. Every code has a
// sentence for the member of staff or the citizen in package text.
const (
	CodeUnauthorized    = "unauthorized"     // 401: no token, or one that the hall does not know
	CodeSignedOut       = "signed_out"       // 401: the sign-in ended, or another began at the window
	CodeWrongPIN        = "wrong_pin"        // 401: clerk or PIN is wrong
	CodeClerkLocked     = "clerk_locked"     // 429: too many wrong PINs; try again in five minutes
	CodeUnknownWindow   = "unknown_window"   // 404: the catalogue has no such window
	CodeNotFound        = "not_found"        // 404
	CodeBadTransition   = "bad_transition"   // 409: the ticket's state does not allow the action
	CodeTooSoon         = "too_soon"         // 409: the hall's calling rules want more time or calls
	CodeTooManyCalls    = "too_many_calls"   // 409: the ticket was called as often as the rules allow
	CodeTooLate         = "too_late"         // 409: the time in which the rules allow it is over
	CodeLimit           = "limit"            // 409: it was done as often as the rules allow
	CodeReason          = "reason_needed"    // 422: the action needs a reason
	CodeNotAllowed      = "not_allowed"      // 403: only who did it, or a leader, may undo it
	CodePaused          = "paused"           // 409: the window makes a pause
	CodeCommandMismatch = "command_mismatch" // 422: same command id, other action
	CodeTooLarge        = "too_large"        // 413: body is larger than the interface allows
	CodeNoRole          = "no_role"          // 403: the member of staff has no role that may do it
	CodeOrderChanged    = "order_changed"    // 409: somebody else changed the order meanwhile
	CodeOrderReason     = "order_reason"     // 422: a reason or an answer is missing or too long
	CodeOrderOnce       = "order_once"       // 409: can be done once only
	CodeOrderLate       = "order_late"       // 409: the time for it is over, or has not come
	CodeOrderFixed      = "order_fixed"      // 409: assigned for good, cannot be returned
	CodeOrderLimit      = "order_limit"      // 422: more days than the rules allow
	CodeOrderLeader     = "order_leader"     // 403: after so many returns only a leader assigns
	CodeInternal        = "internal"         // 500: the hall failed; nothing was changed
)
