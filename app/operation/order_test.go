package operation

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestSlipsCodeHoldsNumberAndSecretBehindAMarkThatBrowsersKeep(t *testing.T) {
	link := OrderLink("http://hall.example/", "0417-012-261123-0093-7", "7q2m9xkd")
	if link != "http://hall.example/o#0417-012-261123-0093-7.7q2m9xkd" {
		t.Errorf("link %s", link)
	}
	if n, s, ok := ParseOrderLink(link); !ok || n != "0417-012-261123-0093-7" || s != "7q2m9xkd" {
		t.Errorf("read back as %q, %q, %v", n, s, ok)
	}
	for _, foreign := range []string{"", "0417-012-261123-0093-7", "http://x/o#0417-012-261123-0093-8.7q2m9xkd",
		"http://x/o#0417-012-261123-0093-7.7Q2M", "http://x/o#0417-012-261123-0093-7", strings.Repeat("/o#", 300)} {
		if _, _, ok := ParseOrderLink(foreign); ok {
			t.Errorf("%.60q is taken for a slip's code", foreign)
		}
	}
}

func TestSecretIsReadAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string]string{"7Q2M9XKD": "7q2m9xkd", " 7q2m-9xkd ": "7q2m9xkd", "OIL00000": "01100000"} {
		if got, ok := ParseCode(typed); !ok || got != want {
			t.Errorf("%q reads as %q, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "7q2m9xk", "7q2m9xkdd", "7q2m9xkü", "7q2m9xku", strings.Repeat("0", 201)} {
		if got, ok := ParseCode(typed); ok {
			t.Errorf("%q reads as %q", typed, got)
		}
	}
}

func TestQuestionAndAnswerOpenOnlyForTheirReaders(t *testing.T) {
	hall, asker := mustKey(t), mustKey(t)
	q := OrderQuestion{Number: "0417-012-261123-0093-7", Secret: "7q2m9xkd", Reply: asker.Public().Bytes()}
	sealed, err := SealOrderQuestion(hall.Public(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenOrderQuestion(hall, sealed); err != nil || got.Secret != q.Secret || !slices.Equal(got.Reply, q.Reply) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := OpenOrderQuestion(asker, sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("another key: %v", err)
	}
	if _, err := OpenHolder(hall, sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("opens as another question: %v", err)
	}
	answer, err := SealOrders(asker.Public(), []Order{{Number: q.Number, Answer: "done"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenOrders(asker, answer); err != nil || len(got) != 1 || got[0].Answer != "done" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := OpenOrders(hall, answer); !errors.Is(err, ErrSealed) {
		t.Errorf("the hall's key opens the answer: %v", err)
	}
}

func FuzzParseOrderLink(f *testing.F) {
	f.Add("http://hall.example/o#0417-012-261123-0093-7.7q2m9xkd")
	f.Fuzz(func(t *testing.T, s string) {
		n, secret, ok := ParseOrderLink(s)
		if !ok {
			return
		}
		if n2, s2, ok := ParseOrderLink(OrderLink("http://x", n, secret)); !ok || n2 != n || s2 != secret {
			t.Fatalf("%q reads as %q and %q, which do not read back", s, n, secret)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add("7Q2M-9XKD")
	f.Fuzz(func(t *testing.T, s string) {
		if code, ok := ParseCode(s); ok && !orderCode.MatchString(code) {
			t.Fatalf("%q reads as %q", s, code)
		}
	})
}
