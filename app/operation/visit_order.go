package operation

import (
	"time"

	"hallway/app/text"
	"hallway/idreader"
)

// OrderRequest lodges a help order.
type OrderRequest struct {
	Op      ID
	Kind    string
	Subject string // code of a prepared subject, "" for none
	Unit    string // department that the citizen named, "" for none
	Lang    text.Lang
	Text    idreader.Secret[string]
	Phone   idreader.Secret[string]
	Person  idreader.Secret[idreader.Person] // absent when lodged without a card
}

// LodgedOrder is an order that is durably stored and may be shown and printed.
// A press that is repeated gets it again without Secret and Link, which are
// kept nowhere.
type LodgedOrder struct {
	Op        ID
	Number    string
	Secret    idreader.Secret[string]
	Link      idreader.Secret[string] // what the QR code says; nothing of the person
	At        time.Time
	Due       time.Time // when the answer is due
	Delivered bool      // the hall has it
}

// OrderQuery asks how orders stand: by Number and Secret, or by Person.
type OrderQuery struct {
	Number string
	Secret idreader.Secret[string]
	Person idreader.Secret[idreader.Person]
}

// Orders answer an OrderQuery.
type Orders struct {
	Orders idreader.Secret[[]Order]
	AsOf   time.Time
	Live   bool // false: only what this terminal itself still knows
}

// OrderAct is what a citizen does with an order that they have shown to be
// theirs.
type OrderAct struct {
	Op     ID
	Kind   Kind // OrderUrge, OrderWithdraw or OrderFollowUp
	By     OrderQuery
	Number string
	Solved bool
}

// OrderActed is an act that is durably stored.
type OrderActed struct {
	Op        ID
	Delivered bool // the hall has it
}
