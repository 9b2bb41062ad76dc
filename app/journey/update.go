package journey

import (
	"errors"
	"strings"

	"hallway/app/operation"
	"hallway/devices"
)

// Update is what a message does to the model. Beside the model it changes only
// secrets that nobody needs any more: it overwrites them.
func Update(m Model, msg Msg) (Model, []Command) {
	m, todo := m.update(msg)
	m, scan := m.scan()
	return m, append(todo, scan...)
}

func (m Model) update(msg Msg) (Model, []Command) {
	switch msg := msg.(type) {
	case Tick:
		m.Now = msg.Now
		return m.tick()
	case Touched:
		if m.begun() {
			m = m.touched()
		}
		return m, nil
	case Press:
		return m.press(msg)
	case Keyed:
		return m.keyed(msg)
	case CardSeen:
		return m.cardSeen(msg)
	case ReaderFailed:
		return m.readerFailed(msg), nil
	case CodeScanned:
		return m.codeScanned(msg)
	case HallChanged:
		return m.hallChanged(msg)
	case DeviceChanged:
		return m.deviceChanged(msg), nil
	case Printed:
		return m.printed(msg), nil
	}
	return m.answered(msg)
}

// answered takes the answer to the work that the screen waits for.
func (m Model) answered(msg Msg) (Model, []Command) {
	switch msg := msg.(type) {
	case NumberTaken:
		if m.awaits(msg.Visit, msg.Op) {
			return m.numberTaken(msg)
		}
	case Filed:
		if m.awaits(msg.Visit, msg.Op) {
			return m.filed(msg)
		}
	case PlaceBooked:
		if m.awaits(msg.Visit, msg.Op) {
			return m.booked(msg)
		}
	case SlotsLoaded:
		if m.awaits(msg.Visit, msg.Op) {
			return m.slotsLoaded(msg), nil
		}
	case CasesLoaded:
		if m.awaits(msg.Visit, msg.Op) {
			return m.casesLoaded(msg), nil
		}
	}
	return m, nil
}

// awaits reports whether an answer is the one that the visit waits for.
func (m Model) awaits(visit int, op operation.ID) bool {
	return visit == m.Visits && op == m.Visit.Work.Op && op != ""
}

func (m Model) deviceChanged(d DeviceChanged) Model {
	switch d.Kind {
	case devices.IDReader:
		m.Reader = d.State
	case devices.Printer:
		m.Printer = d.State
	case devices.Scanner:
		m.Scanner = d.State
	}
	return m
}

// hallChanged takes what is known of the hall. A visit whose service left the
// catalogue cannot go on.
func (m Model) hallChanged(h HallChanged) (Model, []Command) {
	before := m.Hall.Catalogue
	m.Hall = h.Hall
	if m.Visit.Work.Commit || m.Visit.Item == "" || m.Hall.Catalogue == before {
		return m, nil
	}
	if _, ok := m.item(); !ok && !m.final() {
		return m.sorry(refusal(&operation.Refusal{Code: operation.CodeUnknownService})), nil
	}
	return m, nil
}

// press does what a control of the present screen does.
func (m Model) press(p Press) (Model, []Command) {
	if !View(m).Enabled(p.Control) {
		return m, nil
	}
	m = m.touched()
	kind, name, _ := strings.Cut(p.Control, ".")
	switch kind {
	case "lang":
		m.Visit.Lang = m.Visit.Lang.Other()
		return m, nil
	case "nav":
		return m.navigate(name)
	case "idle":
		if name == "leave" {
			return m.end()
		}
		return m, nil
	case "page":
		return m.turn(name), nil
	case "key":
		return m.typeKey(name), nil
	case "cand":
		return m.candidate(name), nil
	case "keys":
		return m.changeKeys(name), nil
	case "large":
		m.Visit.Large = !m.Visit.Large
		return m, nil
	}
	m.Visit.Notice = Notice{}
	return m.choose(kind, name, p.Op)
}

// choose follows the control that was pressed into the next screen.
func (m Model) choose(kind, name string, op operation.ID) (Model, []Command) {
	switch kind {
	case "tile":
		return m.begin(Flow(name))
	case "audience", "class", "item":
		return m.browse(kind, name, op)
	case "by":
		return m.askBy(name, op)
	case "choice":
		return m.answer(name)
	case "day":
		m.Visit.Day = name
		return m.push(Place{Screen: Times}), nil
	case "slot":
		return m.pickSlot(name), nil
	}
	return m.act(name, op)
}

// act does what a button of the present screen does.
func (m Model) act(name string, op operation.ID) (Model, []Command) {
	switch name {
	case "without":
		return m.proceed(op)
	case "continue":
		return m.nextQuestion(0), nil
	case "ok":
		return m.accept(op)
	case "skip":
		return m.skip()
	case "submit":
		return m.submit(op)
	case "book":
		return m.book(op)
	case "print":
		return m.print()
	case "retry":
		return m.pop(), nil
	}
	return m.end() // "finish"
}

// navigate leads back a screen or out.
func (m Model) navigate(name string) (Model, []Command) {
	if name == "home" || len(m.Visit.Path) <= 1 || m.final() {
		return m.end()
	}
	m.Visit.Work = Work{}
	return m.pop(), nil
}

func (m Model) turn(name string) Model {
	p := m.Place()
	if name == "next" {
		p.Page++
	} else {
		p.Page--
	}
	return m.replace(p)
}

// push leads to a place from which back leads to the present one.
func (m Model) push(p Place) Model {
	m.Visit.Path = append(m.Visit.Path[:len(m.Visit.Path):len(m.Visit.Path)], p)
	return m.arrive()
}

// replace shows a place instead of the present one.
func (m Model) replace(p Place) Model {
	n := max(0, len(m.Visit.Path)-1)
	m.Visit.Path = append(m.Visit.Path[:n:n], p)
	return m
}

// pop leads one place back. Places where the terminal only worked are passed.
func (m Model) pop() Model {
	n := len(m.Visit.Path) - 1
	for n > 0 && (m.Visit.Path[n-1].Screen == Busy || m.Visit.Path[n-1].Screen == Card && m.Visit.Person.Present()) {
		n--
	}
	m.Visit.Path = m.Visit.Path[:max(0, n):max(0, n)]
	m.Visit.Notice = Notice{}
	return m.arrive()
}

// arrive prepares the place that is shown now.
func (m Model) arrive() Model {
	m.Visit.Reading = false
	m.loadEntry()
	return m
}

// work shows the busy screen until the answer with the id op arrives.
func (m Model) work(op operation.ID, key string, commit bool) Model {
	m.Visit.Work = Work{Op: op, Since: m.Now, Commit: commit, Key: key}
	if m.Place().Screen == Busy {
		return m
	}
	return m.push(Place{Screen: Busy})
}

// sorry says that something was not possible. Back and retry lead to the place
// before the work.
func (m Model) sorry(n Notice) Model {
	m.Visit.Work = Work{}
	m.Visit.Notice = n
	if m.Place().Screen == Busy {
		return m.replace(Place{Screen: Sorry})
	}
	path := m.Visit.Path
	m.Visit.Path = append(path[:len(path):len(path)], Place{Screen: Sorry})
	return m
}

// refusal is the sentence for an error of the terminal's store.
func refusal(err error) Notice {
	code := operation.CodeStore
	var r *operation.Refusal
	if errors.As(err, &r) && r.Code != "" {
		code = r.Code
	}
	return Notice{Key: "refusal." + code, Tone: Bad}
}

// final reports whether the present screen is the last of its visit.
func (m Model) final() bool {
	switch m.Place().Screen {
	case Ticket, Accepted, Booked, TakeCard:
		return true
	}
	return false
}

// end forgets the visit. A card that still lies in the reader is asked for
// once; the reader stays armed to see it lifted.
func (m Model) end() (Model, []Command) {
	asked := m.Place().Screen == TakeCard
	m.Visit.wipe()
	m.Visits++
	m.Visit = Visit{Lang: m.Setup.Lang}
	switch {
	case !m.Slot.Lying || !m.Slot.Armed:
		return m.disarm()
	case !asked:
		m.Visit.Path, m.Visit.Seen = []Place{{Screen: TakeCard}}, m.Now
	}
	return m, nil
}

// wipe overwrites what is personal.
func (v Visit) wipe() {
	v.Person.Wipe()
	v.Typed.Wipe()
	v.Entry.Wipe()
	v.Board.Wipe()
}
