package ticket

import (
	"strconv"
	"time"

	"hallway/printer"
)

// Queue is a number in a waiting line.
type Queue struct {
	Hall     Name
	Number   string // as shown and called, such as "A012"
	Service  Name
	Area     Name     // where to wait; empty texts leave the line out
	Windows  []string // numbers on the windows' signs
	Ahead    int      // people before this one, -1 unknown
	WaitFrom int      // minutes, -1 unknown
	WaitTo   int      // minutes
	Offline  bool     // out of the terminal's own block
	Known    bool     // the person already had this number
	IssuedAt time.Time
	Terminal string
	Link     string // what the QR code says, "" for none
	Copy     int    // 1 or more marks a reprint
}

// Document lays the queue ticket out in the language.
func (q Queue) Document(lang string) printer.Document {
	v := Values{
		"hall": q.Hall.in(lang), "number": q.Number, "area": q.Area.in(lang), "windows": list(lang, q.Windows),
		"issued": moment(lang, q.IssuedAt), "link": q.Link, "terminal": q.Terminal,
	}
	v.service(lang, q.Service)
	v.copies(q.Copy)
	v.flag("offline", q.Offline)
	v.flag("known", q.Known)
	v.count("ahead", q.Ahead)
	switch known := q.Ahead >= 0 && q.WaitFrom >= 0 && q.WaitTo >= q.WaitFrom; {
	case known && q.WaitFrom == q.WaitTo:
		v.count("wait", q.WaitTo)
	case known:
		v.count("wait_from", q.WaitFrom)
		v.count("wait_to", q.WaitTo)
	}
	return document("queue", lang, v)
}

// Receipt is an application that the terminal has stored.
type Receipt struct {
	Hall      Name
	Number    string // receipt number
	Item      Name
	Person    string // masked by the caller, such as "张**"; "" leaves the line out
	At        time.Time
	Delivered bool   // the hall has it
	Ref       string // the hall's own number, "" while unknown
	Terminal  string
	Link      string // what the QR code says, "" for none
	Copy      int    // 1 or more marks a reprint
}

// Document lays the application's slip out in the language.
func (r Receipt) Document(lang string) printer.Document {
	v := Values{
		"hall": r.Hall.in(lang), "number": r.Number, "person": r.Person, "at": moment(lang, r.At), "ref": r.Ref,
		"link": r.Link, "terminal": r.Terminal,
	}
	v.service(lang, r.Item)
	v.copies(r.Copy)
	v.flag("delivered", r.Delivered)
	return document("receipt", lang, v)
}

// Booking is a booked time, or with Request set the wish for one that the hall
// decides on later.
type Booking struct {
	Hall     Name
	Number   string // receipt number
	Item     Name
	Start    time.Time // in the hall's zone
	End      time.Time
	Area     Name   // where to go; empty texts leave the line out
	Person   string // masked by the caller; "" leaves the line out
	Request  bool
	At       time.Time
	Terminal string
	Link     string // what the QR code says, "" for none
	Copy     int    // 1 or more marks a reprint
}

// Document lays the booking's or the request's slip out in the language.
func (k Booking) Document(lang string) printer.Document {
	v := Values{
		"hall": k.Hall.in(lang), "number": k.Number, "area": k.Area.in(lang), "person": k.Person,
		"day": day(lang, k.Start), "from": k.Start.Format("15:04"), "to": k.End.Format("15:04"),
		"at": moment(lang, k.At), "link": k.Link, "terminal": k.Terminal,
	}
	v.service(lang, k.Item)
	v.copies(k.Copy)
	if k.Request {
		return document("request", lang, v)
	}
	return document("booking", lang, v)
}

// Materials is what an application still lacks.
type Materials struct {
	Hall     Name
	Item     Name
	Missing  []Material
	Number   string    // receipt number, "" before there is one
	Person   string    // masked by the caller; "" leaves the line out
	Until    time.Time // the last day for them; zero leaves the line out
	At       time.Time
	Terminal string
	Link     string // of the service's guide, "" for none
	Copy     int    // 1 or more marks a reprint
}

// Material is one document that a citizen must bring.
type Material struct {
	Name   Name
	Remark Name // such as how many copies; empty texts leave the line out
}

// Document lays the list out in the language.
func (m Materials) Document(lang string) printer.Document {
	v := Values{
		"hall": m.Hall.in(lang), "number": m.Number, "person": m.Person, "at": moment(lang, m.At),
		"link": m.Link, "terminal": m.Terminal,
	}
	v.service(lang, m.Item)
	v.copies(m.Copy)
	v.count("count", len(m.Missing))
	if !m.Until.IsZero() {
		v["until"] = day(lang, m.Until)
	}
	var rows []Values
	for i, material := range m.Missing {
		rows = append(rows, Values{
			"index": strconv.Itoa(i + 1), "material": material.Name.in(lang), "remark": material.Remark.in(lang),
		})
	}
	return document("materials", lang, v, rows...)
}

// Notice is something that the hall tells in its own words.
type Notice struct {
	Hall     Name
	Title    Name
	Body     []Name // paragraphs
	At       time.Time
	Terminal string
	Link     string // of the whole text, "" for none
	Copy     int    // 1 or more marks a reprint
}

// Document lays the notice out in the language.
func (n Notice) Document(lang string) printer.Document {
	v := Values{
		"hall": n.Hall.in(lang), "title": n.Title.in(lang), "at": moment(lang, n.At), "link": n.Link, "terminal": n.Terminal,
	}
	v.copies(n.Copy)
	var rows []Values
	for _, paragraph := range n.Body {
		rows = append(rows, Values{"paragraph": paragraph.in(lang)})
	}
	return document("notice", lang, v, rows...)
}

// Fallback is the paper that sends a citizen to a desk when the hall cannot be
// reached and nothing could be stored.
type Fallback struct {
	Hall     Name
	Service  Name // what the citizen came for; empty texts leave the line out
	Desk     Name // where people help
	At       time.Time
	Terminal string
	Copy     int // 1 or more marks a reprint
}

// Document lays the paper out in the language.
func (f Fallback) Document(lang string) printer.Document {
	v := Values{"hall": f.Hall.in(lang), "desk": f.Desk.in(lang), "at": moment(lang, f.At), "terminal": f.Terminal}
	v.service(lang, f.Service)
	v.copies(f.Copy)
	return document("fallback", lang, v)
}

// Test is what a technician prints to judge a printer.
type Test struct {
	Profile  printer.Profile
	Model    string // as the printer answered, "" when it did not
	At       time.Time
	Terminal string
	Link     string // what the QR code says, "" for none
	Barcode  string // what the barcode says, "" for none
}

// Document lays the test page out in the language.
func (t Test) Document(lang string) printer.Document {
	return document("test", lang, Values{
		"printer": t.Profile.Name, "profile": t.Profile.ID, "model": t.Model, "at": moment(lang, t.At),
		"terminal": t.Terminal, "link": t.Link, "barcode": t.Barcode,
	})
}

// document fills a shipped template. It panics only when the binary was built
// with a broken template or with values that it does not know, which the
// package's test excludes.
func document(name, lang string, v Values, rows ...Values) printer.Document {
	all, err := Shipped()
	if err != nil {
		panic("ticket: embedded templates: " + err.Error())
	}
	d, err := all[name].Fill(lang, v, rows...)
	if err != nil {
		panic("ticket: " + err.Error())
	}
	return d
}
