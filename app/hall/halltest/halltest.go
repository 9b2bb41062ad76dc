// Package halltest makes halls for tests: a real store of the test's own, a
// clock that stands still until it is moved, a small catalogue, and a terminal
// that seals what it submits. The store is SQLite, except in a package whose
// TestMain runs it [OnEachStore], and in halls of several [Nodes].
package halltest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"hallway/app/config"
	"hallway/app/hall"
	"hallway/app/hall/catalogue"
	"hallway/app/hall/order"
	"hallway/app/hall/store"
	"hallway/app/hall/workday"
	"hallway/app/operation"
	"hallway/app/text"
)

// Terminals and tokens of the hall, and its clerk.
const (
	Terminal = "012"
	Token    = "token-of-terminal-012"
	Other    = "013"
	OtherTok = "token-of-terminal-013"
	Clerk    = "1001"
	PIN      = "2468"
)

// The clerks with a role in help orders; all have the same PIN.
const (
	OrderClerk     = "2001" // of the order desk
	UnitClerk      = "3001" // of department MSA
	OtherUnitClerk = "3002" // of department EDU
	OrderLeader    = "9001"
)

// Secret opens the orders that [OrderBody] makes.
const Secret = "7q2m9xkd"

// OrderBody lodges an order about the prepared subject.
func OrderBody(k order.Kind, p *operation.Holder) operation.OrderBody {
	return operation.OrderBody{Kind: string(k), Subject: "lamps", Text: "路灯不亮", Lang: "zh-Hans", Secret: Secret, Phone: "13800001234", Holder: p}
}

// Start is where the clock begins: a Monday morning in the hall's zone.
var Start = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// A Clock stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the clock's time, with the nanoseconds that a real clock has.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.Add(123456)
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A World is a hall with everything around it.
type World struct {
	*hall.Hall
	Clock  *Clock
	Intake hall.Intake
	Desk   *hall.Desk
	Orders *hall.Orders
	Dir    string
	t      testing.TB
	newID  func() operation.ID
	mu     sync.Mutex
	seq    int64
	items  catalogue.Catalogue
	open   func() (store.Store, error) // opens the hall's store
	store  store.Store
}

// New makes a hall in a new folder. It is closed when the test ends.
func New(t testing.TB, change ...func(*config.Hall)) *World {
	t.Helper()
	return NewWith(t, Catalogue(), change...)
}

// NewWith is New with a catalogue of the test's own.
func NewWith(t testing.TB, offer catalogue.Catalogue, change ...func(*config.Hall)) *World {
	t.Helper()
	w := &World{t: t, Clock: &Clock{now: Start}, Dir: t.TempDir(), items: offer}
	w.open = places[engine](t, w.Dir)
	w.start(change...)
	return w
}

// start opens the hall for the first time.
func (w *World) start(change ...func(*config.Hall)) {
	w.t.Helper()
	w.newID = operation.IDs(w.Clock.Now, rand.Reader)
	w.t.Cleanup(func() {
		if w.store == nil {
			return
		}
		if err := w.store.Close(); err != nil {
			w.t.Error(err)
		}
	})
	w.begin(change...)
}

// Restart closes the hall and opens it again from its folder.
func (w *World) Restart(change ...func(*config.Hall)) {
	w.t.Helper()
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.begin(change...)
}

func (w *World) begin(change ...func(*config.Hall)) {
	w.t.Helper()
	c := Config()
	c.Data = w.Dir
	for _, f := range change {
		f(&c)
	}
	keys, err := hall.LoadKeys(w.Dir)
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := w.open()
	if err != nil {
		w.t.Fatal(err)
	}
	w.store = s
	days, err := workday.Shipped()
	if err != nil {
		w.t.Fatal(err)
	}
	w.Hall = hall.New(hall.Options{
		Config: c, Catalogue: w.items, Calendar: days, Store: w.store, Keys: keys, Now: w.Clock.Now, NewID: w.newID,
		Random: rand.Reader, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	w.Intake, w.Desk = hall.Intake{Hall: w.Hall}, hall.NewDesk(w.Hall)
	w.Orders = hall.NewOrders(w.Desk)
}

// pinHash is the hash of PIN with one iteration, so that tests are quick.
const pinHash = "pbkdf2-sha256$1$c2FsdCBvZiBhIHRlc3QuLg$D/DKGt2ouj1qtpo5zS5H4VX2DciIBGljL6f7Wv5rV7E"

// Config is the hall's configuration.
func Config() config.Hall {
	return config.Hall{
		ID: "0417", Name: text.Local{text.ZhHans: "东城区政务服务中心", text.En: "Dongcheng Government Service Centre"},
		Zone: "Asia/Shanghai", PublicURL: "http://hall.test", DayChange: 4 * 60, Open: 9 * 60, Close: 17 * 60, SlotDays: 5, LeaseSize: 10,
		Terminals: []config.Terminal{{ID: Terminal, Token: Token}, {ID: Other, Token: OtherTok}},
		Clerks: []config.Clerk{
			{Number: Clerk, Name: "王芳", PINHash: pinHash},
			{Number: OrderClerk, Name: "李娜", PINHash: pinHash, Orders: "desk"},
			{Number: UnitClerk, Name: "赵强", PINHash: pinHash, Orders: "unit", Unit: "MSA"},
			{Number: OtherUnitClerk, Name: "孙丽", PINHash: pinHash, Orders: "unit", Unit: "EDU"},
			{Number: OrderLeader, Name: "周敏", PINHash: pinHash, Orders: "leader"},
		},
		Orders: config.Orders{Open: 9 * 60, Close: 17*60 + 30, Consultation: 2, Help: 2, Complaint: 7, Report: 7, Suggestion: 7,
			MaxExtra: 10, ReturnDays: 2, Returns: 2, WordDays: 5},
	}
}

// Items of the catalogue.
const (
	ItemFree = "REG-01" // pool registration; a number needs no card, can be applied for and booked, 3 places a slot
	ItemCard = "SOC-01" // pool social; a number needs a card
)

// Catalogue has two pools and eight windows. Windows 1 to 4 serve both pools,
// the others only registration. Pool social has five numbers.
func Catalogue() catalogue.Catalogue {
	both := func(zh, en string) text.Local { return text.Local{text.ZhHans: zh, text.En: en} }
	c := catalogue.Catalogue{
		Version: "test.1",
		Departments: []catalogue.Department{
			{Code: "MSA", Name: both("市场监督管理局", "Market Supervision")}, {Code: "EDU", Name: both("教育局", "Education")},
		},
		Subjects: []catalogue.Subject{{Code: "lamps", Kinds: order.Kinds(), Department: "MSA", Name: both("路灯和道路", "Lamps and roads")}},
		Pools: []catalogue.Pool{
			{ID: "registration", Prefix: "A", Name: both("企业登记", "Business registration"), Area: both("一楼 A 区", "Floor 1, area A"),
				First: 1, Last: 799, OfflineFrom: 800, OfflineTo: 999, MeanMinutes: 10},
			{ID: "social", Prefix: "B", Name: both("社会保险", "Social insurance"), Area: both("一楼 B 区", "Floor 1, area B"),
				First: 1, Last: 5, OfflineFrom: 800, OfflineTo: 814, MeanMinutes: 8},
		},
		Items: []catalogue.Item{
			{Code: ItemFree, Department: "MSA", Pool: "registration", Name: both("公司设立登记", "Company registration"), Bookable: true, SlotPlaces: 3, Apply: true,
				Form: []catalogue.FormField{
					{Name: "name", From: "name", Type: "text", Required: true},
					{Name: "phone", Type: "phone", Required: true},
					{Name: "kind", Type: "choice", Required: true, Choices: []catalogue.Choice{{Value: "ltd"}, {Value: "sole"}}},
					{Name: "note", Type: "text", Max: 5},
				}},
			{Code: ItemCard, Department: "MSA", Pool: "social", Name: both("社保卡申领", "Social security card"), NeedsCard: true, Minutes: 5},
		},
	}
	addWindows(&c, 8)
	return c
}

// addWindows gives the catalogue windows 1 to n.
func addWindows(c *catalogue.Catalogue, n int) {
	both := func(zh, en string) text.Local { return text.Local{text.ZhHans: zh, text.En: en} }
	for i := len(c.Windows) + 1; i <= n; i++ {
		pools := []string{"registration"}
		if i <= 4 {
			pools = append(pools, "social")
		}
		c.Windows = append(c.Windows, catalogue.Window{ID: fmt.Sprint(i), Name: both("综合窗口", "General window"), Pools: pools})
	}
}

// Person n is an invented person.
func Person(n int) *operation.Holder {
	return &operation.Holder{Name: fmt.Sprintf("张三丰%d", n), Number: fmt.Sprintf("11010119491231%03d", n) + "X"}
}

// TicketBody asks for a number, for a person or for nobody.
func TicketBody(item string, p *operation.Holder) operation.TicketBody {
	return operation.TicketBody{Service: item, Lang: "zh-Hans", Code: "abcd2345", Holder: p}
}

// NewID makes an id.
func (w *World) NewID() operation.ID { return w.newID() }

// Envelope seals an operation of Terminal's, pressed now.
func (w *World) Envelope(kind operation.Kind, body any, change ...func(*operation.Envelope)) operation.Envelope {
	w.t.Helper()
	w.mu.Lock()
	w.seq++
	e := operation.Envelope{ID: w.newID(), Seq: w.seq, Kind: kind, Schema: 1, Terminal: Terminal, DeviceTime: w.Clock.Now().UnixMilli()}
	w.mu.Unlock()
	if kind != operation.TicketIssue && kind != operation.TicketOffline && kind != operation.TicketVoid {
		e.Receipt = operation.Receipt{Centre: "0417", Terminal: Terminal, Day: "2026-11-23", Seq: int(e.Seq)}.String()
	}
	for _, f := range change {
		f(&e)
	}
	if err := e.SealBody(w.Keys.Seal.Public(), body); err != nil {
		w.t.Fatal(err)
	}
	return e
}

// Submit delivers one operation as its terminal.
func (w *World) Submit(e operation.Envelope) operation.Result {
	w.t.Helper()
	raw, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.Intake.Submit(context.Background(), e.Terminal, []json.RawMessage{raw})[0]
}

// Take submits a ticket.issue and fails the test unless it is applied.
func (w *World) Take(item string, p *operation.Holder) *operation.TicketAnswer {
	w.t.Helper()
	r := w.Submit(w.Envelope(operation.TicketIssue, TicketBody(item, p)))
	if r.Status != operation.Applied || r.Ticket == nil {
		w.t.Fatalf("no number: %+v, %+v", r, r.Problem)
	}
	return r.Ticket
}
