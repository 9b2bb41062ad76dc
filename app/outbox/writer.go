package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"hallway/app/operation"
	"hallway/app/outbox/oplog"
)

// maxGroup is how many transactions share one commit at most.
const maxGroup = 128

// A wish is one transaction that somebody waits for.
type wish struct {
	run  func(context.Context, *sql.Tx) error
	done chan error // capacity 1
	err  error
	changes
}

// changes is what a transaction does beside the database.
type changes struct {
	frames  []oplog.Frame // for the journal
	pending int           // operations that wait more, or less
}

type changesKey struct{}

// changesOf returns where a running transaction notes what it does beside the
// database.
func changesOf(ctx context.Context) *changes { return ctx.Value(changesKey{}).(*changes) }

// tx runs f in a transaction of the writer and returns when it is durable, in
// the database and in the journal. Transactions that come while the disk is busy
// share one commit; each fails or succeeds for itself. The transaction is not
// bound to the citizen's context: once begun it ends by itself, one way or the
// other.
func (s *store) tx(f func(context.Context, *sql.Tx) error) error {
	w := &wish{run: f, done: make(chan error, 1)}
	select {
	case s.wishes <- w:
		return <-w.done
	case <-s.ended:
		return errors.New("outbox: the store is closed")
	}
}

// write is the only goroutine that changes the database.
func (s *store) write() {
	defer close(s.ended)
	for {
		select {
		case w := <-s.wishes:
			s.carryOut(s.gather(w))
		case <-s.stop:
			return
		}
	}
}

// gather takes what waits already.
func (s *store) gather(first *wish) []*wish {
	group := []*wish{first}
	for len(group) < maxGroup {
		select {
		case w := <-s.wishes:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

// carryOut runs a group and answers everybody in it.
func (s *store) carryOut(group []*wish) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ctx, cancel := context.WithTimeout(context.Background(), txLimit)
	defer cancel()
	err := s.commit(ctx, group)
	if untrustworthy(err) {
		s.suspect.Store(true)
	}
	for _, w := range group {
		if w.err == nil {
			w.err = err
		}
		if w.err == nil {
			s.pending.Add(int64(w.pending))
		}
		w.done <- w.err
	}
	if s.log != nil {
		s.grown.Store(s.log.Grown())
	}
	s.noteSentinel()
}

// commit runs a group in one transaction.
func (s *store) commit(ctx context.Context, group []*wish) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	s.readyLog(ctx, tx)
	frames, err := s.runAll(ctx, tx, group)
	if err == nil {
		err = s.journal(frames)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return s.seal(tx, frames)
}

// runAll runs every wish of a group and returns what the journal must hold. Its
// error means that nothing of the group may be committed.
func (s *store) runAll(ctx context.Context, tx *sql.Tx, group []*wish) (frames []oplog.Frame, err error) {
	failed := 0
	for _, w := range group {
		if err := w.inside(ctx, tx, len(group) > 1); err != nil {
			return nil, err
		}
		if w.err != nil {
			failed++
			continue
		}
		frames = append(frames, w.frames...)
	}
	if failed == len(group) {
		return nil, group[0].err
	}
	return frames, nil
}

// inside runs a wish, in a savepoint of its own when others share the
// transaction. Its error means that the transaction is lost.
func (w *wish) inside(ctx context.Context, tx *sql.Tx, shared bool) error {
	ctx = context.WithValue(ctx, changesKey{}, &w.changes)
	if !shared {
		w.err = w.run(ctx, tx)
		return nil
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT wish"); err != nil {
		return err
	}
	if w.err = w.run(ctx, tx); w.err != nil {
		if untrustworthy(w.err) {
			return w.err
		}
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO wish"); err != nil {
			return errors.Join(w.err, err)
		}
	}
	_, err := tx.ExecContext(ctx, "RELEASE wish")
	return err
}

// readyLog begins a new file of the journal when there is none, the last is full or
// holds much that has ended. It comes before the transaction changes anything,
// because a new file says of all that it holds that it is committed.
func (s *store) readyLog(ctx context.Context, tx *sql.Tx) {
	if s.log != nil && !s.log.Full() && !s.stale.Load() {
		return
	}
	if err := s.beginLog(ctx, tx); err != nil {
		s.o.log.Warn("journal cannot be begun", "err", err)
		return
	}
	s.stale.Store(false)
}

// renewLog begins a new file of the journal.
func (s *store) renewLog() error {
	s.stale.Store(true)
	return s.tx(func(context.Context, *sql.Tx) error { return nil })
}

// journal writes what is about to be committed. Ends of operations can be learnt
// again from the hall, so a journal that cannot be written stops only acceptance.
func (s *store) journal(frames []oplog.Frame) error {
	if len(frames) == 0 {
		return nil
	}
	err := errNoJournal
	if s.log != nil {
		err = s.log.Append(frames...)
	}
	if err == nil {
		return nil
	}
	s.dropLog(err)
	if !accepts(frames) {
		return nil
	}
	return fmt.Errorf("outbox: journal: %w", err)
}

var errNoJournal = errors.New("no file can be written, make room on the disk or replace it")

// accepts reports whether frames hold an operation that must not be lost.
func accepts(frames []oplog.Frame) bool { return firstOp(frames) > 0 }

// firstOp is the sequence number of the first operation, 0 when there is none.
func firstOp(frames []oplog.Frame) int64 {
	for _, f := range frames {
		if f.Op != nil {
			return f.Seq
		}
	}
	return 0
}

// seal commits, while the journal reaches the disk beside the database: both are
// durable before anybody is answered, and what only one of them has after a power
// cut is put right at the next start.
func (s *store) seal(tx *sql.Tx, frames []oplog.Frame) error {
	first := firstOp(frames)
	if first == 0 {
		return tx.Commit()
	}
	log, synced := s.log, make(chan error, 1)
	go func() { synced <- log.Sync() }()
	err := tx.Commit()
	if bad := <-synced; bad != nil {
		s.dropLog(bad)
		s.suspect.Store(true) // opening anew withdraws what the database has
		err = errors.Join(err, fmt.Errorf("outbox: journal: %w", bad))
	}
	if err != nil {
		s.doubt(frames)
		s.mark(oplog.Frame{Seq: first, Record: oplog.Record{Abort: true}})
		return err
	}
	last := frames[len(frames)-1]
	for _, f := range frames {
		if f.Op != nil {
			last = f
		}
	}
	s.last = last.Seq
	s.commits.Add(1)
	s.mark(oplog.Frame{Seq: last.Seq, Record: oplog.Record{Commit: true}})
	return nil
}

// mark appends a frame that need not be durable.
func (s *store) mark(f oplog.Frame) {
	if s.log == nil {
		return
	}
	if err := s.log.Append(f); err != nil {
		s.dropLog(err)
	}
}

// doubt remembers operations whose commit failed. The disk may have them all the
// same, and their citizens were refused.
func (s *store) doubt(frames []oplog.Frame) {
	for _, f := range frames {
		if f.Op != nil {
			s.doubtful = append(s.doubtful, f.Op.ID)
		}
	}
}

// dropLog gives up a file of the journal that cannot be trusted. The next
// transaction begins another.
func (s *store) dropLog(err error) {
	if s.log == nil {
		return
	}
	s.o.log.Warn("journal is begun anew", "err", err)
	if !errors.Is(err, unix.ENOSPC) && !errors.Is(err, unix.EDQUOT) {
		s.suspect.Store(true) // the same disk holds the database
	}
	_ = s.log.Close()
	s.log = nil
}

// acceptFrame is the journal's frame of an operation that is being stored.
func acceptFrame(e *entry, prev, hash []byte) oplog.Frame {
	return oplog.Frame{Seq: e.Seq, Record: oplog.Record{Op: &oplog.Op{
		Envelope: e.Envelope, Item: e.item, Prev: prev, Hash: hash, Number: e.number, Fallback: e.fallback}}}
}

// endFrame is the journal's frame of an operation that has ended.
func endFrame(id operation.ID, state string) oplog.Frame {
	return oplog.Frame{Record: oplog.Record{End: &oplog.End{ID: id, State: state}}}
}
