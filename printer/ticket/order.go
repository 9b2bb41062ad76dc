package ticket

import (
	"time"

	"hallway/printer"
)

// Order is a help order that the terminal has stored.
type Order struct {
	Hall      Name
	Number    string // receipt number
	Secret    string // opens the order beside its number
	Kind      Name   // what is wanted
	Subject   Name   // prepared subject; empty texts leave the line out
	At        time.Time
	Due       time.Time // zero leaves the line out
	Delivered bool      // the hall has it
	Terminal  string
	Link      string // what the QR code says, "" for none
	Copy      int    // 1 or more marks a reprint
}

// Document lays the order's slip out in the language.
func (o Order) Document(lang string) printer.Document {
	v := Values{
		"hall": o.Hall.in(lang), "kind": o.Kind.in(lang), "subject": o.Subject.in(lang), "number": o.Number, "secret": o.Secret,
		"at": moment(lang, o.At), "link": o.Link, "terminal": o.Terminal,
	}
	if !o.Due.IsZero() {
		v["due"] = moment(lang, o.Due)
	}
	v.copies(o.Copy)
	v.flag("delivered", o.Delivered)
	return document("order", lang, v)
}
