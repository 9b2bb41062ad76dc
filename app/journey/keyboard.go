package journey

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hallway/app/ime"
	"hallway/idreader"
)

// Keys is a layout of the on-screen keyboard.
type Keys string

// The layouts. Texts are typed with the first four, between which the citizen
// changes; the others belong to fields of their kind.
const (
	Pinyin   Keys = "pinyin"
	Letters  Keys = "letters"
	Symbols  Keys = "symbols"
	Strokes  Keys = "strokes"
	Code     Keys = "code"     // capitals and digits
	Digits   Keys = "digits"   // a number
	Identity Keys = "identity" // a citizen's number: digits and X
	DateKeys Keys = "date"     // eight digits
	PhoneKey Keys = "phone"    // a telephone number
)

// writing are the layouts that type texts, in the order of their switches.
var writing = []Keys{Pinyin, Letters, Symbols, Strokes}

// typedBy are the characters of a layout. Those of [Letters] come in capitals
// too.
var typedBy = map[Keys]string{
	Pinyin:   "1234567890abcdefghijklmnopqrstuvwxyz'·",
	Letters:  "1234567890abcdefghijklmnopqrstuvwxyz-",
	Symbols:  "1234567890，。、：；？！—…·（）《》“”‘’【】-/#@._&+",
	Strokes:  "12345*",
	Code:     "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-",
	Digits:   "1234567890",
	Identity: "1234567890X",
	DateKeys: "1234567890",
	PhoneKey: "1234567890",
}

// The size of the candidate bar. Large type has room for fewer candidates.
const (
	BarRows      = 2
	BarColumns   = 5
	largeColumns = 4
)

// board is the state of the keyboard. It is as personal as the text.
type board struct {
	keys  Keys
	upper bool
	typed string          // letters or strokes that wait for a choice
	list  []ime.Candidate // what they may stand for
	page  int             // of list
}

func (m Model) board() board { return m.Visit.Board.Reveal("typed by the citizen") }

func (m *Model) setBoard(b board) { m.Visit.Board = idreader.Conceal(b) }

// columns is how many candidates stand beside each other.
func (m Model) columns() int {
	if m.Visit.Large {
		return largeColumns
	}
	return BarColumns
}

// lookUp finds what b.typed may stand for.
func (m Model) lookUp(b board) board {
	b.list, b.page = nil, 0
	switch e, _ := m.entryOf(); {
	case b.typed == "":
	case b.keys == Strokes:
		b.list = ime.Default().Strokes(b.typed)
	default:
		b.list = ime.Default().Convert(b.typed, ime.Options{Kind: e.kind, Begin: m.text() == "", Fuzzy: m.Setup.Fuzzy})
	}
	return b
}

// typeKey does what a key does.
func (m Model) typeKey(key string) Model {
	m.Visit.Notice = Notice{}
	b := m.board()
	switch {
	case key == "clear":
		m.setText("")
		b.typed = ""
	case key == "back" && b.typed != "":
		_, n := utf8.DecodeLastRuneInString(b.typed)
		b.typed = b.typed[:len(b.typed)-n]
	case key == "back":
		_, n := utf8.DecodeLastRuneInString(m.text())
		m.setText(m.text()[:len(m.text())-n])
	case key == "shift":
		b.upper = !b.upper
	case key == "space" && b.typed != "":
		return m.pick(0)
	case key == "space":
		m.write(" ")
	case b.composes(key):
		if len(b.typed) < ime.MaxInput {
			b.typed += key
		}
	default:
		m, b = m.settle(b)
		m.write(key)
	}
	m.setBoard(m.lookUp(b))
	return m
}

// composes reports whether a key waits for a choice.
func (b board) composes(key string) bool {
	switch b.keys {
	case Strokes:
		return strings.Contains("12345*", key)
	case Pinyin:
		return key >= "a" && key <= "z" || key == "'" && b.typed != ""
	}
	return false
}

// settle takes the first candidate for letters that wait when something else
// is typed behind them. Letters that are no pinyin stay letters.
func (m Model) settle(b board) (Model, board) {
	switch {
	case len(b.list) > 0:
		m.write(b.list[0].Text)
	case b.keys == Pinyin:
		m.write(b.typed)
	}
	b.typed = ""
	return m, b
}

// write puts text behind what was typed, as far as the field has room.
func (m *Model) write(text string) {
	e, _ := m.entryOf()
	room := max(0, e.max-utf8.RuneCountInString(m.text()))
	r := []rune(text)
	m.setText(m.text() + string(r[:min(len(r), room)]))
}

// pick takes a candidate of the present page. Letters that it does not stand
// for go on waiting.
func (m Model) pick(i int) Model {
	b := m.board()
	from, to := ime.Page(b.list, BarRows, m.columns(), b.page)
	if i < 0 || from+i >= to {
		return m
	}
	c := b.list[from+i]
	m.write(c.Text)
	b.typed = b.typed[c.Len:]
	m.setBoard(m.lookUp(b))
	return m
}

// candidate picks a candidate or turns the page of the bar.
func (m Model) candidate(name string) Model {
	b := m.board()
	switch name {
	case "more":
		b.page++
	case "less":
		b.page--
	default:
		i, err := strconv.Atoi(name)
		if err != nil {
			return m
		}
		return m.pick(i)
	}
	m.setBoard(b)
	return m
}

// changeKeys changes to another layout. What waits for a choice is forgotten,
// for letters are no strokes.
func (m Model) changeKeys(name string) Model {
	m.Visit.Writing = Keys(name)
	m.setBoard(board{keys: Keys(name)})
	return m
}

// layout is the layout with which a field begins.
func (m Model) layout(e entry) Keys {
	switch {
	case e.keys != "":
		return e.keys
	case m.Visit.Writing != "":
		return m.Visit.Writing
	case m.Visit.Lang == "en":
		return Letters
	}
	return Pinyin
}

// keyed types a character of a keyboard that is plugged in, or of a scanner
// that acts as one. Only what the field can hold arrives; a control character
// never does.
func (m Model) keyed(k Keyed) (Model, []Command) {
	if m.begun() {
		m = m.touched()
	}
	e, ok := m.entryOf()
	if !ok || m.asks() {
		return m, nil
	}
	switch k.Key {
	case "enter":
		if len(m.board().list) > 0 {
			return m.pick(0), nil
		}
		return m.press(Press{Control: "do.ok", Op: k.Op})
	case "back", "space":
		return m.typeKey(k.Key), nil
	}
	if key := m.accepted(e, k.Key); key != "" {
		return m.typeKey(key), nil
	}
	return m, nil
}

// accepted is the key that a character of a plugged-in keyboard presses in the
// present layout, "" for none.
func (m Model) accepted(e entry, key string) string {
	r, n := utf8.DecodeRuneInString(key)
	if n == 0 || n != len(key) || r == utf8.RuneError || !unicode.IsPrint(r) {
		return ""
	}
	switch keys := m.board().keys; {
	case e.keys != "":
		if key = strings.ToUpper(key); strings.Contains(typedBy[e.keys], key) {
			return key
		}
		return ""
	case keys == Pinyin:
		return strings.ToLower(key)
	}
	return key
}
