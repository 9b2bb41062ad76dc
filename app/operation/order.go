package operation

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// OrderBody lodges a help order. Its number is the operation's receipt number.
type OrderBody struct {
	Kind    string  `json:"kind"`              // an order.Kind
	Subject string  `json:"subject,omitempty"` // code of a prepared subject
	Unit    string  `json:"unit,omitempty"`    // department that the citizen named
	Text    string  `json:"text,omitempty"`    // in the citizen's words; needed without a subject
	Lang    string  `json:"lang"`
	Secret  string  `json:"secret"` // 8 random characters that open the order, beside its number
	Phone   string  `json:"phone,omitempty"`
	Holder  *Holder `json:"holder,omitempty"` // opens the order by card
}

// MaxOrderText is the longest text of an order or answer, in characters.
const MaxOrderText = 1000

// OrderActBody is what a citizen does with an order: exactly one of Secret and
// Holder proves that it is theirs.
type OrderActBody struct {
	Number string  `json:"number"`
	Secret string  `json:"secret,omitempty"`
	Holder *Holder `json:"holder,omitempty"`
	Solved bool    `json:"solved,omitempty"` // of a follow-up: the answer helped
}

// OrderAnswer is an order after an operation.
type OrderAnswer struct {
	Number string `json:"number"`
	State  string `json:"state"` // an order.State
	Due    int64  `json:"due"`   // unix ms, when the answer is due
}

// An Order is how a help order stands, as its citizen sees it.
type Order struct {
	Number       string   `json:"number"`
	Kind         string   `json:"kind"`            // an order.Kind
	Subject      string   `json:"subject"`         // code, "" for none
	Unit         string   `json:"unit"`            // department that works on it, "" while none does
	State        string   `json:"state"`           // an order.State, or "waiting_to_send"
	Outcome      string   `json:"outcome"`         // of a closed order
	RegisteredAt int64    `json:"registered_at"`   // unix ms
	Due          int64    `json:"due"`             // unix ms
	Overdue      bool     `json:"overdue"`         // no answer, and Due is past
	Urges        int      `json:"urges"`           //
	Answer       string   `json:"answer"`          // the last one
	Can          []string `json:"can"`             // what the citizen may do: order.EventKind
	Again        bool     `json:"again,omitempty"` // it was reopened once
}

// orderCode is what a secret looks like, as [NewCode] makes it.
var orderCode = regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{8}$`)

// ParseCode reads a secret of 8 characters as a citizen types it: case, spaces
// and dashes do not matter, and letters that look like digits are those digits.
func ParseCode(typed string) (string, bool) {
	if len(typed) > 200 {
		return "", false
	}
	s := strings.NewReplacer(" ", "", "-", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(typed))
	return s, orderCode.MatchString(s)
}

// orderMark is what stands before number and secret in a slip's code. Browsers
// keep what follows it to themselves, so that no server's log has it.
const orderMark = "/o#"

// OrderLink is what the code on an order's slip says: the page of orders at
// publicURL, number and secret. It holds nothing of the person.
func OrderLink(publicURL, number, secret string) string {
	return strings.TrimRight(publicURL, "/") + orderMark + number + "." + secret
}

// ParseOrderLink reads what [OrderLink] made, from whatever hall. Anything else
// reports false.
func ParseOrderLink(s string) (number, secret string, ok bool) {
	if len(s) > 500 {
		return "", "", false
	}
	_, rest, ok := strings.Cut(s, orderMark)
	if !ok {
		return "", "", false
	}
	left, right, _ := strings.Cut(rest, ".")
	r, err := ParseReceipt(left)
	if err != nil || !orderCode.MatchString(right) {
		return "", "", false
	}
	return r.String(), right, true
}

// The names under which questions for orders and their answers are sealed. They
// are no kinds of operation.
const (
	ordersQuery  Kind = "orders.query"
	ordersAnswer Kind = "orders.answer"
)

// OrderQuestion asks how orders stand: one by number and secret, or a holder's.
type OrderQuestion struct {
	Number string  `json:"number,omitempty"`
	Secret string  `json:"secret,omitempty"`
	Holder *Holder `json:"holder,omitempty"`
	Reply  []byte  `json:"reply"` // public key of this question alone, that the answer is sealed to
}

// SealOrderQuestion seals q to the hall. The bytes open as nothing else.
func SealOrderQuestion(k PublicKey, q OrderQuestion) ([]byte, error) {
	return sealValue(k, ordersQuery, q)
}

// OpenOrderQuestion opens what [SealOrderQuestion] made. Every failure wraps
// [ErrSealed].
func OpenOrderQuestion(k PrivateKey, sealed []byte) (OrderQuestion, error) {
	return openValue[OrderQuestion](k, ordersQuery, sealed)
}

// SealOrders seals the answer to who asked.
func SealOrders(k PublicKey, all []Order) ([]byte, error) { return sealValue(k, ordersAnswer, all) }

// OpenOrders opens what [SealOrders] made. Every failure wraps [ErrSealed].
func OpenOrders(k PrivateKey, sealed []byte) ([]Order, error) {
	return openValue[[]Order](k, ordersAnswer, sealed)
}

func sealValue(k PublicKey, kind Kind, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("operation: %s: %w", kind, err)
	}
	defer clear(plain)
	return Seal(k, kind, "", plain)
}

func openValue[T any](k PrivateKey, kind Kind, sealed []byte) (v T, err error) {
	plain, err := Open(k, kind, "", sealed)
	if err != nil {
		return v, err
	}
	defer clear(plain)
	if v, err = Decode[T](plain, MaxBatch); err != nil {
		return v, fmt.Errorf("operation: %s: %w", kind, ErrSealed)
	}
	return v, nil
}
