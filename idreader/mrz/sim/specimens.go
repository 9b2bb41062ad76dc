package sim

// A Specimen is a document of nobody.
type Specimen struct {
	What  string
	Lines []string
}

// Specimens returns the documents that a simulated reader has: those of ICAO
// Doc 9303 parts 4 to 7, of Utopia, and those that China's issuers show, of
// 证件样本 ("specimen").
func Specimens() []Specimen {
	return []Specimen{
		{"passport of Utopia (TD3)", []string{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}},
		{"card of Utopia (TD1)", []string{"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"}},
		{"card of Utopia with a long number (TD1)", []string{"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"}},
		{"document of Utopia (TD2)", []string{"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"}},
		{"document of Utopia with a long number (TD2)", []string{"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"}},
		{"visa of Utopia (MRV-A)", []string{"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"}},
		{"visa of Utopia (MRV-B)", []string{"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"}},
		{"Chinese passport of 2012", []string{"POCHNZHENGJIAN<<YANGBEN<<<<<<<<<<<<<<<<<<<<<", "E000000008CHN8310291F2202059NGKELMPONBPJB972"}},
		{"Chinese passport of 2019", []string{"POCHNZHENGJIAN<<YANGBEN<<<<<<<<<<<<<<<<<<<<<", "EF12608921CHN8503208F2901178NGKELMPONBPJB978"}},
		{"permit for Hong Kong and Macau (往来港澳通行证)", []string{"CSC000000004<2404200<8108038<6"}},
		{"permit for Taiwan (往来台湾通行证)", []string{"CDL000000007<2508197<8208031<6"}},
		{"permit of a Hong Kong resident (回乡证)", []string{"CRH1234567830002212119F8108038", "NGKELMPONBPJLBLOAABA1234567842", "ZHENG<JIAN<<YANG<BEN<<<<<<<<<<"}},
		{"permit of a Taiwan resident (台胞证)", []string{"CT00000000<00262006084F8108038", "NGKELMPONBPJLBLOAABR0000000001", "ZHENG<JIAN<<YANG<BEN<<<<<<3500"}},
		{"permit of a Hong Kong resident as of 1999, invented", []string{"C<CHN000100020003<<<<<<<<06<<4", "4912310F2901019H12345678016128", "ZHENGJIAN<<YANGBEN<<<<<<<<<<<<"}},
	}
}
