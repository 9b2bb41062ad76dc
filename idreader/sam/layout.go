package sam

import (
	"strings"

	"hallway/idreader"
)

// A field is a place in the text: offset and length in bytes.
type field struct{ at, len int }

// fieldLetter says which kind of document it is, in every layout.
var fieldLetter = field{248, 2}

// An item is one thing that cards say about a person, as their text has it.
type item struct {
	name string
	get  func(*idreader.Person) string
	set  func(*idreader.Person, string)
}

// A place is an item and where it lies. What is too long for the first field
// goes on in the second.
type place struct {
	item
	fields []field
}

// A layout is how the text of one kind of document is divided. Bytes in no
// field are reserved.
type layout struct {
	kind   idreader.Kind
	letter string
	places []place
}

// layouts are the four kinds of text: GA/T 490, and for the foreigners' cards
// the notes of the authority that issues them.
var layouts = []layout{
	{idreader.Resident, "", resident},
	{idreader.Residence, "J", append(resident[:len(resident):len(resident)],
		place{itemPass, []field{{220, 18}}},
		place{itemIssued, []field{{238, 4}}},
	)},
	{idreader.Foreigner2017, "I", []place{
		{itemNameEn, []field{{0, 120}}},
		{itemSex, []field{{120, 2}}},
		{itemNumber, []field{{122, 30}}},
		{itemNationality, []field{{152, 6}}},
		{itemName, []field{{158, 30}}},
		{itemFrom, []field{{188, 16}}},
		{itemTo, []field{{204, 16}}},
		{itemBirth, []field{{220, 16}}},
		{itemVersion, []field{{236, 4}}},
		{itemOffice, []field{{240, 8}}},
	}},
	{idreader.Foreigner2023, "Y", []place{
		{itemName, []field{{0, 30}}},
		{itemSex, []field{{30, 2}}},
		{itemRenewed, []field{{32, 4}}},
		{itemBirth, []field{{36, 16}}},
		{itemNameEn, []field{{52, 70}, {220, 22}}},
		{itemNumber, []field{{122, 36}}},
		{itemFrom, []field{{188, 16}}},
		{itemTo, []field{{204, 16}}},
		{itemNationality, []field{{242, 6}}},
		{itemFormer, []field{{250, 6}}},
	}},
}

var resident = []place{
	{itemName, []field{{0, 30}}},
	{itemSex, []field{{30, 2}}},
	{itemEthnicity, []field{{32, 4}}},
	{itemBirth, []field{{36, 16}}},
	{itemAddress, []field{{52, 70}}},
	{itemNumber, []field{{122, 36}}},
	{itemIssuer, []field{{158, 30}}},
	{itemFrom, []field{{188, 16}}},
	{itemTo, []field{{204, 16}}},
}

var (
	itemName        = text("name", func(p *idreader.Person) *string { return &p.Name })
	itemNameEn      = text("English name", func(p *idreader.Person) *string { return &p.NameEn })
	itemSex         = text("sex", func(p *idreader.Person) *idreader.Sex { return &p.Sex })
	itemEthnicity   = text("ethnicity", func(p *idreader.Person) *idreader.Ethnicity { return &p.Ethnicity })
	itemBirth       = date("birth", func(p *idreader.Person) *idreader.Date { return &p.Birth })
	itemAddress     = text("address", func(p *idreader.Person) *string { return &p.Address })
	itemIssuer      = text("issuer", func(p *idreader.Person) *string { return &p.Issuer })
	itemFrom        = date("valid from", func(p *idreader.Person) *idreader.Date { return &p.ValidFrom })
	itemPass        = text("pass number", func(p *idreader.Person) *string { return &p.PassNumber })
	itemIssued      = text("times issued", func(p *idreader.Person) *string { return &p.TimesIssued })
	itemNationality = text("nationality", func(p *idreader.Person) *string { return &p.Nationality })
	itemVersion     = text("card version", func(p *idreader.Person) *string { return &p.CardVersion })
	itemOffice      = text("accepting office", func(p *idreader.Person) *string { return &p.AcceptingOffice })
	itemRenewed     = text("times renewed", func(p *idreader.Person) *string { return &p.TimesRenewed })
	itemFormer      = text("former number", func(p *idreader.Person) *string { return &p.FormerNumber })

	itemNumber = item{"number",
		func(p *idreader.Person) string { return string(p.Number) },
		func(p *idreader.Person, s string) { p.Number = idreader.IDNumber(strings.ToUpper(s)) }}
	itemTo = item{"valid to", validTo, setValidTo}
)

func text[T ~string](name string, of func(*idreader.Person) *T) item {
	return item{name,
		func(p *idreader.Person) string { return string(*of(p)) },
		func(p *idreader.Person, s string) { *of(p) = T(s) }}
}

// date is an item of eight digits. Others are no date, which the person's
// warnings tell.
func date(name string, of func(*idreader.Person) *idreader.Date) item {
	return item{name,
		func(p *idreader.Person) string { return of(p).Compact() },
		func(p *idreader.Person, s string) { *of(p), _ = idreader.ParseDate(s) }}
}

// longTerm stands in place of the last valid day.
const longTerm = "长期"

func validTo(p *idreader.Person) string {
	if p.LongTerm {
		return longTerm
	}
	return p.ValidTo.Compact()
}

func setValidTo(p *idreader.Person, s string) {
	p.LongTerm = s == longTerm
	p.ValidTo, _ = idreader.ParseDate(s)
}
