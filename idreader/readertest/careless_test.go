package readertest_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"hallway/devices"
	"hallway/devices/devicestest"
	"hallway/idreader"
)

// careless is a reader with at most one thing wrong.
type careless struct {
	idreader.Reader
	wrong string
	log   *slog.Logger
}

func (c careless) Poll(ctx context.Context, emit func(idreader.Event)) error {
	var last idreader.Secret[idreader.Person]
	err := c.Reader.Poll(ctx, func(e idreader.Event) {
		if e.Person.Present() {
			last = e.Person
		}
		switch {
		case c.wrong == "twice" && e.Type == idreader.Removed:
			emit(idreader.Event{Type: idreader.Read, Person: last})
		case c.wrong == "keeps" && e.Type == idreader.Failed:
			e.Person = idreader.Conceal(idreader.Person{Name: "somebody"})
		case c.wrong == "talks" && e.Type == idreader.Read:
			c.log.Debug("card was read", "name", e.Person.Reveal("mistake").DisplayName())
		case c.wrong == "blames" && e.Type == idreader.Failed:
			e.Fault = idreader.FaultKind
		case c.wrong == "marks" && e.Type == idreader.Read:
			p := e.Person.Reveal("mistake")
			p.Warnings = nil
			e.Person = idreader.Conceal(p)
		}
		emit(e)
	})
	switch {
	case c.wrong == "upset" && err == nil:
		return ctx.Err()
	case c.wrong == "calm" && errors.Is(err, devices.ErrGone):
		return nil
	case c.wrong == "quotes" && err != nil:
		return errors.Join(err, errors.New(string(last.Reveal("mistake").Number)))
	}
	return err
}

// wrongVariable names the mistake of the reader that a child process tests.
const wrongVariable = "READERTEST_WRONG"

// TestEveryMistakeOfAReaderIsFound runs the suite on readers with one mistake
// each, in child processes whose failure is the success.
func TestEveryMistakeOfAReaderIsFound(t *testing.T) {
	for wrong, found := range map[string]string{
		"twice": "ReadsTheCardOnce", "keeps": "SnatchedCardGivesNoPerson", "talks": "ReadsTheCardOnce", "blames": "WrongChecksumGivesNoPerson",
		"marks": "CutPhotoIsMarked", "upset": "EndsWithItsContext", "calm": "UnpluggedReaderIsGone", "quotes": "UnpluggedReaderIsGone",
	} {
		t.Run(wrong, func(t *testing.T) { devicestest.FindsMistake(t, wrongVariable, wrong, "TestSAM/1/"+found) })
	}
}
