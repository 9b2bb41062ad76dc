package journey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hallway/app/journey"
	"hallway/app/journey/journeytest"
	"hallway/app/operation"
	"hallway/devices"
	"hallway/idreader"
	"hallway/printer"
)

// desk answers with what it was told and remembers whom it was asked for.
type desk struct {
	err    error
	person idreader.Secret[idreader.Person]
	fields idreader.Secret[map[string]string]
	phone  idreader.Secret[string]
	name   string
}

func (d *desk) TakeNumber(ctx context.Context, r operation.TicketRequest) (operation.Ticket, error) {
	d.person, d.name = r.Person, r.Person.Reveal("test").Name
	return journeytest.Ticket(r.Op), d.err
}

func (d *desk) Apply(_ context.Context, r operation.ApplicationRequest) (operation.Accepted, error) {
	d.person, d.fields = r.Person, r.Fields
	return operation.Accepted{Op: r.Op}, d.err
}

func (d *desk) Book(_ context.Context, r operation.BookingRequest) (operation.Booking, error) {
	d.person, d.phone = r.Person, r.Phone
	return operation.Booking{Op: r.Op}, d.err
}

func (d *desk) Slots(ctx context.Context, _ string) (operation.Slots, error) {
	<-ctx.Done()
	return operation.Slots{}, ctx.Err()
}

func (d *desk) Cases(_ context.Context, q operation.CaseQuery) (operation.Cases, error) {
	d.person = q.Person
	return operation.Cases{}, d.err
}

type paper struct{ r printer.Result }

func (p paper) Print(context.Context, printer.Job) printer.Result { return p.r }

// reader reports one card and then waits, or fails.
type reader struct {
	fail error
}

func (r reader) Poll(ctx context.Context, emit func(idreader.Event)) error {
	emit(idreader.Event{Type: idreader.Present})
	if r.fail != nil {
		return r.fail
	}
	<-ctx.Done()
	return nil
}

type inbox struct {
	mu   sync.Mutex
	msgs []journey.Msg
}

func (i *inbox) send(m journey.Msg) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.msgs = append(i.msgs, m)
}

func (i *inbox) all() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	var s []string
	for _, m := range i.msgs {
		s = append(s, fmt.Sprintf("%T", m))
	}
	return strings.Join(s, " ")
}

func runner(d *desk, r idreader.Reader, p printer.Printer, log *bytes.Buffer) (*journey.Runner, *inbox) {
	in := &inbox{}
	return journey.NewRunner(journey.Ports{Desk: d, Reader: r, Paper: p, Send: in.send,
		IDs: func() operation.ID { return "op" }, Log: slog.New(slog.NewTextHandler(log, nil))}), in
}

func TestRunnerWipesWhatACommandOwned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		run, in := runner(d, reader{}, paper{}, &bytes.Buffer{})
		person := func() idreader.Secret[idreader.Person] { return idreader.Conceal(journeytest.Citizen()) }
		for _, c := range []journey.Command{
			journey.TakeNumber{Visit: 1, Request: operation.TicketRequest{Op: "a", Person: person()}},
			journey.Apply{Visit: 1, Request: operation.ApplicationRequest{Op: "b", Person: person(), Fields: idreader.Conceal(map[string]string{"phone": "13800001234"})}},
			journey.Book{Visit: 1, Request: operation.BookingRequest{Op: "c", Person: person(), Phone: idreader.Conceal("13800001234")}},
			journey.LoadCases{Visit: 1, Op: "d", Query: operation.CaseQuery{Person: person()}},
		} {
			run.Do([]journey.Command{c})
			synctest.Wait()
			if d.person.Reveal("test").Name != "" {
				t.Errorf("%T: the person is still there", c)
			}
		}
		if d.name != "张三丰" || d.fields.Reveal("test") != nil || d.phone.Reveal("test") != "" {
			t.Errorf("the desk saw %q; answers left %v", d.name, d.fields.Present())
		}
		if got, want := in.all(), "journey.NumberTaken journey.Filed journey.PlaceBooked journey.CasesLoaded"; got != want {
			t.Errorf("answers %s, want %s", got, want)
		}
		run.Close()
	})
}

func TestDeskThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, in := runner(&desk{}, reader{}, paper{}, &bytes.Buffer{})
		run.Do([]journey.Command{journey.LoadSlots{Visit: 1, Op: "a"}})
		time.Sleep(16 * time.Second)
		synctest.Wait()
		if in.all() != "journey.SlotsLoaded" || !errors.Is(in.msgs[0].(journey.SlotsLoaded).Err, context.DeadlineExceeded) {
			t.Errorf("answers %s", in.all())
		}
		run.Close()
	})
}

func TestArmingEndsWithTheNextAndWithDisarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, in := runner(&desk{}, reader{}, paper{}, &bytes.Buffer{})
		run.Do([]journey.Command{journey.Arm{Poll: 1}})
		synctest.Wait()
		run.Do([]journey.Command{journey.Arm{Poll: 2}})
		synctest.Wait()
		run.Do([]journey.Command{journey.Disarm{}})
		synctest.Wait()
		if in.all() != "journey.CardSeen journey.CardSeen" {
			t.Errorf("messages %s", in.all())
		}
		run.Close()
	})
}

func TestReaderThatFailsIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		run, in := runner(&desk{}, reader{fail: devices.ErrSilent}, paper{}, &log)
		run.Do([]journey.Command{journey.Arm{Poll: 1}})
		synctest.Wait()
		run.Close()
		if in.all() != "journey.CardSeen journey.ReaderFailed" || !strings.Contains(log.String(), "check power") {
			t.Errorf("messages %s, log %s", in.all(), &log)
		}
	})
}

func TestFaultsAreLoggedForTheTechnicianWithoutPersonalData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		d := &desk{err: &operation.Refusal{Code: operation.CodeDiskLow, Err: errors.New("12 MiB free")}}
		run, _ := runner(d, reader{}, paper{printer.Result{Reason: printer.ReasonPaperOut, Err: errors.New("DLE EOT 4: 0x72")}}, &log)
		run.Do([]journey.Command{
			journey.TakeNumber{Visit: 1, Request: operation.TicketRequest{Op: "a", Person: idreader.Conceal(journeytest.Citizen())}},
			journey.PrintSlip{Visit: 1, Job: printer.Job{ID: "a-1"}},
		})
		synctest.Wait()
		run.Close()
		for _, want := range []string{"refusal.disk_low", "make room", "12 MiB free", "print.paper-out", "new roll"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q: %s", want, &log)
			}
		}
		if strings.Contains(log.String(), "张三丰") {
			t.Error("the log names a person")
		}
	})
}

func TestNothingIsSentAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, in := runner(&desk{}, reader{}, paper{}, &bytes.Buffer{})
		run.Do([]journey.Command{journey.LoadSlots{Visit: 1, Op: "a"}})
		synctest.Wait()
		run.Close()
		if in.all() != "" {
			t.Errorf("messages %s", in.all())
		}
	})
}
