package sam

import (
	"strings"

	"hallway/idreader"
)

// The kinds of [Record].
const (
	FrameRead       = "read"       // a card: text and photo
	FrameStatus     = "status"     // an answer without contents
	FrameID         = "id"         // number of the module
	FrameManagement = "management" // management info of the card: it is there
	FrameNewest     = "newest"     // newest address of the card
	FrameData       = "data"       // an answer with contents that are not understood
	FrameRequest    = "request"    // what the host asked
	FrameNoise      = "noise"      // bytes that are no frame
)

// Warnings of a [Record] beside those of a person.
const (
	WarnKind       = "unknown-kind" // letter of the document is not a known one
	WarnUnreadable = "unreadable"   // text without name or number
)

// A Record explains one frame, and is one line of JSON. What a frame does not
// have is left out; a card always has its warnings, be they none.
//
// Unless it is revealed, names show their first character (张*), numbers their
// ends (110***********002X, KAZ**********05), addresses three characters, and
// pass numbers and the link to a former number nothing but their length.
type Record struct {
	Frame      string `json:"frame"`
	SW         string `json:"sw,omitempty"`          // SW3, two hexadecimal digits
	CardStatus string `json:"card_status,omitempty"` // SW1 SW2, when they are not zero
	Command    string `json:"command,omitempty"`     // CMD PARA of a request
	Meaning    string `json:"meaning,omitempty"`     // of SW or command
	Bytes      int64  `json:"bytes,omitempty"`       // of noise or data
	Module     string `json:"module,omitempty"`      // see FormatID

	Kind         idreader.Kind `json:"kind,omitempty"`
	Name         string        `json:"name,omitempty"`
	NameEn       string        `json:"name_en,omitempty"`
	Sex          string        `json:"sex,omitempty"`       // male, female, unknown, not stated, or the code
	Ethnicity    string        `json:"ethnicity,omitempty"` // Chinese name as the card prints it (汉), or the code
	Birth        string        `json:"birth,omitempty"`     // 1949-12-31
	Address      string        `json:"address,omitempty"`
	Number       string        `json:"number,omitempty"`
	Issuer       string        `json:"issuer,omitempty"`
	ValidFrom    string        `json:"valid_from,omitempty"`
	ValidTo      string        `json:"valid_to,omitempty"` // a date, or "long-term"
	PassNumber   string        `json:"pass_number,omitempty"`
	TimesIssued  string        `json:"times_issued,omitempty"`
	Nationality  string        `json:"nationality,omitempty"`
	CardVersion  string        `json:"card_version,omitempty"`
	TimesRenewed string        `json:"times_renewed,omitempty"`
	Office       string        `json:"accepting_office,omitempty"`
	Former       string        `json:"former_number,omitempty"`
	Newest       string        `json:"newest_address,omitempty"`
	Fingerprints int           `json:"fingerprint_bytes,omitempty"`
	Warnings     []string      `json:"warnings,omitzero"`
}

const longTermWord = "long-term"

// person fills in what a card says.
func (e *explainer) person(r *Record, p idreader.Person) {
	r.Kind = p.Kind
	r.Name = e.mask(p.Name, idreader.MaskName)
	r.NameEn = e.mask(p.NameEn, idreader.MaskName)
	r.Sex = strings.ToLower(p.Sex.English())
	r.Ethnicity = p.Ethnicity.OnCard()
	r.Birth = p.Birth.String()
	r.Address = e.mask(p.Address, maskAddress)
	r.Number = e.mask(string(p.Number), func(n string) string { return idreader.IDNumber(n).Masked() })
	r.Issuer = p.Issuer
	r.ValidFrom = p.ValidFrom.String()
	r.ValidTo = p.ValidTo.String()
	if p.LongTerm {
		r.ValidTo = longTermWord
	}
	r.PassNumber = e.mask(p.PassNumber, maskAll)
	r.TimesIssued, r.TimesRenewed = p.TimesIssued, p.TimesRenewed
	r.Nationality, r.CardVersion, r.Office = p.Nationality, p.CardVersion, p.AcceptingOffice
	r.Former = e.mask(p.FormerNumber, maskAll)
	r.Warnings = append(r.Warnings, p.Warnings...)
}

// mask masks a text unless it is revealed.
func (e *explainer) mask(text string, how func(string) string) string {
	if e.o.Reveal != "" {
		return text
	}
	return how(text)
}

func maskAddress(s string) string { return idreader.MaskText(s, 3) }

func maskAll(s string) string { return strings.Repeat("*", len([]rune(s))) }
