// Package storetest is what every store of a hall must do, as one suite of
// tests. The test of an implementation fills in a [Suite] and runs it.
package storetest

import (
	"fmt"
	"testing"
	"time"

	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// A Suite says how an implementation is reached.
type Suite struct {
	// New returns an empty place to keep a hall.
	New func(t *testing.T) Place
	// Shared says that several stores may be open on one place at once.
	Shared bool
}

// A Place is where a hall is kept.
type Place interface {
	// Open opens a store there. It fails the test when that is not possible.
	// The store is closed when the test ends.
	Open(t testing.TB) store.Store
	// Exec runs a statement past every store.
	Exec(t testing.TB, statement string) error
	// Cut returns what a power cut of the machine at this moment leaves. The
	// stores that are open on the place need not work any more.
	Cut(t testing.TB) Place
}

// Run runs the suite.
func Run(t *testing.T, s Suite) {
	for name, test := range map[string]func(*testing.T, Suite){
		"SchemaCarriesTheRules":                schemaCarriesTheRules,
		"ConstraintsAreErrChanged":             constraintsAreErrChanged,
		"OldVersionCannotOverwrite":            oldVersionCannotOverwrite,
		"OperationsArePermanent":               operationsArePermanent,
		"WhatIsStoredComesBack":                whatIsStoredComesBack,
		"VisitsComeBack":                       visitsComeBack,
		"HoldsGiveTheirPlacesBack":             holdsGiveTheirPlacesBack,
		"BookingsGoThroughTheirStates":         bookingsGoThroughTheirStates,
		"VersionBeforeCanWrite":                versionBeforeCanWrite,
		"TextThatIsNoneDoesNoHarm":             textThatIsNoneDoesNoHarm,
		"NewerSchemaIsLeftAlone":               newerSchemaIsLeftAlone,
		"FailedTransactionChangesNothing":      failedTransactionChangesNothing,
		"FailedStatementCannotBeCommitted":     failedStatementCannotBeCommitted,
		"PanicChangesNothing":                  panicChangesNothing,
		"CancelledTransactionChangesNothing":   cancelledTransactionChangesNothing,
		"ReadersCannotWrite":                   readersCannotWrite,
		"ReadersDoNotWaitForTheWriter":         readersDoNotWaitForTheWriter,
		"ReaderSeesOneState":                   readerSeesOneState,
		"WritersSeeWhatWasCommittedBeforeThem": writersSeeWhatWasCommittedBeforeThem,
		"EventsHaveNoGaps":                     eventsHaveNoGaps,
		"NumbersAreTakenOnceAndToTheEnd":       numbersAreTakenOnceAndToTheEnd,
		"B17_SlotGivesItsPlacesAndNoMore":      slotGivesItsPlacesAndNoMore,
		"B19_SlotsInOppositeOrderDoNotLock":    slotsInOppositeOrderDoNotLock,
		"CommittedSurvivesACut":                committedSurvivesACut,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// stores opens n stores on one place, or one store n times where the place
// takes only one.
func (s Suite) stores(t *testing.T, n int) []store.Store {
	t.Helper()
	p := s.New(t)
	out := []store.Store{p.Open(t)}
	for len(out) < n {
		if s.Shared {
			out = append(out, p.Open(t))
		} else {
			out = append(out, out[0])
		}
	}
	return out
}

// open opens a store on a new place.
func (s Suite) open(t *testing.T) store.Store {
	t.Helper()
	return s.New(t).Open(t)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var t0 = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

const day = "2026-11-23"

// ticket is a ticket that waits with number A and value.
func ticket(value int) store.Ticket {
	return store.Ticket{
		Ticket: queue.Ticket{ID: queue.TicketID(fmt.Sprint("t", value)), Day: day, Pool: "p", Service: "s", Number: queue.FormatNumber("A", value, 999),
			Origin: queue.Online, State: queue.Waiting, Lane: queue.Normal, Lang: "en", IssuedAt: t0, EffectiveAt: t0, Version: 1},
		Op: operation.ID(fmt.Sprint("op-", value)), Terminal: "012", Prefix: "A", Value: value, Code: "abcd2345",
	}
}

// count is a function of a write that counts a name up.
func count(name string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.NextOf(name)
		return err
	}
}

// counted reads how far a name was counted.
func counted(t testing.TB, s store.Store, name string) (n int64) {
	t.Helper()
	must(t, s.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.LastOf(name)
		return err
	}))
	return n
}
