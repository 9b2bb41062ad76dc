package operation

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
)

func TestAnExportOpensOnlyAtItsHall(t *testing.T) {
	k := mustKey(t)
	want := Export{Terminal: "012", At: 1795400000123, Ops: []Envelope{mustEnvelope(t, k)}}
	sealed, err := SealExport(k.Public(), want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenExport(k, sealed); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("OpenExport = %+v, %v", got, err)
	}
	if bytes.Contains(sealed, []byte(want.Ops[0].Receipt)) {
		t.Error("a receipt number is readable")
	}
	if _, err := OpenExport(mustKey(t), sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("another hall: %v", err)
	}
	if _, err := Open(k, TicketIssue, "", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("an export opened as a body: %v", err)
	}
}

func FuzzOpenExport(f *testing.F) {
	k := mustKey(f)
	good, err := SealExport(k.Public(), Export{Terminal: "012"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(sealMark))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := OpenExport(k, b); err != nil && !errors.Is(err, ErrSealed) {
			t.Fatal(err)
		} else if err == nil && !bytes.Equal(b, good) {
			t.Fatal("forged bytes were opened")
		}
	})
}
