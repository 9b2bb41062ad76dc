package journey

import (
	"image"

	"hallway/app/text"
)

// Tone is what a sentence or a control means.
type Tone string

// The tones.
const (
	Plain   Tone = ""
	Main    Tone = "main"    // the one thing to do next
	Quiet   Tone = "quiet"   // a way out
	Good    Tone = "good"    // done
	Info    Tone = "info"    // to know
	Caution Tone = "caution" // works, with a difference
	Bad     Tone = "bad"     // does not work
)

// A Screen is what the terminal shows, in the words that it shows. Parts that a
// screen does not have are empty.
type Screen struct {
	ID       ScreenID
	Lang     text.Lang
	Hall     string // the hall's name
	Terminal string // says which terminal this is
	Clock    string // date and time, changes with the minute
	Title    string
	Lead     string // explains the title
	Picture  string // name of a drawing of package kit
	Banner   Banner
	Tiles    []Tile
	Choices  []Choice
	Pager    Pager
	Summary  Summary
	Entry    Entry
	Days     []Day
	Times    []Time
	Result   Result
	Cases    []CaseLine
	Step     Step
	Buttons  []Button // the last is at the right
	Help     Help
}

// A Banner is a sentence across the screen.
type Banner struct {
	Key, Text string
	Tone      Tone
}

// A Tile is a large choice with a drawing.
type Tile struct {
	ID, Icon, Title, Note string
	Off                   bool
}

// A Choice is a line of a list.
type Choice struct {
	ID, Title, Note, Mark string
	Chosen                bool
}

// A Pager says which page of a list is shown.
type Pager struct {
	Page, Pages       int
	Where, Prev, Next string
}

// A Fact is a label and its value.
type Fact struct{ Label, Value string }

// A Summary is facts under a heading, with a list of things below.
type Summary struct {
	Title string
	Facts []Fact
	Photo image.Image // of the card's holder, nil without one
	Head  string      // above Lines
	Lines []string    // such as the papers to bring
	More  string      // stands for lines that have no room
}

// An Entry is a line that the on-screen keyboard types into.
type Entry struct {
	Label, Text, Hint string
	Keys              Keys   // layout of the keyboard, "" for no keyboard
	Upper             bool   // letters come as capitals
	Large             bool   // large type
	Clear             string // text of the key that erases all
	Size              string // text of the key that changes to large type and back
	Typed             string // what waits for a choice, as it is shown
	Bar               Bar
	Switches          []Switch // to other layouts
	Names             []string // of the five strokes and of any stroke
	Split             string   // what the apostrophe does in pinyin
	Long              bool     // more text than fits on one line may come
}

// A Bar offers what was typed may stand for.
type Bar struct {
	Shown      bool // the layout has a bar
	Columns    int
	Candidates []Candidate // of this page, the first is the likeliest
	Hint       string      // stands in the place of candidates
	Less, More bool        // there are pages before and after
}

// A Candidate is a text that what was typed may stand for.
type Candidate struct {
	Text  string
	Cells int // of a row of the bar that it takes
}

// A Switch changes the layout of the keyboard.
type Switch struct {
	ID, Label string
	Chosen    bool
}

// A Day is one bookable day.
type Day struct {
	ID, Day, Weekday, Note string
	Chosen, Off            bool
}

// A Time is one bookable time.
type Time struct {
	ID, Text, Note string
	Chosen, Off    bool
}

// A Result is what the citizen came for: a number that is shown large.
type Result struct {
	Label, Number string
	Receipt       bool // Number is long: a receipt number
	Mark          Banner
	Facts         []Fact
	QR            string // what a code to scan says, "" for none
	QRNote        string
}

// A CaseLine is one thing that the citizen waits for.
type CaseLine struct {
	Title, State, At, Receipt string
	Tone                      Tone
}

// A Step says how far a form is.
type Step struct{ At, Of int }

// A Button is a control below the content.
type Button struct {
	ID, Icon, Label string
	Tone            Tone
	Off             bool
}

// Help is the band at the bottom: ways out, time left, the other language.
type Help struct {
	Back, Home, Lang *Button
	Seconds          int    // left; -1 when no time runs
	Countdown        string // what the countdown says, "" when no time runs
}

// Enabled reports whether the screen has a control with that id that does
// something.
func (s Screen) Enabled(id string) bool {
	off, ok := s.controls()[id]
	return ok && !off
}

// IDs returns the ids of all controls that do something.
func (s Screen) IDs() []string {
	var all []string
	for id, off := range s.controls() {
		if !off {
			all = append(all, id)
		}
	}
	return all
}

// controls is every control by its id, and whether it is off.
func (s Screen) controls() map[string]bool {
	all := map[string]bool{}
	for _, t := range s.Tiles {
		all[t.ID] = t.Off
	}
	for _, c := range s.Choices {
		all[c.ID] = false
	}
	for _, d := range s.Days {
		all[d.ID] = d.Off
	}
	for _, t := range s.Times {
		all[t.ID] = t.Off
	}
	for _, b := range s.Buttons {
		all[b.ID] = b.Off
	}
	for _, b := range []*Button{s.Help.Back, s.Help.Home, s.Help.Lang} {
		if b != nil {
			all[b.ID] = b.Off
		}
	}
	if s.Pager.Pages > 1 {
		all["page.prev"], all["page.next"] = s.Pager.Page == 0, s.Pager.Page >= s.Pager.Pages-1
	}
	s.Entry.controls(all)
	return all
}
