package hall

import (
	"context"
	"slices"

	"hallway/app/hall/api"
	"hallway/app/hall/store"
	"hallway/app/operation"
	"hallway/queue"
)

// Lease gives a terminal a block of numbers of every pool named, for today or
// tomorrow. The same request number gets the same blocks.
func (in Intake) Lease(ctx context.Context, terminal string, q api.LeaseRequest) (api.LeaseResponse, error) {
	r := api.LeaseResponse{Leases: []api.Lease{}}
	if err := in.checkLease(q); err != nil {
		return r, err
	}
	err := in.write(ctx, func(tx *store.Tx) error {
		day, known, err := tx.LeaseDay(terminal, q.RequestNo)
		if err != nil {
			return err
		}
		if known && day != queue.Day(q.Day) {
			return refuse(operation.CodeOpMismatch, "the request number was used for another day")
		}
		if !known {
			if err := in.giveBlocks(tx, terminal, q); err != nil {
				return err
			}
		}
		found, err := tx.Leases(terminal, q.RequestNo)
		r.Leases = append(r.Leases, found...)
		return err
	})
	return r, err
}

// checkLease checks the fields of a request.
func (in Intake) checkLease(q api.LeaseRequest) error {
	today := in.dayAt(in.Now())
	if day := queue.Day(q.Day); day != today && day != today.AddDays(1) {
		return refuse(operation.CodeValidation, "blocks are leased for "+string(today)+" and the day after it")
	}
	if q.RequestNo == "" || len(q.RequestNo) > 64 {
		return refuse(operation.CodeValidation, "request_no is missing or too long")
	}
	for _, p := range q.Pools {
		if _, ok := in.pools[p]; !ok {
			return refuse(operation.CodeValidation, "the catalogue has no pool "+quoted(p))
		}
	}
	return nil
}

// giveBlocks takes a block of every pool whose range is not used up.
func (in Intake) giveBlocks(tx *store.Tx, terminal string, q api.LeaseRequest) error {
	now := in.Now()
	if err := tx.PutLeaseRequest(terminal, q.RequestNo, queue.Day(q.Day), now); err != nil {
		return err
	}
	pools := slices.Clone(q.Pools)
	slices.Sort(pools)
	for _, id := range slices.Compact(pools) {
		p := in.pools[id]
		if p.OfflineFrom < 1 || p.OfflineTo < p.OfflineFrom {
			continue
		}
		from, to, ok, err := tx.TakeNumbers(queue.Day(q.Day), p.Prefix, store.SeriesOffline, p.OfflineFrom, p.OfflineTo, in.Config.LeaseSize)
		if err != nil {
			return err
		}
		if !ok {
			in.Log.Warn("offline numbers used up", "pool", id, "day", q.Day)
			continue
		}
		l := api.Lease{ID: string(in.NewID()), Day: q.Day, Pool: id, Prefix: p.Prefix, From: from, To: to}
		if err := tx.PutLease(terminal, q.RequestNo, l, now); err != nil {
			return err
		}
	}
	return nil
}
