package stage

import (
	"context"

	"hallway/app/desk/proxy"
)

// The services of the visit, all of the window of the demonstration. The first
// asks for a card and can be applied for and booked, the second needs no card.
const (
	cardService = "R0403" // residence permit
	openService = "R0401" // identity card exchange
)

// visitPhone is the mobile number that the visit types. It is invented.
const visitPhone = "19900000000"

// visitAnswer is what the visit types into a form: 天津市和平区 as text.
var visitAnswer = Answer{Digits: visitPhone, Letters: "A1", Pinyin: "tianjinshihepingqu"}

// Visit walks the scripted visit: a number with a card, an application, a
// booking, the progress of both, the work of the counter, a number without the
// hall. It adds a picture of every screen to album.
func (s *Stage) Visit(ctx context.Context, album *Album) error {
	p := s.Script(ctx, album)
	p.See(s.Kiosk, "home")
	p.online()
	p.Both(s.Kiosk, "home", "The kiosk's home screen.")
	p.number()
	p.application()
	p.booking()
	p.progress()
	p.receipt()
	p.counter()
	p.offline()
	p.Do("picture of everything", func(ctx context.Context) error {
		img, err := s.Screen.Picture(ctx)
		if err != nil {
			return err
		}
		return album.Add("everything", "All windows: kiosk, desk of simulated devices, counter.", img)
	})
	return p.Err
}

// online waits until the kiosk knows its hall.
func (p *Script) online() { p.SeeOn(p.Kiosk, "tile.number") }

// Browse leads from the home screen to a service.
func (p *Script) Browse(flow, service string) {
	k := p.Kiosk
	p.See(k, "home")
	p.Tap(k, "tile."+flow)
	p.See(k, "audience")
	p.Tap(k, "audience.resident")
	p.See(k, "classes")
	p.Pick(k, "class."+service[:3])
	p.See(k, "items")
	p.Pick(k, "item."+service)
}

// LayCard lays a specimen card when the kiosk asks for it.
func (p *Script) LayCard(id string) {
	p.See(p.Kiosk, "card")
	p.Tap(p.Desk, id)
}

// Leave ends a visit to the kiosk: the paper and the card are taken.
func (p *Script) Leave(paper, card bool) {
	if paper {
		p.Tap(p.Desk, "printer.take")
	}
	p.Tap(p.Kiosk, "do.finish")
	if card {
		p.See(p.Kiosk, "take_card")
		p.Tap(p.Desk, "reader.lift")
	}
	p.See(p.Kiosk, "home")
}

// printed waits for the slip of a result and keeps its picture.
func (p *Script) printed(screen, name, sentence string, known []string) {
	p.SeeBanner(p.Kiosk, screen, "print.done")
	img := p.Ticket(known)
	p.Do("keep the paper", func(context.Context) error { return p.album.Add("paper-"+name, sentence, img) })
}

func (p *Script) number() {
	k, known := p.Kiosk, p.Papers()
	p.Tap(k, "tile.number")
	p.See(k, "audience")
	p.Both(k, "audience", "For whom is the service?")
	p.Tap(k, "audience.resident")
	p.See(k, "classes")
	p.Both(k, "classes", "Classes of services.")
	p.Pick(k, "class."+cardService[:3])
	p.See(k, "items")
	p.Both(k, "items", "Services of a class.")
	p.Pick(k, "item."+cardService)
	p.See(k, "card")
	p.Both(k, "card", "The kiosk asks for the card and says what to bring.")
	p.LayCard("card.0")
	p.See(k, "ticket")
	p.printed("ticket", "ticket", "The printed ticket, as the simulated printer drew it.", known)
	p.Both(k, "ticket", "The number, large and with its code.")
	p.Both(p.Desk, "printed", "The desk: a card lies on the reader, the ticket hangs out of the printer.")
	p.Tap(p.Desk, "printer.take")
	p.Tap(k, "do.finish")
	p.See(k, "take_card")
	p.Both(k, "take-card", "A card that was forgotten.")
	p.Tap(p.Desk, "reader.lift")
	p.See(k, "home")
}

func (p *Script) application() {
	k, known := p.Kiosk, p.Papers()
	p.Browse("application", cardService)
	p.LayCard("card.1")
	p.See(k, "form")
	p.Both(k, "form", "The form, filled in from the card.")
	p.Tap(k, "do.continue")
	for p.Err == nil {
		var screen string
		p.Do("follow the form", func(ctx context.Context) error {
			l, err := k.Line(ctx, "a question or the review", func(l Line) bool { return l.Screen == "field" || l.Screen == "review" })
			screen = l.Screen
			return err
		})
		if screen != "field" {
			break
		}
		p.Shot(k, "field", "A question of the form that the card does not answer.")
		p.Fill(k, visitAnswer)
	}
	p.Both(k, "review", "All answers before they are sent.")
	p.Tap(k, "do.submit")
	p.See(k, "accepted")
	p.printed("accepted", "receipt", "The printed receipt of the application.", known)
	p.Both(k, "accepted", "The application is accepted.")
	p.Leave(true, true)
}

func (p *Script) booking() {
	k, known := p.Kiosk, p.Papers()
	p.Browse("booking", cardService)
	p.LayCard("card.1")
	p.See(k, "days")
	p.Both(k, "days", "Days that can be booked.")
	p.TapFirst(k, "day.")
	p.See(k, "times")
	p.Both(k, "times", "Times of a day.")
	p.TapFirst(k, "slot.")
	p.See(k, "phone")
	p.Keys(k, visitPhone)
	p.Both(k, "phone", "A telephone number for the booking.")
	p.Tap(k, "do.ok")
	p.See(k, "confirm")
	p.Both(k, "confirm", "The booking before it is made.")
	p.Tap(k, "do.book")
	var screen string
	p.Do("see what became of the booking", func(ctx context.Context) error {
		l, err := k.Line(ctx, "a booking or a refusal", func(l Line) bool { return l.Screen == "booked" || l.Screen == "sorry" })
		screen = l.Screen
		return err
	})
	if screen == "sorry" { // a visit before this one has booked the day
		p.SeeBanner(k, "sorry", "refusal.already_booked")
		p.Both(k, "already-booked", "Nobody books the same thing twice on one day.")
		p.Leave(false, true)
		return
	}
	p.printed("booked", "booking", "The printed slip of the booking.", known)
	p.Both(k, "booked", "The booking is made.")
	p.Leave(true, true)
}

func (p *Script) progress() {
	k := p.Kiosk
	p.Tap(k, "tile.progress")
	p.See(k, "progress")
	p.Both(k, "progress", "How to ask for the progress of a case.")
	p.Tap(k, "by.card")
	p.LayCard("card.1")
	p.See(k, "cases")
	p.Both(k, "cases", "What this person waits for.")
	p.Leave(false, true)
}

// receipt asks by number, after a pause in which the kiosk asks whether
// somebody is there.
func (p *Script) receipt() {
	k := p.Kiosk
	p.Tap(k, "tile.progress")
	p.See(k, "progress")
	p.See(k, "idle")
	p.Shot(k, "idle", "Is somebody there?")
	p.Tap(k, "idle.stay")
	p.See(k, "progress")
	p.Tap(k, "by.receipt")
	p.See(k, "receipt")
	p.Both(k, "receipt", "A receipt number, typed by hand.")
	p.Tap(k, "nav.home")
	p.See(k, "home")
}

// SignIn signs the demonstration's clerk in with the keyboard.
func (p *Script) SignIn() {
	c := p.Counter
	p.See(c, "signin")
	p.Do("type the staff number", func(ctx context.Context) error { return c.Type(ctx, DemoClerk) })
	p.SeeOn(c, "signin.go")
	p.Do("confirm the staff number", func(ctx context.Context) error { return c.Press(ctx, KeyReturn) })
	p.Do("type the PIN", func(ctx context.Context) error { return c.Type(ctx, DemoPIN) })
	p.SeeOn(c, "signin.go")
	p.Do("confirm the PIN", func(ctx context.Context) error { return c.Press(ctx, KeyReturn) })
	p.See(c, "desk")
}

func (p *Script) counter() {
	c := p.Counter
	p.Both(c, "signin", "The counter before the clerk has signed in.")
	p.SignIn()
	p.SeeOn(c, "do.next")
	p.Both(c, "idle", "The window is open and nobody is called.")
	p.Do("call with the keyboard", func(ctx context.Context) error { return c.Press(ctx, KeyF1) })
	p.SeeOn(c, "do.start")
	p.Both(c, "called", "A number is called.")
	p.Shot(p.Desk, "led", "The LED above the window shows the number.")
	p.Tap(p.Desk, "pad.start")
	p.SeeOn(c, "do.finish")
	p.Both(c, "serving", "The person is served; the keypad said so.")
	p.Tap(p.Desk, "pad.finish")
	p.SeeOn(c, "do.signout")
}

func (p *Script) offline() {
	k, known := p.Kiosk, p.Papers()
	p.Tap(p.Desk, "net."+string(proxy.Cut))
	p.SeeBanner(k, "home", "kiosk.offline")
	p.Both(k, "home-offline", "The home screen while the hall is away.")
	p.Browse("number", openService)
	p.See(k, "card")
	p.Tap(k, "do.without")
	p.See(k, "ticket")
	p.printed("ticket", "offline", "A printed ticket with a number that the kiosk gave out by itself.", known)
	p.Both(k, "ticket-offline", "A number given out while the hall is away.")
	p.SeeBanner(p.Counter, "desk", "counter.stale")
	p.Both(p.Counter, "stale", "The counter while the hall is away: the state is old and nothing can be pressed.")
	p.Both(p.Desk, "cut", "The desk with the network cut.")
	p.Leave(true, false)
	p.SeeBanner(k, "home", "kiosk.offline")
	p.Tap(p.Desk, "net."+string(proxy.Pass))
	p.SeeBanner(k, "home", "")
	p.SeeOn(p.Counter, "do.next")
}
