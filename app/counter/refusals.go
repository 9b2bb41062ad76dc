package counter

import "hallway/app/hall/api"

// refusals are the sentences of the hall's codes that a counter can meet.
var refusals = map[string]string{
	api.CodeSignedOut:     "counter.refusal.signed_out",
	api.CodeWrongPIN:      "counter.refusal.wrong_pin",
	api.CodeClerkLocked:   "counter.refusal.clerk_locked",
	api.CodeUnknownWindow: "counter.refusal.unknown_window",
	api.CodeBadTransition: "counter.refusal.bad_transition",
	api.CodeTooSoon:       "counter.refusal.too_soon",
	api.CodeTooManyCalls:  "counter.refusal.too_many_calls",
	api.CodeTooLate:       "counter.refusal.too_late",
	api.CodeLimit:         "counter.refusal.limit",
	api.CodeReason:        "counter.refusal.reason_needed",
	api.CodeNotAllowed:    "counter.refusal.not_allowed",
	api.CodePaused:        "counter.refusal.paused",
	api.CodeNotFound:      "counter.refusal.not_found",
}
