package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hallway/app/hall/client"
	"hallway/app/operation"
)

const (
	maxOps = operation.MaxOps
	// opOverhead is what JSON adds to the sealed body of one operation, in
	// bytes; the longest envelope has about 600.
	opOverhead = 1024
)

// courier is the state of the delivery loop.
type courier struct {
	t         *Terminal
	failures  int       // rounds in a row without any progress
	notBefore time.Time // as the hall asked
	limit     int       // operations in a batch; shrinks when the hall cannot read one
	later     map[operation.ID]*delay
}

// delay holds back one operation that the hall did not settle, so that it does
// not stop those behind it.
type delay struct {
	times int
	until time.Time
}

// round sends one batch and returns how long to wait before the next.
func (c *courier) round(ctx context.Context) time.Duration {
	batch, err := c.next(ctx)
	if err == nil && len(batch) == 0 {
		c.failures = 0
		return c.idle()
	}
	if err == nil {
		err = c.send(ctx, batch)
	}
	if err == nil {
		c.failures = 0
		return 0
	}
	c.t.settled.release()
	if ctx.Err() != nil {
		return 0
	}
	pause := c.t.backoff(c.failures)
	c.failures++
	c.t.o.Log.Warn("nothing was delivered", "waiting", c.t.Pending(), "failures", c.failures, "pause", pause, "err", err)
	if asked := client.RetryAfter(err); asked > 0 {
		c.notBefore = time.Now().Add(asked)
		pause = max(pause, asked)
	}
	return pause
}

// idle is how long there is nothing to do unless something new comes.
func (c *courier) idle() time.Duration {
	pause := longestPause
	for _, d := range c.later {
		pause = min(pause, max(0, time.Until(d.until)))
	}
	return pause
}

// next returns the oldest operations that may be sent now. Those that a citizen
// waits for are sent by whoever waits.
func (c *courier) next(ctx context.Context) (batch []operation.Envelope, err error) {
	if err := c.t.revive(ctx); err != nil {
		return nil, err
	}
	size := 0
	err = c.t.pendingOps(ctx, func(e operation.Envelope) bool {
		if d := c.later[e.ID]; d != nil && time.Now().Before(d.until) {
			return true
		}
		size += len(e.Body)*4/3 + opOverhead
		if len(batch) == c.limit || size > operation.MaxBatch && len(batch) > 0 {
			return false
		}
		batch = append(batch, e)
		return true
	})
	return batch, err
}

// pendingOps calls each with what waits for the loop, in order of seq, until it
// returns false.
func (t *Terminal) pendingOps(ctx context.Context, each func(operation.Envelope) bool) error {
	return t.store.read(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, `SELECT seq, op_id, kind, coalesce(receipt, ''), coalesce(replaces, ''),
			device_ms, offset_ms, key_id, body_sha256, body FROM op
			WHERE state = 'pending' AND kind NOT IN (?, ?) ORDER BY seq`, operation.TicketIssue, operation.AppointmentBook)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			e := operation.Envelope{Schema: 1, Terminal: t.o.Terminal, Suite: operation.SuiteHPKE1}
			if err := rows.Scan(&e.Seq, &e.ID, &e.Kind, &e.Receipt, &e.Replaces,
				&e.DeviceTime, &e.HallOffset, &e.Key, &e.BodySHA256, &e.Body); err != nil {
				return err
			}
			if !each(e) {
				break
			}
		}
		return rows.Err()
	})
}

// send delivers a batch and stores every answer that counts. It fails when it
// brought nothing forward.
func (c *courier) send(ctx context.Context, batch []operation.Envelope) error {
	answers, err := c.t.o.Hall.Submit(ctx, batch)
	c.t.heard(err)
	if unreadable(err) {
		return c.split(ctx, batch, err)
	}
	if err != nil {
		return err
	}
	c.limit = min(c.limit*2, maxOps)
	settled, err := c.sort(batch, answers)
	if len(settled) == 0 {
		return errors.Join(errors.New("outbox: the hall settled nothing of the batch"), err)
	}
	return c.t.settleAll(ctx, settled)
}

// sort takes out the answers that settle their operation and holds back the
// operations without one.
func (c *courier) sort(batch []operation.Envelope, answers []operation.Result) (settled []operation.Result, err error) {
	by := make(map[operation.ID]operation.Result, len(answers))
	for _, r := range answers {
		by[r.ID] = r
	}
	for _, e := range batch {
		r := by[e.ID]
		if bad := r.Answers(e); bad == nil && r.Settled() {
			settled = append(settled, r)
			delete(c.later, e.ID)
		} else {
			err = errors.Join(err, bad)
			c.holdBack(e.ID)
		}
	}
	return settled, err
}

func (c *courier) holdBack(id operation.ID) {
	if c.later == nil {
		c.later = map[operation.ID]*delay{}
	}
	d := c.later[id]
	if d == nil {
		d = &delay{}
		c.later[id] = d
	}
	d.until = time.Now().Add(c.t.backoff(d.times))
	d.times++
}

// unreadable reports whether the hall could not read a batch as a whole.
func unreadable(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && (p.Status == http.StatusBadRequest ||
		p.Status == http.StatusRequestEntityTooLarge || p.Status == http.StatusUnprocessableEntity)
}

// split makes the next batch smaller, until the operation that the hall cannot
// read stands alone. That one needs a person.
func (c *courier) split(ctx context.Context, batch []operation.Envelope, err error) error {
	if len(batch) > 1 {
		c.limit = len(batch) / 2
		return nil
	}
	problem := &operation.Problem{Code: operation.CodeMalformed, Detail: err.Error()}
	return c.t.settleAll(ctx, []operation.Result{{ID: batch[0].ID, Status: operation.Rejected, Problem: problem}})
}

// settleAll stores answers in one transaction and passes them on to those who
// wait.
func (t *Terminal) settleAll(ctx context.Context, answers []operation.Result) error {
	err := t.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, r := range answers {
			if err := t.settle(ctx, tx, r, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("outbox: store what the hall answered: %w", err)
	}
	for _, r := range answers {
		if r.Refused() {
			t.o.Log.Warn("the hall refused an operation", "op", r.ID, "code", r.Problem.Code, "needs_person", needsPerson(r.Problem.Code))
		}
		t.settled.tell(r)
	}
	return nil
}
