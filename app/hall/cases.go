package hall

import (
	"context"
	"fmt"
	"time"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// slotLength is the length of every bookable time.
const slotLength = 30 * time.Minute

// application files an application.
func (a *attempt) application(b operation.ApplicationBody) error {
	item, ok := a.items[b.Item]
	if !ok || !item.Apply {
		return refuse(operation.CodeUnknownService, "the catalogue takes no applications for "+quoted(b.Item))
	}
	if err := a.checkSubmission(b.Holder); err != nil {
		return err
	}
	if err := checkForm(item.Form, b.Fields); err != nil {
		return err
	}
	day := a.dayAt(a.now)
	n, err := a.tx.NextOf("application " + string(day))
	if err != nil {
		return err
	}
	begin, _, err := queue.DayRange(day, a.zone, a.change)
	if err != nil {
		return err
	}
	a.result.ServerRef = fmt.Sprintf("%s-%s-%05d", a.Config.ID, begin.Format("20060102"), n)
	return a.tx.PutApplication(store.Application{
		Op: a.e.ID, Ref: a.result.ServerRef, Receipt: a.e.Receipt, Item: b.Item,
		PersonKey: a.Keys.personKey(&b.Holder), State: "received", At: a.lodged,
	})
}

// checkSubmission checks what applications and bookings have in common.
func (a *attempt) checkSubmission(p operation.Holder) error {
	if a.e.Receipt == "" {
		return refuse(operation.CodeValidation, "the receipt number is missing")
	}
	return checkHolder(p)
}

// Cases returns how things stand for a receipt number or a person.
func (in Intake) Cases(ctx context.Context, q api.CasesRequest) (api.CasesResponse, error) {
	r := api.CasesResponse{Cases: []operation.Case{}, Time: in.Now().UnixMilli()}
	receipt, person, err := in.caseKey(q)
	if err != nil {
		return r, err
	}
	err = in.Store.Read(ctx, func(tx *store.Tx) error {
		var found []operation.Case
		if person != "" {
			found, err = tx.CasesOf(person)
		} else {
			found, err = tx.CasesByReceipt(receipt)
		}
		r.Cases = append(r.Cases, found...)
		return err
	})
	return r, err
}

// caseKey returns what to look for; exactly one is not empty.
func (in Intake) caseKey(q api.CasesRequest) (receipt, person string, err error) {
	if (q.Receipt == "") == (len(q.Person) == 0) {
		return "", "", refuse(operation.CodeValidation, "ask by receipt or by person")
	}
	if q.Receipt != "" {
		r, err := operation.ParseReceipt(q.Receipt)
		if err != nil {
			return "", "", refuse(operation.CodeValidation, err.Error())
		}
		return r.String(), "", nil
	}
	holder, err := operation.OpenHolder(in.Keys.Seal, q.Person)
	if err != nil {
		return "", "", refuse(operation.CodeMalformed, err.Error())
	}
	if err := checkHolder(holder); err != nil {
		return "", "", err
	}
	return "", in.Keys.personKey(&holder), nil
}
