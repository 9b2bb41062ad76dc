package ticket

import (
	"unicode/utf8"

	"hallway/printer"
)

// builder collects blocks; its methods are the house style of the paper.
type builder struct {
	lang   string
	blocks []printer.Block
}

// head begins a document with the hall's name, a reprint mark and the title.
func head(lang string, hall Name, title printer.Text, copies int) *builder {
	if lang != en {
		lang = zhHans
	}
	b := &builder{lang: lang}
	title.Align = printer.Centre
	b.text(printer.Text{Text: hall.in(lang), Bold: true, Align: printer.Centre})
	if copies > 0 {
		b.text(printer.Text{Text: say(lang, "copy", copies), Invert: true, Bold: true, Align: printer.Centre})
	}
	b.text(title)
	return b
}

// heading is the title of a slip.
func heading(s string) printer.Text { return printer.Text{Text: s, Scale: 2, Bold: true} }

func (b *builder) text(t printer.Text) { b.blocks = append(b.blocks, t) }

func (b *builder) rule() { b.blocks = append(b.blocks, printer.Rule{}) }

// longService is the number of English letters above which a service's name is
// not enlarged, because it would take more than three lines of 58 mm paper.
const longService = 36

// service names the service, on English tickets with the Chinese name beneath,
// which staff at the window can read.
func (b *builder) service(n Name) {
	scale := 2
	if b.lang == en && utf8.RuneCountInString(n.in(en)) > longService {
		scale = 1
	}
	b.text(printer.Text{Text: n.in(b.lang), Scale: scale, Bold: true, Align: printer.Centre})
	if b.lang == en && n.En != "" {
		b.text(printer.Text{Text: n.Zh, Align: printer.Centre})
	}
}

// number shows a receipt number as large as the paper allows.
func (b *builder) number(number string) {
	b.text(printer.Text{Text: say(b.lang, "receipt.number"), Align: printer.Centre})
	b.text(printer.Text{Text: number, Scale: 3, Bold: true, Align: printer.Centre})
}

// fact is a line that tells the citizen where to go or how long to wait; an
// empty value leaves the line out.
func (b *builder) fact(key, value string) { b.keyValue(key, value, 2) }

// detail is a line to keep; an empty value leaves it out.
func (b *builder) detail(key, value string) { b.keyValue(key, value, 1) }

func (b *builder) keyValue(key, value string, scale int) {
	if value != "" {
		b.blocks = append(b.blocks, printer.KeyValue{Key: say(b.lang, key), Value: value, Scale: scale, Bold: scale > 1})
	}
}

// mark is a black bar that cannot be overlooked, with its explanation.
func (b *builder) mark(title, explanation string) {
	b.text(printer.Text{Text: title, Scale: 2, Bold: true, Invert: true, Align: printer.Centre})
	if explanation != "" {
		b.note(explanation)
		b.rule()
	}
}

// note is a sentence that matters.
func (b *builder) note(s string) {
	b.text(printer.Text{Text: s, Bold: true})
}

// small is a sentence of lesser weight.
func (b *builder) small(s string) { b.text(printer.Text{Text: s, Align: printer.Centre}) }

// qr adds the code with its caption.
func (b *builder) qr(data, caption string) {
	if data == "" {
		return
	}
	b.blocks = append(b.blocks, printer.QR{Data: data})
	if caption != "" {
		b.small(caption)
	}
}

// finish adds the terminal's number and the cut.
func (b *builder) finish(template, terminal string) printer.Document {
	if terminal != "" {
		b.small(say(b.lang, "terminal") + " " + terminal)
	}
	b.blocks = append(b.blocks, printer.Cut{})
	return printer.Document{Template: template, Lang: b.lang, Blocks: b.blocks}
}
