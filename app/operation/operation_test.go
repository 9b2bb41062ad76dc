package operation

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	idA ID = "0199d3c0-1234-7abc-8def-0123456789ab"
	idB ID = "0199d3c0-1234-7abc-8def-0123456789ac"
)

func mustKey(t testing.TB) PrivateKey {
	t.Helper()
	k, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// mustEnvelope returns a valid envelope whose body is sealed to k.
func mustEnvelope(t testing.TB, k PrivateKey) Envelope {
	t.Helper()
	e := Envelope{ID: idA, Seq: 1, Kind: TicketIssue, Schema: 1, Terminal: "012", DeviceTime: 1795400000123,
		Receipt: Receipt{Centre: "0417", Terminal: "012", Day: "2026-11-23", Seq: 93}.String()}
	if err := e.SealBody(k.Public(), TicketBody{Service: "A1", Lang: "en", Code: "0123abcd"}); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSealedBodyOpensOnlyAsItself(t *testing.T) {
	k := mustKey(t)
	plain := []byte(`{"service":"A1"}`)
	sealed, err := Seal(k.Public(), TicketIssue, idA, plain)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Open(k, TicketIssue, idA, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("Open = %q, %v", got, err)
	}
	if bytes.Contains(sealed, []byte("service")) {
		t.Error("sealed bytes show their content")
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"other key":  func() ([]byte, error) { return Open(mustKey(t), TicketIssue, idA, sealed) },
		"other kind": func() ([]byte, error) { return Open(k, TicketVoid, idA, sealed) },
		"other id":   func() ([]byte, error) { return Open(k, TicketIssue, idB, sealed) },
		"one bit":    func() ([]byte, error) { return Open(k, TicketIssue, idA, flipped) },
		"cut":        func() ([]byte, error) { return Open(k, TicketIssue, idA, sealed[:40]) },
		"no mark":    func() ([]byte, error) { return Open(k, TicketIssue, idA, sealed[1:]) },
		"no key":     func() ([]byte, error) { return Open(PrivateKey{}, TicketIssue, idA, sealed) },
	} {
		if got, err := open(); !errors.Is(err, ErrSealed) || got != nil {
			t.Errorf("%s: Open = %q, %v; want ErrSealed", name, got, err)
		}
	}
}

func TestKeysSurviveStorage(t *testing.T) {
	k := mustKey(t)
	secret, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParsePrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := ParsePublicKey(SuiteHPKE1, again.Public().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if pub.ID() != k.Public().ID() || len(pub.ID()) != 16 {
		t.Errorf("key id %q, want %q", pub.ID(), k.Public().ID())
	}
	if _, err := ParsePublicKey("hpke-9", pub.Bytes()); err == nil {
		t.Error("a suite that this version does not know was accepted")
	}
	if _, err := ParsePublicKey(SuiteHPKE1, pub.Bytes()[:31]); err == nil {
		t.Error("a key of 31 bytes was accepted")
	}
	if _, err := Seal(PublicKey{}, TicketIssue, idA, nil); err == nil {
		t.Error("sealed without a key")
	}
}

func TestAQuestionsHolderIsNoOperation(t *testing.T) {
	k, want := mustKey(t), Holder{Name: "张三丰", Number: "110101194912310016"}
	sealed, err := SealHolder(k.Public(), want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenHolder(k, sealed); err != nil || got != want {
		t.Errorf("OpenHolder = %v, %v", got, err)
	}
	if _, err := Open(k, TicketIssue, "", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("a question opened as a body: %v", err)
	}
	if _, err := OpenHolder(k, sealed[:60]); !errors.Is(err, ErrSealed) {
		t.Errorf("a cut question: %v", err)
	}
}

func TestBodyIsReadStrictly(t *testing.T) {
	k := mustKey(t)
	e := mustEnvelope(t, k)
	got, err := OpenBody[TicketBody](k, e)
	if err != nil || got.Service != "A1" || got.Code != "0123abcd" {
		t.Fatalf("OpenBody = %+v, %v", got, err)
	}
	err = e.SealBody(k.Public(), map[string]string{"service": "A1", "secret": "张三丰"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBody[TicketBody](k, e); err == nil {
		t.Error("an unknown field was accepted")
	} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "张") {
		t.Errorf("error quotes the body: %v", err)
	}
	if err := e.SealBody(k.Public(), strings.Repeat("x", MaxBody)); err == nil {
		t.Error("a body above the limit was sealed")
	}
}

func TestValidateNamesEveryWrongField(t *testing.T) {
	k := mustKey(t)
	if err := mustEnvelope(t, k).Validate(); err != nil {
		t.Fatalf("a good envelope: %v", err)
	}
	for want, spoil := range map[string]func(*Envelope){
		"op_id":       func(e *Envelope) { e.ID = "0199d3c0-1234-4abc-8def-0123456789ab" },
		"seq":         func(e *Envelope) { e.Seq = 0 },
		"kind":        func(e *Envelope) { e.Kind = "ticket.eat" },
		"schema":      func(e *Envelope) { e.Schema = 2 },
		"terminal":    func(e *Envelope) { e.Terminal = "12" },
		"device_time": func(e *Envelope) { e.DeviceTime = 0 },
		"receipt_no":  func(e *Envelope) { e.Receipt = strings.ReplaceAll(e.Receipt, "-", "") },
		"replaces is": func(e *Envelope) { e.Replaces = e.ID },
		"replaces n":  func(e *Envelope) { e.Kind = TicketVoid },
		"suite":       func(e *Envelope) { e.Suite = "none" },
		"key":         func(e *Envelope) { e.Key = "" },
		"body has":    func(e *Envelope) { e.Body = make([]byte, maxSealed+1); e.BodySHA256 = sum(e.Body) },
		"body_sha256": func(e *Envelope) { e.Body[9] ^= 1 },
	} {
		e := mustEnvelope(t, k)
		spoil(&e)
		if err := e.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate = %v, want a word about %q", err, want)
		}
	}
	if err := (Envelope{}).Validate(); strings.Count(err.Error(), "\n") < 7 {
		t.Errorf("an empty envelope has many errors, not only %v", err)
	}
}

func TestOnlyAnAnswerThatNamesTheOperationCounts(t *testing.T) {
	issue := Envelope{ID: idA, Kind: TicketIssue}
	ticket := &TicketAnswer{Number: "A001", Day: "2026-11-23"}
	problem := &Problem{Code: CodeRangeFull}
	for _, c := range []struct {
		name string
		r    Result
		e    Envelope
		ok   bool
	}{
		{"applied", Result{ID: idA, Status: Applied, Ticket: ticket}, issue, true},
		{"duplicate", Result{ID: idA, Status: Duplicate, Ticket: ticket}, issue, true},
		{"duplicate of a refusal", Result{ID: idA, Status: Duplicate, Problem: problem}, issue, true},
		{"rejected", Result{ID: idA, Status: Rejected, Problem: problem}, issue, true},
		{"retry", Result{ID: idA, Status: Retry}, issue, true},
		{"other operation", Result{ID: idB, Status: Applied, Ticket: ticket}, issue, false},
		{"unknown status", Result{ID: idA, Status: "done"}, issue, false},
		{"no status", Result{ID: idA}, issue, false},
		{"rejected without reason", Result{ID: idA, Status: Rejected}, issue, false},
		{"no ticket", Result{ID: idA, Status: Applied}, issue, false},
		{"no booking", Result{ID: idA, Status: Applied}, Envelope{ID: idA, Kind: AppointmentBook}, false},
		{"void", Result{ID: idA, Status: Applied}, Envelope{ID: idA, Kind: TicketVoid}, true},
	} {
		if err := c.r.Answers(c.e); (err == nil) != c.ok {
			t.Errorf("%s: Answers = %v", c.name, err)
		}
	}
}

func TestIDsAreUUIDv7OfTheGivenTime(t *testing.T) {
	now := time.UnixMilli(1795400000123)
	next := IDs(func() time.Time { return now }, rand.Reader)
	a, b := next(), next()
	if !a.Valid() || !b.Valid() || a == b {
		t.Fatalf("ids %s, %s", a, b)
	}
	now = now.Add(time.Millisecond)
	if c := next(); c < a || c < b {
		t.Errorf("a later id %s sorts before %s and %s", c, a, b)
	}
	for _, id := range []ID{"", "x", idA + "0", ID(strings.ToUpper(string(idA))), "0199d3c0-1234-4abc-8def-0123456789ab", "0199d3c0-1234-7abc-cdef-0123456789ab"} {
		if id.Valid() {
			t.Errorf("%q passes for a UUIDv7", id)
		}
	}
	if u, err := uuid.Parse(string(a)); err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 || u.String() != string(a) {
		t.Errorf("another library reads %s as %v, %v", a, u, err)
	}
	if code, err := NewCode(bytes.NewReader([]byte{0, 31, 32, 255, 10, 17, 18, 20})); err != nil || code != "0z0zahjm" {
		t.Errorf("NewCode = %q, %v", code, err)
	}
	if _, err := NewCode(bytes.NewReader(nil)); err == nil {
		t.Error("a code was made without randomness")
	}
}

func FuzzDecodeEnvelope(f *testing.F) {
	k := mustKey(f)
	good, err := json.Marshal(mustEnvelope(f, k))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"op_id":"x","seq":-1}`))
	f.Add([]byte(`{} {}`))
	f.Add([]byte(`{"body":"////"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Decode[Envelope](b, MaxBatch)
		if err != nil || e.Validate() != nil {
			return
		}
		again, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if e2, err := Decode[Envelope](again, MaxBatch); err != nil || e2.Validate() != nil || e2.BodySHA256 != e.BodySHA256 {
			t.Fatalf("a valid envelope does not survive JSON: %v", err)
		}
		if _, err := OpenBody[TicketBody](k, e); err == nil && !bytes.Contains(b, []byte("hpke-1")) {
			t.Fatal("a body that was never sealed was opened")
		}
	})
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	for name, b := range map[string]string{
		"unknown field": `{"op_id":"a","colour":1}`,
		"second value":  `{"op_id":"a"}{}`,
		"cut":           `{"op_id":"a"`,
		"too long":      `{"op_id":"` + strings.Repeat("a", 100) + `"}`,
		"empty":         ``,
	} {
		if v, err := Decode[Envelope]([]byte(b), 100); err == nil || v.ID != "" {
			t.Errorf("%s: Decode = %+v, %v", name, v, err)
		}
	}
}
