package catalogue

import "hallway/app/text"

// Audience says whom a class of items is for.
type Audience string

// The audiences.
const (
	Enterprise Audience = "enterprise"
	Citizens   Audience = "resident"
)

// A Catalogue is everything that one hall offers.
type Catalogue struct {
	Version     string       `json:"version"` // hash of the content, made by Parse
	Departments []Department `json:"departments"`
	Pools       []Pool       `json:"pools"`
	Windows     []Window     `json:"windows"`
	Classes     []Class      `json:"classes"`
	Items       []Item       `json:"items"`
	Subjects    []Subject    `json:"subjects,omitempty"` // of help orders; may be empty
}

// A Department answers for items.
type Department struct {
	Code string     `json:"code"`
	Name text.Local `json:"name"`
}

// A Pool is one waiting line with its own number prefix.
type Pool struct {
	ID          string     `json:"id"`
	Prefix      string     `json:"prefix"` // one letter, not I or O
	Name        text.Local `json:"name"`
	Area        text.Local `json:"area"`         // where to wait, such as "一楼 A 区"
	First       int        `json:"first"`        // first and last number that the hall makes
	Last        int        `json:"last"`         //
	OfflineFrom int        `json:"offline_from"` // range that terminals lease
	OfflineTo   int        `json:"offline_to"`   //
	MeanMinutes int        `json:"mean_minutes"` // expected service time of one person
	Quota       int        `json:"quota"`        // numbers a day, 0 = as many as there are
}

// A Window serves one or more pools.
type Window struct {
	ID    string     `json:"id"` // number on the sign
	Name  text.Local `json:"name"`
	Pools []string   `json:"pools"`
	Help  []string   `json:"help"` // pools served only when nobody waits in those before, in order
}

// A Class groups items for browsing.
type Class struct {
	Code     string     `json:"code"`
	Audience Audience   `json:"audience"`
	Name     text.Local `json:"name"`
	Icon     string     `json:"icon"` // name of a drawing of package kiosk/kit, one of Icons
}

// An Item is one service.
type Item struct {
	Code       string       `json:"code"`
	Class      string       `json:"class"`
	Department string       `json:"department"`
	Pool       string       `json:"pool"`
	Name       text.Local   `json:"name"`
	Summary    text.Local   `json:"summary"`
	Materials  []Material   `json:"materials"`
	LegalDays  int          `json:"legal_days"`   // statutory limit in working days, 0 = at once
	PledgeDays int          `json:"pledge_days"`  // promised limit in working days, 0 = at once
	FeeFen     int          `json:"fee_fen"`      // 0 = free
	Bookable   bool         `json:"bookable"`     // appointments
	Apply      bool         `json:"apply"`        // can be filed at the terminal
	NeedsCard  bool         `json:"needs_card"`   // number only with an identity card
	SlotPlaces int          `json:"slot_places"`  // places in a half-hour slot, when Bookable
	SlotKept   int          `json:"slot_kept"`    // of them for the staff to give
	SlotTime   int          `json:"slot_time"`    // minutes that one person takes, 0 = half an hour
	SlotExtra  int          `json:"slot_extra"`   // minutes more for each further person
	SlotGroup  int          `json:"slot_group"`   // most persons who come together, 0 = one
	Form       []FormField  `json:"form"`         // when Apply
	Phones     []string     `json:"phones"`       // of the department's service desk
	Steps      []text.Local `json:"steps"`        // what happens, in order
	Basis      text.Local   `json:"basis"`        // legal basis
	Minutes    int          `json:"mean_minutes"` // 0 = the pool's
}

// A Material is one paper that an item needs.
type Material struct {
	Name   text.Local `json:"name"`
	Copies int        `json:"copies"` // 0 = original is shown only
	Note   text.Local `json:"note"`
}

// A FormField is one question of an application.
type FormField struct {
	Name     string     `json:"name"` // key in operation.ApplicationBody.Fields
	Label    text.Local `json:"label"`
	Type     string     `json:"type"`            // "text", "phone", "number", "choice"
	From     string     `json:"from"`            // prefilled from the card: "name", "number", "address", "birth", "sex", "ethnicity"; "" = typed
	Required bool       `json:"required"`        //
	Max      int        `json:"max"`             // characters, 0 = 60
	Choices  []Choice   `json:"choices"`         // when Type is "choice"
	Holds    string     `json:"holds,omitempty"` // what a text is, for the keyboard: "person", "place", "code" (capitals and digits), "identity" (a citizen's number), "date"; "" = any text, or what From says
}

// A Choice is one answer of a choice field.
type Choice struct {
	Value string     `json:"value"`
	Label text.Local `json:"label"`
}
