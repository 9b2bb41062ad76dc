package sim

import "hallway/idreader"

// A Specimen is an invented card that a person can lay on the reader.
type Specimen struct {
	Name string // of the holder
	What string // what is special about the card, in English
	Card Card
}

// Specimens returns six cards of people who do not exist. Their numbers have
// the right check character; their streets are called 示例路, "example road".
func Specimens() []Specimen {
	list := make([]Specimen, 0, len(people))
	for _, p := range people {
		card, err := Encode(p.person)
		if err != nil {
			panic("specimen " + p.what + ": " + err.Error())
		}
		list = append(list, Specimen{Name: p.person.Name, What: p.what, Card: card})
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
