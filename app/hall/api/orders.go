package api

import "hallway/app/hall/workday"

// OrderTerms say by when help orders are answered, so that a terminal knows it
// while the hall is away.
type OrderTerms struct {
	Days     map[string]int `json:"days"`      // working days by kind of order
	Open     int            `json:"open_min"`  // office hours in minutes after midnight
	Close    int            `json:"close_min"` //
	Calendar workday.Table  `json:"calendar"`
}

// OrdersRequest carries a sealed operation.OrderQuestion, so that neither
// number, secret nor person travels in the clear.
type OrdersRequest struct {
	Suite    string `json:"suite"`
	Key      string `json:"key"`
	Question []byte `json:"question"`
}

// OrdersResponse carries the orders, at most 20, newest first, sealed to the
// key in the question.
type OrdersResponse struct {
	Answer []byte `json:"answer"`
	Time   int64  `json:"time"`
}
