package sim

import "hallway/idreader"

// A Specimen is an invented card that a person can lay on the reader.
type Specimen struct {
	Name string // of the holder
	What string // what is special about the card, in English
	Card Card
}

// Specimens returns six resident cards of people who do not exist. Their numbers
// have the right check character; their streets are called 示例路, "example road".
func Specimens() []Specimen { return encodeAll(people) }

// Permits returns cards of the other kinds: residence permits of Hong Kong and
// Taiwan residents and foreigners' cards of 2017 and 2023. The holders do not
// exist; the foreigners' numbers are those that authorities print as examples.
func Permits() []Specimen { return encodeAll(permits) }

// AllSpecimens returns Specimens, then Permits.
func AllSpecimens() []Specimen { return append(Specimens(), Permits()...) }

func encodeAll(of []invented) []Specimen {
	list := make([]Specimen, 0, len(of))
	for _, p := range of {
		card, err := Encode(p.person)
		if err != nil {
			panic("specimen " + p.what + ": " + err.Error())
		}
		list = append(list, Specimen{Name: p.person.DisplayName(), What: p.what, Card: card})
	}
	return list
}

type invented struct {
	what   string
	person idreader.Person
}

const (
	dongcheng = "北京市公安局东城分局"
	heping    = "天津市公安局和平分局"
)

var people = []invented{
	{"elderly", idreader.Person{
		Name: "张三丰", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1949, Month: 12, Day: 31},
		Address: "北京市东城区示例路1号院2号楼3单元401室", Number: "110101194912310032", Issuer: dongcheng,
		ValidFrom: idreader.Date{Year: 2015, Month: 3, Day: 1}, LongTerm: true,
	}},
	{"long name with rare characters", idreader.Person{
		Name: "克里斯蒂安·欧阳㛃𬴂", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1988, Month: 2, Day: 29},
		Address: "天津市和平区示例路20号增1号", Number: "120101198802290018", Issuer: heping,
		ValidFrom: idreader.Date{Year: 2018, Month: 6, Day: 11}, ValidTo: idreader.Date{Year: 2038, Month: 6, Day: 11},
	}},
	{"valid for ever, number ends in X", idreader.Person{
		Name: "陈国栋", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1962, Month: 8, Day: 15},
		Address: "天津市和平区示例路88号6门302", Number: "12010119620815003X", Issuer: heping,
		ValidFrom: idreader.Date{Year: 2013, Month: 9, Day: 2}, LongTerm: true,
	}},
	{"expired", idreader.Person{
		Name: "王小明", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1991, Month: 7, Day: 4},
		Address: "北京市东城区示例路5号", Number: "110101199107040036", Issuer: dongcheng,
		ValidFrom: idreader.Date{Year: 2011, Month: 7, Day: 20}, ValidTo: idreader.Date{Year: 2021, Month: 7, Day: 20},
	}},
	{"minor", idreader.Person{
		Name: "李思雨", Sex: idreader.Female, Ethnicity: "01", Birth: idreader.Date{Year: 2015, Month: 5, Day: 20},
		Address: "天津市和平区示例路16号2门101", Number: "120101201505200025", Issuer: heping,
		ValidFrom: idreader.Date{Year: 2025, Month: 6, Day: 3}, ValidTo: idreader.Date{Year: 2030, Month: 6, Day: 3},
	}},
	{"ethnic group", idreader.Person{
		Name: "乌兰其其格", Sex: idreader.Female, Ethnicity: "02", Birth: idreader.Date{Year: 1983, Month: 5, Day: 16},
		Address: "天津市和平区示例路40号院7号楼1单元902室", Number: "120101198305160028", Issuer: heping,
		ValidFrom: idreader.Date{Year: 2020, Month: 10, Day: 9}, ValidTo: idreader.Date{Year: 2040, Month: 10, Day: 9},
	}},
}

var permits = []invented{
	{"residence permit, Hong Kong", idreader.Person{
		Kind: idreader.Residence, Name: "陈美玲", Sex: idreader.Female, Birth: idreader.Date{Year: 1981, Month: 10, Day: 1},
		Address: "天津市和平区示例路66号3门202", Number: "810000198110010021", Issuer: heping,
		ValidFrom: idreader.Date{Year: 2021, Month: 4, Day: 12}, ValidTo: idreader.Date{Year: 2026, Month: 4, Day: 12},
		PassNumber: "H09876543", TimesIssued: "01",
	}},
	{"residence permit, Taiwan", idreader.Person{
		Kind: idreader.Residence, Name: "林示范", Sex: idreader.Male, Ethnicity: "01", Birth: idreader.Date{Year: 1992, Month: 3, Day: 8},
		Address: "北京市东城区示例路7号院", Number: "830000199203080019", Issuer: dongcheng,
		ValidFrom: idreader.Date{Year: 2022, Month: 9, Day: 1}, ValidTo: idreader.Date{Year: 2027, Month: 9, Day: 1},
		PassNumber: "09876543", TimesIssued: "02",
	}},
	{"foreigner's card of 2017", idreader.Person{
		Kind: idreader.Foreigner2017, Name: "证件样本", NameEn: "SPECIMEN, ZHENGJIAN YANGBEN", Sex: idreader.Female,
		Birth: idreader.Date{Year: 1990, Month: 12, Day: 31}, Number: "KAZ110090123105", Nationality: "KAZ",
		ValidFrom: idreader.Date{Year: 2018, Month: 2, Day: 6}, ValidTo: idreader.Date{Year: 2028, Month: 2, Day: 5},
		CardVersion: "01", AcceptingOffice: "1100",
	}},
	{"foreigner's card of 2023, no Chinese name", idreader.Person{
		Kind: idreader.Foreigner2023, NameEn: "SPECIMEN, JEAN BAPTISTE ALEXANDRE MAXIMILIEN", Sex: idreader.Male,
		Birth: idreader.Date{Year: 1985, Month: 1, Day: 1}, Number: "932682198501010017", Nationality: "SAU", TimesRenewed: "01",
		ValidFrom: idreader.Date{Year: 2023, Month: 12, Day: 1}, ValidTo: idreader.Date{Year: 2033, Month: 11, Day: 30},
		FormerNumber: "105",
	}},
}
