package window

import (
	"image"
	"strconv"
	"strings"

	"hallway/app/desk/proxy"
	"hallway/app/text"
)

// The ids of controls. Cards are "card.0" and so on, keys of the keypad
// "pad.next" and so on, the ways of the network "net.pass" and so on.
const (
	CtlLang  = "lang"
	CtlLift  = "reader.lift"
	CtlBrush = "reader.brush"
	CtlTake  = "printer.take"
	CtlOpen  = "printer.open"  // the cover
	CtlClose = "printer.close" // the cover
	CtlEmpty = "printer.empty" // the roll
	CtlFill  = "printer.fill"  // the roll
	cardID   = "card."
	padID    = "pad."
	netID    = "net."
)

// A Card is a specimen beside the reader.
type Card struct {
	Name string
	What string // what is special about it, in English
}

// A State is everything that the desk shows.
type State struct {
	Lang    text.Lang
	Cards   []Card
	Laid    int // index of the card on the reader; -1 for none
	Network proxy.Mode
	Cover   bool        // the printer's cover is open
	PaperMM int         // left on the roll
	Paper   image.Image // what hangs out of the printer; nil for none
	Cut     bool        // it is cut off and can be taken
	Ticket  string      // what the LED shows at its right
	Waiting string      // and at its left
	Keys    []string    // of the keypad, by name
}

// screen names the desk's one screen in the trace.
const screen = "desk"

// whats are the words for what is special about a card, by the specimen's own.
var whats = map[string]string{
	"elderly":                          "desk.what.elderly",
	"long name with rare characters":   "desk.what.rare",
	"valid for ever, number ends in X": "desk.what.x",
	"expired":                          "desk.what.expired",
	"minor":                            "desk.what.minor",
	"ethnic group":                     "desk.what.ethnic",
}

// what says what is special about a card; the specimen's own words when this
// desk has none.
func (s State) what(c Card) string {
	if key, ok := whats[c.What]; ok {
		return text.T(s.Lang, key)
	}
	return c.What
}

// modeNames are the words on the switches of the network.
var modeNames = map[proxy.Mode]string{
	proxy.Pass:    "desk.network.pass",
	proxy.Cut:     "desk.network.cut",
	proxy.Silent:  "desk.network.silent",
	proxy.Failing: "desk.network.failing",
	proxy.Portal:  "desk.network.portal",
}

// keyNames are the words on the keys of the keypad.
var keyNames = map[string]string{
	"next":   "desk.key.next",
	"recall": "desk.key.recall",
	"miss":   "desk.key.miss",
	"start":  "desk.key.start",
	"finish": "desk.key.finish",
}

// index returns the number behind a prefix of an id, -1 for none.
func index(id, prefix string) int {
	rest, ok := strings.CutPrefix(id, prefix)
	n, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return -1
	}
	return n
}
