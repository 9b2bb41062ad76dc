package ticket

import (
	"time"

	"hallway/printer"
)

// A Name is a text that the hall's data carries in both languages. En may be "".
type Name struct{ Zh, En string }

func (n Name) in(lang string) string {
	if lang == en && n.En != "" {
		return n.En
	}
	return n.Zh
}

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
	b := head(lang, q.Hall, printer.Text{Text: say(lang, "queue.title")}, q.Copy)
	b.text(printer.Text{Text: q.Number, Scale: 7, Bold: true, Align: printer.Centre})
	b.service(q.Service)
	if q.Known {
		b.note(say(lang, "queue.known"))
	}
	if q.Offline {
		b.mark(say(lang, "queue.offline"), say(lang, "queue.offline.1"))
	} else {
		b.rule()
	}
	if q.Ahead >= 0 && !q.Offline {
		b.fact("queue.ahead", say(lang, "people", q.Ahead))
		b.fact("queue.wait", wait(lang, q.WaitFrom, q.WaitTo))
	}
	b.fact("queue.area", q.Area.in(lang))
	b.fact("queue.windows", list(lang, q.Windows))
	b.detail("time", moment(lang, q.IssuedAt))
	b.rule()
	b.qr(q.Link, say(lang, "queue.scan"))
	b.small(say(lang, "queue.call"))
	return b.finish("ticket", q.Terminal)
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
	b := head(lang, r.Hall, heading(say(lang, "receipt.title")), r.Copy)
	b.rule()
	b.service(r.Item)
	b.number(r.Number)
	b.rule()
	b.detail("receipt.name", r.Person)
	b.detail("receipt.at", moment(lang, r.At))
	b.detail("receipt.ref", r.Ref)
	b.rule()
	if r.Delivered {
		b.note(say(lang, "receipt.sent"))
	} else {
		b.note(say(lang, "receipt.stored"))
	}
	b.qr(r.Link, say(lang, "receipt.scan"))
	b.small(say(lang, "receipt.keep"))
	return b.finish("receipt", r.Terminal)
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
	template, title := "booking", say(lang, "booking.title")
	if k.Request {
		template, title = "request", say(lang, "request.title")
	}
	b := head(lang, k.Hall, heading(title), k.Copy)
	if k.Request {
		b.mark(say(lang, "request.mark"), "")
	} else {
		b.rule()
	}
	b.service(k.Item)
	if k.Request {
		b.small(say(lang, "request.wish"))
	}
	b.text(printer.Text{Text: day(lang, k.Start), Scale: 2, Bold: true, Align: printer.Centre})
	b.text(printer.Text{Text: k.Start.Format("15:04") + "-" + k.End.Format("15:04"), Scale: 4, Bold: true, Align: printer.Centre})
	b.rule()
	b.number(k.Number)
	b.rule()
	b.fact("booking.area", k.Area.in(lang))
	b.detail("booking.name", k.Person)
	b.detail("receipt.at", moment(lang, k.At))
	b.rule()
	if k.Request {
		b.note(say(lang, "request.note"))
	} else {
		b.note(say(lang, "booking.bring"))
	}
	b.qr(k.Link, say(lang, "receipt.scan"))
	return b.finish(template, k.Terminal)
}

// Test is what a technician prints to judge a printer.
type Test struct {
	Profile  printer.Profile
	Model    string // as the printer answered, "" when it did not
	At       time.Time
	Terminal string
	Link     string // what the QR code says, "" for none
}

// Document lays the test page out in the language: the profile, a line of the
// printer's own characters, a line of characters that GB 2312 lacks, bold,
// double and inverted text, and a QR code.
func (t Test) Document(lang string) printer.Document {
	b := head(lang, Name{Zh: t.Profile.Name}, heading(say(lang, "test.title")), 0)
	b.rule()
	b.detail("test.profile", t.Profile.ID)
	b.detail("test.model", t.Model)
	b.detail("test.at", moment(lang, t.At))
	b.detail("test.native", "政务服务 0123456789")
	b.detail("test.drawn", "镕堃喆〇㎡")
	b.text(printer.Text{Text: "ABCDEFGHJKLM abcdefghijklm", Bold: true})
	b.text(printer.Text{Text: "大字 A012", Scale: 2})
	b.text(printer.Text{Text: "反白 A012", Invert: true, Align: printer.Centre})
	b.qr(t.Link, "")
	return b.finish("test", t.Terminal)
}
